//! The table of a model's layers, to the letter as Keras prints it.
use super::Model;
use super::map::Graph;
use crate::layer::{LayerRef, Site, count, history};
use crate::{Error, Result};
use tensor::Shape;

/// How the table is laid out; what is not given is as in Keras.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Length of a line.
    pub line_length: Option<usize>,
    /// Where columns end: parts of the line if the last is at most 1, else places.
    pub positions: Option<Vec<f64>>,
}

impl Model {
    /// Prints the table of layers.
    pub fn summary(&self) -> Result<()> {
        self.summary_with(&Summary::default(), |line| crate::console::print(&format!("{line}\n")))
    }
    /// Calls `print` with each line of the table. Error `not_built`.
    pub fn summary_with(&self, options: &Summary, mut print: impl FnMut(&str)) -> Result<()> {
        let graph = self.built_graph()?;
        let stack = self.class_name() == "Sequential" || self.body().is_some() || is_stack(&graph);
        let (length, positions, head): (_, &[f64], &[&str]) = match stack {
            true => (65, &[0.45, 0.85, 1.0], &["Layer (type)", "Output Shape", "Param #"]),
            false => (98, &[0.33, 0.55, 0.67, 1.0], &["Layer (type)", "Output Shape", "Param #", "Connected to"]),
        };
        let length = options.line_length.filter(|n| *n > 0).unwrap_or(length);
        let ends = ends(options.positions.as_deref().filter(|p| !p.is_empty()).unwrap_or(positions), length, head.len())?;
        let (thin, thick) = ("_".repeat(length), "=".repeat(length));
        print(&format!("Model: \"{}\"", self.name()));
        print(&thin);
        print(&row(head, &ends));
        print(&thick);
        let layers = self.layers();
        for (i, layer) in layers.iter().enumerate() {
            let what = format!("{} ({})", layer.name(), layer.class_name());
            let (shape, params) = (shape_text(layer), layer.count_params()?.to_string());
            if stack {
                print(&row(&[&what, &shape, &params], &ends));
            } else {
                let connections = connections(layer, &graph);
                let first = connections.first().map_or("", String::as_str);
                print(&row(&[&what, &shape, &params, first], &ends));
                connections.iter().skip(1).for_each(|c| print(&row(&["", "", "", c], &ends)));
            }
            print(if i + 1 == layers.len() { &thick } else { &thin });
        }
        self.check_trainable_weights();
        let trained = count(&self.collected_trainable_weights().unwrap_or_else(|| self.trainable_weights()));
        let others = count(&self.non_trainable_weights());
        print(&format!("Total params: {}", thousands(trained + others)));
        print(&format!("Trainable params: {}", thousands(trained)));
        print(&format!("Non-trainable params: {}", thousands(others)));
        print(&thin);
        Ok(())
    }
}

/// Whether each call takes one input of the call before it, and no layer is called twice.
fn is_stack(graph: &Graph) -> bool {
    let lone = graph.by_depth.iter().all(|sites| matches!(&sites[..], [site] if site.inputs().len() <= 1));
    lone && graph.layers.iter().all(|l| graph.sites.iter().filter(|s| s.calls(l)).count() <= 1)
}

fn ends(positions: &[f64], length: usize, columns: usize) -> Result<Vec<usize>> {
    if positions.len() < columns || positions.iter().any(|p| p.is_nan() || *p < 0.0) {
        return Err(Error::value("summary_positions", format!("summary: `positions` must have {columns} numbers, one for each column.")));
    }
    let relative = positions.last().is_some_and(|p| *p <= 1.0);
    Ok(positions.iter().map(|p| if relative { (length as f64 * p) as usize } else { *p as usize }).collect())
}

fn row(fields: &[&str], ends: &[usize]) -> String {
    let mut line: Vec<char> = Vec::new();
    for (field, end) in fields.iter().zip(ends) {
        // A column that is full gives its last place to a space.
        if !line.is_empty() {
            line.pop();
            line.push(' ');
        }
        line.extend(field.chars());
        line.resize(*end, ' ');
    }
    line.into_iter().collect()
}

fn shape_text(layer: &LayerRef) -> String {
    match layer.output_shapes().as_deref() {
        Ok([shape]) => shape.to_string(),
        Ok(shapes) => format!("[{}]", shapes.iter().map(Shape::to_string).collect::<Vec<_>>().join(", ")),
        Err(_) => "multiple".to_owned(),
    }
}

fn connections(layer: &LayerRef, graph: &Graph) -> Vec<String> {
    let mut sites: Vec<&Site> = graph.sites.iter().filter(|s| s.calls(layer)).collect();
    sites.sort_by_key(|s| s.index());
    let inputs = sites.into_iter().flat_map(Site::inputs).filter_map(history);
    inputs.map(|h| format!("{}[{}][{}]", h.layer.name(), h.node, h.tensor)).collect()
}

fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(c);
    }
    text
}
