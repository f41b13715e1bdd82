//! GlobalMaxPooling1D, 2D, 3D, GlobalAveragePooling1D, 2D, 3D: one number for each channel.
use crate::config::{Config, DataFormat};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Result, Value};

macro_rules! layers {
    ($($(#[$doc:meta])* $layer:ident: rank $rank:literal, format $format:expr, $pooled:expr, masked $masked:literal, $shape:expr;)*) => {$(
        #[derive(Clone, Debug, Config)]
        $(#[$doc])*
        pub struct $layer {
            /// Where the channels are; null is the setting of the process.
            #[config(positional, default = $format)]
            pub data_format: DataFormat,
        }

        impl Layer for $layer {
            fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
                let axes: Vec<i64> = self.data_format.inner($rank).map(|axis| axis as i64).collect();
                let pooled: fn(&Call, &Value, &[i64]) -> Value = $pooled;
                Ok(vec![pooled(call, &inputs[0], &axes)])
            }
            fn supports_masking(&self) -> bool {
                $masked
            }
            fn masks(&self, call: &mut Call, _: &[Value], outputs: &[Value]) -> Result<Vec<Option<Value>>> {
                // There are no steps left that a mask could be about.
                call.pass_masks($masked, outputs.len()).map(|masks| vec![None; masks.len()])
            }
            fn expects(&self) -> Vec<InputSpec> {
                vec![InputSpec::ndim($rank)]
            }
            fn samples() -> Vec<Sample> {
                let first = $layer::new().data_format(DataFormat::ChannelsFirst);
                vec![Sample::new($layer::new(), &[&$shape]), Sample::new(first, &[&$shape])]
            }
        }
    )*};
}
layers! {
    /// The mean over steps: (batch, steps, channels) gives (batch, channels). Steps that a mask leaves out do not count.
    #[config(alias = "GlobalAvgPool1D")]
    GlobalAveragePooling1D: rank 3, format "channels_last", mean_of_steps, masked true, [2, 3, 4];
    /// The mean over pictures: (batch, height, width, channels) gives (batch, channels).
    #[config(alias = "GlobalAvgPool2D")]
    GlobalAveragePooling2D: rank 4, format None, |_, x, axes| x.mean(axes, false), masked false, [2, 3, 2, 4];
    /// The mean over volumes: (batch, 3 sizes, channels) gives (batch, channels).
    #[config(alias = "GlobalAvgPool3D")]
    GlobalAveragePooling3D: rank 5, format None, |_, x, axes| x.mean(axes, false), masked false, [2, 2, 3, 2, 2];
    /// The largest of all steps: (batch, steps, channels) gives (batch, channels).
    #[config(alias = "GlobalMaxPool1D")]
    GlobalMaxPooling1D: rank 3, format "channels_last", |_, x, axes| x.max(axes, false), masked false, [2, 3, 4];
    /// The largest of pictures: (batch, height, width, channels) gives (batch, channels).
    #[config(alias = "GlobalMaxPool2D")]
    GlobalMaxPooling2D: rank 4, format None, |_, x, axes| x.max(axes, false), masked false, [2, 3, 2, 4];
    /// The largest of volumes: (batch, 3 sizes, channels) gives (batch, channels).
    #[config(alias = "GlobalMaxPool3D")]
    GlobalMaxPooling3D: rank 5, format None, |_, x, axes| x.max(axes, false), masked false, [2, 2, 3, 2, 2];
}

/// The mean of the steps that count.
fn mean_of_steps(call: &Call, x: &Value, axes: &[i64]) -> Value {
    let Some(mask) = call.mask(0) else { return x.mean(axes, false) };
    let channels = if axes == [1] { -1 } else { 1 };
    let counts = mask.cast(x.dtype()).expand_dims(channels);
    (x * &counts).sum(axes, false) / counts.sum(axes, false)
}
