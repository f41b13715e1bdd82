//! What `compile` takes, and how it falls to the outputs of a model: losses, metrics, weights of losses.
use super::{data::quoted, options::Classes, weights::PerOutput};
use crate::{
    Array, Error, Result,
    config::{Config, Field, Kind, Map, Place, Plug, Setting, get, spelled},
    console,
    losses::Loss,
    metrics::{self, Metric, MetricInstance},
    optimizers::Optimizer,
};
use tensor::{Shape, closest};

/// A thing of a kind, named, described by its config, or made; looked up when the model is compiled.
pub enum Choice<K: ?Sized> {
    /// As the user gave it.
    Given(Setting),
    /// Made.
    Made(Plug<K>),
}

impl<K: ?Sized> Clone for Choice<K> {
    fn clone(&self) -> Choice<K> {
        match self {
            Choice::Given(setting) => Choice::Given(setting.clone()),
            Choice::Made(plug) => Choice::Made(plug.clone()),
        }
    }
}

impl<K: Kind + ?Sized> std::fmt::Debug for Choice<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Choice::Given(setting) => f.write_str(&setting.describe()),
            Choice::Made(plug) => plug.fmt(f),
        }
    }
}

impl<K: Kind + ?Sized> Choice<K> {
    /// The thing itself. Errors as those of [`get`].
    pub fn find(&self) -> Result<Plug<K>> {
        match self {
            Choice::Given(setting) => get(setting),
            Choice::Made(plug) => Ok(plug.clone()),
        }
    }
    fn typed(&self) -> Option<&str> {
        match self {
            Choice::Given(Setting::Text(name)) => Some(name),
            _ => None,
        }
    }
}

impl<K: ?Sized> From<&str> for Choice<K> {
    fn from(name: &str) -> Choice<K> {
        Choice::Given(name.into())
    }
}
impl<K: ?Sized> From<Plug<K>> for Choice<K> {
    fn from(made: Plug<K>) -> Choice<K> {
        Choice::Made(made)
    }
}
macro_rules! choices { ($($Trait:ident),*) => { $(
    impl<T: $Trait + 'static> From<T> for Choice<dyn $Trait> {
        fn from(made: T) -> Choice<dyn $Trait> {
            Choice::Made(made.into())
        }
    }
)* } }
choices!(Optimizer, Loss, Metric);

impl<K: Kind + ?Sized> Field for Choice<K> {
    fn read(setting: Setting, _at: &Place) -> Result<Choice<K>> {
        Ok(Choice::Given(setting))
    }
    fn write(&self) -> Result<Setting> {
        match self {
            // A thing made elsewhere is written as its kind is; what is text stays as it was typed.
            Choice::Given(setting @ Setting::Object(_)) => get::<K>(setting)?.write(),
            Choice::Given(setting) => Ok(setting.clone()),
            Choice::Made(plug) => plug.write(),
        }
    }
    fn typescript() -> String {
        Plug::<K>::typescript()
    }
}

/// One thing for all outputs, or something for each.
pub type Losses = PerOutput<Choice<dyn Loss>>;

impl<T: Into<Choice<dyn Loss>>> From<T> for Losses {
    fn from(one: T) -> Losses {
        PerOutput::One(one.into())
    }
}

/// Metrics: the same for every output, a list for each, or by the names of outputs.
#[derive(Clone, Debug, Default)]
pub enum Metrics {
    /// None.
    #[default]
    None,
    /// For every output.
    All(Vec<Choice<dyn Metric>>),
    /// For each output.
    Each(Vec<Vec<Choice<dyn Metric>>>),
    /// By name.
    Named(Vec<(String, Vec<Choice<dyn Metric>>)>),
}

impl<T: Into<Choice<dyn Metric>>, const N: usize> From<[T; N]> for Metrics {
    fn from(all: [T; N]) -> Metrics {
        Metrics::All(all.into_iter().map(Into::into).collect())
    }
}

impl Field for Metrics {
    fn read(setting: Setting, at: &Place) -> Result<Metrics> {
        let listed = |item: Setting| match item {
            Setting::List(items) => items.into_iter().map(Choice::Given).collect(),
            one => vec![Choice::Given(one)],
        };
        match setting {
            Setting::Null => Ok(Metrics::None),
            Setting::List(items) if items.iter().any(|i| matches!(i, Setting::List(_))) => {
                Ok(Metrics::Each(items.into_iter().map(listed).collect()))
            }
            Setting::List(items) => Ok(Metrics::All(items.into_iter().map(Choice::Given).collect())),
            Setting::Map(map) => Ok(Metrics::Named(map.into_iter().map(|(name, item)| (name, listed(item))).collect())),
            other => Err(Error::type_(
                "metrics_type",
                format!("Type of `metrics` argument not understood. Expected a list or dictionary, found: {} in {at}.", other.describe()),
            )),
        }
    }
    fn write(&self) -> Result<Setting> {
        let list = |items: &Vec<Choice<dyn Metric>>| items.iter().map(Choice::write).collect::<Result<Vec<_>>>().map(Setting::List);
        match self {
            Metrics::None => Ok(Setting::Null),
            Metrics::All(items) => list(items),
            Metrics::Each(lists) => Ok(Setting::List(lists.iter().map(list).collect::<Result<_>>()?)),
            Metrics::Named(named) => Ok(Setting::Map(named.iter().map(|(n, items)| Ok((n.clone(), list(items)?))).collect::<Result<_>>()?)),
        }
    }
    fn typescript() -> String {
        "MetricLike[] | (MetricLike | MetricLike[])[] | Record<string, MetricLike | MetricLike[]> | null".to_owned()
    }
}

/// Whether a map is one thing, or something for each output.
pub trait OneAsMap {
    /// Whether one such thing may stand for all outputs.
    const FOR_ALL: bool = true;
    /// Whether `map` is one such thing.
    fn is_one(_map: &Map) -> bool {
        false
    }
}
impl OneAsMap for f64 {
    // Keras refuses a single weight of losses.
    const FOR_ALL: bool = false;
}
impl OneAsMap for Array {}
impl OneAsMap for Option<SampleWeightMode> {}
impl<K: ?Sized> OneAsMap for Choice<K> {
    // That is its config.
    fn is_one(map: &Map) -> bool {
        map.get("class_name").or_else(|| map.get("className")).is_some()
    }
}
impl OneAsMap for Classes {
    fn is_one(map: &Map) -> bool {
        !map.iter().any(|(_, item)| matches!(item, Setting::Map(_) | Setting::Null))
    }
}

impl<T: Field + OneAsMap> Field for PerOutput<T> {
    fn read(setting: Setting, at: &Place) -> Result<PerOutput<T>> {
        match setting {
            Setting::Null => Ok(PerOutput::None),
            Setting::List(items) => {
                items.into_iter().enumerate().map(|(i, item)| Option::read(item, &at.item(i))).collect::<Result<_>>().map(PerOutput::List)
            }
            Setting::Map(map) if map.is_empty() => Ok(PerOutput::None),
            Setting::Map(map) if !T::is_one(&map) => {
                map.into_iter().map(|(name, item)| Ok((name, T::read(item, at)?))).collect::<Result<_>>().map(PerOutput::Named)
            }
            one => T::read(one, at).map(PerOutput::One),
        }
    }
    fn write(&self) -> Result<Setting> {
        match self {
            PerOutput::None => Ok(Setting::Null),
            PerOutput::One(one) => one.write(),
            PerOutput::List(list) => Ok(Setting::List(list.iter().map(Field::write).collect::<Result<_>>()?)),
            PerOutput::Named(named) => Ok(Setting::Map(named.iter().map(|(n, t)| Ok((n.clone(), t.write()?))).collect::<Result<_>>()?)),
        }
    }
    fn typescript() -> String {
        let one = T::typescript();
        let bare = one.strip_suffix(" | null").unwrap_or(&one);
        let all = if T::FOR_ALL { format!("{bare} | ") } else { String::new() };
        format!("{all}({bare} | null)[] | Record<string, {one}> | null")
    }
}

crate::words! {
    /// What weights of samples are for.
    pub enum SampleWeightMode {
        /// Each time step has one.
        Temporal = "temporal",
    }
}

/// How a model is trained.
#[derive(Clone, Debug, Config)]
pub struct Compile {
    /// How gradients change the weights.
    pub optimizer: Choice<dyn Optimizer>,
    /// What is made small: one loss for every output, a list, or by the names of outputs.
    #[config(positional, default = PerOutput::None, shown = "null")]
    pub loss: Losses,
    /// What else is reported.
    #[config(positional, default = Metrics::None, shown = "null")]
    pub metrics: Metrics,
    /// By how much each output's loss counts in the total.
    #[config(default = PerOutput::None, shown = "null")]
    pub loss_weights: PerOutput<f64>,
    /// Whether weights of samples are given for each time step; by name it is said for every output.
    #[config(default = PerOutput::None, shown = "null")]
    pub sample_weight_mode: PerOutput<Option<SampleWeightMode>>,
    /// Metrics that count each sample by its weight.
    #[config(default = Metrics::None, shown = "null")]
    pub weighted_metrics: Metrics,
    /// Whether ops run one by one as they are written, for debugging.
    #[config(default = false)]
    pub run_eagerly: bool,
}

/// What one output is trained on.
#[derive(Clone)]
pub(crate) struct OutputPlan {
    pub loss: Option<Plug<dyn Loss>>,
    pub loss_weight: f64,
    pub temporal: bool,
    /// Its metrics under their names in logs, and whether they are weighted.
    pub metrics: Vec<(std::rc::Rc<MetricInstance>, bool)>,
}

/// The names as in an error of Keras's, with a suggestion for the first that is unknown.
fn check_names<'a>(what: &str, given: impl Iterator<Item = &'a String>, known: &[String]) -> Result<()> {
    let unknown: Vec<&String> = given.filter(|n| !known.contains(n)).collect();
    let Some(first) = unknown.first() else { return Ok(()) };
    let near = closest(first, known.iter().map(String::as_str)).map(|n| format!(" Did you mean `{n}`?")).unwrap_or_default();
    Err(Error::value(
        "output_unknown",
        format!(
            "Unknown entries in {} dictionary: {}. Only expected following keys: {}.{near}",
            spelled(what),
            quoted(&unknown),
            quoted(known)
        ),
    ))
}

fn check_count(what: &str, n: usize, outputs: usize) -> Result<()> {
    if n == outputs {
        return Ok(());
    }
    Err(Error::value(
        "output_count",
        format!(
            "When passing a list as {}, it should have one entry per model output. The model has {outputs} outputs, but you passed {n}.",
            spelled(what)
        ),
    ))
}

/// What falls to each output of the list or map, or to all.
fn spread<T: Clone>(what: &str, given: &PerOutput<T>, names: &[String]) -> Result<Vec<Option<T>>> {
    match given {
        PerOutput::None => Ok(vec![None; names.len()]),
        PerOutput::One(one) => Ok(vec![Some(one.clone()); names.len()]),
        PerOutput::List(list) => check_count(what, list.len(), names.len()).map(|()| list.clone()),
        PerOutput::Named(named) => {
            check_names(what, named.iter().map(|(n, _)| n), names)?;
            Ok(names.iter().map(|name| named.iter().find(|(n, _)| n == name).map(|(_, t)| t.clone())).collect())
        }
    }
}

impl Compile {
    /// What falls to each output. `taken` are the names that logs have already: `loss`, and one an output if there are several.
    /// Errors `output_unknown`, `output_count`, `loss_weights_type`, and those of the names of losses and metrics.
    pub(crate) fn outputs(&self, names: &[String], shapes: &[Shape], taken: &mut Vec<String>) -> Result<Vec<OutputPlan>> {
        let losses = spread("loss", &self.loss, names)?;
        if let PerOutput::Named(_) = self.loss {
            for (name, _) in names.iter().zip(&losses).filter(|(_, l)| l.is_none()) {
                console::warn(&format!(
                    "Output \"{name}\" missing from loss dictionary. We assume this was done on purpose. The fit and evaluate APIs \
                     will not be expecting any data to be passed to \"{name}\"."
                ));
            }
        }
        let losses: Vec<Option<Plug<dyn Loss>>> = losses.iter().map(|l| l.as_ref().map(Choice::find).transpose()).collect::<Result<_>>()?;
        if let PerOutput::One(x) = self.loss_weights {
            let text =
                format!("Could not interpret {} argument: {x} - expected a list or a dictionary, such as [{x}].", spelled("loss_weights"));
            return Err(Error::type_("loss_weights_type", text));
        }
        let weights = spread("loss_weights", &self.loss_weights, names)?;
        let modes = spread("sample_weight_mode", &self.sample_weight_mode, names)?;
        if let (PerOutput::Named(_), Some(missing)) = (&self.sample_weight_mode, modes.iter().position(Option::is_none)) {
            let text = format!(
                "Output missing from {} dictionary: {}. Give null where weights are one a sample.",
                spelled("sample_weight_modes"),
                names[missing]
            );
            return Err(Error::value("sample_weight_mode_missing", text));
        }
        let plain = self.metrics.spread("metrics", names)?;
        let weighted = self.weighted_metrics.spread("weighted_metrics", names)?;
        if names.len() > 1 {
            let with_loss = names.iter().zip(&losses).filter(|(_, l)| l.is_some());
            taken.extend(with_loss.map(|(n, _)| format!("{n}_loss")));
        }
        let mut plans = Vec::new();
        for (i, name) in names.iter().enumerate() {
            let mut plan = OutputPlan {
                loss: losses[i].clone(),
                loss_weight: weights[i].unwrap_or(1.0),
                temporal: modes[i].flatten().is_some(),
                metrics: Vec::new(),
            };
            let prefix = (names.len() > 1).then_some(name.as_str());
            for (choices, weighted) in [(&plain[i], false), (&weighted[i], true)] {
                let found = found(choices, plan.loss.as_ref(), &shapes[i])?;
                // An output without a loss has no target to compare with.
                let found = if plan.loss.is_some() { found } else { Vec::new() };
                for (name, metric) in found {
                    let name = unique(prefix, &name, taken);
                    plan.metrics.push((MetricInstance::named(name.clone(), metric).into(), weighted));
                    taken.push(name);
                }
            }
            plans.push(plan);
        }
        Ok(plans)
    }
}

/// The metrics of one output under the names the user typed; of two with one name the last counts.
fn found(choices: &[Choice<dyn Metric>], loss: Option<&Plug<dyn Loss>>, shape: &Shape) -> Result<Vec<(String, Plug<dyn Metric>)>> {
    let mut found: Vec<(String, Plug<dyn Metric>)> = Vec::new();
    for choice in choices {
        let resolved = match choice.typed() {
            Some(name) => metrics::resolve(name, loss, shape)?,
            None => None,
        };
        let metric = resolved.map_or_else(|| choice.find(), Ok)?;
        let name = choice.typed().map_or_else(|| metric.name(), str::to_owned);
        match found.iter_mut().find(|(n, _)| *n == name) {
            Some(entry) => entry.1 = metric,
            None => found.push((name, metric)),
        }
    }
    Ok(found)
}

/// The name in logs: with its output's in front if there are several, with a number if it is taken.
fn unique(prefix: Option<&str>, name: &str, taken: &[String]) -> String {
    let base = prefix.map_or_else(|| name.to_owned(), |p| format!("{p}_{name}"));
    let numbered = (1..).map(|i| format!("{base}_{i}"));
    std::iter::once(base.clone()).chain(numbered).find(|n| !taken.contains(n)).unwrap_or(base)
}

impl Metrics {
    fn spread(&self, what: &str, names: &[String]) -> Result<Vec<Vec<Choice<dyn Metric>>>> {
        match self {
            Metrics::None => Ok(vec![Vec::new(); names.len()]),
            Metrics::All(all) => Ok(vec![all.clone(); names.len()]),
            Metrics::Each(each) if each.len() == names.len() => Ok(each.clone()),
            Metrics::Each(each) => Err(Error::value(
                "output_count",
                format!(
                    "When passing a list of lists as `{}`, it should have one entry per model output. The model has {} outputs, but you passed {}.",
                    spelled(what),
                    names.len(),
                    each.len()
                ),
            )),
            Metrics::Named(named) => {
                check_names(what, named.iter().map(|(n, _)| n), names)?;
                let of = |name: &String| named.iter().find(|(n, _)| n == name).map(|(_, m)| m.clone()).unwrap_or_default();
                Ok(names.iter().map(of).collect())
            }
        }
    }
}
