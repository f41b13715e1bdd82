//! Lambda: a function of the user's as a layer without weights.
use crate::config::{Config, Field, Map, Object, Place, Setting, custom_object};
use crate::layer::{Call, Layer, Sample};
use crate::{Error, Result, Value};
use std::{fmt, rc::Rc};

/// Applies a function. It cannot be written to a config unless it has a name among the custom objects.
#[derive(Clone, Debug, Config)]
#[config(plain)]
pub struct Lambda {
    /// The function, from the input (or several) to the output (or several).
    pub function: LambdaFunction,
    /// How the config tells of the function: by its name. Python's other way, `lambda`, is its bytecode and cannot be read.
    #[config(default = "function")]
    pub function_type: String,
    /// Shape of the output without the batch. It is not needed, as shapes are found by calling the function.
    #[config(positional, default = Setting::Null, shown = "null")]
    pub output_shape: Setting,
    /// How the config tells of the shape.
    #[config(default = "raw")]
    pub output_shape_type: String,
    /// Further arguments of the function, by name.
    #[config(default = Map::new(), shown = "{}")]
    pub arguments: Map,
    /// Function from the input to the mask of the output. Without one the output has no mask.
    #[config(positional, default = None, unwritten)]
    pub mask: Option<LambdaFunction>,
}

type Function = dyn Fn(&mut Call, &[Value], &Map) -> Result<Vec<Value>>;

/// A function that a Lambda applies: of its call, its inputs and its arguments. As a custom object it is found by name.
#[derive(Clone)]
pub struct LambdaFunction {
    name: Option<String>,
    function: Rc<Function>,
}

impl LambdaFunction {
    /// A function that sees its call, with any number of inputs and outputs, and the arguments of the Lambda.
    pub fn new(function: impl Fn(&mut Call, &[Value], &Map) -> Result<Vec<Value>> + 'static) -> LambdaFunction {
        LambdaFunction { name: None, function: Rc::new(function) }
    }
    /// With the name that it has among the custom objects.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> LambdaFunction {
        self.name = Some(name.into());
        self
    }
}

impl fmt::Debug for LambdaFunction {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name.as_deref().unwrap_or("a function"))
    }
}

impl Field for LambdaFunction {
    fn read(setting: Setting, at: &Place) -> Result<LambdaFunction> {
        let function = |object: &Object| object.get::<LambdaFunction>().ok_or_else(|| at.wrong_type("a function", &setting));
        match &setting {
            Setting::Object(object) => function(object),
            Setting::Text(name) => match custom_object(name) {
                Some(object) => Ok(function(&object)?.named(name)),
                None => Err(Error::value(
                    "name_unknown",
                    format!("Unknown function in Lambda layer: {name}. A name of your own must be among the custom objects."),
                )),
            },
            Setting::List(_) => Err(Error::not_implemented(
                "lambda_bytecode",
                "This Lambda's function was written as Python bytecode, which only Python can run. Write it anew as a function, or as a layer.",
            )),
            other => Err(at.wrong_type("a function", other)),
        }
    }
    fn write(&self) -> Result<Setting> {
        match &self.name {
            Some(name) => Ok(Setting::Text(name.clone())),
            None => Err(Error::not_implemented(
                "lambda_config",
                "A Lambda's function cannot be written to a config. Register it under a name, or write a layer class with a config.",
            )),
        }
    }
    fn typescript() -> String {
        "LambdaFunction | string".to_owned()
    }
}

impl Lambda {
    /// Of a function from one value to one.
    pub fn new(function: impl Fn(&Value) -> Result<Value> + 'static) -> Lambda {
        Lambda::of(move |_, inputs| function(&inputs[0]).map(|y| vec![y]))
    }
    /// Of a function that sees its call, with any number of inputs and outputs.
    pub fn of(function: impl Fn(&mut Call, &[Value]) -> Result<Vec<Value>> + 'static) -> Lambda {
        Lambda::from(LambdaFunction::new(move |call, inputs, _| function(call, inputs)))
    }
    /// With the name that the function has among the custom objects, by which it is written.
    #[must_use]
    pub fn registered(mut self, name: impl Into<String>) -> Lambda {
        self.function = self.function.named(name);
        self
    }
    /// With arguments for the function.
    #[must_use]
    pub fn arguments(mut self, arguments: Map) -> Lambda {
        self.arguments = arguments;
        self
    }
    /// With a function that gives the mask of the output.
    #[must_use]
    pub fn mask(mut self, mask: LambdaFunction) -> Lambda {
        self.mask = Some(mask);
        self
    }
}

impl From<LambdaFunction> for Lambda {
    fn from(function: LambdaFunction) -> Lambda {
        Lambda {
            function,
            function_type: "function".to_owned(),
            output_shape: Setting::Null,
            output_shape_type: "raw".to_owned(),
            arguments: Map::new(),
            mask: None,
        }
    }
}

impl Layer for Lambda {
    fn call(&self, call: &mut Call, inputs: &[Value]) -> Result<Vec<Value>> {
        (self.function.function)(call, inputs, &self.arguments)
    }
    // Keras drops the mask unless one is computed by hand.
    fn masks(&self, call: &mut Call, inputs: &[Value], outputs: &[Value]) -> Result<Vec<Option<Value>>> {
        let Some(mask) = &self.mask else { return Ok(vec![None; outputs.len()]) };
        let made = (mask.function)(call, inputs, &Map::new())?;
        let mut masks: Vec<_> = made.into_iter().map(|mask| mask.ok().map(Some)).collect::<Result<_>>()?;
        masks.resize(outputs.len(), None);
        Ok(masks)
    }
    fn supports_masking(&self) -> bool {
        self.mask.is_some()
    }
    fn samples() -> Vec<Sample> {
        let double = LambdaFunction::new(|_, inputs, _| Ok(vec![&inputs[0] * 2.0]));
        crate::config::register("doubled", Object::new("a function", double.clone()));
        vec![Sample::new(Lambda::from(double).registered("doubled"), &[&[2, 3]])]
    }
}
