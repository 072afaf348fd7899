//! What a handler can be given, each checked before the handler runs.

mod authorized;
mod body;
pub(crate) mod caller;
mod fields;
mod idempotency;
mod if_match;
mod last_event_id;
mod need;
mod operator;
mod path;
mod prefer;
mod query;
mod shown_refresh;
mod sign_in;

pub(crate) use authorized::bearer;
pub use authorized::{Authorized, StateData};
pub use body::{Body, BodyAndBytes, read as read_body};
pub use fields::{Fields, Input, Setting};
pub use idempotency::{IDEMPOTENCY_KEY, Idempotency};
pub use if_match::{IfMatch, etag};
pub use last_event_id::LastEventId;
pub use need::{AdminScope, AnyToken, AuditRead, SignedIn, StoresRead, StoresWrite};
pub use operator::Operator;
pub use path::Id;
pub use prefer::{PREFER, PREFERENCE_APPLIED, PreferWait};
pub use query::Query;
pub use shown_refresh::ShownRefresh;
pub use sign_in::SignIn;
