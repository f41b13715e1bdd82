//! Functions of the user's that functions of the backend take: steps of a loop, gradients.
use super::{Argument, Tensor};
use crate::config::{Field, Object, Place, Setting};
use crate::{Error, Result, Value};
use std::rc::Rc;

/// A function from tensors and lists of tensors to one of these.
#[derive(Clone)]
pub struct Callable(Rc<Function>);

type Function = dyn Fn(Vec<Setting>) -> Result<Setting>;

impl Callable {
    /// Of a function of settings: each a tensor as an object, or a list of these.
    pub fn new(f: impl Fn(Vec<Setting>) -> Result<Setting> + 'static) -> Callable {
        Callable(Rc::new(f))
    }
    /// Calls it. What it gives is a tensor, or a list.
    fn call(&self, arguments: Vec<Setting>) -> Result<Setting> {
        (self.0)(arguments)
    }
    /// Calls it to get tensors, those of lists within lists in order.
    pub(super) fn tensors(&self, arguments: Vec<Setting>) -> Result<Vec<Value>> {
        let mut found = Vec::new();
        flatten(self.call(arguments)?, &mut found)?;
        Ok(found)
    }
    /// Calls it to get one tensor. Error `function_result`.
    pub(super) fn tensor(&self, arguments: Vec<Setting>) -> Result<Value> {
        let mut found = self.tensors(arguments)?;
        match found.len() {
            1 => Ok(found.swap_remove(0)),
            n => Err(Error::type_("function_result", format!("The function must return one tensor, but returned {n}."))),
        }
    }
}

fn flatten(setting: Setting, found: &mut Vec<Value>) -> Result<()> {
    match setting {
        Setting::List(items) => items.into_iter().try_for_each(|item| flatten(item, found)),
        one => {
            found.push(Tensor::read(one, &Place::new("The function", "result"))?.0);
            Ok(())
        }
    }
}

/// A tensor as an argument of such a function.
pub(super) fn given(value: &Value) -> Setting {
    Setting::Object(Object::new("a tensor", value.clone()))
}

/// Tensors as one argument.
pub(super) fn given_all(values: &[Value]) -> Setting {
    Setting::List(values.iter().map(given).collect())
}

/// Declares types of such functions, with their TypeScript text.
macro_rules! callables {
    ($($(#[$doc:meta])* $Type:ident = $typescript:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $Type(pub(super) Callable);

        impl Field for $Type {
            fn read(setting: Setting, at: &Place) -> Result<$Type> {
                let found = if let Setting::Object(object) = &setting { object.get::<Callable>() } else { None };
                found.map($Type).ok_or_else(|| at.wrong_type("a function", &setting))
            }
            fn write(&self) -> Result<Setting> {
                Err(Error::type_("not_serializable", "A function cannot be written to a config."))
            }
            fn typescript() -> String {
                $typescript.to_owned()
            }
        }
    )*};
}

callables! {
    /// From an element to another.
    MapFunction = "(x: Tensor) => TensorLike";
    /// From what was gathered so far and an element to what is gathered with it.
    FoldFunction = "(gathered: Tensor, x: Tensor) => TensorLike";
    /// From the input of a step and the states, constants after them, to the output and the new states.
    StepFunction = "(x: Tensor, states: Tensor[]) => readonly [TensorLike, readonly TensorLike[]]";
    /// From inputs to an output.
    InputsFunction = "(...inputs: Tensor[]) => TensorLike";
    /// From what flows back to the output, the inputs and the output to what flows back to each input.
    GradientFunction = "(dy: Tensor, inputs: Tensor[], output: Tensor) => TensorLike | readonly TensorLike[]";
}
