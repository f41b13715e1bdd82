//! TimeDistributed: a layer on every step of a sequence.
use super::recurrent::{step_of, swapped};
use crate::config::{Config, Map, Plug};
use crate::layer::{Build, Call, InputSpec, Layer, LayerRef, Sample, inline_wrapped, note_masks, traced_mask, with_losses};
use crate::regularizers::Regularizer;
use crate::{Dim, Error, Result, Shape, Spec, Value};
use graph::ops::scan::scan;

/// Applies a layer, or a whole model, to each step of (batch, steps, ...). Where the size of the batch is known the steps are taken
/// one after another, as batches of that size; else all steps of all samples are one large batch.
#[derive(Clone, Debug, Config)]
pub struct TimeDistributed {
    /// The layer.
    pub layer: LayerRef,
}

impl TimeDistributed {
    /// Step after step.
    fn looped(&self, call: &mut Call, x: &Value) -> Result<Vec<Value>> {
        let mut outputs = 0;
        let (_, mut stacked) = scan(&[], &[swapped(x)], false, |_, now| {
            let (mut made, losses) = with_losses(|| inline_wrapped(self.layer.core(), now, &[None], &Map::new()))?;
            outputs = made.len();
            made.extend(losses);
            Ok((Vec::new(), made))
        })?;
        for loss in stacked.split_off(outputs) {
            call.add_loss(loss.sum(&[], false));
        }
        let outputs: Vec<Value> = stacked.iter().map(swapped).collect();
        note_masks(&outputs, &vec![call.mask(0).cloned(); outputs.len()]);
        Ok(outputs)
    }
    /// All steps as one batch.
    fn flat(&self, call: &mut Call, x: &Value) -> Result<Vec<Value>> {
        let mask = call.mask(0);
        let inner_mask = mask.map(|mask| flattened(mask).ok()).transpose()?;
        let made = inline_wrapped(self.layer.core(), &[flattened(x)], &[inner_mask], &Map::new())?;
        let shaped = |y: &Value| {
            let shape = [x.dim(0), x.dim(1)].into_iter().chain(y.shape().0.iter().skip(1).copied()).collect();
            y.reshape(&Shape(shape)).ok()
        };
        let outputs = made.iter().map(shaped).collect::<Result<Vec<_>>>()?;
        let mut masks = Vec::new();
        for y in &made {
            masks.push(match (traced_mask(y), mask) {
                (Some(mask), _) => Some(shaped(&mask)?),
                // A step counts if anything of it does.
                (None, Some(mask)) => Some((2..mask.rank()).fold(mask.clone(), |mask, _| mask.any(&[-1], false)).ok()?),
                (None, None) => None,
            });
        }
        note_masks(&outputs, &masks);
        Ok(outputs)
    }
}

/// Batch and steps as one axis.
fn flattened(x: &Value) -> Value {
    let rows = x.dim(0).times(x.dim(1));
    x.reshape(&Shape(std::iter::once(rows).chain(x.shape().0.iter().skip(2).copied()).collect()))
}

impl Layer for TimeDistributed {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        let shape = &inputs[0].shape;
        if shape.rank() < 3 {
            return Err(Error::value(
                "input_incompatible",
                format!("Input 0 is incompatible with layer {}: expected min_ndim=3, found ndim={}.", weights.name(), shape.rank()),
            ));
        }
        weights.build_layer(&self.layer, "", &[step_of(&inputs[0])])?;
        weights.expect([InputSpec { shape: Some(shape.0.iter().map(|d| Dim::known(*d)).collect()), ..InputSpec::ndim(shape.rank()) }]);
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        match inputs[0].dim(0).known() {
            Some(_) => self.looped(call, &inputs[0]),
            None => self.flat(call, &inputs[0]),
        }
    }
    fn masks(&self, _: &mut Call, _: &[Value], outputs: &[Value]) -> Result<Vec<Option<Value>>> {
        Ok(outputs.iter().map(traced_mask).collect())
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        vec![InputSpec::default()]
    }
    fn activity_regularizer(&self) -> Option<&Plug<dyn Regularizer>> {
        self.layer.core().layer().activity_regularizer()
    }
    fn stateful(&self) -> bool {
        self.layer.core().layer().stateful()
    }
    fn reset_states(&self) -> Result<()> {
        self.layer.core().layer().reset_states()
    }
    fn layers(&self) -> Vec<LayerRef> {
        vec![self.layer.clone()]
    }
    fn lists_by_layer(&self) -> bool {
        true
    }
    fn set_trainable(&self, trainable: bool) {
        self.layer.set_trainable(trainable);
    }
    fn samples() -> Vec<Sample> {
        use super::{Dense, LSTM};
        use crate::regularizers::L2;
        vec![
            Sample::new(TimeDistributed::new(Dense::new(2).activity_regularizer(L2::new())), &[&[2, 3, 4]]),
            Sample::new(TimeDistributed::new(LSTM::new(2)), &[&[2, 2, 3, 2]]),
        ]
    }
}
