//! Futures that run together, in no order. Each is polled only when it was woken, so that a
//! thousand that wait cost nothing.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// The futures. What futures-util has for this is made for threads, and weighs more.
pub(crate) struct Pool<F> {
    running: Vec<Option<Running<F>>>,
    /// Where in `running` nothing is.
    free: Vec<usize>,
    news: Arc<News>,
}

struct Running<F> {
    future: Pin<Box<F>>,
    place: Arc<Place>,
}

/// Who was woken, and who polls the pool.
type News = Mutex<(VecDeque<usize>, Option<Waker>)>;

/// What a future's waker knows.
struct Place {
    index: usize,
    is_woken: AtomicBool,
    news: Arc<News>,
}

impl<F: Future> Pool<F> {
    pub(crate) fn new() -> Self {
        Self {
            running: Vec::new(),
            free: Vec::new(),
            news: Arc::default(),
        }
    }

    /// How many run.
    pub(crate) fn len(&self) -> usize {
        self.running.len() - self.free.len()
    }

    /// Adds one, which the next poll starts.
    pub(crate) fn push(&mut self, future: F) {
        let index = self.free.pop().unwrap_or_else(|| {
            self.running.push(None);
            self.running.len() - 1
        });
        let place = Arc::new(Place {
            index,
            is_woken: AtomicBool::new(false),
            news: Arc::clone(&self.news),
        });
        place.wake_by_ref();
        if let Some(free) = self.running.get_mut(index) {
            let future = Box::pin(future);
            *free = Some(Running { future, place });
        }
    }

    /// What the next one ends with.
    pub(crate) fn poll_next(&mut self, context: &Context<'_>) -> Poll<F::Output> {
        while let Some(index) = self.woken(context) {
            let Some(place) = self.running.get_mut(index) else {
                continue;
            };
            // One that has ended may still be woken.
            let Some(running) = place else { continue };
            running.place.is_woken.store(false, Ordering::Relaxed);
            let waker = Arc::clone(&running.place).into();
            let polled = running
                .future
                .as_mut()
                .poll(&mut Context::from_waker(&waker));
            if let Poll::Ready(output) = polled {
                *place = None;
                self.free.push(index);
                return Poll::Ready(output);
            }
        }
        Poll::Pending
    }

    /// Who is to be polled next; with nobody left, the pool waits to be woken.
    fn woken(&self, context: &Context<'_>) -> Option<usize> {
        let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        let (woken, waker) = &mut *news;
        let next = woken.pop_front();
        if next.is_none() {
            *waker = Some(context.waker().clone());
        }
        next
    }
}

impl Wake for Place {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.is_woken.swap(true, Ordering::Relaxed) {
            return;
        }
        let mut news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        news.0.push_back(self.index);
        let waker = news.1.take();
        drop(news);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
