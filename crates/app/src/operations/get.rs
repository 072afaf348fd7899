//! One operation with its steps, and with every try that did not succeed.

use souk_db::operations::{self, Operation, StepRecord};
use souk_db::tries::{self, TryRecord};
use souk_db::{Tx, installation};
use souk_domain::id::OperationId;
use souk_domain::operation::OperationState;
use souk_domain::principal::Principal;

use crate::error::OrNotFound;
use crate::{App, AppError};

#[derive(Debug)]
pub struct OperationDetails {
    pub operation: Operation,
    pub steps: Vec<StepRecord>,
    /// Oldest first.
    pub tries: Vec<TryRecord>,
}

pub async fn get(app: &App, who: &Principal, id: OperationId) -> Result<OperationDetails, AppError> {
    let mut tx = app.tenant(who).await?;
    let mut operation = operations::get(&mut tx, id).await.or_not_found(AppError::OperationNotFound)?;
    let steps = operations::steps(&mut tx, id).await?;
    let tries = tries::of(&mut tx, id).await?;
    if operation.state == OperationState::Queued && operation.waiting_for.is_none() {
        operation.waiting_for = Some(turn(&mut tx).await?.to_owned());
    }
    Ok(OperationDetails { operation, steps, tries })
}

/// What an operation waits for that nothing of its own holds up.
async fn turn(tx: &mut Tx) -> Result<&'static str, AppError> {
    Ok(if installation::cluster_unavailable(tx).await? {
        "the cluster does not answer; it goes on by itself when it does"
    } else {
        "its turn: the platform works on a few stores at a time, the oldest first"
    })
}
