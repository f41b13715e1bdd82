//! Callbacks against what Keras's do.
#[cfg(feature = "hdf5")]
mod driven;
#[cfg(feature = "hdf5")]
mod runs;

use super::*;
use crate::{
    config::get,
    console,
    golden::{cases, number},
    training::Flags,
};
use graph::Variable;
use serde_json::Value as Json;
use std::sync::Mutex;

#[test]
fn the_list_is_in_order() {
    crate::config::check::<dyn CallbackOptions>().unwrap();
}

#[test]
fn bars_are_keras_s_to_the_letter() {
    let mut count = 0;
    for case in cases("progbar").iter().filter(|c| c["kind"] == "bar") {
        let names: Vec<Arc<str>> = case["stateful_metrics"].as_array().into_iter().flatten().map(|n| n.as_str().unwrap().into()).collect();
        let target = case["target"].as_u64().map(|n| n as usize);
        let mut bar = Progbar::new(target, case["verbose"].as_u64().unwrap() as u8, &names, number(&case["start"]))
            .width(case["width"].as_u64().unwrap() as usize)
            .interval(number(&case["interval"]));
        let style = if case["tty"].as_bool().unwrap() { console::Style::Rewritten } else { console::Style::Keras };
        let mut text = String::new();
        for update in case["updates"].as_array().unwrap() {
            let values: Vec<(Arc<str>, f64)> =
                update[2].as_array().unwrap().iter().map(|v| (v[0].as_str().unwrap().into(), number(&v[1]))).collect();
            let now = number(&update[0]);
            text += match update[1].as_u64() {
                Some(current) => bar.update(current as usize, &values, now, style),
                None => bar.add(1, &values, now, style),
            };
        }
        assert_eq!(text, case["text"].as_str().unwrap(), "{}", case["id"]);
        count += 1;
    }
    assert!(count > 40);
}

#[test]
fn in_a_pipe_a_bar_is_one_line_when_it_is_done() {
    let mut bar = Progbar::new(Some(4), 1, &[], 0.0);
    let loss = [("loss".into(), 0.5)];
    assert_eq!(bar.update(2, &loss, 1.0, console::Style::OneLine), "");
    assert_eq!(bar.update(4, &loss, 2.0, console::Style::OneLine), "4/4 - 2s 500ms/step - loss: 0.5000\n");
}

/// What was printed and warned while `act` ran, on a console of its own.
fn printed(act: impl FnOnce()) -> (String, Vec<String>) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap();
    let (text, warnings) = (Arc::new(Mutex::new(String::new())), Arc::new(Mutex::new(Vec::new())));
    let (writer, warner) = (text.clone(), warnings.clone());
    let old = console::replace(console::Console {
        write: Box::new(move |s| *writer.lock().unwrap() += s),
        warn: Box::new(move |s| warner.lock().unwrap().push(s.to_owned())),
        style: console::Style::Keras,
        now: || 1000.0,
    });
    act();
    console::replace(old);
    (text.lock().unwrap().clone(), warnings.lock().unwrap().clone())
}

#[test]
fn early_stopping_is_keras_s() {
    let mut count = 0;
    for case in cases("callbacks").iter().filter(|c| c["kind"] == "early_stopping") {
        if case["id"] == "unknown mode" {
            continue;
        }
        let config = serde_json::json!({"class_name": "EarlyStopping", "config": case["args"]});
        let declared: Plug<dyn CallbackOptions> = get(&Setting::from(config)).unwrap();
        let mut stopping = declared.running();
        let epoch_as_weight = Variable::new("epoch", &Array::scalar(-1f32));
        let handle = Arc::new(Handle::new(vec![epoch_as_weight.clone()], Vec::new(), Arc::new(Flags::default())));
        let context = Context::new(Params::default(), handle.clone());
        let key = case["key"].as_str().unwrap();
        let (mut stops_at, mut waits, mut restored) = (Json::Null, Vec::new(), Json::Null);
        let (text, warnings) = printed(|| {
            stopping.on_train_begin(&mut Logs::new(), &context).unwrap();
            for (epoch, value) in case["sequence"].as_array().unwrap().iter().enumerate() {
                epoch_as_weight.set(&Array::scalar(epoch as f32)).unwrap();
                let version = epoch_as_weight.version();
                let mut logs: Logs = [("loss", 1.0), (key, number(value))].into_iter().collect();
                if key == "loss" {
                    logs = [("loss", number(value))].into_iter().collect();
                }
                stopping.on_epoch_end(epoch, &mut logs, &context).unwrap();
                waits.push(declared.attribute("wait").unwrap().to_json().unwrap());
                if epoch_as_weight.version() != version {
                    restored = (epoch_as_weight.get().to_f64()[0] as usize).into();
                }
                if handle.flags().stop_training() {
                    stops_at = epoch.into();
                    break;
                }
            }
            stopping.on_train_end(&mut Logs::new(), &context).unwrap();
        });
        let id = &case["id"];
        assert_eq!(stops_at, case["stops_at"], "{id}");
        assert_eq!(Json::from(waits), case["waits"], "{id}");
        assert_eq!(restored, case["restored"], "{id}");
        assert_eq!(declared.attribute("stopped_epoch").unwrap().to_json().unwrap(), case["stopped_epoch"], "{id}");
        let Some(Setting::Float(best)) = declared.attribute("best") else { panic!("{id}") };
        assert_eq!(best, number(&case["best"]), "{id}");
        assert_eq!(text, case["printed"].as_str().unwrap(), "{id}");
        assert_eq!(Json::from(warnings), case["warnings"], "{id}");
        count += 1;
    }
    assert!(count > 60);
}

#[test]
fn an_unknown_mode_is_refused() {
    let config = serde_json::json!({"class_name": "EarlyStopping", "config": {"mode": "best"}});
    let error = get::<dyn CallbackOptions>(&Setting::from(config)).unwrap_err();
    assert!(error.message().contains("one of 'auto', 'min', 'max'"), "{error}");
}

#[test]
fn a_lambda_has_only_the_hooks_it_was_given() {
    let mut seen = Vec::new();
    let context = Context::new(Params::default(), Arc::default());
    let mut lambda = LambdaCallback::new().on(Hook::EpochEnd, |epoch, logs, _| {
        logs.insert("lr", 0.5);
        seen.push(epoch);
        Ok(())
    });
    let mut list = CallbackList::new([&mut lambda as &mut dyn Callback]);
    assert!(list.wants(Hook::EpochEnd) && !list.wants(Hook::TrainBatchEnd));
    let mut logs = Logs::new();
    list.call(Hook::EpochEnd, 3, &mut logs, &context).unwrap();
    drop(lambda);
    assert_eq!((seen, logs.get("lr")), (vec![3], Some(0.5)));
}
