//! Tests of saving: files of Keras and tf-keras read, files written here, what goes wrong.
mod child;
mod converted;
mod crash;
mod damage;
mod files;
mod golden;
mod others;
