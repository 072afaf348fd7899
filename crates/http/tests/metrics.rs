//! The page of docs about metrics says what the code says.

use souk_http::metrics::table;
use souk_test_support::docs;

#[test]
fn the_page_about_metrics_lists_those_that_there_are() {
    docs::keep("docs/metrics.md", "metrics", &table::markdown(), "cargo test -p souk-http --test metrics");
}
