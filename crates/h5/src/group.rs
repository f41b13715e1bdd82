//! A group: what is in it by name, made as h5py makes it.
use crate::{
    array,
    error::{failed, format},
    file::Source,
    text,
};
use hdf5::plist::CharEncoding;
use std::sync::Arc;
use tensor::{Array, Error, Result};

/// A group of a file: attributes, arrays and groups by name. Names with slashes lead through groups.
///
/// The order of members is that of their names, as in Keras's files; what order means something is in an attribute.
#[derive(Clone)]
pub struct Group {
    group: hdf5::Group,
    source: Arc<Source>,
}

impl Group {
    pub(crate) fn new(group: hdf5::Group, source: Arc<Source>) -> Group {
        Group { group, source }
    }
    /// Its path in the file.
    pub fn path(&self) -> String {
        self.group.name()
    }
    fn place(&self, name: &str) -> String {
        let path = self.path();
        format!("{}/{name}", path.trim_end_matches('/'))
    }
    /// Whether there is a member of that name.
    pub fn has(&self, name: &str) -> bool {
        // The library asks for every step of a path to be there.
        let mut path = String::new();
        name.split('/').filter(|step| !step.is_empty()).all(|step| {
            path = if path.is_empty() { step.to_owned() } else { format!("{path}/{step}") };
            self.group.link_exists(&path)
        })
    }
    /// The group of that name. Errors `h5_missing`, `h5_format`, `h5_external`.
    pub fn group(&self, name: &str) -> Result<Group> {
        self.must_have(name)?;
        let group = self.group.group(name).map_err(|e| format(self.place(name), e))?;
        self.same_file(name, &group.filename())?;
        Ok(Group { group, source: self.source.clone() })
    }
    /// Makes a group, or gives the one that is there. Error `h5_write`.
    pub fn create_group(&self, name: &str) -> Result<Group> {
        if self.has(name) {
            return self.group(name);
        }
        let builder = self.group.create_group_builder().obj_track_times(false).char_encoding(encoding(name));
        let group = builder.create(name).map_err(|e| failed("h5_write", format!("{} cannot be made", self.place(name)), e))?;
        Ok(Group { group, source: self.source.clone() })
    }
    /// Writes an array under a name that is not taken. Error `h5_write`.
    pub fn write(&self, name: &str, array: &Array) -> Result<()> {
        let builder = self.group.new_dataset_builder().obj_track_times(false).create_intermediate_group(true).char_encoding(encoding(name));
        array::write(builder, name, array).map_err(|e| failed("h5_write", format!("{} cannot be written", self.place(name)), e))
    }
    /// The sizes of the array of that name. Errors as [`Group::read`].
    pub fn shape(&self, name: &str) -> Result<Vec<usize>> {
        self.dataset(name)?.space().map(|space| space.shape()).map_err(|e| format(self.place(name), e))
    }
    /// The array of that name; half precision comes as float32, whole numbers of other sizes as the next larger.
    /// Errors `h5_missing`, `h5_format`, `h5_external`.
    pub fn read(&self, name: &str) -> Result<Array> {
        array::read(&self.dataset(name)?, &self.place(name), self.source.size)
    }
    fn dataset(&self, name: &str) -> Result<hdf5::Dataset> {
        self.must_have(name)?;
        let dataset = self.group.dataset(name).map_err(|e| format(self.place(name), e))?;
        self.same_file(name, &dataset.filename())?;
        Ok(dataset)
    }
    /// Sets an attribute to a text, as Keras's versions and configs are: of any length. Error `h5_write`.
    pub fn set_text(&self, name: &str, text: &str) -> Result<()> {
        text::write_one(&self.group, name, text).map_err(|e| failed("h5_write", self.about(name), e))
    }
    /// Sets an attribute to a list of texts, in several attributes `name0`, `name1` if it is long. Errors `h5_write`, and
    /// `attribute_size` if one text is longer than an attribute can be.
    pub fn set_texts(&self, name: &str, texts: &[impl AsRef<str>]) -> Result<()> {
        let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        text::check_sizes(&texts)?;
        text::write_list(&self.group, name, &texts).map_err(|e| failed("h5_write", self.about(name), e))
    }
    /// The attribute of that name, if it is there. Error `h5_format`.
    pub fn text(&self, name: &str) -> Result<Option<String>> {
        match self.attribute(name)? {
            None => Ok(None),
            Some(attribute) => {
                let mut texts = text::read(&attribute, &self.about(name), self.source.size)?;
                match texts.len() {
                    1 => Ok(Some(texts.swap_remove(0))),
                    n => Err(format(self.about(name), format!("it has {n} texts where there should be one"))),
                }
            }
        }
    }
    /// The list of texts of that name, also one in several attributes, if it is there. Error `h5_format`.
    pub fn texts(&self, name: &str) -> Result<Option<Vec<String>>> {
        if let Some(attribute) = self.attribute(name)? {
            return text::read(&attribute, &self.about(name), self.source.size).map(Some);
        }
        let mut all = None;
        for i in 0.. {
            let part = format!("{name}{i}");
            let Some(attribute) = self.attribute(&part)? else { break };
            all.get_or_insert_with(Vec::new).extend(text::read(&attribute, &self.about(&part), self.source.size)?);
        }
        Ok(all)
    }
    fn attribute(&self, name: &str) -> Result<Option<hdf5::Attribute>> {
        let names = self.group.attr_names().map_err(|e| format(self.about(name), e))?;
        if !names.iter().any(|n| n == name) {
            return Ok(None);
        }
        self.group.attr(name).map(Some).map_err(|e| format(self.about(name), e))
    }
    fn about(&self, name: &str) -> String {
        format!("Attribute {name} of {}", self.path())
    }
    fn must_have(&self, name: &str) -> Result<()> {
        if self.has(name) {
            return Ok(());
        }
        Err(Error::value(
            "h5_missing",
            format!("There is no {} in the file. The file is damaged, or Keras did not write it.", self.place(name)),
        ))
    }
    fn same_file(&self, name: &str, file: &str) -> Result<()> {
        if file == self.source.name {
            return Ok(());
        }
        let text = format!("{} is a link into another file, {file}. Links between files are not followed.", self.place(name));
        Err(Error::value("h5_external", text))
    }
}

/// What h5py says of names: nothing, unless they need it.
fn encoding(name: &str) -> CharEncoding {
    if name.is_ascii() { CharEncoding::Ascii } else { CharEncoding::Utf8 }
}
