//! The chart's own tests, which are a script of their own: goldens, refusals, `helm lint`; and its sizes.

use std::{path::Path, process::Command};

use super::script;
use crate::{
    error::{Error, Result},
    paths::Paths,
    report::Count,
    sizes,
};

pub fn run(paths: &Paths, helm: Option<&Path>) -> Result<Count> {
    let helm = helm.ok_or_else(|| Error::Refused("there is no helm for the chart's tests".into()))?;
    let mut count =
        script::run(Command::new(paths.repo.join("scripts/chart-goldens.sh")).env("HELM_BIN", helm))?;
    count.add(&sizes::check(paths, helm)?);
    Ok(count)
}
