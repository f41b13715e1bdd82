//! The numbers of each epoch, sent to a server.
use super::{Callback, CallbackOptions, Context, Hook, Hooks, Logs};
use crate::{
    Result,
    config::{Config, Field, Map, Place, Setting, python_json},
    console,
};

/// Headers of a request: names and texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Headers(pub Vec<(String, String)>);

impl<const N: usize> From<[(&str, &str); N]> for Headers {
    fn from(headers: [(&str, &str); N]) -> Headers {
        Headers(headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
    }
}

impl Field for Headers {
    fn read(setting: Setting, at: &Place) -> Result<Headers> {
        let map = Map::read(setting, at)?;
        let text = |(name, value): (String, Setting)| match value {
            Setting::Text(value) => Ok((name, value)),
            other => Err(at.wrong_type("an object of texts", &other)),
        };
        map.into_iter().map(text).collect::<Result<_>>().map(Headers)
    }
    fn write(&self) -> Result<Setting> {
        Ok(self.0.iter().map(|(name, value)| (name.clone(), Setting::from(value.as_str()))).collect::<Map>().into())
    }
    fn typescript() -> String {
        "Record<string, string>".to_owned()
    }
}

/// Posts the numbers of each epoch to a server as JSON: as a form with one field, or alone.
#[derive(Clone, Debug, Config)]
pub struct RemoteMonitor {
    /// Where the server is.
    #[config(default = "http://localhost:9000")]
    pub root: String,
    /// What is added to `root`.
    #[config(default = "/publish/epoch/end/")]
    pub path: String,
    /// The form's field.
    #[config(default = "data")]
    pub field: String,
    /// Headers to send.
    #[config(default = None)]
    pub headers: Option<Headers>,
    /// Whether JSON alone is sent, as `application/json`, instead of a form.
    #[config(default = false)]
    pub send_as_json: bool,
}

impl RemoteMonitor {
    /// Posts; whether the server was reached, whatever it said.
    fn post(&self, json: &str) -> bool {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut request = agent.post(format!("{}{}", self.root, self.path));
        for (name, value) in self.headers.iter().flat_map(|h| &h.0) {
            request = request.header(name, value);
        }
        let sent = match self.send_as_json {
            true => request.content_type("application/json").send(json),
            false => request.send_form([(self.field.as_str(), json)]),
        };
        sent.is_ok()
    }
}

impl Callback for RemoteMonitor {
    fn hooks(&self) -> Hooks {
        Hooks::of(&[Hook::EpochEnd])
    }

    fn on_epoch_end(&mut self, epoch: usize, logs: &mut Logs, _context: &Context) -> Result<()> {
        let mut send = Map::from([("epoch", Setting::from(epoch))]);
        logs.iter().for_each(|(name, x)| send.insert(name.to_string(), x));
        if !self.post(&python_json(&send.into())?) {
            console::warn(&format!("Warning: could not reach RemoteMonitor root server at {}", self.root));
        }
        Ok(())
    }
}

impl CallbackOptions for RemoteMonitor {
    fn running(&self) -> Box<dyn Callback + Send> {
        Box::new(self.clone())
    }
    fn waits(&self) -> bool {
        true
    }
    fn attribute(&self, _name: &str) -> Option<Setting> {
        None
    }
}
