//! The shapes of the API, apart from those of the database: either may change without the other.

mod access_token;
mod account;
mod admin;
mod audit;
mod auth;
mod event;
mod moment;
mod operation;
mod pod_log;
mod store;

pub use access_token::{CreateTokenBody, NewTokenBody, TokenListBody};
pub use account::{
    CodeBody, EndedSessionsBody, EnrolBody, EnrolmentBody, FactorBody, PasswordAndCodeBody, PasswordBody,
    RecoveryCodesBody, SessionListBody, SessionQuery,
};
pub use admin::{
    AdminAccountBody, AdminStorePage, AdminStoreQuery, AdminUserBody, AdminUserPage, AdminUserQuery,
    RestoreBody, SuspendBody, TermsBody, TermsWish,
};
pub use audit::{
    AuditPageBody, AuditQuery, AuditWish, Format, OwnAuditQuery, OwnAuditWish, csv as audit_csv,
};
pub use auth::{
    ChallengeBody, LoginBody, MeBody, RefreshBody, RefreshPlace, RegisterBody, SecondStepBody, SessionBody,
};
pub use event::{EventBody, EventPage, EventQuery};
pub use operation::OperationDetailsBody;
pub use pod_log::{LogFormat, LogLineBody, PodLogQuery, PodLogWish};
pub use store::{
    AcceptedBody, CreateStoreBody, CredentialsBody, EditStoreBody, RebuildStoreBody, StoreBody,
    StoreDetailsBody, StorePage, StoreQuery,
};
