//! Every setting, in one table: its name, what it is without being set, and what it means.
//!
//! The reader takes its defaults from here, `souk config --print` shows what is here, and the tables of
//! docs/settings.md are made of it. Invariant: a setting that is read is in the table, and one that is in the table is
//! read; a test compares them.

#[cfg(test)]
use std::fmt::Write as _;

/// One setting. Its name is in small letters and without `SOUK_`.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    pub name: &'static str,
    pub unset: Unset,
    pub kind: Kind,
    #[cfg_attr(not(test), expect(dead_code, reason = "the documentation shows it, which a test writes"))]
    pub meaning: &'static str,
}

/// What counts where nothing is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unset {
    /// It has to be set.
    Required,
    /// This, as somebody would write it.
    Is(&'static str),
    /// What the machine or another setting says, in words.
    Computed(&'static str),
    /// Nothing, and what follows from it, in words.
    Absent(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Plain,
    /// Never shown.
    Secret,
    /// Shown without the password in it.
    Url,
}

use Kind::{Plain, Secret, Url};
use Unset::{Absent, Computed, Is, Required};

const fn row(name: &'static str, unset: Unset, kind: Kind, meaning: &'static str) -> Setting {
    Setting { name, unset, kind, meaning }
}

/// By the headings of docs/settings.md, and in its order.
#[rustfmt::skip]
pub const SECTIONS: &[(&str, &[Setting])] = &[
    ("Profile", &[
        row("profile", Is("dev"), Plain,
            "`dev`, `test`, `staging` or `production`. The last two refuse to start with a weak secret \
             (short, a pattern, or a word from an example), with the simulated provisioner, and with \
             origins of browsers that are not https or share a site with the stores, and name each"),
        row("config", Absent("none"), Plain, "the TOML file"),
    ]),
    ("Database", &[
        row("database_url", Required, Url, "signs in as `souk_api`: the API's pool, under row-level security"),
        row("database_worker_url", Required, Url, "signs in as `souk_worker`"),
        row("database_admin_url", Absent("none"), Url,
            "a role that may make roles and extensions; used by `souk migrate` and `SOUK_AUTO_MIGRATE` only"),
        row("auto_migrate", Is("false"), Plain, "migrate before serving"),
        row("database_api_connections", Is("10"), Plain, "size of the API's pool"),
        row("database_worker_connections", Is("10"), Plain, "size of the worker's pool"),
    ]),
    ("Secrets", &[
        row("jwt_secret", Required, Secret, "signs access tokens (HS256); `openssl rand -hex 32`"),
        row("jwt_key_id", Is("1"), Plain, "names that key in the tokens"),
        row("jwt_previous_secret", Absent("none"), Secret, "the key before it: its tokens stay valid"),
        row("jwt_previous_key_id", Is("0"), Plain, "names that one"),
        row("encryption_key", Required, Secret,
            "32 bytes in base64; encrypts the stores' secrets and those of second factors in the database \
             (AES-256-GCM); `openssl rand -base64 32`. Whoever loses it loses them"),
        row("encryption_key_id", Is("1"), Plain, "names that key in the rows"),
        row("encryption_old_keys", Absent("none"), Secret,
            "`id:key` pairs with commas between: they still decrypt"),
        row("metrics_token", Absent("none"), Secret, "opens `/api/v1/metrics` for a scraper that is no admin"),
    ]),
    ("Listening", &[
        row("bind", Is("127.0.0.1:3001"), Plain, "the API"),
        row("metrics_bind", Is("127.0.0.1:9464"), Plain,
            "`/metrics` for Prometheus, without a token; `off` for none"),
        row("http_workers", Computed("one a core"), Plain, "threads that serve requests"),
        row("public_url", Absent("none; required in `staging` and `production`"), Plain,
            "where browsers find Souk, like `https://souk.example.com`: the session's cookie counts only with \
             this `Origin`, and is `Secure` when it is https. The last two profiles refuse one without https, \
             and one that shares a site with `SOUK_STORE_DOMAIN_SUFFIX`: merchants run code of their own on \
             store hosts"),
        row("allow_shared_site", Is("false"), Plain,
            "let the two share a site after all: Souk compares the last two labels, which is too strict where \
             a public suffix has more (`co.uk`)"),
        row("cors_origins", Absent("none"), Plain,
            "origins whose pages may call the API, with commas between. The last two profiles refuse one without \
             https, and one that shares a site with the stores, as above"),
        row("trusted_proxies", Absent("none"), Plain,
            "networks (`10.0.0.0/8`) whose `X-Forwarded-For` is believed"),
        row("strict_transport", Is("false"), Plain, "send `Strict-Transport-Security`: for an API behind TLS"),
        row("request_timeout_ms", Is("30000"), Plain, "from the request to the head of the answer"),
        row("address_rate_per_minute", Is("60"), Plain,
            "requests without a token that is good, by address, in each process; `0` for no limit"),
        row("sign_in_rate_per_minute", Is("20"), Plain,
            "attempts to sign in or register, by address, in each process; `0` for no limit"),
        row("user_rate_per_minute", Is("600"), Plain,
            "other requests, by user, in each process; `0` for no limit"),
        row("create_rate_per_minute", Is("20"), Plain,
            "stores asked for, by user, in each process; `0` for no limit"),
        row("drain_grace_ms", Is("5000"), Plain,
            "after SIGTERM: how long new requests get 503 while the listener still accepts"),
        row("stop_limit_ms", Is("5000"), Plain, "after that: how long requests in flight may take to end"),
    ]),
    ("Dashboard", &[
        row("brand_name", Is("Souk"), Plain, "what its pages call this Souk; 40 characters at most"),
        row("brand_colour", Absent("the dashboard's own"), Plain, "the accent of its pages, like `#b45309`"),
        row("brand_logo", Absent("the dashboard's own"), Plain,
            "a file that ends with `.svg`, `.png` or `.webp`, 256 KiB at most; read at start"),
    ]),
    ("Stores", &[
        row("provisioner", Is("kubernetes"), Plain,
            "or `simulated`, which makes nothing and says so in `/health`"),
        row("simulated_step_ms", Is("300"), Plain, "how long a simulated step takes"),
        row("store_scheme", Is("http"), Plain, "of the stores' addresses: `http` or `https`"),
        row("store_domain_suffix", Is(".localhost"), Plain,
            "what comes after a store's own part of its host name"),
        row("wp_themes", Absent("none"), Plain,
            "a folder with `astra.zip` or `storefront.zip`: themes that Souk does not come with, and that \
             stores can then be asked for with. Read at start; a zip that is no theme of its name is a fault. \
             The image has to be built with the same folder ([images.md](images.md))"),
        row("ingress_port", Is("8080"), Plain,
            "the ingress's port as visitors see it; left out of addresses where it is the scheme's own"),
        row("ingress_connect", Absent("none"), Plain,
            "`host:port` of the ingress, where store hosts do not resolve for Souk itself"),
        row("kubeconfig", Absent("in a pod: its account"), Plain,
            "the kubeconfig of Souk's own account; `souk connect-cluster` writes it"),
        row("helm_bin", Is("helm"), Plain, "a name on `PATH`, or a path"),
        row("helm_chart_path", Is("helm/ecommerce-store"), Plain, "the chart of a store"),
        row("helm_values_file", Absent("none"), Plain,
            "values files of this environment, with commas between, the later ones winning"),
        row("data_dir", Computed("`$XDG_DATA_HOME/souk`, else `~/.local/share/souk`"), Plain,
            "a folder of Souk's own: helm's cache and configuration"),
        row("medusa_image", Absent("as the values files say"), Plain,
            "a Medusa store's image, with tag or digest"),
        row("postgres_image", Absent("as the values files say"), Plain, "the image of its database"),
        row("redis_image", Absent("as the values files say"), Plain, "the image of its Redis"),
        row("woocommerce_image", Absent("as the values files say"), Plain, "a WooCommerce store's image"),
        row("mariadb_image", Absent("as the values files say"), Plain, "the image of its database"),
        row("account_name", Is("souk"), Plain,
            "Souk's own service account in the cluster; two Souks in one cluster need two"),
        row("account_namespace", Is("souk-system"), Plain, "where that account lives"),
        row("account_store_role", Is("souk-store"), Plain,
            "the ClusterRole that it binds to itself in each store's namespace"),
        row("image_pull_secrets", Absent("none"), Plain,
            "Secrets of Souk's namespace with registry logins, copied into each store's"),
    ]),
    ("Mail of the stores", &[
        row("smtp_host", Absent("none"), Plain, "a name or an IPv4 address"),
        row("smtp_port", Is("587"), Plain, "where the server listens"),
        row("smtp_tls", Is("tls"), Plain,
            "`tls` (STARTTLS, and no mail without), `ssl` (from the first byte) or `none`. The server's \
             certificate is checked"),
        row("smtp_user", Absent("none"), Plain,
            "signs in at the server; with the password, or neither. Refused where `SOUK_SMTP_TLS` is `none`"),
        row("smtp_password", Absent("none"), Secret,
            "of that user. Every store's shop is given both, so let them open nothing but sending"),
        row("smtp_from", Absent("each shop's own address"), Plain,
            "the sender of every mail, for a server that takes no other. The shop's name stays, and answers \
             go to the shop"),
        row("smtp_ranges", Absent("the host, where that is an address"), Plain,
            "IPv4 ranges with commas between, each a /16 or smaller, that the stores' network rules open for \
             the server's port. None are needed where the chart's `egress.internet` opens the way (465 and \
             587 of public addresses)"),
    ]),
    ("Limits", &[
        row("max_stores_per_user", Is("5"), Plain,
            "stores of an account that hold cluster resources or soon will; 429 `store.limit`. An operator \
             can set another number for one account (`souk admin set-plan`)"),
        row("store_creation_cooldown_ms", Is("30000"), Plain,
            "between two creations of an account; 429 `store.cooldown`; `0` for none"),
        row("failed_sign_ins_per_address", Is("30"), Plain,
            "failed sign-ins from one address within 15 minutes; 429 `auth.sign_in_limited`; `0` for no limit"),
        row("registrations_per_address", Is("20"), Plain,
            "attempts to register from one address within an hour; 429 `auth.registration_limited`; `0` for \
             no limit"),
        row("provisioning_max_concurrent", Is("3"), Plain, "operations that run at once, over all replicas"),
        row("provisioning_max_per_account", Is("2"), Plain, "of those, at most so many of one account"),
        row("provisioning_max_queue", Is("10"), Plain,
            "provisionings that may wait; then 503 `provisioning.queue_full`"),
        row("provisioning_queue_timeout_ms", Is("120000"), Plain,
            "longer, and a waiting provisioning fails, to be retried"),
        row("provisioning_timeout_ms", Is("600000"), Plain, "the longest that one step may take"),
    ]),
    ("Logs and traces", &[
        row("log_level", Is("info"), Plain, "a level, or a filter such as `souk_worker=debug,info`"),
        row("log_format", Computed("`pretty` in `dev`, else `json`"), Plain,
            "lines on standard error; each of a request, or of an operation, names the spans it was written \
             in, with their `correlation_id`"),
        row("otlp_endpoint", Absent("none"), Url,
            "a collector of OpenTelemetry that takes OTLP over HTTP, like `http://127.0.0.1:4318`: spans of requests, \
             operations and their steps go to `/v1/traces` below it. While it is away they are lost, and Souk works"),
    ]),
];

/// All of them, in the order of the documentation.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|(_, settings)| settings.iter())
}

pub fn find(name: &str) -> Option<&'static Setting> {
    settings().find(|setting| setting.name == name)
}

/// The table of one section, as docs/settings.md has it.
#[cfg(test)]
pub fn markdown(settings: &[Setting]) -> String {
    let mut text = String::from("| name | default | meaning |\n|---|---|---|\n");
    for setting in settings {
        let default = match setting.unset {
            Required => "required".to_owned(),
            Is(value) => format!("`{value}`"),
            Computed(words) | Absent(words) => words.to_owned(),
        };
        // Writing to a text cannot fail.
        let _ =
            writeln!(text, "| `SOUK_{}` | {default} | {} |", setting.name.to_uppercase(), setting.meaning);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use souk_test_support::docs;

    use super::*;

    #[test]
    fn a_setting_is_there_once() {
        let names: BTreeSet<_> = settings().map(|setting| setting.name).collect();
        assert_eq!(names.len(), settings().count());
    }

    #[test]
    fn the_page_about_settings_lists_those_that_there_are() {
        for (section, settings) in SECTIONS {
            let renew = "cargo test -p souk-server the_page_about_settings";
            docs::keep("docs/settings.md", &format!("settings: {section}"), &markdown(settings), renew);
        }
    }
}
