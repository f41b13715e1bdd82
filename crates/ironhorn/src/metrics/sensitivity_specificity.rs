//! Sensitivity at a specificity and the reverse: one rate where the other has a wanted value.
use super::confusion::{self, Answers, Chosen, ratio};
use super::{Metric, MetricName, MetricState, StateType};
use crate::config::{Config, fraction, positive};
use crate::{DType, Result, Value};

macro_rules! rates {
    ($($(#[$doc:meta])* $name:ident at $given:ident $(#[$given_doc:meta])*: $part:literal of $whole:literal, where $held:literal of $held_whole:literal;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Config)]
        pub struct $name {
            /// What it is called in logs; null makes a name up.
            #[config(default = None)]
            pub name: MetricName,
            /// The number type of its state; null is that of the process.
            #[config(default = None)]
            pub dtype: StateType,
            /// How many thresholds between 0 and 1 are looked at.
            #[config(default = 200, check = positive)]
            pub num_thresholds: usize,
            $(#[$given_doc])*
            #[config(check = fraction)]
            pub $given: f64,
        }

        impl Metric for $name {
            fn name(&self) -> String {
                self.name.get()
            }
            fn dtype(&self) -> DType {
                self.dtype.get()
            }
            fn state(&self) -> Vec<(String, Vec<usize>)> {
                Answers::ALL.map(|a| (a.state().to_owned(), vec![self.num_thresholds])).into()
            }
            fn update(&self, state: &mut MetricState, y_true: &Value, y_pred: &Value, sample_weight: Option<&Value>) -> Result<()> {
                let thresholds = even(self.num_thresholds);
                let settings = (&thresholds[..], Chosen::default(), self.dtype());
                confusion::count(state, &Answers::ALL.map(|a| (a, a.state())), settings, (y_true, y_pred), sample_weight)
            }
            fn result(&self, state: &MetricState) -> Value {
                let rate = |part: &str, rest: &str| {
                    let part = state.get(part);
                    let whole = &part + state.get(rest);
                    ratio(&part, &whole)
                };
                let nearest = (rate($held, $held_whole) - self.$given).abs().argmin(0);
                rate($part, $whole).gather(&nearest)
            }
        }
    )* };
}

rates! {
    /// The part of true labels that are found at the threshold where the part of false labels that are recognised is nearest to
    /// `specificity`.
    SensitivityAtSpecificity at specificity
        /// The wanted part of false labels that are recognised, from 0 to 1.
        : "true_positives" of "false_negatives", where "true_negatives" of "false_positives";
    /// The part of false labels that are recognised at the threshold where the part of true labels that are found is nearest to
    /// `sensitivity`.
    SpecificityAtSensitivity at sensitivity
        /// The wanted part of true labels that are found, from 0 to 1.
        : "true_negatives" of "false_positives", where "true_positives" of "false_negatives";
}

/// `n` thresholds from 0 to 1; one alone is 0.5.
fn even(n: usize) -> Vec<f64> {
    if n == 1 { vec![0.5] } else { (0..n).map(|i| i as f64 / (n - 1) as f64).collect() }
}
