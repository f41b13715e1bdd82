//! Tests of models: texts and errors of the real Keras, graphs, weights, prediction.
mod errors;
mod graphs;
mod texts;
mod trained;
