//! Parts of docs that are made of code: between two markers in a page that people write.
//!
//! `<!-- made: NAME -->` begins such a part and `<!-- end -->` ends it. A test compares it with what the code says
//! today; with `UPDATE_DOCS=1` it writes it anew instead.

use std::path::Path;

/// Set for a run that writes the parts instead of comparing them.
const UPDATE: &str = "UPDATE_DOCS";

/// Compares the part `name` of `page` (a path from the repository's root) with `text`, or writes it.
///
/// # Panics
/// When they differ, with what to do; when the page has no such part.
pub fn keep(page: &str, name: &str, text: &str, renew: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(page);
    let whole = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
    let begin = format!("<!-- made: {name} -->\n");
    let cut = whole.split_once(&begin).and_then(|(before, rest)| {
        let (_, after) = rest.split_once("<!-- end -->")?;
        Some((before, after))
    });
    let (before, after) = cut.unwrap_or_else(|| panic!("{page} has no part `{name}` between its markers"));
    let renewed = format!("{before}{begin}{text}<!-- end -->{after}");
    if renewed == whole {
        return;
    }
    assert!(
        std::env::var_os(UPDATE).is_some(),
        "{page} does not say what the code says: run `{UPDATE}=1 {renew}`"
    );
    std::fs::write(&path, renewed).unwrap_or_else(|error| panic!("{page}: {error}"));
}
