//! `souk-crowd`: shoppers at once in one store, for `cargo xtask bench sizes`. Prints what they saw as one JSON line.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use souk_shopper::crowd::{Shop, visit};
use souk_shopper::{ShopError, StoreClient};

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Engine {
    Medusa,
    Woocommerce,
}

#[derive(Debug, Parser)]
#[command(about = "Shoppers at once in one store: each looks around and buys")]
struct Arguments {
    #[arg(long, value_enum)]
    engine: Engine,
    /// The store's address.
    #[arg(long)]
    url: String,
    /// Where the ingress listens, for names that only browsers resolve.
    #[arg(long)]
    ingress: Option<SocketAddr>,
    /// A Medusa store's publishable key.
    #[arg(long, default_value = "")]
    key: String,
    #[arg(long, default_value_t = 10)]
    shoppers: usize,
    /// Of each shopper. A sample product is in stock a hundred times.
    #[arg(long, default_value_t = 8)]
    purchases: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<String, ShopError> {
    let store = StoreClient::new(&arguments.url, arguments.ingress)?;
    let (shop, store) = match arguments.engine {
        Engine::Medusa => (Shop::Medusa, store.with_header("x-publishable-api-key", arguments.key)),
        Engine::Woocommerce => (Shop::Woocommerce, store),
    };
    let visits = visit(shop, &store, arguments.shoppers, arguments.purchases).await;
    Ok(serde_json::json!(visits).to_string())
}
