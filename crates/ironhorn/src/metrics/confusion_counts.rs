//! Counts of true and false positives and negatives.
use super::confusion::{self, Answers, Chosen, Thresholds, within};
use super::{Metric, MetricName, MetricState, StateType};
use crate::config::Config;
use crate::{DType, Result, Value};

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Config)]
        pub struct $name {
            /// What it is called in logs; null makes a name up.
            #[config(default = None)]
            pub name: MetricName,
            /// The number type of its state; null is that of the process.
            #[config(default = None)]
            pub dtype: StateType,
            /// A prediction above it is positive, from 0 to 1; a list gives a count for each, null is 0.5.
            #[config(default = None, check = within)]
            pub thresholds: Thresholds,
        }

        impl Metric for $name {
            fn name(&self) -> String {
                self.name.get()
            }
            fn dtype(&self) -> DType {
                self.dtype.get()
            }
            fn state(&self) -> Vec<(String, Vec<usize>)> {
                vec![("accumulator".to_owned(), vec![confusion::thresholds(&self.thresholds, 0.5).len()])]
            }
            fn update(&self, state: &mut MetricState, y_true: &Value, y_pred: &Value, sample_weight: Option<&Value>) -> Result<()> {
                let thresholds = confusion::thresholds(&self.thresholds, 0.5);
                let counted = [(Answers::$name, "accumulator")];
                let settings = (&thresholds[..], Chosen::default(), self.dtype());
                confusion::count(state, &counted, settings, (y_true, y_pred), sample_weight)
            }
            fn result(&self, state: &MetricState) -> Value {
                confusion::scalar_if_one(state.get("accumulator"))
            }
        }
    )* };
}

counts! {
    /// How many labels are true and predicted to be false, or how much they weigh.
    FalseNegatives;
    /// How many labels are false and predicted to be true, or how much they weigh.
    FalsePositives;
    /// How many labels are false and predicted to be so, or how much they weigh.
    TrueNegatives;
    /// How many labels are true and predicted to be so, or how much they weigh.
    TruePositives;
}
