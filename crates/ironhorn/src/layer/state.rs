//! The state that stateful layers keep from batch to batch, set back or set to values.
use super::LayerRef;
use crate::{Array, Error, Result, Variable};

impl LayerRef {
    /// The state of a stateful layer, one variable for each of its cell's states; none before it is built.
    pub fn states(&self) -> Vec<Variable> {
        self.core().layer().states()
    }
    /// Sets the state of a stateful layer to zeros. Errors `not_stateful`, `stateful_batch`.
    pub fn reset_states(&self) -> Result<()> {
        self.keeps_state()?;
        self.core().layer().reset_states()
    }
    /// Sets the state of a stateful layer to `values`. Errors `not_stateful`, `stateful_batch`, `states_count`, `states_shape`; nothing is
    /// written then.
    pub fn reset_states_to(&self, values: &[Array]) -> Result<()> {
        self.keeps_state()?;
        let states = self.states();
        if values.len() != states.len() {
            return Err(Error::value(
                "states_count",
                format!("Layer {} expects {} states, but it received {} state values.", self.name(), states.len(), values.len()),
            ));
        }
        for (i, (state, value)) in states.iter().zip(values).enumerate() {
            if state.shape() != value.shape() {
                return Err(Error::value(
                    "states_shape",
                    format!(
                        "State {i} is incompatible with layer {}: expected shape={:?}, found shape={:?}.",
                        self.name(),
                        state.shape(),
                        value.shape()
                    ),
                ));
            }
        }
        states.iter().zip(values).try_for_each(|(state, value)| state.set(&value.cast(state.dtype())))
    }
    fn keeps_state(&self) -> Result<()> {
        if !self.core().layer().stateful() {
            return Err(Error::attribute("not_stateful", format!("Layer must be stateful: {}.", self.name())));
        }
        if !self.built() {
            return Err(Error::value(
                "stateful_batch",
                format!(
                    "If a RNN is stateful, it needs to know its batch size: layer {} is not built. Call it on an input of fixed batch size \
                     first.",
                    self.name()
                ),
            ));
        }
        Ok(())
    }
}
