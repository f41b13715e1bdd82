//! The numbers of each epoch as a line of a file.
use super::{Callback, CallbackOptions, Context, Hook, Hooks, Logs};
use crate::{
    Error, Result,
    config::{Config, Setting},
};
use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, Write},
    sync::{Arc, Mutex, PoisonError},
};

/// Writes the numbers of each epoch into a CSV file, in the order of their names.
#[derive(Clone, Debug, Config)]
#[config(check = check)]
pub struct CSVLogger {
    /// The file.
    pub filename: String,
    /// What stands between numbers, one character.
    #[config(default = ",")]
    pub separator: String,
    /// Whether lines are added to a file that is there, instead of replacing it.
    #[config(default = false)]
    pub append: bool,
    #[config(skip)]
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    file: Option<File>,
    /// The names of the columns, which are those of the first epoch ever seen, as in Keras.
    keys: Option<Vec<String>>,
    header_there: bool,
    /// Whether this run has written its header, or found one.
    started: bool,
}

fn check(made: &CSVLogger) -> Result<()> {
    let mut letters = made.separator.chars();
    match (letters.next(), letters.next()) {
        (Some(_), None) => Ok(()),
        _ => Err(Error::type_("separator", format!("The `separator` must be a 1-character string, got '{}'.", made.separator))),
    }
}

impl CSVLogger {
    fn state<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
    /// A line, quoted as Python's `csv` does.
    fn line<'a>(&self, cells: impl Iterator<Item = &'a str>) -> String {
        let quoted = |cell: &str| match cell.contains(&self.separator) || cell.contains(['"', '\r', '\n']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell.to_owned(),
        };
        cells.map(quoted).collect::<Vec<_>>().join(&self.separator) + "\r\n"
    }
    fn failed(&self, what: &str, error: &std::io::Error) -> Error {
        Error::io("csv_file", format!("{} cannot be {what}: {error}.", self.filename))
    }
    fn open(&self) -> std::io::Result<(File, bool)> {
        if !self.append {
            return Ok((File::create(&self.filename)?, false));
        }
        let mut first = Vec::new();
        match File::open(&self.filename) {
            Ok(file) => drop(BufReader::new(file).read_until(b'\n', &mut first)?),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
        Ok((OpenOptions::new().create(true).append(true).open(&self.filename)?, !first.is_empty()))
    }
}

impl Callback for CSVLogger {
    fn hooks(&self) -> Hooks {
        Hooks::of(&[Hook::TrainBegin, Hook::EpochEnd, Hook::TrainEnd])
    }

    fn on_train_begin(&mut self, _logs: &mut Logs, _context: &Context) -> Result<()> {
        let (file, header_there) = self.open().map_err(|e| self.failed("opened", &e))?;
        self.state(|s| (s.file, s.header_there, s.started) = (Some(file), header_there, false));
        Ok(())
    }

    fn on_epoch_end(&mut self, epoch: usize, logs: &mut Logs, context: &Context) -> Result<()> {
        let stopping = context.handle().flags().stop_training();
        self.state(|s| {
            let keys = s.keys.get_or_insert_with(|| {
                let mut keys: Vec<String> = logs.keys().map(str::to_owned).collect();
                keys.sort();
                keys
            });
            let mut text = String::new();
            if !s.started && !s.header_there {
                text += &self.line(std::iter::once("epoch").chain(keys.iter().map(String::as_str)));
            }
            let cell = |key: &String| match logs.text(key) {
                Some(number) => Ok(number),
                // Of the last epoch, so that the file can be read.
                None if stopping => Ok("NA".to_owned()),
                None => {
                    let known = logs.keys().collect::<Vec<_>>().join(", ");
                    Err(Error::value("log_missing", format!("CSVLogger has a column `{key}`, which this epoch's logs lack: {known}.")))
                }
            };
            let cells = keys.iter().map(cell).collect::<Result<Vec<String>>>()?;
            let epoch = epoch.to_string();
            text += &self.line(std::iter::once(epoch.as_str()).chain(cells.iter().map(String::as_str)));
            s.started = true;
            let Some(file) = &mut s.file else { return Ok(()) };
            file.write_all(text.as_bytes()).map_err(|e| self.failed("written", &e))
        })
    }

    fn on_train_end(&mut self, _logs: &mut Logs, _context: &Context) -> Result<()> {
        self.state(|s| s.file = None);
        Ok(())
    }
}

impl CallbackOptions for CSVLogger {
    fn running(&self) -> Box<dyn Callback + Send> {
        Box::new(self.clone())
    }
    fn attribute(&self, _name: &str) -> Option<Setting> {
        None
    }
}
