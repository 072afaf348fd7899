//! Where settings come from, what is refused, and what is shown of them.

use super::*;
use crate::config::{Maker, Profile, table};
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
fn the_defaults_of_the_table_are_those_of_the_parts() {
    let config = load_from(&Flags::default(), environment(&[])).unwrap();
    let same = |of: &str, ours: &dyn std::fmt::Debug, theirs: &dyn std::fmt::Debug| {
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{of}");
    };
    same("limits", &config.limits, &souk_app::Limits::default());
    same("worker", &config.worker, &souk_worker::WorkerSettings::default());
    same("account", &config.cluster.account, &souk_provisioner_k8s::settings::Account::default());
    let of_http = souk_http::HttpSettings {
        metrics_bind: config.http.metrics_bind,
        workers: config.http.workers,
        public_url: config.http.public_url.clone(),
        ..souk_http::HttpSettings::on(config.http.bind)
    };
    same("http", &config.http, &of_http);
}

#[test]
fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("souk.toml");
    std::fs::write(&file, "bind = '127.0.0.1:1'\nmax_stores_per_user = 7\nprovisioning_max_queue = 1\ncors_origins = ['https://a.example', 'https://b.example']\n").unwrap();
    let flags = Flags { config: Some(file), bind: Some("127.0.0.1:3".to_owned()), ..Flags::default() };
    let config =
        load_from(&flags, environment(&[("bind", "127.0.0.1:2"), ("provisioning_max_queue", "2")])).unwrap();
    assert_eq!(config.http.bind.port(), 3);
    assert_eq!(config.limits.max_queue, 2);
    assert_eq!(config.limits.stores_per_account, 7);
    assert_eq!(config.http.cors_origins, ["https://a.example", "https://b.example"]);
}

#[test]
fn what_is_shown_says_where_it_comes_from_and_hides_what_is_secret() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("souk.toml");
    std::fs::write(&file, "max_stores_per_user = 7\nprovisioning_max_queue = 1\n").unwrap();
    let flags = Flags { config: Some(file), log_format: Some("json".to_owned()), ..Flags::default() };
    let given = environment(&[
        ("provisioning_max_queue", "2"),
        ("metrics_token", ""),
        ("helm_bin", "a \"b\"\\\u{7f}"),
    ]);
    let secrets = [&given["jwt_secret"], &given["encryption_key"], "k2J9xq7LmT4p", "p8Wz5nR3vYt6"];
    let secrets = secrets.map(ToOwned::to_owned);
    let given = given.into_iter().map(|(name, value)| (name, Ok(value))).collect();
    let (shown, config) = show_from(&flags, given);
    config.expect("settings that are right");
    for line in [
        "max_stores_per_user = 7  # file",
        "provisioning_max_queue = 2  # environment",
        "log_format = \"json\"  # flag",
        "# profile = \"dev\"  # default",
        "# auto_migrate = false  # default",
        "helm_bin = \"a \\\"b\\\"\\\\\\u007f\"  # environment",
        "# database_url = \"postgres://souk_api:(hidden)@localhost/souk\"  # environment",
        "# jwt_secret = \"(hidden)\"  # environment",
        "# metrics_token is not set: none",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
    for setting in documented() {
        assert!(shown.contains(&format!("{setting} ")), "{setting} is not in:\n{shown}");
    }
    for secret in secrets {
        assert!(!shown.contains(secret.as_str()), "{shown}");
    }
}

#[test]
fn what_is_shown_is_a_file_that_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("souk.toml");
    let settings = environment(&[
        ("max_stores_per_user", "7"),
        ("cors_origins", "https://a.example,https://b.example"),
        ("metrics_bind", "off"),
        ("log_level", "souk=debug,info"),
        ("helm_bin", "tab\there, \"quotes\", \\ and \u{7f}"),
    ]);
    let hidden = ["database_url", "database_worker_url", "jwt_secret", "encryption_key"];
    let given = |settings: &BTreeMap<String, String>| {
        settings.iter().map(|(name, value)| (name.clone(), Ok(value.clone()))).collect::<Environment>()
    };
    let (shown, first) = show_from(&Flags::default(), given(&settings));
    std::fs::write(&file, &shown).unwrap();
    let secrets = settings.into_iter().filter(|(name, _)| hidden.contains(&name.as_str())).collect();
    let (again, second) = show_from(&Flags { config: Some(file), ..Flags::default() }, given(&secrets));
    assert_eq!(format!("{:?}", first.unwrap()), format!("{:?}", second.unwrap()));
    let value = |line: &str| line.split("  # ").next().unwrap().to_owned();
    let values =
        |text: &str| text.lines().filter(|line| !line.starts_with("# ")).map(value).collect::<Vec<_>>();
    assert_eq!(values(&shown), values(&again));
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

/// What the table lists and the reader is asked for.
fn documented() -> BTreeSet<String> {
    table::settings().map(|setting| setting.name.to_owned()).filter(|name| name != "config").collect()
}

#[test]
fn every_setting_that_is_read_is_in_the_table_and_no_other_is() {
    let mut reader = Reader::new(environment(&[]));
    Config::read(&mut reader).expect("settings that are right");
    assert_eq!(*reader.asked(), documented());
}

#[test]
fn the_example_file_names_settings_only_and_production_refuses_it() {
    let text = include_str!("../../../../../.env.example");
    let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('='));
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
fn production_refuses_pages_of_others_that_anybody_can_write_or_read_along() {
    let production = |origins: &str, more: &[(&str, &str)]| {
        let mut all = vec![
            ("profile", "production"),
            ("store_domain_suffix", ".stores.example"),
            ("cors_origins", origins),
        ];
        all.extend(more);
        load_from(&Flags::default(), environment(&all)).map(drop).map_err(|fault| fault.to_string())
    };
    production("https://a.example.com,https://b.example.com:8443", &[]).expect("the control");
    let said = production("https://a.example.com,http://b.example.com", &[]).expect_err("a fault");
    assert!(said.contains("SOUK_CORS_ORIGINS must begin with https://"), "{said}");
    let on_site = "https://lamps-a1b2c3.stores.example";
    let said = production(on_site, &[]).expect_err("a fault");
    assert!(said.contains("SOUK_CORS_ORIGINS shares a site"), "{said}");
    production(on_site, &[("allow_shared_site", "true")]).expect("it was told to");
    for profile in ["dev", "production"] {
        let said = production("*", &[("profile", profile)]).expect_err("a fault");
        assert!(said.contains("SOUK_CORS_ORIGINS is not right"), "{said}");
    }
    let dev = [("profile", "dev")];
    production("http://localhost:5173", &dev).expect("at home");
}

#[test]
fn staging_is_as_strict_as_production() {
    let wrong = [
        ("jwt_secret", "short"),
        ("encryption_key", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("encryption_old_keys", "0:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("database_admin_url", "postgres://postgres:postgres@localhost/souk"),
        ("store_domain_suffix", ".example.com"),
        ("public_url", "http://souk.example.com"),
        ("cors_origins", "http://tools.example.com"),
        ("provisioner", "simulated"),
    ];
    let of = |profile: &'static str| {
        let all: Vec<_> = wrong.into_iter().chain([("profile", profile)]).collect();
        let said = faults(&all);
        said.lines().skip(1).map(|line| line.trim().to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(of("staging"), of("production"));
    // Four secrets and the provisioner; both origins for their scheme and for their site.
    assert_eq!(of("production").len(), 9, "{:?}", of("production"));
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
