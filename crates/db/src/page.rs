//! What all lists have in common: a page is read in the order of an index, and its plan is made for what it asks.
//!
//! Invariant: a page begins behind a key and an id, compared as one, so it costs the same however far it is from the
//! first one. Each order is a query of its own, for an order cannot be a parameter.

use souk_domain::part::Part;

use crate::{DbError, Tx};

/// For this transaction, plans are made anew for each query: one that leaves every filter open would read a whole
/// table for a list that an index has in order.
pub(crate) async fn plan_anew(tx: &mut Tx) -> Result<(), DbError> {
    sqlx::query!("SELECT set_config('plan_cache_mode', 'force_custom_plan', true) AS mode")
        .fetch_one(tx.connection())
        .await?;
    Ok(())
}

/// One more than the page holds tells whether there is another page.
pub(crate) fn one_more(limit: usize) -> i64 {
    i64::try_from(limit).map_or(i64::MAX, |limit| limit.saturating_add(1))
}

/// The pattern of `LIKE` that a text with this part in it matches; `None` where nothing is looked for.
pub(crate) fn containing(part: Option<&Part>) -> Option<String> {
    let part = part.filter(|part| !part.is_empty())?;
    let mut pattern = String::from("%");
    for c in part.as_str().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    Some(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_no_pattern() {
        let pattern = |text: &str| containing(Some(&text.parse().unwrap()));
        assert_eq!(pattern("50%_\\x").as_deref(), Some("%50\\%\\_\\\\x%"));
        assert_eq!((pattern(" "), containing(None)), (None, None));
    }
}
