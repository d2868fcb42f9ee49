//! New row ids: UUID version 7 (RFC 9562), so that rows made later sort later.

use std::{fmt, sync::Mutex};

use chrono::{DateTime, Utc};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use uuid::{Builder, Uuid};

use crate::access::secrets;

/// Makes ids.
pub trait Ids: fmt::Debug + Send + Sync {
    /// A new version 7 id whose first 48 bits are `now` in milliseconds.
    fn next(&self, now: DateTime<Utc>) -> Uuid;
}

/// Ids whose random bits come from the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        compose(now, secrets::random_bytes())
    }
}

/// Ids that are the same in every run with the same seed. For tests and for the synthetic county.
pub struct SeededIds(Mutex<ChaCha8Rng>);

impl SeededIds {
    /// Ids from `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha8Rng::seed_from_u64(seed)))
    }
}

impl fmt::Debug for SeededIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeededIds")
    }
}

impl Ids for SeededIds {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        let mut random = [0; 10];
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(&mut random);
        compose(now, random)
    }
}

/// Version 7 from a time and 80 random bits. A time before 1970 counts as 1970: the format has no sign.
fn compose(now: DateTime<Utc>, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    fn noon() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 3, 3, 12, 0, 0).unwrap()
    }

    #[test]
    fn ids_are_version_seven_and_carry_the_time() {
        let id = SystemIds.next(noon());
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.as_u128() >> 80, noon().timestamp_millis() as u128);
    }

    #[test]
    fn later_ids_sort_later() {
        assert!(SystemIds.next(noon()) < SystemIds.next(noon() + chrono::Duration::milliseconds(1)));
    }

    #[test]
    fn one_seed_gives_one_sequence() {
        let (a, b) = (SeededIds::new(7), SeededIds::new(7));
        let first = a.next(noon());
        assert_eq!(first, b.next(noon()));
        assert_ne!(first, a.next(noon()));
    }
}
