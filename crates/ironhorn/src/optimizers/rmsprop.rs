//! RMSprop: each weight's step is divided by the size its gradients had lately. Tieleman and Hinton 2012, lecture 6e.
use super::{Epsilon, Hyper, Moment, Optimizer, Slot, Step};
use crate::Value;

optimizer! {
    /// Steps divided by a moving root mean square of gradients; a usual choice for recurrent networks.
    RMSprop as "RMSprop", "rmsprop", learning_rate 0.001, hypers [rho, decay] {
        /// How much of the mean square stays from step to step, from 0 to 1.
        #[config(default = 0.9)]
        rho: Hyper,
        /// The learning rate is divided by 1 + `decay` times the number of steps made.
        #[config(default = 0.0)]
        decay: Hyper,
        /// Keeps the division finite; null is `backend.epsilon()`.
        #[config(default = None)]
        epsilon: Epsilon,
    }
}

impl Optimizer for RMSprop {
    hand_over!(decay);
    fn slots(&self) -> Vec<Slot> {
        vec![Slot::new("accumulator")]
    }
    fn counts_late(&self) -> bool {
        true
    }
    // a = rho a + (1 - rho) g^2; w - rate g / (sqrt(a) + epsilon).
    fn step(&self, moment: &Moment, gradient: &Value, weight: &Value, slots: &[Value]) -> Step {
        let rho = moment.read(&self.rho);
        let a = &rho * &slots[0] + (1.0 - &rho) * gradient.square();
        let new = weight - &moment.learning_rate * gradient / (a.sqrt() + self.epsilon.get());
        Step::new(new, [a])
    }
}
