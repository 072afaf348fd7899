//! Settings that are missing or wrong: each is named, all at once, and nothing is started.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop, and say where")]

use std::process::{Command, Output};

const SOUK: &str = env!("CARGO_BIN_EXE_souk");
/// `EX_CONFIG` of sysexits.h.
const WRONG_SETTINGS: i32 = 78;
const PROFILES: [&str; 4] = ["dev", "test", "staging", "production"];
/// What runs until it is told to stop.
const SERVERS: [&str; 3] = ["serve", "api", "worker"];
/// Nobody listens there: what tried to reach it would say so, and end with 1.
const NOWHERE: &str = "127.0.0.1:1";

/// Everything that is required, strong enough for every profile.
const REQUIRED: [(&str, &str); 7] = [
    ("SOUK_DATABASE_URL", "postgres://souk_api:k2J9xq7LmT4p@127.0.0.1:1/shops"),
    ("SOUK_DATABASE_WORKER_URL", "postgres://souk_worker:p8Wz5nR3vYt6@127.0.0.1:1/shops"),
    ("SOUK_DATABASE_ADMIN_URL", "postgres://postgres:p8Wz5nR3vYt6@127.0.0.1:1/shops"),
    ("SOUK_JWT_SECRET", "Zk3v9Qw7Lm2Xc8Rt5Yp1Bn6Hd4Jf0Gs-and-more"),
    ("SOUK_ENCRYPTION_KEY", "q83vEjRWeJq83v7cuph2VDIQ/ty6mHZUMhDeyrYfnlI="),
    ("SOUK_KUBECONFIG", "/nowhere/kubeconfig"),
    ("SOUK_PUBLIC_URL", "https://souk.example.com"),
];

/// What each command cannot do without in this profile.
fn required(profile: &str, command: &str) -> Vec<&'static str> {
    let of_migrate = ["SOUK_DATABASE_URL", "SOUK_DATABASE_WORKER_URL", "SOUK_DATABASE_ADMIN_URL"];
    let names = REQUIRED.map(|(name, _)| name).into_iter();
    if command == "migrate" {
        of_migrate.to_vec()
    } else {
        // Nobody but who migrates needs the admin; at home, browsers find Souk wherever it is.
        let at_home = matches!(profile, "dev" | "test");
        let needed =
            |name: &&str| *name != "SOUK_DATABASE_ADMIN_URL" && !(at_home && *name == "SOUK_PUBLIC_URL");
        names.filter(needed).collect()
    }
}

fn souk(profile: &str, command: &str, settings: &[(&str, &str)]) -> Output {
    let mut souk = Command::new(SOUK);
    souk.env_clear().env("SOUK_PROFILE", profile).env("SOUK_LOG_FORMAT", "json").env("SOUK_BIND", NOWHERE);
    souk.envs(settings.iter().copied()).arg(command);
    souk.output().unwrap()
}

/// It ended because of its settings, said no more than what is wrong with them, and started nothing.
fn faults(output: &Output) -> Vec<String> {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(WRONG_SETTINGS), "{said}");
    assert!(output.stdout.is_empty());
    let mut lines = said.lines();
    assert_eq!(lines.next(), Some("souk: the settings are not right:"), "{said}");
    lines.map(|line| line.trim().to_owned()).collect()
}

fn commands() -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = SERVERS.into_iter().chain(["migrate"]);
    all.flat_map(|command| PROFILES.map(|profile| (profile, command)))
}

#[test]
fn each_missing_setting_is_named_and_all_at_once() {
    for (profile, command) in commands() {
        let faults = faults(&souk(profile, command, &[]));
        let required = required(profile, command);
        assert_eq!(faults.len(), required.len(), "{profile} {command}: {faults:?}");
        for name in required {
            let of_name = faults.iter().filter(|fault| fault.starts_with(&format!("{name} "))).count();
            assert_eq!(of_name, 1, "{profile} {command} {name}: {faults:?}");
        }
    }
}

#[test]
fn one_missing_setting_is_named_alone() {
    for command in SERVERS.into_iter().chain(["migrate"]) {
        for missing in required("production", command) {
            let others: Vec<_> = REQUIRED.into_iter().filter(|(name, _)| *name != missing).collect();
            let faults = faults(&souk("production", command, &others));
            assert!(faults.len() == 1 && faults[0].starts_with(missing), "{command} {missing}: {faults:?}");
        }
    }
}

#[test]
fn each_malformed_setting_is_named_and_its_value_is_not_shown() {
    let malformed = [
        ("SOUK_DATABASE_URL", "mysql://very-secret"),
        ("SOUK_DATABASE_WORKER_URL", "postgres://postgres:very-secret@localhost/souk"),
        ("SOUK_DATABASE_ADMIN_URL", "very-secret"),
        ("SOUK_JWT_SECRET", "very-secret"),
        ("SOUK_ENCRYPTION_KEY", "very-secret"),
        ("SOUK_KUBECONFIG", " "),
        ("SOUK_LOG_LEVEL", "souk=very-secret"),
        ("SOUK_LOG_FORMAT", "very-secret"),
        ("SOUK_METRICS_BIND", "very-secret"),
    ];
    for (profile, command) in commands() {
        let faults = faults(&souk(profile, command, &malformed));
        let known: &[&str] = match (command, profile) {
            ("migrate", _) => &[
                "SOUK_DATABASE_URL",
                "SOUK_DATABASE_WORKER_URL",
                "SOUK_DATABASE_ADMIN_URL",
                "SOUK_LOG_LEVEL",
                "SOUK_LOG_FORMAT",
            ],
            (_, "staging" | "production") => &malformed.map(|(name, _)| name),
            // A weak secret is good enough at home.
            _ => &[
                "SOUK_DATABASE_URL",
                "SOUK_DATABASE_WORKER_URL",
                "SOUK_DATABASE_ADMIN_URL",
                "SOUK_ENCRYPTION_KEY",
                "SOUK_KUBECONFIG",
                "SOUK_LOG_LEVEL",
                "SOUK_LOG_FORMAT",
                "SOUK_METRICS_BIND",
            ],
        };
        for name in known {
            let is_named = faults.iter().any(|fault| fault.starts_with(&format!("{name} ")));
            assert!(is_named, "{profile} {command} {name}: {faults:?}");
        }
        assert!(!faults.concat().contains("very-secret"), "{faults:?}");
    }
}

#[test]
fn an_unknown_profile_is_named_with_everything_else() {
    for command in SERVERS.into_iter().chain(["migrate"]) {
        let faults = faults(&souk("prod", command, &[]));
        assert!(faults.iter().any(|fault| fault.starts_with("SOUK_PROFILE ")), "{command}: {faults:?}");
        assert!(faults.iter().any(|fault| fault.starts_with("SOUK_DATABASE_URL ")), "{command}: {faults:?}");
    }
}

#[test]
fn production_refuses_weak_secrets_from_every_command_that_is_given_them() {
    let weak = [
        ("SOUK_DATABASE_URL", "postgres://souk_api:souk_api@127.0.0.1:1/shops"),
        ("SOUK_DATABASE_WORKER_URL", "postgres://souk_worker:souk_worker@127.0.0.1:1/shops"),
    ];
    for command in SERVERS.into_iter().chain(["migrate"]) {
        let settings: Vec<_> = REQUIRED.into_iter().chain(weak).collect();
        let faults = faults(&souk("production", command, &settings));
        assert_eq!(faults.len(), 2, "{command}: {faults:?}");
    }
}

#[test]
fn with_all_settings_right_a_command_goes_on_to_its_work() {
    // The control: what ends here has met the database that is not there, not its settings.
    let refused = souk("production", "migrate", &REQUIRED);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains("the database could not be reached"), "{said}");
}

#[test]
fn the_settings_can_be_looked_at_without_starting_anything() {
    let run = |arguments: &[&str], settings: &[(&str, &str)]| {
        let mut souk = Command::new(SOUK);
        souk.env_clear().env("SOUK_PROFILE", "production").envs(settings.iter().copied()).args(arguments);
        souk.output().unwrap()
    };
    let right = run(&["config"], &REQUIRED);
    assert!(right.status.success());
    assert_eq!(String::from_utf8(right.stdout).unwrap(), "the settings are right\n");

    let shown = run(&["config", "--print", "--log-level=debug"], &REQUIRED);
    assert!(shown.status.success());
    let shown = String::from_utf8(shown.stdout).unwrap();
    for line in [
        "profile = \"production\"  # environment",
        "log_level = \"debug\"  # flag",
        "# log_format = \"json\"  # default",
        "# jwt_secret = \"(hidden)\"  # environment",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
    assert!(!shown.contains("k2J9xq7LmT4p") && !shown.contains("Zk3v9Qw7Lm2"), "{shown}");

    for arguments in [&["config"][..], &["config", "--print"]] {
        let wrong = run(arguments, &REQUIRED[1..]);
        let said = String::from_utf8(wrong.stderr).unwrap();
        assert_eq!(wrong.status.code(), Some(WRONG_SETTINGS), "{said}");
        assert!(said.contains("SOUK_DATABASE_URL is required"), "{said}");
        let shown = String::from_utf8(wrong.stdout).unwrap();
        assert_eq!(shown.contains("# database_url is not set: required"), arguments.len() > 1, "{shown}");
    }
}
