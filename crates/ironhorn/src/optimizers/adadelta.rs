//! Adadelta: Adagrad with a memory that fades, and steps in the unit of the weights. Zeiler 2012.
use super::{Epsilon, Hyper, Moment, Optimizer, Slot, Step};
use crate::Value;

optimizer! {
    /// Steps scaled by the ratio of moving root mean squares of past steps and of gradients.
    Adadelta as "Adadelta", "adadelta", learning_rate 1.0, hypers [decay] {
        /// How much of the mean squares stays from step to step, from 0 to 1.
        #[config(default = 0.95)]
        rho: f64,
        /// The learning rate is divided by 1 + `decay` times the number of steps made.
        #[config(default = 0.0)]
        decay: Hyper,
        /// Keeps the roots and the division finite; null is `backend.epsilon()`.
        #[config(default = None)]
        epsilon: Epsilon,
    }
}

impl Optimizer for Adadelta {
    hand_over!(decay);
    fn slots(&self) -> Vec<Slot> {
        vec![Slot::new("accumulator"), Slot::new("delta_accumulator")]
    }
    fn counts_late(&self) -> bool {
        true
    }
    // a = rho a + (1 - rho) g^2; u = g sqrt(d + epsilon) / sqrt(a + epsilon); w - rate u; d = rho d + (1 - rho) u^2.
    fn step(&self, moment: &Moment, gradient: &Value, weight: &Value, slots: &[Value]) -> Step {
        let (rho, epsilon) = (self.rho, self.epsilon.get());
        let a = &slots[0] * rho + gradient.square() * (1.0 - rho);
        let u = gradient * (&slots[1] + epsilon).sqrt() / (&a + epsilon).sqrt();
        let d = &slots[1] * rho + u.square() * (1.0 - rho);
        Step::new(weight - &moment.learning_rate * &u, [a, d])
    }
}
