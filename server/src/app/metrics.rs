//! What is counted, for Prometheus. Counts and ages only: no label holds an id, a name or a path.

use std::fmt;
use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The first parts of paths that are told apart; a stranger's invented path is no label.
const AREAS: [&str; 8] = ["assets", "files", "graphql", "health", "metrics", "session", "uploads", "welcome"];
/// Bounds of the histogram, in seconds.
const SECONDS: [f64; 9] = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// The area if it is one of ours.
pub fn known(area: &str) -> &'static str {
    AREAS.into_iter().find(|known| *known == area).unwrap_or("other")
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    area: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Area {
    area: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

/// Everything that is counted in this process, and what was last seen in the database.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Area, Histogram, fn() -> Histogram>,
    turned_away: Family<Area, Counter>,
    jobs: Family<State, Gauge>,
    uploads: Family<State, Gauge>,
    seal_lag: Gauge<f64, AtomicU64>,
    database_up: Gauge,
}

/// What a look into the database found. Counts end at the bound of the look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// Jobs that wait or run.
    pub jobs_waiting: i64,
    /// Jobs that were tried for the last time.
    pub jobs_failed: i64,
    /// Uploads that go on.
    pub uploads_open: i64,
    /// Uploads whose next byte is waited for since an hour.
    pub uploads_stuck: i64,
    /// Files whose bytes are here and that are not checked yet.
    pub files_unchecked: i64,
    /// Age of the oldest audit row that is not sealed, in seconds.
    pub seal_lag: i64,
}

impl Default for Metrics {
    fn default() -> Self {
        let seconds: fn() -> Histogram = || Histogram::new(SECONDS);
        let mut metrics = Self {
            registry: Registry::with_prefix("waymark"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(seconds),
            turned_away: Family::default(),
            jobs: Family::default(),
            uploads: Family::default(),
            seal_lag: Gauge::default(),
            database_up: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("requests", "Requests answered", metrics.requests.clone());
        registry.register("request_seconds", "How long requests took", metrics.seconds.clone());
        registry.register("turned_away", "Requests that came when too many were at work", metrics.turned_away.clone());
        registry.register("jobs", "Jobs by state", metrics.jobs.clone());
        registry.register(
            "uploads",
            "Uploads that go on, stand still, or wait for their verdict",
            metrics.uploads.clone(),
        );
        registry.register("seal_lag_seconds", "Age of the oldest unsealed audit row", metrics.seal_lag.clone());
        registry.register("database_up", "Whether the database answered the last look", metrics.database_up.clone());
        metrics
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    /// A request of this area was answered.
    pub fn answered(&self, area: &'static str, status: u16, milliseconds: i64) {
        let status = match status {
            ..300 => "2xx",
            300..400 => "3xx",
            429 => "429",
            400..500 => "4xx",
            503 => "503",
            _ => "5xx",
        };
        self.requests.get_or_create(&Answered { area, status }).inc();
        self.seconds.get_or_create(&Area { area }).observe(milliseconds.max(0) as f64 / 1000.0);
    }

    /// A request of this area was turned away because too many were at work.
    pub fn turned_away(&self, area: &'static str) {
        self.turned_away.get_or_create(&Area { area }).inc();
    }

    /// What a look found; nothing if the database did not answer.
    pub fn seen(&self, seen: Option<Seen>) {
        self.database_up.set(i64::from(seen.is_some()));
        let Some(seen) = seen else { return };
        for (state, count) in [("waiting", seen.jobs_waiting), ("failed", seen.jobs_failed)] {
            self.jobs.get_or_create(&State { state }).set(count);
        }
        let uploads = [("open", seen.uploads_open), ("stuck", seen.uploads_stuck), ("unchecked", seen.files_unchecked)];
        for (state, count) in uploads {
            self.uploads.get_or_create(&State { state }).set(count);
        }
        self.seal_lag.set(seen.seal_lag as f64);
    }

    /// The text that Prometheus reads (OpenMetrics 1.0).
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string does not fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &self.registry);
        text
    }
}
