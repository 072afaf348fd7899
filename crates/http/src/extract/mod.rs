//! What a handler can be given, each checked before the handler runs.

mod authorized;
mod body;
mod caller;
mod fields;
mod idempotency;
mod if_match;
mod path;
mod query;
mod sign_in;

pub(crate) use authorized::bearer;
pub use authorized::{Authorized, StateData};
pub use body::{Body, BodyAndBytes};
pub use fields::{Fields, Input};
pub use idempotency::{IDEMPOTENCY_KEY, Idempotency};
pub use if_match::{IfMatch, etag};
pub use path::Id;
pub use query::Query;
pub use sign_in::SignIn;
