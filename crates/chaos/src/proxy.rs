//! A door between a client and Postgres that can be shut, or jammed, while both sides live.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

const BUFFER_BYTES: usize = 16 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    Open,
    /// Nothing arrives, nothing breaks.
    Jammed,
    /// Connections break, and new ones are refused.
    Shut,
}

/// It stands until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    pub address: SocketAddr,
    flow: watch::Sender<Flow>,
}

impl Proxy {
    /// A door to `server`, on a free port.
    pub async fn to(server: String) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (flow, seen) = watch::channel(Flow::Open);
        tokio::spawn(async move {
            loop {
                let mut ended = seen.clone();
                tokio::select! {
                    // Nothing is waited for but the end of whoever turns the door.
                    () = async { drop(ended.wait_for(|_| false).await) } => return,
                    accepted = listener.accept() => {
                        if let Ok((client, _)) = accepted {
                            tokio::spawn(connect(client, server.clone(), seen.clone()));
                        }
                    }
                }
            }
        });
        Ok(Self { address, flow })
    }

    pub fn set(&self, flow: Flow) {
        self.flow.send_replace(flow);
    }
}

async fn connect(client: TcpStream, server: String, flow: watch::Receiver<Flow>) {
    if *flow.borrow() == Flow::Shut {
        return;
    }
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // When one direction ends, both do.
    tokio::select! {
        () = pump(from_client, to_server, flow.clone()) => {}
        () = pump(from_server, to_client, flow.clone()) => {}
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut flow: watch::Receiver<Flow>) {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match flow.wait_for(|flow| *flow != Flow::Jammed).await {
            Ok(flow) if *flow == Flow::Open => {}
            _ => return,
        }
        tokio::select! {
            changed = flow.changed() => if changed.is_err() { return },
            read = from.read(&mut buffer) => match read {
                Ok(0) | Err(_) => return,
                Ok(length) => {
                    // What came just before the door was jammed waits behind it.
                    match flow.wait_for(|flow| *flow != Flow::Jammed).await {
                        Ok(flow) if *flow == Flow::Open => {}
                        _ => return,
                    }
                    if to.write_all(&buffer[..length]).await.is_err() {
                        return;
                    }
                }
            },
        }
    }
}
