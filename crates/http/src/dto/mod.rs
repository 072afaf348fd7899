//! The shapes of the API, apart from those of the database: either may change without the other.

mod access_token;
mod account;
mod admin;
mod admin_operation;
mod audit;
mod auth;
mod availability;
mod brand;
mod event;
mod moment;
mod operation;
mod orphans;
mod paging;
mod pod_log;
mod provisioning;
mod quota;
mod store;

pub use access_token::{CreateTokenBody, NewTokenBody, TokenListBody};
pub use account::{
    CodeBody, EndedSessionsBody, EnrolBody, EnrolmentBody, FactorBody, PasswordAndCodeBody, PasswordBody,
    RecoveryCodesBody, SessionListBody, SessionQuery,
};
pub use admin::{
    AdminAccountBody, AdminStorePage, AdminStoreQuery, AdminStoreWish, AdminUserBody, AdminUserPage,
    AdminUserQuery, AdminUserWish, RestoreBody, SuspendBody, TermsBody, TermsWish,
};
pub use admin_operation::{
    AdminOperationPage, AdminOperationQuery, AdminOperationWish, DeadLetterQuery, DeadLetterWish,
    PermitsBody, RequeueBody,
};
pub use audit::{
    AuditPageBody, AuditQuery, AuditWish, Format, OwnAuditQuery, OwnAuditWish, csv as audit_csv,
};
pub use auth::{
    ChallengeBody, LoginBody, MeBody, RefreshBody, RefreshPlace, RegisterBody, SecondStepBody, SessionBody,
};
pub use availability::{AvailabilityBody, NameQuery};
pub use brand::BrandBody;
pub use event::{AccountEventQuery, EventBody, EventFrameBody, EventPage, EventQuery};
pub use operation::OperationDetailsBody;
pub use orphans::OrphansBody;
pub use pod_log::{LogFormat, LogLineBody, PodLogQuery, PodLogWish};
pub use provisioning::{ProvisioningBody, ProvisioningQuery};
pub use quota::QuotaBody;
pub use store::{
    AcceptedBody, CreateStoreBody, CredentialsBody, EditStoreBody, RebuildStoreBody, StoreBody,
    StoreDetailsBody, StorePage, StoreQuery, StoreWish,
};
