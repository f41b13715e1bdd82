//! YAML as Python's PyYAML writes it, to the letter, and back: what `model.to_yaml()` gives.
use super::setting::not_serializable;
use super::text::{python_float, python_json};
use super::{Map, Setting};
use crate::{Error, Result};
use std::collections::HashMap;

/// The options that Keras keeps as tuples, which YAML tells from lists.
const TUPLES: &[&str] = &[
    "axes",
    "batch_input_shape",
    "build_input_shape",
    "cropping",
    "dilation_rate",
    "dims",
    "input_length",
    "kernel_size",
    "noise_shape",
    "output_padding",
    "output_shape",
    "padding",
    "pool_size",
    "size",
    "strides",
    "target_shape",
];

/// `yaml.dump` of a model's config: blocks, names sorted, tuples tagged. Error `not_serializable` if it holds a thing already made.
pub fn python_yaml(setting: &Setting) -> Result<String> {
    let mut writer = Writer { out: String::new(), anchors: 0, class: None, uses: HashMap::new(), anchored: HashMap::new() };
    writer.count(setting, None);
    writer.node(setting, 0, Place::Start, false)?;
    Ok(writer.out)
}

/// The config in a YAML text; tuples become lists. Error `yaml`.
pub fn read_yaml(text: &str) -> Result<Setting> {
    let value: serde_json::Value = serde_saphyr::from_str(text).map_err(|e| Error::value("yaml", format!("This is no YAML: {e}.")))?;
    Ok(Setting::from(value))
}

/// What stands before a node on its line.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Nothing: a block begins here.
    Start,
    /// A name and a colon, a tag or an anchor: a block begins on the next line.
    Inline,
    /// A dash: a block goes on after it.
    Dash,
}

struct Writer {
    out: String,
    anchors: usize,
    /// The class of the thing whose config is written next.
    class: Option<String>,
    /// How often each tuple is used that Python has once, by a name of its own.
    uses: HashMap<String, usize>,
    /// Those written already, with their anchors.
    anchored: HashMap<String, String>,
}

impl Writer {
    fn indent(&mut self, by: usize) {
        self.out.push_str(&" ".repeat(by));
    }
    /// One node; names and items of a block are indented by `at`.
    fn node(&mut self, setting: &Setting, at: usize, place: Place, tuple: bool) -> Result<()> {
        match setting {
            Setting::Map(map) if !map.is_empty() => self.map(map, at, place),
            Setting::List(items) => self.list(items, at, place, tuple),
            leaf => {
                if place != Place::Start {
                    self.out.push(' ');
                }
                self.out.push_str(&scalar(leaf)?);
                self.out.push('\n');
                Ok(())
            }
        }
    }
    /// Counts the tuples that Python has once and uses several times.
    fn count(&mut self, setting: &Setting, class: Option<&str>) {
        match setting {
            Setting::List(items) => items.iter().for_each(|item| self.count(item, None)),
            Setting::Map(map) => {
                for (name, value) in map.iter() {
                    if let Some(tuple) = class.and_then(|class| same_tuple(class, map, name)) {
                        *self.uses.entry(tuple).or_default() += 1;
                    }
                    self.count(value, described(map, name));
                }
            }
            _ => {}
        }
    }
    fn new_anchor(&mut self) -> String {
        self.anchors += 1;
        format!("id{:03}", self.anchors)
    }
    fn map(&mut self, map: &Map, at: usize, place: Place) -> Result<()> {
        let class = self.class.take();
        let mut entries: Vec<_> = map.iter().collect();
        entries.sort_by_key(|(name, _)| *name);
        for (i, (name, value)) in entries.into_iter().enumerate() {
            match place {
                Place::Dash if i == 0 => self.out.push(' '),
                Place::Inline if i == 0 => {
                    self.out.push('\n');
                    self.indent(at);
                }
                _ => self.indent(at),
            }
            self.out.push_str(&quoted(name));
            self.out.push(':');
            let tuple = class.as_deref().and_then(|class| same_tuple(class, map, name)).filter(|tuple| self.uses[tuple] > 1);
            if let Some(tuple) = tuple {
                if let Some(anchor) = self.anchored.get(&tuple) {
                    self.out.push_str(&format!(" *{anchor}\n"));
                    continue;
                }
                let anchor = self.new_anchor();
                self.out.push_str(&format!(" &{anchor}"));
                self.anchored.insert(tuple, anchor);
            }
            self.class = described(map, name).map(str::to_owned);
            match value {
                Setting::List(calls) if name == "inbound_nodes" => self.calls(calls, at)?,
                // A list is not indented below its name.
                Setting::List(_) => self.node(value, at, Place::Inline, TUPLES.contains(&name))?,
                _ => self.node(value, at + 2, Place::Inline, false)?,
            }
        }
        Ok(())
    }
    fn list(&mut self, items: &[Setting], at: usize, place: Place, tuple: bool) -> Result<()> {
        let mut place = place;
        if tuple {
            self.out.push_str(" !!python/tuple");
            place = Place::Inline;
        }
        if items.is_empty() {
            self.out.push_str(" []\n");
            return Ok(());
        }
        for (i, item) in items.iter().enumerate() {
            self.dash(i, at, place);
            self.node(item, at + 2, Place::Dash, tuple && matches!(item, Setting::List(_)))?;
        }
        Ok(())
    }
    fn dash(&mut self, i: usize, at: usize, place: Place) {
        match place {
            Place::Dash if i == 0 => self.out.push(' '),
            Place::Inline if i == 0 => {
                self.out.push('\n');
                self.indent(at);
            }
            _ => self.indent(at),
        }
        self.out.push('-');
    }
    /// The calls of a layer. All inputs of a call share its arguments, which PyYAML writes once and then refers to.
    fn calls(&mut self, calls: &[Setting], at: usize) -> Result<()> {
        if calls.is_empty() {
            self.out.push_str(" []\n");
        }
        for (i, call) in calls.iter().enumerate() {
            self.dash(i, at, Place::Inline);
            let Setting::List(inputs) = call else { return Err(not_serializable(call)) };
            let anchor = (inputs.len() > 1).then(|| self.new_anchor());
            for (j, input) in inputs.iter().enumerate() {
                self.dash(j, at + 2, Place::Dash);
                let Setting::List(parts) = input else { return Err(not_serializable(input)) };
                for (k, part) in parts.iter().enumerate() {
                    self.dash(k, at + 4, Place::Dash);
                    match (&anchor, k == 3, j) {
                        (Some(anchor), true, 0) => {
                            self.out.push_str(&format!(" &{anchor}"));
                            self.node(part, at + 6, Place::Inline, false)?;
                        }
                        (Some(anchor), true, _) => self.out.push_str(&format!(" *{anchor}\n")),
                        _ => self.node(part, at + 6, Place::Dash, false)?,
                    }
                }
            }
        }
        Ok(())
    }
}

/// The class of which the entry `name` is the config, if it is one.
fn described<'a>(map: &'a Map, name: &str) -> Option<&'a str> {
    match map.get("class_name") {
        Some(Setting::Text(class)) if name == "config" => Some(class),
        _ => None,
    }
}

/// A name for the tuple that an option of a layer is, if Python is likely to have it once for several options: the default of a
/// class's strides and dilation is one constant, and poolings without strides of their own take the tuple of their size.
fn same_tuple(class: &str, config: &Map, name: &str) -> Option<String> {
    let all = |n: i64| config.get(name) == Some(&Setting::List(vec![Setting::Int(n); 2]));
    match (class, name) {
        (
            "Conv2D" | "Conv2DTranspose" | "ConvLSTM2D" | "ConvLSTM2DCell" | "DepthwiseConv2D" | "SeparableConv2D",
            "strides" | "dilation_rate",
        ) => all(1).then(|| class.to_owned()),
        ("AveragePooling2D" | "MaxPooling2D", "pool_size" | "strides") if config.get("pool_size") == config.get("strides") => {
            Some(if all(2) { class.to_owned() } else { format!("{class} {config:p}") })
        }
        _ => None,
    }
}

fn scalar(setting: &Setting) -> Result<String> {
    Ok(match setting {
        Setting::Text(text) => quoted(text),
        Setting::Map(_) => "{}".to_owned(),
        Setting::Float(x) if x.is_nan() => ".nan".to_owned(),
        Setting::Float(x) if x.is_infinite() => if *x > 0.0 { ".inf" } else { "-.inf" }.to_owned(),
        Setting::Float(x) => {
            let text = python_float(*x);
            // YAML's floats have a point.
            if text.contains('.') { text } else { text.replacen('e', ".0e", 1) }
        }
        other => python_json(other)?,
    })
}

/// A text as it is, or in quotes where it would be read as something else.
fn quoted(text: &str) -> String {
    if text.chars().any(|c| !(' '..='~').contains(&c)) {
        // JSON's escapes are YAML's too.
        return python_json(&Setting::Text(text.to_owned())).unwrap_or_default();
    }
    let mut chars = text.chars();
    let (first, second) = (chars.next(), chars.next());
    let indicator = first.is_some_and(|c| "#,[]{}&*!|>'\"%@`".contains(c))
        || (first.is_some_and(|c| "-?:".contains(c)) && second.is_none_or(|c| c == ' '));
    let inside = text.contains(": ") || text.contains(" #") || text.ends_with(':');
    let edges = text.starts_with(' ') || text.ends_with(' ') || text.starts_with("---") || text.starts_with("...");
    if text.is_empty() || indicator || inside || edges || resolves(text) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    text.to_owned()
}

/// Whether YAML 1.1 reads a plain text as something else than a text.
fn resolves(text: &str) -> bool {
    const WORDS: &[&str] = &["yes", "no", "on", "off", "true", "false", "null", "~", "<<", "="];
    let lower = text.to_lowercase();
    if WORDS.contains(&lower.as_str()) && (text == lower || text == text.to_uppercase() || text[1..] == lower[1..]) {
        return true;
    }
    let unsigned = lower.strip_prefix(['-', '+']).unwrap_or(&lower);
    let digits = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_ascii_digit() || c == '_');
    let starts = unsigned.starts_with(|c: char| c.is_ascii_digit());
    let hexadecimal = unsigned.strip_prefix("0x").is_some_and(|s| !s.is_empty() && s.chars().all(|c| c.is_ascii_hexdigit() || c == '_'));
    let binary = unsigned.strip_prefix("0b").is_some_and(|s| !s.is_empty() && s.chars().all(|c| "01_".contains(c)));
    let clock = starts && unsigned.contains(':') && unsigned.split(':').all(|s| digits(s.trim_end_matches('.')));
    let float = unsigned.split_once('.').is_some_and(|(whole, rest)| {
        let (fraction, exponent) = rest.split_once('e').map_or((rest, None), |(f, e)| (f, Some(e)));
        let signed = exponent.is_none_or(|e| e.strip_prefix(['-', '+']).is_some_and(digits));
        let parts = (whole.is_empty() || digits(whole)) && (fraction.is_empty() || digits(fraction));
        parts && signed && !(whole.is_empty() && fraction.is_empty())
    });
    let date = {
        let parts: Vec<&str> = unsigned.split('-').collect();
        parts.len() == 3 && parts[0].len() == 4 && parts.iter().all(|p| digits(p))
    };
    (starts && digits(unsigned)) || hexadecimal || binary || clock || float || date || [".inf", ".nan"].contains(&unsigned)
}
