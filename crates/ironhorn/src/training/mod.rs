//! Training: what compile makes of a model, the data it is fed, and the loop that runs it.
mod batches;
mod checks;
mod compile;
mod data;
mod handle;
mod model;
mod options;
mod program;
mod queue;
mod run;
mod source;
mod stage;
mod step;
mod streamed;
mod trainer;
mod weights;

pub use batches::{ArrayBatches, Batches, Shuffle};
pub use compile::{Choice, Compile, Losses, Metrics, OneAsMap, SampleWeightMode};
pub use data::Data;
pub use handle::{Flags, Handle};
pub use options::{
    Classes, Evaluate, EvaluateGenerator, Fit, FitGenerator, Predict, PredictGenerator, TestOnBatch, TrainOnBatch, ValidationData,
};
pub use program::{Key, Phase, Program};
pub use run::{BatchJob, EvaluateJob, FitJob, Frequency, PredictBatchJob, PredictJob};
pub use source::{Batch, Sequence, Source};
pub use weights::{ClassWeight, PerOutput, SampleWeight};
