//! Keras's three settings of the process, as `keras.json` names them: number type, epsilon, image data format.
use crate::{DType, config::DataFormat};
use std::cell::Cell;

thread_local! {
    static FLOATX: Cell<DType> = const { Cell::new(DType::F32) };
    static EPSILON: Cell<f64> = const { Cell::new(1e-7) };
    static IMAGE_DATA_FORMAT: Cell<DataFormat> = const { Cell::new(DataFormat::ChannelsLast) };
}

/// The number type of weights and of what is computed, `float32` unless set.
pub fn floatx() -> DType {
    FLOATX.get()
}

/// Sets the number type of what is made from now on.
pub fn set_floatx(dtype: DType) {
    FLOATX.set(dtype);
}

/// The small number that keeps divisions and logarithms finite, 1e-7 unless set.
pub fn epsilon() -> f64 {
    EPSILON.get()
}

/// Sets the small number.
pub fn set_epsilon(epsilon: f64) {
    EPSILON.set(epsilon);
}

/// Where image tensors have their channels, last unless set.
pub fn image_data_format() -> DataFormat {
    IMAGE_DATA_FORMAT.get()
}

/// Sets where image tensors have their channels, for layers made from now on.
pub fn set_image_data_format(format: DataFormat) {
    IMAGE_DATA_FORMAT.set(format);
}
