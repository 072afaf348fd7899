//! What the gauges say. Both roles may ask, and both get the same answer.

use souk_domain::state::StoreState;

use crate::convert::word;
use crate::permits::{self, Load};
use crate::{DbError, Tx, installation};

#[derive(Debug, Clone)]
pub struct Gauges {
    pub load: Load,
    /// Stores by state, over all accounts. A state without a store is not in it.
    pub stores: Vec<(StoreState, i64)>,
    /// Operations that were put aside and that nobody has asked for anew.
    pub dead_letters: i64,
    /// Each cluster's name, and whether its breaker is open.
    pub breakers: Vec<(String, bool)>,
    /// What the database takes on its server's disk.
    pub database_bytes: i64,
}

pub async fn read(tx: &mut Tx) -> Result<Gauges, DbError> {
    let load = permits::load(tx).await?;
    let rows = sqlx::query!(r#"SELECT state AS "state!", count AS "count!" FROM count_stores()"#)
        .fetch_all(tx.connection())
        .await?;
    let stores = rows.into_iter().map(|row| Ok((word(&row.state)?, row.count)));
    let stores = stores.collect::<Result<_, DbError>>()?;
    let row = sqlx::query!(
        r#"SELECT count_dead_letters() AS "dead_letters!", pg_database_size(current_database()) AS "bytes!""#
    )
    .fetch_one(tx.connection())
    .await?;
    let breakers = installation::breakers(tx).await?;
    Ok(Gauges { load, stores, dead_letters: row.dead_letters, breakers, database_bytes: row.bytes })
}
