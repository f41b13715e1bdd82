//! Names with numbers in them: what Python's `str.format` makes of `weights.{epoch:02d}-{val_loss:.2f}.h5`.
use super::Logs;
use crate::{Error, Result, config::python_float};

/// The text with its fields filled in. Errors `name_format` for what Python refuses, `name_unknown` for a number that the logs lack.
pub(super) fn file_name(template: &str, epoch: usize, logs: &Logs) -> Result<String> {
    let wrong = |what: &str| Error::value("name_format", format!("The file name '{template}' cannot be used: {what}."));
    let (mut name, mut rest) = (String::new(), template);
    while let Some(at) = rest.find(['{', '}']) {
        let (before, tail) = rest.split_at(at);
        name += before;
        let twice = tail.starts_with("{{") || tail.starts_with("}}");
        if twice {
            name += &tail[..1];
            rest = &tail[2..];
            continue;
        }
        if tail.starts_with('}') {
            return Err(wrong("a single '}' stands in it; write '}}' for the character"));
        }
        let end = tail.find('}').ok_or_else(|| wrong("a '{' is not closed; write '{{' for the character"))?;
        let (field, format) = tail[1..end].split_once(':').unwrap_or((&tail[1..end], ""));
        let spec = Spec::parse(format).ok_or_else(|| wrong(&format!("'{format}' is no format for numbers")))?;
        let text = match (field, logs.get(field)) {
            ("epoch", _) => spec.whole(epoch),
            (_, Some(x)) => spec.float(x),
            (_, None) => {
                let known: Vec<&str> = std::iter::once("epoch").chain(logs.keys()).collect();
                let text = format!("The file name '{template}' has `{field}` in it; what is there are {}.", known.join(", "));
                return Err(Error::value("name_unknown", text));
            }
        };
        name += &text.ok_or_else(|| wrong(&format!("'{format}' is no format for `{field}`")))?;
        rest = &tail[end + 1..];
    }
    Ok(name + rest)
}

/// `[[fill]align][sign][#][0][width][,][.precision][type]`.
struct Spec {
    fill: char,
    align: Option<char>,
    sign: char,
    alternate: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

/// More than a file name has room for.
const WIDEST: usize = 4096;

impl Spec {
    fn parse(text: &str) -> Option<Spec> {
        let letters: Vec<char> = text.chars().collect();
        let is_align = |c: Option<&char>| c.is_some_and(|c| "<>=^".contains(*c));
        let mut i = 0;
        let (mut fill, mut align) = (' ', None);
        if is_align(letters.get(1)) {
            (fill, align, i) = (letters[0], Some(letters[1]), 2);
        } else if is_align(letters.first()) {
            (align, i) = (Some(letters[0]), 1);
        }
        let take = |i: &mut usize, among: &str| {
            let found = letters.get(*i).copied().filter(|c| among.contains(*c));
            *i += usize::from(found.is_some());
            found
        };
        let sign = take(&mut i, "+- ").unwrap_or('-');
        let alternate = take(&mut i, "#").is_some();
        if take(&mut i, "0").is_some() && align.is_none() {
            (fill, align) = ('0', Some('='));
        }
        let digits = |i: &mut usize| {
            let text: String = letters[*i..].iter().take_while(|c| c.is_ascii_digit()).collect();
            *i += text.len();
            if text.is_empty() { Some(None) } else { text.parse().ok().filter(|n| *n <= WIDEST).map(Some) }
        };
        let width = digits(&mut i)?.unwrap_or(0);
        let grouping = take(&mut i, ",_");
        let precision = match take(&mut i, ".") {
            Some(_) => Some(digits(&mut i)??),
            None => None,
        };
        let kind = letters.get(i).copied();
        (letters.len() <= i + 1).then_some(Spec { fill, align, sign, alternate, width, grouping, precision, kind })
    }
    fn whole(&self, n: usize) -> Option<String> {
        let kind = match self.kind {
            Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => return self.float(n as f64),
            kind => kind.unwrap_or('d'),
        };
        if self.precision.is_some() || (self.grouping == Some(',') && kind != 'd') {
            return None;
        }
        let (prefix, digits) = match kind {
            'd' | 'n' => ("", n.to_string()),
            'b' => ("0b", format!("{n:b}")),
            'o' => ("0o", format!("{n:o}")),
            'x' => ("0x", format!("{n:x}")),
            'X' => ("0X", format!("{n:X}")),
            _ => return None,
        };
        Some(self.laid_out(false, if self.alternate { prefix } else { "" }, &digits, if kind == 'd' { 3 } else { 4 }))
    }
    fn float(&self, x: f64) -> Option<String> {
        let upper = matches!(self.kind, Some('E' | 'F' | 'G'));
        let (magnitude, six) = (x.abs(), self.precision.unwrap_or(6));
        let digits = match self.kind.map(|k| k.to_ascii_lowercase()) {
            _ if self.alternate => return None,
            None | Some('e' | 'f' | 'g' | 'n' | '%') if !x.is_finite() => {
                let word = if x.is_nan() { "nan" } else { "inf" };
                if self.kind == Some('%') { format!("{word}%") } else { word.to_owned() }
            }
            None => match self.precision {
                None => python_float(magnitude),
                Some(precision) => general(magnitude, precision, true),
            },
            Some('e') => scientific(magnitude, six),
            Some('f') => format!("{magnitude:.six$}"),
            Some('g' | 'n') => general(magnitude, six, false),
            Some('%') => format!("{:.six$}%", magnitude * 100.0),
            Some(_) => return None,
        };
        let digits = if upper { digits.to_ascii_uppercase() } else { digits };
        Some(self.laid_out(x.is_sign_negative() && !x.is_nan(), "", &digits, 3))
    }
    /// With sign, groups of digits, and filled up to the width.
    fn laid_out(&self, negative: bool, prefix: &str, digits: &str, group: usize) -> String {
        let sign = match (negative, self.sign) {
            (true, _) => "-",
            (false, '+') => "+",
            (false, ' ') => " ",
            _ => "",
        };
        let head = format!("{sign}{prefix}");
        let zeros = self.fill == '0' && self.align == Some('=');
        let least = if zeros { self.width.saturating_sub(head.len()) } else { 0 };
        let digits = match self.grouping {
            Some(mark) if digits.starts_with(|c: char| c.is_ascii_digit()) => grouped(digits, mark, group, least),
            _ => digits.to_owned(),
        };
        let missing = self.width.saturating_sub(head.len() + digits.len());
        let fill = |n: usize| self.fill.to_string().repeat(n);
        match self.align.unwrap_or('>') {
            '<' => format!("{head}{digits}{}", fill(missing)),
            '^' => format!("{}{head}{digits}{}", fill(missing / 2), fill(missing - missing / 2)),
            '=' => format!("{head}{}{digits}", fill(missing)),
            _ => format!("{}{head}{digits}", fill(missing)),
        }
    }
}

/// As `%e`: `1.500000e-07`.
fn scientific(x: f64, precision: usize) -> String {
    let text = format!("{x:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// As `%g`: so many digits, without zeros at the end. `dotted` is Python's form without a type, which keeps one digit after the dot and
/// turns to powers of ten one digit earlier.
fn general(x: f64, precision: usize, dotted: bool) -> String {
    let precision = precision.max(1);
    let text = scientific(x, precision - 1);
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let power: i32 = exponent.parse().unwrap_or(0);
    let bare = |digits: &str| match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => digits.to_owned(),
    };
    let limit = precision as i32 - i32::from(dotted);
    if power < -4 || power >= limit {
        return format!("{}e{exponent}", bare(digits));
    }
    let places = (precision as i32 - 1 - power).max(0) as usize;
    let plain = bare(&format!("{x:.places$}"));
    if dotted && !plain.contains('.') { plain + ".0" } else { plain }
}

/// The whole part in groups, with zeros before it up to a width.
fn grouped(digits: &str, mark: char, group: usize, least: usize) -> String {
    let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
    let (whole, rest) = digits.split_at(end);
    let mut out: Vec<char> = Vec::new();
    let mut letters = whole.chars().rev();
    for i in 0.. {
        let letter = match letters.next() {
            Some(c) => c,
            None if out.len() + rest.len() < least => '0',
            None => break,
        };
        if i > 0 && i % group == 0 {
            out.push(mark);
        }
        out.push(letter);
    }
    out.iter().rev().collect::<String>() + rest
}
