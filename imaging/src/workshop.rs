//! The parent's side: starts children, a few at a time, feeds them and reads what they say.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::file::{FileRefusal, MediaType};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::child::Frame;
use crate::{Drawn, Found, Task, sniff};

/// Bytes on their way, in pieces of any size.
type Chunks<'a> = BoxStream<'a, io::Result<Bytes>>;

/// What a child is to look into.
pub enum Source<'a> {
    /// A file, from its beginning. The child reads it itself.
    File(File),
    /// Bytes that are passed on to the child. All of them are read, whatever becomes of it: the caller may count and hash
    /// what passes.
    Chunks(Chunks<'a>),
}

/// A child is bounded by processor time; this is for one that waits for something that does not come.
const PATIENCE: Duration = Duration::from_mins(5);
const MAX_ANSWER: u64 = 64 * 1024;
const MAX_PICTURE: usize = 32 << 20;

/// Starts children of the server's own binary.
#[derive(Debug, Clone)]
pub struct Workshop {
    program: PathBuf,
    lanes: Arc<Semaphore>,
}

/// Why a child gave no answer. None of these says anything about the file: the task is to be tried again.
#[derive(Debug, thiserror::Error)]
pub enum WorkshopError {
    /// It could not be started or spoken to.
    #[error("a child process could not be started or spoken to")]
    Child(#[source] io::Error),
    /// The bytes for it broke off.
    #[error("the bytes for a child process broke off")]
    Body(#[source] io::Error),
    /// It was ended from outside, or ended in a way that says nothing.
    #[error("a child process ended without an answer: {0}")]
    Ended(String),
}

impl Workshop {
    /// Children of `program`, which knows the subcommands of [`Task`], at most `lanes` at a time.
    pub fn new(program: impl Into<PathBuf>, lanes: usize) -> Self {
        Self { program: program.into(), lanes: Arc::new(Semaphore::new(lanes)) }
    }

    /// Children of the running binary.
    pub fn of_this_binary(lanes: usize) -> io::Result<Self> {
        Ok(Self::new(std::env::current_exe()?, lanes))
    }

    /// Says what the file is, or why it is refused. For a file whose first bytes are those of none that is taken, no child
    /// is started.
    pub async fn inspect(&self, source: Source<'_>) -> Result<Result<Found, FileRefusal>, WorkshopError> {
        if let Source::File(file) = &source
            && let Err(refusal) = sniff(file).map_err(WorkshopError::Body)?
        {
            return Ok(Err(refusal));
        }
        let mut at_work = self.start(Task::Inspect, source).await?;
        let mut answer = Vec::new();
        in_time((&mut at_work.stdout).take(MAX_ANSWER).read_to_end(&mut answer)).await?;
        match at_work.end().await? {
            Some(refusal) => Ok(Err(refusal)),
            None => serde_json::from_slice(&answer).map_err(|error| WorkshopError::Child(error.into())),
        }
    }

    /// Begins to draw the pictures that are served.
    pub async fn render(&self, source: Source<'_>) -> Result<Drawing, WorkshopError> {
        Ok(Drawing { at_work: self.start(Task::Render, source).await? })
    }

    /// Starts a child and gives it all that it is to look into.
    async fn start(&self, task: Task, source: Source<'_>) -> Result<AtWork, WorkshopError> {
        let (stdin, chunks) = match source {
            Source::File(file) => (Stdio::from(file), None),
            Source::Chunks(chunks) => (Stdio::piped(), Some(chunks)),
        };
        let lane = Arc::clone(&self.lanes).acquire_owned().await;
        let lane = lane.map_err(|error| WorkshopError::Child(io::Error::other(error)))?;
        let mut child = Command::new(&self.program)
            .arg(task.name())
            // No address and no secret of the server's is any business of a decoder's. The allocator would reserve more
            // address space at once than a child may have.
            .env_clear()
            .env("MIMALLOC_DISALLOW_ARENA_ALLOC", "1")
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // In a group of its own: what stops the server from a terminal must not look like a broken file.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(WorkshopError::Child)?;
        let stdout = child.stdout.take().ok_or_else(|| WorkshopError::Child(io::ErrorKind::BrokenPipe.into()))?;
        if let Some(chunks) = chunks {
            feed(child.stdin.take(), chunks).await?;
        }
        Ok(AtWork { child, stdout: BufReader::new(stdout), _lane: lane })
    }
}

/// What a file's first bytes say.
fn sniff(file: &File) -> io::Result<Result<MediaType, FileRefusal>> {
    let mut first = [0; sniff::ENOUGH];
    let size = file.read_at(&mut first, 0)?;
    Ok(sniff::sniff(&first[..size]))
}

/// Gives a child all of `chunks`, and reads on to their end when the child no longer listens.
async fn feed(mut stdin: Option<ChildStdin>, mut chunks: Chunks<'_>) -> Result<(), WorkshopError> {
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(WorkshopError::Body)?;
        if let Some(child) = &mut stdin
            && child.write_all(&chunk).await.is_err()
        {
            stdin = None;
        }
    }
    Ok(())
}

/// Pictures as they come out of a child.
#[derive(Debug)]
pub struct Drawing {
    at_work: AtWork,
}

impl Drawing {
    /// The next picture. `None` after the last, also when the child broke over the next one: what was drawn is good.
    pub async fn next(&mut self) -> Result<Option<Drawn>, WorkshopError> {
        let mut line = String::new();
        in_time((&mut self.at_work.stdout).take(MAX_ANSWER).read_line(&mut line)).await?;
        if line.is_empty() {
            if let Some(refusal) = self.at_work.end().await? {
                tracing::warn!(%refusal, "not every picture of a file could be drawn");
            }
            return Ok(None);
        }
        let frame: Frame = serde_json::from_str(&line).map_err(|error| WorkshopError::Child(error.into()))?;
        let unreadable = |reason: &str| WorkshopError::Child(io::Error::new(io::ErrorKind::InvalidData, reason));
        let variant = frame.variant.parse().map_err(|_| unreadable("an unknown variant"))?;
        if frame.size > MAX_PICTURE {
            return Err(unreadable("a picture that is too large"));
        }
        let mut jpeg = vec![0; frame.size];
        in_time(self.at_work.stdout.read_exact(&mut jpeg)).await?;
        Ok(Some(Drawn { variant, width: frame.width, height: frame.height, jpeg }))
    }
}

#[derive(Debug)]
struct AtWork {
    child: Child,
    stdout: BufReader<ChildStdout>,
    _lane: OwnedSemaphorePermit,
}

impl AtWork {
    /// Waits for the end. What the file itself did to the child is a refusal of the file.
    async fn end(&mut self) -> Result<Option<FileRefusal>, WorkshopError> {
        let status = in_time(self.child.wait()).await?;
        if status.success() { Ok(None) } else { blame(status).map(Some) }
    }
}

async fn in_time<T>(work: impl Future<Output = io::Result<T>>) -> Result<T, WorkshopError> {
    match timeout(PATIENCE, work).await {
        Ok(done) => done.map_err(WorkshopError::Child),
        Err(_) => Err(WorkshopError::Ended("it took too long".to_owned())),
    }
}

/// Whether the file made the child end like this, or somebody else did.
fn blame(status: ExitStatus) -> Result<FileRefusal, WorkshopError> {
    use std::os::unix::process::ExitStatusExt;

    const PANICKED: i32 = 101;
    const SIGABRT: i32 = 6;
    const SIGBUS: i32 = 7;
    const SIGSEGV: i32 = 11;
    const SIGXCPU: i32 = 24;
    match (status.code(), status.signal()) {
        (Some(PANICKED), _) => Ok(FileRefusal::Damaged),
        // Out of memory, out of stack, out of time.
        (_, Some(SIGABRT | SIGBUS | SIGSEGV | SIGXCPU)) => Ok(FileRefusal::TooHeavy),
        _ => Err(WorkshopError::Ended(status.to_string())),
    }
}
