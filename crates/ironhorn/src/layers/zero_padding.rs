//! ZeroPadding1D, 2D, 3D: zeros around a sequence, a picture, a volume.
use crate::config::{Config, DataFormat, OneOrMany};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Result, Value};

/// Adds zeros before and after the steps of (batch, steps, channels).
#[derive(Clone, Debug, Config)]
pub struct ZeroPadding1D {
    /// How many steps are added before and after; one number for both.
    #[config(positional, default = 1)]
    pub padding: OneOrMany<usize, 2>,
}

/// Adds rows and columns of zeros around pictures: (batch, height, width, channels), or channels second.
#[derive(Clone, Debug, Config)]
pub struct ZeroPadding2D {
    /// How many pixels are added: one number for all sides, or one for each axis, or two for each axis: before and after.
    #[config(positional, default = 1)]
    pub padding: OneOrMany<OneOrMany<usize, 2>, 2>,
    /// Where the channels are; null is the setting of the process.
    #[config(default = None)]
    pub data_format: DataFormat,
}

/// Adds zeros around volumes: (batch, 3 sizes, channels), or channels second.
#[derive(Clone, Debug, Config)]
pub struct ZeroPadding3D {
    /// How many are added: one number for all sides, or one for each axis, or two for each axis: before and after.
    #[config(positional, default = 1)]
    pub padding: OneOrMany<OneOrMany<usize, 2>, 3>,
    /// Where the channels are; null is the setting of the process.
    #[config(default = None)]
    pub data_format: DataFormat,
}

/// `x` with zeros before and after each inner axis.
fn padded(x: &Value, padding: &[OneOrMany<usize, 2>], format: DataFormat) -> Value {
    let mut sides = vec![(0, 0); x.rank()];
    for (axis, side) in format.inner(x.rank()).zip(padding) {
        sides[axis] = (side[0], side[1]);
    }
    x.pad(&sides, 0.0)
}

macro_rules! layers {
    ($($layer:ident: $rank:literal, |$l:ident| $padding:expr, $format:expr, $shape:expr, $other:expr;)*) => {$(
        impl Layer for $layer {
            fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
                let $l = self;
                Ok(vec![padded(&inputs[0], $padding, $format)])
            }
            fn expects(&self) -> Vec<InputSpec> {
                vec![InputSpec::ndim($rank)]
            }
            fn samples() -> Vec<Sample> {
                vec![Sample::new($layer::new(), &[&$shape]), Sample::new($other, &[&$shape])]
            }
        }
    )*};
}
layers! {
    ZeroPadding1D: 3, |l| &[l.padding], DataFormat::ChannelsLast, [2, 3, 2], ZeroPadding1D::new().padding([0, 2]);
    ZeroPadding2D: 4, |l| &*l.padding, l.data_format, [2, 2, 3, 2],
        ZeroPadding2D::new().padding([[1, 2], [0, 1]]).data_format(DataFormat::ChannelsFirst);
    ZeroPadding3D: 5, |l| &*l.padding, l.data_format, [1, 2, 3, 2, 2], ZeroPadding3D::new().padding([[1, 2], [0, 1], [2, 2]]);
}
