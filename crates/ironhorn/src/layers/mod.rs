//! Layers: the config and the computation of each, one file each.
use crate::layer::Core;
#[cfg(test)]
use crate::layer::{Layer, Sample};

/// Declares the list of layers, and what the tests try each with.
macro_rules! layers {
    ($($file:ident: $($layer:ident),+;)*) => {
        crate::list! {
            /// Keras's layers.
            pub static LAYERS: Core;
            $($file: $($layer),+;)*
        }
        /// For each layer its name and how to sample it.
        #[cfg(test)]
        pub(crate) const SAMPLES: &[(&str, fn() -> Vec<Sample>)] = &[$($((stringify!($layer), $layer::samples)),+),*];
    };
}

layers! {
    activation: Activation;
    dense: Dense;
    dropout: Dropout;
    flatten: Flatten;
    input_layer: InputLayer;
    reshape: Reshape;
}

mod lambda;
pub use lambda::Lambda;

#[cfg(test)]
mod tests;
