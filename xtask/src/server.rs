//! A server process of our own, for those who look at Waymark from outside. Its data are in a temporary folder and go
//! with it.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::process::{Background, free_port, output, run, waymark};

/// A running server. It is stopped, and its files are removed, when this value goes.
pub struct Server {
    // The order matters: the process is stopped before its files go.
    process: Background,
    _data: Data,
    /// Where it is reached.
    pub address: String,
    /// How long it took until it was ready.
    pub took: Duration,
}

impl Server {
    /// The demo with its synthetic county. `app` is the folder of the app's files, for those who look at screens.
    pub fn demo(name: &str, app: Option<&Path>) -> Result<Self> {
        Place::new(name, app)?.start("demo")
    }

    /// A server for real accounts, with one officer invited for each address; the second part is their links.
    pub fn with_officers(name: &str, app: &Path, emails: &[&str]) -> Result<(Self, Vec<String>)> {
        let place = Place::new(name, Some(app))?;
        place.migrate()?;
        let links = emails.iter().map(|email| place.invite(email, &OFFICER)).collect::<Result<_>>()?;
        Ok((place.serve()?, links))
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }
}

/// An officer of the authority of Testshire, which is made for the first of them.
pub const OFFICER: [&str; 6] = ["--role", "officer", "--authority", "999", "--authority-name", "Testshire"];

/// Where a server is to stand.
pub struct Place {
    data: Data,
    port: u16,
    app: Option<PathBuf>,
    program: Option<PathBuf>,
    database: Option<String>,
}

impl Place {
    fn new(name: &str, app: Option<&Path>) -> Result<Self> {
        let data = Data(env::temp_dir().join(format!("waymark-{name}-{}", std::process::id())));
        Ok(Self { data, port: free_port()?, app: app.map(Path::to_owned), program: None, database: None })
    }

    /// For the binary as it is shipped, on this database or on SQLite.
    pub fn shipped(name: &str, program: &Path, database: Option<String>) -> Result<Self> {
        Ok(Self { program: Some(program.to_owned()), database, ..Self::new(name, None)? })
    }

    /// Brings the database up to date.
    pub fn migrate(&self) -> Result<()> {
        run(&mut self.command(&["migrate"])?)
    }

    /// Gives somebody a role, and answers with the link to choose a password by.
    pub fn invite(&self, email: &str, role: &[&str]) -> Result<String> {
        let who = ["user", "create", "--email", email, "--name", "Olive Tester"];
        let told = output(&mut self.command(&[&who[..], role].concat())?)?;
        Ok(told.lines().last().context("no link was printed")?.to_owned())
    }

    /// The file of its database, where none is given.
    pub fn file(&self) -> PathBuf {
        self.data.0.join("waymark.sqlite")
    }

    /// Starts the server for real accounts.
    pub fn serve(self) -> Result<Server> {
        self.start("serve")
    }

    /// The server's binary with the defaults, whatever this shell is set up for.
    fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = match &self.program {
            Some(program) => Command::new(program),
            None => waymark()?,
        };
        for (name, _) in env::vars_os() {
            if name == "DATABASE_URL" || name.to_string_lossy().starts_with("WAYMARK_") {
                command.env_remove(name);
            }
        }
        command.args(arguments).env("WAYMARK_DATA", &self.data.0).env("WAYMARK_LOG", "warn");
        command.env("WAYMARK_LISTEN", format!("127.0.0.1:{}", self.port));
        if let Some(app) = &self.app {
            command.env("WAYMARK_APP", app);
        }
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", database);
        }
        Ok(command)
    }

    fn start(self, task: &str) -> Result<Server> {
        let began = Instant::now();
        let mut process = Background::start(&mut self.command(&[task])?, "the server", "TERM")?;
        // Seeding the county comes first, and takes most of this.
        process.wait_until(Duration::from_secs(600), || is_ready(self.port).unwrap_or(false))?;
        let address = format!("http://127.0.0.1:{}", self.port);
        Ok(Server { process, address, took: began.elapsed(), _data: self.data })
    }
}

struct Data(PathBuf);

impl Drop for Data {
    fn drop(&mut self) {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                println!("{} is left behind: {error}", self.0.display());
            }
            _ => {}
        }
    }
}

/// Whether `/health/ready` answers 200. Seven lines of HTTP cost less than an HTTP client in every build of xtask.
fn is_ready(port: u16) -> Result<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
    let mut start = [0; 12];
    stream.read_exact(&mut start).context("no answer")?;
    Ok(&start == b"HTTP/1.1 200")
}
