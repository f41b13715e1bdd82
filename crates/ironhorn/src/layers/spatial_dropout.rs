//! SpatialDropout1D, 2D, 3D: dropout of whole feature maps.
use crate::config::{Config, DataFormat, Fraction, PartialShape};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Dim, Result, Value, globals};

/// Drops whole features of sequences: (batch, steps, features). Neighbouring steps are alike, so that single ones say little.
#[derive(Clone, Debug, Config)]
pub struct SpatialDropout1D {
    /// Fraction that is dropped, clamped to 0 to 1. At 0 and at 1 nothing is dropped.
    pub rate: Fraction,
    /// Without meaning here; the configs of Keras have it.
    #[config(default = None)]
    pub noise_shape: Option<PartialShape>,
    /// Seed of its own.
    #[config(default = None)]
    pub seed: Option<i64>,
}

macro_rules! with_format {
    ($(#[$doc:meta])* $layer:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Config)]
        pub struct $layer {
            /// Fraction that is dropped, clamped to 0 to 1. At 0 and at 1 nothing is dropped.
            pub rate: Fraction,
            /// Without meaning here; the configs of Keras have it.
            #[config(default = None)]
            pub noise_shape: Option<PartialShape>,
            /// Seed of its own.
            #[config(default = None)]
            pub seed: Option<i64>,
            /// Where the channels are; null is the setting of the process. Keras reads it in a config but does not write it.
            #[config(positional, default = None, omit_none)]
            pub data_format: Option<DataFormat>,
        }
    };
}
with_format! {
    /// Drops whole feature maps of pictures: (batch, height, width, channels), or channels second.
    SpatialDropout2D
}
with_format! {
    /// Drops whole feature maps of volumes: (batch, 3 sizes, channels), or channels second.
    SpatialDropout3D
}

macro_rules! layers {
    ($($layer:ident, $rank:literal, $format:expr, $shape:expr;)*) => {$(
        impl Layer for $layer {
            fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
                let format: fn(&$layer) -> Option<DataFormat> = $format;
                let channels = match format(self).unwrap_or_else(globals::image_data_format) {
                    DataFormat::ChannelsFirst => 1,
                    DataFormat::ChannelsLast => $rank - 1,
                };
                let rate = self.rate.get();
                if !(rate > 0.0 && rate < 1.0 && call.training()) {
                    return Ok(inputs.to_vec());
                }
                let noise: Vec<_> = (0..$rank).map(|i| (i != 0 && i != channels).then_some(Dim::Known(1))).collect();
                Ok(vec![inputs[0].dropout(rate, Some(&noise), self.seed.map(|s| s as u64))])
            }
            fn supports_masking(&self) -> bool {
                true
            }
            fn expects(&self) -> Vec<InputSpec> {
                vec![InputSpec::ndim($rank)]
            }
            fn samples() -> Vec<Sample> {
                vec![Sample::new($layer::new(0.5), &[&$shape])]
            }
        }
    )*};
}
layers! {
    SpatialDropout1D, 3, |_| Some(DataFormat::ChannelsLast), [2, 3, 4];
    SpatialDropout2D, 4, |l| l.data_format, [2, 2, 3, 4];
    SpatialDropout3D, 5, |l| l.data_format, [2, 2, 2, 2, 3];
}
