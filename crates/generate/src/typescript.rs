//! From schemas to TypeScript text, laid out as prettier would (140 columns, no semicolons, single quotes).
use ironhorn::config::{FieldSchema, Form, Listing, Schema};
use ironhorn::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const WIDTH: usize = 140;

/// Where the types are that options speak of and that no list declares.
const HOMES: [(&str, &str); 8] = [
    ("ArrayInput", "../types.js"),
    ("DType", "../types.js"),
    ("LambdaFunction", "../layer.js"),
    ("Layer", "../layer.js"),
    ("NDArray", "../ndarray.js"),
    ("Size", "../tensor.js"),
    ("Tensor", "../tensor.js"),
    ("TensorLike", "../tensor.js"),
];

/// Words that no parameter may be called.
const RESERVED: [&str; 6] = ["class", "default", "function", "in", "new", "with"];

/// The types that every program has.
const GLOBAL: [&str; 4] = ["Array", "Map", "Promise", "Record"];

/// The files by name. Error `generate` if an option has a type that is nowhere.
pub fn files(kinds: &[Listing]) -> Result<BTreeMap<String, String>> {
    kinds.iter().map(|kind| Ok((format!("{}.ts", kind.module), file(kind, kinds)?))).collect()
}

/// A file of options that belong to no kind: those of `fit` and the rest.
pub fn options(schemas: &[&Schema], kinds: &[Listing]) -> Result<String> {
    let mut body = String::new();
    for schema in schemas {
        interface(&format!("{}Options", schema.name), schema.doc, None, schema.fields.iter(), &mut body);
    }
    let fields = schemas.iter().flat_map(|s| s.fields.iter().map(move |f| (s.name, f)));
    let imports = imports_of(fields.map(|(owner, f)| (owner, (f.typescript)())), kinds)?;
    Ok(format!(
        "// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.\n{imports}\n{}\n",
        body.trim_end()
    ))
}

fn file(kind: &Listing, kinds: &[Listing]) -> Result<String> {
    let mut body = String::new();
    names(kind, &mut body);
    if let Some(common) = kind.common {
        interface(&format!("{}Options", kind.class), &format!("Options of every {}.", kind.name), None, common.fields.iter(), &mut body);
    }
    for schema in &kind.entries {
        match schema.form {
            Form::Class => class(kind, schema, &mut body),
            Form::Maker => maker(kind, schema, &mut body),
            Form::Function => function(kind, schema, &mut body),
        }
    }
    aliases(kind, &mut body);
    Ok(format!(
        "// Written by `npm run generate` from the lists of crates/ironhorn: change those, not this file.\n{}\n{}\n",
        imports(kind, kinds, &body)?,
        body.trim_end()
    ))
}

fn imports(kind: &Listing, kinds: &[Listing], body: &str) -> Result<String> {
    let mut from: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let made = body.contains(&format!(" extends {} {{", kind.class)) || body.contains(&format!("return {}.of(", kind.class));
    let class = if made { kind.class.to_owned() } else { format!("type {}", kind.class) };
    // `../loss.js` holds what is written by hand for the kind of `Loss`.
    from.insert(format!("../{}.js", stem(kind)), BTreeSet::from([class, format!("type {}Function", kind.class)]));
    if body.contains("return compute(") {
        from.insert("../plug.js".to_owned(), BTreeSet::from(["builtIn".to_owned(), "compute".to_owned()]));
        from.insert("../tensor.js".to_owned(), BTreeSet::from(["type Tensor".to_owned(), "type TensorLike".to_owned()]));
    }
    if body.contains("read('") {
        from.insert("../config.js".to_owned(), BTreeSet::from(["read".to_owned()]));
    }
    let all = || kind.entries.iter().copied().chain(kind.common);
    for (schema, field) in all().flat_map(|s| s.fields.iter().map(move |f| (s, f))) {
        for name in words(&(field.typescript)()).into_iter().filter(|w| w.starts_with(char::is_uppercase)) {
            if GLOBAL.contains(&name.as_str()) || name == kind.class || name == format!("{}Like", kind.class) {
                continue;
            }
            let Some(home) = home(&name, kinds) else {
                return Err(Error::value(
                    "generate",
                    format!("{}: `{}` has the type {name}, which is in no list and not among HOMES.", schema.name, field.name),
                ));
            };
            from.entry(home).or_default().insert(format!("type {name}"));
        }
    }
    let lines = from.into_iter().map(|(home, names)| import(&names, &home));
    Ok(lines.collect())
}

/// The import lines that the types need which `owners` have.
pub fn imports_of<'a>(types: impl Iterator<Item = (&'a str, String)>, kinds: &[Listing]) -> Result<String> {
    let mut from: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (owner, text) in types {
        for name in words(&text).into_iter().filter(|w| w.starts_with(char::is_uppercase) && !GLOBAL.contains(&w.as_str())) {
            let Some(home) = home(&name, kinds) else {
                return Err(Error::value("generate", format!("{owner} has the type {name}, which is in no list and not among HOMES.")));
            };
            from.entry(home).or_default().insert(format!("type {name}"));
        }
    }
    Ok(from.into_iter().map(|(home, names)| import(&names, &home)).collect())
}

/// Where a type is declared.
fn home(name: &str, kinds: &[Listing]) -> Option<String> {
    let listed = kinds.iter().find(|k| format!("{}Like", k.class) == name).map(|k| format!("./{}.js", k.module));
    listed.or_else(|| HOMES.iter().find(|(n, _)| *n == name).map(|(_, home)| (*home).to_owned()))
}

fn import(names: &BTreeSet<String>, home: &str) -> String {
    let mut names: Vec<_> = names.iter().map(String::as_str).collect();
    names.sort_by_key(|n| n.strip_prefix("type ").unwrap_or(n));
    let types_only = names.iter().all(|n| n.starts_with("type "));
    if types_only {
        names.iter_mut().for_each(|n| *n = n.strip_prefix("type ").unwrap_or(n));
    }
    let start = if types_only { "import type" } else { "import" };
    let line = format!("{start} {{ {} }} from '{home}'\n", names.join(", "));
    if line.len() <= WIDTH + 1 { line } else { format!("{start} {{\n  {},\n}} from '{home}'\n", names.join(",\n  ")) }
}

/// The identifiers of a type's text, quoted ones left out.
fn words(text: &str) -> Vec<String> {
    let unquoted: String = text.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    unquoted.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// The names of a kind as an interface that users can augment, and what its options accept.
fn names(kind: &Listing, out: &mut String) {
    let class = kind.class;
    let mut names: Vec<_> = kind.entries.iter().flat_map(|s| s.names()).collect();
    names.sort_by_key(|n| (n.to_lowercase(), n.starts_with(char::is_lowercase)));
    doc(&format!("The names of the kind {}. Augment this interface with the names of your custom objects.", kind.name), None, "", out);
    block(&format!("export interface {class}Names"), &names.iter().map(|n| format!("{n}: true")).collect::<Vec<_>>(), out);
    doc(&format!("What an option takes that wants the kind {}: a name, an instance, a function, or a config.", kind.name), None, "", out);
    let config = "{ class_name: string; config: Record<string, unknown> }".to_owned();
    let union = [format!("keyof {class}Names"), class.to_owned(), format!("{class}Function"), config];
    typed(&format!("export type {class}Like ="), &union.join(" | "), out);
    out.push('\n');
}

fn block(head: &str, lines: &[String], out: &mut String) {
    if lines.is_empty() {
        put(out, format_args!("{head} {{}}\n\n"));
    } else {
        put(out, format_args!("{head} {{\n  {}\n}}\n\n", lines.join("\n  ")));
    }
}

/// The parameters of what makes a thing.
struct Parameters {
    /// The signatures, `units: number, options?: DenseOptions`.
    signatures: Vec<Vec<String>>,
    /// The names given by position, as text: `['units', 'activation?']`.
    positional: String,
}

fn class(kind: &Listing, schema: &Schema, out: &mut String) {
    let parameters = parameters(kind, schema, schema.name, out);
    doc(schema.doc, None, "", out);
    put(out, format_args!("export class {} extends {} {{\n", schema.name, kind.class));
    for signature in &parameters.signatures {
        signed("  constructor", signature, "", out);
    }
    put(
        out,
        format_args!(
            "  constructor(...args: unknown[]) {{\n    super(read('{name}', {}, args), '{name}')\n  }}\n}}\n\n",
            parameters.positional,
            name = schema.name,
        ),
    );
}

fn maker(kind: &Listing, schema: &Schema, out: &mut String) {
    let camel = camel(schema.name);
    let mut pascal = camel.clone();
    pascal[..1].make_ascii_uppercase();
    let parameters = parameters(kind, schema, &pascal, out);
    let result = format!(": {}", kind.class);
    doc(schema.doc, None, "", out);
    for signature in &parameters.signatures {
        signed(&format!("export function {camel}"), signature, &result, out);
    }
    put(
        out,
        format_args!(
            "export function {camel}(...args: unknown[]){result} {{\n  return {}.of('{name}', read('{name}', {}, args))\n}}\n\n",
            kind.class,
            parameters.positional,
            name = schema.name,
        ),
    );
}

/// What a function of that kind computes on.
fn arguments(kind: &Listing) -> &'static [&'static str] {
    match kind.class {
        "Loss" | "Metric" => &["yTrue", "yPred"],
        _ => &["x"],
    }
}

/// One that is a function: it computes, and as an option it stands for itself.
fn function(kind: &Listing, schema: &Schema, out: &mut String) {
    let camel = camel(schema.name);
    let mut pascal = camel.clone();
    pascal[..1].make_ascii_uppercase();
    let options = (!schema.fields.is_empty()).then(|| format!("{pascal}FunctionOptions"));
    if let Some(options) = &options {
        interface(options, &format!("Options of {camel}."), None, schema.fields.iter(), out);
    }
    let tensors = arguments(kind);
    let given: Vec<_> = tensors.iter().map(|t| format!("{t}: TensorLike")).collect();
    doc(schema.doc, None, "", out);
    if options.is_some() {
        let all = schema.fields.iter().map(|f| format!("{}?: {}", f.camel, (f.typescript)()));
        signed(&format!("export function {camel}"), &given.iter().cloned().chain(all).collect::<Vec<_>>(), ": Tensor", out);
    }
    let last = options.iter().map(|o| format!("options?: {o}"));
    signed(&format!("export function {camel}"), &given.iter().cloned().chain(last).collect::<Vec<_>>(), ": Tensor", out);
    let names: Vec<_> = tensors.iter().map(|t| format!("'{t}'")).chain(schema.fields.iter().map(|f| format!("'{}?'", f.camel))).collect();
    let (stem, name) = (stem(kind), schema.name);
    put(out, format_args!("export function {camel}(...args: unknown[]): Tensor {{\n"));
    put(out, format_args!("  return compute('{stem}', '{name}', {}, [{}], args)\n}}\n", tensors.len(), names.join(", ")));
    put(out, format_args!("builtIn({camel}, '{stem}', '{name}')\n\n"));
}

/// The other names that can be imported: Keras's `mse`, `MSE`, `sgd`.
fn aliases(kind: &Listing, out: &mut String) {
    let exported = |s: &Schema| if s.form == Form::Class { s.name.to_owned() } else { camel(s.name) };
    let mut taken: BTreeSet<String> = kind.entries.iter().map(|s| exported(s)).collect();
    let mut lines = Vec::new();
    for schema in &kind.entries {
        for alias in schema.aliases.iter().map(|a| camel(a)) {
            if taken.insert(alias.clone()) {
                lines.push(format!("{} as {alias}", exported(schema)));
            }
        }
    }
    if !lines.is_empty() {
        let line = format!("export {{ {} }}\n", lines.join(", "));
        out.push_str(&if line.len() <= WIDTH + 1 { line } else { format!("export {{\n  {},\n}}\n", lines.join(",\n  ")) });
    }
}

/// The kind in file names and calls: `loss` for `Loss`.
fn stem(kind: &Listing) -> String {
    kind.class.to_lowercase()
}

/// Writes the interfaces of a thing's options; gives the signatures that take them.
fn parameters(kind: &Listing, schema: &Schema, stem: &str, out: &mut String) -> Parameters {
    let common = kind.common.filter(|_| !schema.standalone).map(|_| format!("{}Options", kind.class));
    let required: Vec<_> = schema.fields.iter().filter(|f| f.required()).collect();
    let optional: Vec<_> = schema.fields.iter().filter(|f| !f.required()).collect();
    let options = if optional.is_empty() {
        common
    } else {
        let name = format!("{stem}Options");
        interface(&name, &format!("Options of {stem}."), common.as_deref(), optional.into_iter(), out);
        Some(name)
    };
    let last = options.iter().map(|o| format!("options?: {o}"));
    let given = |f: &FieldSchema, mark: &str| {
        let reserved = if RESERVED.contains(&f.camel) { "_" } else { "" };
        format!("{}{reserved}{mark}: {}", f.camel, (f.typescript)())
    };
    let mut signatures = Vec::new();
    if schema.positional().any(|f| !f.required()) {
        let all = schema.positional().map(|f| given(f, if f.required() { "" } else { "?" }));
        signatures.push(all.chain(last.clone()).collect());
    }
    signatures.push(required.iter().map(|f| given(f, "")).chain(last).collect());
    if !required.is_empty() {
        let name = format!("{stem}Config");
        interface(&name, &format!("Everything that {stem} takes, in one object."), options.as_deref(), required.into_iter(), out);
        signatures.push(vec![format!("config: {name}")]);
    }
    let mark = |f: &FieldSchema| format!("'{}{}'", f.camel, if f.required() { "" } else { "?" });
    let positional = format!("[{}]", schema.positional().map(mark).collect::<Vec<_>>().join(", "));
    Parameters { signatures, positional }
}

fn interface<'a>(name: &str, about: &str, extends: Option<&str>, fields: impl Iterator<Item = &'a FieldSchema>, out: &mut String) {
    let extends = extends.map_or(String::new(), |e| format!(" extends {e}"));
    doc(about, None, "", out);
    put(out, format_args!("export interface {name}{extends} {{\n"));
    for field in fields {
        doc(field.doc, field.default, "  ", out);
        let mark = if field.required() { "" } else { "?" };
        typed(&format!("  {}{mark}:", field.camel), &(field.typescript)(), out);
        for older in field.legacy {
            doc(&format!("An older name of `{}`.", field.camel), None, "  ", out);
            typed(&format!("  {}?:", camel(older)), &(field.typescript)(), out);
        }
    }
    out.push_str("}\n\n");
}

/// A type after `head`: on the same line, on the next, or a line for each member of a union.
fn typed(head: &str, text: &str, out: &mut String) {
    let indent = " ".repeat(head.len() - head.trim_start().len() + 2);
    match split(text) {
        Some(_) if head.len() + 1 + text.len() <= WIDTH => put(out, format_args!("{head} {text}\n")),
        Some(_) if indent.len() + text.len() <= WIDTH => put(out, format_args!("{head}\n{indent}{text}\n")),
        Some(parts) => put(out, format_args!("{head}\n{indent}| {}\n", parts.join(&format!("\n{indent}| ")))),
        None => put(out, format_args!("{head} {text}\n")),
    }
}

/// The members of a union, if the text is one: parted at the bars that are in no brackets.
fn split(text: &str) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for c in text.chars() {
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
        match parts.last_mut() {
            Some(part) if c != '|' || depth > 0 => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    let parts: Vec<_> = parts.into_iter().map(|p| p.trim().to_owned()).collect();
    (parts.len() > 1).then_some(parts)
}

/// A signature: on one line, or a line a parameter.
pub fn signed(head: &str, parameters: &[String], tail: &str, out: &mut String) {
    let line = format!("{head}({}){tail}\n", parameters.join(", "));
    if line.len() <= WIDTH + 1 {
        out.push_str(&line);
        return;
    }
    let indent = " ".repeat(head.len() - head.trim_start().len());
    put(out, format_args!("{head}(\n{indent}  {},\n{indent}){tail}\n", parameters.join(&format!(",\n{indent}  "))));
}

/// A comment that documents what follows.
pub fn doc(text: &str, default: Option<&str>, indent: &str, out: &mut String) {
    let text = text.replace("*/", "*\\/");
    if !text.contains('\n') && default.is_none() {
        put(out, format_args!("{indent}/** {text} */\n"));
        return;
    }
    put(out, format_args!("{indent}/**\n"));
    for line in text.lines() {
        put(out, format_args!("{}\n", format!("{indent} * {line}").trim_end()));
    }
    if let Some(default) = default {
        put(out, format_args!("{indent} * @default {default}\n"));
    }
    put(out, format_args!("{indent} */\n"));
}

/// snake_case to camelCase.
pub fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut chars = word.chars();
        camel.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        camel.push_str(chars.as_str());
    }
    camel
}

/// Adds formatted text.
pub fn put(out: &mut String, text: std::fmt::Arguments) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use ironhorn::DType;
    use ironhorn::config::{Config, OneOrMany, Plug};
    use ironhorn::initializers::Initializer;

    /// What all have.
    #[derive(Config)]
    #[config(plain)]
    #[allow(dead_code)]
    struct Common {
        /// Its name.
        #[config(default = None)]
        name: Option<String>,
    }

    /// A thing
    /// of two lines.
    #[derive(Config)]
    #[config(plain, alias = "gadget")]
    struct Gadget {
        /// Its units.
        units: usize,
        /// Its window.
        #[config(positional, legacy = "pool_length", default = [1, 1])]
        window_size: OneOrMany<usize, 2>,
        /// Its start.
        #[config(default = "zeros")]
        kernel_initializer: Plug<dyn Initializer>,
        /// Its type.
        #[config(default = DType::F32, shown = "'float32'")]
        dtype: DType,
    }

    /// No options.
    #[derive(Config)]
    #[config(plain)]
    struct Plain;

    /// None at all.
    #[derive(Config)]
    #[config(plain, standalone)]
    struct Bare;

    /// A function.
    #[derive(Config)]
    #[config(plain, function, name = "just_so")]
    struct JustSo;

    /// Makes one.
    #[derive(Config)]
    #[config(plain, maker, standalone, name = "half_a_gadget")]
    struct HalfAGadget {
        /// Its units.
        units: usize,
    }

    fn gadgets() -> Listing {
        Listing {
            name: "gadget",
            module: "gadgets",
            class: "Base",
            common: Some(Common::SCHEMA),
            entries: vec![Gadget::SCHEMA, Plain::SCHEMA, Bare::SCHEMA, JustSo::SCHEMA, HalfAGadget::SCHEMA],
        }
    }

    #[test]
    fn classes_functions_and_types_are_written() {
        let kinds = [gadgets(), Listing::of::<dyn Initializer>()];
        assert_eq!(files(&kinds).unwrap()["gadgets.ts"], include_str!("../tests/gadgets.ts"));
    }

    #[test]
    fn a_type_that_is_nowhere_is_an_error() {
        assert_eq!(files(&[gadgets()]).unwrap_err().code(), "generate");
    }

    #[test]
    fn long_lines_are_broken_as_prettier_breaks_them() {
        assert_eq!(split("'a' | ('b' | 'c')[] | null").unwrap(), ["'a'", "('b' | 'c')[]", "null"]);
        assert_eq!(split("('b' | 'c')[]"), None);
        let long = |n: usize| ["a", "b", "c"].map(|c| format!("'{}'", c.repeat(n))).join(" | ");
        let broken = |n: usize| {
            let mut out = String::new();
            typed("  property?:", &long(n), &mut out);
            out
        };
        assert_eq!(broken(38), format!("  property?: {}\n", long(38)));
        assert_eq!(broken(41), format!("  property?:\n    {}\n", long(41)));
        assert_eq!(broken(43), format!("  property?:\n    | {}\n", long(43).replace(" | ", "\n    | ")));
        let mut out = String::new();
        signed("  constructor", &["a".repeat(80), "b".repeat(80)], "", &mut out);
        assert_eq!(out, format!("  constructor(\n    {},\n    {},\n  )\n", "a".repeat(80), "b".repeat(80)));
        let names = BTreeSet::from(["type A".to_owned() + &"a".repeat(80), "B".to_owned() + &"b".repeat(80)]);
        assert_eq!(import(&names, "x"), format!("import {{\n  type A{},\n  B{},\n}} from 'x'\n", "a".repeat(80), "b".repeat(80)));
    }

    #[test]
    fn camel_case() {
        assert_eq!(camel("glorot_uniform"), "glorotUniform");
        assert_eq!(camel("l1_l2"), "l1L2");
    }
}
