//! The settings of a running server, each checked before anything starts.
//!
//! They come from the environment, then from an optional file, then from defaults that need nothing installed. Whatever
//! is unknown or wrong is refused at start, in a sentence that names the setting and shows a value that would do.

mod guide;
mod settings;
mod sources;
mod value;

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

pub use self::{
    guide::guide,
    settings::{LogFormat, SETTINGS, Setting},
    sources::{ConfigError, FILE_VARIABLE},
};
use self::{settings::Settings, sources::Sources};
use crate::{access::secrets::Redacted, graph::limits::Limits};

/// The settings, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where to answer Prometheus.
    pub metrics_listen: Option<SocketAddr>,
    /// Requests at once, uploads aside.
    pub max_requests: usize,
    /// Requests that send bytes at once.
    pub max_uploads: usize,
    /// The directory that the default set-up keeps everything in.
    pub data: PathBuf,
    /// The database's address; may hold a password.
    pub database_url: Redacted,
    /// Scheme, host and port that people use, without a slash at the end.
    pub public_url: String,
    /// How many reverse proxies of the operator's own every request comes through.
    pub proxies: usize,
    /// The operator's own signing key, if there is one.
    pub secret: Option<Redacted>,
    /// S3-compatible storage; `None` means a directory.
    pub s3: Option<S3>,
    /// The largest upload, in bytes.
    pub max_upload: u64,
    /// Where ClamAV's clamd listens, if files are to be scanned.
    pub clamd: Option<String>,
    /// The largest body of a graph request, in bytes.
    pub max_body: usize,
    /// The longest that a graph request may take.
    pub max_time: Duration,
    /// The most rows that a query may give as a file.
    pub max_extract_rows: u64,
    /// The longest that such a file may take to be written.
    pub max_extract_time: Duration,
    /// What a query may ask for.
    pub limits: Limits,
    /// Where the query page's assets are.
    pub assets: PathBuf,
    /// Where the app's files are.
    pub app: PathBuf,
    /// What to log.
    pub log: String,
    /// How to log it.
    pub log_format: LogFormat,
}

/// Where S3-compatible storage is and how to speak to it.
#[derive(Clone, Debug)]
pub struct S3 {
    /// The service's address; `None` means Amazon's own for the region.
    pub endpoint: Option<String>,
    /// The bucket.
    pub bucket: String,
    /// The region that requests are signed for.
    pub region: String,
    /// The access key.
    pub access_key: Redacted,
    /// The secret key.
    pub secret_key: Redacted,
}

impl Config {
    /// The settings of this process.
    ///
    /// # Errors
    /// The first thing that will not do.
    pub fn load() -> Result<Self, ConfigError> {
        Self::from_environment(std::env::vars())
    }

    /// The settings out of the given environment, and the file that it names.
    ///
    /// # Errors
    /// The first thing that will not do.
    pub fn from_environment(environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        Self::check(Sources::read(environment)?.settings()?)
    }

    /// The defaults, with everything kept under `data`.
    ///
    /// # Panics
    /// Never: the defaults are checked by a test.
    pub fn for_testing(data: &Path) -> Self {
        let mut config =
            Sources::default().settings().and_then(Self::check).expect("the defaults are settings that will do");
        config.database_url = Redacted::new(sqlite_url(data));
        config.data = data.to_owned();
        config
    }

    /// Whether people reach the server over TLS, so that cookies may be marked Secure.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    fn check(settings: Settings) -> Result<Self, ConfigError> {
        let public_url = public_url(&settings)?;
        let s3 = s3(&settings)?;
        let database_url = match &settings.database_url {
            Some(url) => database_url(url)?,
            None => Redacted::new(sqlite_url(&settings.data)),
        };
        if settings.secret.as_ref().is_some_and(|secret| secret.reveal().len() < 32) {
            return Err(ConfigError::Together(
                "WAYMARK_SECRET needs 32 characters or more. For example: the output of: openssl rand -hex 32".into(),
            ));
        }
        Ok(Self {
            listen: settings.listen,
            metrics_listen: settings.metrics_listen,
            max_requests: settings.max_requests,
            max_uploads: settings.max_uploads,
            database_url,
            proxies: settings.proxies.unwrap_or(usize::from(public_url.starts_with("https://"))),
            public_url,
            secret: settings.secret,
            s3,
            max_upload: settings.max_upload,
            clamd: settings.clamd,
            max_body: settings.max_body,
            max_time: Duration::from_secs(settings.max_seconds),
            max_extract_rows: settings.max_extract_rows,
            max_extract_time: Duration::from_secs(settings.max_extract_seconds),
            limits: Limits {
                depth: settings.max_depth,
                complexity: settings.max_complexity,
                aliases: settings.max_aliases,
                ..Limits::default()
            },
            assets: settings.assets,
            app: settings.app,
            log: settings.log,
            log_format: settings.log_format,
            data: settings.data,
        })
    }
}

fn sqlite_url(data: &Path) -> String {
    format!("sqlite://{}?mode=rwc", data.join("waymark.sqlite").display())
}

fn database_url(url: &Redacted) -> Result<Redacted, ConfigError> {
    let known = ["postgres://", "postgresql://", "sqlite:"];
    if known.iter().any(|scheme| url.reveal().starts_with(scheme)) {
        Ok(url.clone())
    } else {
        Err(ConfigError::Value {
            name: "DATABASE_URL",
            problem: "must begin with postgres:// or sqlite:".into(),
            example: "postgres://waymark:password@localhost/waymark",
        })
    }
}

fn public_url(settings: &Settings) -> Result<String, ConfigError> {
    let wrong = |problem: &str| ConfigError::Value {
        name: "WAYMARK_PUBLIC_URL",
        problem: problem.into(),
        example: "https://waymark.example.org",
    };
    let Some(url) = &settings.public_url else {
        return if settings.listen.ip().is_loopback() {
            Ok(format!("http://{}", settings.listen))
        } else {
            Err(wrong("must be set when the server listens to more than this machine"))
        };
    };
    let url = url.trim_end_matches('/');
    let (scheme, host) = url.split_once("://").ok_or_else(|| wrong("must begin with https://"))?;
    if host.is_empty() || host.contains(['/', '?', '#', '@', ' ']) {
        return Err(wrong("must be a scheme and a host, without a path"));
    }
    match scheme {
        "https" => Ok(url.to_owned()),
        "http" if is_loopback(host) => Ok(url.to_owned()),
        "http" => Err(wrong("must begin with https://: passwords and pupils' records would travel in clear")),
        _ => Err(wrong("must begin with https://")),
    }
}

/// Whether `host`, with or without a port, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    if let Ok(address) = host.parse::<SocketAddr>() {
        return address.ip().is_loopback();
    }
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn s3(settings: &Settings) -> Result<Option<S3>, ConfigError> {
    let Some(bucket) = &settings.s3_bucket else {
        let stray = [
            ("WAYMARK_S3_ENDPOINT", settings.s3_endpoint.is_some()),
            ("WAYMARK_S3_ACCESS_KEY", settings.s3_access_key.is_some()),
            ("WAYMARK_S3_SECRET_KEY", settings.s3_secret_key.is_some()),
        ];
        return match stray.iter().find(|(_, set)| *set) {
            Some((name, _)) => Err(ConfigError::Together(format!(
                "{name} is set but WAYMARK_S3_BUCKET is not: files would go to the data directory. Set the bucket too, \
                 or none of them."
            ))),
            None => Ok(None),
        };
    };
    let missing =
        |name: &str| ConfigError::Together(format!("WAYMARK_S3_BUCKET is set, so {name} must be set as well."));
    Ok(Some(S3 {
        endpoint: settings.s3_endpoint.clone(),
        bucket: bucket.clone(),
        region: settings.s3_region.clone(),
        access_key: settings.s3_access_key.clone().ok_or_else(|| missing("WAYMARK_S3_ACCESS_KEY"))?,
        secret_key: settings.s3_secret_key.clone().ok_or_else(|| missing("WAYMARK_S3_SECRET_KEY"))?,
    }))
}

#[cfg(test)]
mod tests;
