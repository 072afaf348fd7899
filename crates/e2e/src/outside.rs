//! Addresses outside the cluster, which the test makes on this machine: what no store may reach, or one only.

use std::net::Ipv4Addr;
use std::process::Stdio;
use std::time::Duration;

use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// An address on an interface of its own, which goes with it.
#[derive(Debug)]
pub struct Outside {
    pub address: Ipv4Addr,
    interface: &'static str,
}

impl Outside {
    /// Where clouds give their machines' credentials away.
    ///
    /// # Panics
    /// When the interface cannot be made: it takes root.
    pub async fn metadata() -> Self {
        Self::make("souk-e2e-meta", Ipv4Addr::new(169, 254, 169, 254)).await
    }

    /// The internet: public by its number, and nobody's (RFC 5737).
    ///
    /// # Panics
    /// As [`Outside::metadata`].
    pub async fn internet() -> Self {
        Self::make("souk-e2e-public", Ipv4Addr::new(203, 0, 113, 7)).await
    }

    /// An operator's own network, where a mail server is.
    ///
    /// # Panics
    /// As [`Outside::metadata`].
    pub async fn mail() -> Self {
        Self::make("souk-e2e-mail", Ipv4Addr::new(198, 18, 25, 25)).await
    }

    async fn make(interface: &'static str, address: Ipv4Addr) -> Self {
        let _ = ip(&["link", "delete", interface]).await; // of a run that was killed
        let range = format!("{address}/32");
        for command in [
            vec!["link", "add", interface, "type", "bridge"],
            vec!["address", "add", range.as_str(), "dev", interface],
            vec!["link", "set", interface, "up"],
        ] {
            assert!(ip(&command).await, "ip {command:?} failed");
        }
        Self { address, interface }
    }

    /// Something that answers there.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn listen(self) -> Listener {
        let listener = TcpListener::bind((self.address, 0)).await;
        let listener = listener.unwrap_or_else(|error| panic!("listening on {}: {error}", self.address));
        let port = listener.local_addr().map_or(0, |address| address.port());
        let server = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
                    .await;
            }
        });
        Listener { place: self, port, server }
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        let _ = std::process::Command::new("ip").args(["link", "delete", self.interface]).status();
    }
}

#[derive(Debug)]
pub struct Listener {
    place: Outside,
    pub port: u16,
    server: tokio::task::JoinHandle<()>,
}

impl Listener {
    #[must_use]
    pub fn address(&self) -> String {
        self.place.address.to_string()
    }

    pub async fn answers_the_host(&self) -> bool {
        timeout(Duration::from_secs(3), TcpStream::connect((self.place.address, self.port)))
            .await
            .is_ok_and(|connected| connected.is_ok())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn ip(arguments: &[&str]) -> bool {
    let status = tokio::process::Command::new("ip").args(arguments).stderr(Stdio::null()).status();
    status.await.is_ok_and(|status| status.success())
}
