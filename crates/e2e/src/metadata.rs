//! A stand-in for a cloud's metadata service, which no store may reach.

use std::time::Duration;

use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// The address under which clouds give their machines' credentials away.
pub const ADDRESS: &str = "169.254.169.254";

/// A listener on an interface that the test makes, and that goes with it.
#[derive(Debug)]
pub struct Metadata {
    pub port: u16,
    server: tokio::task::JoinHandle<()>,
}

const INTERFACE: &str = "souk-e2e-meta";

impl Metadata {
    /// # Panics
    /// When the interface cannot be made: it takes root.
    pub async fn listen() -> Self {
        let _ = ip(&["link", "delete", INTERFACE]).await; // of a run that was killed
        for command in [
            vec!["link", "add", INTERFACE, "type", "bridge"],
            vec!["address", "add", "169.254.169.254/32", "dev", INTERFACE],
            vec!["link", "set", INTERFACE, "up"],
        ] {
            assert!(ip(&command).await, "ip {command:?} failed");
        }
        let listener = TcpListener::bind((ADDRESS, 0)).await;
        let listener = listener.unwrap_or_else(|error| panic!("listening on {ADDRESS}: {error}"));
        let port = listener.local_addr().map_or(0, |address| address.port());
        let server = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
                    .await;
            }
        });
        Self { port, server }
    }

    pub async fn answers_the_host(&self) -> bool {
        timeout(Duration::from_secs(3), TcpStream::connect((ADDRESS, self.port)))
            .await
            .is_ok_and(|connected| connected.is_ok())
    }
}

impl Drop for Metadata {
    fn drop(&mut self) {
        self.server.abort();
        let _ = std::process::Command::new("ip").args(["link", "delete", INTERFACE]).status();
    }
}

async fn ip(arguments: &[&str]) -> bool {
    let status =
        tokio::process::Command::new("ip").args(arguments).stderr(std::process::Stdio::null()).status();
    status.await.is_ok_and(|status| status.success())
}
