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
    let port = reader.value("smtp_port");
    let tls = reader.value("smtp_tls");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::option_option, reason = "as above")]
    fn read(settings: &[(&str, &str)]) -> (Option<Option<MailServer>>, Vec<String>) {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::new(settings.collect());
        let server = server(&mut reader);
        (server, reader.finish().faults)
    }

    #[test]
    fn a_mail_server_is_whole_or_none() {
        let server = |settings: &[(&str, &str)]| {
            let (server, faults) = read(settings);
            assert!(faults.is_empty(), "{faults:?}");
            server.unwrap()
        };
        assert_eq!(server(&[]), None);
        let by_address = server(&[("smtp_host", "10.1.2.3"), ("smtp_tls", "none")]).unwrap();
        assert_eq!(by_address.ranges, ["10.1.2.3/32".parse().unwrap()]);
        let by_name = [
            ("smtp_host", "smtp.example.com"),
            ("smtp_port", "465"),
            ("smtp_tls", "ssl"),
            ("smtp_from", "shops@example.com"),
            ("smtp_user", "relay"),
            ("smtp_password", "very-secret-nonsense"),
        ];
        let found = server(&by_name).unwrap();
        assert_eq!((found.port, found.ranges.len(), found.login.is_some()), (465, 0, true));

        for (name, why, settings) in [
            ("SOUK_SMTP_HOST", "is required", &[("smtp_from", "shops@example.com")][..]),
            ("SOUK_SMTP_HOST", "is no host name", &[("smtp_host", "smtp.example.com:25")]),
            ("SOUK_SMTP_PORT", "is no port", &[("smtp_host", "10.1.2.3"), ("smtp_port", "0")]),
            ("SOUK_SMTP_TLS", "choose", &[("smtp_host", "10.1.2.3"), ("smtp_tls", "yes")]),
            ("SOUK_SMTP_FROM", "is not an e-mail", &[("smtp_host", "10.1.2.3"), ("smtp_from", "shops")]),
            ("SOUK_SMTP_PASSWORD", "is required", &[("smtp_host", "10.1.2.3"), ("smtp_user", "relay")]),
            ("SOUK_SMTP_USER", "is required", &[("smtp_host", "10.1.2.3"), ("smtp_password", "relay")]),
            (
                "SOUK_SMTP_RANGES",
                "at most 65,536",
                &[("smtp_host", "10.1.2.3"), ("smtp_ranges", "10.0.0.0/8")],
            ),
            (
                "SOUK_SMTP_TLS",
                "is `none`",
                &[
                    ("smtp_host", "10.1.2.3"),
                    ("smtp_tls", "none"),
                    ("smtp_user", "relay"),
                    ("smtp_password", "very-secret-nonsense"),
                ],
            ),
        ] {
            let (_, faults) = read(settings);
            assert!(
                faults.iter().any(|fault| fault.starts_with(name) && fault.contains(why)),
                "{name}: {faults:?}"
            );
            assert!(!faults.concat().contains("very-secret"), "{faults:?}");
        }
    }
}
