//! Files that are embedded are looked at when this crate is compiled: so it is compiled again when there are others.

fn main() {
    println!("cargo::rerun-if-changed=../../frontend/dist");
}
