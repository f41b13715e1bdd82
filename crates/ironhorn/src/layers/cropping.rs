//! Cropping1D, 2D, 3D: a sequence, a picture, a volume without its border.
use crate::config::{Config, DataFormat, OneOrMany};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Error, Result, Value};

/// Takes steps away from both ends of (batch, steps, channels).
#[derive(Clone, Debug, Config)]
pub struct Cropping1D {
    /// How many steps are taken away at the start and at the end; one number for both.
    #[config(positional, default = [1, 1])]
    pub cropping: OneOrMany<usize, 2>,
}

/// Takes rows and columns away from pictures: (batch, height, width, channels), or channels second.
#[derive(Clone, Debug, Config)]
pub struct Cropping2D {
    /// How many pixels are taken away: one number for all sides, or one for each axis, or two for each axis: before and after.
    #[config(positional, default = [[0, 0], [0, 0]])]
    pub cropping: OneOrMany<OneOrMany<usize, 2>, 2>,
    /// Where the channels are; null is the setting of the process.
    #[config(default = None)]
    pub data_format: DataFormat,
}

/// Takes the border away from volumes: (batch, 3 sizes, channels), or channels second.
#[derive(Clone, Debug, Config)]
pub struct Cropping3D {
    /// How many are taken away: one number for all sides, or one for each axis, or two for each axis: before and after.
    #[config(positional, default = [[1, 1], [1, 1], [1, 1]])]
    pub cropping: OneOrMany<OneOrMany<usize, 2>, 3>,
    /// Where the channels are; null is the setting of the process.
    #[config(default = None)]
    pub data_format: DataFormat,
}

/// `x` without so many before and after each inner axis. Error `cropping_size` if there is less than that.
fn cropped(call: &Call, x: &Value, cropping: &[OneOrMany<usize, 2>], format: DataFormat) -> Result<Value> {
    let mut part = x.clone();
    for (axis, side) in format.inner(x.rank()).zip(cropping) {
        let (size, less) = (x.shape().0[axis], side[0] + side[1]);
        if size.known().is_some_and(|n| n < less) {
            let text = format!("Layer {} takes {less} away along axis {axis}, which has less: input shape {}.", call.name(), x.shape());
            return Err(Error::value("cropping_size", text));
        }
        part = part.narrow(axis as i64, side[0], size.plus(-(less as i64)));
    }
    Ok(part)
}

macro_rules! layers {
    ($($layer:ident: $rank:literal, |$l:ident| $cropping:expr, $format:expr, $shape:expr, $other:expr;)*) => {$(
        impl Layer for $layer {
            fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
                let $l = self;
                Ok(vec![cropped(call, &inputs[0], $cropping, $format)?])
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
    Cropping1D: 3, |l| &[l.cropping], DataFormat::ChannelsLast, [2, 4, 2], Cropping1D::new().cropping([0, 2]);
    Cropping2D: 4, |l| &*l.cropping, l.data_format, [1, 3, 4, 4],
        Cropping2D::new().cropping([[1, 2], [0, 1]]).data_format(DataFormat::ChannelsFirst);
    Cropping3D: 5, |l| &*l.cropping, l.data_format, [1, 3, 4, 3, 2], Cropping3D::new().cropping([[1, 1], [0, 1], [2, 0]]);
}
