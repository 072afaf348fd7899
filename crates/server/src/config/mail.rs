//! The server that takes the shops' mail, if there is one.

use secrecy::ExposeSecret;
use souk_domain::email::Email;
use souk_provisioner_k8s::mail::{MailHost, MailLogin, MailRange, MailServer, MailTls};

use super::reader::Reader;

const HOST: &str = "smtp_host";
/// What has no meaning without a server.
const OTHERS: [&str; 6] = ["smtp_port", "smtp_tls", "smtp_from", "smtp_user", "smtp_password", "smtp_ranges"];

/// `Some(None)` without a server; `None` when something about it is wrong, which is noted.
#[allow(clippy::option_option, reason = "wrong, none and one are three things")]
pub(super) fn server(reader: &mut Reader) -> Option<Option<MailServer>> {
    let without_host = !reader.has(HOST);
    if without_host && OTHERS.iter().any(|name| reader.has(name)) {
        reader.refuse(HOST, "is required where anything else of a mail server is set");
    }
    let host = reader.text(HOST).map(|text| text.parse::<MailHost>());
    let port = reader.or("smtp_port", 587);
    let tls = reader.or("smtp_tls", MailTls::Tls);
    let from = reader.text("smtp_from").map(|text| text.parse::<Email>());
    let ranges: Option<Vec<MailRange>> = reader.list("smtp_ranges");
    let login = login(reader, tls);
    let host = host.map(|host| host.map_err(|error| reader.refuse(HOST, &error.to_string())));
    let from = from.map(|from| from.map_err(|error| reader.refuse("smtp_from", &error.to_string())));
    if port == Some(0) {
        reader.refuse("smtp_port", "is no port");
    }
    // What else is wrong is noted.
    let Some(host) = host else { return Some(None) };
    let (host, mut ranges) = (host.ok()?, ranges?);
    if ranges.is_empty() {
        ranges.extend(host.range());
    }
    Some(Some(MailServer {
        host,
        port: port?,
        tls: tls?,
        from: from.transpose().ok()?,
        ranges,
        login: login?,
    }))
}

/// Both or none, and never where others can read along.
#[allow(clippy::option_option, reason = "as above")]
fn login(reader: &mut Reader, tls: Option<MailTls>) -> Option<Option<MailLogin>> {
    match (reader.text("smtp_user"), reader.secret("smtp_password")) {
        (None, None) => Some(None),
        (Some(_), Some(_)) if tls == Some(MailTls::None) => {
            reader.refuse(
                "smtp_tls",
                "is `none`: the password would go over the network for everybody to read",
            );
            None
        }
        (Some(user), Some(password)) => {
            Some(Some(MailLogin { user, password: password.expose_secret().to_owned() }))
        }
        (None, Some(_)) => {
            reader.refuse("smtp_user", "is required with SOUK_SMTP_PASSWORD");
            None
        }
        (Some(_), None) => {
            reader.refuse("smtp_password", "is required with SOUK_SMTP_USER");
            None
        }
    }
}
