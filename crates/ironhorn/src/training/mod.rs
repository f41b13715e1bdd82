//! Training: what compile makes of a model, the data it is fed, and the loop that runs it.
mod batches;
mod data;
mod handle;
mod program;
mod run;
mod stage;
mod weights;

pub use batches::{ArrayBatches, Batches, Shuffle};
pub use data::Data;
pub use handle::{Flags, Handle};
pub use program::{Key, Phase, Program};
pub use run::{EvaluateJob, FitJob, Frequency, PredictJob};
pub use weights::{ClassWeight, PerOutput, SampleWeight};
