//! Two futures, of which the first to end wins; the other is dropped.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Ends with `Ok` when `work` does, with `Err` when `limit` does first.
pub async fn race<W: Future, L: Future>(work: W, limit: L) -> Result<W::Output, L::Output> {
    let mut work = pin!(work);
    let mut limit = pin!(limit);
    poll_fn(|context| {
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        limit.as_mut().poll(context).map(Err)
    })
    .await
}
