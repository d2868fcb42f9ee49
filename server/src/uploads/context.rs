//! What the work on files needs, in one place.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::pen::Pens;
use crate::app::App;
use crate::objects::{Key, ObjectStore};
use imaging::Workshop;

/// Limits of uploads.
#[derive(Debug, Clone, Copy)]
pub struct UploadSettings {
    /// The largest file that is taken, in bytes.
    pub max_size: u64,
    /// How long an upload waits for its next byte, and a file that nothing claims for being claimed. Longer than a phone
    /// may be without a signal.
    pub patience: Duration,
    /// How long a request waits for its next byte before what came is kept and the request ended.
    pub idle: Duration,
}

impl Default for UploadSettings {
    fn default() -> Self {
        Self { max_size: 64 << 20, patience: Duration::from_hours(7 * 24), idle: Duration::from_mins(1) }
    }
}

/// What the work on files needs.
#[derive(Debug, Clone)]
pub struct Files {
    /// Rows, time, ids.
    pub app: App,
    /// Where bytes are.
    pub objects: Arc<dyn ObjectStore>,
    /// Where bytes are looked into.
    pub workshop: Workshop,
    /// Limits.
    pub settings: UploadSettings,
    /// What is gone on with.
    pub(super) pens: Pens,
}

impl Files {
    /// The work on files by these means.
    pub fn new(app: App, objects: Arc<dyn ObjectStore>, workshop: Workshop, settings: UploadSettings) -> Self {
        Self { app, objects, workshop, settings, pens: Pens::default() }
    }

    /// A key that no object has yet.
    pub(super) fn new_key(&self) -> Key {
        Key::new(self.new_id())
    }

    /// A new id.
    pub(super) fn new_id(&self) -> Uuid {
        self.app.ids.next(self.app.clock.now())
    }
}
