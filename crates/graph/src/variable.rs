//! Variables: the one mechanism for state. Weights, optimizer slots, moving averages, metric totals, RNN states and counters
//! are variables; no plan and no model owns their memory.
use crate::run::Device;
use cpu::Memory;
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tensor::{Array, DType, Error, Lines, Result, Spec};

/// A named piece of state. Cloning shares it.
#[derive(Clone)]
pub struct Variable(Arc<Inner>);

struct Inner {
    name: String,
    spec: Spec,
    sizes: Vec<usize>,
    memory: Memory,
    version: AtomicU64,
}

impl Variable {
    /// A variable that starts as `value`.
    pub fn new(name: impl Into<String>, value: &Array) -> Variable {
        let memory = Memory::zeroed(value.bytes().len());
        memory.write(0, value.bytes());
        let spec = Spec::new(value.dtype(), value.shape());
        Variable(Arc::new(Inner { name: name.into(), spec, sizes: value.shape().to_vec(), memory, version: AtomicU64::new(1) }))
    }
    /// Its name, `dense_1/kernel:0`.
    pub fn name(&self) -> &str {
        &self.0.name
    }
    /// Number type and shape; every size is a constant.
    pub fn spec(&self) -> &Spec {
        &self.0.spec
    }
    /// Its sizes.
    pub fn shape(&self) -> &[usize] {
        &self.0.sizes
    }
    /// Its number type.
    pub fn dtype(&self) -> DType {
        self.0.spec.dtype
    }
    /// A number that every write raises.
    pub fn version(&self) -> u64 {
        self.0.version.load(Ordering::Acquire)
    }
    /// A number that no other living variable has.
    pub fn key(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }
    /// A copy of its value. Waits for a run that is under way.
    pub fn get(&self) -> Array {
        let _device = Device::lock();
        let mut lines = Lines::zeroed(self.0.memory.len());
        self.0.memory.read(0, lines.bytes_mut());
        Array::new(self.dtype(), self.shape(), lines).unwrap_or_else(|_| Array::zeros(self.dtype(), self.shape()))
    }
    /// Overwrites its value, cast to its number type. Waits for a run that is under way.
    /// Error `variable_shape` if the shapes differ.
    pub fn set(&self, value: &Array) -> Result<()> {
        if value.shape() != self.shape() {
            return Err(Error::value(
                "variable_shape",
                format!(
                    "Variable {} has shape {:?}; it cannot be set to an array of shape {:?}.",
                    self.name(),
                    self.shape(),
                    value.shape()
                ),
            ));
        }
        let _device = Device::lock();
        self.0.memory.write(0, value.cast(self.dtype()).bytes());
        self.touch();
        Ok(())
    }
    pub(crate) fn memory(&self) -> &Memory {
        &self.0.memory
    }
    pub(crate) fn touch(&self) {
        self.0.version.fetch_add(1, Ordering::AcqRel);
    }
}

impl PartialEq for Variable {
    fn eq(&self, other: &Variable) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
impl Eq for Variable {}
impl std::hash::Hash for Variable {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}
impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Variable({} {})", self.0.name, self.0.spec)
    }
}
