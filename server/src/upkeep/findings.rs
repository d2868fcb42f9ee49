//! What the doctor may find, each as a sentence with what to do about it.

use std::fmt;

use chrono::{DateTime, Utc};

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A row names an object that is not there.
    Missing {
        /// The row.
        by: String,
        /// The object's key.
        key: String,
    },
    /// An object has another size than its row says.
    WrongSize {
        /// The row.
        by: String,
        /// The object's key.
        key: String,
        /// Bytes by the row.
        expected: u64,
        /// Bytes of the object.
        found: u64,
    },
    /// An object's bytes are not those that were accepted.
    WrongHash {
        /// The row.
        by: String,
        /// The object's key.
        key: String,
    },
    /// An object that no row names.
    Orphan {
        /// Its name in the store.
        name: String,
        /// Its bytes.
        size: u64,
    },
    /// A file whose bytes are all here, and that nobody checks.
    Stuck {
        /// The file.
        file: String,
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Uploads that expired and are still there.
    Unswept {
        /// How many.
        count: u64,
    },
    /// Jobs that were tried for the last time.
    Failed {
        /// Their kind.
        kind: String,
        /// How many.
        count: u64,
        /// What the last of them said.
        last_error: String,
    },
    /// Jobs that nobody takes.
    Overdue {
        /// How many.
        count: u64,
    },
    /// Audit rows that nobody seals.
    Unsealed {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// Counts that are kept and not what the rows say.
    Miscounted {
        /// The rollup's table.
        table: &'static str,
        /// How many of its groups.
        groups: u64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { by, key } => write!(
                f,
                "The object {key}, which {by} names, is not in the store. Bring it back from a backup: waymark restore \
                 --objects-only DIRECTORY"
            ),
            Self::WrongSize { by, key, expected, found } => write!(
                f,
                "The object {key}, which {by} names, has {found} bytes and should have {expected}. Remove it from the \
                 store and bring it back from a backup: waymark restore --objects-only DIRECTORY"
            ),
            Self::WrongHash { by, key } => write!(
                f,
                "The object {key}, which {by} names, holds other bytes than were accepted. Find out who changed it; then \
                 remove it from the store and bring it back from a backup: waymark restore --objects-only DIRECTORY"
            ),
            Self::Orphan { name, size } => write!(
                f,
                "The object {name}, {size} bytes, is named by no row. Remove it, if the store is this installation's \
                 alone: waymark doctor --mend"
            ),
            Self::Stuck { file, since } => write!(
                f,
                "{file} has had all its bytes since {since} and is not checked: its job is gone. Have it checked: waymark \
                 doctor --mend"
            ),
            Self::Unswept { count } => write!(
                f,
                "{count} uploads expired and are not removed: no server has swept for hours. Start one, or remove them \
                 now: waymark doctor --mend"
            ),
            Self::Failed { kind, count, last_error } => write!(
                f,
                "{count} jobs of the kind {kind} failed for good, the last of them because: {last_error}. Put the cause \
                 right and have them run again: waymark doctor --mend"
            ),
            Self::Overdue { count } => write!(
                f,
                "{count} jobs have been due for a quarter of an hour and nobody takes them: see that a server runs, and \
                 what it logs"
            ),
            Self::Unsealed { since } => write!(
                f,
                "The audit has not been sealed since {since}: see that a server runs, what it logs, and that the data \
                 directory can be written to"
            ),
            Self::Miscounted { table, groups } => write!(
                f,
                "{groups} counts in {table} are not what the rows say: somebody wrote past the database's triggers. Have \
                 them counted anew: waymark doctor --mend"
            ),
        }
    }
}
