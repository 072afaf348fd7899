//! The addresses of stores in tests.

use souk_domain::address::{Scheme, StoreAddresses};

#[must_use]
pub fn local() -> StoreAddresses {
    StoreAddresses::new(Scheme::Http, ".localhost", 8080).expect("a good suffix")
}
