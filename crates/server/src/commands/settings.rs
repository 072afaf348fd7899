//! `souk config`: whether the settings are right, and with `--print` what they are. Starts nothing.

use crate::cli::{Flags, ShowConfig};
use crate::config;
use crate::failure::Failure;

pub fn run(flags: &Flags, wish: &ShowConfig) -> Result<(), Failure> {
    let (shown, right) = config::show(flags);
    // Also when something is wrong: where it comes from is half of the answer.
    if wish.print {
        print!("{shown}");
    }
    right?;
    if !wish.print {
        println!("the settings are right");
    }
    Ok(())
}
