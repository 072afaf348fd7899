//! Where the settings come from.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Num, Value};

use super::reader::Reader;
use super::{Config, Faults, MigrationConfig, print};
use crate::cli::Flags;
use crate::failure::Failure;

const PREFIX: &str = "SOUK_";
const FILE_VARIABLE: &str = "SOUK_CONFIG";
/// Read by the tools of this repository, not by `souk`.
const OTHERS: [&str; 5] = ["test_", "check_", "dev_", "cache_", "bench_"];

/// Reads all of them, or says everything that is wrong.
pub fn load(flags: &Flags) -> Result<Config, Failure> {
    load_from(flags, environment())
}

/// All of them as they count, and from where each comes; then everything that is wrong.
pub fn show(flags: &Flags) -> (String, Result<(), Failure>) {
    let (shown, config) = show_from(flags, environment());
    (shown, config.map(drop))
}

/// Reads what migrating needs. The others may be there or not.
pub fn load_for_migration(flags: &Flags) -> Result<MigrationConfig, Failure> {
    let merged = merge(flags, environment());
    let mut reader = Reader::new(merged.values);
    let config = MigrationConfig::read(&mut reader);
    let faults = merged.faults.into_iter().chain(reader.finish().faults);
    all_or_faults(config, faults.collect())
}

/// By name, in small letters and without `SOUK_`; what is no text is kept as such, to be named.
type Environment = BTreeMap<String, Result<String, OsString>>;

fn environment() -> Environment {
    let ours = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.to_str()?.strip_prefix(PREFIX)?.to_lowercase();
        Some((name, value.into_string()))
    });
    ours.collect()
}

fn load_from(flags: &Flags, environment: Environment) -> Result<Config, Failure> {
    show_from(flags, environment).1
}

fn show_from(flags: &Flags, environment: Environment) -> (String, Result<Config, Failure>) {
    let merged = merge(flags, environment);
    let mut reader = Reader::new(merged.values.clone());
    let config = Config::read(&mut reader);
    let read = reader.finish();
    let shown = print::toml(&merged, &read.computed);
    let mut faults = merged.faults;
    faults.extend(read.faults);
    for name in read.unknown {
        if merged.in_file.contains(&name) {
            faults.push(format!("`{name}` in the file is no setting"));
        } else {
            // Somebody else's variable may begin like ours.
            eprintln!("souk: {PREFIX}{} is no setting; it is ignored", name.to_uppercase());
        }
    }
    (shown, all_or_faults(config, faults))
}

fn all_or_faults<T>(config: Option<T>, faults: Vec<String>) -> Result<T, Failure> {
    config.filter(|_| faults.is_empty()).ok_or_else(|| Faults(faults).into())
}

/// Where a value comes from; the later one wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    File,
    Environment,
    Flag,
}

#[derive(Default)]
pub(super) struct Merged {
    pub values: BTreeMap<String, String>,
    pub sources: BTreeMap<String, Source>,
    /// The file, if one was named.
    pub file: Option<PathBuf>,
    in_file: Vec<String>,
    /// What cannot even be read; the rest is read all the same, so that nothing stays unsaid.
    faults: Vec<String>,
}

impl Merged {
    fn add(&mut self, source: Source, values: impl IntoIterator<Item = (String, String)>) {
        for (name, value) in values {
            self.sources.insert(name.clone(), source);
            self.values.insert(name, value);
        }
    }
}

fn merge(flags: &Flags, mut environment: Environment) -> Merged {
    let mut merged = Merged::default();
    environment.retain(|name, _| !OTHERS.iter().any(|other| name.starts_with(other)));
    let mut texts = BTreeMap::new();
    for (name, value) in environment {
        match value {
            Ok(text) => drop(texts.insert(name, text)),
            Err(_) => merged.faults.push(format!("{PREFIX}{} is no UTF-8 text", name.to_uppercase())),
        }
    }
    let named = texts.remove("config").filter(|path| !path.is_empty());
    if let Some(path) = flags.config.clone().or(named.map(PathBuf::from)) {
        match file(&path) {
            Ok(values) => {
                merged.in_file = values.keys().cloned().collect();
                merged.add(Source::File, values);
            }
            Err(fault) => merged.faults.push(format!("{FILE_VARIABLE} names {}, {fault}", path.display())),
        }
        merged.file = Some(path);
    }
    merged.add(Source::Environment, texts);
    merged.add(Source::Flag, flags.given().map(|(name, value)| (name.to_owned(), value.clone())));
    merged
}

fn file(path: &Path) -> Result<BTreeMap<String, String>, String> {
    if !path.is_file() {
        return Err("which is no file".to_owned());
    }
    let values = Figment::from(Toml::file_exact(path)).extract::<Dict>();
    // Only its first line: those after it show the text around the fault, which may be a secret.
    let values = values.map_err(|error| {
        format!("which is not right: {}", error.to_string().lines().next().unwrap_or_default())
    })?;
    Ok(values.into_iter().map(|(name, value)| (name, text(&value))).collect())
}

/// A file may write numbers, booleans and lists as such.
fn text(value: &Value) -> String {
    match value {
        Value::String(_, text) => text.clone(),
        Value::Char(_, letter) => letter.to_string(),
        Value::Bool(_, flag) => flag.to_string(),
        Value::Num(_, number) => number_text(*number),
        Value::Array(_, items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        Value::Empty(..) | Value::Dict(..) => String::new(),
    }
}

fn number_text(number: Num) -> String {
    match (number.to_i128(), number.to_u128(), number.to_f64()) {
        (Some(number), ..) => number.to_string(),
        (_, Some(number), _) => number.to_string(),
        (.., Some(number)) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
