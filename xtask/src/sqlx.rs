//! The record by which the queries of `souk-db` are checked where no database is: written, and compared.
//!
//! It does what `cargo sqlx prepare` does, without that program: sqlx's macros write what they learn from a
//! database into the folder that `SQLX_OFFLINE_DIR` names.

use std::{collections::BTreeMap, fs, path::Path, process::Command, time::Duration};

use crate::{
    error::{Doing, Result},
    paths::Paths,
    postgres,
    process::{self, Part, capture},
    progress,
};

/// The committed record.
const RECORD: &str = ".sqlx";
const LIMIT: Duration = Duration::from_mins(15);

/// Writes the record anew from the migrations and the queries as they are.
pub fn write(paths: &Paths, server: &str) -> Result<()> {
    let fresh = learn(paths, server)?;
    let record = paths.repo.join(RECORD);
    process::remove_tree(&record)?;
    fs::create_dir(&record).doing("making the folder of the record")?;
    for (name, text) in fresh {
        fs::write(record.join(name), text).doing("writing the record")?;
    }
    Ok(())
}

/// Whether the committed record is what it would be if it were written now; prints what differs.
pub fn is_current(paths: &Paths, server: &str) -> Result<bool> {
    let (fresh, record) = (learn(paths, server)?, read(&paths.repo.join(RECORD))?);
    if fresh == record {
        return Ok(true);
    }
    let differing = fresh.iter().filter(|(name, text)| record.get(*name) != Some(text)).count();
    let stale = record.keys().filter(|name| !fresh.contains_key(*name)).count();
    progress::say(format!(
        "{RECORD}: {differing} queries are not recorded as they are, {stale} are no more; run `cargo xtask sqlx`"
    ));
    Ok(false)
}

type Record = BTreeMap<String, String>;

fn learn(paths: &Paths, server: &str) -> Result<Record> {
    let part = Part {
        name: "checking the queries",
        log: paths.log("sqlx")?,
        limit: LIMIT,
        advice: "read the log: a query or a migration does not fit the schema",
    };
    progress::part(part.name, || {
        let binaries = postgres::binaries()?;
        let maintenance = format!("--maintenance-db={server}");
        // Two trees may use one server.
        let database = format!("souk_sqlx_{}", process::random_hex(4)?);
        let url = postgres::database_url(server, None, &database)?;
        capture(Command::new(binaries.join("createdb")).args([&maintenance, &database]))?;
        let learned = migrate_and_check(paths, &part, &url);
        capture(Command::new(binaries.join("dropdb")).args([&maintenance, "--force", &database]))?;
        learned
    })
}

/// Brings the empty database to the schema, and lets sqlx's macros ask it.
fn migrate_and_check(paths: &Paths, part: &Part<'_>, url: &str) -> Result<Record> {
    let cargo = || {
        let mut command = process::cargo();
        command.current_dir(&paths.repo);
        command
    };
    part.run(cargo().args(["run", "--quiet", "--package=souk-schema", "--example=migrate", "--", url]))?;
    let fresh = paths.repo.join("target/sqlx");
    process::remove_tree(&fresh)?;
    fs::create_dir_all(&fresh).doing("making a folder for the record")?;
    // A cfg never seen before makes cargo look at this crate again, and rebuild no other.
    let never_seen = process::random_hex(8)?;
    part.run(
        cargo()
            .args(["rustc", "--quiet", "--package=souk-db", "--lib", "--profile=check", "--"])
            .arg(format!("--cfg=souk_queries_checked=\"{never_seen}\""))
            .env("SOUK_CHECK_DATABASE_URL", url)
            .env("SQLX_OFFLINE", "false")
            .env("SQLX_OFFLINE_DIR", &fresh)
            .env("SQLX_TMP", paths.repo.join("target")),
    )?;
    read(&fresh)
}

fn read(folder: &Path) -> Result<Record> {
    let mut record = Record::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.doing("reading the record")?;
        let text = fs::read_to_string(entry.path()).doing("reading the record")?;
        record.insert(entry.file_name().to_string_lossy().into_owned(), text.trim_end().to_owned() + "\n");
    }
    Ok(record)
}
