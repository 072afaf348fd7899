//! Which volumes hold a shop's data, and whether they still do.
//!
//! A volume that a broken store got anew is empty: its name alone says nothing, its age does.

use chrono::{DateTime, TimeDelta, Utc};
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use souk_domain::engine::Engine;

use crate::engines;

/// How far the clock of the API server, which dates volumes, may be ahead of the database's, which dates
/// stores. A volume made anew within this time of the store's first moment counts as the old one, which
/// nobody had sold anything from; a true clock that counts as wrong would take a whole shop down.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(60);

/// The volumes of a store that was ready at `ready_at` that are gone, going, without storage, or newer.
pub fn lost(claims: &[PersistentVolumeClaim], engine: Engine, ready_at: DateTime<Utc>) -> Vec<String> {
    let holds_the_data = |claim: &PersistentVolumeClaim| {
        let phase = claim.status.as_ref().and_then(|status| status.phase.as_deref());
        let made_s = claim.metadata.creation_timestamp.as_ref().map(|time| time.0.as_second());
        let is_old = made_s.is_none_or(|made_s| made_s <= (ready_at + CLOCK_TOLERANCE).timestamp());
        claim.metadata.deletion_timestamp.is_none() && phase != Some("Lost") && is_old
    };
    let is_whole = |name: &str| {
        claims.iter().find(|claim| claim.metadata.name.as_deref() == Some(name)).is_some_and(holds_the_data)
    };
    engines::volumes(engine).iter().filter(|name| !is_whole(name)).map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::fake_store::{self, READY_AT};

    fn lost_of(claims: &[Value]) -> Vec<String> {
        let claims: Vec<PersistentVolumeClaim> =
            claims.iter().map(|claim| serde_json::from_value(claim.clone()).unwrap()).collect();
        lost(&claims, Engine::Medusa, READY_AT.parse().unwrap())
    }

    fn claim(name: &str) -> Value {
        json!({"metadata": {"name": name, "creationTimestamp": "2026-11-21T09:59:30Z"}, "status": {"phase": "Bound"}})
    }

    #[test]
    fn a_volume_is_lost_when_it_is_gone_going_without_storage_or_made_anew() {
        let table: [(&str, &str, &str, bool); 6] = [
            ("as it was made", "/status/phase", "Bound", false),
            ("not yet bound anew", "/status/phase", "Pending", false),
            ("its storage is gone", "/status/phase", "Lost", true),
            ("going", "/metadata/deletionTimestamp", "2026-11-21T10:30:00Z", true),
            ("a clock ahead by a minute", "/metadata/creationTimestamp", "2026-11-21T10:01:00Z", false),
            ("made anew", "/metadata/creationTimestamp", "2026-11-21T10:01:01Z", true),
        ];
        for (name, pointer, value, is_lost) in table {
            let mut changed = claim("postgres");
            changed["metadata"]["deletionTimestamp"] = Value::Null;
            *changed.pointer_mut(pointer).unwrap() = value.into();
            let expected: &[&str] = if is_lost { &["postgres"] } else { &[] };
            assert_eq!(lost_of(&[changed, claim("uploads")]), expected, "{name}");
        }
        assert_eq!(lost_of(&[claim("uploads")]), ["postgres"], "gone");
        assert_eq!(lost_of(&[]), ["postgres", "uploads"]);
    }

    #[test]
    fn the_volumes_that_the_chart_makes_by_default_are_the_ones_that_count_and_it_keeps_them() {
        for &engine in Engine::ALL {
            let objects = fake_store::objects(fake_store::local(engine)).into_iter();
            let claims = objects.filter(|(kind, ..)| kind == "PersistentVolumeClaim");
            let mut kept: Vec<String> = claims
                .map(|(_, name, claim)| {
                    assert_eq!(claim["metadata"]["annotations"]["helm.sh/resource-policy"], "keep", "{name}");
                    name
                })
                .collect();
            kept.sort();
            assert_eq!(kept, engines::volumes(engine), "{engine}");
        }
    }
}
