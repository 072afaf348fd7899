//! A look at the cluster, over the fake: what was lost is seen, what can be mended is, and nothing else is
//! touched.
#![allow(clippy::unwrap_used, reason = "tests")]

mod left_over;
mod looks;
mod repair;
mod world;
