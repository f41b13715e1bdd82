//! Optimizers: how gradients change weights. Each is the expressions of one step for one weight; what they have in common,
//! clipping, decay, counting, constraints and the walk over the weights, is done here for all.
use crate::config::{Described, Entry, Kind, Plug};
use crate::constraints::Constraint;
use crate::{Array, DType, Error, Result, Value, Variable};
use graph::trace::{Update, compose, scoped};

mod function;
mod hyper;
mod state;

pub use function::OptimizerFunction;
pub use hyper::{Epsilon, Hyper};
pub use state::State;

/// An optimizer: its settings in variables, and one step of one weight as expressions.
pub trait Optimizer: Described {
    /// The counter of steps and the slots, which are made when the weights are known.
    fn state(&self) -> &State;
    /// The learning rate.
    fn learning_rate(&self) -> &Hyper;
    /// Its settings that may be changed between steps, by Keras's names; `learning_rate` is among them.
    fn hypers(&self) -> Vec<(&str, &Hyper)>;
    /// How gradients are clipped before the step.
    fn clipping(&self) -> Clipping {
        Clipping::default()
    }
    /// By how much the learning rate falls: it is divided by 1 + decay times the number of steps made.
    fn decay(&self) -> Option<&Hyper> {
        None
    }
    /// What it keeps for each weight, in the order in which Keras saves it.
    fn slots(&self) -> Vec<Slot>;
    /// Numbers it keeps besides the counter, which Keras saves right after it: names and first values.
    fn scalars(&self) -> Vec<(String, f64)> {
        Vec::new()
    }
    /// Whether Keras 2.2.4 saved it without the counter.
    fn counts_late(&self) -> bool {
        false
    }
    /// What all weights share in a step, computed once: any scalars, handed to `step` as `Moment::shared`, and the new values
    /// of `scalars`.
    fn prepare(&self, _moment: &Moment) -> Shared {
        Shared::default()
    }
    /// The whole step at once, where it is more than `step` for each weight: changes of the weights and of variables of its own, from
    /// the total loss. [`get_gradients`] gives the gradients. The counter and constraints are seen to.
    fn get_updates(&self, _loss: &Value, _weights: &[Trained]) -> Option<Result<Vec<(Variable, Update)>>> {
        None
    }
    /// One step of one weight: its new value and the new values of its slots, from the old ones. Constraints come after.
    fn step(&self, moment: &Moment, gradient: &Value, weight: &Value, slots: &[Value]) -> Step;
}

impl<T: Optimizer + 'static> From<T> for Plug<dyn Optimizer> {
    fn from(made: T) -> Plug<dyn Optimizer> {
        Plug::from(std::rc::Rc::new(made) as std::rc::Rc<dyn Optimizer>)
    }
}

impl Kind for dyn Optimizer {
    const NAME: &'static str = "optimizer";
    const MODULE: &'static str = "optimizers";
    const CLASS: &'static str = "Optimizer";
    const UNKNOWN: &'static str = "Unknown optimizer: ";
    const ANY_CASE: bool = true;

    fn list() -> &'static [Entry<Self>] {
        OPTIMIZERS
    }
}

/// Declares an optimizer's struct with the options that all have, and the part of its trait that only hands them over.
macro_rules! optimizer {
    (
        $(#[$doc:meta])*
        $Optimizer:ident as $name:literal, $alias:literal, learning_rate $rate:literal, hypers [$($hyper:ident),*] {
            $($(#[$meta:meta])* $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, $crate::config::Config)]
        #[config(name = $name, alias = $alias)]
        pub struct $Optimizer {
            /// Gradients are scaled down together when the norm of all of them is more than this.
            #[config(default = None, omit_none)]
            pub clipnorm: Option<f64>,
            /// Each element of a gradient is kept between minus this and this.
            #[config(default = None, omit_none)]
            pub clipvalue: Option<f64>,
            /// How far a step goes.
            #[config(positional, default = $rate, legacy = "lr")]
            pub learning_rate: $crate::optimizers::Hyper,
            $($(#[$meta])* pub $field: $type,)*
            #[config(skip, default = $crate::optimizers::State::new($name))]
            state: $crate::optimizers::State,
        }

        impl $Optimizer {
            fn handed_clipping(&self) -> $crate::optimizers::Clipping {
                $crate::optimizers::Clipping { norm: self.clipnorm, value: self.clipvalue }
            }
            fn handed_hypers(&self) -> Vec<(&str, &$crate::optimizers::Hyper)> {
                vec![("learning_rate", &self.learning_rate) $(, (stringify!($hyper), &self.$hyper))*]
            }
        }
    };
}

/// The methods of an optimizer declared with [`optimizer!`] that only hand its options over.
macro_rules! hand_over {
    ($($decay:ident)?) => {
        fn state(&self) -> &$crate::optimizers::State {
            &self.state
        }
        fn learning_rate(&self) -> &$crate::optimizers::Hyper {
            &self.learning_rate
        }
        fn hypers(&self) -> Vec<(&str, &$crate::optimizers::Hyper)> {
            self.handed_hypers()
        }
        fn clipping(&self) -> $crate::optimizers::Clipping {
            self.handed_clipping()
        }
        $(fn decay(&self) -> Option<&$crate::optimizers::Hyper> {
            Some(&self.$decay)
        })?
    };
}

crate::list! {
    /// Keras's optimizers.
    pub static OPTIMIZERS: dyn Optimizer;
    adadelta: Adadelta;
    adagrad: Adagrad;
    adam: Adam;
    adamax: Adamax;
    nadam: Nadam;
    rmsprop: RMSprop;
    sgd: SGD;
}

/// How gradients are clipped: first by the norm of all of them together, then each element by value. Limits that are not more
/// than 0 do nothing, as in Keras.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clipping {
    /// Largest norm of all gradients together.
    pub norm: Option<f64>,
    /// Largest size of one element.
    pub value: Option<f64>,
}

/// What an optimizer keeps for each weight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name, to which the weight's number is added: `m` gives `m_0`.
    pub name: String,
    /// Its shape.
    pub shape: SlotShape,
}

/// The shape of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotShape {
    /// That of the weight.
    Weight,
    /// One element, kept only because Keras saves it.
    One,
}

impl Slot {
    /// A slot of the weight's shape.
    pub fn new(name: impl Into<String>) -> Slot {
        Slot { name: name.into(), shape: SlotShape::Weight }
    }
}

/// What all weights share in a step.
#[derive(Clone, Debug, Default)]
pub struct Shared {
    /// Scalars that `step` reads from `Moment::shared`, in the same order.
    pub values: Vec<Value>,
    /// New values of `Optimizer::scalars`, in the same order.
    pub scalars: Vec<Value>,
}

/// When a step is made: scalars in the number type of the weight, as they are when it begins.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The learning rate, decayed.
    pub learning_rate: Value,
    /// The number of this step, from 1.
    pub t: Value,
    /// What `Optimizer::prepare` computed.
    pub shared: Vec<Value>,
    /// The values of `Optimizer::scalars`.
    pub scalars: Vec<Value>,
    dtype: DType,
}

impl Moment {
    fn of(optimizer: &dyn Optimizer, dtype: DType) -> Moment {
        let state = optimizer.state();
        let made = Value::read(state.iterations()).cast(dtype);
        let rate = optimizer.learning_rate().read(dtype);
        let learning_rate = match optimizer.decay() {
            Some(decay) => &rate * (1.0 / (decay.read(dtype) * &made + 1.0)),
            None => rate,
        };
        let scalars = state.scalars().iter().map(|v| Value::read(v).cast(dtype)).collect();
        Moment { learning_rate, t: made + 1.0, shared: Vec::new(), scalars, dtype }
    }
    /// A setting as it is when the step begins.
    pub fn read(&self, hyper: &Hyper) -> Value {
        hyper.read(self.dtype)
    }
}

/// One step of one weight.
#[derive(Clone, Debug)]
pub struct Step {
    /// The weight's new value.
    pub weight: Value,
    /// New values of its slots, in the order of `Optimizer::slots`; `None` stays as it is.
    pub slots: Vec<Option<Value>>,
}

impl Step {
    /// A step that changes every slot.
    pub fn new(weight: Value, slots: impl IntoIterator<Item = Value>) -> Step {
        Step { weight, slots: slots.into_iter().map(Some).collect() }
    }
}

/// A weight that is trained.
#[derive(Clone, Debug)]
pub struct Trained {
    /// Where it is kept.
    pub variable: Variable,
    /// What is done to it after each step.
    pub constraint: Option<Plug<dyn Constraint>>,
    /// The gradient of the total loss; none where the loss does not depend on the weight.
    pub gradient: Option<Value>,
}

/// One training step of all weights: what becomes of the counter, the optimizer's numbers, slots and the weights. Everything is
/// read as it stands when the step begins. Slots are made anew if the weights are not those of the last call.
/// Error `gradient_none` if a weight has no gradient.
pub fn updates(optimizer: &dyn Optimizer, loss: &Value, weights: &[Trained]) -> Result<Vec<(Variable, Update)>> {
    let class = optimizer.class_name();
    scoped("training", || {
        scoped(&class, || match optimizer.get_updates(loss, weights) {
            Some(updates) => finished(optimizer, weights, updates?),
            None => step_all(optimizer, weights),
        })
    })
}

/// The updates that an optimizer made by itself, with the step counted and the weights constrained.
fn finished(optimizer: &dyn Optimizer, weights: &[Trained], mut updates: Vec<(Variable, Update)>) -> Result<Vec<(Variable, Update)>> {
    for weight in weights {
        let Some(constraint) = &weight.constraint else { continue };
        let (own, others): (Vec<_>, Vec<_>) = updates.into_iter().partition(|(variable, _)| *variable == weight.variable);
        updates = others;
        for (variable, new) in compose(&own) {
            updates.push((variable, Update::Assign(constraint.apply(&new).ok()?)));
        }
    }
    updates.insert(0, (optimizer.state().iterations().clone(), Update::Add(Value::constant(Array::scalar(1i64)))));
    Ok(updates)
}

/// Gradients of a loss with respect to weights, clipped as the optimizer says. Error `gradient_none` if a weight has no gradient.
pub fn get_gradients(optimizer: &dyn Optimizer, loss: &Value, weights: &[Variable]) -> Result<Vec<Value>> {
    let reads: Vec<Value> = weights.iter().map(Value::read).collect();
    let found = graph::gradients(std::slice::from_ref(loss), None, &reads)?;
    let of = |(variable, gradient): (&Variable, Option<Value>)| Trained { variable: variable.clone(), constraint: None, gradient };
    let trained: Vec<Trained> = weights.iter().zip(found).map(of).collect();
    Ok(clipped(gradients(&trained)?, optimizer.clipping()))
}

fn step_all(optimizer: &dyn Optimizer, weights: &[Trained]) -> Result<Vec<(Variable, Update)>> {
    let gradients = clipped(gradients(weights)?, optimizer.clipping());
    let state = optimizer.state();
    let variables: Vec<_> = weights.iter().map(|w| w.variable.clone()).collect();
    let slots = state.build(optimizer, &variables);
    let mut updates = vec![(state.iterations().clone(), Update::Add(Value::constant(Array::scalar(1i64))))];
    let mut moments: Vec<Moment> = Vec::new();
    for ((weight, gradient), slots) in weights.iter().zip(&gradients).zip(slots) {
        let dtype = weight.variable.dtype();
        let at = match moments.iter().position(|m| m.dtype == dtype) {
            Some(at) => at,
            None => {
                let mut moment = Moment::of(optimizer, dtype);
                let shared = optimizer.prepare(&moment);
                moment.shared = shared.values;
                if moments.is_empty() {
                    let news = state.scalars().into_iter().zip(shared.scalars);
                    updates.extend(news.map(|(variable, new)| (variable, Update::Assign(new))));
                }
                moments.push(moment);
                moments.len() - 1
            }
        };
        let old: Vec<Value> = slots.iter().map(Value::read).collect();
        let step = optimizer.step(&moments[at], gradient, &Value::read(&weight.variable), &old);
        let new = match &weight.constraint {
            Some(constraint) => constraint.apply(&step.weight),
            None => step.weight,
        };
        for (slot, new) in slots.iter().zip(step.slots) {
            if let Some(new) = new {
                updates.push((slot.clone(), Update::Assign(new.ok()?)));
            }
        }
        updates.push((weight.variable.clone(), Update::Assign(fitting(new, &weight.variable)?)));
    }
    Ok(updates)
}

fn gradients(weights: &[Trained]) -> Result<Vec<Value>> {
    let of = |w: &Trained| match &w.gradient {
        Some(gradient) => gradient.clone().ok(),
        None => Err(Error::value(
            "gradient_none",
            format!(
                "An operation has `None` for gradient: the loss does not depend on the weight {}. Please make sure that all of your \
                 ops have a gradient defined (argmax and round have none) and that every trainable weight is used.",
                w.variable.name()
            ),
        )),
    };
    weights.iter().map(of).collect()
}

fn fitting(new: Value, variable: &Variable) -> Result<Value> {
    let new = new.ok()?;
    if new.shape() == &variable.spec().shape {
        return Ok(new);
    }
    Err(Error::value(
        "update_shape",
        format!("The weight {} has shape {:?}, but its update has shape {}.", variable.name(), variable.shape(), new.shape()),
    ))
}

fn clipped(mut gradients: Vec<Value>, clipping: Clipping) -> Vec<Value> {
    if let Some(most) = clipping.norm.filter(|c| *c > 0.0)
        && let Some(first) = gradients.first()
    {
        let dtype = first.dtype();
        let squares = gradients.iter().map(|g| g.square().sum(&[], false).cast(dtype)).reduce(|a, b| a + b);
        if let Some(norm) = squares.map(|s| s.sqrt()) {
            let scale = Value::select(&norm.greater_equal(most), &(most / &norm), &norm.number(1.0));
            gradients = gradients.iter().map(|g| g * scale.cast(g.dtype())).collect();
        }
    }
    if let Some(most) = clipping.value.filter(|c| *c > 0.0) {
        gradients = gradients.iter().map(|g| g.clip(-most, most)).collect();
    }
    gradients
}

#[cfg(test)]
mod tests;
