//! The running server: its socket, its background work, and its orderly end.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use imaging::Workshop;
use poem::{
    Server,
    listener::{Acceptor, Listener, TcpAcceptor, TcpListener},
};
use tokio::{signal, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    access::throttle,
    app::App,
    database, graph, http,
    ledger::{
        jobs::{self, Lane},
        seal,
    },
    objects,
    upkeep::rollups,
    uploads::{self, Files, Job, UploadSettings},
};

/// How long requests under way may take once the server is asked to stop.
const GRACE: Duration = Duration::from_secs(20);
/// The same for a scrape under way.
const SCRAPE_GRACE: Duration = Duration::from_secs(1);
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
    /// Where Prometheus asks.
    metrics: Option<TcpAcceptor>,
    asked: Asked,
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
    Ok(Arc::new(Files::new(app, objects, workshop, settings)))
}

/// Opens the socket.
///
/// # Errors
/// When the address is taken or not ours.
pub async fn start(files: Arc<Files>) -> Result<Running> {
    let listen = files.app.config.listen;
    let acceptor = bind(listen, "WAYMARK_LISTEN").await?;
    let metrics = match files.app.config.metrics_listen {
        Some(address) => Some(bind(address, "WAYMARK_METRICS_LISTEN").await?),
        None => None,
    };
    let address = acceptor.local_addr().first().and_then(|address| address.as_socket_addr().copied()).unwrap_or(listen);
    let asked = Asked::listen().context("the signals that end a server cannot be listened to")?;
    Ok(Running { files, acceptor, address, metrics, asked })
}

async fn bind(address: SocketAddr, setting: &str) -> Result<TcpAcceptor> {
    let bound = TcpListener::bind(address).into_acceptor().await;
    bound.with_context(|| format!("{address} cannot be listened to ({setting}); is it taken by another program?"))
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
        for lane in [Lane::Prompt, Lane::Any] {
            background.spawn(jobs::work(app.clone(), Arc::clone(&handlers), lane, stop.clone()));
        }
        background.spawn(keep_sealing(app.clone(), stop.clone()));
        background.spawn(keep_sweeping(app.clone(), stop.clone()));
        if let Some(acceptor) = self.metrics {
            background.spawn(answer_prometheus(acceptor, app.clone(), stop.clone()));
        }
        let news = Arc::clone(&app.news);
        let endpoint = http::routes(self.files, graph::schema());
        let asked = async {
            self.asked.heard().await;
            tracing::info!("stopping: requests under way may finish");
            // Who listens would do so for ever.
            news.end();
        };
        let served = Server::new_with_acceptor(self.acceptor).run_with_graceful_shutdown(endpoint, asked, Some(GRACE));
        let outcome = served.await.context("the server's socket failed");
        stop.cancel();
        while background.join_next().await.is_some() {}
        outcome
    }
}

/// Answers Prometheus, until the server stops.
async fn answer_prometheus(acceptor: TcpAcceptor, app: App, stop: CancellationToken) {
    let routes = http::metrics::routes(app);
    let stopped = stop.cancelled_owned();
    if let Err(error) =
        Server::new_with_acceptor(acceptor).run_with_graceful_shutdown(routes, stopped, Some(SCRAPE_GRACE)).await
    {
        tracing::error!(error = %error, "Prometheus cannot be answered");
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

/// Puts the job that removes what expired, and has the database tidied, now and then. Several servers may do so: it may run twice.
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
        if let Err(error) = rollups::fold(&app.db).await {
            tracing::error!(cause = graph::errors::describe_database_error(&error), "what is counted is not folded");
        }
        if let Err(error) = database::note_sizes(&app.db).await {
            tracing::error!(
                cause = graph::errors::describe_database_error(&error),
                "SQLite could not note how much its tables hold: questions may be slower until the next hour"
            );
        }
        if let Err(error) = (Job::SweepUploads {}).enqueue(&app.db, &app, app.clock.now()).await {
            tracing::error!(cause = graph::errors::describe_database_error(&error), "no sweep could be asked for");
        }
    }
}

/// The wish that the server end: SIGTERM or SIGINT. It is heard from the moment that this is made, so that whoever was
/// told that the server listens can also tell it to stop.
#[derive(Debug)]
struct Asked {
    #[cfg(unix)]
    terminate: signal::unix::Signal,
    #[cfg(unix)]
    interrupt: signal::unix::Signal,
}

impl Asked {
    #[cfg(unix)]
    fn listen() -> std::io::Result<Self> {
        use signal::unix::{SignalKind, signal};
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    #[cfg(unix)]
    async fn heard(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn heard(self) {
        // A console that cannot be listened to leaves the process to be ended from outside.
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
