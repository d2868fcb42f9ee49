//! Bytes on their way in, and the verdict on them.
//!
//! They come by tus 1.0, resumable, at `/uploads` ([`tus`]). A request's bytes go to object storage as they arrive; the
//! offset in the upload's row moves only after they are durable. So nothing that counts is held by a process: after a
//! kill, or on another replica, an upload goes on where the row says, in a new object. In the same process it goes on more
//! cheaply, with what the request before left ([`pen`]). What arrives before a connection breaks is kept.
//!
//! Two requests may write one upload at once, when a phone comes back while its old connection hangs. Each writes its
//! mark into the row first and moves the offset only while the mark and the offset are what it saw. The newer one
//! takes over, the older finds out when it next tries to move the offset, and removes what it stored in vain.
//!
//! The last byte moves the file into quarantine, in one transaction with a job that puts the parts together and
//! checks them ([`verdict`]). Another makes what is served of them ([`renditions`]). A third removes what expired
//! ([`sweep`]). All of them may run twice.

mod answers;
mod context;
mod headers;
mod jobs;
mod metadata;
mod pen;
mod purge;
mod receive;
mod renditions;
mod scan;
mod store;
mod sweep;
pub mod tus;
mod verdict;

pub use context::{Files, UploadSettings};
pub use jobs::{Job, JobError, handlers};
pub use purge::{claim, purge};
pub use store::{Served, find_served, stop_writers};
