//! Adamax: Adam with the largest gradient in place of the root mean square. Kingma and Ba 2015, section 7.
use super::{Epsilon, Hyper, Moment, Optimizer, Shared, Slot, Step};
use crate::Value;

optimizer! {
    /// Steps along the moving mean of gradients, divided by their largest size, which fades.
    Adamax as "Adamax", "adamax", learning_rate 0.002, hypers [beta_1, beta_2, decay] {
        /// How much of the mean of gradients stays from step to step, from 0 to 1.
        #[config(default = 0.9)]
        beta_1: Hyper,
        /// How much of the largest size stays from step to step, from 0 to 1.
        #[config(default = 0.999)]
        beta_2: Hyper,
        /// The learning rate is divided by 1 + `decay` times the number of steps made.
        #[config(default = 0.0)]
        decay: Hyper,
        /// Keeps the division finite; null is `backend.epsilon()`.
        #[config(default = None)]
        epsilon: Epsilon,
    }
}

impl Optimizer for Adamax {
    hand_over!(decay);
    fn slots(&self) -> Vec<Slot> {
        vec![Slot::new("m"), Slot::new("u")]
    }
    // rate / (1 - beta_1^t).
    fn prepare(&self, moment: &Moment) -> Shared {
        let rate = &moment.learning_rate / (1.0 - moment.read(&self.beta_1).pow(&moment.t));
        Shared { values: vec![rate], scalars: Vec::new() }
    }
    // m = beta_1 m + (1 - beta_1) g; u = max(beta_2 u, |g|); w - rate m / (u + epsilon).
    fn step(&self, moment: &Moment, gradient: &Value, weight: &Value, slots: &[Value]) -> Step {
        let (beta_1, beta_2) = (moment.read(&self.beta_1), moment.read(&self.beta_2));
        let m = &beta_1 * &slots[0] + (1.0 - &beta_1) * gradient;
        let u = (&beta_2 * &slots[1]).maximum(gradient.abs());
        let new = weight - &moment.shared[0] * &m / (&u + self.epsilon.get());
        Step::new(new, [m, u])
    }
}
