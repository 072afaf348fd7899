//! What one's account has and may have.

pub mod quota;
