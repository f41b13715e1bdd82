//! SGD: steps against the gradient, with momentum where it is wanted. Nesterov 1983; Sutskever and others 2013.
use super::{Hyper, Moment, Optimizer, Slot, Step};
use crate::Value;

optimizer! {
    /// Stochastic gradient descent.
    SGD as "SGD", "sgd", learning_rate 0.01, hypers [momentum, decay] {
        /// Which part of the last step is made again, from 0 to 1.
        #[config(default = 0.0)]
        momentum: Hyper,
        /// The learning rate is divided by 1 + `decay` times the number of steps made.
        #[config(default = 0.0)]
        decay: Hyper,
        /// Whether the momentum is applied before the gradient is taken, as Nesterov does.
        #[config(default = false)]
        nesterov: bool,
    }
}

impl Optimizer for SGD {
    hand_over!(decay);
    fn slots(&self) -> Vec<Slot> {
        vec![Slot::new("moment")]
    }
    // v = momentum m - rate g; w + v, or w + momentum v - rate g.
    fn step(&self, moment: &Moment, gradient: &Value, weight: &Value, slots: &[Value]) -> Step {
        let momentum = moment.read(&self.momentum);
        let step = &moment.learning_rate * gradient;
        let v = &momentum * &slots[0] - &step;
        let new = if self.nesterov { weight + &momentum * &v - step } else { weight + &v };
        Step::new(new, [v])
    }
}
