//! The shapes of the API, apart from those of the database: either may change without the other.

mod auth;
mod event;
mod operation;
mod store;

pub use auth::{LoginBody, MeBody, RegisterBody, SessionBody};
pub use event::{EventBody, EventPage, EventQuery};
pub use operation::OperationDetailsBody;
pub use store::{
    AcceptedBody, CreateStoreBody, CredentialsBody, RebuildStoreBody, StoreDetailsBody, StorePage, StoreQuery,
};
