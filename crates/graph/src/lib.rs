//! The heart: values, ops, gradients, passes, plans and how they run.
