//! Tests of the machinery on a config that has one of everything.
use super::*;
use crate::initializers::{Initializer, InitializerFunction, Zeros};
use crate::words;
use crate::{Array, DType};
use std::{cell::RefCell, rc::Rc};

words! {
    /// Which way.
    pub enum Way {
        /// Up.
        Up = "up",
        /// Down.
        Down = "down" | "below",
    }
}

/// A thing
/// of two lines.
#[derive(Clone, Debug, Config)]
#[config(alias = "sample", check = even_or_biased)]
pub struct Sample {
    /// Its size.
    #[config(check = positive)]
    pub units: usize,
    /// Its window.
    pub kernel_size: OneOrMany<usize, 2>,
    /// Its rate.
    #[config(name = "learning_rate", legacy = "lr", default = 0.01)]
    pub rate: F32Rounded,
    /// Its first moment.
    #[config(default = 0.9)]
    pub beta_1: F32Rounded,
    /// Whether biased.
    #[config(default = true)]
    pub use_bias: bool,
    /// First values.
    #[config(default = "glorot_uniform")]
    pub kernel_initializer: Plug<dyn Initializer>,
    /// First values, or none.
    #[config(default = None)]
    pub bias_initializer: Option<Plug<dyn Initializer>>,
    /// Its way.
    #[config(default = "up")]
    pub way: Way,
    /// Its axes.
    #[config(default = [1, 2])]
    pub axes: Vec<i64>,
    /// Channels.
    #[config(default = None)]
    pub data_format: DataFormat,
    /// A cap.
    #[config(default = None, omit_none)]
    pub clipnorm: Option<f64>,
    /// A size that is not written.
    #[config(default = None, unwritten)]
    pub input_dim: Option<usize>,
    /// A number type.
    #[config(default = DType::F64, shown = "'float64'")]
    pub dtype: DType,
    /// A shape.
    #[config(default = [None, 3])]
    pub shape: PartialShape,
    #[config(skip)]
    count: usize,
}

fn even_or_biased(sample: &Sample) -> Result<()> {
    match sample.use_bias || sample.units.is_multiple_of(2) {
        true => Ok(()),
        false => Err(crate::Error::value("sample", "odd and not biased")),
    }
}

fn map(text: &str) -> Map {
    match Setting::from(serde_json::from_str::<serde_json::Value>(text).unwrap()) {
        Setting::Map(map) => map,
        other => panic!("{other:?}"),
    }
}

fn read(text: &str) -> Result<Sample> {
    Sample::from_map(map(text))
}

fn fails(text: &str) -> (&'static str, &'static str, String) {
    let error = read(text).unwrap_err();
    (error.class().name(), error.code(), error.message().to_owned())
}

#[test]
fn defaults_and_order_and_words_are_keras_s() {
    let sample = read(r#"{"units": 3, "kernelSize": 2}"#).unwrap();
    assert_eq!((sample.count, sample.input_dim), (0, None));
    assert_eq!(
        python_json(&sample.write().unwrap().into()).unwrap(),
        concat!(
            r#"{"units": 3, "kernel_size": [2, 2], "learning_rate": 0.009999999776482582, "beta_1": 0.8999999761581421, "#,
            r#""use_bias": true, "kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 1.0, "#,
            r#""mode": "fan_avg", "distribution": "uniform", "seed": null}}, "bias_initializer": null, "way": "up", "#,
            r#""axes": [1, 2], "data_format": "channels_last", "dtype": "float64", "shape": [null, 3]}"#
        )
    );
}

#[test]
fn every_spelling_is_read_and_comes_back() {
    let given = r#"{"kernel_size": [2, 3], "units": 4.0, "lr": 0.5, "beta1": 0.25, "useBias": false, "kernelInitializer": "Zeros",
        "bias_initializer": {"class_name": "Ones", "config": {}}, "way": "BELOW", "axes": [], "data_format": "channels_first",
        "clipnorm": 1, "inputDim": 7, "dtype": "float16", "shape": []}"#;
    let sample = read(given).unwrap();
    assert_eq!((sample.input_dim, sample.units, *sample.kernel_size), (Some(7), 4, [2, 3]));
    let written = sample.write().unwrap();
    let text = python_json(&written.clone().into()).unwrap();
    assert_eq!(
        text,
        concat!(
            r#"{"units": 4, "kernel_size": [2, 3], "learning_rate": 0.5, "beta_1": 0.25, "use_bias": false, "#,
            r#""kernel_initializer": {"class_name": "Zeros", "config": {}}, "bias_initializer": {"class_name": "Ones", "config": {}}, "#,
            r#""way": "down", "axes": [], "data_format": "channels_first", "clipnorm": 1.0, "dtype": "float16", "shape": []}"#
        )
    );
    assert_eq!(python_json(&Sample::from_map(written).unwrap().write().unwrap().into()).unwrap(), text);
}

#[test]
fn mistakes_in_names_are_named() {
    assert_eq!(
        fails(r#"{"unit": 3, "kernelSize": 2}"#),
        ("TypeError", "option_unknown", "Sample has no option `unit`; did you mean `units`?".to_owned())
    );
    let (_, _, message) = fails(r#"{"units": 3, "kernelSize": 2, "usebiass": true}"#);
    assert_eq!(message, "Sample has no option `usebiass`; did you mean `use_bias`?");
    let (_, _, message) = fails(r#"{"units": 3, "kernel_size": 2, "use_biass": true}"#);
    assert_eq!(message, "Sample has no option `use_biass`; did you mean `use_bias`?");
    let (_, _, message) = fails(r#"{"zzzzzzzz": 3}"#);
    assert!(message.starts_with("Sample has no option `zzzzzzzz`. It has `units`, `kernel_size`"), "{message}");
    assert_eq!(
        fails(r#"{"units": 3}"#),
        ("TypeError", "option_missing", "Sample needs `kernel_size` (number | [number, number]).".to_owned())
    );
    assert_eq!(fails(r#"{"kernel_size": 3}"#).2, "Sample needs `units` (number).");
    let (class, code, message) = fails(r#"{"units": 3, "kernelSize": 2, "lr": 1, "learning_rate": 2}"#);
    assert_eq!((class, code), ("TypeError", "option_twice"));
    assert_eq!(message, "Sample: `lr` and `learning_rate` are the same option; give one of them.");
    assert_eq!(fails(r#"{"units": 3, "kernelSize": 2, "count": 1}"#).1, "option_unknown");
}

#[test]
fn mistakes_in_values_are_named() {
    let with = |option: &str| fails(&format!(r#"{{"units": 3, "kernelSize": 2, {option}}}"#));
    assert_eq!(
        fails(r#"{"units": "3", "kernelSize": 2}"#),
        ("TypeError", "option_type", "Sample: `units` must be a whole number; received the text '3'.".to_owned())
    );
    assert_eq!(fails(r#"{"units": 2.5, "kernelSize": 2}"#).1, "option_type");
    assert_eq!(
        fails(r#"{"units": -1, "kernelSize": 2}"#).2,
        "Sample: `units` must be a whole number, zero or more; received the number -1."
    );
    assert_eq!(
        fails(r#"{"units": 0, "kernelSize": 2}"#),
        ("ValueError", "option_value", "Sample: `units` must be more than 0; received the number 0.".to_owned())
    );
    assert_eq!(fails(r#"{"units": null, "kernelSize": 2}"#).2, "Sample: `units` must be a whole number; received null.");
    assert_eq!(
        fails(r#"{"units": 1, "kernelSize": [1, 2, 3]}"#).2,
        "Sample: `kernelSize` must be one value or a list of 2; received a list of 3."
    );
    assert_eq!(fails(r#"{"units": 1, "kernelSize": [1, true]}"#).2, "Sample: `kernelSize[1]` must be a whole number; received true.");
    assert_eq!(with(r#""useBias": 1"#).2, "Sample: `useBias` must be true or false; received the number 1.");
    assert_eq!(with(r#""lr": {"a": 1}"#).2, "Sample: `lr` must be a number; received an object with a.");
    assert_eq!(with(r#""axes": 1"#).1, "option_type");
    assert_eq!(with(r#""way": "left""#).1, "option_value");
    assert_eq!(
        with(r#""way": 3"#),
        ("TypeError", "option_type", "Sample: `way` must be one of 'up', 'down'; received the number 3.".to_owned())
    );
    assert_eq!(with(r#""dtype": "float31""#).1, "dtype_unknown");
    assert_eq!(fails(r#"{"units": 3, "kernelSize": 2, "useBias": false}"#), ("ValueError", "sample", "odd and not biased".to_owned()));
}

#[test]
fn setters_and_checks_serve_rust() {
    let sample = Sample::new(3, [1, 2]).rate(0.5).bias_initializer(Zeros).way(Way::Down).clipnorm(2.0).axes([3]).input_dim(5);
    assert_eq!((*sample.kernel_size, sample.rate.get(), sample.clipnorm, sample.input_dim), ([1, 2], 0.5, Some(2.0), Some(5)));
    sample.check().unwrap();
    assert_eq!(Sample::new(0, 3).check().unwrap_err().code(), "option_value");
    assert_eq!(Sample::new(3, 3).use_bias(false).check().unwrap_err().code(), "sample");
}

#[test]
fn the_schema_is_plain_data() {
    let schema = Sample::SCHEMA;
    assert_eq!((schema.name, schema.doc, schema.aliases), ("Sample", "A thing\nof two lines.", &["sample"][..]));
    let rows: Vec<_> = schema.fields.iter().map(|f| (f.name, f.camel, (f.typescript)(), f.default.unwrap_or("-"))).collect();
    let wanted = [
        ("units", "units", "number", "-"),
        ("kernel_size", "kernelSize", "number | [number, number]", "-"),
        ("learning_rate", "learningRate", "number", "0.01"),
        ("beta_1", "beta1", "number", "0.9"),
        ("use_bias", "useBias", "boolean", "true"),
        ("kernel_initializer", "kernelInitializer", "InitializerLike", "'glorot_uniform'"),
        ("bias_initializer", "biasInitializer", "InitializerLike | null", "null"),
        ("way", "way", "'up' | 'down'", "'up'"),
        ("axes", "axes", "number[]", "[1, 2]"),
        ("data_format", "dataFormat", "'channels_last' | 'channels_first' | null", "null"),
        ("clipnorm", "clipnorm", "number | null", "null"),
        ("input_dim", "inputDim", "number | null", "null"),
        ("dtype", "dtype", "DType", "'float64'"),
        ("shape", "shape", "(number | null)[]", "[null, 3]"),
    ];
    assert_eq!(rows, wanted.map(|(a, b, c, d)| (a, b, c.to_owned(), d)));
    assert_eq!(schema.positional().map(|f| f.name).collect::<Vec<_>>(), ["units", "kernel_size"]);
}

#[test]
fn types_nest_and_keep_what_was_given() {
    let at = Place::new("Pad", "padding");
    let padding = |text: &str| {
        let setting = Setting::from(serde_json::from_str::<serde_json::Value>(text).unwrap());
        OneOrMany::<OneOrMany<usize, 2>, 2>::read(setting, &at).unwrap().write().and_then(|s| python_json(&s)).unwrap()
    };
    assert_eq!(padding("1"), "[[1, 1], [1, 1]]");
    assert_eq!(padding("[1, 2]"), "[[1, 1], [2, 2]]");
    assert_eq!(padding("[[1, 2], [3, 4]]"), "[[1, 2], [3, 4]]");
    for setting in [Setting::Int(2), Setting::Float(2.0)] {
        assert_eq!(Number::read(setting.clone(), &at).unwrap().write().unwrap(), setting);
    }
    for setting in [Setting::Int(2), vec![1, 2].into()] {
        assert_eq!(OneOrList::<i64>::read(setting.clone(), &at).unwrap().write().unwrap(), setting);
    }
    assert_eq!(TimePadding::read("CAUSAL".into(), &at).unwrap(), TimePadding::Causal);
    assert_eq!(Padding::read("causal".into(), &at).unwrap_err().code(), "option_value");
}

#[test]
fn the_data_format_is_resolved_when_made() {
    crate::globals::set_image_data_format(DataFormat::ChannelsFirst);
    let sample = read(r#"{"units": 3, "kernelSize": 2}"#);
    crate::globals::set_image_data_format(DataFormat::ChannelsLast);
    assert_eq!(sample.unwrap().write().unwrap().get("data_format"), Some(&"channels_first".into()));
}

fn unknown(setting: impl Into<Setting>) -> (&'static str, &'static str, String) {
    let error = get::<dyn Initializer>(&setting.into()).unwrap_err();
    (error.class().name(), error.code(), error.message().to_owned())
}

#[test]
fn names_are_looked_up_and_suggested() {
    let (class, code, message) = unknown("foo");
    assert_eq!((class, code), ("ValueError", "name_unknown"));
    assert!(message.starts_with("Unknown initializer: foo"), "{message}");
    assert_eq!(unknown("glorot_unifrom").2, "Unknown initializer: glorot_unifrom. Did you mean `glorot_uniform`?");
    assert_eq!(unknown(Setting::Null).1, "kind_type");
    assert_eq!(
        unknown(3).2,
        "Could not interpret initializer identifier: received the number 3. Give a name, an instance of Initializer, or a config."
    );
    assert_eq!(unknown(Map::from([("class_name", "Zeros")])).1, "config_format");
    assert_eq!(unknown(Setting::Object(Object::new("a function", 3))).1, "kind_type");
    let error = read(r#"{"units": 3, "kernelSize": 2, "kernelInitializer": "zeroes"}"#).unwrap_err();
    assert_eq!(error.message(), "Sample: `kernelInitializer`: Unknown initializer: zeroes. Did you mean `zeros`?");
}

#[test]
fn things_already_made_are_taken_as_they_are() {
    let zeros: Plug<dyn Initializer> = Zeros.into();
    let mut options = map(r#"{"units": 3, "kernelSize": 2}"#);
    options.insert("kernelInitializer", Object::new("a Zeros", zeros.clone()));
    assert!(Sample::from_map(options.clone()).unwrap().kernel_initializer.same(&zeros));
    let error = Setting::Map(options.clone()).to_json().unwrap_err();
    assert_eq!((error.code(), error.message()), ("not_serializable", "a Zeros cannot be written to a config."));
    options.insert("units", Object::new("a Zeros", zeros));
    assert_eq!(Sample::from_map(options).unwrap_err().message(), "Sample: `units` must be a whole number; received a Zeros.");
}

/// Fills with sevens.
#[derive(Clone, Debug, Config)]
struct Sevens {
    /// How many times seven.
    #[config(default = 1.0)]
    times: f64,
}

impl Initializer for Sevens {
    fn fill(&self, shape: &[usize], dtype: DType, _random: &mut crate::Philox) -> Result<Array> {
        Ok(Array::full(dtype, shape, 7.0 * self.times))
    }
}

#[test]
fn custom_objects_come_first_and_end_with_their_scope() {
    let name = |setting: &Setting| get::<dyn Initializer>(setting).map(|made| made.class_name());
    let config = Setting::from(map(r#"{"class_name": "Sevens", "config": {"times": 2}}"#));
    assert_eq!(name(&config).unwrap_err().code(), "name_unknown");
    {
        let _outer = scope([Object::class::<dyn Initializer, Sevens>()]);
        assert_eq!(name(&"Sevens".into()).unwrap(), "Sevens");
        let made = get::<dyn Initializer>(&config).unwrap();
        assert_eq!(made.fill(&[1], DType::F32, &mut crate::Philox::new(0)).unwrap().to_f64(), [14.0]);
        let bad = Setting::from(map(r#"{"class_name": "Sevens", "config": {"time": 2}}"#));
        assert_eq!(name(&bad).unwrap_err().message(), "Sevens has no option `time`; did you mean `times`?");

        let halves: Plug<dyn Initializer> = InitializerFunction::new("halves", |s, d| Ok(Array::full(d, s, 0.5))).into();
        let _inner = scope([
            ("Sevens".to_owned(), Object::new("a function", halves.clone())),
            ("zeros".to_owned(), Object::new("a function", halves)),
        ]);
        assert_eq!(name(&"Sevens".into()).unwrap(), "halves");
        assert_eq!(name(&"zeros".into()).unwrap(), "halves");
    }
    assert_eq!(name(&"zeros".into()).unwrap(), "Zeros");
    assert_eq!(name(&config).unwrap_err().code(), "name_unknown");

    register("mine", Object::new("a number", 3));
    assert_eq!(
        name(&"mine".into()).unwrap_err().message().split(" identifier").next(),
        Some("The custom object `mine` is not initializer")
    );
    assert!(unregister("mine").is_some() && unregister("mine").is_none());
}

#[test]
fn json_keeps_order_and_kinds_of_number() {
    let text = r#"{"b":1,"a":1.0,"c":[null,true,"x"],"d":{"z":0.1,"y":-3}}"#;
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    let setting = Setting::from(value.clone());
    assert_eq!(setting.to_json().unwrap(), value);
    assert_eq!(serde_json::to_string(&setting.to_json().unwrap()).unwrap(), text);
    assert_eq!(Setting::Float(f64::NAN).to_json().unwrap_err().code(), "not_serializable");
}

/// A kind as layers are one: each has a name of its own beside its options.
struct Toy {
    form: Box<dyn Described>,
    name: RefCell<Option<String>>,
}

impl Described for Toy {
    fn class_name(&self) -> String {
        self.form.class_name()
    }
    fn config(&self) -> Result<Option<Map>> {
        let Some(own) = self.form.config()? else { return Ok(None) };
        let mut config = Map::from([("name", self.name.borrow().clone())]);
        config.extend(own);
        Ok(Some(config))
    }
}

/// Options of all toys.
#[derive(Config)]
#[config(plain)]
struct ToyOptions {
    /// Its name.
    #[config(default = None)]
    name: Option<String>,
}

/// A ball.
#[derive(Config)]
struct Ball {
    /// Its size.
    #[config(default = 1.0)]
    size: f64,
}

/// A mere yo-yo.
#[derive(Config)]
#[config(name = "yo_yo", function, standalone)]
struct YoYo;

macro_rules! toys { ($($t:ident),*) => { $(impl From<$t> for Plug<Toy> {
    fn from(form: $t) -> Plug<Toy> {
        Rc::new(Toy { form: Box::new(form), name: RefCell::default() }).into()
    }
})* } }
toys!(Ball, YoYo);

impl Kind for Toy {
    const NAME: &'static str = "toy";
    const MODULE: &'static str = "toys";
    const CLASS: &'static str = "Toy";
    const UNKNOWN: &'static str = "Unknown toy:";
    const ABSENT: Option<&'static str> = Some("yo_yo");
    const ANY_CASE: bool = true;
    const COMMON: Option<&'static Schema> = Some(ToyOptions::SCHEMA);

    fn list() -> &'static [Entry<Toy>] {
        static TOYS: &[Entry<Toy>] = &[Entry::of::<Ball>("ball"), Entry::of::<YoYo>("yo_yo")];
        TOYS
    }

    fn complete(made: &Plug<Toy>, fields: &mut Fields) -> Result<()> {
        made.name.replace(ToyOptions::read(fields)?.name);
        Ok(())
    }
}

#[test]
fn a_kind_may_have_common_options_functions_and_a_meaning_of_null() {
    check::<Toy>().unwrap();
    let text = |setting: Setting| get::<Toy>(&setting).and_then(|toy| serialize(&toy)).and_then(|s| python_json(&s)).unwrap();
    assert_eq!(text(Setting::Null), r#""yo_yo""#);
    assert_eq!(text("BALL".into()), r#"{"class_name": "Ball", "config": {"name": null, "size": 1.0}}"#);
    let options = map(r#"{"size": 2, "name": "red"}"#);
    let red = construct::<Toy>("Ball", options.clone()).unwrap();
    assert_eq!(serialize(&red).unwrap(), Setting::from(map(r#"{"class_name": "Ball", "config": {"name": "red", "size": 2.0}}"#)));
    assert_eq!(construct::<Toy>("yo_yo", options).err().unwrap().message(), "yo_yo has no option `size`; it has none.");
    let error = construct::<Toy>("Ball", Map::from([("nam", "red")])).err().unwrap();
    assert_eq!(error.message(), "Ball has no option `nam`; did you mean `name`?");
    assert_eq!(get::<Toy>(&"bal".into()).err().unwrap().message(), "Unknown toy:bal. Did you mean `Ball`?");
}

#[test]
fn the_check_of_a_list_finds_what_is_wrong() {
    struct Wrong;
    impl Described for Wrong {
        fn class_name(&self) -> String {
            "Wrong".to_owned()
        }
        fn config(&self) -> Result<Option<Map>> {
            Ok(Some(Map::new()))
        }
    }
    impl From<Ball> for Plug<Wrong> {
        fn from(_: Ball) -> Plug<Wrong> {
            Rc::new(Wrong).into()
        }
    }
    impl Kind for Wrong {
        const NAME: &'static str = "wrong";
        const MODULE: &'static str = "wrongs";
        const CLASS: &'static str = "Wrong";
        const UNKNOWN: &'static str = "Unknown wrong: ";
        fn list() -> &'static [Entry<Wrong>] {
            static WRONGS: &[Entry<Wrong>] = &[Entry::of::<Ball>("ball")];
            WRONGS
        }
    }
    assert_eq!(check::<Wrong>().unwrap_err().message(), "wrongs: `Ball` made a Wrong.");
}
