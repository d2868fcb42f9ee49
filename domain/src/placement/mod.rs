//! Placements and what they run by.

pub mod agreement;
pub mod life;
pub mod register;
pub mod week;

use crate::codes;

codes! {
    /// State of a placement.
    PlacementState {
        /// Proposed; nobody attends yet.
        Proposed = "proposed",
        /// Agreed by the commissioner and the provider; it may start (S36).
        Agreed = "agreed",
        /// Running.
        Active = "active",
        /// Ended; the actual end date stands (S84).
        Ended = "ended",
        /// Cancelled before it started.
        Cancelled = "cancelled",
    }
}

codes! {
    /// What the agreed rate is per (S1, D8).
    RateBasis {
        /// A day.
        Day = "day",
        /// A week.
        Week = "week",
        /// A session.
        Session = "session",
    }
}

codes! {
    /// Day of the school week.
    Weekday {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
    }
}

codes! {
    /// Half of the school day that a register is taken for (S163).
    Session {
        /// Morning.
        Am = "am",
        /// Afternoon.
        Pm = "pm",
    }
}
