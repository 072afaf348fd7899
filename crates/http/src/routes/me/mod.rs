//! What is one's own, besides stores: sessions, password, second factor, tokens. For who has signed in.

pub mod password;
pub mod second_factor;
pub mod sessions;
pub mod tokens;
