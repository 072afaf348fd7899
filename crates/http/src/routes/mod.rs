//! One endpoint, one file: its handler and what the OpenAPI document says of it.

pub mod account;
pub mod admin;
pub mod audit;
pub mod auth;
pub mod brand;
pub mod dashboard;
pub mod docs;
pub mod events;
pub mod health;
pub mod me;
mod metrics;
pub mod operations;
pub mod stores;
pub mod unmatched;

pub use metrics::CONTENT_TYPE as METRICS_CONTENT_TYPE;
use utoipa_actix_web::service_config::ServiceConfig;

/// Everything under `/api/v1`. The OpenAPI document is made of the same list.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(
        utoipa_actix_web::scope("/api/v1")
            .service(auth::register::register)
            .service(auth::login::login)
            .service(auth::second_step::second_step)
            .service(auth::refresh::refresh)
            .service(auth::logout::logout)
            .service(auth::me::me)
            .service(me::password::change)
            .service(me::sessions::list::list)
            .service(me::sessions::end_all::end_all)
            .service(me::sessions::end::end)
            .service(me::second_factor::get::get)
            .service(me::second_factor::enrol::enrol)
            .service(me::second_factor::confirm::confirm)
            .service(me::second_factor::recovery_codes::renew)
            .service(me::second_factor::disable::disable)
            .service(me::tokens::create::create)
            .service(me::tokens::list::list)
            .service(me::tokens::revoke::revoke)
            .service(account::quota::quota)
            .service(stores::create::create)
            .service(stores::list::list)
            // Before the address with an id, which it looks like.
            .service(stores::availability::availability)
            .service(stores::get::get)
            .service(stores::edit::edit)
            .service(stores::delete::delete)
            .service(stores::retry::retry)
            .service(stores::rebuild::rebuild)
            .service(stores::logs::logs)
            .service(stores::pod_logs::pod_logs)
            .service(stores::events::events)
            .service(stores::credentials::credentials)
            .service(events::follow::follow)
            .service(operations::get::get)
            .service(audit::logs::logs)
            .service(audit::own::own)
            .service(admin::users::users)
            .service(admin::user::user)
            .service(admin::suspend::suspend)
            .service(admin::restore::restore)
            .service(admin::account::account)
            .service(admin::set_terms::set_terms)
            .service(admin::stores::stores)
            .service(admin::operations::operations)
            .service(admin::permits::permits)
            .service(admin::provisioning::provisioning)
            .service(admin::orphans::orphans)
            .service(admin::dead_letters::dead_letters)
            .service(admin::requeue::requeue)
            .service(brand::get::brand)
            .service(brand::logo::logo)
            .service(health::live::live)
            .service(health::ready::ready)
            .service(health::get::get)
            .service(metrics::metrics)
            .service(metrics::metrics_json),
    );
}
