//! The contract with WooCommerce: the calls that Souk makes of it, against the stand-in, and against the real plugin
//! where `WOOCOMMERCE_PLUGIN` names a folder that holds it.

use std::{env, path::Path, process::Command};

use super::script;
use crate::{error::Result, paths::Paths, report::Count};

const SCRIPT: &str = "images/woocommerce/contract/contract.mjs";
const PLUGIN: &str = "WOOCOMMERCE_PLUGIN";

pub fn run(paths: &Paths) -> Result<Count> {
    let mut command = Command::new("node");
    command.arg(paths.repo.join(SCRIPT)).arg("stand-in").env("SOUK_CACHE_DIR", &paths.cache);
    let named = env::var_os(PLUGIN);
    if named.is_some_and(|folder| Path::new(&folder).join("woocommerce.php").is_file()) {
        command.arg("real");
    } else {
        println!("          the stand-in alone: {PLUGIN} names no folder of the real plugin");
    }
    script::run(&mut command)
}
