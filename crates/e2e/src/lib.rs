//! What tests on a real cluster stand on: a way in, namespaces of their own, requests from inside and outside.
//!
//! Invariant: a test sees and removes only namespaces that it made, and each wait has a named limit.
//!
//! The cluster is the one that `KUBECONFIG` names; `cargo xtask test --only e2e` sets it and what else is read
//! here. A failure panics: these are tools of tests.

pub mod admin;
pub mod api_server;
pub mod browser;
pub mod cluster;
mod engines;
pub mod finalizer;
pub mod helm;
pub mod ingress;
pub mod isolation;
pub mod mail;
pub mod outside;
pub mod postgres;
pub mod processes;
pub mod replica;
pub mod road;
pub mod shop;
pub mod souk;
pub mod space;
pub mod stores;

pub use cluster::Cluster;
pub use space::Space;
