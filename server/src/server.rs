//! The running server: its socket, its background work, and its orderly end.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use poem::{
    Server,
    listener::{Acceptor, Listener, TcpAcceptor, TcpListener},
};
use tokio::{signal, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{app::App, graph, http, ledger::seal};

/// How long requests under way may take once the server is asked to stop.
const GRACE: Duration = Duration::from_secs(20);
/// How often the audit is sealed.
const SEAL_EVERY: Duration = Duration::from_secs(30);

/// A server that listens and does not answer yet.
pub struct Running {
    app: App,
    acceptor: TcpAcceptor,
    address: SocketAddr,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Opens the socket.
///
/// # Errors
/// When the address is taken or not ours.
pub async fn start(app: App) -> Result<Running> {
    let listen = app.config.listen;
    let acceptor = TcpListener::bind(listen)
        .into_acceptor()
        .await
        .with_context(|| format!("{listen} cannot be listened to (WAYMARK_LISTEN); is it taken by another program?"))?;
    let address = acceptor.local_addr().first().and_then(|address| address.as_socket_addr().copied()).unwrap_or(listen);
    Ok(Running { app, acceptor, address })
}

impl Running {
    /// Where it listens; with port 0 in the settings, the port that was free.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until the process is asked to stop, then lets requests under way finish.
    ///
    /// # Errors
    /// When the socket fails.
    pub async fn until_stopped(self) -> Result<()> {
        let stop = CancellationToken::new();
        let mut background = JoinSet::new();
        background.spawn(keep_sealing(self.app.clone(), stop.clone()));
        let endpoint = http::routes(self.app.clone(), graph::schema(self.app));
        let asked = async {
            asked_to_stop().await;
            tracing::info!("stopping: requests under way may finish");
        };
        let served = Server::new_with_acceptor(self.acceptor).run_with_graceful_shutdown(endpoint, asked, Some(GRACE));
        let outcome = served.await.context("the server's socket failed");
        stop.cancel();
        while background.join_next().await.is_some() {}
        outcome
    }
}

/// Links new audit rows into the chain, now and then, and a last time at the end.
async fn keep_sealing(app: App, stop: CancellationToken) {
    let mut pace = tokio::time::interval(SEAL_EVERY);
    loop {
        let is_last = tokio::select! {
            () = stop.cancelled() => true,
            _ = pace.tick() => false,
        };
        if let Err(error) = seal::seal(&app, &app.config.data).await {
            tracing::error!(error = %error, "the audit cannot be sealed");
        }
        if is_last {
            return;
        }
    }
}

/// Resolves on SIGTERM or SIGINT.
async fn asked_to_stop() {
    let terminated = async {
        #[cfg(unix)]
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => terminate.recv().await,
            Err(_) => std::future::pending().await,
        };
        #[cfg(not(unix))]
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = terminated => {}
        _ = signal::ctrl_c() => {}
    }
}
