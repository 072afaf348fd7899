//! The dashboard and the alerts ask for what Souk has: every expression is parsed, and every metric and label in it is
//! compared with the table of metrics.

use std::collections::BTreeSet;
use std::path::Path;

use promql_parser::label::Matchers;
use promql_parser::parser::{AggregateExpr, Expr, LabelModifier, VectorSelector, parse};
use serde_json::Value;
use souk_http::metrics::table::{self, Kind, METRICS};

/// Of others, with what they are labelled with; observability/README.md says where they come from.
const FOREIGN: [(&str, &[&str]); 3] = [
    ("up", &[]),
    ("kubelet_volume_stats_available_bytes", &["namespace", "persistentvolumeclaim"]),
    ("kubelet_volume_stats_capacity_bytes", &["namespace", "persistentvolumeclaim"]),
];
/// Prometheus gives them to everything that it scrapes.
const OF_TARGET: [&str; 2] = ["job", "instance"];
/// What an alert has to say.
const ANNOTATIONS: [&str; 3] = ["summary", "description", "action"];
const SEVERITIES: [&str; 3] = ["info", "warning", "critical"];

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../observability").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What series of this name are labelled with; `None` when there are none.
fn labels_of(series: &str) -> Option<BTreeSet<&'static str>> {
    let (labels, le): (&[&str], _) = match FOREIGN.iter().find(|(name, _)| *name == series) {
        Some((_, labels)) => (labels, false),
        None => (table::of_series(series)?.labels, series.ends_with("_bucket")),
    };
    Some(labels.iter().copied().chain(OF_TARGET).chain(le.then_some("le")).collect())
}

/// Collects what is wrong with an expression, and what it names.
#[derive(Default)]
struct Checked {
    faults: Vec<String>,
    names: BTreeSet<String>,
}

impl Checked {
    /// Returns the labels that the value of the expression may have.
    fn expr(&mut self, expr: &Expr) -> BTreeSet<&'static str> {
        match expr {
            Expr::VectorSelector(selector) => self.selector(selector),
            Expr::MatrixSelector(matrix) => self.selector(&matrix.vs),
            Expr::Subquery(subquery) => self.expr(&subquery.expr),
            Expr::Paren(paren) => self.expr(&paren.expr),
            Expr::Unary(unary) => self.expr(&unary.expr),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate),
            Expr::Binary(binary) => {
                let (left, right) = (self.expr(&binary.lhs), self.expr(&binary.rhs));
                left.union(&right).copied().collect()
            }
            Expr::Call(call) => {
                let of_arguments = call.args.args.iter().flat_map(|argument| self.expr(argument));
                of_arguments.collect()
            }
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) => BTreeSet::new(),
            Expr::Extension(_) => {
                self.faults.push("an extension of the parser".to_owned());
                BTreeSet::new()
            }
        }
    }

    fn aggregate(&mut self, aggregate: &AggregateExpr) -> BTreeSet<&'static str> {
        let there = self.expr(&aggregate.expr);
        let kept = |keep: &dyn Fn(&str) -> bool| there.iter().copied().filter(|label| keep(label)).collect();
        match &aggregate.modifier {
            None if aggregate.param.is_some() => there,
            None => BTreeSet::new(),
            Some(LabelModifier::Include(by)) => {
                for label in by.labels.iter().filter(|label| !there.contains(label.as_str())) {
                    self.faults.push(format!("grouped by `{label}`, which is not there"));
                }
                kept(&|label| by.labels.iter().any(|by| by == label))
            }
            Some(LabelModifier::Exclude(without)) => {
                kept(&|label| !without.labels.iter().any(|by| by == label))
            }
        }
    }

    fn selector(&mut self, selector: &VectorSelector) -> BTreeSet<&'static str> {
        let Some(name) = &selector.name else {
            self.faults.push("a selector without a name".to_owned());
            return BTreeSet::new();
        };
        self.names.insert(name.clone());
        let Some(labels) = labels_of(name) else {
            self.faults.push(format!("`{name}` is no metric"));
            return BTreeSet::new();
        };
        let Matchers { matchers, or_matchers } = &selector.matchers;
        for matcher in matchers.iter().chain(or_matchers.iter().flatten()) {
            if !labels.contains(matcher.name.as_str()) {
                self.faults.push(format!("`{name}` has no label `{}`", matcher.name));
            }
        }
        labels
    }
}

fn check(expression: &str) -> Checked {
    // Grafana puts the interval there.
    let expression = expression.replace("$__rate_interval", "5m");
    let mut checked = Checked::default();
    match parse(&expression) {
        Ok(expr) => drop(checked.expr(&expr)),
        Err(error) => checked.faults.push(error),
    }
    checked
}

/// Checks all, each under its name; returns what they name.
fn check_all(expressions: Vec<(String, String)>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut faults = Vec::new();
    for (place, expression) in expressions {
        let checked = check(&expression);
        names.extend(checked.names);
        faults.extend(checked.faults.into_iter().map(|fault| format!("{place}: {fault}\n  {expression}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    names
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_dashboard_asks_for_what_there_is() {
    let dashboard: Value = serde_json::from_str(&file("grafana-dashboard.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let mut expressions = Vec::new();
    let mut ids = BTreeSet::new();
    for panel in panels {
        assert!(ids.insert(panel["id"].as_u64()), "two panels have the id {}", panel["id"]);
        for target in panel["targets"].as_array().into_iter().flatten() {
            expressions.push((text(&panel["title"]), text(&target["expr"])));
        }
    }
    let rows: Vec<_> =
        panels.iter().filter(|panel| panel["type"] == "row").map(|row| text(&row["title"])).collect();
    assert!(rows.len() > 7 && expressions.len() > 25, "{rows:?}");
    let shown = check_all(expressions);
    // What is not worth a panel is not worth a metric.
    for metric in METRICS {
        let is_shown =
            shown.iter().any(|name| table::of_series(name).is_some_and(|of| of.name == metric.name));
        assert!(is_shown, "{} is on no panel", metric.name);
    }
}

#[test]
fn the_alerts_ask_for_what_there_is_and_say_what_to_do() {
    let rules: Value = serde_saphyr::from_str(&file("alerts.yaml")).expect("YAML");
    let mut expressions = Vec::new();
    let mut names = BTreeSet::new();
    for rule in rules["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .filter_map(|group| group["rules"].as_array())
        .flatten()
    {
        let name = text(&rule["alert"]);
        assert!(names.insert(name.clone()), "{name} is there twice");
        assert!(SEVERITIES.contains(&text(&rule["labels"]["severity"]).as_str()), "{name} has no severity");
        assert!(rule["for"].is_string(), "{name} does not say for how long");
        for annotation in ANNOTATIONS {
            assert!(text(&rule["annotations"][annotation]).len() > 15, "{name} has no {annotation}");
        }
        expressions.push((name, text(&rule["expr"])));
    }
    for wanted in [
        "SoukDown",
        "SoukProvisioningSlow",
        "SoukBreakerOpen",
        "SoukPoolUsed",
        "SoukDiskFull",
        "SoukLockouts",
    ] {
        assert!(names.contains(wanted), "{wanted} is gone");
    }
    let asked = check_all(expressions);
    let readme = file("README.md");
    for name in asked.iter().filter(|name| table::of_series(name).is_none()) {
        assert!(readme.contains(&format!("`{name}`")), "the README does not say where {name} comes from");
    }
}

#[test]
fn what_is_not_there_is_found() {
    for (wrong, why) in [
        ("stores", "is no metric"),
        ("sum(rate(http_request_duration_seconds[5m]))", "is no metric"),
        ("stores_total{status=\"ready\"}", "has no label `status`"),
        ("sum by (le) (provisioning_queue_depth)", "grouped by `le`"),
        ("sum by (engine) (sum by (step) (store_provisioning_failures_total))", "grouped by `engine`"),
        ("stores_total{", ""),
    ] {
        let faults = check(wrong).faults;
        assert!(faults.iter().any(|fault| fault.contains(why)), "{wrong}: {faults:?}");
    }
    let right = "histogram_quantile(0.9, sum by (le, step) (rate(store_provisioning_step_duration_seconds_bucket{job=\"souk\"}[$__rate_interval])))";
    assert_eq!(check(right).faults, Vec::<String>::new());
    assert!(METRICS.iter().any(|metric| matches!(metric.kind, Kind::Histogram(_))));
}
