//! Nadam: Adam with Nesterov's momentum and a momentum that warms up. Dozat 2016.
use super::{Epsilon, Hyper, Moment, Optimizer, Shared, Slot, Step};
use crate::Value;

optimizer! {
    /// Adam with Nesterov's momentum. Its other settings are best left as they are.
    Nadam as "Nadam", "nadam", learning_rate 0.002, hypers [beta_1, beta_2] {
        /// How much of the mean of gradients stays from step to step, from 0 to 1.
        #[config(default = 0.9)]
        beta_1: Hyper,
        /// How much of the mean of squared gradients stays from step to step, from 0 to 1.
        #[config(default = 0.999)]
        beta_2: Hyper,
        /// Keeps the division finite; null is `backend.epsilon()`.
        #[config(default = None)]
        epsilon: Epsilon,
        /// How slowly the momentum warms up.
        #[config(default = 0.004)]
        schedule_decay: f64,
    }
}

impl Optimizer for Nadam {
    hand_over!();
    fn slots(&self) -> Vec<Slot> {
        vec![Slot::new("m"), Slot::new("v")]
    }
    fn scalars(&self) -> Vec<(String, f64)> {
        vec![("m_schedule".to_owned(), 1.0)]
    }
    // mu(t) = beta_1 (1 - 0.96^(t schedule_decay) / 2); s = s mu(t); and of the step's formula every factor that is a scalar.
    fn prepare(&self, moment: &Moment) -> Shared {
        let (t, beta_1) = (&moment.t, moment.read(&self.beta_1));
        let mu = |t: &Value| &beta_1 * (1.0 - t.number(0.96).pow(t * self.schedule_decay) * 0.5);
        let (now, next) = (mu(t), mu(&(t + 1.0)));
        let schedule = &moment.scalars[0] * &now;
        let of_gradient = (1.0 - &now) / (1.0 - &schedule);
        let of_mean = &next / (1.0 - &schedule * &next);
        let of_square = 1.0 / (1.0 - moment.read(&self.beta_2).pow(t));
        Shared { values: vec![of_gradient, of_mean, of_square], scalars: vec![schedule] }
    }
    // m = beta_1 m + (1 - beta_1) g; v = beta_2 v + (1 - beta_2) g^2;
    // w - rate ((1 - mu(t)) g / (1 - s) + mu(t + 1) m / (1 - s mu(t + 1))) / (sqrt(v / (1 - beta_2^t)) + epsilon).
    fn step(&self, moment: &Moment, gradient: &Value, weight: &Value, slots: &[Value]) -> Step {
        let (beta_1, beta_2) = (moment.read(&self.beta_1), moment.read(&self.beta_2));
        let [of_gradient, of_mean, of_square] = &moment.shared[..] else {
            return Step::new(weight.clone(), []);
        };
        let m = &beta_1 * &slots[0] + (1.0 - &beta_1) * gradient;
        let v = &beta_2 * &slots[1] + (1.0 - &beta_2) * gradient.square();
        let mean = of_gradient * gradient + of_mean * &m;
        let new = weight - &moment.learning_rate * mean / ((&v * of_square).sqrt() + self.epsilon.get());
        Step::new(new, [m, v])
    }
}
