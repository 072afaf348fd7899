//! A mail server outside the cluster that takes whatever it is given: Debian's aiosmtpd.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use souk_test_support::until;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use uuid::Uuid;

use crate::outside::Outside;
use crate::souk::folder;

/// No port that `egress.internet` would open.
pub const PORT: u16 = 2525;
const START_LIMIT: Duration = Duration::from_secs(20);
/// From the order to its mails: they are sent before it is answered.
const ARRIVE_LIMIT: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// It listens on an address of its own, and goes with the test.
#[derive(Debug)]
pub struct MailServer {
    place: Outside,
    /// A maildir: each mail is a file in `new`.
    maildir: PathBuf,
    _server: Child,
}

/// A mail as it arrived.
#[derive(Debug, Clone)]
pub struct Mail(String);

impl Mail {
    /// A header on one line; empty where there is none. `X-MailFrom` and `X-RcptTo` are the envelope's.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let lines = self.0.lines().take_while(|line| !line.is_empty());
        let mut headers = lines.filter_map(|line| line.split_once(':'));
        headers.find(|(found, _)| found.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim())
    }
}

impl MailServer {
    /// # Panics
    /// When it cannot be started.
    pub async fn start() -> Self {
        let place = Outside::mail().await;
        let maildir = folder().join(format!("mail-{}", Uuid::new_v4().simple()));
        let server = Command::new("/usr/bin/python3")
            .args(["-m", "aiosmtpd", "--nosetuid", "--class", "aiosmtpd.handlers.Mailbox"])
            .arg("--listen")
            .arg(format!("{}:{PORT}", place.address))
            .arg(&maildir)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("starting Debian's python3-aiosmtpd: {error}"));
        let listens = until(START_LIMIT, LOOK_EVERY, async || {
            TcpStream::connect((place.address, PORT)).await.ok().map(drop)
        });
        assert!(listens.await.is_some(), "no mail server (Debian's python3-aiosmtpd) at {}", place.address);
        Self { place, maildir, _server: server }
    }

    #[must_use]
    pub fn host(&self) -> String {
        self.place.address.to_string()
    }

    /// All mails to that address.
    #[must_use]
    pub fn to(&self, address: &str) -> Vec<Mail> {
        let files = fs::read_dir(self.maildir.join("new")).into_iter().flatten().flatten();
        let mails = files.filter_map(|file| fs::read_to_string(file.path()).ok()).map(Mail);
        mails.filter(|mail| mail.header("X-RcptTo") == address).collect()
    }

    /// Waits for a mail to that address with these words in its subject.
    ///
    /// # Panics
    /// When none comes.
    pub async fn wait_for(&self, address: &str, subject: &str) -> Mail {
        let found = until(ARRIVE_LIMIT, LOOK_EVERY, async || {
            self.to(address).into_iter().find(|mail| mail.header("Subject").contains(subject))
        });
        found.await.unwrap_or_else(|| {
            panic!("no mail to {address} about {subject:?}; it has {:?}", self.to(address))
        })
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.maildir);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_up_to_the_first_empty_line() {
        let mail = Mail("Subject: [Shop]: New order\nX-RcptTo: a@b.example\n\nFrom: nobody\n".to_owned());
        assert_eq!(mail.header("subject"), "[Shop]: New order");
        assert_eq!(mail.header("X-RcptTo"), "a@b.example");
        assert_eq!(mail.header("From"), "");
    }
}
