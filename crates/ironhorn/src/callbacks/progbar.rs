//! Keras's progress bar, to the letter.
use crate::console::Style;
use std::sync::Arc;

/// A progress bar: text from numbers of steps done. It writes nothing itself and has no clock.
#[derive(Clone, Debug)]
pub struct Progbar {
    target: Option<usize>,
    width: usize,
    verbose: u8,
    interval: f64,
    stateful: Vec<Arc<str>>,
    /// Name, sum and weight of each value.
    values: Vec<(Arc<str>, f64, f64)>,
    seen: usize,
    start: f64,
    last_update: f64,
    total_width: usize,
    text: String,
}

impl Progbar {
    /// A bar that begins at time `now` and ends at `target` steps, if that number is known. Values of the names `stateful` show
    /// their latest number, others their mean.
    pub fn new(target: Option<usize>, verbose: u8, stateful: &[Arc<str>], now: f64) -> Progbar {
        Progbar {
            target,
            width: 30,
            verbose,
            interval: 0.05,
            stateful: stateful.to_vec(),
            values: Vec::new(),
            seen: 0,
            start: now,
            last_update: 0.0,
            total_width: 0,
            text: String::new(),
        }
    }
    /// The same with a bar of so many characters.
    pub fn width(mut self, width: usize) -> Progbar {
        self.width = width;
        self
    }
    /// The same with at least so many seconds between two texts.
    pub fn interval(mut self, seconds: f64) -> Progbar {
        self.interval = seconds;
        self
    }

    /// `n` more steps.
    pub fn add(&mut self, n: usize, values: &[(Arc<str>, f64)], now: f64, style: Style) -> &str {
        self.update(self.seen + n, values, now, style)
    }

    /// `current` steps are done at time `now`: the text to write, empty if it is too early for another.
    pub fn update(&mut self, current: usize, values: &[(Arc<str>, f64)], now: f64, style: Style) -> &str {
        self.text.clear();
        let steps = current as f64 - self.seen as f64;
        for (name, x) in values {
            let (x, weight) = if self.stateful.contains(name) { (*x, 1.0) } else { (x * steps, steps) };
            match self.values.iter_mut().find(|v| v.0 == *name) {
                Some(v) if self.stateful.contains(name) => (v.1, v.2) = (x, weight),
                Some(v) => (v.1, v.2) = (v.1 + x, v.2 + weight),
                None => self.values.push((name.clone(), x, weight)),
            }
        }
        self.seen = current;
        let done = self.target.is_none_or(|t| current >= t);
        match self.verbose {
            1 if now - self.last_update < self.interval && self.target.is_some() && !done => return "",
            1 if style == Style::OneLine && !done => {}
            1 => self.bar(current, now, style),
            2 if done => self.line(now),
            _ => {}
        }
        self.last_update = now;
        &self.text
    }

    fn bar(&mut self, current: usize, now: f64, style: Style) {
        let mut bar = String::new();
        match self.target {
            Some(target) if style == Style::OneLine => bar += &format!("{current}/{target}"),
            Some(target) => bar += &format!("{current:>digits$}/{target} [", digits = target.to_string().len()),
            None => bar += &format!("{current:7}/Unknown"),
        }
        if let Some(target) = self.target
            && style != Style::OneLine
        {
            let filled = if target == 0 { self.width } else { (self.width as f64 * (current as f64 / target as f64)) as usize };
            if filled > 0 {
                bar.extend(std::iter::repeat_n('=', filled - 1));
                bar.push(if current < target { '>' } else { '=' });
            }
            bar.extend(std::iter::repeat_n('.', self.width.saturating_sub(filled)));
            bar.push(']');
        }
        let each = if current > 0 { (now - self.start) / current as f64 } else { 0.0 };
        match self.target {
            Some(target) if current < target => bar += &eta(each * (target - current) as f64),
            _ => bar += &(self.elapsed(now) + &per_step(each)),
        }
        for (name, sum, weight) in &self.values {
            let mean = sum / weight.max(1.0);
            bar += &format!(" - {name}: {}", number(mean, mean.abs() > 1e-3));
        }
        let old = std::mem::replace(&mut self.total_width, bar.len());
        match style {
            Style::Rewritten => {
                self.text.extend(std::iter::repeat_n('\u{8}', old));
                self.text.push('\r');
            }
            Style::Keras => self.text.push('\n'),
            Style::OneLine => {}
        }
        self.text += &bar;
        self.text.extend(std::iter::repeat_n(' ', old.saturating_sub(bar.len())));
        if self.target.is_some_and(|t| current >= t) || (style == Style::OneLine && self.target.is_none()) {
            self.text.push('\n');
        }
    }

    /// The line of verbose 2.
    fn line(&mut self, now: f64) {
        self.text = self.elapsed(now);
        for (name, sum, weight) in &self.values {
            let mean = sum / weight.max(1.0);
            self.text += &format!(" - {name}: {}", number(mean, mean > 1e-3));
        }
        self.text.push('\n');
    }

    fn elapsed(&self, now: f64) -> String {
        format!(" - {:.0}s", now - self.start)
    }
}

fn eta(seconds: f64) -> String {
    let n = seconds as u64;
    if seconds > 3600.0 {
        format!(" - ETA: {}:{:02}:{:02}", n / 3600, n % 3600 / 60, n % 60)
    } else if seconds > 60.0 {
        format!(" - ETA: {}:{:02}", n / 60, n % 60)
    } else {
        format!(" - ETA: {n}s")
    }
}

fn per_step(seconds: f64) -> String {
    if seconds >= 1.0 {
        format!(" {seconds:.0}s/step")
    } else if seconds >= 1e-3 {
        format!(" {:.0}ms/step", seconds * 1e3)
    } else {
        format!(" {:.0}us/step", seconds * 1e6)
    }
}

/// Python's `%.4f` or `%.4e`.
fn number(x: f64, fixed: bool) -> String {
    if x.is_nan() {
        "nan".to_owned()
    } else if x.is_infinite() {
        if x > 0.0 { "inf" } else { "-inf" }.to_owned()
    } else if fixed {
        format!("{x:.4}")
    } else {
        let text = format!("{x:.4e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let power: i32 = exponent.parse().unwrap_or_default();
        format!("{digits}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs())
    }
}
