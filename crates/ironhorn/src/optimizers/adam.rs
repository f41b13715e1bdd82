//! Adam: momentum and RMSprop together, corrected for their start at zero. Kingma and Ba 2015; Reddi, Kale, Kumar 2018.
use super::{Epsilon, Hyper, Moment, Optimizer, Shared, Slot, SlotShape, Step};
use crate::Value;

optimizer! {
    /// Steps along the moving mean of gradients, divided by their moving root mean square.
    Adam as "Adam", "adam", learning_rate 0.001, hypers [beta_1, beta_2, decay] {
        /// How much of the mean of gradients stays from step to step, from 0 to 1.
        #[config(default = 0.9)]
        beta_1: Hyper,
        /// How much of the mean of squared gradients stays from step to step, from 0 to 1.
        #[config(default = 0.999)]
        beta_2: Hyper,
        /// The learning rate is divided by 1 + `decay` times the number of steps made.
        #[config(default = 0.0)]
        decay: Hyper,
        /// Keeps the division finite; null is `backend.epsilon()`.
        #[config(default = None)]
        epsilon: Epsilon,
        /// Whether the largest mean square so far divides, as in AMSGrad.
        #[config(default = false)]
        amsgrad: bool,
    }
}

impl Optimizer for Adam {
    hand_over!(decay);
    fn slots(&self) -> Vec<Slot> {
        let shape = if self.amsgrad { SlotShape::Weight } else { SlotShape::One };
        vec![Slot::new("m"), Slot::new("v"), Slot { name: "vhat".to_owned(), shape }]
    }
    // rate sqrt(1 - beta_2^t) / (1 - beta_1^t).
    fn prepare(&self, moment: &Moment) -> Shared {
        let left = |beta: &Hyper| 1.0 - moment.read(beta).pow(&moment.t);
        let rate = &moment.learning_rate * (left(&self.beta_2).sqrt() / left(&self.beta_1));
        Shared { values: vec![rate], scalars: Vec::new() }
    }
    // m = beta_1 m + (1 - beta_1) g; v = beta_2 v + (1 - beta_2) g^2; w - rate m / (sqrt(v) + epsilon).
    fn step(&self, moment: &Moment, gradient: &Value, weight: &Value, slots: &[Value]) -> Step {
        let (beta_1, beta_2) = (moment.read(&self.beta_1), moment.read(&self.beta_2));
        let m = &beta_1 * &slots[0] + (1.0 - &beta_1) * gradient;
        let v = &beta_2 * &slots[1] + (1.0 - &beta_2) * gradient.square();
        let vhat = self.amsgrad.then(|| slots[2].maximum(&v));
        let new = weight - &moment.shared[0] * &m / (vhat.as_ref().unwrap_or(&v).sqrt() + self.epsilon.get());
        Step { weight: new, slots: vec![Some(m), Some(v), vhat] }
    }
}
