//! `souk admin create`, `suspend`, `restore`, `set-plan`, `delete-store`, `requeue`, `reencrypt-secrets`: rows of the
//! database, and no cluster.

use std::io::BufRead;
use std::process::ExitCode;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use souk_app::admin::Terms;
use souk_app::operator::{CannotDo, Operator, Removed};
use souk_db::WorkerPool;
use souk_db::users::MadeAdmin;
use souk_domain::clock::SystemClock;
use souk_domain::entropy::Entropy;

use crate::cli::{Admin, CreateAdmin, DeleteStore, SetPlan};
use crate::config::Config;
use crate::failure::Failure;

#[derive(Debug, thiserror::Error)]
#[error("standard input holds no password; give it in its first line")]
struct NoPassword;

pub async fn run(config: &Config, command: &Admin) -> Result<ExitCode, Failure> {
    let entropy = Arc::new(Entropy::from_system()?);
    let pool = WorkerPool::connect(config.database.worker_pool()).await?;
    let operator = Operator::new(pool.clone(), Arc::new(SystemClock), entropy);
    let done = answer(config, &operator, command).await;
    pool.close().await;
    println!("{}", done?);
    Ok(ExitCode::SUCCESS)
}

/// What was done, in a line for the operator.
async fn answer(config: &Config, operator: &Operator, command: &Admin) -> Result<String, Failure> {
    Ok(match command {
        Admin::Create(who) => create(operator, who).await?,
        Admin::Suspend(who) => {
            let changed = operator.suspend(&who.user, &who.reason).await?;
            let done = if changed { "is suspended" } else { "was suspended already; nothing is changed" };
            format!("{} {done}", who.user)
        }
        Admin::Restore(who) => {
            let changed = operator.restore(&who.user, who.reason.as_ref()).await?;
            let done = if changed { "may come in again" } else { "was not suspended; nothing is changed" };
            format!("{} {done}", who.user)
        }
        Admin::SetPlan(plan) => set_plan(operator, plan).await?,
        Admin::DeleteStore(which) => delete_store(operator, which).await?,
        Admin::Requeue(which) => {
            let id = which.operation;
            operator.requeue(id, &which.reason).await?;
            format!("{id} is queued again; a running worker does it, `GET /api/v1/operations/{id}` shows it")
        }
        Admin::ReencryptSecrets => {
            let done = operator.reencrypt_secrets(&config.secrets.keyring()).await?;
            format!("{done} secrets encrypted anew; all are under the current key now")
        }
        // These are looked after elsewhere.
        Admin::Reconcile(_) | Admin::RemoveNamespace(_) | Admin::VerifyAudit(_) => String::new(),
    })
}

async fn create(operator: &Operator, who: &CreateAdmin) -> Result<String, Failure> {
    let given = if who.password_stdin { Some(first_line()?) } else { None };
    let (fresh, password) = match given {
        Some(password) => (false, password),
        None => (true, operator.fresh_password()),
    };
    let made = operator.make_admin(&who.email, password.clone()).await?;
    let email = &who.email;
    Ok(match made {
        MadeAdmin::Created if fresh => format!(
            "{email} is an admin now; this password is shown once and kept nowhere:\n{}",
            password.expose_secret()
        ),
        MadeAdmin::Created => format!("{email} is an admin now"),
        MadeAdmin::Promoted => format!("{email} was a user and is an admin now; the password is as before"),
        MadeAdmin::Unchanged => {
            format!("{email} was an admin already; nothing is changed, the password neither")
        }
    })
}

fn first_line() -> Result<SecretString, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() { Err(NoPassword.into()) } else { Ok(password.into()) }
}

async fn set_plan(operator: &Operator, plan: &SetPlan) -> Result<String, CannotDo> {
    let terms = Terms { plan: plan.plan, max_stores: plan.max_stores.map(|max| max.0) };
    let account = &plan.account;
    let changed = operator.set_terms(account, &terms, plan.reason.as_ref()).await?;
    let done = if changed { "is changed" } else { "was so already; nothing is changed" };
    Ok(format!("the account of {account} {done}"))
}

async fn delete_store(operator: &Operator, which: &DeleteStore) -> Result<String, CannotDo> {
    let store = which.store;
    Ok(match operator.delete_store(store, &which.reason).await? {
        Removed::Queued(operation) => {
            format!(
                "{store} will be removed: {operation}; a running worker does it, `GET /api/v1/operations/{operation}` shows it"
            )
        }
        Removed::UnderWay(operation) => format!("{store} is being removed already: {operation}"),
        Removed::Gone => format!("{store} is gone already; nothing is changed"),
    })
}
