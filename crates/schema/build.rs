//! A migration that is added makes the crate that embeds them stale, which cargo does not see by itself.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
