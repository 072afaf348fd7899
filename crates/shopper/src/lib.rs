//! Buys in a store as a shopper would, and looks at the order as its admin would.
//!
//! For `cargo xtask buy`, the end-to-end tests and the benches. It knows only what a visitor knows:
//! the store's address and publishable key. It is no part of the product.

mod admin;
mod client;
pub mod crowd;
pub mod demo;
mod purchase;
pub mod souk;
pub mod woocommerce;

pub use admin::Admin;
pub use client::{ShopError, StoreClient};
pub use purchase::{Order, buy, product_titles};
