//! The same page as JSON: for people and scripts that have no Prometheus.
//!
//! It is made of the text that Prometheus reads, so the two cannot differ. What the table does not know (metrics of
//! libraries) is left out.

use std::collections::BTreeMap;

use serde::Serialize;

use super::table::{self, Kind, Metric};

/// Every metric of Souk's own, with what it says now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Metrics)]
pub struct MetricsPage {
    metrics: Vec<MetricFamily>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Metric)]
struct MetricFamily {
    #[schema(example = "provisioning_queue_depth")]
    name: &'static str,
    /// `counter`, `gauge` or `histogram`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// `seconds` or `bytes`; absent for what is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    help: &'static str,
    /// Empty while nothing has been recorded.
    samples: Vec<Sample>,
}

/// One of its series: by its labels.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
#[schema(as = MetricSample)]
struct Sample {
    labels: BTreeMap<String, String>,
    /// Of a counter or a gauge.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    /// How many values a histogram has seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<f64>,
    /// All of them together.
    #[serde(skip_serializing_if = "Option::is_none")]
    sum: Option<f64>,
    /// How many were not above each end of a bucket; all counts are of the whole below.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buckets: Vec<Bucket>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = MetricBucket)]
struct Bucket {
    /// `+Inf` for the last.
    #[schema(example = "0.5")]
    le: String,
    count: f64,
}

impl MetricsPage {
    /// Reads what [`super::Metrics::render`] has written.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut samples: BTreeMap<&str, Vec<Sample>> = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some(series) = Series::parse(line) else { continue };
            let Some(metric) = table::of_series(series.name) else { continue };
            put(samples.entry(metric.name).or_default(), metric, series);
        }
        let family = |metric: &Metric| MetricFamily {
            name: metric.name,
            kind: metric.kind.as_str(),
            unit: Some(metric.unit.as_str()).filter(|unit| !unit.is_empty()),
            help: metric.help,
            samples: samples.remove(metric.name).unwrap_or_default(),
        };
        Self { metrics: table::METRICS.iter().map(family).collect() }
    }
}

/// A histogram's lines of the same labels become one sample.
fn put(samples: &mut Vec<Sample>, metric: &Metric, mut series: Series<'_>) {
    let le = if matches!(metric.kind, Kind::Histogram(_)) { series.labels.remove("le") } else { None };
    let known = samples.iter().position(|sample| sample.labels == series.labels);
    let at = known.unwrap_or_else(|| {
        samples.push(Sample { labels: series.labels, ..Sample::default() });
        samples.len() - 1
    });
    let sample = &mut samples[at];
    match (series.name.strip_prefix(metric.name), le) {
        (Some("_bucket"), Some(le)) => sample.buckets.push(Bucket { le, count: series.value }),
        (Some("_sum"), _) => sample.sum = Some(series.value),
        (Some("_count"), _) => sample.count = Some(series.value),
        _ => sample.value = Some(series.value),
    }
}

/// One line of the text format.
#[derive(Debug, PartialEq)]
struct Series<'a> {
    name: &'a str,
    labels: BTreeMap<String, String>,
    value: f64,
}

impl<'a> Series<'a> {
    /// `name{label="value",...} number`; the exporter writes no times.
    fn parse(line: &'a str) -> Option<Self> {
        let (name, rest) = line.split_at(line.find(['{', ' '])?);
        let (labels, rest) = match rest.strip_prefix('{') {
            Some(rest) => labels(rest)?,
            None => (BTreeMap::new(), rest),
        };
        Some(Self { name, labels, value: rest.trim().parse().ok()? })
    }
}

/// What stands up to the closing brace, and what comes after it.
fn labels(mut rest: &str) -> Option<(BTreeMap<String, String>, &str)> {
    let mut labels = BTreeMap::new();
    loop {
        rest = rest.trim_start_matches(',');
        if let Some(rest) = rest.strip_prefix('}') {
            return Some((labels, rest));
        }
        let (name, after) = rest.split_once("=\"")?;
        let (value, after) = quoted(after)?;
        labels.insert(name.to_owned(), value);
        rest = after;
    }
}

/// A value without its escapes, and what comes after its closing quote.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => match letters.next()?.1 {
                'n' => value.push('\n'),
                other => value.push(other),
            },
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_what_the_text_says() {
        let text = "# HELP stores_total Stores\n# TYPE stores_total gauge\n\
            stores_total{state=\"ready\"} 3\nstores_total{state=\"failed\"} 0\n\n\
            somebody_elses_total 7\n\
            http_request_duration_seconds_bucket{method=\"GET\",route=\"/a\",le=\"0.5\"} 1\n\
            http_request_duration_seconds_bucket{method=\"GET\",route=\"/a\",le=\"+Inf\"} 2\n\
            http_request_duration_seconds_sum{method=\"GET\",route=\"/a\"} 1.25\n\
            http_request_duration_seconds_count{method=\"GET\",route=\"/a\"} 2\n";
        let page = serde_json::to_value(MetricsPage::of(text)).unwrap();
        let of = |name: &str| {
            let metrics = page["metrics"].as_array().unwrap();
            metrics.iter().find(|metric| metric["name"] == name).unwrap().clone()
        };
        assert_eq!(of("stores_total")["samples"][0]["labels"]["state"], "ready");
        assert_eq!(of("stores_total")["samples"][0]["value"], 3.0);
        assert_eq!(of("process_uptime_seconds")["samples"], serde_json::json!([]));
        assert_eq!(of("process_uptime_seconds")["unit"], "seconds");
        let requests = of("http_request_duration_seconds");
        let expected = serde_json::json!([{
            "labels": { "method": "GET", "route": "/a" }, "count": 2.0, "sum": 1.25,
            "buckets": [{ "le": "0.5", "count": 1.0 }, { "le": "+Inf", "count": 2.0 }],
        }]);
        assert_eq!(requests["samples"], expected);
        assert!(!page.to_string().contains("somebody_elses"));
    }

    #[test]
    fn a_value_may_hold_whatever_an_escape_can_say() {
        let line = r#"a{b="x\"}, y\\z\n",c=""} 1e3"#;
        let labels =
            [("b", "x\"}, y\\z\n"), ("c", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(Series::parse(line), Some(Series { name: "a", labels: labels.into(), value: 1000.0 }));
        for broken in ["", "a", "a{b=\"c} 1", "a{b} 1", "a x"] {
            assert_eq!(Series::parse(broken), None, "{broken}");
        }
    }
}
