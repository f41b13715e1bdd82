//! The backend's functions and the methods of tensors, from the engine's list of operations.
use crate::typescript::{camel, doc, imports_of, put, signed};
use ironhorn::Result;
use ironhorn::backend::{Operation, Parameter};

/// Names that cannot be declared as they are.
const RESERVED: [&str; 2] = ["switch", "var"];

/// The file of functions: each calls the engine by name.
pub fn backend(operations: &[&Operation]) -> Result<String> {
    let mut body = String::new();
    for operation in operations {
        let name = camel(operation.name);
        let declared = if RESERVED.contains(&name.as_str()) { format!("{name}_") } else { name.clone() };
        let result = (operation.result)();
        let head = if declared == name { "export function" } else { "function" };
        for (i, parameters) in signatures(operation.parameters).iter().enumerate() {
            if i == 0 {
                doc(&text(operation), None, "", &mut body);
            }
            signed(&format!("{head} {declared}"), parameters, &format!(": {result}"), &mut body);
        }
        put(
            &mut body,
            format_args!("{head} {declared}(...args: unknown[]): {result} {{\n  return call('{}', args)\n}}\n\n", operation.name),
        );
        if declared != name {
            put(&mut body, format_args!("export {{ {declared} as {name} }}\n\n"));
        }
    }
    file("import { call } from '../operation.js'\n", operations, operations.iter().flat_map(|o| o.parameters), &body)
}

/// The file of methods: their typings, and the names that are put on the class.
pub fn tensor(operations: &[&Operation]) -> Result<String> {
    let methods: Vec<_> = operations.iter().filter(|o| o.method).copied().collect();
    let mut body =
        String::from("/** What can be computed of a tensor by a method. Numbers and nested arrays are taken where a tensor is. */\n");
    body.push_str("export interface TensorMethods {\n");
    for operation in &methods {
        doc(&text(operation), None, "  ", &mut body);
        for parameters in signatures(&operation.parameters[1..]) {
            signed(&format!("  {}", camel(operation.name)), &parameters, &format!(": {}", (operation.result)()), &mut body);
        }
    }
    body.push_str("}\n\n/** The methods and the functions that they are, with the tensor first. */\n");
    body.push_str("export const METHODS: { readonly [method in keyof TensorMethods]: string } = {\n");
    for operation in &methods {
        put(&mut body, format_args!("  {}: '{}',\n", camel(operation.name), operation.name));
    }
    body.push_str("}\n");
    file("", &methods, methods.iter().flat_map(|o| &o.parameters[1..]), &body)
}

fn file<'a>(first: &str, operations: &[&Operation], parameters: impl Iterator<Item = &'a Parameter>, body: &str) -> Result<String> {
    let mut types: Vec<(String, String)> = parameters.map(|p| (p.name.to_owned(), (p.typescript)())).collect();
    types.extend(operations.iter().map(|o| (o.name.to_owned(), (o.result)())));
    let imports = imports_of(types.iter().map(|(owner, text)| (owner.as_str(), text.clone())), &[])?;
    Ok(format!(
        "// Written by `npm run generate` from the backend's list in crates/ironhorn: change that, not this file.\n{imports}{first}\n{}\n",
        body.trim_end()
    ))
}

fn text(operation: &Operation) -> String {
    operation.doc.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n")
}

/// By place, and with what is optional in one object.
fn signatures(parameters: &[Parameter]) -> Vec<Vec<String>> {
    let given = |p: &Parameter| {
        let mark = if p.default.is_some() { "?" } else { "" };
        format!("{}{mark}: {}", camel(p.name), (p.typescript)())
    };
    let by_place: Vec<String> = parameters.iter().map(given).collect();
    let optional: Vec<String> = parameters.iter().filter(|p| p.default.is_some()).map(given).collect();
    if optional.is_empty() {
        return vec![by_place];
    }
    let options = format!("options?: {{ {} }}", optional.join("; "));
    let by_name = parameters.iter().filter(|p| p.default.is_none()).map(given).chain([options]).collect();
    vec![by_place, by_name]
}
