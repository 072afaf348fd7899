//! What the gauges say. Both roles may ask, and both get the same answer.

use souk_domain::state::StoreState;

use crate::convert::word;
use crate::permits::{self, Load};
use crate::{DbError, Tx};

#[derive(Debug, Clone)]
pub struct Gauges {
    pub load: Load,
    /// Stores by state, over all accounts. A state without a store is not in it.
    pub stores: Vec<(StoreState, i64)>,
}

pub async fn read(tx: &mut Tx) -> Result<Gauges, DbError> {
    let load = permits::load(tx).await?;
    let rows = sqlx::query!(r#"SELECT state AS "state!", count AS "count!" FROM count_stores()"#)
        .fetch_all(tx.connection())
        .await?;
    let stores = rows.into_iter().map(|row| Ok((word(&row.state)?, row.count)));
    Ok(Gauges { load, stores: stores.collect::<Result<_, DbError>>()? })
}
