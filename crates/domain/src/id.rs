//! Typed, prefixed identifiers: `store_01k0...`, `op_...`, `usr_...`, `acc_...`.
//!
//! A prefix makes a mixed-up id an error at the edge instead of a wrong row. Inside is a ULID, which
//! sorts by the time of its making; the database stores the same 128 bits as `uuid`.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use ulid::Ulid;
use uuid::Uuid;

use crate::entropy::Entropy;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id looks like {prefix}_ and 26 letters and digits")]
pub struct InvalidId {
    prefix: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Ulid);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            pub fn generate(now: DateTime<Utc>, entropy: &Entropy) -> Self {
                let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
                Self(Ulid::from_parts(millis, u128::from_be_bytes(entropy.bytes())))
            }

            #[must_use]
            pub fn from_uuid(uuid: Uuid) -> Self {
                Self(Ulid::from(uuid))
            }

            #[must_use]
            pub fn as_uuid(self) -> Uuid {
                Uuid::from(self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, self.0.to_string().to_ascii_lowercase())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            /// Accepts exactly what `Display` writes, so that one thing has one spelling.
            fn from_str(s: &str) -> Result<Self, InvalidId> {
                let invalid = InvalidId { prefix: $prefix };
                let Some(text) = s.strip_prefix(concat!($prefix, "_")) else { return Err(invalid) };
                let id = Self(Ulid::from_string(text).map_err(|_| invalid.clone())?);
                if id.to_string() == s { Ok(id) } else { Err(invalid) }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

id!(
    /// Who owns stores and data.
    AccountId, "acc"
);
id!(
    /// Who signs in.
    UserId, "usr"
);
id!(
    /// One shop.
    StoreId, "store"
);
id!(
    /// One piece of durable work on a store.
    OperationId, "op"
);
id!(
    /// One sign-in on one device.
    SessionId, "ses"
);
id!(
    /// One personal access token.
    TokenId, "tok"
);
id!(
    /// One Kubernetes cluster that holds stores.
    ClusterId, "cls"
);
id!(
    /// One Souk with its database.
    InstallationId, "inst"
);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_reads_back_what_it_wrote(seed: u64, millis in 0i64..4_102_444_800_000) {
            let now = DateTime::from_timestamp_millis(millis).unwrap();
            let id = StoreId::generate(now, &Entropy::seeded(seed));
            prop_assert_eq!(id.to_string().parse::<StoreId>(), Ok(id));
            prop_assert_eq!(StoreId::from_uuid(id.as_uuid()), id);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,64}") {
            let _ = text.parse::<StoreId>();
        }
    }

    #[test]
    fn ids_of_one_kind_are_not_ids_of_another() {
        let id = StoreId::generate(DateTime::UNIX_EPOCH, &Entropy::seeded(1)).to_string();
        assert!(id.parse::<OperationId>().is_err());
        assert!(id.replace("store_", "op_").parse::<OperationId>().is_ok());
        assert!(id.to_uppercase().parse::<StoreId>().is_err());
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let entropy = Entropy::seeded(1);
        let earlier = StoreId::generate(DateTime::from_timestamp_millis(1_000).unwrap(), &entropy);
        let later = StoreId::generate(DateTime::from_timestamp_millis(1_001).unwrap(), &entropy);
        assert!(earlier < later && earlier.as_uuid() < later.as_uuid());
    }
}
