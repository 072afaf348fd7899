//! The rules of the crate graph, from `cargo metadata`: what each crate may name.
//!
//! They keep the two seams that pay: a domain without IO, and stores made through a port.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    error::{Doing, Result},
    paths::Paths,
    process::{capture, cargo},
};

/// One crate's dependencies by name, those for tests apart.
#[derive(Debug, Default)]
struct Names {
    normal: Vec<String>,
    dev: Vec<String>,
}

type Graph = BTreeMap<String, Names>;

/// The outside world, which the domain knows nothing of.
const IO: &[&str] =
    &["sqlx", "actix-web", "kube", "k8s-openapi", "tokio", "reqwest", "apalis", "apalis-postgres"];
const ADAPTER: &str = "souk-provisioner-k8s";
/// SQL is written in `db`, its tables in `schema`; the test support makes databases for tests, and the storm looks
/// into them past the code that it tests.
const MAY_SQL: &[&str] = &["souk-db", "souk-schema", "souk-test-support", "souk-chaos"];
/// What only tests and developers run; nothing of the product links it.
const TOOLS: &[&str] = &["souk-test-support", "souk-e2e", "souk-chaos"];
/// Only the binary, and tests, know all parts.
const KNOW_ALL: &[&str] = &["souk-server", "souk-test-support", "souk-e2e"];

/// Prints each broken rule; true when there is none.
pub fn run(paths: &Paths) -> Result<bool> {
    let metadata = capture(
        cargo().args(["metadata", "--no-deps", "--format-version=1", "--locked"]).current_dir(&paths.repo),
    )?;
    let metadata: Value = serde_json::from_str(&metadata).doing("reading cargo metadata")?;
    let broken = broken_rules(&graph(&metadata));
    for rule in &broken {
        println!("          {rule}");
    }
    Ok(broken.is_empty())
}

fn graph(metadata: &Value) -> Graph {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    list(&metadata["packages"])
        .iter()
        .filter_map(|package| {
            let mut names = Names::default();
            for dependency in list(&package["dependencies"]) {
                let name = dependency["name"].as_str()?.to_owned();
                if dependency["kind"] == "dev" { names.dev.push(name) } else { names.normal.push(name) }
            }
            Some((package["name"].as_str()?.to_owned(), names))
        })
        .collect()
}

fn broken_rules(graph: &Graph) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, names) in graph {
        let uses = |other: &str| names.normal.iter().any(|one| one == other);
        let names_at_all = |other: &str| uses(other) || names.dev.iter().any(|one| one == other);
        let mut forbid = |others: &[&str], hit: &dyn Fn(&str) -> bool, why: &str| {
            for other in others.iter().filter(|other| hit(other)) {
                broken.push(format!("{name} names {other}: {why}"));
            }
        };
        match name.as_str() {
            "souk-domain" => forbid(IO, &uses, "the domain has no IO"),
            "souk-http" | "souk-app" => {
                forbid(
                    &[ADAPTER],
                    &names_at_all,
                    "requests reach a cluster only through the queue and the port",
                );
            }
            "souk-worker" => forbid(&["souk-http"], &names_at_all, "work does not know how it was asked for"),
            _ => {}
        }
        if !TOOLS.contains(&name.as_str()) {
            forbid(TOOLS, &uses, "it is for tests and developers only");
        }
        if !MAY_SQL.contains(&name.as_str()) {
            forbid(&["sqlx"], &uses, "SQL is in souk-db and souk-schema only");
        }
        if !KNOW_ALL.contains(&name.as_str()) && uses(ADAPTER) && uses("souk-http") {
            broken.push(format!("{name} names both sides, http and the adapter: only the server does"));
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, normal: &[&str]) -> Graph {
        let normal = normal.iter().map(ToString::to_string).collect();
        Graph::from([(name.to_owned(), Names { normal, dev: Vec::new() })])
    }

    #[test]
    fn each_rule_bites() {
        for (name, normal) in [
            ("souk-domain", &["tokio"][..]),
            ("souk-http", &["souk-provisioner-k8s"]),
            ("souk-app", &["souk-provisioner-k8s"]),
            ("souk-worker", &["souk-http"]),
            ("souk-app", &["sqlx"]),
            ("souk-server", &["souk-chaos"]),
            ("souk-worker", &["souk-test-support"]),
            ("souk-other", &["souk-provisioner-k8s", "souk-http"]),
        ] {
            assert_eq!(broken_rules(&one(name, normal)).len(), 1, "{name} naming {normal:?}");
        }
    }

    #[test]
    fn what_is_allowed_is_not_reported() {
        for (name, normal) in [
            ("souk-domain", &["serde", "uuid"][..]),
            ("souk-db", &["sqlx", "tokio"]),
            ("souk-chaos", &["sqlx", "souk-worker", "souk-test-support"]),
            ("souk-server", &["souk-provisioner-k8s", "souk-http"]),
        ] {
            assert_eq!(broken_rules(&one(name, normal)), Vec::<String>::new());
        }
    }
}
