//! What the queries of lists have in common: the order, the place, the size, and filters that take several words.

use std::fmt::Display;
use std::str::FromStr;

use souk_domain::page::{Cursor, Sort, SortKey};
use souk_domain::part::Part;

use super::event::PageLimit;
use crate::extract::Fields;

/// Items of a page, when it is not said.
pub const DEFAULT_PAGE: u32 = 20;

/// Which page of which order.
#[derive(Debug)]
pub struct Paging<K> {
    pub sort: Sort<K>,
    pub cursor: Option<Cursor<K>>,
    pub limit: u32,
}

impl<K: SortKey> Paging<K> {
    /// `first` is the order when none is asked for.
    pub fn read<const MAX: u32>(fields: &mut Fields, first: Sort<K>) -> Option<Self> {
        let (sort, cursor) = (fields.optional::<Sort<K>>("sort"), fields.optional::<Cursor<K>>("cursor"));
        let limit = fields.optional::<PageLimit<MAX>>("limit");
        let (sort, cursor) = (sort?.unwrap_or(first), cursor?);
        if cursor.as_ref().is_some_and(|cursor| cursor.sort != sort) {
            fields.refuse("cursor", "belongs to a list with another `sort`; begin with the first page");
        }
        Some(Self { sort, cursor, limit: limit?.map_or(DEFAULT_PAGE, |limit| limit.0) })
    }
}

/// One or more words, with commas between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Several<T>(pub Vec<T>);

impl<T: FromStr> FromStr for Several<T> {
    type Err = T::Err;

    fn from_str(s: &str) -> Result<Self, T::Err> {
        s.split(',').map(|word| word.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

/// `Some(None)` when it is absent, which is right.
#[allow(clippy::option_option, reason = "wrong, absent and present are three things")]
pub fn several<T: FromStr>(fields: &mut Fields, field: &str) -> Option<Option<Vec<T>>>
where
    T::Err: Display,
{
    Some(fields.optional::<Several<T>>(field)?.map(|several| several.0))
}

/// As [`several`]; a field that is there and empty looks for nothing.
#[allow(clippy::option_option, reason = "wrong, absent and present are three things")]
pub fn part(fields: &mut Fields, field: &str) -> Option<Option<Part>> {
    Some(fields.optional::<Part>(field)?.filter(|part| !part.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use souk_domain::state::StoreState;

    #[test]
    fn several_words_have_commas_between_and_each_has_to_be_known() {
        let several = "ready, failed".parse::<Several<StoreState>>().unwrap();
        assert_eq!(several.0, [StoreState::Ready, StoreState::Failed]);
        for wrong in ["", "ready,", "ready failed", "READY"] {
            assert!(wrong.parse::<Several<StoreState>>().is_err(), "{wrong:?}");
        }
    }
}
