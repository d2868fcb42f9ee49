//! The running server: its socket, its background work, and its orderly end.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use poem::{
    Server,
    listener::{Acceptor, Listener, TcpAcceptor, TcpListener},
};
use tokio::{signal, sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    access::throttle,
    app::App,
    graph, http,
    imaging::Workshop,
    ledger::{jobs, seal},
    objects,
    uploads::{self, Files, Job, UploadSettings},
};

/// How long requests under way may take once the server is asked to stop.
const GRACE: Duration = Duration::from_secs(20);
/// How often the audit is sealed.
const SEAL_EVERY: Duration = Duration::from_secs(30);
/// How often what expired is looked for.
const SWEEP_EVERY: Duration = Duration::from_hours(1);
/// How many files are looked into at once: a large photograph takes a core and 200 MB.
const LANES: usize = 2;

/// A server that listens and does not answer yet.
pub struct Running {
    files: Arc<Files>,
    acceptor: TcpAcceptor,
    address: SocketAddr,
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Opens the object store and what goes with it.
///
/// # Errors
/// When the store cannot be used.
pub async fn files(app: App) -> Result<Arc<Files>> {
    let objects = objects::open(&app.config)
        .await
        .context("the object store cannot be used (WAYMARK_S3_..., or WAYMARK_DATA for the default)")?;
    let workshop = Workshop::of_this_binary(LANES).context("the server's own program cannot be found")?;
    let settings = UploadSettings { max_size: app.config.max_upload, ..UploadSettings::default() };
    Ok(Arc::new(Files { app, objects, workshop, settings }))
}

/// Opens the socket.
///
/// # Errors
/// When the address is taken or not ours.
pub async fn start(files: Arc<Files>) -> Result<Running> {
    let listen = files.app.config.listen;
    let acceptor = TcpListener::bind(listen)
        .into_acceptor()
        .await
        .with_context(|| format!("{listen} cannot be listened to (WAYMARK_LISTEN); is it taken by another program?"))?;
    let address = acceptor.local_addr().first().and_then(|address| address.as_socket_addr().copied()).unwrap_or(listen);
    Ok(Running { files, acceptor, address })
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
        let app = self.files.app.clone();
        let stop = CancellationToken::new();
        let mut background = JoinSet::new();
        let handlers = Arc::new(uploads::handlers(&self.files));
        background.spawn(jobs::work(app.clone(), handlers, Arc::new(Notify::new()), stop.clone()));
        background.spawn(keep_sealing(app.clone(), stop.clone()));
        background.spawn(keep_sweeping(app.clone(), stop.clone()));
        let endpoint = http::routes(self.files, graph::schema(app));
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

/// Puts the job that removes what expired, now and then. Several servers may do so: it may run twice.
async fn keep_sweeping(app: App, stop: CancellationToken) {
    let mut pace = tokio::time::interval(SWEEP_EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = pace.tick() => {}
        }
        if let Err(error) = throttle::forget(&app.db, app.clock.now()).await {
            tracing::error!(cause = graph::errors::describe_database_error(&error), "old tries are not forgotten");
        }
        if let Err(error) = (Job::SweepUploads {}).enqueue(&app.db, &app, app.clock.now()).await {
            tracing::error!(cause = graph::errors::describe_database_error(&error), "no sweep could be asked for");
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
