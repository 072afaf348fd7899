//! What a Souk calls itself.

use serde::Serialize;
use souk_domain::address::StoreAddresses;
use utoipa::ToSchema;

use crate::settings::Brand;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Brand)]
pub struct BrandBody {
    #[schema(example = "Souk")]
    name: String,
    /// Where its logo is; null for none of its own.
    #[schema(example = "/api/v1/brand/logo")]
    logo_url: Option<&'static str>,
    /// The accent of its pages, as `#rrggbb`; null for the dashboard's own.
    #[schema(example = "#b45309")]
    colour: Option<String>,
    /// What the addresses of stores end with.
    #[schema(example = ".localhost")]
    store_domain_suffix: String,
    /// The ingress's port as it stands in the addresses of stores; null where they need none.
    #[schema(example = 8080)]
    ingress_port: Option<u16>,
    /// Stores are pretended: there is no cluster.
    #[schema(example = false)]
    simulated: bool,
    /// Who may register: everybody (`open`), or, while nobody has, who shows the token that `souk` printed at its start (`setup_token`).
    #[schema(example = "open")]
    registration: &'static str,
    #[schema(example = "0.1.0")]
    version: &'static str,
}

impl BrandBody {
    pub fn new(brand: &Brand, stores: &StoreAddresses, simulated: bool, wants_setup_token: bool) -> Self {
        Self {
            name: brand.name.clone(),
            logo_url: brand.logo.is_some().then_some("/api/v1/brand/logo"),
            colour: brand.colour.as_ref().map(ToString::to_string),
            store_domain_suffix: stores.suffix().to_owned(),
            ingress_port: Some(stores.port).filter(|port| *port != stores.scheme.default_port()),
            simulated,
            registration: if wants_setup_token { "setup_token" } else { "open" },
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}
