//! Python's JSON text, to the letter: what `model.to_json()` gives and what HDF5 attributes hold.
use super::{Setting, setting::not_serializable};
use crate::Result;
use std::fmt::Write;

/// `json.dumps` of a setting: `", "` and `": "` between, ASCII only, floats as Python writes them (`1e-07`, `1.0`, `NaN`).
/// Error `not_serializable` if it holds a thing already made.
pub fn python_json(setting: &Setting) -> Result<String> {
    let mut text = String::new();
    write(setting, &mut text)?;
    Ok(text)
}

/// A float as Python's `repr` writes it.
pub fn python_float(x: f64) -> String {
    if x.is_nan() {
        return "NaN".to_owned();
    }
    if x.is_infinite() {
        return if x > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let scientific = format!("{x:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>().unwrap_or(0) {
        e if x != 0.0 && !(-4..16).contains(&e) => format!("{digits}e{}{:02}", if e < 0 { '-' } else { '+' }, e.abs()),
        _ => format!("{x:?}"),
    }
}

fn write(setting: &Setting, out: &mut String) -> Result<()> {
    match setting {
        Setting::Null => out.push_str("null"),
        Setting::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Setting::Int(n) => out.push_str(&n.to_string()),
        Setting::Float(x) => out.push_str(&python_float(*x)),
        Setting::Text(s) => quote(s, out),
        Setting::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                write(item, out)?;
            }
            out.push(']');
        }
        Setting::Map(map) => {
            out.push('{');
            for (i, (name, value)) in map.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                quote(name, out);
                out.push_str(": ");
                write(value, out)?;
            }
            out.push('}');
        }
        Setting::Object(_) => return Err(not_serializable(setting)),
    }
    Ok(())
}

fn quote(s: &str, out: &mut String) {
    out.push('"');
    for c in s.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            _ => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Map;

    #[test]
    fn floats_are_python_s() {
        let table = [
            (1.0, "1.0"),
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1e-7, "1e-07"),
            (1.5e-7, "1.5e-07"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1e100, "1e+100"),
            (0.9f32.into(), "0.8999999761581421"),
            (f64::INFINITY, "Infinity"),
        ];
        for (x, text) in table {
            assert_eq!(python_float(x), text);
        }
    }

    #[test]
    fn text_is_json_dumps() {
        let map = Map::from([("a", Setting::List(vec![1.into(), 2.0.into(), Setting::Null])), ("é\n\"", true.into()), ("𝄞", "x".into())]);
        assert_eq!(python_json(&map.into()).unwrap(), r#"{"a": [1, 2.0, null], "\u00e9\n\"": true, "\ud834\udd1e": "x"}"#);
    }
}
