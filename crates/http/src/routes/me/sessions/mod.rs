//! Where one is signed in.

pub mod end;
pub mod end_all;
pub mod list;
