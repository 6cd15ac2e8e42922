//! Accepts connections.

use crate::deliver::Ending;
use crate::route;
use crate::tee::{Heard, Tee};
use crate::world::Worlds;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// The state that all connections share.
#[derive(Debug)]
pub struct Shared {
    /// The worlds.
    pub worlds: Worlds,
    /// The folder of `/_static/`.
    pub static_folder: Option<PathBuf>,
    /// True if requests are recorded.
    pub recording: bool,
    /// Counts connections.
    pub connections: Connections,
}

/// How many connections there are and were.
#[derive(Debug, Default)]
pub struct Connections {
    /// The open connections.
    pub open: AtomicU64,
    /// All since the start.
    pub accepted: AtomicU64,
}

/// Serves until the task is dropped.
pub async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let shared = Arc::clone(&shared);
                tokio::spawn(async move {
                    shared.connections.accepted.fetch_add(1, Ordering::Relaxed);
                    shared.connections.open.fetch_add(1, Ordering::Relaxed);
                    connection(stream, &shared).await;
                    shared.connections.open.fetch_sub(1, Ordering::Relaxed);
                });
            }
            // Out of file descriptors, say: others will be closed.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, shared: &Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let heard = shared.recording.then(Heard::default);
    let ending = Ending::default();
    let io = TokioIo::new(Tee::new(stream, heard.clone()));
    let service = service_fn(|request| {
        let response = route::response(Arc::clone(shared), request, heard.clone(), ending.clone());
        Box::pin(async move { Ok::<_, Infallible>(response.await) })
    });
    // The client decides the end of keep-alive: it requests a close, or disconnects.
    let mut connection = http1::Builder::new().serve_connection(io, service);
    let reset = tokio::select! {
        _ = &mut connection => return,
        () = ending.reset.notified() => true,
        () = ending.close.notified() => false,
    };
    let io = connection.into_parts().io.into_inner();
    if reset {
        io.reset();
    }
}
