//! What its owner may change of a store that stays what it is: its title, and its plan.

use serde_json::{Value, json};
use souk_domain::event::EventKind;
use souk_domain::id::StoreId;
use souk_domain::plan::Plan;
use souk_domain::title::Title;

use super::Store;
use crate::events::{self, NewEvent};
use crate::{DbError, Tx};

/// What is to be; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit {
    pub title: Option<Title>,
    /// `Some(None)`: the account's.
    #[allow(
        clippy::option_option,
        reason = "to stay, to be the account's and to be chosen are three things"
    )]
    pub plan: Option<Option<Plan>>,
}

/// Writes it down, if it changes anything, with its event; answers with what it was before. The caller holds the store's
/// lock.
pub async fn edit(
    tx: &mut Tx,
    store: &mut Store,
    edit: &Edit,
    correlation_id: &str,
) -> Result<Option<Value>, DbError> {
    let title = edit.title.clone().unwrap_or_else(|| store.title.clone());
    let plan = edit.plan.unwrap_or(store.chosen_plan);
    if (&title, plan) == (&store.title, store.chosen_plan) {
        return Ok(None);
    }
    let before = json!({ "title": store.title, "plan": store.chosen_plan });
    let row = sqlx::query!(
        "UPDATE stores SET title = $3, chosen_plan = $4, version = version + 1, updated_at = now()
         WHERE id = $1 AND version = $2 RETURNING version, updated_at",
        store.id.as_uuid(),
        store.version,
        title.as_str(),
        plan.map(Plan::as_str)
    )
    .fetch_one(tx.connection())
    .await?;
    let after = json!({ "title": title, "plan": plan });
    let event = NewEvent {
        store_id: store.id,
        operation_id: None,
        kind: EventKind::StoreChanged,
        message: "Store changed by its owner",
        data: json!({ "before": before, "after": after }),
        correlation_id: Some(correlation_id),
    };
    events::append(tx, event).await?;
    store.title = title;
    store.chosen_plan = plan;
    store.version = row.version;
    store.updated_at = row.updated_at;
    Ok(Some(json!({ "before": before, "after": after })))
}

/// Notes the plan to whose size the store was brought.
pub async fn note_plan(tx: &mut Tx, store: StoreId, plan: Plan) -> Result<(), DbError> {
    sqlx::query!(
        "UPDATE stores SET plan = $2, version = version + 1, updated_at = now()
         WHERE id = $1 AND plan IS DISTINCT FROM $2",
        store.as_uuid(),
        plan.as_str()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
