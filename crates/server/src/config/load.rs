//! Where the settings come from.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Num, Value};

use super::reader::Reader;
use super::{Config, Faults, MigrationConfig};
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

/// Reads what migrating needs. The others may be there or not.
pub fn load_for_migration(flags: &Flags) -> Result<MigrationConfig, Failure> {
    let merged = merge(flags, environment());
    let mut reader = Reader::new(merged.values);
    let config = MigrationConfig::read(&mut reader);
    let (faults, _) = reader.finish();
    all_or_faults(config, merged.faults.into_iter().chain(faults).collect())
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
    let mut merged = merge(flags, environment);
    let mut reader = Reader::new(merged.values);
    let config = Config::read(&mut reader);
    let (faults, unknown) = reader.finish();
    merged.faults.extend(faults);
    for name in unknown {
        if merged.in_file.contains(&name) {
            merged.faults.push(format!("`{name}` in the file is no setting"));
        } else {
            // Somebody else's variable may begin like ours.
            eprintln!("souk: {PREFIX}{} is no setting; it is ignored", name.to_uppercase());
        }
    }
    all_or_faults(config, merged.faults)
}

fn all_or_faults<T>(config: Option<T>, faults: Vec<String>) -> Result<T, Failure> {
    config.filter(|_| faults.is_empty()).ok_or_else(|| Faults(faults).into())
}

#[derive(Default)]
struct Merged {
    values: BTreeMap<String, String>,
    in_file: Vec<String>,
    /// What cannot even be read; the rest is read all the same, so that nothing stays unsaid.
    faults: Vec<String>,
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
                merged.values = values;
            }
            Err(fault) => merged.faults.push(format!("{FILE_VARIABLE} names {}, {fault}", path.display())),
        }
    }
    merged.values.extend(texts);
    merged.values.extend(flags.given().map(|(name, value)| (name.to_owned(), value.clone())));
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
mod tests {
    use super::*;
    use crate::config::{Maker, Profile};
    use std::collections::BTreeSet;

    /// 32 bytes that nobody would guess.
    const KEY: &str = "q83vEjRWeJq83v7cuph2VDIQ/ty6mHZUMhDeyrYfnlI=";

    fn environment(more: &[(&str, &str)]) -> BTreeMap<String, String> {
        let enough = [
            ("database_url", "postgres://souk_api:k2J9xq7LmT4p@localhost/souk"),
            ("database_worker_url", "postgres://souk_worker:p8Wz5nR3vYt6@localhost/souk"),
            ("jwt_secret", "Zk3v9Qw7Lm2Xc8Rt5Yp1Bn6Hd4Jf0Gs-and-more"),
            ("encryption_key", KEY),
            ("kubeconfig", "/etc/souk/kubeconfig"),
            ("public_url", "https://souk.example.com"),
        ];
        enough.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn load_from(flags: &Flags, environment: BTreeMap<String, String>) -> Result<Config, Failure> {
        super::load_from(flags, environment.into_iter().map(|(name, value)| (name, Ok(value))).collect())
    }

    fn faults(more: &[(&str, &str)]) -> String {
        load_from(&Flags::default(), environment(more)).expect_err("settings that are not right").to_string()
    }

    #[test]
    fn the_defaults_are_those_of_the_documentation() {
        let config = load_from(&Flags::default(), environment(&[])).unwrap();
        assert_eq!(config.profile, Profile::Dev);
        assert_eq!(config.http.bind.to_string(), "127.0.0.1:3001");
        assert_eq!(config.http.metrics_bind.unwrap().to_string(), "127.0.0.1:9464");
        assert_eq!((config.limits.stores_per_account, config.limits.max_queue), (5, 10));
        assert_eq!(config.worker.limits.total, 3);
        assert!(matches!(config.cluster.maker, Maker::Kubernetes(_)));
        assert_eq!(config.addresses.url("a.localhost"), "http://a.localhost:8080");
    }

    #[test]
    fn flags_win_over_the_environment_and_the_environment_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("souk.toml");
        std::fs::write(&file, "bind = '127.0.0.1:1'\nmax_stores_per_user = 7\nprovisioning_max_queue = 1\ncors_origins = ['https://a.example', 'https://b.example']\n").unwrap();
        let flags = Flags { config: Some(file), bind: Some("127.0.0.1:3".to_owned()), ..Flags::default() };
        let config =
            load_from(&flags, environment(&[("bind", "127.0.0.1:2"), ("provisioning_max_queue", "2")]))
                .unwrap();
        assert_eq!(config.http.bind.port(), 3);
        assert_eq!(config.limits.max_queue, 2);
        assert_eq!(config.limits.stores_per_account, 7);
        assert_eq!(config.http.cors_origins, ["https://a.example", "https://b.example"]);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once_and_no_value_is_shown() {
        let said = faults(&[
            ("bind", "very-secret-nonsense"),
            ("provisioner", "docker"),
            ("encryption_key", "very-secret-nonsense"),
            ("database_url", ""),
            ("provisioning_max_queue", "-1"),
            ("store_domain_suffix", "localhost"),
        ]);
        for name in [
            "SOUK_BIND",
            "SOUK_PROVISIONER",
            "SOUK_ENCRYPTION_KEY",
            "SOUK_DATABASE_URL",
            "SOUK_PROVISIONING_MAX_QUEUE",
            "SOUK_STORE_DOMAIN_SUFFIX",
        ] {
            assert!(said.contains(name), "{name} is not in: {said}");
        }
        assert!(!said.contains("very-secret"), "{said}");
    }

    #[test]
    fn a_file_that_cannot_be_read_hides_no_other_fault_and_shows_nothing_of_itself() {
        let folder = tempfile::tempdir().unwrap();
        let broken = folder.path().join("souk.toml");
        std::fs::write(&broken, "jwt_secret = very-secret-nonsense\n").unwrap();
        for file in [broken, "/nowhere/souk.toml".into()] {
            let flags = Flags { config: Some(file), ..Flags::default() };
            let environment = environment(&[("bind", "nonsense"), ("log_level", "souk=loud")]);
            let said = load_from(&flags, environment).expect_err("faults").to_string();
            for name in ["SOUK_CONFIG", "SOUK_BIND", "SOUK_LOG_LEVEL"] {
                assert!(said.contains(name), "{name} is not in: {said}");
            }
            assert!(!said.contains("very-secret"), "{said}");
        }
    }

    #[test]
    fn a_variable_that_is_no_text_is_named_and_not_taken_for_absent() {
        use std::os::unix::ffi::OsStringExt;
        let mut environment: Environment =
            environment(&[]).into_iter().map(|(name, value)| (name, Ok(value))).collect();
        environment.insert("max_stores_per_user".to_owned(), Err(OsString::from_vec(vec![0xff])));
        let said = super::load_from(&Flags::default(), environment).expect_err("a fault").to_string();
        assert!(said.contains("SOUK_MAX_STORES_PER_USER is no UTF-8 text"), "{said}");
    }

    #[test]
    fn whatever_a_variable_or_a_flag_holds_arrives_byte_for_byte() {
        use proptest::prelude::*;
        proptest!(|(text in prop_oneof![any::<String>(), "[\\[\\]{}\"',0-9.eE+-]{0,8}"])| {
            let environment = Environment::from([("jwt_secret".to_owned(), Ok(text.clone()))]);
            let flags = Flags { bind: Some(text.clone()), ..Flags::default() };
            let merged = merge(&flags, environment);
            prop_assert_eq!(&merged.values["jwt_secret"], &text);
            prop_assert_eq!(&merged.values["bind"], &text);
        });
    }

    #[test]
    fn a_missing_setting_hides_no_weak_secret() {
        let said = faults(&[
            ("profile", "staging"),
            ("kubeconfig", ""),
            ("database_worker_url", ""),
            ("jwt_secret", "short"),
            ("database_url", "postgres://souk_api:weak@localhost/souk"),
        ]);
        for name in ["SOUK_KUBECONFIG", "SOUK_DATABASE_WORKER_URL", "SOUK_JWT_SECRET", "SOUK_DATABASE_URL"] {
            assert!(said.contains(name), "{name} is not in: {said}");
        }
    }

    #[test]
    fn an_unknown_setting_in_the_file_is_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("souk.toml");
        std::fs::write(&file, "max_stores = 7\n").unwrap();
        let flags = Flags { config: Some(file), ..Flags::default() };
        let said = load_from(&flags, environment(&[])).expect_err("a fault").to_string();
        assert!(said.contains("max_stores"), "{said}");
    }

    /// The names in the first column of the tables of docs/settings.md, of those that are settings.
    fn documented() -> BTreeSet<String> {
        let text = include_str!("../../../../docs/settings.md");
        let (tables, _) = text.split_once("## Coming from").unwrap();
        let rows = tables.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
        let names = rows.flat_map(|cell| cell.split(", "));
        let names =
            names.filter_map(|name| name.trim_matches('`').strip_prefix(PREFIX).map(str::to_lowercase));
        names.filter(|name| name != "config").collect()
    }

    #[test]
    fn every_setting_is_documented_and_nothing_else_is() {
        let mut reader = Reader::new(environment(&[]));
        Config::read(&mut reader).expect("settings that are right");
        assert_eq!(*reader.asked(), documented());
    }

    #[test]
    fn the_example_file_names_settings_only_and_production_refuses_it() {
        let text = include_str!("../../../../.env.example");
        let lines =
            text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
        let mut example: BTreeMap<String, String> = lines
            .map(|(name, value)| (name.strip_prefix(PREFIX).unwrap().to_lowercase(), value.to_owned()))
            .collect();
        assert!(example.keys().all(|name| documented().contains(name)), "{:?}", example.keys());
        load_from(&Flags::default(), example.clone()).expect("settings that are right");
        example.insert("profile".to_owned(), "production".to_owned());
        let said = load_from(&Flags::default(), example).expect_err("examples are no secrets").to_string();
        for name in ["SOUK_JWT_SECRET", "SOUK_ENCRYPTION_KEY", "SOUK_DATABASE_URL"] {
            assert!(said.contains(name), "{name} is not in: {said}");
        }
    }

    #[test]
    fn a_wrong_setting_hides_no_other() {
        let all_wrong = documented().into_iter().map(|name| (name, "\u{1}".to_owned())).collect();
        let mut reader = Reader::new(all_wrong);
        assert!(Config::read(&mut reader).is_none());
        assert_eq!(*reader.asked(), documented());
    }

    #[test]
    fn production_refuses_to_share_a_site_with_the_stores_unless_it_is_told_to() {
        let production = |suffix: &str, more: &[(&str, &str)]| {
            let mut all = vec![("profile", "production"), ("store_domain_suffix", suffix)];
            all.extend(more);
            load_from(&Flags::default(), environment(&all)).map_err(|fault| fault.to_string())
        };
        for suffix in [".example.com", ".stores.example.com"] {
            let said = production(suffix, &[]).expect_err("a fault");
            assert!(said.contains("SOUK_PUBLIC_URL shares a site"), "{said}");
            production(suffix, &[("allow_shared_site", "true")]).expect("it was told to");
        }
        production(".stores.example", &[]).expect("the control: another site");
        let none = production(".stores.example", &[("public_url", "")]).expect_err("a fault");
        assert!(none.contains("SOUK_PUBLIC_URL is required"), "{none}");
    }

    #[test]
    fn production_refuses_weak_secrets_and_names_each() {
        load_from(&Flags::default(), environment(&[("profile", "production")])).expect("good ones are taken");
        let said = faults(&[
            ("profile", "production"),
            ("jwt_secret", "change-me-change-me-change-me-change-me"),
            ("encryption_key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ("database_url", "postgres://souk_api:souk_api@localhost/souk"),
            ("metrics_token", "short"),
            ("provisioner", "simulated"),
            ("public_url", "http://souk.example.com"),
        ]);
        let all = [
            "SOUK_PUBLIC_URL",
            "SOUK_JWT_SECRET",
            "SOUK_ENCRYPTION_KEY",
            "SOUK_DATABASE_URL",
            "SOUK_METRICS_TOKEN",
            "SOUK_PROVISIONER",
        ];
        for name in all {
            assert!(said.contains(name), "{name} is not in: {said}");
        }
    }
}
