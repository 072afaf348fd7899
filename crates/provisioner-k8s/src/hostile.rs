//! Texts that mean something to a shell, to YAML, to templates, to SQL or to a terminal, fed to every
//! way out of this crate: they arrive byte for byte or are refused, and nobody interprets them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use souk_domain::catalogue::Catalogue;
use souk_domain::currency::Currency;
use souk_domain::engine::Engine;
use souk_domain::options::{StoreOptions, Wishes};
use souk_domain::title::Title;
use souk_provisioner::Target;

use crate::exec::PodCommand;
use crate::fake_api::{settings, target};
use crate::settings::KubernetesSettings;
use crate::steps::secrets;
use crate::values::Values;

const PIECES: [&str; 36] = [
    "'",
    "\"",
    "`id`",
    "$(id)",
    "${HOME}",
    "$1",
    ",",
    "--set a=b",
    "-c",
    "--",
    "{{ .Values }}",
    "{{ fail `x` }}",
    "\n",
    "\r\n",
    "\t",
    "\u{1b}[31m",
    "\u{7f}",
    "😀",
    "\u{200f}",
    "\u{202e}",
    "\u{feff}",
    "\u{2028}",
    "\\",
    "\\n",
    "; rm -rf /",
    "| sh",
    "' OR 1=1 --",
    "%s",
    "- x: y",
    "#",
    "&a *a",
    "!!x",
    "null",
    " ",
    "é",
    "e\u{301}",
];

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => vec(select(&PIECES[..]), 0..6).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

/// What the kernel can carry as an argument.
fn argument() -> impl Strategy<Value = String> {
    hostile().prop_map(|text| text.replace('\0', ""))
}

fn title() -> impl Strategy<Value = Title> {
    let good = |text: String| text.chars().take(120).collect::<String>().parse().ok();
    hostile().prop_filter_map("no title", good)
}

fn options() -> impl Strategy<Value = StoreOptions> {
    let country = "[A-Z]{2}".prop_filter_map("no country", |code| code.parse().ok());
    (select(Catalogue::ALL), select(&Currency::PRICED[..]), country).prop_map(
        |(catalogue, currency, country)| {
            let wishes = Wishes {
                catalogue: Some(catalogue),
                currency: Some(currency),
                country: Some(country),
                theme: None,
            };
            StoreOptions::new(Engine::Medusa, wishes).unwrap()
        },
    )
}

fn with_title(title: &Title) -> Target {
    Target { title: title.clone(), ..target() }
}

/// Runs it with this on its stdin.
fn run(command: &mut Command, stdin: &[u8]) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = stdin.to_vec();
    let writing = std::thread::spawn(move || pipe.write_all(&input));
    let output = child.wait_with_output().unwrap();
    // A program that refuses its input early need not read all of it.
    let _ = writing.join().unwrap();
    output
}

/// Runs in this machine what a pod would be told to run.
fn in_pod(argv: &[&str], stdin: &[u8]) -> Output {
    let limit = Duration::from_secs(20);
    let pod = PodCommand { namespace: "n", pod: "p", container: "c", argv, stdin: Vec::new(), limit };
    let guarded = pod.guarded();
    run(Command::new(&guarded[0]).args(&guarded[1..]), stdin)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_title_changes_the_values_that_helm_is_given(title in title()) {
        let values = |target: &Target| Values::of(&settings(), target).to_json().unwrap();
        prop_assert_eq!(values(&with_title(&title)), values(&target()));
    }

    #[test]
    fn what_a_shop_is_opened_with_stands_in_its_secret_and_not_in_the_values(options in options()) {
        let target = Target { options, ..target() };
        prop_assert_eq!(
            Values::of(&settings(), &target).to_json().unwrap(),
            Values::of(&settings(), &crate::fake_api::target()).to_json().unwrap()
        );
        let data = secrets::data(&target, secrets::of(&target).unwrap());
        for (key, value) in [
            ("store-catalogue", options.catalogue().to_string()),
            ("store-currency", options.currency().to_string()),
            ("store-country", options.country().to_string()),
        ] {
            prop_assert_eq!(&data[key].0, value.as_bytes());
        }
        prop_assert!(!data.contains_key("store-theme"), "medusa has none");
    }

    #[test]
    fn a_title_stands_in_its_secret_byte_for_byte(title in title()) {
        let target = with_title(&title);
        let data = secrets::data(&target, secrets::of(&target).unwrap());
        prop_assert_eq!(&data["store-title"].0, title.as_str().as_bytes());
        // And on the wire to the API server, which is JSON with base64 in it.
        let wire = serde_json::to_string(&data).unwrap();
        let back: std::collections::BTreeMap<String, k8s_openapi::ByteString> = serde_json::from_str(&wire).unwrap();
        prop_assert_eq!(back, data);
    }
}

proptest! {
    // Each starts three processes.
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_pods_wrapper_passes_every_argument_byte_for_byte(arguments in vec(argument(), 0..5)) {
        let mut argv = vec!["printf", "%s\\0"];
        argv.extend(arguments.iter().map(String::as_str));
        let output = in_pod(&argv, b"");
        prop_assert!(output.status.success(), "{:?}", output);
        // Without arguments it prints its format once, with none.
        let expected = if arguments.is_empty() { "\0".to_owned() } else { arguments.join("\0") + "\0" };
        prop_assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    }

    #[test]
    fn the_pods_wrapper_passes_every_byte_of_the_input(input in vec(any::<u8>(), 0..100_000)) {
        let output = in_pod(&["cat"], &input);
        prop_assert!(output.status.success());
        prop_assert_eq!(output.stdout, input);
    }
}

/// The chart as helm renders it, or what helm said against it; `None` where there is no helm.
fn rendered(settings: &KubernetesSettings, target: &Target) -> Option<Result<String, String>> {
    let helm = std::env::var_os("SOUK_HELM_BIN")?;
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../helm/ecommerce-store");
    let mut command = Command::new(helm);
    command.args(["template", "store"]).arg(&chart);
    command.arg("--values").arg(chart.join("values-local.yaml")).args(["--values", "-"]);
    let output = run(&mut command, &Values::of(settings, target).to_json().unwrap());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Some(if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) })
}

fn with_images() -> KubernetesSettings {
    let mut settings = settings();
    let image = |name: &str| Some(format!("registry.example.com/souk/{name}:1"));
    settings.images.medusa = image("medusa");
    settings.images.postgres = image("postgres");
    settings.images.redis = image("redis");
    settings
}

#[test]
fn the_chart_renders_what_the_values_say() {
    // The control for the test below: a good text is there, as it is.
    let Some(good) = rendered(&with_images(), &target()) else { return };
    assert!(good.unwrap().contains(r#"image: "registry.example.com/souk/medusa:1""#));
}

#[test]
fn a_name_that_yaml_would_take_for_something_else_stays_a_name() {
    for name in ["null", "true", "0123", "1e5"] {
        let settings = KubernetesSettings { image_pull_secrets: vec![name.to_owned()], ..with_images() };
        let Some(manifests) = rendered(&settings, &target()) else { return };
        assert!(manifests.unwrap().contains(&format!(r#"- name: "{name}""#)), "{name}");
    }
}

proptest! {
    // Each runs helm three times.
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_chart_shows_nothing_of_a_title_and_refuses_every_text_that_is_not_what_it_should_be(
        title in title(), text in hostile()
    ) {
        let Some(expected) = rendered(&with_images(), &target()) else { return Ok(()) };
        prop_assert_eq!(rendered(&with_images(), &with_title(&title)).unwrap(), expected.clone());

        let (mut image, mut login, mut host) = (with_images(), with_images(), target());
        image.images.medusa = Some(text.clone());
        login.image_pull_secrets = vec![text.clone()];
        host.host.clone_from(&text);
        for (settings, target) in [(&image, &target()), (&login, &target()), (&with_images(), &host)] {
            match rendered(settings, target).unwrap() {
                // By the chart's schema, or as no YAML before that.
                Err(said) => prop_assert!(
                    said.contains("values don't meet the specifications") || said.contains("control characters"),
                    "{}", said
                ),
                // A plain word may well be a name.
                Ok(manifests) => prop_assert!(
                    text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".:/@_-".contains(&b))
                        && manifests.contains(&format!("\"{text}\"")),
                    "{:?} was rendered", text
                ),
            }
        }
    }
}

/// The store image's setup script with a database that notes what it is told.
struct SetupScript(tempfile::TempDir);

impl SetupScript {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../images/medusa/souk");
        let copy = folder.path().join("souk");
        fs::create_dir_all(&copy).unwrap();
        for name in ["setup.mjs", "database.mjs", "ids.mjs", "options.mjs", "restore.mjs", "secrets.mjs"] {
            fs::copy(scripts.join(name), copy.join(name)).unwrap();
        }
        let script = Self(folder);
        script.module(
            "scrypt-kdf",
            "export default { kdf: async () => Buffer.from('x'), verify: async () => false }",
        );
        script.module(
            "pg",
            r#"import { appendFileSync } from "node:fs"
            const answers = [
              [/FROM souk\.store/, [{ set_up_at: null }]],
              [/SELECT name FROM store/, [{ name: "Medusa Store" }]],
              [/RETURNING id/, [{ id: "user_1" }]],
            ]
            class Client {
              on() {}
              async connect() {}
              async end() {}
              async query(text, params = []) {
                appendFileSync(process.env.SAID, JSON.stringify({ text, params }) + "\n")
                const rows = answers.find(([pattern]) => pattern.test(text))?.[1] ?? []
                return { rows, rowCount: rows.length }
              }
            }
            export default { Client }"#,
        );
        script
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn module(&self, name: &str, text: &str) {
        let folder = self.path("node_modules").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("package.json"), r#"{"type":"module","exports":"./index.mjs"}"#).unwrap();
        fs::write(folder.join("index.mjs"), text).unwrap();
    }

    /// Mounts the target's Secret, runs the script, and returns what the database was told.
    fn run(&self, target: &Target) -> Vec<Value> {
        let mounted = self.path("secrets");
        let _ = fs::remove_dir_all(&mounted);
        let _ = fs::remove_file(self.path("said"));
        fs::create_dir_all(&mounted).unwrap();
        for (key, value) in secrets::data(target, secrets::of(target).unwrap()) {
            fs::write(mounted.join(key), value.0).unwrap();
        }
        let mut node = Command::new("node");
        node.arg(self.path("souk/setup.mjs")).env("SOUK_SECRETS", &mounted).env("SAID", self.path("said"));
        let output = run(&mut node, b"");
        assert!(output.status.success(), "{output:?}");
        let said = fs::read_to_string(self.path("said")).unwrap();
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn texts(said: &[Value]) -> Vec<&Value> {
    said.iter().map(|query| &query["text"]).collect()
}

#[test]
fn the_setup_script_hands_every_title_to_the_database_byte_for_byte_and_as_a_value() {
    let script = SetupScript::new();
    let plain = script.run(&with_title(&"Shoes".parse().unwrap()));
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(title in title())| {
        let said = script.run(&with_title(&title));
        let named = said.iter().find(|query| query["text"].as_str().unwrap().starts_with("UPDATE store SET name"));
        prop_assert_eq!(&named.unwrap()["params"], &json!([title.as_str()]));
        // Not a letter of it is in a statement.
        prop_assert_eq!(texts(&said), texts(&plain));
    });
}
