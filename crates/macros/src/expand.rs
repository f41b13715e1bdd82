//! The code that is derived: schema, read, write, check, `new`, setters, `Default`.
use crate::attributes::{Field, Form, Literal, Subject};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericArgument, PathArguments, Type};

/// Everything derived for `subject`.
pub fn expand(subject: &Subject) -> TokenStream {
    let config = config(subject);
    let builder = if subject.plain { TokenStream::new() } else { builder(subject) };
    quote! { #config #builder }
}

fn options(subject: &Subject) -> impl Iterator<Item = &Field> {
    subject.fields.iter().filter(|f| !f.skip)
}

fn config(subject: &Subject) -> TokenStream {
    let Subject { ident, name, doc, aliases, standalone, .. } = subject;
    let form = match subject.form {
        Form::Class => quote!(Class),
        Form::Function => quote!(Function),
        Form::Maker => quote!(Maker),
    };
    let schemas = options(subject).map(schema);
    let reads = subject.fields.iter().map(|f| {
        let (field, option, start) = (&f.ident, &f.name, start(subject, f));
        match (f.skip, &f.default) {
            (true, _) => quote!(#field: #start),
            (false, None) => quote!(#field: fields.required(#option)?),
            (false, Some(_)) => quote!(#field: fields.optional(#option, || #start)?),
        }
    });
    let made = if subject.unit { quote!(#ident) } else { quote!(#ident { #(#reads),* }) };
    let writes = options(subject).filter(|f| !f.unwritten).map(|f| {
        let (field, option) = (&f.ident, &f.name);
        let write = match &f.same_as {
            None => quote!(::ironhorn::config::Field::write(&self.#field)?),
            Some(other) => quote! {
                match &self.#field {
                    ::std::option::Option::Some(value) => ::ironhorn::config::Field::write(value)?,
                    ::std::option::Option::None => ::ironhorn::config::Field::write(&self.#other)?,
                }
            },
        };
        if f.omit_none {
            quote! {
                let value = #write;
                if value != ::ironhorn::config::Setting::Null {
                    map.insert(#option, value);
                }
            }
        } else {
            quote!(map.insert(#option, #write);)
        }
    });
    let checks = options(subject).filter_map(|f| {
        let (field, option, check) = (&f.ident, &f.name, f.check.as_ref()?);
        Some(quote!(#check(&self.#field, &::ironhorn::config::Place::new(#name, #option))?;))
    });
    let whole = subject.check.as_ref().map(|check| quote!(#check(self)?;));
    quote! {
        impl ::ironhorn::config::Config for #ident {
            const SCHEMA: &'static ::ironhorn::config::Schema = &::ironhorn::config::Schema {
                name: #name,
                doc: #doc,
                aliases: &[#(#aliases),*],
                form: ::ironhorn::config::Form::#form,
                standalone: #standalone,
                fields: &[#(#schemas),*],
            };
            fn read(fields: &mut ::ironhorn::config::Fields) -> ::ironhorn::Result<Self> {
                let _ = &fields;
                let made = #made;
                ::ironhorn::config::Config::check(&made)?;
                Ok(made)
            }
            #[allow(unused_mut)]
            fn write(&self) -> ::ironhorn::Result<::ironhorn::config::Map> {
                let mut map = ::ironhorn::config::Map::new();
                #(#writes)*
                Ok(map)
            }
            fn check(&self) -> ::ironhorn::Result<()> {
                #(#checks)*
                #whole
                Ok(())
            }
        }
    }
}

fn schema(f: &Field) -> TokenStream {
    let Field { name, doc, ty, legacy, positional, .. } = f;
    let camel = camel(name);
    let default = match &f.default {
        Some(default) => {
            let shown = &default.shown;
            quote!(::std::option::Option::Some(#shown))
        }
        None => quote!(::std::option::Option::None),
    };
    let written = !f.unwritten;
    quote! {
        ::ironhorn::config::FieldSchema {
            name: #name,
            camel: #camel,
            doc: #doc,
            typescript: <#ty as ::ironhorn::config::Field>::typescript,
            default: #default,
            positional: #positional,
            legacy: &[#(#legacy),*],
            written: #written,
        }
    }
}

/// The value an optional or skipped field starts with.
fn start(subject: &Subject, f: &Field) -> TokenStream {
    let Some(default) = &f.default else {
        return quote!(::std::default::Default::default());
    };
    match &default.literal {
        Some(literal) if !f.skip => {
            let (owner, option, setting) = (&subject.name, &f.name, setting(literal));
            quote!(::ironhorn::config::preset(#setting, #owner, #option))
        }
        _ => {
            let expr = &default.expr;
            quote!(#expr)
        }
    }
}

fn setting(literal: &Literal) -> TokenStream {
    let value = match literal {
        Literal::Null => quote!(Null),
        Literal::Bool(b) => quote!(Bool(#b)),
        Literal::Int(n) => quote!(Int(#n)),
        Literal::Float(x) => quote!(Float(#x)),
        Literal::Text(s) => quote!(Text(#s.to_owned())),
        Literal::List(items) => {
            let items = items.iter().map(setting);
            quote!(List(::std::vec![#(#items),*]))
        }
    };
    quote!(::ironhorn::config::Setting::#value)
}

fn builder(subject: &Subject) -> TokenStream {
    let ident = &subject.ident;
    let required: Vec<_> = options(subject).filter(|f| f.default.is_none()).collect();
    let parameters = required.iter().map(|f| {
        let (name, (ty, _)) = (&f.ident, argument(&f.ty));
        quote!(#name: #ty)
    });
    let starts = subject.fields.iter().map(|f| {
        let name = &f.ident;
        let value = if f.skip || f.default.is_some() {
            start(subject, f)
        } else {
            let convert = argument(&f.ty).1;
            quote!(#name #convert)
        };
        quote!(#name: #value)
    });
    let made = if subject.unit { quote!(#ident) } else { quote!(#ident { #(#starts),* }) };
    let title = match required.len() {
        0 => "With every option at its default.",
        _ => "With what is required; every other option is at its default.",
    };
    let setters = options(subject).filter(|f| f.default.is_some()).map(|f| {
        let (name, vis, docs) = (&f.ident, &f.vis, &f.doc_attributes);
        let (ty, convert, wrap) = match optional(&f.ty) {
            Some(inner) => {
                let (ty, convert) = argument(inner);
                (ty, convert, true)
            }
            None => {
                let (ty, convert) = argument(&f.ty);
                (ty, convert, false)
            }
        };
        let value = if wrap { quote!(::std::option::Option::Some(#name #convert)) } else { quote!(#name #convert) };
        quote! {
            #(#docs)*
            #[must_use]
            #vis fn #name(mut self, #name: #ty) -> Self {
                self.#name = #value;
                self
            }
        }
    });
    let default = (required.is_empty()).then(|| {
        quote! {
            impl ::std::default::Default for #ident {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    });
    quote! {
        impl #ident {
            #[doc = #title]
            #[allow(clippy::too_many_arguments)]
            pub fn new(#(#parameters),*) -> Self {
                #made
            }
            #(#setters)*
        }
        #default
    }
}

/// A parameter's type and what turns it into the field: numbers as they are, so that literals need no suffix.
fn argument(ty: &Type) -> (TokenStream, TokenStream) {
    const PLAIN: [&str; 6] = ["bool", "usize", "i64", "f64", "f32", "u64"];
    match ty {
        Type::Path(path) if PLAIN.iter().any(|p| path.path.is_ident(p)) => (quote!(#ty), TokenStream::new()),
        _ => (quote!(impl ::std::convert::Into<#ty>), quote!(.into())),
    }
}

/// `T` of `Option<T>`.
fn optional(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|s| s.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|a| match a {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}

fn camel(name: &str) -> String {
    let mut upper = false;
    let mut camel = String::new();
    for c in name.chars() {
        match c {
            '_' => upper = !camel.is_empty(),
            _ if upper => {
                camel.extend(c.to_uppercase());
                upper = false;
            }
            _ => camel.push(c),
        }
    }
    camel
}
