//! VarianceScaling: a spread that keeps signals the same size from layer to layer; Glorot's, He's and LeCun's are settings of it.
use super::{Initializer, Seed, drawn, truncated};
use crate::config::{Config, Number, Place, Plug};
use crate::{Array, DType, Philox, Result, words};

words! {
    /// Which number of connections divides the variance.
    pub enum FanMode {
        /// Those into a unit.
        In = "fan_in",
        /// Those out of a unit.
        Out = "fan_out",
        /// The mean of both.
        Average = "fan_avg",
    }
}

words! {
    /// The shape of the distribution.
    pub enum Distribution {
        /// Normal, cut at two standard deviations and widened again to the wanted spread; tf.keras says `truncated_normal`.
        Normal = "normal" | "truncated_normal",
        /// Uniform.
        Uniform = "uniform",
    }
}

/// Random values whose variance is `scale / n`, where n is the number of connections into a unit, out of it, or their mean.
#[derive(Clone, Debug, Config)]
pub struct VarianceScaling {
    /// What the variance is multiplied by; more than 0.
    #[config(positional, default = 1.0, check = positive)]
    pub scale: Number,
    /// Which connections are counted.
    #[config(default = "fan_in")]
    pub mode: FanMode,
    /// The shape of the distribution.
    #[config(default = "normal")]
    pub distribution: Distribution,
    /// Seed of its own; each draw advances it by one.
    #[config(default = None)]
    pub seed: Seed,
}

fn positive(scale: &Number, at: &Place) -> Result<()> {
    crate::config::positive(&scale.get(), at)
}

/// The standard deviation of a standard normal that is cut at two.
const TRUNCATED_DEVIATION: f64 = 0.879_625_661_034_239_8;

impl Initializer for VarianceScaling {
    fn fill(&self, shape: &[usize], dtype: DType, random: &mut Philox) -> Result<Array> {
        let (fan_in, fan_out) = fans(shape);
        let fan = match self.mode {
            FanMode::In => fan_in,
            FanMode::Out => fan_out,
            FanMode::Average => f64::midpoint(fan_in, fan_out),
        };
        let variance = self.scale.get() / fan.max(1.0);
        match self.distribution {
            Distribution::Normal => {
                let stddev = variance.sqrt() / TRUNCATED_DEVIATION;
                drawn(shape, dtype, &self.seed, random, |stream| stddev * truncated(stream))
            }
            Distribution::Uniform => {
                let limit = (3.0 * variance).sqrt();
                drawn(shape, dtype, &self.seed, random, |stream| limit * (2.0 * stream.uniform() - 1.0))
            }
        }
    }
}

/// Connections into and out of a unit, for kernels with their channels last.
pub(super) fn fans(shape: &[usize]) -> (f64, f64) {
    match shape {
        [fan_in, fan_out] => (*fan_in as f64, *fan_out as f64),
        [window @ .., channels_in, channels_out] if shape.len() <= 5 => {
            let positions: f64 = window.iter().map(|n| *n as f64).product();
            (*channels_in as f64 * positions, *channels_out as f64 * positions)
        }
        _ => {
            let fan = shape.iter().map(|n| *n as f64).product::<f64>().sqrt();
            (fan, fan)
        }
    }
}

macro_rules! scaled {
    ($($(#[$doc:meta])* $name:ident = $keras:literal $(, $alias:literal)*: $scale:literal, $mode:ident, $distribution:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, Config)]
        #[config(name = $keras, maker $(, alias = $alias)*)]
        pub struct $name {
            /// Seed of its own; each draw advances it by one.
            #[config(positional, default = None)]
            pub seed: Seed,
        }

        impl From<$name> for VarianceScaling {
            fn from(made: $name) -> VarianceScaling {
                VarianceScaling {
                    scale: Number::Float($scale),
                    mode: FanMode::$mode,
                    distribution: Distribution::$distribution,
                    seed: made.seed,
                }
            }
        }

        impl From<$name> for Plug<dyn Initializer> {
            fn from(made: $name) -> Plug<dyn Initializer> {
                VarianceScaling::from(made).into()
            }
        }
    )* };
}

scaled! {
    /// Glorot's normal initializer, also called Xavier's: variance 2 / (connections in + connections out).
    GlorotNormal = "glorot_normal", "GlorotNormal": 1.0, Average, Normal;
    /// Glorot's uniform initializer, also called Xavier's: variance 2 / (connections in + connections out).
    GlorotUniform = "glorot_uniform", "GlorotUniform": 1.0, Average, Uniform;
    /// He's normal initializer, for rectified units: variance 2 / connections in.
    HeNormal = "he_normal", "HeNormal": 2.0, In, Normal;
    /// He's uniform initializer, for rectified units: variance 2 / connections in.
    HeUniform = "he_uniform", "HeUniform": 2.0, In, Uniform;
    /// LeCun's normal initializer: variance 1 / connections in.
    LecunNormal = "lecun_normal", "LecunNormal": 1.0, In, Normal;
    /// LeCun's uniform initializer: variance 1 / connections in.
    LecunUniform = "lecun_uniform", "LecunUniform": 1.0, In, Uniform;
}
