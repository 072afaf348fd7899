//! Operations of all accounts, and permits, as operators see them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use souk_app::admin::{
    CurrentStep, Holder, ListedOperation, MAX_PAGE, OperationFilter, Overview, Waiting, WaitsFor,
};
use souk_domain::dispatch::{PermitLimits, Turn};
use souk_domain::engine::Engine;
use souk_domain::id::{AccountId, StoreId};
use souk_domain::operation::{OperationKind, OperationState};
use souk_domain::page::{Cursor, OperationSort, Page, Sort};
use souk_domain::reason::Reason;
use utoipa::{IntoParams, ToSchema};

use super::admin::YesOrNo;
use super::event::PageLimit;
use super::moment::Moment;
use super::paging::{Paging, Several, several};
use crate::extract::{Fields, Input};

/// An operation at a glance; `/operations/{id}` says all.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminOperation)]
pub struct AdminOperationBody {
    #[schema(example = "op_01k0z3v8q4n5w6x7y8z9abcdef")]
    id: String,
    #[schema(example = "acc_01k0z3v8q4n5w6x7y8z9abcdef")]
    account_id: String,
    #[schema(example = "store_01k0z3v8q4n5w6x7y8z9abcdef")]
    store_id: String,
    #[schema(example = "leylas-lamps")]
    store_name: String,
    #[schema(example = "provisioning")]
    store_state: String,
    #[schema(example = "medusa")]
    engine: String,
    /// `provision`, `repair` or `delete`.
    #[schema(example = "provision")]
    kind: String,
    /// `queued`, `running`, `cancelling`, `succeeded`, `failed` or `cancelled`.
    #[schema(example = "running")]
    state: String,
    #[schema(example = 1)]
    attempt: i32,
    /// No worker survived it; it waits for `requeue`.
    dead_letter: bool,
    /// Nothing was asked of its store after it.
    newest: bool,
    /// Why it failed.
    failure: Option<String>,
    /// Why it waits, while it waits.
    waiting_for: Option<String>,
    /// When it goes on, while it waits for a time that is known.
    next_try_at: Option<DateTime<Utc>>,
    /// The step that is at work or has failed, else the one that comes next; null when all are done.
    step: Option<CurrentStepBody>,
    #[schema(example = 3)]
    steps_done: i64,
    #[schema(example = 7)]
    steps_total: i64,
    /// Who works on it; null when nobody does.
    #[schema(example = "worker-01k0z3v8q4n5w6x7y8z9abcdef")]
    worker: Option<String>,
    lease_expires_at: Option<DateTime<Utc>>,
    has_permit: bool,
    /// How often a worker has taken it up.
    #[schema(example = 1)]
    claims: i64,
    #[schema(example = "usr_01k0z3v8q4n5w6x7y8z9abcdef")]
    requested_by: Option<String>,
    #[schema(example = "7hq2x0c5p9mzk3tw4d8e")]
    correlation_id: String,
    queued_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    /// From its request to its first start, or until now.
    #[schema(example = 120)]
    queue_wait_ms: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CurrentStep)]
pub struct CurrentStepBody {
    #[schema(example = "rollout")]
    name: String,
    #[schema(example = "running")]
    state: String,
    #[schema(example = 2)]
    attempts: i32,
    /// Why its last try did not succeed.
    reason: Option<String>,
}

impl From<CurrentStep> for CurrentStepBody {
    fn from(step: CurrentStep) -> Self {
        Self { name: step.name, state: step.state, attempts: step.attempts, reason: step.reason }
    }
}

impl From<ListedOperation> for AdminOperationBody {
    fn from(listed: ListedOperation) -> Self {
        Self {
            id: listed.id.to_string(),
            account_id: listed.account_id.to_string(),
            store_id: listed.store_id.to_string(),
            store_name: listed.store_name,
            store_state: listed.store_state,
            engine: listed.engine,
            kind: listed.kind,
            state: listed.state,
            attempt: listed.attempt,
            dead_letter: listed.dead_letter,
            newest: listed.is_newest,
            failure: listed.failure,
            waiting_for: listed.waiting_for,
            next_try_at: listed.next_try_at,
            step: listed.step.map(CurrentStepBody::from),
            steps_done: listed.steps_done,
            steps_total: listed.steps_total,
            worker: listed.worker,
            lease_expires_at: listed.lease_expires_at,
            has_permit: listed.has_permit,
            claims: listed.claims,
            requested_by: listed.requested_by.map(|user| user.to_string()),
            correlation_id: listed.correlation_id,
            queued_at: listed.queued_at,
            started_at: listed.started_at,
            finished_at: listed.finished_at,
            queue_wait_ms: listed.queue_wait_ms,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AdminOperationPage {
    items: Vec<AdminOperationBody>,
    /// Ask with `cursor` set to this, and the same `sort`, for the next page; null on the last one. It has no other meaning.
    #[schema(example = "LXF1ZXVlZF9hdCAwMTk3ZS4uLg")]
    next_cursor: Option<String>,
}

impl From<Page<ListedOperation, OperationSort>> for AdminOperationPage {
    fn from(page: Page<ListedOperation, OperationSort>) -> Self {
        Self {
            items: page.items.into_iter().map(AdminOperationBody::from).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
        }
    }
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "the document reads the fields' types")]
pub struct AdminOperationQuery {
    /// Only those in one of these states, with commas between.
    #[param(value_type = Option<String>, example = "queued,running")]
    state: Option<Several<OperationState>>,
    /// Only those of these kinds, with commas between.
    #[param(value_type = Option<String>, example = "provision")]
    kind: Option<Several<OperationKind>>,
    /// Only those on stores of these engines, with commas between.
    #[param(value_type = Option<String>, example = "medusa")]
    engine: Option<Several<Engine>>,
    /// Only those of this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// Only those on this store.
    #[param(value_type = Option<String>)]
    store: Option<StoreId>,
    /// Only those that were put aside, or only those that were not.
    #[param(value_type = Option<bool>)]
    dead_letter: Option<YesOrNo>,
    /// Only those asked for at this moment or later, in the notation of RFC 3339.
    #[param(value_type = Option<String>, format = "date-time")]
    since: Option<Moment>,
    /// `queued_at`; with `-` in front the other way round.
    #[param(value_type = Option<String>, default = "-queued_at")]
    sort: Option<Sort<OperationSort>>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<OperationSort>>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<PageLimit<MAX_PAGE>>,
}

/// What it is read into.
#[derive(Debug)]
pub struct AdminOperationWish {
    pub filter: OperationFilter,
    pub paging: Paging<OperationSort>,
}

impl Input for AdminOperationWish {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (states, kinds, engines) =
            (several(fields, "state"), several(fields, "kind"), several(fields, "engine"));
        let (account, store) = (fields.optional("account"), fields.optional("store"));
        let (dead_letter, since) =
            (fields.optional::<YesOrNo>("dead_letter"), fields.optional::<Moment>("since"));
        let paging = Paging::read::<MAX_PAGE>(fields, Sort::descending(OperationSort::QueuedAt));
        let filter = OperationFilter {
            states: states?,
            kinds: kinds?,
            engines: engines?,
            account: account?,
            store: store?,
            dead_letter: dead_letter?.map(|word| word.0),
            since: since?.map(|moment| moment.0),
        };
        Some(Self { filter, paging: paging? })
    }
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "the document reads the fields' types")]
pub struct DeadLetterQuery {
    /// `queued_at`; with `-` in front the other way round.
    #[param(value_type = Option<String>, default = "-queued_at")]
    sort: Option<Sort<OperationSort>>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<OperationSort>>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<PageLimit<MAX_PAGE>>,
}

/// What it is read into.
#[derive(Debug)]
pub struct DeadLetterWish(pub Paging<OperationSort>);

impl Input for DeadLetterWish {
    fn read(fields: &mut Fields) -> Option<Self> {
        Paging::read::<MAX_PAGE>(fields, Sort::descending(OperationSort::QueuedAt)).map(Self)
    }
}

#[derive(Debug, ToSchema)]
#[schema(as = Requeue)]
pub struct RequeueBody {
    /// For the audit log, which the store's owner reads.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "the node that killed its workers is gone")]
    pub reason: Reason,
}

impl Input for RequeueBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { reason: fields.required("reason")? })
    }
}

/// Who may work at this moment, and who waits for it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Permits)]
pub struct PermitsBody {
    limits: PermitLimitsBody,
    /// Longest first.
    holders: Vec<HolderBody>,
    /// In the order in which they go; the first 200.
    waiting: Vec<WaitingBody>,
    /// How many wait in all.
    #[schema(example = 1)]
    waiting_total: i64,
}

/// As this process was told; workers have settings of their own, which should say the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PermitLimits)]
pub struct PermitLimitsBody {
    /// Operations that run at once, over all replicas.
    #[schema(example = 3)]
    total: usize,
    /// Of those, at most so many of one account.
    #[schema(example = 2)]
    per_account: usize,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PermitHolder)]
pub struct HolderBody {
    #[schema(example = "op_01k0z3v8q4n5w6x7y8z9abcdef")]
    operation_id: String,
    #[schema(example = "store_01k0z3v8q4n5w6x7y8z9abcdef")]
    store_id: String,
    #[schema(example = "acc_01k0z3v8q4n5w6x7y8z9abcdef")]
    account_id: String,
    #[schema(example = "provision")]
    kind: String,
    /// When it was taken up this time.
    since: Option<DateTime<Utc>>,
    /// When the permit is free again if its worker says nothing more.
    lease_expires_at: Option<DateTime<Utc>>,
    #[schema(example = "worker-01k0z3v8q4n5w6x7y8z9abcdef")]
    worker: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PermitWaiting)]
pub struct WaitingBody {
    /// 1 goes first.
    #[schema(example = 1)]
    place: usize,
    #[schema(example = "op_01k0z3v8q4n5w6x7y8z9abcdef")]
    operation_id: String,
    #[schema(example = "store_01k0z3v8q4n5w6x7y8z9abcdef")]
    store_id: String,
    #[schema(example = "acc_01k0z3v8q4n5w6x7y8z9abcdef")]
    account_id: String,
    #[schema(example = "provision")]
    kind: String,
    /// Since when it could run, or from when on it can.
    since: DateTime<Utc>,
    /// Stable: `next` (a permit is free for it), `permits_taken`, `account_full`, `paused` (until `since`), `cluster_away`.
    #[schema(example = "permits_taken")]
    reason: &'static str,
    /// Why it gave its permit back, where it did.
    #[schema(example = "the namespace is still going")]
    waiting_for: Option<String>,
}

impl PermitsBody {
    pub fn new(overview: Overview, limits: PermitLimits) -> Self {
        Self {
            limits: PermitLimitsBody { total: limits.total, per_account: limits.per_account },
            holders: overview.holders.into_iter().map(HolderBody::from).collect(),
            waiting: overview
                .waiting
                .into_iter()
                .enumerate()
                .map(|(before, waiting)| WaitingBody::new(before + 1, waiting))
                .collect(),
            waiting_total: overview.waiting_count,
        }
    }
}

impl From<Holder> for HolderBody {
    fn from(holder: Holder) -> Self {
        Self {
            operation_id: holder.operation.to_string(),
            store_id: holder.store.to_string(),
            account_id: holder.account.to_string(),
            kind: holder.kind,
            since: holder.since,
            lease_expires_at: holder.lease_expires_at,
            worker: holder.worker,
        }
    }
}

impl WaitingBody {
    fn new(place: usize, waiting: Waiting) -> Self {
        let reason = match waiting.waits_for {
            WaitsFor::Cluster => "cluster_away",
            WaitsFor::Time(_) => "paused",
            WaitsFor::Turn(Turn::Now) => "next",
            WaitsFor::Turn(Turn::AccountFull) => "account_full",
            WaitsFor::Turn(Turn::Full) => "permits_taken",
        };
        Self {
            place,
            operation_id: waiting.operation.to_string(),
            store_id: waiting.store.to_string(),
            account_id: waiting.account.to_string(),
            kind: waiting.kind,
            since: waiting.since,
            reason,
            waiting_for: waiting.reason,
        }
    }
}
