//! SIGTERM and SIGINT are ours: what they begin is an orderly stop.

use tokio::signal::unix::{SignalKind, signal};

/// Returns when the process is asked to stop, with the name of the signal.
pub async fn stop_asked() -> std::io::Result<&'static str> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    })
}
