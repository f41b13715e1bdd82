//! Training: what compile makes of a model, the data it is fed, and the loop that runs it.
mod batches;
mod compile;
mod data;
mod handle;
mod model;
mod options;
mod program;
mod run;
mod stage;
mod step;
mod trainer;
mod weights;

pub use batches::{ArrayBatches, Batches, Shuffle};
pub use compile::{Choice, Compile, Losses, Metrics, OneAsMap, SampleWeightMode};
pub use data::Data;
pub use handle::{Flags, Handle};
pub use options::{Classes, Evaluate, Fit, Predict, TestOnBatch, TrainOnBatch, ValidationData};
pub use program::{Key, Phase, Program};
pub use run::{BatchJob, EvaluateJob, FitJob, Frequency, PredictBatchJob, PredictJob};
pub use weights::{ClassWeight, PerOutput, SampleWeight};
