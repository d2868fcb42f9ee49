//! The list of settings: one place that gives each its name, its default, its example and its words.
//! The operating guide shows this list, and a test compares the two.

use std::{net::SocketAddr, path::PathBuf};

use super::value::FromText;
use crate::access::secrets::Redacted;

/// One setting as the guide describes it.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// The key in the settings file.
    pub key: &'static str,
    /// What it is when nobody sets it; empty when that is "nothing".
    pub default: &'static str,
    /// A value that would be taken.
    pub example: &'static str,
    /// What it does, in a sentence or two.
    pub help: &'static str,
}

macro_rules! settings {
    ($( $(#[doc = $help:literal])+ $field:ident: $kind:ty = $name:literal, default $default:literal, example $example:literal; )+) => {
        /// Every setting, read but not yet checked against the others.
        #[derive(Clone, Debug)]
        pub struct Settings {
            $( $(#[doc = $help])+ pub $field: $kind, )+
        }

        /// Every setting, in the order of the guide.
        pub const SETTINGS: &[Setting] = &[
            $( Setting {
                name: $name,
                key: stringify!($field),
                default: $default,
                example: $example,
                help: concat!($($help),+).trim_ascii(),
            }, )+
        ];

        impl Settings {
            /// Reads every setting through `text`, which gives what was set, or the default.
            ///
            /// # Errors
            /// What `text` or a value's kind says against the first setting that will not do.
            pub(super) fn read<E>(
                mut parse: impl FnMut(&'static Setting, &mut dyn FnMut(&str) -> Result<(), String>) -> Result<(), E>,
            ) -> Result<Self, E> {
                let mut at = SETTINGS.iter();
                Ok(Self {
                    $( $field: {
                        let setting = at.next().expect("there is one entry a field");
                        let mut value: Option<$kind> = None;
                        parse(setting, &mut |text| {
                            value = Some(<$kind as FromText>::from_text(text)?);
                            Ok(())
                        })?;
                        value.expect("a setting that parsed has a value")
                    }, )+
                })
            }
        }
    };
}

settings! {
    /// The address and port that the server listens on.
    listen: SocketAddr = "WAYMARK_LISTEN", default "127.0.0.1:8080", example "0.0.0.0:8080";
    /// The directory for everything that the default set-up keeps: database, objects, signing key.
    data: PathBuf = "WAYMARK_DATA", default "data", example "/var/lib/waymark";
    /// The database. Without it, an SQLite file in the data directory.
    database_url: Option<Redacted> = "DATABASE_URL", default "", example "postgres://waymark:password@localhost/waymark";
    /// The address that people type, with https:// everywhere but on this machine itself. Links, cookies and the check
    /// against forged requests rest on it. Without it, http:// and the listening address.
    public_url: Option<String> = "WAYMARK_PUBLIC_URL", default "", example "https://waymark.example.org";
    /// How many reverse proxies of yours every request comes through. Each must add the address that it saw to the end of
    /// X-Forwarded-For: whoever guesses passwords is slowed down by it. Without it, 1 where people come by https://, which
    /// a proxy takes, and none otherwise.
    proxies: Option<usize> = "WAYMARK_PROXIES", default "", example "1";
    /// Where to answer Prometheus, at /metrics: an address that the public cannot reach. Without it, nowhere.
    metrics_listen: Option<SocketAddr> = "WAYMARK_METRICS_LISTEN", default "", example "127.0.0.1:9090";
    /// How many requests are worked on at once, uploads aside; the next is told to come again soon.
    max_requests: usize = "WAYMARK_MAX_REQUESTS", default "256", example "256";
    /// How many requests may send bytes at once; the next is told to come again soon.
    max_uploads: usize = "WAYMARK_MAX_UPLOADS", default "128", example "64";
    /// The signing key, 32 characters or more, the same on every server of an installation. Without it, one is made
    /// once and kept in the data directory.
    secret: Option<Redacted> = "WAYMARK_SECRET", default "", example "the output of: openssl rand -hex 32";
    /// The address of S3-compatible storage. With a bucket and no address, Amazon's own for the region.
    s3_endpoint: Option<String> = "WAYMARK_S3_ENDPOINT", default "", example "https://objects.example.org";
    /// The bucket for objects. Without it, objects are files in the data directory.
    s3_bucket: Option<String> = "WAYMARK_S3_BUCKET", default "", example "waymark";
    /// The region that requests to the storage are signed for.
    s3_region: String = "WAYMARK_S3_REGION", default "eu-west-2", example "eu-west-2";
    /// The access key for the storage.
    s3_access_key: Option<Redacted> = "WAYMARK_S3_ACCESS_KEY", default "", example "waymark";
    /// The secret key for the storage.
    s3_secret_key: Option<Redacted> = "WAYMARK_S3_SECRET_KEY", default "", example "the key that came with the access key";
    /// The largest file that may be uploaded, in bytes.
    max_upload: u64 = "WAYMARK_MAX_UPLOAD", default "52428800", example "104857600";
    /// The address of ClamAV's clamd: a host and a port, or the path of its socket. With it, no file is accepted before
    /// clamd has scanned it; while clamd is away, files wait. Its StreamMaxLength must not be less than the largest upload.
    clamd: Option<String> = "WAYMARK_CLAMD", default "", example "127.0.0.1:3310";
    /// The largest body of a graph request, in bytes. Files do not travel that way.
    max_body: usize = "WAYMARK_MAX_BODY", default "262144", example "262144";
    /// How many levels of data a query may nest. The edges and nodes of a connection count as one with it.
    max_depth: usize = "WAYMARK_MAX_DEPTH", default "8", example "10";
    /// How much a query may ask for: one for each field, times the page sizes above it.
    max_complexity: u64 = "WAYMARK_MAX_COMPLEXITY", default "50000", example "100000";
    /// How many fields of a query may be renamed.
    max_aliases: usize = "WAYMARK_MAX_ALIASES", default "15", example "30";
    /// How many seconds a graph request may take.
    max_seconds: u64 = "WAYMARK_MAX_SECONDS", default "10", example "30";
    /// How many rows a query may give as a file for spreadsheets and notebooks.
    max_extract_rows: u64 = "WAYMARK_MAX_EXTRACT_ROWS", default "1000000", example "200000";
    /// How many seconds such a file may take to be written.
    max_extract_seconds: u64 = "WAYMARK_MAX_EXTRACT_SECONDS", default "120", example "300";
    /// The directory with the query page's assets.
    assets: PathBuf = "WAYMARK_ASSETS", default "assets", example "/usr/share/waymark/assets";
    /// The directory with the app's files, as `cargo xtask app` builds them.
    app: PathBuf = "WAYMARK_APP", default "app/build", example "/usr/share/waymark/app";
    /// What to log: a level, or levels by module.
    log: String = "WAYMARK_LOG", default "warn,waymark_server=info", example "warn,waymark_server=debug";
    /// How to log: "text" for people, "json" for a collector.
    log_format: LogFormat = "WAYMARK_LOG_FORMAT", default "text", example "json";
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl FromText for LogFormat {
    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be text or json".into()),
        }
    }
}
