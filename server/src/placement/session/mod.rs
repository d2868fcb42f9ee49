//! Weekly sessions: day, start and finish, from which the hours of a week follow (S1).

pub mod store;
