//! The types of options that Keras has and Rust has not: rounded floats, one or many, words from a fixed set.
use super::{Field, Place, Setting};
use crate::{DType, Result, globals};
use std::ops::Deref;

/// A shape of which some sizes are not known (null).
pub type PartialShape = Vec<Option<usize>>;

/// A number that Keras keeps in the process's number type, usually float32, so that its config shows 0.8999999761581421.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
pub struct F32Rounded(f64);

impl F32Rounded {
    /// The rounded number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl From<f64> for F32Rounded {
    fn from(x: f64) -> F32Rounded {
        F32Rounded(if globals::floatx() == DType::F64 { x } else { f64::from(x as f32) })
    }
}

impl Field for F32Rounded {
    fn read(setting: Setting, at: &Place) -> Result<F32Rounded> {
        f64::read(setting, at).map(F32Rounded::from)
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Float(self.0))
    }
    fn typescript() -> String {
        "number".to_owned()
    }
}

/// A number that is written as it was given: 2 stays 2, 2.0 stays 2.0.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Number {
    /// A whole number.
    Int(i64),
    /// Any other.
    Float(f64),
}

impl Number {
    /// The number.
    pub fn get(self) -> f64 {
        match self {
            Number::Int(n) => n as f64,
            Number::Float(x) => x,
        }
    }
}

impl From<i64> for Number {
    fn from(n: i64) -> Number {
        Number::Int(n)
    }
}

impl From<f64> for Number {
    fn from(x: f64) -> Number {
        Number::Float(x)
    }
}

impl Field for Number {
    fn read(setting: Setting, at: &Place) -> Result<Number> {
        match setting {
            Setting::Int(n) => Ok(Number::Int(n)),
            other => f64::read(other, at).map(Number::Float),
        }
    }
    fn write(&self) -> Result<Setting> {
        Ok(match self {
            Number::Int(n) => Setting::Int(*n),
            Number::Float(x) => Setting::Float(*x),
        })
    }
    fn typescript() -> String {
        "number".to_owned()
    }
}

/// A part of a whole: what lies outside of 0 to 1 is clamped, as Keras does with the rates of dropout.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug, Default)]
pub struct Fraction(f64);

impl Fraction {
    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl From<f64> for Fraction {
    fn from(x: f64) -> Fraction {
        Fraction(x.clamp(0.0, 1.0))
    }
}

impl Field for Fraction {
    fn read(setting: Setting, at: &Place) -> Result<Fraction> {
        f64::read(setting, at).map(Fraction::from)
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::Float(self.0))
    }
    fn typescript() -> String {
        "number".to_owned()
    }
}

/// `N` values, given as one for all or as a list of `N`; written as a list. Nests: a padding of a picture is
/// `OneOrMany<OneOrMany<usize, 2>, 2>`, given as 1, `[1, 2]` or `[[1, 2], [3, 4]]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OneOrMany<T, const N: usize>([T; N]);

impl<T, const N: usize> Deref for OneOrMany<T, N> {
    type Target = [T; N];
    fn deref(&self) -> &[T; N] {
        &self.0
    }
}

impl<T: Clone, const N: usize> From<T> for OneOrMany<T, N> {
    fn from(one: T) -> OneOrMany<T, N> {
        OneOrMany(std::array::from_fn(|_| one.clone()))
    }
}

impl<T, const N: usize> From<[T; N]> for OneOrMany<T, N> {
    fn from(many: [T; N]) -> OneOrMany<T, N> {
        OneOrMany(many)
    }
}

impl<const M: usize, const N: usize> From<usize> for OneOrMany<OneOrMany<usize, M>, N> {
    fn from(one: usize) -> Self {
        OneOrMany([one.into(); N])
    }
}

impl<const M: usize, const N: usize> From<[usize; N]> for OneOrMany<OneOrMany<usize, M>, N> {
    fn from(many: [usize; N]) -> Self {
        OneOrMany(many.map(OneOrMany::from))
    }
}

impl<const M: usize, const N: usize> From<[[usize; M]; N]> for OneOrMany<OneOrMany<usize, M>, N> {
    fn from(many: [[usize; M]; N]) -> Self {
        OneOrMany(many.map(OneOrMany::from))
    }
}

impl<T: Field + Clone, const N: usize> Field for OneOrMany<T, N> {
    fn read(setting: Setting, at: &Place) -> Result<OneOrMany<T, N>> {
        match setting {
            Setting::List(items) => {
                let wrong = at.wrong_value(&format!("one value or a list of {N}"), &Setting::List(items.clone()));
                let many = items.into_iter().enumerate().map(|(i, item)| T::read(item, &at.item(i))).collect::<Result<Vec<T>>>()?;
                <[T; N]>::try_from(many).map(OneOrMany).map_err(|_| wrong)
            }
            one => T::read(one, at).map(OneOrMany::from),
        }
    }
    fn write(&self) -> Result<Setting> {
        Ok(Setting::List(self.0.iter().map(T::write).collect::<Result<_>>()?))
    }
    fn typescript() -> String {
        let one = T::typescript();
        format!("{one} | [{}]", vec![one.as_str(); N].join(", "))
    }
}

/// One value or a list of any length, written as it was given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OneOrList<T> {
    /// One.
    One(T),
    /// A list.
    List(Vec<T>),
}

impl<T> OneOrList<T> {
    /// The values.
    pub fn as_slice(&self) -> &[T] {
        match self {
            OneOrList::One(one) => std::slice::from_ref(one),
            OneOrList::List(list) => list,
        }
    }
}

impl<T> From<T> for OneOrList<T> {
    fn from(one: T) -> OneOrList<T> {
        OneOrList::One(one)
    }
}

impl<T, const N: usize> From<[T; N]> for OneOrList<T> {
    fn from(list: [T; N]) -> OneOrList<T> {
        OneOrList::List(list.into())
    }
}

impl<T: Field> Field for OneOrList<T> {
    fn read(setting: Setting, at: &Place) -> Result<OneOrList<T>> {
        match setting {
            list @ Setting::List(_) => Vec::read(list, at).map(OneOrList::List),
            one => T::read(one, at).map(OneOrList::One),
        }
    }
    fn write(&self) -> Result<Setting> {
        match self {
            OneOrList::One(one) => one.write(),
            OneOrList::List(list) => list.write(),
        }
    }
    fn typescript() -> String {
        format!("{} | {}", T::typescript(), Vec::<T>::typescript())
    }
}

/// Declares an enum of words: strings at the edge, parsed once (upper and lower case alike, as Keras does), typed as a union.
///
/// ```
/// ironhorn::words! {
///     /// Which way.
///     pub enum Way {
///         /// Up.
///         Up = "up",
///         /// Down; older files say `below`.
///         Down = "down" | "below",
///     }
/// }
/// assert_eq!(Way::Up.word(), "up");
/// ```
///
/// `or path for null` after the name lets null stand for what the function at `path` gives.
#[macro_export]
macro_rules! words {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident $(or $absent:path, for null)? {
            $($(#[$doc:meta])* $variant:ident = $word:literal $(| $older:literal)*),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        $vis enum $name { $($(#[$doc])* $variant),+ }

        #[allow(dead_code)]
        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// Keras's word for it.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl $crate::config::Field for $name {
            fn read(setting: $crate::config::Setting, at: &$crate::config::Place) -> $crate::Result<$name> {
                $(if setting == $crate::config::Setting::Null {
                    return Ok($absent());
                })?
                if let $crate::config::Setting::Text(text) = &setting {
                    $(if text.eq_ignore_ascii_case($word) $(|| text.eq_ignore_ascii_case($older))* {
                        return Ok($name::$variant);
                    })+
                }
                let expected = format!("one of {}", [$(concat!("'", $word, "'")),+].join(", "));
                Err(match setting {
                    $crate::config::Setting::Text(_) => at.wrong_value(&expected, &setting),
                    _ => at.wrong_type(&expected, &setting),
                })
            }
            fn write(&self) -> $crate::Result<$crate::config::Setting> {
                Ok($crate::config::Setting::Text(self.word().to_owned()))
            }
            fn typescript() -> String {
                let null: &[&str] = &[$({ let _ = $absent; "null" })?];
                [&[$(concat!("'", $word, "'")),+], null].concat().join(" | ")
            }
        }
    };
}

words! {
    /// Where image tensors have their channels; null is the setting of the process.
    pub enum DataFormat or globals::image_data_format, for null {
        /// `(batch, height, width, channels)`.
        ChannelsLast = "channels_last",
        /// `(batch, channels, height, width)`.
        ChannelsFirst = "channels_first",
    }
}

impl DataFormat {
    /// Whether channels come before the sizes of a picture.
    pub fn is_first(self) -> bool {
        self == DataFormat::ChannelsFirst
    }
    /// The axis of the channels.
    pub fn channels(self) -> i64 {
        if self.is_first() { 1 } else { -1 }
    }
    /// The axes between batch and channels of a tensor with that many axes.
    pub fn inner(self, rank: usize) -> std::ops::Range<usize> {
        if self.is_first() { 2..rank } else { 1..rank.saturating_sub(1) }
    }
}

words! {
    /// How a window treats the border.
    pub enum Padding {
        /// Windows lie within the input.
        Valid = "valid",
        /// As many windows as inputs, divided by the stride.
        Same = "same",
    }
}

words! {
    /// How a window over time treats the border.
    pub enum TimePadding {
        /// Windows lie within the input.
        Valid = "valid",
        /// As many windows as inputs, divided by the stride.
        Same = "same",
        /// As `same`, but a window sees no later time.
        Causal = "causal",
    }
}
