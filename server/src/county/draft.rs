//! The county while it is being made up: the day it is made for, the chance, the names, the rows so far.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use entity::ids::{AccountId, AuthorityId};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::{Builder, Uuid};

use super::Options;
use super::files::Parcel;
use super::names::Names;
use super::rows::Rows;

/// Everything that the parts of the county share while they are drafted.
#[derive(Debug)]
pub struct Draft {
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    pub scale: usize,
    pub seed: u64,
    pub names: Names,
    pub rng: ChaCha8Rng,
    pub authority: AuthorityId,
    pub rows: Rows,
    /// Bytes to be put into the object store.
    pub parcels: Vec<Parcel>,
    ids: ChaCha8Rng,
}

/// The part of a row that every table has: when it was made, when it last changed, how often.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
}

impl Draft {
    pub fn new(now: DateTime<Utc>, options: &Options) -> Self {
        let stream = |number: u64| ChaCha8Rng::seed_from_u64(options.seed.wrapping_mul(31).wrapping_add(number));
        let mut draft = Self {
            now,
            today: now.date_naive(),
            scale: options.scale.max(1) as usize,
            seed: options.seed,
            names: Names::new(options.seed),
            rng: stream(1),
            authority: AuthorityId(Uuid::nil()),
            rows: Rows::default(),
            parcels: Vec::new(),
            ids: stream(2),
        };
        draft.authority = draft.id(draft.founded());
        draft
    }

    /// When the county began to keep its records here: a little over two years ago.
    pub fn founded(&self) -> DateTime<Utc> {
        self.morning(self.days_ago(800))
    }

    /// A version 7 id (RFC 9562) of the given time; its random bits come from the seed.
    pub fn id<K: From<Uuid>>(&mut self, at: DateTime<Utc>) -> K {
        let mut random = [0; 10];
        self.ids.fill_bytes(&mut random);
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid().into()
    }

    pub fn days_ago(&self, days: u64) -> NaiveDate {
        self.today - Days::new(days)
    }

    pub fn days_ahead(&self, days: u64) -> NaiveDate {
        self.today + Days::new(days)
    }

    /// Eight in the morning, UTC.
    pub fn morning(&self, date: NaiveDate) -> DateTime<Utc> {
        (date.and_time(NaiveTime::MIN) + chrono::TimeDelta::hours(8)).and_utc()
    }

    /// Some minute of the working day, and never later than now.
    pub fn moment(&mut self, date: NaiveDate) -> DateTime<Utc> {
        let minutes = self.rng.random_range(0..510);
        (self.morning(date) + chrono::TimeDelta::minutes(minutes)).min(self.now)
    }

    pub fn stamp(&self, at: DateTime<Utc>) -> Stamp {
        Stamp { created_at: at, updated_at: at, version: 1 }
    }

    /// True with probability `percent` in a hundred.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.rng.random_range(0..limit.max(1))
    }

    pub fn between(&mut self, from: u64, to: u64) -> u64 {
        self.rng.random_range(from..=to)
    }

    pub fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        let index = self.below(list.len());
        list[index].clone()
    }
}

/// The accounts of the demonstration, and those of the people who did the work of two years.
#[derive(Clone, Debug)]
pub struct Cast {
    pub officer: AccountId,
    pub visitors: Vec<AccountId>,
    /// One for each provider, in the order of the providers.
    pub providers: Vec<AccountId>,
}
