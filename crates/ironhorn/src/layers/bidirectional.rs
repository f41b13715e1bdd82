//! Bidirectional: a recurrent layer over time in both directions.
use super::rnn::Constants;
use crate::config::{Config, Map, Plug, Setting, spelled};
use crate::layer::{Build, Call, InputSpec, Layer, LayerRef, Sample, inline_wrapped};
use crate::regularizers::Regularizer;
use crate::{Error, Result, Spec, Value, Variable};
use graph::functions::concat;
use std::cell::OnceCell;

crate::words! {
    /// How the outputs of both directions become one.
    pub enum MergeMode {
        /// Added.
        Sum = "sum",
        /// Multiplied.
        Mul = "mul",
        /// One after the other along the last axis.
        Concat = "concat",
        /// Their mean.
        Ave = "ave",
    }
}

/// Runs a recurrent layer over a sequence from its first step to its last, and another of the same options the other way.
/// States are those of the first, then those of the second.
#[derive(Clone, Debug, Config)]
pub struct Bidirectional {
    /// The layer: SimpleRNN, GRU, LSTM, RNN or one like them.
    pub layer: LayerRef,
    /// How the outputs become one; null gives both.
    #[config(positional, default = "concat")]
    pub merge_mode: Option<MergeMode>,
    /// How many of the inputs, at the end, are constants for each step.
    #[config(default = None, omit_none)]
    pub num_constants: Constants,
    #[config(skip)]
    pair: Pair,
}

/// The layers of both directions. A copy of a wrapper has layers of its own.
#[derive(Debug, Default)]
struct Pair(OnceCell<Result<[LayerRef; 2]>>);

impl Clone for Pair {
    fn clone(&self) -> Pair {
        Pair::default()
    }
}

impl Bidirectional {
    /// With the outputs of both directions left apart.
    #[must_use]
    pub fn apart(mut self) -> Bidirectional {
        self.merge_mode = None;
        self
    }
    /// The layers that run forward and backward.
    pub fn directions(&self) -> Result<[LayerRef; 2]> {
        self.pair.0.get_or_init(|| self.make()).clone()
    }
    fn make(&self) -> Result<[LayerRef; 2]> {
        let name = self.layer.name();
        let config = self.layer.config()?;
        let Some(Setting::Bool(backwards)) = config.get("go_backwards").cloned() else {
            return Err(Error::value(
                "bidirectional_layer",
                format!(
                    "Bidirectional takes a recurrent layer, which has the option `{}`; {:?} has not.",
                    spelled("go_backwards"),
                    self.layer
                ),
            ));
        };
        // Both are made anew of the config, so that what a call tells one of them is not in that of the layer.
        let direction = |prefix: &str, backwards: bool| {
            let mut config = config.clone();
            config.insert("name", format!("{prefix}_{name}"));
            config.insert("go_backwards", backwards);
            LayerRef::deserialize(&Map::from([("class_name", Setting::from(self.layer.class_name())), ("config", config.into())]).into())
        };
        let pair = [direction("forward", backwards)?, direction("backward", !backwards)?];
        if self.num_constants.get() > 0 {
            pair.iter().try_for_each(|l| l.core().layer().take_constants(self.num_constants.get()))?;
        }
        Ok(pair)
    }
    /// An option of the layer.
    fn says(&self, option: &str) -> Result<bool> {
        Ok(self.layer.config()?.get(option) == Some(&Setting::Bool(true)))
    }
}

impl Layer for Bidirectional {
    fn build(&self, weights: &mut Build, inputs: &[Spec]) -> Result<()> {
        let constants = &inputs[inputs.len() - self.num_constants.get().min(inputs.len() - 1)..];
        let told = [&inputs[..1], constants].concat();
        for layer in self.directions()? {
            weights.build_layer(&layer, layer.name(), &told)?;
        }
        Ok(())
    }
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        let (states, constants) = inputs[1..].split_at((inputs.len() - 1).saturating_sub(self.num_constants.get()));
        if !states.len().is_multiple_of(2) {
            return Err(Error::value(
                "states_count",
                format!(
                    "When passing `{}` to a Bidirectional RNN, the state should be a list containing the states of the underlying \
                     RNNs. Layer {} found {} of them.",
                    spelled("initial_state"),
                    call.name(),
                    states.len()
                ),
            ));
        }
        let halves = states.split_at(states.len() / 2);
        let run = |layer: &LayerRef, states: &[Value]| {
            let given = [&inputs[..1], states, constants].concat();
            let masks: Vec<_> = (0..given.len()).map(|i| call.mask(0).filter(|_| i == 0).cloned()).collect();
            inline_wrapped(layer.core(), &given, &masks, &Map::new())
        };
        let [forward, backward] = self.directions()?;
        let (mut y, mut back) = (run(&forward, halves.0)?, run(&backward, halves.1)?);
        let (states, back_states) = (y.split_off(1), back.split_off(1));
        let (y, mut back) = (y.swap_remove(0), back.swap_remove(0));
        if self.says("return_sequences")? {
            back = back.reverse(&[1]);
        }
        let mut outputs = match self.merge_mode {
            Some(MergeMode::Concat) => vec![concat(&[y, back], -1)],
            Some(MergeMode::Sum) => vec![y + back],
            Some(MergeMode::Ave) => vec![(y + back) / 2.0],
            Some(MergeMode::Mul) => vec![y * back],
            None => vec![y, back],
        };
        outputs.extend(states);
        outputs.extend(back_states);
        Ok(outputs)
    }
    fn masks(&self, call: &mut Call, _: &[Value], outputs: &[Value]) -> Result<Vec<Option<Value>>> {
        let sequences = self.says("return_sequences")?;
        let merged = if self.merge_mode.is_some() { 1 } else { 2 };
        Ok((0..outputs.len()).map(|i| call.mask(0).filter(|_| sequences && i < merged).cloned()).collect())
    }
    fn supports_masking(&self) -> bool {
        true
    }
    fn expects(&self) -> Vec<InputSpec> {
        self.layer.core().layer().expects()
    }
    fn takes_more(&self) -> bool {
        true
    }
    fn take_constants(&self, count: usize) -> Result<()> {
        self.directions()?.iter().try_for_each(|l| l.core().layer().take_constants(count))?;
        self.num_constants.set(count);
        Ok(())
    }
    fn activity_regularizer(&self) -> Option<&Plug<dyn Regularizer>> {
        self.layer.core().layer().activity_regularizer()
    }
    fn stateful(&self) -> bool {
        self.layer.core().layer().stateful()
    }
    fn states(&self) -> Vec<Variable> {
        self.layers().iter().flat_map(|l| l.core().layer().states()).collect()
    }
    fn layers(&self) -> Vec<LayerRef> {
        self.directions().map_or_else(|_| Vec::new(), Vec::from)
    }
    fn lists_by_layer(&self) -> bool {
        true
    }
    fn set_trainable(&self, trainable: bool) {
        self.layers().iter().for_each(|l| l.set_trainable(trainable));
    }
    fn samples() -> Vec<Sample> {
        use super::{GRU, LSTM, SimpleRNN};
        vec![
            Sample::new(Bidirectional::new(LSTM::new(2)), &[&[2, 3, 2]]),
            Sample::new(Bidirectional::new(GRU::new(2).return_sequences(true)).merge_mode(MergeMode::Mul), &[&[2, 3, 2]]),
            Sample::new(Bidirectional::new(SimpleRNN::new(2).return_state(true)).apart(), &[&[2, 3, 2], &[2, 2], &[2, 2]]),
        ]
    }
}
