//! The words of the domain: names, titles, addresses, ids.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use souk_domain::access_token::AccessTokenText;
use souk_domain::catalogue::Catalogue;
use souk_domain::country::Country;
use souk_domain::currency::Currency;
use souk_domain::email::Email;
use souk_domain::engine::Engine;
use souk_domain::id::{AccountId, OperationId, StoreId, UserId};
use souk_domain::name::StoreName;
use souk_domain::plan::Plan;
use souk_domain::reason::Reason;
use souk_domain::scope::Scope;
use souk_domain::theme::Theme;
use souk_domain::title::Title;

/// As each of them: what is taken reads back as itself, and fits where it goes.
///
/// # Panics
/// When it does not.
pub fn words(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(name) = reads_back::<StoreName>(text) {
        let name = name.to_string();
        assert!((3..=30).contains(&name.len()) && name.is_ascii(), "{name:?}");
    }
    if let Some(title) = reads_back::<Title>(text) {
        assert!((1..=120).contains(&title.to_string().chars().count()), "{title:?}");
    }
    if let Some(email) = reads_back::<Email>(text) {
        assert!(!email.to_string().contains(char::is_whitespace), "{email:?}");
    }
    // Whether it is one; as a secret it does not show itself.
    let _ = text.parse::<AccessTokenText>();
    reads_back::<Reason>(text);
    reads_back::<Country>(text);
    reads_back::<Currency>(text);
    reads_back::<Engine>(text);
    reads_back::<Catalogue>(text);
    reads_back::<Theme>(text);
    reads_back::<Plan>(text);
    reads_back::<Scope>(text);
    reads_back::<StoreId>(text);
    reads_back::<OperationId>(text);
    reads_back::<UserId>(text);
    reads_back::<AccountId>(text);
}

fn reads_back<T: FromStr + Display + Debug + PartialEq>(text: &str) -> Option<T> {
    let read: T = text.parse().ok()?;
    let again = read.to_string().parse().ok();
    assert_eq!(again.as_ref(), Some(&read), "{text:?} does not read back");
    Some(read)
}
