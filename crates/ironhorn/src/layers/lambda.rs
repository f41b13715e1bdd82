//! Lambda: a function of the user's as a layer without weights.
use crate::config::{Described, Map};
use crate::layer::{Apply, Call, Layer, LayerRef};
use crate::{Error, Result, Value};
use std::rc::Rc;

type Function = dyn Fn(&mut Call, &[Value]) -> Result<Vec<Value>>;

/// A function as a layer. A function is no data: it cannot be written to a config unless it has a name among the custom objects.
pub struct Lambda {
    function: Box<Function>,
    name: Option<String>,
}

impl Lambda {
    /// Of a function from one value to one.
    pub fn new(function: impl Fn(&Value) -> Result<Value> + 'static) -> Lambda {
        Lambda::of(move |_, inputs| function(&inputs[0]).map(|y| vec![y]))
    }
    /// Of a function that sees its call, with any number of inputs and outputs.
    pub fn of(function: impl Fn(&mut Call, &[Value]) -> Result<Vec<Value>> + 'static) -> Lambda {
        Lambda { function: Box::new(function), name: None }
    }
    /// With the name that the function has among the custom objects, by which it is written.
    #[must_use]
    pub fn registered(mut self, name: impl Into<String>) -> Lambda {
        self.name = Some(name.into());
        self
    }
}

impl Described for Lambda {
    fn class_name(&self) -> String {
        "Lambda".to_owned()
    }
    fn config(&self) -> Result<Option<Map>> {
        let Some(name) = &self.name else {
            return Err(Error::not_implemented(
                "lambda_config",
                "A Lambda's function cannot be written to a config. Register it under a name, or write a layer class with a config.",
            ));
        };
        let mut map = Map::from([("function", name.as_str()), ("function_type", "function")]);
        map.insert("output_shape", None::<bool>);
        map.insert("output_shape_type", "raw");
        map.insert("arguments", Map::new());
        Ok(Some(map))
    }
}

impl Layer for Lambda {
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        (self.function)(call, inputs)
    }
    // Keras drops the mask unless one is computed by hand.
    fn masks(&self, _: &mut Call, _: &[Value], outputs: &[Value]) -> Result<Vec<Option<Value>>> {
        Ok(vec![None; outputs.len()])
    }
}

impl From<Lambda> for LayerRef {
    fn from(lambda: Lambda) -> LayerRef {
        LayerRef::new(Rc::new(lambda))
    }
}

impl Apply for Lambda {}
