//! What stops `souk` is said once, on standard error, with what stands behind it.

use std::error::Error;
use std::process::ExitCode;

use crate::config::Faults;

pub type Failure = Box<dyn Error + Send + Sync>;

/// `EX_CONFIG` of sysexits.h: starting again will not help, changing the settings will.
const WRONG_SETTINGS: u8 = 78;

pub fn exit_code(failure: &(dyn Error + Send + Sync + 'static)) -> ExitCode {
    if failure.is::<Faults>() { ExitCode::from(WRONG_SETTINGS) } else { ExitCode::FAILURE }
}

/// Every setting that is wrong has a line of its own; causes are indented under what they caused.
pub fn print(failure: &(dyn Error + Send + Sync + 'static)) {
    eprintln!("souk: {failure}");
    let mut cause = failure.source();
    while let Some(error) = cause {
        eprintln!("  because {error}");
        cause = error.source();
    }
}
