//! A PostgreSQL cluster for one run of tests or of a race, thrown away after it.

use std::env;
use std::fs::{self, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::process::{Background, free_port, run};
use crate::setup::{is_root, postgres_programs};

/// The running cluster. It listens on a loopback port that changes from run to run, and lets any local user in: it lives
/// for minutes and holds only what tests made up.
pub struct Postgres {
    // The order matters: the server is stopped before its files go.
    server: Background,
    _folder: Folder,
    programs: PathBuf,
    address: String,
}

impl Postgres {
    /// A cluster for tests. Durability is off: nothing in it outlives the run.
    pub fn start() -> Result<Self> {
        Self::with(&["fsync=off", "synchronous_commit=off", "full_page_writes=off"])
    }

    /// A cluster to measure with: as durable as PostgreSQL is unless told otherwise, and counting its statements.
    pub fn durable() -> Result<Self> {
        Self::with(&["shared_preload_libraries=pg_stat_statements"])
    }

    fn with(settings: &[&str]) -> Result<Self> {
        let programs = postgres_programs().context("PostgreSQL's server programs are not installed")?;
        let user = is_root()?.then_some(UNPRIVILEGED);
        let folder = Folder::create(user)?;
        let program = |name: &str| as_user(user, &programs.join(name), &folder.0);

        let data = folder.0.join("data");
        // The C locale makes text sort by bytes, as SQLite does: one expectation serves both pairs.
        let made = ["--username=waymark", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
        run(program("initdb").args(made).arg("--pgdata").arg(&data).stdout(Stdio::null()))?;

        let port = free_port()?.to_string();
        let log = File::create(folder.0.join("log"))?;
        let mut server = program("postgres");
        server.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-p", &port, "-k"]).arg(&folder.0);
        for setting in settings.iter().chain(&["max_connections=300"]) {
            server.arg("-c").arg(setting);
        }
        // SIGINT is PostgreSQL's fast shutdown: it ends open sessions rather than wait for them.
        let mut server = Background::start(server.stdout(log.try_clone()?).stderr(log), "PostgreSQL", "INT")?;
        let ready = || {
            let mut probe = Command::new(programs.join("pg_isready"));
            probe.args(["--quiet", "--host=127.0.0.1", "--port", &port]).status().is_ok_and(|status| status.success())
        };
        server.wait_until(Duration::from_secs(60), ready).inspect_err(|_| folder.print_log())?;
        let address = format!("postgres://waymark@127.0.0.1:{port}");
        Ok(Self { server, _folder: folder, programs, address })
    }

    /// Where one connects to make databases.
    pub fn url(&self) -> String {
        self.database("postgres")
    }

    /// Where the database of this name is reached.
    pub fn database(&self, name: &str) -> String {
        format!("{}/{name}", self.address)
    }

    /// Has `psql` do this in a database; the first mistake ends it.
    pub fn psql(&self, database: &str, arguments: &[&str]) -> Result<()> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", &self.database(database)]);
        run(psql.args(arguments))
    }

    /// The id of the process that all others of the cluster are children of.
    pub fn id(&self) -> u32 {
        self.server.id()
    }
}

/// A folder of the cluster's own, outside the work tree: another user must be able to reach it wherever the clone stands.
struct Folder(PathBuf);

impl Folder {
    fn create(owner: Option<&str>) -> Result<Self> {
        let path = env::temp_dir().join(format!("waymark-postgres-{}", std::process::id()));
        fs::DirBuilder::new().mode(0o700).create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        let folder = Self(path);
        if let Some(owner) = owner {
            run(Command::new("chown").arg(owner).arg(&folder.0))?;
        }
        Ok(folder)
    }

    fn print_log(&self) {
        println!("{}", fs::read_to_string(self.0.join("log")).unwrap_or_default());
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            println!("{} is left behind: {error}", self.0.display());
        }
    }
}

/// PostgreSQL refuses to run as root; its packages bring a user of this name.
const UNPRIVILEGED: &str = "postgres";

/// The program run as that user, and told to end should we be killed.
fn as_user(user: Option<&str>, program: &Path, folder: &Path) -> Command {
    let mut command = match user {
        None => Command::new(program),
        Some(user) => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user, "--regid", user, "--init-groups", "--pdeathsig", "INT", "--"]).arg(program);
            command
        }
    };
    command.current_dir(folder);
    command
}
