//! Access tokens: short-lived JWTs that say who, in which session, and nothing about what they may do.
//!
//! Invariant: the algorithm is ours, never the token's. The key is chosen by `kid` among at most two, so
//! that keys can be changed while tokens of the old one are still out.

use std::time::Duration;

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use souk_domain::id::{SessionId, UserId};

use crate::AppError;

const ALGORITHM: Algorithm = Algorithm::HS256;

#[derive(Debug, Clone)]
pub struct TokenKey {
    /// Names the key in the token's header.
    pub id: String,
    pub secret: SecretString,
}

#[derive(Debug, Clone)]
pub struct TokenSettings {
    pub issuer: String,
    pub audience: String,
    pub lifetime: Duration,
    /// Signs new tokens.
    pub current: TokenKey,
    /// The one before it, still valid during a change of keys.
    pub previous: Option<TokenKey>,
}

impl TokenSettings {
    /// Issuer and audience of every Souk; 15 minutes.
    #[must_use]
    pub fn new(current: TokenKey) -> Self {
        Self {
            issuer: "souk".to_owned(),
            audience: "souk-api".to_owned(),
            lifetime: Duration::from_mins(15),
            current,
            previous: None,
        }
    }
}

#[derive(Debug, Clone)]
pub struct AccessToken {
    pub text: SecretString,
    pub lifetime: Duration,
}

/// What a valid token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    pub user: UserId,
    /// When it is over, so is the token.
    pub session: SessionId,
    pub expires_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    Invalid,
    Expired,
}

impl TokenFault {
    #[must_use]
    pub const fn metric_label(self) -> &'static str {
        match self {
            Self::Invalid => "token_invalid",
            Self::Expired => "token_expired",
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    iat: i64,
    exp: i64,
}

pub(crate) struct Tokens {
    issuer: String,
    audience: String,
    lifetime: Duration,
    header: Header,
    signing: EncodingKey,
    verifying: Vec<(String, DecodingKey)>,
    validation: Validation,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl Tokens {
    pub(crate) fn new(settings: &TokenSettings) -> Self {
        let mut header = Header::new(ALGORITHM);
        header.kid = Some(settings.current.id.clone());
        let mut validation = Validation::new(ALGORITHM);
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[&settings.audience]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Checked below, against the clock that everything else uses.
        validation.validate_exp = false;
        let verifying = std::iter::once(&settings.current).chain(&settings.previous);
        Self {
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
            lifetime: settings.lifetime,
            header,
            signing: EncodingKey::from_secret(settings.current.secret.expose_secret().as_bytes()),
            verifying: verifying
                .map(|key| (key.id.clone(), DecodingKey::from_secret(key.secret.expose_secret().as_bytes())))
                .collect(),
            validation,
        }
    }

    pub(crate) fn issue(
        &self,
        user: UserId,
        session: SessionId,
        now: DateTime<Utc>,
    ) -> Result<AccessToken, AppError> {
        let lifetime_s = i64::try_from(self.lifetime.as_secs()).map_err(AppError::internal)?;
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: user.to_string(),
            sid: session.to_string(),
            iat: now.timestamp(),
            exp: now.timestamp() + lifetime_s,
        };
        let text = jsonwebtoken::encode(&self.header, &claims, &self.signing).map_err(AppError::internal)?;
        Ok(AccessToken { text: text.into(), lifetime: self.lifetime })
    }

    pub(crate) fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Claim, TokenFault> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenFault::Invalid)?;
        let kid = header.kid.as_deref();
        let (_, key) =
            self.verifying.iter().find(|(id, _)| Some(id.as_str()) == kid).ok_or(TokenFault::Invalid)?;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &self.validation)
            .map_err(|_| TokenFault::Invalid)?
            .claims;
        let user = claims.sub.parse().map_err(|_| TokenFault::Invalid)?;
        let session = claims.sid.parse().map_err(|_| TokenFault::Invalid)?;
        let expires_at = DateTime::from_timestamp(claims.exp, 0).ok_or(TokenFault::Invalid)?;
        if expires_at <= now { Err(TokenFault::Expired) } else { Ok(Claim { user, session, expires_at }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use souk_domain::entropy::Entropy;

    fn key(id: &str) -> TokenKey {
        TokenKey { id: id.to_owned(), secret: format!("secret of {id}, long enough to be one").into() }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn user() -> UserId {
        UserId::generate(at(0), &Entropy::seeded(1))
    }

    fn session() -> SessionId {
        SessionId::generate(at(0), &Entropy::seeded(2))
    }

    fn issue(settings: &TokenSettings) -> String {
        Tokens::new(settings).issue(user(), session(), at(0)).unwrap().text.expose_secret().to_owned()
    }

    #[test]
    fn a_token_is_good_until_the_second_it_expires() {
        let settings = TokenSettings::new(key("a"));
        let (tokens, token) = (Tokens::new(&settings), issue(&settings));
        let claim = Claim { user: user(), session: session(), expires_at: at(900) };
        assert_eq!(tokens.verify(&token, at(899)), Ok(claim));
        assert_eq!(tokens.verify(&token, at(900)), Err(TokenFault::Expired));
    }

    #[test]
    fn tokens_of_the_key_before_stay_valid_while_it_is_named_and_no_longer() {
        let old = issue(&TokenSettings::new(key("a")));
        let both = TokenSettings { previous: Some(key("a")), ..TokenSettings::new(key("b")) };
        assert!(Tokens::new(&both).verify(&old, at(1)).is_ok());
        assert_eq!(Tokens::new(&TokenSettings::new(key("b"))).verify(&old, at(1)), Err(TokenFault::Invalid));
    }

    #[test]
    fn another_key_issuer_or_audience_makes_no_valid_token() {
        let ours = TokenSettings::new(key("a"));
        let tokens = Tokens::new(&ours);
        let forged = TokenKey { id: "a".to_owned(), secret: "not the secret".into() };
        for other in [
            TokenSettings::new(forged),
            TokenSettings { issuer: "other".to_owned(), ..ours.clone() },
            TokenSettings { audience: "other".to_owned(), ..ours.clone() },
        ] {
            assert_eq!(tokens.verify(&issue(&other), at(1)), Err(TokenFault::Invalid));
        }
        assert!(tokens.verify(&issue(&ours), at(1)).is_ok());
        for text in ["", "a.b.c", "a", "...."] {
            assert_eq!(tokens.verify(text, at(1)), Err(TokenFault::Invalid));
        }
    }
}
