//! The adapter on a real cluster, as Souk's own least-privilege account.
//!
//! `cargo xtask test --only e2e` runs these: they need `KUBECONFIG` (an admin's) and the stores' images
//! in the cluster. `SOUK_HELM_BIN`, `SOUK_INGRESS_CONNECT` and `SOUK_E2E_IMAGES` (a JSON file of image
//! references) say where the rest is.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says where")]

mod account;
mod failure;
mod inspect;
mod store;
mod world;
