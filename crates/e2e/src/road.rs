//! A road to the API server that a test can slow down and close: a network as it is on a bad day.
//!
//! It carries bytes and knows nothing of them. What is under way when a connection's end is gone is lost,
//! as a packet would be; nothing arrives that nobody sent any more.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What each piece of a conversation waits on a slow road.
const DELAY: Duration = Duration::from_millis(100);
const PIECE_BYTES: usize = 16 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Traffic {
    Open,
    Slow,
    Closed,
}

#[derive(Debug)]
pub struct Road {
    pub port: u16,
    traffic: watch::Sender<Traffic>,
    server: JoinHandle<()>,
}

impl Road {
    /// # Panics
    /// When the machine has no port left.
    pub async fn to(host: &str, port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap_or_else(|error| panic!("{error}"));
        let own = listener.local_addr().unwrap_or_else(|error| panic!("{error}")).port();
        let (traffic, seen) = watch::channel(Traffic::Open);
        let host = host.to_owned();
        let server = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if let Ok(far) = TcpStream::connect((host.as_str(), port)).await {
                    tokio::spawn(carry(near, far, seen.clone()));
                }
            }
        });
        Self { port: own, traffic, server }
    }

    pub fn open(&self) {
        self.traffic.send_replace(Traffic::Open);
    }

    /// Every question and every answer takes a while, so that a tenth of a second becomes a few.
    pub fn slow_down(&self) {
        self.traffic.send_replace(Traffic::Slow);
    }

    /// Nothing moves, and nobody is told.
    pub fn close(&self) {
        self.traffic.send_replace(Traffic::Closed);
    }
}

impl Drop for Road {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Both directions of one connection; the end of one is the end of both.
async fn carry(near: TcpStream, far: TcpStream, traffic: watch::Receiver<Traffic>) {
    let (near_in, near_out) = near.into_split();
    let (far_in, far_out) = far.into_split();
    tokio::select! {
        () = pass(near_in, far_out, traffic.clone()) => {}
        () = pass(far_in, near_out, traffic) => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut traffic: watch::Receiver<Traffic>) {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let Ok(read @ 1..) = from.read(&mut piece).await else { return };
        let mut held = piece[..read].to_vec();
        if *traffic.borrow() == Traffic::Slow {
            tokio::time::sleep(DELAY).await;
        }
        while *traffic.borrow() == Traffic::Closed {
            // Held until the road opens; lost when whoever sent it has gone by then.
            tokio::select! {
                changed = traffic.changed() => if changed.is_err() { return },
                more = from.read(&mut piece) => match more {
                    Ok(more @ 1..) => held.extend_from_slice(&piece[..more]),
                    _ => return,
                },
            }
        }
        if to.write_all(&held).await.is_err() {
            return;
        }
    }
}
