//! Pages of a list: what it is sorted by, and where the next page begins.
//!
//! A page is found by the last item of the page before, not by a number: what is added or removed meanwhile neither
//! repeats an item nor hides one. Invariant: each order ends with the id, so no two items share a place; and a cursor
//! names its order, so it is never taken for a place in another one.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

use crate::word::{UnknownWord, words};

/// Characters of a cursor at most: the longest key is an e-mail address.
const MAX_CURSOR_LEN: usize = 600;
/// Times before and after these are nobody's, and the database may not know them.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// What a list may be sorted by.
pub trait SortKey: Copy + Eq + fmt::Debug + fmt::Display + FromStr<Err = UnknownWord> {
    /// Whether it is a time; else it is a text.
    fn is_time(self) -> bool;
}

/// An order: `name`, or `-name` for its reverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort<K> {
    pub by: K,
    pub descending: bool,
}

impl<K> Sort<K> {
    #[must_use]
    pub const fn ascending(by: K) -> Self {
        Self { by, descending: false }
    }

    #[must_use]
    pub const fn descending(by: K) -> Self {
        Self { by, descending: true }
    }
}

impl<K: fmt::Display> fmt::Display for Sort<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.descending { "-" } else { "" }, self.by)
    }
}

impl<K: SortKey> FromStr for Sort<K> {
    type Err = UnknownWord;

    fn from_str(s: &str) -> Result<Self, UnknownWord> {
        match s.strip_prefix('-') {
            Some(rest) => rest.parse().map(Self::descending),
            None => s.parse().map(Self::ascending),
        }
    }
}

/// What an item has where its list is sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// To the microsecond, as the database keeps it.
    Time(DateTime<Utc>),
    Text(String),
}

/// A place in a list: behind the item with this key and this id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<K> {
    pub sort: Sort<K>,
    pub key: Key,
    pub id: Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the `next_cursor` of the page before")]
pub struct InvalidCursor;

impl<K> Cursor<K> {
    /// The key, where it is a time.
    #[must_use]
    pub const fn time(&self) -> Option<DateTime<Utc>> {
        match self.key {
            Key::Time(time) => Some(time),
            Key::Text(_) => None,
        }
    }

    /// The key, where it is a text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.key {
            Key::Time(_) => None,
            Key::Text(text) => Some(text),
        }
    }
}

/// `<sort> <id> <key>` in base64url: of no meaning to clients.
impl<K: fmt::Display> fmt::Display for Cursor<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = match &self.key {
            Key::Time(time) => time.timestamp_micros().to_string(),
            Key::Text(text) => text.clone(),
        };
        f.write_str(&URL_SAFE_NO_PAD.encode(format!("{} {} {key}", self.sort, self.id.simple())))
    }
}

impl<K: SortKey> FromStr for Cursor<K> {
    type Err = InvalidCursor;

    fn from_str(s: &str) -> Result<Self, InvalidCursor> {
        if s.len() > MAX_CURSOR_LEN {
            return Err(InvalidCursor);
        }
        let bytes = URL_SAFE_NO_PAD.decode(s).map_err(|_| InvalidCursor)?;
        let text = String::from_utf8(bytes).map_err(|_| InvalidCursor)?;
        let mut parts = text.splitn(3, ' ');
        let (Some(sort), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(InvalidCursor);
        };
        let sort: Sort<K> = sort.parse().map_err(|_| InvalidCursor)?;
        let key = if sort.by.is_time() {
            let time = key.parse().ok().and_then(DateTime::from_timestamp_micros);
            time.filter(|time| YEARS.contains(&time.year())).map(Key::Time)
        } else {
            (!key.chars().any(char::is_control)).then(|| Key::Text(key.to_owned()))
        };
        let id = Uuid::try_parse(id).map_err(|_| InvalidCursor)?;
        Ok(Self { sort, key: key.ok_or(InvalidCursor)?, id })
    }
}

/// One page.
#[derive(Debug)]
pub struct Page<T, K> {
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last one.
    pub next: Option<Cursor<K>>,
}

impl<T, K> Page<T, K> {
    /// Of `items`, which are one more than `limit` where there is another page; `place` says where an item stands.
    pub fn cut(mut items: Vec<T>, limit: usize, place: impl FnOnce(&T) -> Cursor<K>) -> Self {
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| has_more).map(place);
        Self { items, next }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreSort {
    CreatedAt,
    UpdatedAt,
    Name,
}

words!(
    StoreSort is "what stores are sorted by":
    CreatedAt = "created_at",
    UpdatedAt = "updated_at",
    Name = "name",
);

impl SortKey for StoreSort {
    fn is_time(self) -> bool {
        match self {
            Self::CreatedAt | Self::UpdatedAt => true,
            Self::Name => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserSort {
    CreatedAt,
    Email,
}

words!(UserSort is "what users are sorted by": CreatedAt = "created_at", Email = "email");

impl SortKey for UserSort {
    fn is_time(self) -> bool {
        match self {
            Self::CreatedAt => true,
            Self::Email => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationSort {
    QueuedAt,
}

words!(OperationSort is "what operations are sorted by": QueuedAt = "queued_at");

impl SortKey for OperationSort {
    fn is_time(self) -> bool {
        match self {
            Self::QueuedAt => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cursor(sort: &str, key: Key) -> Cursor<StoreSort> {
        Cursor { sort: sort.parse().unwrap(), key, id: Uuid::from_u128(7) }
    }

    proptest! {
        #[test]
        fn a_cursor_reads_back_what_it_wrote(micros in 0i64..253_402_300_799_000_000, name in "[a-z0-9-]{3,30}", id: u128) {
            let time = DateTime::from_timestamp_micros(micros).unwrap();
            for (sort, key) in [("-created_at", Key::Time(time)), ("updated_at", Key::Time(time)), ("name", Key::Text(name))] {
                let made = Cursor { id: Uuid::from_u128(id), ..cursor(sort, key) };
                let text = made.to_string();
                prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{text}");
                prop_assert_eq!(text.parse(), Ok(made));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}", bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = text.parse::<Cursor<StoreSort>>();
            let _ = URL_SAFE_NO_PAD.encode(bytes).parse::<Cursor<StoreSort>>();
        }
    }

    #[test]
    fn what_no_page_has_given_out_is_no_cursor() {
        let id = Uuid::from_u128(7).simple().to_string();
        for text in [
            format!("name {id}"),
            format!("size {id} 1"),
            format!("--name {id} lamps"),
            format!("created_at {id} yesterday"),
            format!("created_at {id} {}", i64::MAX),
            format!("created_at {id} -62135596800000001"),
            format!("name {id} la\0mps"),
            "name 7 lamps".to_owned(),
            String::new(),
        ] {
            assert_eq!(
                URL_SAFE_NO_PAD.encode(&text).parse::<Cursor<StoreSort>>(),
                Err(InvalidCursor),
                "{text:?}"
            );
        }
        for text in ["", "?", "store_01k0z3v8q4n5w6x7y8z9abcdef", &"A".repeat(MAX_CURSOR_LEN + 1)] {
            assert_eq!(text.parse::<Cursor<StoreSort>>(), Err(InvalidCursor), "{text:?}");
        }
        // A users' cursor has no place among stores.
        let email =
            Cursor { sort: Sort::ascending(UserSort::Email), key: Key::Text("a@b".into()), id: Uuid::nil() };
        assert_eq!(email.to_string().parse::<Cursor<StoreSort>>(), Err(InvalidCursor));
    }

    #[test]
    fn an_order_is_a_word_with_or_without_a_hyphen() {
        assert_eq!("-name".parse(), Ok(Sort::descending(StoreSort::Name)));
        assert_eq!("name".parse(), Ok(Sort::ascending(StoreSort::Name)));
        assert_eq!(Sort::descending(StoreSort::CreatedAt).to_string(), "-created_at");
        let error = "size".parse::<Sort<StoreSort>>().unwrap_err().to_string();
        assert!(error.contains("created_at, updated_at, name"), "{error}");
    }

    #[test]
    fn only_a_page_that_was_cut_off_has_a_next_one() {
        let place = |name: &&str| cursor("name", Key::Text((*name).to_owned()));
        let page = Page::cut(vec!["a", "b", "c"], 2, place);
        assert_eq!((page.items, page.next), (vec!["a", "b"], Some(place(&"b"))));
        let last = Page::cut(vec!["a", "b"], 2, place);
        assert_eq!((last.items.len(), last.next), (2, None));
    }
}
