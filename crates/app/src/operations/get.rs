//! One operation with its steps.

use souk_db::operations::{self, Operation, StepRecord};
use souk_domain::id::OperationId;
use souk_domain::principal::Principal;

use crate::error::OrNotFound;
use crate::{App, AppError};

#[derive(Debug)]
pub struct OperationDetails {
    pub operation: Operation,
    pub steps: Vec<StepRecord>,
}

pub async fn get(app: &App, who: &Principal, id: OperationId) -> Result<OperationDetails, AppError> {
    let mut tx = app.tenant(who).await?;
    let operation = operations::get(&mut tx, id).await.or_not_found(AppError::OperationNotFound)?;
    let steps = operations::steps(&mut tx, id).await?;
    Ok(OperationDetails { operation, steps })
}
