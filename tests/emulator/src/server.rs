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
use tokio::net::{TcpListener, TcpStream};

/// What all connections share.
#[derive(Debug)]
pub struct Shared {
    /// The worlds.
    pub worlds: Worlds,
    /// The folder of `/_static/`.
    pub static_folder: Option<PathBuf>,
    /// Whether requests are recorded.
    pub recording: bool,
}

/// Serves until the task is dropped.
pub async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, Arc::clone(&shared)));
            }
            // Out of file descriptors, say: others will be closed.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let heard = Heard::default();
    let ending = Ending::default();
    let io = TokioIo::new(Tee::new(stream, shared.recording.then(|| heard.clone())));
    let service = service_fn(|request| {
        let answer = route::answer(Arc::clone(&shared), request, heard.clone(), ending.clone());
        Box::pin(async move { Ok::<_, Infallible>(answer.await) })
    });
    // Keep-alive as long as the client wants; it asks for a close, or just goes.
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
