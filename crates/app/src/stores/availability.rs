//! Whether a name is free, asked while it is typed: an answer, never a refusal.
//!
//! It says what a creation would say of the name a moment later, from the same rules: the name's own, the words that
//! are refused, and the living and failed stores of the account. It keeps nothing for the caller.

use souk_db::stores;
use souk_domain::host::Slug;
use souk_domain::id::StoreId;
use souk_domain::name::{InvalidStoreName, StoreName};
use souk_domain::principal::Principal;

use super::words;
use crate::{App, AppError};

/// Why a name cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unavailable {
    /// By a living store of one's own.
    Taken(StoreId),
    Reserved,
    Invalid(InvalidStoreName),
    WordRefused,
}

impl Unavailable {
    /// Stable: clients may branch on it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Taken(_) => "taken",
            Self::Reserved => "reserved",
            Self::Invalid(_) => "invalid",
            Self::WordRefused => "word_refused",
        }
    }

    /// For people; as a creation says it.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Taken(_) => AppError::NameTaken.to_string(),
            Self::WordRefused => AppError::WordRefused { field: "name" }.to_string(),
            Self::Reserved => format!("The name {}", InvalidStoreName::Reserved),
            Self::Invalid(why) => format!("The name {why}"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    /// Why it cannot be had; `None` when it can.
    pub unavailable: Option<Unavailable>,
    /// The failed store of one's own that a creation would retire.
    pub replaces: Option<StoreId>,
    /// What the store's address will look like, for a name that can be one.
    pub url_pattern: Option<String>,
}

pub async fn availability(app: &App, who: &Principal, typed: &str) -> Result<Availability, AppError> {
    let not = |why| Availability { unavailable: Some(why), replaces: None, url_pattern: None };
    let name: StoreName = match typed.parse() {
        Ok(name) => name,
        Err(InvalidStoreName::Reserved) => return Ok(not(Unavailable::Reserved)),
        Err(why) => return Ok(not(Unavailable::Invalid(why))),
    };
    if words::check(&name, None).is_err() {
        return Ok(not(Unavailable::WordRefused));
    }
    let mut tx = app.tenant(who).await?;
    let holders = stores::holders_of_name(&mut tx, who.account_id, &name).await?;
    let host = app.addresses().host(&Slug::preview(&name));
    Ok(Availability {
        unavailable: holders.living.map(Unavailable::Taken),
        replaces: holders.failed.filter(|_| holders.living.is_none()),
        url_pattern: Some(app.addresses().url(&host)),
    })
}
