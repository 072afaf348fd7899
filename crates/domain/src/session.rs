//! Sessions: one sign-in on one device, kept alive by refresh tokens that are used once each.
//!
//! Invariant: a session has one current generation of refresh tokens. Whoever shows a token of an earlier
//! one has either lost an answer a moment ago, or has a token that somebody else has used: then nobody can
//! tell thief from owner, and the session ends.

use std::time::Duration;

use crate::entropy::Entropy;

/// A session that nobody refreshes ends after this.
pub const IDLE_LIMIT: Duration = Duration::from_hours(30 * 24);
/// However busy it is, a session ends after this.
pub const LIFETIME_LIMIT: Duration = Duration::from_hours(90 * 24);
/// How long the token before the current one still counts as one whose answer was lost. Two tabs that
/// refresh at the same moment are the same case.
pub const GRACE: Duration = Duration::from_secs(10);

const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 43 of 62 characters: 256 bits.
const TOKEN_LEN: usize = 43;
const PREFIX: &str = "soukr_";
const CHALLENGE_PREFIX: &str = "soukc_";

/// A new refresh token.
#[must_use]
pub fn refresh_token(entropy: &Entropy) -> String {
    format!("{PREFIX}{}", entropy.text(ALPHABET, TOKEN_LEN))
}

/// What somebody shows with the code who has shown the password.
#[must_use]
pub fn challenge(entropy: &Entropy) -> String {
    format!("{CHALLENGE_PREFIX}{}", entropy.text(ALPHABET, TOKEN_LEN))
}

/// What a refresh token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// It is current: the next generation begins.
    Current,
    /// Its answer was lost: another token of the current generation is given out.
    Repeated,
    /// It was used before: the session ends.
    Reused,
}

/// `rotated_ago` is how long ago the current generation began.
#[must_use]
pub fn judge(generation: i64, current: i64, rotated_ago: Duration) -> Worth {
    if generation == current {
        Worth::Current
    } else if generation + 1 == current && rotated_ago <= GRACE {
        Worth::Repeated
    } else {
        Worth::Reused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_just_before_the_current_one_has_a_grace_and_only_for_a_moment() {
        let (soon, late) = (GRACE, GRACE + Duration::from_millis(1));
        for (generation, ago, worth) in [
            (7, soon, Worth::Current),
            (7, late, Worth::Current),
            (6, soon, Worth::Repeated),
            (6, late, Worth::Reused),
            (5, Duration::ZERO, Worth::Reused),
            (0, Duration::ZERO, Worth::Reused),
            (8, Duration::ZERO, Worth::Reused),
        ] {
            assert_eq!(judge(generation, 7, ago), worth, "{generation} after {ago:?}");
        }
    }

    #[test]
    fn no_two_refresh_tokens_are_alike() {
        let entropy = Entropy::seeded(1);
        let (one, other) = (refresh_token(&entropy), refresh_token(&entropy));
        assert!(one != other && one.len() == PREFIX.len() + TOKEN_LEN && one.starts_with(PREFIX));
    }
}
