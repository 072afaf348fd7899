//! Hears that a job was queued, and sees to it that the queue is looked at after that.
//!
//! apalis answers a notification with a look, unless it is looking already: then a job that came a moment too late
//! for that look would wait for the next poll. So a notification has echoes, until a job has been found.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use apalis::prelude::{PollSnapshot, PollStrategy};
use futures::{Stream, StreamExt};
use tokio::time::{Instant, Sleep, sleep_until};

/// When to look again after a notification. A look takes about a millisecond; where it takes longer than the
/// last of these, the poll comes.
const ECHOES: [Duration; 4] = [
    Duration::from_millis(2),
    Duration::from_millis(6),
    Duration::from_millis(30),
    Duration::from_millis(150),
];

/// A strategy that looks whenever one of the notifications comes.
#[derive(Debug)]
pub(crate) struct Rings<S> {
    notifications: S,
    unanswered: Option<Unanswered>,
}

/// A notification after which no job has been found yet.
#[derive(Debug)]
struct Unanswered {
    came: Instant,
    /// Jobs that had been found before it came.
    found: u64,
    /// How many echoes there were.
    echoes: usize,
    next: Pin<Box<Sleep>>,
}

impl<S> Rings<S> {
    pub(crate) fn new(notifications: S) -> Self {
        Self { notifications, unanswered: None }
    }
}

impl<S: Stream + Unpin> PollStrategy for Rings<S> {
    fn poll_drive(&mut self, cx: &mut Context<'_>, snapshot: &PollSnapshot) -> Poll<Option<()>> {
        let mut look = false;
        // All of them, and then one that has yet to come: only that one wakes this task again.
        while let Poll::Ready(Some(_)) = self.notifications.poll_next_unpin(cx) {
            look = true;
        }
        if look {
            self.unanswered = Some(Unanswered::new(snapshot.total_ready));
        }
        self.unanswered = self.unanswered.take().filter(|one| one.found == snapshot.total_ready);
        while let Some(one) = &mut self.unanswered {
            if one.next.as_mut().poll(cx).is_pending() {
                break;
            }
            look = true;
            self.unanswered = self.unanswered.take().and_then(Unanswered::echoed);
        }
        if look { Poll::Ready(Some(())) } else { Poll::Pending }
    }
}

impl Unanswered {
    fn new(found: u64) -> Self {
        let came = Instant::now();
        Self { came, found, echoes: 0, next: Box::pin(sleep_until(came + ECHOES[0])) }
    }

    /// Waits for the next echo, if there is one.
    fn echoed(mut self) -> Option<Self> {
        self.echoes += 1;
        let next = self.came + *ECHOES.get(self.echoes)?;
        self.next.as_mut().reset(next);
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};

    use super::*;

    /// Bounds a broken test, nothing else.
    const LIMIT: Duration = Duration::from_secs(10);

    fn snapshot(found: u64) -> PollSnapshot {
        PollSnapshot { total_ready: found, ..PollSnapshot::new() }
    }

    /// Whether it is time to look just now, in a queue in which so many jobs have been found.
    async fn now(rings: &mut Rings<UnboundedReceiver<()>>, found: u64) -> bool {
        poll_fn(|cx| Poll::Ready(rings.poll_drive(cx, &snapshot(found)).is_ready())).await
    }

    /// Returns when it is time to look.
    async fn soon(rings: &mut Rings<UnboundedReceiver<()>>, found: u64) {
        let look = poll_fn(|cx| rings.poll_drive(cx, &snapshot(found)));
        tokio::time::timeout(LIMIT, look).await.expect("a look");
    }

    fn ring(bell: &UnboundedSender<()>) {
        bell.unbounded_send(()).expect("somebody listens");
    }

    #[tokio::test]
    async fn a_notification_has_echoes_and_they_come_to_an_end() {
        let (bell, notifications) = unbounded();
        let mut rings = Rings::new(notifications);
        assert!(!now(&mut rings, 0).await, "nobody rang");
        ring(&bell);
        assert!(now(&mut rings, 0).await);
        let mut echoes = 0;
        while rings.unanswered.is_some() {
            soon(&mut rings, 0).await;
            echoes += 1;
        }
        assert!((1..=ECHOES.len()).contains(&echoes), "{echoes} looks; late ones may come together");
        assert!(!now(&mut rings, 0).await);
    }

    #[tokio::test]
    async fn a_job_that_was_found_silences_the_echoes() {
        let (bell, notifications) = unbounded();
        let mut rings = Rings::new(notifications);
        ring(&bell);
        assert!(now(&mut rings, 0).await);
        tokio::time::sleep(ECHOES[0] * 2).await;
        assert!(!now(&mut rings, 1).await, "it was answered");
    }

    #[tokio::test]
    async fn a_notification_that_comes_while_all_is_quiet_wakes_whoever_waits() {
        let (bell, notifications) = unbounded();
        let mut rings = Rings::new(notifications);
        for found in 0..3 {
            ring(&bell);
            ring(&bell);
            assert!(now(&mut rings, found).await);
            assert!(!now(&mut rings, found + 1).await, "one look was enough for both");
        }
        let later = async {
            tokio::task::yield_now().await;
            ring(&bell);
        };
        tokio::join!(soon(&mut rings, 3), later);
    }
}
