//! `souk-shopper STORE`: buys in a store of the signed-in user and prints the order. `cargo xtask buy`
//! calls it.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use souk_shopper::souk::Account;
use souk_shopper::{Admin, ShopError, StoreClient, buy};

#[derive(Debug, Parser)]
#[command(about = "Buys in a store as a shopper would, and prints the order")]
struct Arguments {
    /// The store's name or id.
    store: String,
    /// Souk's address.
    #[arg(long, env = "SOUK_URL", default_value = "http://127.0.0.1:3001")]
    souk: String,
    /// Who owns the store.
    #[arg(long, env = "SOUK_EMAIL")]
    email: String,
    #[arg(long, env = "SOUK_PASSWORD", hide_env_values = true)]
    password: String,
    /// Where the stores' ingress listens, for names that only browsers resolve.
    #[arg(long, env = "SOUK_INGRESS_CONNECT")]
    ingress: Option<SocketAddr>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), ShopError> {
    let souk = StoreClient::new(&arguments.souk, None)?;
    let account = Account::sign_in(&souk, &arguments.email, &arguments.password).await?;
    let store = account.ready_store(&arguments.store).await?;
    let credentials = account.credentials(store["id"].as_str().unwrap_or_default()).await?;
    let visitor = StoreClient::new(&credentials.url, arguments.ingress)?;
    let shopper = visitor.clone().with_header("x-publishable-api-key", credentials.publishable_key.clone());
    let order = buy(&shopper, "shopper@example.com").await?;
    println!("Bought in    {} ({})", store["title"].as_str().unwrap_or_default(), credentials.url);
    println!("Order        #{} {}", order.number, order.id);
    println!("Product      {}", order.product);
    println!("Total        {:.2} {}", order.total, order.currency.to_uppercase());
    let admin = Admin::sign_in(&visitor, &credentials.admin_email, &credentials.admin_password).await?;
    let seen = admin.order(&order.id).await?;
    println!("The admin of the store sees it: status {}, {}", seen["status"], credentials.admin_url);
    Ok(())
}
