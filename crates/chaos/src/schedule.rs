//! What one seed decides: who asks for what and when, what breaks, and for how long.
//!
//! Invariant: the same seed and length give the same list of stimuli, to the last one. What they meet is not
//! decided here: which store is "the third of this user" when the request comes, and which worker has which
//! operation when it is killed, depend on the threads of the machine.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use souk_domain::engine::Engine;
use souk_domain::operation::{OnFailure, OperationKind, Step};
use souk_provisioner::ErrorKind;

/// Merchants, each with an account of their own: enough to fill the queue, few enough to meet their limits.
pub const USERS: usize = 10;
/// Workers that run side by side, as replicas do.
pub const WORKERS: usize = 3;
/// Names that one user chooses from, so that names are taken, freed and taken again.
const NAMES_PER_USER: u8 = 6;

/// Something that happens at a time after the storm's start.
#[derive(Debug, Clone, PartialEq)]
pub struct Timed {
    pub at: Duration,
    pub what: Stimulus,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Stimulus {
    /// A user asks for something, and gives up after their patience, if they have little.
    Ask { user: usize, wish: Wish, patience: Option<Duration> },
    /// The next run (or undo) of the step, of any store, meets it.
    Trouble { step: Step, undo: bool, trouble: Trouble },
    /// The worker is gone between two instructions; another one starts in its place after a while.
    Kill { worker: usize, away: Duration },
    /// As a deployment does it: asked to stop, and another one starts after a while.
    Stop { worker: usize, away: Duration },
    /// The lease of one running operation ends while its holder lives on.
    EndLease { pick: usize },
    /// The whole worker stands still in its next step, and then goes on as if nothing had been.
    Pause { worker: usize, length: Duration },
    /// The database's clock goes forward, or back.
    Jump { seconds: i64 },
    /// The API server does not answer.
    ClusterAway { length: Duration },
    /// Every connection to the database breaks, in whatever it was doing.
    CutConnections,
    /// The database cannot be reached by anybody.
    DatabaseAway { length: Duration },
    /// What one worker sends to the database does not arrive, and nothing breaks.
    Stall { worker: usize, length: Duration },
    /// A foreign finalizer holds one namespace.
    Hold { pick: usize, length: Duration },
    /// Behind Souk's back, something of one namespace goes.
    Lose { pick: usize, loss: Loss },
}

/// What goes behind Souk's back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Repaired by itself: the data is still there.
    Release,
    Volume,
    Namespace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    Create {
        name: u8,
        engine: Engine,
    },
    Delete {
        pick: usize,
    },
    /// The same request twice at once, as an impatient browser sends it.
    DeleteTwice {
        pick: usize,
    },
    Retry {
        pick: usize,
    },
    /// An empty shop in place of one whose data is lost.
    Rebuild {
        pick: usize,
    },
}

/// What a step meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    Fail(ErrorKind),
    /// The effect is there, but the answer is lost on its way back.
    LoseAnswer,
    Pending(Duration),
    Slow(Duration),
    /// Never returns: the step's own limit ends it.
    Hang,
    /// As [`Self::Hang`], after the effect.
    HangAfter,
}

/// The whole storm, in the order of its times.
#[must_use]
pub fn generate(seed: u64, length: Duration) -> Vec<Timed> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut all = Vec::new();
    let mut often = |mean_ms: u64, stimulus: &mut dyn FnMut(&mut StdRng) -> Stimulus| {
        let mut at = Duration::ZERO;
        loop {
            at += ms(rng.random_range(mean_ms / 3..mean_ms * 5 / 3));
            if at >= length {
                return;
            }
            all.push(Timed { at, what: stimulus(&mut rng) });
        }
    };
    often(70, &mut ask);
    often(250, &mut trouble);
    often(3_000, &mut |rng| Stimulus::Kill { worker: worker(rng), away: between(rng, 0, 1_000) });
    often(9_000, &mut |rng| Stimulus::Stop { worker: worker(rng), away: between(rng, 0, 1_000) });
    often(3_000, &mut |rng| Stimulus::EndLease { pick: pick(rng) });
    often(10_000, &mut |rng| Stimulus::Pause { worker: worker(rng), length: between(rng, 1_000, 4_000) });
    often(7_000, &mut |rng| Stimulus::Jump { seconds: jump(rng) });
    often(13_000, &mut |rng| Stimulus::ClusterAway { length: between(rng, 300, 3_000) });
    often(8_000, &mut |_| Stimulus::CutConnections);
    often(17_000, &mut |rng| Stimulus::DatabaseAway { length: between(rng, 300, 3_500) });
    often(15_000, &mut |rng| Stimulus::Stall { worker: worker(rng), length: between(rng, 1_000, 4_500) });
    often(6_000, &mut |rng| Stimulus::Hold { pick: pick(rng), length: between(rng, 500, 6_000) });
    often(3_500, &mut |rng| Stimulus::Lose { pick: pick(rng), loss: loss(rng) });
    all.sort_by_key(|timed| timed.at);
    all
}

fn ask(rng: &mut StdRng) -> Stimulus {
    let pick = pick(rng);
    let wish = match rng.random_range(0..100) {
        0..50 => Wish::Create { name: rng.random_range(0..NAMES_PER_USER), engine: one_of(rng, Engine::ALL) },
        50..72 => Wish::Delete { pick },
        72..80 => Wish::DeleteTwice { pick },
        80..92 => Wish::Retry { pick },
        _ => Wish::Rebuild { pick },
    };
    let patience = rng.random_bool(0.12).then(|| Duration::from_micros(rng.random_range(0..15_000)));
    Stimulus::Ask { user: rng.random_range(0..USERS), wish, patience }
}

fn trouble(rng: &mut StdRng) -> Stimulus {
    let kind = one_of(rng, OperationKind::ALL);
    let step = loop {
        let step = one_of(rng, kind.steps());
        // The worker's own steps never reach a provisioner.
        if !matches!(step, Step::Publish | Step::Drain) {
            break step;
        }
    };
    let trouble = match rng.random_range(0..100) {
        0..18 => Trouble::Fail(ErrorKind::Permanent),
        18..50 => Trouble::Fail(ErrorKind::Transient),
        50..54 => Trouble::Fail(ErrorKind::Unavailable),
        54..66 => Trouble::LoseAnswer,
        66..80 => Trouble::Pending(between(rng, 50, 1_500)),
        80..96 => Trouble::Slow(between(rng, 50, 1_200)),
        96..98 => Trouble::Hang,
        _ => Trouble::HangAfter,
    };
    Stimulus::Trouble { step, undo: is_undone(kind) && rng.random_bool(0.3), trouble }
}

/// Small ones end a lease or a pause early; large ones end everything that waits.
fn jump(rng: &mut StdRng) -> i64 {
    let seconds = if rng.random_bool(0.3) { rng.random_range(5..40) } else { rng.random_range(1..4) };
    // Back only a little: whoever died keeps their lease for that long, and the storm shall not wait for it.
    if rng.random_bool(0.4) { -seconds.min(3) } else { seconds }
}

fn loss(rng: &mut StdRng) -> Loss {
    one_of(rng, &[Loss::Release, Loss::Release, Loss::Volume, Loss::Namespace])
}

fn is_undone(kind: OperationKind) -> bool {
    kind.on_failure() == OnFailure::Undo
}

/// A number that means "the n-th of those there are" when it comes to it.
fn pick(rng: &mut StdRng) -> usize {
    rng.random_range(0..1_000)
}

fn worker(rng: &mut StdRng) -> usize {
    rng.random_range(0..WORKERS)
}

fn one_of<T: Copy>(rng: &mut StdRng, all: &[T]) -> T {
    all[rng.random_range(0..all.len())]
}

fn between(rng: &mut StdRng, from_ms: u64, to_ms: u64) -> Duration {
    ms(rng.random_range(from_ms..to_ms))
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::mem::discriminant;

    use super::*;

    #[test]
    fn a_seed_decides_every_stimulus_and_another_seed_others() {
        let minute = Duration::from_mins(1);
        assert_eq!(generate(7, minute), generate(7, minute));
        assert_ne!(generate(7, minute), generate(8, minute));
    }

    #[test]
    fn a_minute_holds_hundreds_of_requests_and_something_of_every_kind() {
        for seed in 0..20 {
            let all = generate(seed, Duration::from_mins(1));
            let asks = all.iter().filter(|timed| matches!(timed.what, Stimulus::Ask { .. })).count();
            assert!(asks > 500, "seed {seed} asks {asks} times");
            let kinds: HashSet<_> = all.iter().map(|timed| discriminant(&timed.what)).collect();
            assert_eq!(kinds.len(), 13, "seed {seed} lacks a kind of stimulus");
            assert!(all.is_sorted_by_key(|timed| timed.at));
        }
    }

    #[test]
    fn every_step_that_reaches_the_provisioner_meets_trouble_and_undoable_ones_both_ways() {
        let mut met = HashSet::new();
        for timed in generate(1, Duration::from_mins(30)) {
            if let Stimulus::Trouble { step, undo, .. } = timed.what {
                met.insert((step, undo));
            }
        }
        for kind in OperationKind::ALL {
            for step in kind.steps().iter().filter(|step| !matches!(step, Step::Publish | Step::Drain)) {
                assert!(met.contains(&(*step, false)), "{step} never meets trouble");
                assert!(
                    kind.on_failure() != OnFailure::Undo || met.contains(&(*step, true)),
                    "no undo of {step} meets trouble"
                );
            }
        }
    }
}
