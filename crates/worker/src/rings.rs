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

    /// Looks that follow within `time`, of a queue in which so many jobs have been found.
    async fn looks(rings: &mut Rings<UnboundedReceiver<()>>, found: u64, time: Duration) -> usize {
        let snapshot = PollSnapshot { total_ready: found, ..PollSnapshot::new() };
        let ends = Instant::now() + time;
        let mut looks = 0;
        while let Ok(Some(())) =
            tokio::time::timeout_at(ends, poll_fn(|cx| rings.poll_drive(cx, &snapshot))).await
        {
            looks += 1;
        }
        looks
    }

    fn ring(bell: &UnboundedSender<()>) {
        bell.unbounded_send(()).expect("somebody listens");
    }

    const LONG: Duration = Duration::from_millis(400);

    #[tokio::test]
    async fn a_notification_has_echoes_until_a_job_is_found() {
        let (bell, notifications) = unbounded();
        let mut rings = Rings::new(notifications);
        assert_eq!(looks(&mut rings, 0, Duration::from_millis(5)).await, 0, "nobody rang");
        ring(&bell);
        let all = looks(&mut rings, 0, LONG).await;
        assert!((2..=1 + ECHOES.len()).contains(&all), "{all} looks; late ones may come together");
        assert_eq!(looks(&mut rings, 0, LONG).await, 0, "the echoes end");
        ring(&bell);
        assert_eq!(looks(&mut rings, 0, Duration::ZERO).await, 1);
        assert_eq!(looks(&mut rings, 1, LONG).await, 0, "a job was found");
    }

    #[tokio::test]
    async fn a_notification_that_comes_between_is_heard() {
        let (bell, notifications) = unbounded();
        let mut rings = Rings::new(notifications);
        for found in 0..3 {
            ring(&bell);
            ring(&bell);
            assert_eq!(looks(&mut rings, found, Duration::ZERO).await, 1, "one look is enough for both");
        }
    }
}
