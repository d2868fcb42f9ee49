//! The real `waymark` binary as a child process: started, listened to, asked to stop, or killed.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::pair::{Objects, Stores};

/// The server's binary.
pub fn program() -> PathBuf {
    beside("waymark")
}

/// What was built of the workspace, which stands beside this program's folder.
pub fn beside(name: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap().parent().unwrap().with_file_name(name);
    assert!(program.exists(), "{} has not been built: cargo build --workspace --all-targets", program.display());
    program
}

/// A command of a phone that is kept in this folder.
pub fn waymark_field(phone: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(beside("waymark-field"));
    command
        .args(arguments)
        .env_clear()
        .env("WAYMARK_FIELD_PHONE", phone)
        .env("WAYMARK_FIELD_PIN", "428517")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// A command over the stores of a test, with this data directory, on a port that is free.
pub fn waymark(stores: &Stores, data: &Path, arguments: &[&str]) -> Command {
    let mut command = bare(data, arguments);
    command.env("DATABASE_URL", stores.database.url());
    match &stores.objects {
        Objects::Directory(_) => {}
        Objects::S3(s3) => {
            command
                .env("WAYMARK_S3_ENDPOINT", &s3.endpoint)
                .env("WAYMARK_S3_BUCKET", s3.bucket)
                .env("WAYMARK_S3_REGION", s3.region)
                .env("WAYMARK_S3_ACCESS_KEY", s3.access_key)
                .env("WAYMARK_S3_SECRET_KEY", s3.secret_key);
        }
    }
    command
}

/// A command with the default stores under this data directory.
pub fn bare(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command
        .args(arguments)
        .current_dir(data)
        // The server refuses settings that it does not know, and the tests have some of their own.
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("WAYMARK_DATA", data)
        .env("WAYMARK_LISTEN", "127.0.0.1:0")
        .env("WAYMARK_SECRET", "k".repeat(32))
        .env("WAYMARK_LOG", "warn")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// What a command that ran to its end said.
#[derive(Debug)]
pub struct Said {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command to its end.
pub async fn run(mut command: Command) -> Said {
    let output = command.output().await.unwrap();
    Said {
        status: output.status,
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs a command to its end; anything but success fails the test.
pub async fn run_well(command: Command) -> String {
    let said = run(command).await;
    assert!(said.status.success(), "{said:#?}");
    said.stdout
}

/// A server that listens.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Starts it, and waits until it listens. What it says instead is the error.
    pub async fn start(mut command: Command, log: &Path) -> Result<Self, String> {
        let file = std::fs::File::create(log).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(file).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        while let Some(line) = lines.next_line().await.unwrap() {
            if let Some(rest) = line.strip_prefix("Waymark listens on ") {
                let address = rest.split(' ').next().unwrap().parse().unwrap();
                return Ok(Self { child, address, log: log.to_owned() });
            }
        }
        child.wait().await.unwrap();
        Err(std::fs::read_to_string(log).unwrap())
    }

    /// Waits for its end.
    pub async fn ended(&mut self) -> ExitStatus {
        self.child.wait().await.unwrap()
    }

    /// Ends it on the spot.
    pub async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Sends it a signal by name.
    pub async fn signal(&self, name: &str) {
        let Some(id) = self.child.id() else { return };
        assert!(Command::new("kill").args(["-s", name, &id.to_string()]).status().await.unwrap().success());
    }

    /// Asks it to end, and sees that it does so well.
    pub async fn stop(mut self) {
        self.signal("TERM").await;
        let status = self.ended().await;
        assert!(status.success(), "{status}: {}", self.log());
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// What it holds in memory, in KiB.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// What it logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

/// Ticks of a processor that a process took so far; none of one that is not there, or is on another machine.
pub fn ticks(id: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // Behind the name, which may hold anything, stand the state and ten numbers; then the user's and the system's ticks.
    let behind = stat.rsplit(')').next().unwrap_or_default();
    behind.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}
