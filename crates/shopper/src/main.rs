//! `souk-shopper`: what `cargo xtask up` and `cargo xtask buy` do over the API, as any client would.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use souk_shopper::souk::Account;
use souk_shopper::{Admin, ShopError, StoreClient, buy, demo, woocommerce};

#[derive(Debug, Parser)]
#[command(about = "Buys in stores as a shopper would; makes a demo store as a merchant would")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
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

#[derive(Debug, Subcommand)]
enum Command {
    /// Buys in a store, by its name or id, and prints the order.
    Buy { store: String },
    /// Makes the demo user and the demo store, and prints how to reach them.
    Demo,
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
    match &arguments.command {
        Command::Buy { store } => purchase(&arguments, &souk, store).await,
        Command::Demo => {
            demo::wait_ready(&souk).await?;
            let account = demo::user(&souk, &arguments.email, &arguments.password).await?;
            let store = demo::store(&account, |line| println!("            {line}")).await?;
            let keys = account.credentials(store["id"].as_str().unwrap_or_default()).await?;
            println!("Store       {}", keys.url);
            println!("Its admin   {}", keys.admin_url);
            println!("            {}  {}", keys.admin_email, keys.admin_password);
            Ok(())
        }
    }
}

async fn purchase(arguments: &Arguments, souk: &StoreClient, name: &str) -> Result<(), ShopError> {
    let account = Account::sign_in(souk, &arguments.email, &arguments.password).await?;
    let store = account.ready_store(name).await?;
    let keys = account.credentials(store["id"].as_str().unwrap_or_default()).await?;
    let visitor = StoreClient::new(&keys.url, arguments.ingress)?;
    let shopper = visitor.clone().with_header("x-publishable-api-key", keys.publishable_key.clone());
    let is_woocommerce = store["engine"] == "woocommerce";
    let order = if is_woocommerce {
        woocommerce::buy(&visitor, "shopper@example.com").await?
    } else {
        buy(&shopper, "shopper@example.com").await?
    };
    println!("Bought in   {} ({})", store["title"].as_str().unwrap_or_default(), keys.url);
    println!("Order       #{} {}", order.number, order.id);
    println!("Product     {}", order.product);
    println!("Total       {:.2} {}", order.total, order.currency.to_uppercase());
    if is_woocommerce {
        println!("Its admin   {}  {}  {}", keys.admin_url, keys.admin_email, keys.admin_password);
        return Ok(());
    }
    let admin = Admin::sign_in(&visitor, &keys.admin_email, &keys.admin_password).await?;
    let seen = admin.order(&order.id).await?;
    println!(
        "Its admin sees it: order #{}, {}, at {}",
        seen["display_id"],
        seen["status"].as_str().unwrap_or_default(),
        keys.admin_url
    );
    Ok(())
}
