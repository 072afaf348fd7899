//! What differs between the engines: how a shop is made its owner's, and how it proves that it sells.

pub mod medusa;
