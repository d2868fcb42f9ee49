//! A PostgreSQL of one test's own, which can be stopped, frozen and started again.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::support::client::until;

/// The user that PostgreSQL's packages bring: it refuses to run as root.
const UNPRIVILEGED: &str = "postgres";

pub struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    server: Child,
}

impl Cluster {
    /// A running cluster with an empty database `waymark`.
    pub async fn start() -> Self {
        let programs = programs();
        let folder = TempDir::with_prefix("waymark-cluster-").unwrap();
        if is_root() {
            run(Command::new("chown").arg(UNPRIVILEGED).arg(folder.path())).await;
        }
        let data = folder.path().join("data");
        let made = ["--username=waymark", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"];
        run(program(&programs, "initdb", folder.path()).args(made).arg(&data).stdout(Stdio::null())).await;
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = serve(&programs, folder.path(), port);
        let cluster = Self { programs, folder, port, server };
        cluster.ready().await;
        let createdb = cluster.programs.join("createdb");
        let named = ["--host=127.0.0.1", "--username=waymark", "--port", &port.to_string(), "waymark"];
        run(Command::new(createdb).args(named)).await;
        cluster
    }

    pub fn url(&self) -> String {
        format!("postgres://waymark@127.0.0.1:{}/waymark", self.port)
    }

    async fn ready(&self) {
        until(async || {
            let mut probe = Command::new(self.programs.join("pg_isready"));
            probe.args(["--quiet", "--host=127.0.0.1", "--port", &self.port.to_string()]);
            probe.status().await.unwrap().success()
        })
        .await;
    }

    /// Stops it as `pg_ctl stop -m immediate` does: no goodbyes, recovery at the next start.
    pub async fn stop_immediately(&mut self) {
        self.signal("QUIT", &[self.server.id().unwrap()]).await;
        self.server.wait().await.unwrap();
    }

    /// Starts it again, on the same port.
    pub async fn start_again(&mut self) {
        self.server = serve(&self.programs, self.folder.path(), self.port);
        self.ready().await;
    }

    /// Stops every process of it in its tracks: lines stay open, and nothing answers.
    pub async fn freeze(&self) {
        self.signal("STOP", &self.processes()).await;
    }

    /// Lets them go on.
    pub async fn thaw(&self) {
        self.signal("CONT", &self.processes()).await;
    }

    /// The server's own process and its children.
    fn processes(&self) -> Vec<u32> {
        let parent = self.server.id().unwrap();
        let children = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap();
        std::iter::once(parent).chain(children.split_whitespace().map(|id| id.parse().unwrap())).collect()
    }

    async fn signal(&self, name: &str, processes: &[u32]) {
        let ids = processes.iter().map(u32::to_string);
        // One of them may have ended since it was listed.
        Command::new("kill").args(["-s", name]).args(ids).stderr(Stdio::null()).status().await.unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let Some(parent) = self.server.id() else { return };
        for (name, id) in [("CONT", parent), ("QUIT", parent)] {
            let _ = std::process::Command::new("kill").args(["-s", name, &id.to_string()]).status();
        }
    }
}

/// The folder of `initdb` and `postgres`: Debian keeps them off PATH, one folder a version.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").is_file()).max();
    found.expect("PostgreSQL's server programs are installed: `cargo xtask test` does so")
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// A program run as a user that PostgreSQL accepts.
fn program(programs: &Path, name: &str, folder: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        let who = ["--reuid", UNPRIVILEGED, "--regid", UNPRIVILEGED, "--init-groups", "--pdeathsig", "QUIT", "--"];
        command.args(who).arg(programs.join(name));
        command
    } else {
        Command::new(programs.join(name))
    };
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn serve(programs: &Path, folder: &Path, port: u16) -> Child {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap();
    let mut server = program(programs, "postgres", folder);
    server.arg("-D").arg(folder.join("data")).args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"]).arg(folder);
    server.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap()
}

async fn run(command: &mut Command) {
    let status = command.status().await.unwrap();
    assert!(status.success(), "{command:?}: {status}");
}
