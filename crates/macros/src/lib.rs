//! `derive(Config)`, the only procedural macro: from a documented struct to its options in Keras's JSON, JavaScript, Rust.
#![forbid(unsafe_code)]

mod attributes;
mod expand;

/// Makes a struct of plain fields a `Config`: schema, reading, writing, checks, `new` and a setter for each optional field.
///
/// ```ignore
/// /// A densely connected layer.
/// #[derive(Clone, Config)]
/// pub struct Dense {
///     /// Size of the output's last axis.
///     #[config(check = positive)]
///     pub units: usize,
///     /// Whether a bias is added.
///     #[config(default = true)]
///     pub use_bias: bool,
///     /// First values of the kernel.
///     #[config(default = "glorot_uniform")]
///     pub kernel_initializer: Plug<dyn Initializer>,
/// }
/// ```
///
/// On a field:
/// - `default = expr` makes it optional. A literal (text, number, bool, `None`, list of these) is read as if the user had
///   given it and is shown in the TypeScript docs; any other expression is the field's value, shown as `shown = ".."`.
///   Without a default the field is required, and positional in the order of declaration.
/// - `positional` makes an optional field positional too, as in `l2(0.01)`.
/// - `name = ".."` is Keras's name where it is not the field's; `legacy = ".."` is another accepted name, any number of them.
/// - `check = path` is a `fn(&T, &Place) -> Result<()>`.
/// - `unwritten` is accepted but not in the written config; `omit_none` is written only when it is not null;
///   `same_as = field` is written as that field where it is null, as the strides of a pooling.
/// - `skip` is no option at all: it starts as its type's default, or as `default`.
///
/// On the struct: `name = ".."`; `alias = ".."`, any number of them; `check = path`, a `fn(&Self) -> Result<()>`; `function`
/// for a bare function that serialises as its name; `maker` for a function that makes an instance of another class (as
/// `glorot_uniform` does); `standalone` for one that does not have its kind's common options; `plain` for no `new` and setters.
#[proc_macro_derive(Config, attributes(config))]
pub fn derive_config(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    attributes::Subject::parse(&input).map(|s| expand::expand(&s)).unwrap_or_else(|e| e.to_compile_error()).into()
}
