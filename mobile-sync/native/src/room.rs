//! The thread that a phone works on, and the door through which others ask it.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use mobile_sync::environment::Network;
use mobile_sync::phone::Phone;
use mobile_sync::shell::{Http, Shell};
use mobile_sync::shown::{CoreError, Secret};
use mobile_sync::vault::Cost;
use tokio::runtime::Builder;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::sync::{oneshot, watch};
use tokio::task::{LocalSet, spawn_local};

/// The phone, as everything on its thread shares it.
pub type Shared = Rc<Phone<Shell>>;

/// Something that is done on the phone's thread.
type Job = Box<dyn FnOnce(Shared) -> Pin<Box<dyn Future<Output = ()>>> + Send>;

/// What a phone is opened with.
pub struct Opening {
    pub folder: PathBuf,
    pub server: String,
    pub network: Network,
    pub secret: Secret,
}

impl Opening {
    async fn phone(self) -> Result<Phone<Shell>, CoreError> {
        let server = Http::to(&self.server).map_err(|error| CoreError::new("bad_input", error))?;
        let shell = Shell::open(&self.folder, server, self.network)?;
        Ok(Phone::open(shell, self.secret.read()?, Cost::PHONE).await?)
    }
}

/// The way to a phone that is open. Where it is dropped or closed, the phone is.
pub struct Door {
    jobs: Mutex<Option<UnboundedSender<Job>>>,
    /// Its other end goes with the phone.
    lives: watch::Receiver<()>,
}

impl Door {
    /// Opens a phone on a thread of its own.
    pub async fn open(opening: Opening) -> Result<Self, CoreError> {
        let (jobs, asked) = mpsc::unbounded_channel();
        let (opened, outcome) = oneshot::channel();
        let (life, lives) = watch::channel(());
        let live = move || {
            // Goes last, when the files are closed.
            let _life = life;
            match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => LocalSet::new().block_on(&runtime, live(opening, opened, asked)),
                Err(error) => drop(opened.send(Err(CoreError::new("storage", error)))),
            }
        };
        let thread = std::thread::Builder::new().name("waymark-phone".to_owned()).spawn(live);
        thread.map_err(|error| CoreError::new("storage", error))?;
        outcome.await.map_err(|_| not_open())??;
        Ok(Self { jobs: Mutex::new(Some(jobs)), lives })
    }

    /// Has something done on the phone's thread, and waits for what comes of it.
    pub async fn ask<T: Send + 'static, F>(&self, act: F) -> Result<T, crate::Failure>
    where
        F: AsyncFnOnce(Shared) -> Result<T, CoreError> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let job: Job = Box::new(move |phone| {
            Box::pin(async move {
                // Whoever asked may have gone.
                let _ = tell.send(act(phone).await);
            })
        });
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        jobs.and_then(|jobs| jobs.send(job).ok()).ok_or_else(not_open)?;
        Ok(told.await.map_err(|_| not_open())??)
    }

    /// Closes the phone, and waits until its files are.
    pub async fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        let mut lives = self.lives.clone();
        while lives.changed().await.is_ok() {}
    }
}

fn not_open() -> CoreError {
    CoreError::new("not_open", "unlock this device first")
}

/// Opens the phone, sends, and does what is asked, until nobody can ask any more.
async fn live(opening: Opening, opened: oneshot::Sender<Result<(), CoreError>>, mut asked: UnboundedReceiver<Job>) {
    let phone = match opening.phone().await {
        Ok(phone) => Rc::new(phone),
        Err(error) => return drop(opened.send(Err(error))),
    };
    if opened.send(Ok(())).is_err() {
        return;
    }
    let sending = Rc::clone(&phone);
    spawn_local(async move { sending.run().await });
    while let Some(job) = asked.recv().await {
        spawn_local(job(Rc::clone(&phone)));
    }
}
