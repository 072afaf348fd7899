//! The contract with WooCommerce: the calls that Souk makes of it, against the stand-in, and against the real plugin
//! where it can be had.

use std::process::Command;

use super::script;
use crate::{
    error::Result,
    paths::Paths,
    plugin::{self, Plugin},
    progress,
    report::Count,
};

const SCRIPT: &str = "images/woocommerce/contract/contract.mjs";

pub fn run(paths: &Paths) -> Result<Count> {
    let mut command = Command::new("node");
    command.arg(paths.repo.join(SCRIPT)).arg("stand-in").env("SOUK_CACHE_DIR", &paths.cache);
    let plugin = Plugin::find(paths)?;
    progress::say(plugin.words());
    if let Some(folder) = plugin.real_folder() {
        command.arg("real").env(plugin::VARIABLE, folder);
    }
    script::run(&mut command)
}
