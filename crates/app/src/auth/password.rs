//! Passwords: what makes a good one, and how one is kept.
//!
//! argon2id with 19 MiB, 2 passes, 1 lane (OWASP's first choice for it). Each hash takes memory and a core, so one core is
//! left to everybody else, and the threads of the others step back; who waits too long for a turn is told to come again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use argon2::Params;
use rayon_core::{ThreadPool, ThreadPoolBuilder};
use rustix::process::setpriority_process;
use secrecy::{ExposeSecret, SecretString};
use souk_domain::email::Email;
use souk_domain::entropy::Entropy;
use tokio::sync::{Semaphore, oneshot};

use super::hasher::Hasher;
use crate::AppError;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
pub const SALT_LEN: usize = 16;

pub const MIN_CHARS: usize = 12;
pub const MAX_CHARS: usize = 256;
/// Fewer different characters are a pattern, not a password.
const MIN_DIFFERENT: usize = 5;
/// Of 0 to 4: 10^8 guesses or more.
const MIN_SCORE: zxcvbn::Score = zxcvbn::Score::Three;
/// Characters, letters and digits, that a password must have besides words of the address.
const MIN_OWN: usize = 6;
/// A shorter part of an address is no word.
const MIN_WORD: usize = 3;
/// Of the threads that hash; 0 is everybody's, and 19 the most that one can step back. Linux counts it by thread.
const NICENESS: i32 = 10;
/// Everybody knows where they are.
const PRODUCT: &str = "souk";

#[derive(Debug, Clone, Copy)]
pub struct PasswordSettings {
    /// Hashes that run at once in this process; each takes 19 MiB and whatever of a core nobody else wants.
    pub max_hashing: usize,
    /// How long one may wait for its turn.
    pub max_wait: Duration,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { max_hashing: cores.saturating_sub(1).max(1), max_wait: Duration::from_secs(10) }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    #[error("must be {MIN_CHARS} to {MAX_CHARS} characters long")]
    Length,
    #[error("must hold at least {MIN_DIFFERENT} different characters")]
    Repetitive,
    #[error("may not be made of the e-mail address")]
    Email,
    /// With what zxcvbn says of it.
    #[error("is too easy to guess. {0}")]
    Guessable(String),
}

#[derive(Debug, thiserror::Error)]
pub enum PasswordFault {
    #[error("no turn to hash a password came in time")]
    Busy,
    #[error("a password could not be hashed")]
    Hashing(#[source] argon2::password_hash::Error),
    #[error("the thread that hashed a password stopped")]
    Stopped(#[source] oneshot::error::RecvError),
}

#[derive(Debug, thiserror::Error)]
#[error("passwords cannot be hashed here")]
pub struct UnusableParameters;

/// Length does more than character classes, so nothing is asked of those. What is long enough must still take
/// [`MIN_SCORE`] to guess for somebody who knows dictionaries, keyboards, dates and the user's address.
///
/// Takes milliseconds of CPU: in a request, ask [`Passwords::check`].
pub fn check(password: &SecretString, email: &Email) -> Result<(), WeakPassword> {
    let text = password.expose_secret();
    if !(MIN_CHARS..=MAX_CHARS).contains(&text.chars().count()) {
        return Err(WeakPassword::Length);
    }
    if text.chars().collect::<BTreeSet<_>>().len() < MIN_DIFFERENT {
        return Err(WeakPassword::Repetitive);
    }
    let about_them: Vec<&str> = std::iter::once(email.as_str())
        .chain(email.as_str().split(|c: char| !c.is_alphanumeric()))
        .chain([PRODUCT])
        .filter(|word| word.len() >= MIN_WORD)
        .collect();
    // zxcvbn takes a few of those words in a row for more than they are.
    let rest = about_them.iter().fold(text.to_lowercase(), |rest, word| rest.replace(word, ""));
    if rest.chars().filter(|c| c.is_alphanumeric()).count() < MIN_OWN {
        return Err(WeakPassword::Email);
    }
    let strength = zxcvbn::zxcvbn(text, &about_them);
    if strength.score() < MIN_SCORE {
        return Err(WeakPassword::Guessable(advice(&strength)));
    }
    Ok(())
}

fn advice(strength: &zxcvbn::Entropy) -> String {
    let feedback = strength.feedback();
    let warning = feedback.and_then(zxcvbn::feedback::Feedback::warning).map(|warning| warning.to_string());
    let suggestions = feedback.map(zxcvbn::feedback::Feedback::suggestions).unwrap_or_default();
    let said: Vec<String> = warning.into_iter().chain(suggestions.iter().map(ToString::to_string)).collect();
    if said.is_empty() { "Use a few words that do not belong together.".to_owned() } else { said.join(" ") }
}

#[derive(Debug)]
pub(crate) struct Passwords {
    hasher: Arc<Hasher>,
    /// As many as there are threads.
    turns: Arc<Semaphore>,
    threads: ThreadPool,
    max_wait: Duration,
    /// Checked in place of the hash that an unknown user does not have.
    nobody: String,
}

/// Threads that step back for everybody else, so that a flood of sign-ins slows nobody down but those who sign in.
fn threads(count: usize) -> Result<ThreadPool, UnusableParameters> {
    ThreadPoolBuilder::new()
        .num_threads(count)
        .thread_name(|_| "password".to_owned())
        .start_handler(|_| {
            if let Err(error) = setpriority_process(None, NICENESS) {
                tracing::debug!(%error, "a thread that hashes passwords does not step back");
            }
        })
        // Whoever waits for the result sees that none comes.
        .panic_handler(|_| ())
        .build()
        .map_err(|_| UnusableParameters)
}

impl Passwords {
    pub(crate) fn new(settings: PasswordSettings, entropy: &Entropy) -> Result<Self, UnusableParameters> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| UnusableParameters)?;
        let (password, salt) = (entropy.bytes::<32>(), entropy.bytes::<SALT_LEN>());
        // By a hasher of its own: a Souk where nobody signs in yet keeps no memory for it.
        let nobody = Hasher::new(params.clone()).hash(&password, &salt).map_err(|_| UnusableParameters)?;
        Ok(Self {
            nobody,
            hasher: Arc::new(Hasher::new(params)),
            turns: Arc::new(Semaphore::new(settings.max_hashing)),
            threads: threads(settings.max_hashing)?,
            max_wait: settings.max_wait,
        })
    }

    /// [`check`], in turn with the hashes.
    pub(crate) async fn check(&self, password: SecretString, email: Email) -> Result<(), AppError> {
        let checked = self.in_turn(move || check(&password, &email)).await?;
        checked.map_err(AppError::WeakPassword)
    }

    /// A PHC string.
    pub(crate) async fn hash(
        &self,
        password: SecretString,
        salt: [u8; SALT_LEN],
    ) -> Result<String, PasswordFault> {
        let hasher = Arc::clone(&self.hasher);
        let hash = self.in_turn(move || hasher.hash(password.expose_secret().as_bytes(), &salt)).await?;
        hash.map_err(PasswordFault::Hashing)
    }

    /// Whether it is the password that was hashed; without a hash the answer is no, after the same time.
    pub(crate) async fn verify(
        &self,
        password: SecretString,
        hash: Option<String>,
    ) -> Result<bool, PasswordFault> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let hasher = Arc::clone(&self.hasher);
        let is_of = self.in_turn(move || hasher.is_of(password.expose_secret().as_bytes(), &hash)).await?;
        is_of.map(|is_of| is_of && known).map_err(PasswordFault::Hashing)
    }

    #[tracing::instrument(name = "password", skip_all)]
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordFault> {
        let turn = tokio::time::timeout(self.max_wait, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(PasswordFault::Busy) };
        let work = move || {
            // Held by the thread, not by the request: one that is dropped half way frees no core.
            let _turn = turn;
            work()
        };
        let (done, result) = oneshot::channel();
        // Nobody waits any more for a request that was dropped.
        self.threads.spawn(move || drop(done.send(work())));
        result.await.map_err(PasswordFault::Stopped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords(settings: PasswordSettings) -> Passwords {
        Passwords::new(settings, &Entropy::seeded(1)).unwrap()
    }

    #[tokio::test]
    async fn only_the_right_password_of_somebody_is_right() {
        let passwords = passwords(PasswordSettings::default());
        let hash = passwords.hash("correct horse".into(), [7; SALT_LEN]).await.unwrap();
        for hash in [&hash, &passwords.nobody] {
            // Nobody's hash costs what everybody's does.
            assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        }
        assert!(passwords.verify("correct horse".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("battery staple".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("correct horse".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn who_waits_too_long_for_a_turn_is_told_so() {
        let passwords = passwords(PasswordSettings { max_hashing: 1, max_wait: Duration::from_millis(1) });
        let _other = Arc::clone(&passwords.turns).acquire_owned().await.unwrap();
        assert!(matches!(passwords.verify("any".into(), None).await, Err(PasswordFault::Busy)));
    }

    #[test]
    fn weak_passwords_are_refused_with_the_reason() {
        let email: Email = "merchant.of.venice@example.com".parse().unwrap();
        for (password, fault) in [
            ("short", WeakPassword::Length),
            (&"x".repeat(257), WeakPassword::Length),
            ("abababababab", WeakPassword::Repetitive),
            ("Merchant.Of.Venice", WeakPassword::Email),
        ] {
            assert_eq!(check(&password.into(), &email), Err(fault), "{password}");
        }
        assert_eq!(check(&"a good long sentence".into(), &email), Ok(()));
    }

    #[test]
    fn what_is_long_and_easy_to_guess_is_refused_with_advice() {
        let email: Email = "merchant.of.venice@example.com".parse().unwrap();
        for password in ["password12345", "qwertyuiop[]", "abcdefghijkl", "Passw0rd!Passw0rd!"] {
            let Err(WeakPassword::Guessable(advice)) = check(&password.into(), &email) else {
                panic!("{password} was taken");
            };
            assert!(advice.ends_with('.') && advice.len() > 20, "{password}: {advice}");
        }
        for password in ["merchantvenice1", "Venice-Merchant-99", "souk.venice.example"] {
            assert_eq!(check(&password.into(), &email), Err(WeakPassword::Email), "{password}");
        }
        // The control: the same words are no part of this user's address.
        let other: Email = "leyla@example.com".parse().unwrap();
        for password in ["merchantvenice1", "gondolier of rialto"] {
            assert_eq!(check(&password.into(), &other), Ok(()), "{password}");
        }
    }
}
