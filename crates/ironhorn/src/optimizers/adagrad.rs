//! Adagrad: each weight's step shrinks with all the gradients it has seen. Duchi, Hazan, Singer 2011.
use super::{Epsilon, Hyper, Moment, Optimizer, Slot, Step};
use crate::Value;

optimizer! {
    /// Steps divided by the root of the sum of all squared gradients.
    Adagrad as "Adagrad", "adagrad", learning_rate 0.01, hypers [decay] {
        /// The learning rate is divided by 1 + `decay` times the number of steps made.
        #[config(default = 0.0)]
        decay: Hyper,
        /// Keeps the division finite; null is `backend.epsilon()`.
        #[config(default = None)]
        epsilon: Epsilon,
    }
}

impl Optimizer for Adagrad {
    hand_over!(decay);
    fn slots(&self) -> Vec<Slot> {
        vec![Slot::new("accumulator")]
    }
    fn counts_late(&self) -> bool {
        true
    }
    // a = a + g^2; w - rate g / (sqrt(a) + epsilon).
    fn step(&self, moment: &Moment, gradient: &Value, weight: &Value, slots: &[Value]) -> Step {
        let a = &slots[0] + gradient.square();
        let new = weight - &moment.learning_rate * gradient / (a.sqrt() + self.epsilon.get());
        Step::new(new, [a])
    }
}
