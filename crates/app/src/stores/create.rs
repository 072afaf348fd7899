//! A new store: accepted, counted, named, queued.

use serde_json::json;
use souk_db::audit::AuditEvent;
use souk_db::{Caller, Tx, accounts, audit, installation, operations, stores, users};
use souk_domain::email::Email;
use souk_domain::engine::Engine;
use souk_domain::host::Slug;
use souk_domain::id::StoreId;
use souk_domain::name::StoreName;
use souk_domain::operation::OperationKind;
use souk_domain::options::StoreOptions;
use souk_domain::principal::Principal;
use souk_domain::theme::Theme;
use souk_domain::title::Title;

use super::{Accepted, begin_deletion, enqueue, words};
use crate::once::{Answered, Once};
use crate::{App, AppError};

#[derive(Debug, Clone)]
pub struct NewStore {
    pub name: StoreName,
    /// The name, when absent.
    pub title: Option<Title>,
    pub engine: Engine,
    /// The user's own address, when absent.
    pub admin_email: Option<Email>,
    pub options: StoreOptions,
}

/// Creating with the name of one's own failed store retires that one and takes the name.
pub async fn create(
    app: &App,
    who: &Principal,
    caller: &Caller,
    new: NewStore,
    once: &Once<'_>,
) -> Result<Answered, AppError> {
    let mut tx = app.tenant(who).await?;
    if let Some(answered) = once.before(&mut tx, who).await? {
        return Ok(answered);
    }
    words::check(&new.name, new.title.as_ref())?;
    check_theme(new.options.theme(), &app.brought_themes)?;
    // Before any lock: who asks again and again for what they may not have keeps nobody waiting.
    let account = accounts::get(&mut tx, who.account_id).await?;
    app.limits.check_account(&mut tx, &account, app.limits.creation_cooldown).await?;
    let account = app.limits.lock(&mut tx, who.account_id).await?;
    app.limits.check_account(&mut tx, &account, app.limits.creation_cooldown).await?;
    app.limits.check_queue(&mut tx).await?;
    let retired = retire_failed(app, &mut tx, who, caller, &new.name).await?;

    let id = insert(app, &mut tx, who, caller, new).await?;
    let store = stores::get(&mut tx, id).await?;
    let operation = enqueue(app, &mut tx, who, caller, &store, OperationKind::Provision).await?;
    let details =
        json!({ "name": store.name, "engine": store.engine, "operation": operation, "retired": retired });
    audit::store(&mut tx, AuditEvent::StoreCreated, who, id, caller, details).await?;
    let operation = operations::get(&mut tx, operation).await?;
    once.commit(tx, who, &Accepted { store, operation }).await
}

/// Somebody else's theme can be had where its files are.
fn check_theme(wanted: Option<Theme>, brought: &[Theme]) -> Result<(), AppError> {
    match wanted {
        Some(theme) if theme.is_brought() && !brought.contains(&theme) => {
            Err(AppError::ThemeMissing { theme })
        }
        _ => Ok(()),
    }
}

async fn retire_failed(
    app: &App,
    tx: &mut Tx,
    who: &Principal,
    caller: &Caller,
    name: &StoreName,
) -> Result<Option<StoreId>, AppError> {
    let Some(mut failed) = stores::lock_failed_by_name(tx, who.account_id, name).await? else {
        return Ok(None);
    };
    let operation = begin_deletion(app, tx, who, caller, &mut failed).await?;
    let details = json!({ "name": name, "operation": operation, "replaced": true });
    audit::store(tx, AuditEvent::StoreDeleted, who, failed.id, caller, details).await?;
    Ok(Some(failed.id))
}

async fn insert(
    app: &App,
    tx: &mut Tx,
    who: &Principal,
    caller: &Caller,
    new: NewStore,
) -> Result<StoreId, AppError> {
    let title = match new.title {
        Some(title) => title,
        None => new.name.as_str().parse().map_err(AppError::internal)?,
    };
    let admin_email = match new.admin_email {
        Some(email) => email,
        None => users::me(tx, who.user_id).await?.email,
    };
    let id = StoreId::generate(app.clock().now(), app.entropy());
    let slug = Slug::generate(&new.name, app.entropy());
    let host = app.addresses.host(&slug);
    let store = stores::NewStore {
        id,
        account_id: who.account_id,
        cluster_id: installation::default_cluster(tx).await?,
        created_by: who.user_id,
        name: new.name,
        title,
        engine: new.engine,
        slug,
        host,
        admin_email,
        options: new.options,
    };
    stores::insert(tx, &store, &caller.correlation_id).await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_of_somebody_elses_is_there_once_it_was_brought_and_souks_own_always_is() {
        assert!(check_theme(None, &[]).is_ok());
        for &theme in Theme::ALL {
            assert!(check_theme(Some(theme), &[theme]).is_ok());
            let without = check_theme(Some(theme), &[]);
            assert_eq!(without.is_err(), [Theme::Astra, Theme::Storefront].contains(&theme), "{theme}");
        }
        let error = check_theme(Some(Theme::Astra), &[Theme::Storefront]).unwrap_err();
        assert!(error.to_string().contains("SOUK_WP_THEMES holds no astra.zip"), "{error}");
    }
}
