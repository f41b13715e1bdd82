//! Batches that JavaScript makes: what asks for them crosses from the threads of a run to JavaScript's and waits there.
use crate::{
    array::NdArray,
    crossing::ask,
    data::{is_shaped, read_data, read_weights},
    error::Failure,
    foreign::Arguments,
    guard::guard,
    layer::LayerHandle,
    setting::is_plain,
    training::counts,
    value::{cast, describe, is_object},
};
use ironhorn::{
    Error,
    model::Model,
    training::{Batch, PerOutput, Sequence, Source},
};
use napi::{
    Env, JsValue, Status, Unknown, ValueType,
    bindgen_prelude::{ClassInstance, Function, JsObjectValue, Object, ToNapiValue},
    threadsafe_function::{ThreadsafeCallContext, ThreadsafeFunction},
};
use napi_derive::napi;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// A source of batches for a run, as `fit` and the others take it.
#[napi(js_name = "Source")]
pub struct SourceHandle {
    pub(crate) source: Source,
}

/// What is asked: the next batch of a stream, a batch of a sequence, or what its length is after the end of a pass.
pub struct Question {
    what: &'static str,
    number: usize,
}

/// `(what, number) => answer`, which does not keep a program alive by itself.
type Asker = ThreadsafeFunction<Question, Unknown<'static>, Arguments, Status, false, true>;

fn asker(function: &Unknown) -> Result<Asker, Failure> {
    let function: Function<Arguments, Unknown<'static>> = cast(function)?;
    let told = |context: ThreadsafeCallContext<Question>| {
        guard(|| {
            let Question { what, number } = context.value;
            Ok(Arguments(vec![what.into_unknown(&context.env)?.raw(), (number as f64).into_unknown(&context.env)?.raw()]))
        })
    };
    Ok(function.build_threadsafe_function::<Question>().callee_handled::<false>().weak::<true>().build_callback(told)?)
}

/// How batches are read for a model.
#[derive(Clone, Copy)]
struct Form {
    inputs: usize,
    outputs: usize,
    /// Axes of the first input; 2 if they are not known.
    rank: usize,
    /// Whether targets are wanted.
    targets: bool,
}

impl Form {
    fn of(model: &Model, targets: bool) -> Form {
        let (inputs, outputs) = counts(model);
        Form { inputs, outputs, rank: model.inputs().first().map_or(2, |v| v.shape().rank()), targets }
    }

    /// Whether a list is inputs with what belongs to them, and not inputs alone.
    fn is_tuple(&self, env: &Env, value: &Unknown) -> Result<bool, Failure> {
        if !value.is_array()? {
            return Ok(false);
        }
        let first: Unknown = value.coerce_to_object()?.get_element(0)?;
        let wanted = if self.inputs > 1 { self.rank + 1 } else { self.rank };
        Ok(self.targets || depth(env, &first)? >= wanted)
    }

    fn read(&self, env: &Env, value: &Unknown) -> Result<Batch, Failure> {
        let wrong = |found: String| {
            let text = format!("Output of generator should be a tuple `(x, y, sampleWeight)` or `(x, y)`. Found: {found}");
            Failure::from(Error::value("generator_output", text))
        };
        if !self.is_tuple(env, value)? {
            if self.targets || !is_object(value)? {
                return Err(wrong(describe(value)?.to_owned()));
            }
            return Ok(Batch::inputs(read_data(env, value, self.inputs > 1)?));
        }
        let list = value.coerce_to_object()?;
        let len = list.get_array_length()?;
        if !(2..=3).contains(&len) {
            return Err(wrong(format!("an array of {len}")));
        }
        let x = read_data(env, &list.get_element(0)?, self.inputs > 1)?;
        if !self.targets {
            return Ok(Batch::inputs(x));
        }
        let y = read_data(env, &list.get_element(1)?, self.outputs > 1)?;
        let sample_weight = if len == 3 { read_weights(env, &list.get_element(2)?, self.outputs > 1)? } else { PerOutput::None };
        Ok(Batch { x, y: Some(y), sample_weight })
    }
}

/// How deep numbers lie in a value: the axes of the array that it is.
fn depth(env: &Env, value: &Unknown) -> Result<usize, Failure> {
    if !is_object(value)? {
        return Ok(0);
    }
    if value.is_typedarray()? {
        return Ok(1);
    }
    if let Ok(array) = cast::<ClassInstance<NdArray>>(value) {
        return Ok(array.array.shape().len());
    }
    if value.is_array()? {
        return Ok(1 + depth(env, &value.coerce_to_object()?.get_element(0)?)?);
    }
    if is_plain(env, value)? && !is_shaped(value)? {
        // Arrays by name are no array.
        return Ok(usize::MAX);
    }
    let shape: Object = value.coerce_to_object()?.get_named_property("shape")?;
    let axes: u32 = shape.get_named_property("length")?;
    Ok(axes as usize)
}

/// A sequence of JavaScript's.
struct JsSequence {
    asker: Asker,
    form: Form,
    length: AtomicUsize,
}

fn length(value: &Unknown) -> Result<usize, Failure> {
    let x: f64 = if value.get_type()? == ValueType::Number { cast(value)? } else { f64::NAN };
    if x.fract() == 0.0 && x >= 0.0 {
        return Ok(x as usize);
    }
    Err(Error::type_("sequence_length", format!("The length of a Sequence is a whole number of batches, not {}.", describe(value)?)).into())
}

impl Sequence for JsSequence {
    fn len(&self) -> usize {
        self.length.load(Ordering::Acquire)
    }
    fn get(&self, i: usize) -> tensor::Result<Batch> {
        let form = self.form;
        ask(&self.asker, Question { what: "get", number: i }, "a Sequence", move |env, value| form.read(env, value))
    }
    fn on_epoch_end(&self) -> tensor::Result<()> {
        let now = ask(&self.asker, Question { what: "end", number: 0 }, "a Sequence", |_, value| length(value))?;
        self.length.store(now, Ordering::Release);
        Ok(())
    }
}

#[napi]
impl LayerHandle {
    /// Whether a batch is needed before a run, to build the model or to run it eagerly.
    #[napi(getter)]
    pub fn needs_sample(&self) -> napi::Result<bool> {
        guard(|| Ok(self.model()?.needs_sample()))
    }

    /// A stream of batches: `ask('next')` gives the next one, undefined when there is none; `first` is the one that it will give first.
    #[napi]
    pub fn stream(&self, env: &Env, ask_next: Unknown, first: Unknown, targets: bool) -> napi::Result<SourceHandle> {
        guard(|| {
            let form = Form::of(&self.model()?, targets);
            if first.get_type()? == ValueType::Undefined {
                return Ok(SourceHandle { source: Source::fallible(std::iter::empty()).bound() });
            }
            let (asker, sample) = (asker(&ask_next)?, form.read(env, &first)?);
            let next = move || {
                let read = move |env: &Env, value: &Unknown| match value.get_type()? {
                    ValueType::Undefined => Ok(None),
                    _ => form.read(env, value).map(Some),
                };
                ask(&asker, Question { what: "next", number: 0 }, "a generator", read).transpose()
            };
            Ok(SourceHandle { source: Source::fallible(std::iter::from_fn(next)).bound().with_sample(sample) })
        })
    }

    /// A sequence: `ask('get', i)` gives a batch, `ask('end')` tells it the end of a pass and gives its length. `movable` says that several
    /// batches can be made at once, `sample` is one to build a model for, or undefined.
    #[napi]
    pub fn sequence(
        &self,
        env: &Env,
        ask_sequence: Unknown,
        batches: Unknown,
        sample: Unknown,
        movable: bool,
        targets: bool,
    ) -> napi::Result<SourceHandle> {
        guard(|| {
            let form = Form::of(&self.model()?, targets);
            let sequence = JsSequence { asker: asker(&ask_sequence)?, form, length: AtomicUsize::new(length(&batches)?) };
            let source = Source::shared(Arc::new(sequence));
            let source = if movable { source } else { source.bound() };
            Ok(SourceHandle {
                source: if sample.get_type()? == ValueType::Undefined { source } else { source.with_sample(form.read(env, &sample)?) },
            })
        })
    }
}
