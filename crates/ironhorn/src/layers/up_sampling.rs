//! UpSampling1D, 2D, 3D: a sequence, a picture, a volume made larger by whole factors.
use crate::config::{Config, DataFormat, OneOrMany, positive};
use crate::layer::{Call, InputSpec, Layer, Sample};
use crate::{Error, Result, Value, words};
use graph::functions::conv::Interpolation as How;

words! {
    /// How new pixels come about.
    pub enum Interpolation {
        /// Each pixel many times.
        Nearest = "nearest",
        /// Means of the neighbours, by distance.
        Bilinear = "bilinear",
    }
}

/// Takes each step of (batch, steps, channels) several times.
#[derive(Clone, Debug, Config)]
pub struct UpSampling1D {
    /// How many times.
    #[config(positional, default = 2, check = positive)]
    pub size: usize,
}

/// Makes pictures larger: (batch, height, width, channels), or channels second.
#[derive(Clone, Debug, Config)]
pub struct UpSampling2D {
    /// Factors of height and width; one number for both.
    #[config(positional, default = 2)]
    pub size: OneOrMany<usize, 2>,
    /// Where the channels are; null is the setting of the process.
    #[config(default = None)]
    pub data_format: DataFormat,
    /// How new pixels come about.
    #[config(default = "nearest")]
    pub interpolation: Interpolation,
}

/// Takes each element of volumes several times: (batch, 3 sizes, channels), or channels second.
#[derive(Clone, Debug, Config)]
pub struct UpSampling3D {
    /// How many times along each axis; one number for all.
    #[config(positional, default = 2)]
    pub size: OneOrMany<usize, 3>,
    /// Where the channels are; null is the setting of the process.
    #[config(default = None)]
    pub data_format: DataFormat,
}

/// Each element of the inner axes several times.
fn repeated(x: &Value, factors: &[usize], format: DataFormat) -> Result<Value> {
    if factors.contains(&0) {
        return Err(Error::value("upsample", format!("Factors of up-sampling are 1 or more, got {factors:?}.")));
    }
    let inner = format.inner(x.rank());
    Ok(inner.zip(factors).filter(|(_, n)| **n > 1).fold(x.clone(), |x, (axis, n)| x.repeat_elements(*n, axis as i64)))
}

macro_rules! layers {
    ($($layer:ident: $rank:literal, |$l:ident, $x:ident| $larger:expr, $samples:expr;)*) => {$(
        impl Layer for $layer {
            fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
                let ($l, $x) = (self, &inputs[0]);
                Ok(vec![$larger])
            }
            fn expects(&self) -> Vec<InputSpec> {
                vec![InputSpec::ndim($rank)]
            }
            fn samples() -> Vec<Sample> {
                $samples
            }
        }
    )*};
}
layers! {
    UpSampling1D: 3, |l, x| repeated(x, &[l.size], DataFormat::ChannelsLast)?, vec![Sample::new(UpSampling1D::new(), &[&[2, 3, 2]])];
    UpSampling2D: 4, |l, x| match l.interpolation {
            Interpolation::Nearest => x.upsample2d(*l.size, How::Nearest, l.data_format.is_first()),
            Interpolation::Bilinear => x.upsample2d(*l.size, How::Bilinear, l.data_format.is_first()),
        },
        vec![
            Sample::new(UpSampling2D::new(), &[&[2, 2, 3, 2]]),
            Sample::new(UpSampling2D::new().size([2, 3]).interpolation(Interpolation::Bilinear), &[&[1, 2, 3, 2]]),
            Sample::new(UpSampling2D::new().size([1, 2]).data_format(DataFormat::ChannelsFirst), &[&[1, 2, 2, 3]]),
        ];
    UpSampling3D: 5, |l, x| repeated(x, &*l.size, l.data_format)?, vec![
            Sample::new(UpSampling3D::new(), &[&[1, 2, 1, 2, 2]]),
            Sample::new(UpSampling3D::new().size([1, 2, 3]).data_format(DataFormat::ChannelsFirst), &[&[1, 2, 2, 1, 2]]),
        ];
}
