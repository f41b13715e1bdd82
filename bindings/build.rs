//! Asks the linker for a Node addon: symbols that Node provides stay open.
fn main() {
    napi_build::setup();
}
