//! Kinds of pluggable things: one list each, found by name, config, instance or function, written back as Keras does.
use super::{Config, Field, Fields, Form, Map, Object, Place, Schema, Setting, custom};
use crate::{Error, Result};
use std::{fmt, ops::Deref, rc::Rc};
use tensor::closest;

/// What every pluggable thing says of itself. Every [`Config`] has it; users' own things implement it.
pub trait Described {
    /// The name it is known by: a class's or a function's.
    fn class_name(&self) -> String;
    /// Its config; none for a function whose settings are the usual ones, which is written as its name.
    fn config(&self) -> Result<Option<Map>>;
}

impl<T: Config> Described for T {
    fn class_name(&self) -> String {
        T::SCHEMA.name.to_owned()
    }
    fn config(&self) -> Result<Option<Map>> {
        match T::SCHEMA.form {
            // What a function's name cannot say is written all the same; Keras has no word for it.
            Form::Function => {
                let plain = T::from_map(Map::new())?.write()?;
                Ok(Some(self.write()?).filter(|written| *written != plain))
            }
            Form::Class | Form::Maker => self.write().map(Some),
        }
    }
}

/// A kind of pluggable thing, implemented for its trait object: `impl Kind for dyn Initializer`.
pub trait Kind: Described + 'static {
    /// One of it, as Keras says it in messages: `initializer`, `loss function`.
    const NAME: &'static str;
    /// Keras's module of it, which names the generated file: `initializers`.
    const MODULE: &'static str;
    /// Its base class: `Initializer`.
    const CLASS: &'static str;
    /// How Keras's message for an unknown name begins: `Unknown initializer: `.
    const UNKNOWN: &'static str;
    /// What null stands for: an activation of null is `linear`. Without one, null is an error.
    const ABSENT: Option<&'static str> = None;
    /// Whether names are found in any case, as optimizers are.
    const ANY_CASE: bool = false;
    /// Options in files of other writers that mean nothing here: tf.keras's `dtype` of initializers.
    const IGNORED: &'static [&'static str] = &[];
    /// The options that all of this kind have, as every layer has a name.
    const COMMON: Option<&'static Schema> = None;

    /// Every one that is built in.
    fn list() -> &'static [Entry<Self>];

    /// Called with each new one to take the common options.
    fn complete(_made: &Plug<Self>, _fields: &mut Fields) -> Result<()> {
        Ok(())
    }
}

/// One line of a kind's list.
pub struct Entry<K: ?Sized> {
    /// Its file, by which the list is sorted.
    pub file: &'static str,
    /// Its name and options.
    pub schema: &'static Schema,
    /// Makes it of what the user gave.
    pub make: fn(&mut Fields) -> Result<Plug<K>>,
}

impl<K: ?Sized> Entry<K> {
    /// The line for `T`, declared in `file`.
    pub const fn of<T: Config + Into<Plug<K>>>(file: &'static str) -> Entry<K> {
        fn make<K: ?Sized, T: Config + Into<Plug<K>>>(fields: &mut Fields) -> Result<Plug<K>> {
            T::read(fields).map(Into::into)
        }
        Entry { file, schema: T::SCHEMA, make: make::<K, T> }
    }
}

/// One thing of a kind, shared. As the type of a config's field it takes a name, `{class_name, config}`, an instance, or
/// whatever a user's function can become.
pub struct Plug<K: ?Sized>(Rc<K>);

impl<K: ?Sized> Plug<K> {
    /// Whether both are the same thing.
    pub fn same(&self, other: &Plug<K>) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
    /// The thing itself.
    pub fn into_rc(self) -> Rc<K> {
        self.0
    }
}

impl<K: ?Sized> From<Rc<K>> for Plug<K> {
    fn from(thing: Rc<K>) -> Plug<K> {
        Plug(thing)
    }
}

impl<K: ?Sized> Clone for Plug<K> {
    fn clone(&self) -> Plug<K> {
        Plug(self.0.clone())
    }
}

impl<K: ?Sized> Deref for Plug<K> {
    type Target = K;
    fn deref(&self) -> &K {
        &self.0
    }
}

impl<K: Kind + ?Sized> fmt::Debug for Plug<K> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.class_name())
    }
}

impl<K: Kind + ?Sized> Field for Plug<K> {
    fn read(setting: Setting, at: &Place) -> Result<Plug<K>> {
        get(&setting).map_err(|e| e.at(at))
    }
    fn write(&self) -> Result<Setting> {
        serialize(self)
    }
    fn typescript() -> String {
        format!("{}Like", K::CLASS)
    }
}

/// A class of the user's own, as a custom object: makes an instance of a config.
pub struct Maker<K: ?Sized>(Rc<MakeFn<K>>);

type MakeFn<K> = dyn Fn(Map) -> Result<Plug<K>>;

impl<K: ?Sized> Maker<K> {
    /// From a function of the config.
    pub fn new(make: impl Fn(Map) -> Result<Plug<K>> + 'static) -> Maker<K> {
        Maker(Rc::new(make))
    }
    /// An instance.
    pub fn make(&self, config: Map) -> Result<Plug<K>> {
        (self.0)(config)
    }
}

impl<K: ?Sized> Clone for Maker<K> {
    fn clone(&self) -> Maker<K> {
        Maker(self.0.clone())
    }
}

impl Object {
    /// The class `T` as a custom object, under its own name.
    pub fn class<K: Kind + ?Sized, T: Config + Into<Plug<K>>>() -> (String, Object) {
        let maker = Maker::<K>::new(|config| T::from_map(config).map(Into::into));
        (T::SCHEMA.name.to_owned(), Object::new(format!("the class {}", T::SCHEMA.name), maker))
    }
}

/// What `setting` stands for: a name, `{class_name, config}`, or a thing already made; custom objects are asked first. Errors:
/// `name_unknown`, `config_format` for an object that is no config, `kind_type` for what cannot be one of this kind.
pub fn get<K: Kind + ?Sized>(setting: &Setting) -> Result<Plug<K>> {
    match setting {
        Setting::Null if K::ABSENT.is_some() => named(K::ABSENT.unwrap_or_default(), Map::new()),
        Setting::Text(name) => named(name, Map::new()),
        Setting::Map(map) => {
            let name = map.get("class_name").or_else(|| map.get("className"));
            let (Some(Setting::Text(name)), Some(Setting::Map(config))) = (name, map.get("config")) else {
                return Err(Error::value(
                    "config_format",
                    format!("Improper config format: {}. A config of the kind {} has class_name and config.", setting.describe(), K::NAME),
                ));
            };
            named(name, config.clone())
        }
        Setting::Object(object) => {
            instance(object, Map::new()).unwrap_or_else(|| Err(uninterpretable::<K>(setting, "Could not interpret")))
        }
        _ => Err(uninterpretable::<K>(setting, "Could not interpret")),
    }
}

/// One that is built in, of the options a user gave to its constructor. Error `name_unknown` if there is none of that name.
pub fn construct<K: Kind + ?Sized>(name: &str, options: Map) -> Result<Plug<K>> {
    let entry = entry::<K>(name).ok_or_else(|| unknown::<K>(name))?;
    let mut fields = Fields::new(entry.schema, K::COMMON, options)?;
    let made = (entry.make)(&mut fields)?;
    K::complete(&made, &mut fields)?;
    Ok(made)
}

/// As Keras writes it: its name if it is a bare function, `{class_name, config}` otherwise.
pub fn serialize<K: Kind + ?Sized>(thing: &Plug<K>) -> Result<Setting> {
    let name = Setting::Text(thing.class_name());
    Ok(match thing.config()? {
        Some(config) => Map::from([("class_name", name), ("config", config.into())]).into(),
        None => name,
    })
}

/// The built-in one of that name.
pub fn entry<K: Kind + ?Sized>(name: &str) -> Option<&'static Entry<K>> {
    let same = |n: &str| n == name || (K::ANY_CASE && n.eq_ignore_ascii_case(name));
    K::list().iter().find(|e| e.schema.names().any(same))
}

fn named<K: Kind + ?Sized>(name: &str, mut config: Map) -> Result<Plug<K>> {
    if let Some(object) = custom::find(name) {
        let wrong = || Err(uninterpretable::<K>(&Setting::Object(object.clone()), &format!("The custom object `{name}` is not")));
        return instance(&object, config).unwrap_or_else(wrong);
    }
    for ignored in K::IGNORED {
        config.remove(ignored);
    }
    construct(name, config)
}

/// A thing already made, or an instance of a class of the user's.
fn instance<K: Kind + ?Sized>(object: &Object, config: Map) -> Option<Result<Plug<K>>> {
    match object.get::<Plug<K>>() {
        Some(made) => Some(Ok(made)),
        None => object.get::<Maker<K>>().map(|maker| maker.make(config)),
    }
}

fn unknown<K: Kind + ?Sized>(name: &str) -> Error {
    let mut known: Vec<_> = K::list().iter().flat_map(|e| e.schema.names()).collect();
    // Of equally near names the one of the same style comes first: `zeros` for `zeroes`, `Zeros` for `Zeroes`.
    let capital = |n: &str| n.starts_with(char::is_uppercase);
    known.sort_by_key(|n| capital(n) != capital(name));
    let advice = match closest(name, known) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => "A name of your own must be among the custom objects.".to_owned(),
    };
    Error::value("name_unknown", format!("{}{name}. {advice}", K::UNKNOWN))
}

fn uninterpretable<K: Kind + ?Sized>(setting: &Setting, start: &str) -> Error {
    Error::value(
        "kind_type",
        format!("{start} {} identifier: received {}. Give a name, an instance of {}, or a config.", K::NAME, setting.describe(), K::CLASS),
    )
}

/// Declares a kind's list: one line a file, which is also its `mod` and `pub use`; after the colon what it declares.
/// `cargo fmt` does not look into macros, so the format check names the files: `rustfmt --check $(git ls-files '*.rs')`.
///
/// ```ignore
/// list! {
///     /// Keras's initializers.
///     pub static INITIALIZERS: dyn Initializer;
///     constant: Constant;
///     variance_scaling: VarianceScaling, GlorotNormal, GlorotUniform;
/// }
/// ```
#[macro_export]
macro_rules! list {
    ($(#[$meta:meta])* $vis:vis static $list:ident: $kind:ty; $($file:ident: $($entry:ident),+;)*) => {
        $(mod $file; pub use $file::{$($entry),+};)*
        $(#[$meta])*
        $vis static $list: &[$crate::config::Entry<$kind>] =
            &[$($($crate::config::Entry::of::<$entry>(stringify!($file))),+),*];
    };
}
