//! Whether a name is free.

use serde::Serialize;
use souk_app::stores::{Availability, Unavailable};
use utoipa::{IntoParams, ToSchema};

use crate::extract::{Fields, Input};

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NameQuery {
    /// As it was typed.
    #[param(example = "leylas-lamps")]
    pub name: String,
}

impl Input for NameQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { name: fields.required("name")? })
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Availability)]
pub struct AvailabilityBody {
    #[schema(example = "leylas-lamps")]
    name: String,
    #[schema(example = true)]
    available: bool,
    /// Why not; null when it is available.
    reason: Option<UnavailableBody>,
    /// Your failed store of this name, which a creation would remove and take the name from.
    #[schema(example = "store_01k0z3v8q4n5w6x7y8z9abcdef")]
    replaces: Option<String>,
    /// What the address will look like: a `•` for each character that is drawn when the store is made. Null for what can be
    /// no name.
    #[schema(example = "http://leylas-lamps-••••••.localhost:8080")]
    url_pattern: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Unavailable)]
pub struct UnavailableBody {
    /// `taken` by a living store of yours, `reserved`, `invalid`, or `word_refused`.
    #[schema(example = "taken")]
    code: &'static str,
    /// For people.
    #[schema(example = "The account has a living store of this name already")]
    text: String,
    /// The store that has it, where it is taken.
    #[schema(example = "store_01k0z3v8q4n5w6x7y8z9abcdef")]
    store_id: Option<String>,
}

impl AvailabilityBody {
    pub fn new(name: String, found: Availability) -> Self {
        let reason = found.unavailable.map(|why| UnavailableBody {
            code: why.code(),
            text: why.text(),
            store_id: match why {
                Unavailable::Taken(store) => Some(store.to_string()),
                Unavailable::Reserved | Unavailable::Invalid(_) | Unavailable::WordRefused => None,
            },
        });
        Self {
            name,
            available: reason.is_none(),
            reason,
            replaces: found.replaces.map(|id| id.to_string()),
            url_pattern: found.url_pattern,
        }
    }
}
