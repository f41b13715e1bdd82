//! Callbacks led through epochs that Keras's were led through: what they change, print, save, write and send.
use super::{super::file_name::file_name, *};
use crate::{golden::map, model::Model, optimizers::SGD, saving::Stored, training::Compile};
use std::{
    io::{Read, Write},
    net::TcpListener,
    path::PathBuf,
};

/// A folder that is gone when the test is over.
pub(super) struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("ironhorn-callbacks-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
    pub fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
    /// The names of the files in it.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(&self.0).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn logs(json: &Json) -> Logs {
    let mut logs = Logs::new();
    for entry in json.as_array().unwrap() {
        let (name, x) = (entry[0].as_str().unwrap(), number(&entry[1][1]));
        match entry[1][0].as_str().unwrap() {
            "float32" => logs.insert_single(name, f64::from(x as f32)),
            _ => logs.insert(name, x),
        }
    }
    logs
}

fn schedule(name: &str) -> Schedule {
    match name {
        "halved" => Schedule::from(|epoch: usize, rate: f64| if epoch % 2 == 1 { rate / 2.0 } else { rate }),
        "steps" => Schedule::from(|epoch: usize, _: f64| [0.1, 0.05, 1e-5, 1e-7][epoch]),
        other => panic!("{other}"),
    }
}

/// The callback of a case, with its files in the folder.
fn declared(case: &Json, folder: &Folder) -> Result<Plug<dyn CallbackOptions>> {
    let class = case["class_name"].as_str().unwrap();
    let mut args = map(&case["args"]);
    for name in ["filepath", "filename"] {
        if let Some(Setting::Text(file)) = args.get(name).cloned() {
            args.insert(name, folder.file(&file));
        }
    }
    if let Some(Setting::Text(name)) = args.get("schedule").cloned() {
        let verbose = args.get("verbose").is_some();
        return Ok(LearningRateScheduler::new(schedule(&name)).verbose(usize::from(verbose)).into());
    }
    get(&Setting::from(crate::config::Map::from([("class_name", Setting::from(class)), ("config", args.into())])))
}

/// What a case comes to, as the file has it; the folder's name is cut out of what is said.
fn driven(case: &Json, folder: &Folder) -> Result<(Json, Vec<String>, String, Vec<String>)> {
    let declared = declared(case, folder)?;
    let rate = SGD::new().learning_rate(number(&case["lr"]));
    let model = crate::model::Sequential::new().add(crate::layers::Dense::new(1).input_dim(1))?;
    model.compile(Compile::new(rate).loss("mse"))?;
    let context = Context::new(Params::default(), model.handle()).saving(model.outline());
    let flags = context.handle().flags().clone();
    let mut callback = declared.running();
    let (mut rates, mut after, mut seen, mut texts, mut outcome) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Ok(()));
    let single = |x: f64| Json::from((x as f32).to_string().parse::<f64>().unwrap());
    let (text, warnings) = printed(|| {
        let mut run = |epochs: &Json| -> Result<()> {
            callback.on_train_begin(&mut Logs::new(), &context)?;
            flags.set_stop_training(false);
            for (epoch, given) in epochs.as_array().unwrap().iter().enumerate() {
                callback.on_epoch_begin(epoch, &mut Logs::new(), &context)?;
                let mut logs = logs(given);
                if case["stop_at"].as_u64() == Some(epoch as u64) {
                    flags.set_stop_training(true);
                }
                if case["class_name"] == "TerminateOnNaN" {
                    callback.on_train_batch_end(epoch, &mut logs, &context)?;
                }
                callback.on_epoch_end(epoch, &mut logs, &context)?;
                rates.push(single(context.learning_rate()?));
                after.push(Json::from(logs.keys().map(Json::from).collect::<Vec<_>>()));
                let attribute = |name: &Json| match declared.attribute(name.as_str().unwrap()).unwrap() {
                    Setting::Float(x) => Json::from(if x.is_finite() { x.to_string() } else { format!("{x:?}") }),
                    other => other.to_json().unwrap().to_string().into(),
                };
                seen.push(Json::from(case["attributes"].as_array().unwrap().iter().map(attribute).collect::<Vec<_>>()));
            }
            callback.on_train_end(&mut Logs::new(), &context)?;
            if case["class_name"] == "CSVLogger" {
                texts.push(std::fs::read_to_string(folder.file("a.csv")).unwrap());
            }
            Ok(())
        };
        outcome = case["runs"].as_array().unwrap().iter().try_for_each(&mut run);
    });
    outcome?;
    let cut = |s: &String| s.replace(&format!("{}/", folder.0.display()), "");
    let found = serde_json::json!({"rates": rates, "logs": after, "seen": seen, "texts": texts, "stopped": flags.stop_training()});
    Ok((found, warnings.iter().map(cut).collect(), cut(&text), folder.names()))
}

/// The same of the golden file: numbers as texts where they were compared as such.
fn wanted(case: &Json) -> Json {
    let names = |logs: &Json| Json::from(logs.as_array().unwrap().iter().map(|l| l[0].clone()).collect::<Vec<_>>());
    let texts = |seen: &Json| {
        let text = |x: &Json| match x {
            Json::String(s) if s == "Infinity" => "inf".into(),
            Json::String(s) if s == "-Infinity" => "-inf".into(),
            other => Json::from(number(other).to_string()),
        };
        Json::from(seen.as_array().unwrap().iter().map(text).collect::<Vec<_>>())
    };
    let each = |key: &str, f: &dyn Fn(&Json) -> Json| Json::from(case[key].as_array().unwrap().iter().map(f).collect::<Vec<_>>());
    let rates = each("rates", &|x| Json::from(number(x)));
    let logs = each("logs", &names);
    serde_json::json!({"rates": rates, "logs": logs, "seen": each("seen", &texts), "texts": case["texts"], "stopped": case["stopped"]})
}

#[test]
fn epochs_end_as_in_keras() {
    let mut count = 0;
    for case in cases("callbacks").iter().filter(|c| c["kind"] == "driven") {
        let id = case["id"].as_str().unwrap();
        if id == "schedule, no number" {
            continue;
        }
        count += 1;
        let folder = Folder::new("driven");
        let outcome = driven(case, &folder);
        if !case["error"].is_null() {
            let error = outcome.expect_err(id);
            // Python's KeyError is a ValueError here.
            let class = case["error"][0].as_str().unwrap().replace("KeyError", "ValueError");
            assert_eq!(error.class().name(), class, "{id}: {error}");
            continue;
        }
        let (found, warnings, text, files) = outcome.unwrap_or_else(|e| panic!("{id}: {e}"));
        let golden = wanted(case);
        assert_eq!(found, golden, "{id}");
        assert_eq!(text, case["printed"].as_str().unwrap(), "{id}");
        assert_eq!(Json::from(warnings), case["warnings"], "{id}");
        let mut saved: Vec<&str> = case["saved"].as_array().unwrap().iter().map(|s| s[1].as_str().unwrap()).collect();
        saved.extend((case["class_name"] == "CSVLogger").then_some("a.csv"));
        saved.sort_unstable();
        saved.dedup();
        assert_eq!(files, saved, "{id}");
        for path in case["saved"].as_array().unwrap() {
            let stored = Stored::read(&folder.0.join(path[1].as_str().unwrap()));
            assert_eq!(stored.is_ok_and(|s| s.model_config.is_some()), path[0] == "model", "{id}");
        }
    }
    assert!(count > 60);
}

#[test]
fn names_are_python_s() {
    let all = cases("callbacks");
    let case = all.iter().find(|c| c["kind"] == "names").unwrap();
    let logs = logs(&case["logs"]);
    let mut failed = Vec::new();
    for pair in case["names"].as_array().unwrap() {
        let template = pair[0].as_str().unwrap();
        let got = file_name(template, case["epoch"].as_u64().unwrap() as usize, &logs);
        match (got, pair[1].as_str()) {
            (Ok(text), Some(wanted)) if text == wanted => {}
            (Err(_), None) => {}
            // Forms of a number that no file is named by.
            (Err(_), Some(_)) if template.contains('#') || template.contains(":c") => {}
            (got, wanted) => failed.push(format!("{template}: {got:?}, not {wanted:?}")),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Takes one request and gives its path, content type, X-Mine and body.
fn server(status: &'static str) -> (String, std::thread::JoinHandle<Vec<Option<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let root = format!("http://{}", listener.local_addr().unwrap());
    let serve = move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
        loop {
            let n = stream.read(&mut part).unwrap();
            bytes.extend_from_slice(&part[..n]);
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let header = |name: &str| {
                let found = head.lines().find(|l| l.to_ascii_lowercase().starts_with(&format!("{name}:")));
                found.and_then(|l| l.split_once(": ")).map(|(_, v)| v.to_owned())
            };
            if body.len() < header("content-length").unwrap().parse().unwrap() {
                continue;
            }
            write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").unwrap();
            let path = head.split(' ').nth(1).map(str::to_owned);
            return vec![path, header("content-type"), header("x-mine"), Some(body.to_owned())];
        }
    };
    (root, std::thread::spawn(serve))
}

#[test]
fn what_is_posted_is_keras_s() {
    let mut count = 0;
    for case in cases("callbacks").iter().filter(|c| c["kind"] == "posted") {
        count += 1;
        let mut args = map(&case["args"]);
        let fails = case["args"]["path"] == "/fails";
        let served = case["got"].is_array().then(|| server(if fails { "500 Wrong" } else { "200 OK" }));
        if let Some((root, _)) = &served {
            args.insert("root", root.as_str());
        }
        let config = crate::config::Map::from([("class_name", Setting::from("RemoteMonitor")), ("config", args.into())]);
        let mut monitor = get::<dyn CallbackOptions>(&config.into()).unwrap().running();
        let context = Context::new(Params::default(), Arc::default());
        let (_, warnings) = printed(|| monitor.on_epoch_end(3, &mut logs(&case["logs"]), &context).unwrap());
        match served {
            Some((_, thread)) => {
                assert_eq!(Json::from(thread.join().unwrap()), case["got"], "{}", case["id"]);
                assert!(warnings.is_empty());
            }
            None => assert_eq!(Json::from(warnings), case["warnings"]),
        }
    }
    assert_eq!(count, 6);
}

#[test]
fn an_outline_writes_what_the_model_writes() {
    let model: Model = crate::model::Sequential::new().add(crate::layers::Dense::new(1).input_dim(1)).unwrap().into();
    let sgd = SGD::new().learning_rate(0.1);
    model.compile(Compile::new(sgd).loss("mse")).unwrap();
    let outline = model.outline();
    let rate = model.optimizer().unwrap().hypers()[0].1.variable().clone();
    rate.set(&Array::scalar(0.25f32)).unwrap();
    model.set_weights(&[Array::from_slice([1, 1], &[3f32]).unwrap(), Array::from_slice([1], &[4f32]).unwrap()]).unwrap();
    let stored = std::thread::spawn(move || outline.stored(&crate::saving::Save::default()).unwrap()).join().unwrap();
    assert_eq!(stored, model.stored(&crate::saving::Save::default()).unwrap());
    assert!(stored.training_config.unwrap().contains(r#""learning_rate": 0.25, "momentum": 0.0"#));
}
