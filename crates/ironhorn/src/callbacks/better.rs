//! Which way a monitored number gets better.

crate::words! {
    /// Which way is better.
    pub enum Better {
        /// More if the number's name says so (it has `acc` in it), less otherwise.
        Auto = "auto",
        /// Less.
        Min = "min",
        /// More.
        Max = "max",
    }
}

impl Better {
    /// Whether more is better; `named` is what the number's name says.
    pub(super) fn is_more(self, named: bool) -> bool {
        match self {
            Better::Auto => named,
            Better::Min => false,
            Better::Max => true,
        }
    }
    /// What every number is better than.
    pub(super) fn worst(more: bool) -> f64 {
        if more { f64::NEG_INFINITY } else { f64::INFINITY }
    }
}
