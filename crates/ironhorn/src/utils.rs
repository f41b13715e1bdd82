//! Keras's `utils`, as far as it is there.
use crate::{Array, DType, Error, Result};

/// Whole numbers as rows that are 1 at the number and 0 elsewhere; `classes` is the largest plus 1 if not given. A last axis of
/// size 1 goes. Error `label_range` for a number that is no class.
pub fn to_categorical(y: &Array, classes: Option<usize>, dtype: DType) -> Result<Array> {
    let labels = y.to_f64();
    let most = labels.iter().copied().fold(-1.0, f64::max);
    let classes = classes.unwrap_or((most + 1.0) as usize);
    let mut rows = vec![0.0; labels.len() * classes];
    for (i, label) in labels.iter().enumerate() {
        // As numpy: fractions are cut, negative numbers count from the end.
        let at = label.trunc() as i64;
        let class = if at < 0 { at + classes as i64 } else { at };
        if !(0..classes as i64).contains(&class) || !label.is_finite() {
            let text = format!("Label {label} at position {i} is out of range for {classes} classes.");
            return Err(Error::value("label_range", text));
        }
        rows[i * classes + class as usize] = 1.0;
    }
    let mut shape = y.shape().to_vec();
    if shape.len() > 1 && shape.last() == Some(&1) {
        shape.pop();
    }
    shape.push(classes);
    Array::from_f64(dtype, shape, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_a_label() {
        let y = Array::from_f64(DType::I32, [3, 1], &[2.0, 0.0, -1.0]).unwrap();
        let rows = to_categorical(&y, None, DType::F32).unwrap();
        assert_eq!((rows.shape(), rows.to_f64()), (&[3, 3][..], vec![0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]));
        assert_eq!(to_categorical(&y, Some(2), DType::F32).unwrap_err().code(), "label_range");
    }
}
