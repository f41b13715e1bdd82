//! Models that users write as a layer: their graph is one call of that layer, made as soon as the shapes of the inputs are known.
use super::Model;
use super::map::Graph;
use super::network::Network;
use crate::config::PartialShape;
use crate::layer::{InputOptions, Layer, LayerRef, input_with};
use crate::{DType, Error, Result};
use std::rc::Rc;

impl Model {
    /// A model whose `call` is that of `layer`; the layers that it says are inside are the model's. It is built by its first data, or by
    /// the first tensors that it is called on. Inputs are named `input_1` and so on, outputs `output_1`. It has no config: what asks for
    /// one fails with a NotImplementedError.
    ///
    /// ```
    /// use ironhorn::config::{Described, Map};
    /// use ironhorn::layer::{Call, Layer, LayerRef};
    /// use ironhorn::{Array, Result, Value, layers::Dense, model::Model, training::Predict};
    ///
    /// struct Twice(LayerRef);
    ///
    /// impl Described for Twice {
    ///     fn class_name(&self) -> String {
    ///         "Twice".to_owned()
    ///     }
    ///     fn config(&self) -> Result<Option<Map>> {
    ///         Ok(None)
    ///     }
    /// }
    ///
    /// impl Layer for Twice {
    ///     fn call(&self, _: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
    ///         self.0.apply_all(self.0.apply(&inputs[0])?)
    ///     }
    ///     fn layers(&self) -> Vec<LayerRef> {
    ///         vec![self.0.clone()]
    ///     }
    /// }
    ///
    /// let model = Model::subclass(Twice(Dense::new(2).into()), None)?;
    /// assert_eq!(model.predict(Array::from_slice([3, 2], &[1f32; 6])?, Predict::default())?.shape(), [3, 2]);
    /// assert_eq!(model.config().unwrap_err().class().name(), "NotImplementedError");
    /// # Ok::<(), ironhorn::Error>(())
    /// ```
    pub fn subclass(layer: impl Layer, name: Option<&str>) -> Result<Model> {
        let mut network = Network::new(&layer.class_name(), name);
        let body = LayerRef::new(Rc::new(layer)).with_name(network.name());
        network.body = Some(body);
        let network = Rc::new(network);
        Ok(Model { layer: LayerRef::new(network.clone()), network })
    }
    /// The layer of the user's that computes it, if it is one of theirs.
    pub fn body(&self) -> Option<&LayerRef> {
        self.network().body.as_ref()
    }
    /// Builds a model of the user's for inputs of these shapes, the batch included.
    pub(crate) fn build_body(&self, shapes: Vec<PartialShape>) -> Result<()> {
        if let (Some(body), None) = (self.body(), self.graph()) {
            let graph = graph_for(body, shapes.into_iter().map(|s| (s, None)).collect())?;
            self.set_graph(Some(graph));
        }
        Ok(())
    }
}

/// The graph of the one call.
pub(super) fn graph_for(body: &LayerRef, inputs: Vec<(PartialShape, Option<DType>)>) -> Result<Graph> {
    let names: Vec<String> = (1..=inputs.len()).map(|i| format!("input_{i}")).collect();
    let symbol = |((shape, dtype), name): ((PartialShape, Option<DType>), &String)| {
        input_with(shape, InputOptions { name: Some(name.clone()), dtype, ..InputOptions::default() })
    };
    let xs = inputs.into_iter().zip(&names).map(symbol).collect::<Result<Vec<_>>>()?;
    if xs.is_empty() {
        return Err(Error::value("model_ends", "A model needs at least one input: give data, or call it on a tensor."));
    }
    let ys = body.apply_all(xs.clone())?;
    let output_names = (1..=ys.len()).map(|i| format!("output_{i}")).collect();
    let mut graph = Graph::map("Model", xs, ys)?;
    (graph.input_names, graph.output_names) = (names, output_names);
    Ok(graph)
}
