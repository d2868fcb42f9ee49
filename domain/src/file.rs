//! Stored files: where each stands between "declared" and "served".

use crate::codes;

codes! {
    /// Where a file stands.
    FileState {
        /// Declared; no byte has arrived.
        Expected = "expected",
        /// Bytes are arriving.
        Receiving = "receiving",
        /// All bytes are here and are being checked; nobody can open it yet.
        Quarantined = "quarantined",
        /// Size, hash and type are right; it may be served.
        Accepted = "accepted",
        /// Refused; the reason says what to do.
        Refused = "refused",
        /// Removed on purpose; the hash stays, so that manifests still verify.
        Purged = "purged",
    }
}
