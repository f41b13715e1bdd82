//! What the struct and its `#[config(..)]` attributes say, parsed once.
use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Error, Expr, Fields, Ident, Lit, LitStr, Meta, Path, Result, Type, UnOp, Visibility};

/// The struct that is derived for.
pub struct Subject {
    /// Its Rust name.
    pub ident: Ident,
    /// Whether it has no braces.
    pub unit: bool,
    /// Keras's name.
    pub name: String,
    /// Its `///` lines.
    pub doc: String,
    /// Other names of it.
    pub aliases: Vec<String>,
    /// A check of the whole.
    pub check: Option<Path>,
    /// Class, function or maker.
    pub form: Form,
    /// Whether it lacks the options common to its kind.
    pub standalone: bool,
    /// Whether `new` and setters are left out.
    pub plain: bool,
    /// Its fields in order.
    pub fields: Vec<Field>,
}

/// What kind of Python thing it is.
#[derive(Clone, Copy, PartialEq)]
pub enum Form {
    /// Serialises as class name and config.
    Class,
    /// Serialises as its name.
    Function,
    /// Makes an instance of another class.
    Maker,
}

/// One field.
pub struct Field {
    /// Its Rust name.
    pub ident: Ident,
    /// Its type.
    pub ty: Type,
    /// Its visibility, which is the setter's too.
    pub vis: Visibility,
    /// Its `///` attributes, for the setter.
    pub doc_attributes: Vec<Attribute>,
    /// Its `///` lines.
    pub doc: String,
    /// Keras's name.
    pub name: String,
    /// Other accepted names.
    pub legacy: Vec<String>,
    /// Its default, if it is optional.
    pub default: Option<Default>,
    /// Whether it may be given by position.
    pub positional: bool,
    /// Its check.
    pub check: Option<Path>,
    /// Whether it is no option at all.
    pub skip: bool,
    /// Whether it is accepted but not written.
    pub unwritten: bool,
    /// Whether it is written only when not null.
    pub omit_none: bool,
    /// The option whose value it has where it is null.
    pub same_as: Option<Ident>,
}

/// A default value.
pub struct Default {
    /// The expression as written.
    pub expr: Expr,
    /// As a literal, if it is one.
    pub literal: Option<Literal>,
    /// As TypeScript.
    pub shown: String,
}

/// A default that is read as if the user had given it.
pub enum Literal {
    /// `None`
    Null,
    /// A bool.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Literal>),
}

impl Literal {
    fn parse(expr: &Expr) -> Option<Literal> {
        match expr {
            Expr::Lit(lit) => match &lit.lit {
                Lit::Bool(b) => Some(Literal::Bool(b.value)),
                Lit::Int(n) if n.suffix().is_empty() => n.base10_parse().ok().map(Literal::Int),
                Lit::Float(x) if x.suffix().is_empty() => x.base10_parse().ok().map(Literal::Float),
                Lit::Str(s) => Some(Literal::Text(s.value())),
                _ => None,
            },
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match Literal::parse(&unary.expr)? {
                Literal::Int(n) => Some(Literal::Int(-n)),
                Literal::Float(x) => Some(Literal::Float(-x)),
                _ => None,
            },
            // A literal that came through a declarative macro.
            Expr::Group(group) => Literal::parse(&group.expr),
            Expr::Path(path) if path.path.is_ident("None") => Some(Literal::Null),
            Expr::Array(array) => array.elems.iter().map(Literal::parse).collect::<Option<_>>().map(Literal::List),
            _ => None,
        }
    }

    fn typescript(&self) -> String {
        match self {
            Literal::Null => "null".to_owned(),
            Literal::Bool(b) => b.to_string(),
            Literal::Int(n) => n.to_string(),
            Literal::Float(x) if *x != 0.0 && x.abs() < 1e-4 => format!("{x:e}"),
            Literal::Float(x) => x.to_string(),
            Literal::Text(s) => format!("'{s}'"),
            Literal::List(items) => format!("[{}]", items.iter().map(Literal::typescript).collect::<Vec<_>>().join(", ")),
        }
    }
}

impl Subject {
    /// Reads the struct. Errors point at what is wrong.
    pub fn parse(input: &DeriveInput) -> Result<Subject> {
        let Data::Struct(data) = &input.data else {
            return Err(Error::new_spanned(&input.ident, "Config is for structs"));
        };
        if !input.generics.params.is_empty() {
            return Err(Error::new_spanned(&input.generics, "a Config has no generic parameters"));
        }
        let (unit, fields) = match &data.fields {
            Fields::Unit => (true, Vec::new()),
            Fields::Named(named) => (false, named.named.iter().map(Field::parse).collect::<Result<Vec<_>>>()?),
            Fields::Unnamed(unnamed) => return Err(Error::new_spanned(unnamed, "a Config has named fields: their names are its options")),
        };
        let mut subject = Subject {
            ident: input.ident.clone(),
            unit,
            name: input.ident.to_string(),
            doc: doc(&input.attrs).1,
            aliases: Vec::new(),
            check: None,
            form: Form::Class,
            standalone: false,
            plain: false,
            fields,
        };
        if subject.doc.is_empty() {
            return Err(Error::new_spanned(&input.ident, "a Config needs a `///` line: it is what users read"));
        }
        for attribute in input.attrs.iter().filter(|a| a.path().is_ident("config")) {
            attribute.parse_nested_meta(|meta| {
                match word(&meta.path)?.as_str() {
                    "name" => subject.name = meta.value()?.parse::<LitStr>()?.value(),
                    "alias" => subject.aliases.push(meta.value()?.parse::<LitStr>()?.value()),
                    "check" => subject.check = Some(meta.value()?.parse()?),
                    "function" => subject.form = Form::Function,
                    "maker" => subject.form = Form::Maker,
                    "standalone" => subject.standalone = true,
                    "plain" => subject.plain = true,
                    _ => return Err(meta.error("not an attribute of a Config; see the docs of derive(Config)")),
                }
                Ok(())
            })?;
        }
        Ok(subject)
    }
}

impl Field {
    fn parse(field: &syn::Field) -> Result<Field> {
        let Some(ident) = field.ident.clone() else {
            return Err(Error::new_spanned(field, "a Config has named fields"));
        };
        let (doc_attributes, doc) = doc(&field.attrs);
        let name = ident.to_string();
        let mut parsed = Field {
            name: name.strip_prefix("r#").unwrap_or(&name).to_owned(),
            ident,
            ty: bare(&field.ty).clone(),
            vis: field.vis.clone(),
            doc_attributes,
            doc,
            legacy: Vec::new(),
            default: None,
            positional: false,
            check: None,
            skip: false,
            unwritten: false,
            omit_none: false,
            same_as: None,
        };
        let mut shown = None;
        for attribute in field.attrs.iter().filter(|a| a.path().is_ident("config")) {
            attribute.parse_nested_meta(|meta| {
                match word(&meta.path)?.as_str() {
                    "default" => {
                        let expr: Expr = meta.value()?.parse()?;
                        let literal = Literal::parse(&expr);
                        let text = literal.as_ref().map_or_else(|| expr.to_token_stream().to_string(), Literal::typescript);
                        parsed.default = Some(Default { expr, literal, shown: text });
                    }
                    "shown" => shown = Some(meta.value()?.parse::<LitStr>()?.value()),
                    "name" => parsed.name = meta.value()?.parse::<LitStr>()?.value(),
                    "legacy" => parsed.legacy.push(meta.value()?.parse::<LitStr>()?.value()),
                    "check" => parsed.check = Some(meta.value()?.parse()?),
                    "positional" => parsed.positional = true,
                    "skip" => parsed.skip = true,
                    "unwritten" => parsed.unwritten = true,
                    "omit_none" => parsed.omit_none = true,
                    "same_as" => parsed.same_as = Some(meta.value()?.parse()?),
                    _ => return Err(meta.error("not an attribute of a Config's field; see the docs of derive(Config)")),
                }
                Ok(())
            })?;
        }
        if let (Some(text), Some(default)) = (shown, &mut parsed.default) {
            default.shown = text;
        }
        if parsed.default.is_none() {
            parsed.positional = !parsed.skip;
        }
        if parsed.doc.is_empty() && !parsed.skip {
            return Err(Error::new_spanned(&parsed.ident, "an option needs a `///` line: it is what users read"));
        }
        Ok(parsed)
    }
}

/// A type that came through a macro's `$type:ty`, without the invisible brackets that it has then.
fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        ty => ty,
    }
}

fn word(path: &Path) -> Result<String> {
    path.require_ident().map(ToString::to_string)
}

fn doc(attributes: &[Attribute]) -> (Vec<Attribute>, String) {
    let docs: Vec<_> = attributes.iter().filter(|a| a.path().is_ident("doc")).cloned().collect();
    let lines: Vec<_> = docs
        .iter()
        .filter_map(|a| match &a.meta {
            Meta::NameValue(pair) => match &pair.value {
                Expr::Lit(lit) => match &lit.lit {
                    Lit::Str(s) => Some(s.value().strip_prefix(' ').map_or_else(|| s.value(), str::to_owned)),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
        .collect();
    let text = lines.join("\n").trim().to_owned();
    (docs, text)
}
