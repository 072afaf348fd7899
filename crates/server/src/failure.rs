//! What stops `souk` is said once, on standard error, with what stands behind it.

use std::error::Error;

pub type Failure = Box<dyn Error + Send + Sync>;

/// Every setting that is wrong has a line of its own; causes are indented under what they caused.
pub fn print(failure: &(dyn Error + Send + Sync + 'static)) {
    eprintln!("souk: {failure}");
    let mut cause = failure.source();
    while let Some(error) = cause {
        eprintln!("  because {error}");
        cause = error.source();
    }
}
