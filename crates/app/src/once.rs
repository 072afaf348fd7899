//! "Do it once": a request that its client may send again, because the answer to the first was lost.
//!
//! Invariant: the answer is kept in the transaction of the effect, and only of requests that did
//! something. A refusal has changed nothing, so the same key may try again.

use souk_db::Tx;
use souk_db::idempotency::{self, Answer, Known, Request};
use souk_domain::principal::Principal;

use crate::AppError;
use crate::stores::Accepted;

/// A request under its key; without one it is done whenever it comes.
pub struct Once<'a> {
    pub request: Option<Request>,
    /// How its outcome is told, which is what comes again.
    pub answer: &'a (dyn Fn(&Accepted) -> Result<Answer, AppError> + Sync),
}

impl std::fmt::Debug for Once<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Once").field("request", &self.request).finish_non_exhaustive()
    }
}

/// An answer, and whether it was given before.
#[derive(Debug)]
pub struct Answered {
    pub answer: Answer,
    pub before: bool,
}

impl Once<'_> {
    /// The answer that was given before, if there is one. The first thing of its transaction: what
    /// was answered stays so, however the world has changed since.
    pub(crate) async fn before(&self, tx: &mut Tx, who: &Principal) -> Result<Option<Answered>, AppError> {
        let Some(request) = &self.request else { return Ok(None) };
        match idempotency::take(tx, who, request).await? {
            Known::Nothing => Ok(None),
            Known::Answered(answer) => Ok(Some(Answered { answer, before: true })),
            Known::Other => Err(AppError::KeyReused),
            Known::AtWork => Err(AppError::KeyAtWork),
        }
    }

    /// Keeps the answer, and commits it with what was done.
    #[tracing::instrument(name = "commit", skip_all)]
    pub(crate) async fn commit(
        &self,
        mut tx: Tx,
        who: &Principal,
        accepted: &Accepted,
    ) -> Result<Answered, AppError> {
        let answer = (self.answer)(accepted)?;
        if let Some(request) = &self.request {
            idempotency::keep(&mut tx, who, request, &answer).await?;
        }
        tx.commit().await?;
        Ok(Answered { answer, before: false })
    }
}
