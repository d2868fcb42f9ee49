//! The county's files: photographs from a small gallery, documents written one by one, and their way into the store.
//!
//! What is drawn here is upright, 1600 pixels wide and free of metadata, so a photograph is its own large rendition:
//! both rows name one object. Every file row has objects of its own, so withdrawing one takes nothing from another.

use std::collections::HashMap;
use std::thread::available_parallelism;

use anyhow::{Context, Result};
use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use domain::file::{FileState, MediaType, Variant, Width};
use domain::manifest::{Bytes as Held, Sha256Sum};
use domain::{Code, quality};
use entity::ids::{AccountId, FileId};
use entity::{Coded, file, job, rendition};
use futures_util::{StreamExt, TryStreamExt, stream};
use rand::Rng;
use uuid::Builder;

use super::draft::{Draft, Stamp};
use super::{Progress, Report};
use crate::objects::{Key, ObjectStore, whole};
use crate::uploads::Job;
use drawing::{Document, Photograph, Setting, Subject};

/// Different photographs of each subject.
const VARIANTS: usize = 3;
/// Objects that are stored at once.
const LANES: usize = 8;

const PREMISES: [&str; VARIANTS] = ["Main building", "Unit 3, workshop and classrooms", "The Annexe"];

/// Bytes on their way into the object store.
#[derive(Clone, Debug)]
pub struct Parcel {
    key: Key,
    media_type: MediaType,
    bytes: Bytes,
}

/// A photograph of the gallery.
#[derive(Debug)]
struct Picture {
    photograph: Photograph,
    large: Bytes,
    small: Bytes,
    sha256: Sha256Sum,
}

/// All photographs that the county's evidence is taken from.
#[derive(Debug)]
pub struct Gallery(HashMap<(Subject, usize), Picture>);

impl Gallery {
    /// Draws every subject in every variant, as many at once as there are processors.
    pub async fn draw(seed: u64, today: NaiveDate, progress: Report<'_>) -> Result<Self> {
        let wanted: Vec<_> =
            Subject::ALL.into_iter().flat_map(|subject| (0..VARIANTS).map(move |n| (subject, n))).collect();
        let total = wanted.len() as u64;
        let lanes = available_parallelism().map_or(1, usize::from);
        let mut drawn = stream::iter(wanted.into_iter().enumerate())
            .map(|(number, (subject, variant))| async move {
                let seed = seed.wrapping_mul(1000).wrapping_add(number as u64);
                let draw = move || drawing::photograph(subject, &Setting { premises: PREMISES[variant], today }, seed);
                let photograph = tokio::task::spawn_blocking(draw).await.context("drawing a photograph")??;
                anyhow::Ok(((subject, variant), Picture::from(photograph)))
            })
            .buffer_unordered(lanes);
        let mut gallery = HashMap::new();
        progress(Progress { stage: "Drawing photographs", done: 0, total });
        while let Some((key, picture)) = drawn.try_next().await? {
            gallery.insert(key, picture);
            progress(Progress { stage: "Drawing photographs", done: gallery.len() as u64, total });
        }
        Ok(Self(gallery))
    }

    fn picture(&self, subject: Subject, variant: usize) -> &Picture {
        &self.0[&(subject, variant % VARIANTS)]
    }
}

impl From<Photograph> for Picture {
    fn from(mut photograph: Photograph) -> Self {
        let large = Bytes::from(std::mem::take(&mut photograph.jpeg));
        let small = Bytes::from(std::mem::take(&mut photograph.small));
        let sha256 = Sha256Sum::of(&large);
        Self { photograph, large, small, sha256 }
    }
}

/// A file's id with what a manifest says of it.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    pub id: FileId,
    pub held: Held,
}

impl Draft {
    fn key(&mut self) -> Key {
        let mut random = [0; 16];
        self.rng.fill_bytes(&mut random);
        Key::new(Builder::from_random_bytes(random).into_uuid())
    }

    /// A photograph as an accepted file with its renditions.
    pub fn photograph(
        &mut self,
        gallery: &Gallery,
        (subject, variant): (Subject, usize),
        owner: AccountId,
        at: DateTime<Utc>,
    ) -> Kept {
        let picture = gallery.picture(subject, variant);
        let (key, small_key) = (self.key(), self.key());
        self.parcels.push(Parcel { key, media_type: MediaType::Jpeg, bytes: picture.large.clone() });
        self.parcels.push(Parcel { key: small_key, media_type: MediaType::Jpeg, bytes: picture.small.clone() });
        let held = Held { sha256: picture.sha256, size: picture.large.len() as u64 };
        let shot = &picture.photograph;
        let id = self.file(owner, at, key, MediaType::Jpeg, held);
        if let Some(row) = self.rows.files.last_mut() {
            (row.width, row.height) = (Some(shot.width as i32), Some(shot.height as i32));
        }
        for (width, key, bytes, size) in [
            (Width::W1600, key, &picture.large, (shot.width, shot.height)),
            (Width::W320, small_key, &picture.small, (shot.small_width, shot.small_height)),
        ] {
            let row = rendition::Model {
                id: self.id(at),
                file_id: id,
                kind: Variant::Picture(width).to_string(),
                object_key: key.to_string(),
                media_type: Coded(MediaType::Jpeg),
                byte_size: Some(bytes.len() as i64),
                width: size.0 as i32,
                height: size.1 as i32,
                created_at: at,
            };
            self.rows.renditions.push(row);
        }
        Kept { id, held }
    }

    /// A document as an accepted file.
    pub fn pdf(&mut self, document: Document, owner: AccountId, at: DateTime<Utc>) -> FileId {
        let key = self.key();
        let held = Held { sha256: Sha256Sum::of(&document.pdf), size: document.pdf.len() as u64 };
        let id = self.file(owner, at, key, MediaType::Pdf, held);
        if let Some(row) = self.rows.files.last_mut() {
            row.pages = Some(document.pages as i32);
        }
        self.parcels.push(Parcel { key, media_type: MediaType::Pdf, bytes: Bytes::from(document.pdf) });
        id
    }

    /// Makes the latest file one whose bytes were removed on purpose: the hash stays, the objects are gone.
    pub fn purge_latest(&mut self) {
        let Some(row) = self.rows.files.last_mut() else { return };
        row.state = Coded(FileState::Purged);
        let key = row.object_key.take();
        let id = row.id;
        self.rows.renditions.retain(|rendition| rendition.file_id != id);
        // A photograph's parcels are its own: the large one and the small one behind it.
        if let Some(at) = self.parcels.iter().position(|parcel| key.as_ref() == Some(&parcel.key.to_string())) {
            self.parcels.truncate(at);
        }
    }

    /// Leaves it to the server to draw the pages of a document once it runs: that takes longer than the county.
    pub fn draw_pages_later(&mut self, file_id: FileId) -> Result<()> {
        let row = serde_json::to_value(Job::MakeRenditions { file_id })?;
        let job = job::Model {
            id: self.id(self.now),
            kind: row["kind"].as_str().unwrap_or_default().to_owned(),
            payload: row["payload"].clone(),
            state: "waiting".to_owned(),
            run_at: self.now,
            attempts: 0,
            last_error: None,
            created_at: self.now,
            updated_at: self.now,
        };
        self.rows.jobs.push(job);
        Ok(())
    }

    fn file(&mut self, owner: AccountId, at: DateTime<Utc>, key: Key, media_type: MediaType, held: Held) -> FileId {
        let Stamp { created_at, updated_at, version } = self.stamp(at);
        let (sha256, size) = (held.sha256.to_string(), held.size as i64);
        let id = self.id(at);
        self.rows.files.push(file::Model {
            id,
            authority_id: self.authority,
            owner_account_id: owner,
            state: Coded(FileState::Accepted),
            refusal: None,
            object_key: Some(key.to_string()),
            sha256: Some(sha256.clone()),
            declared_sha256: Some(sha256),
            byte_size: Some(size),
            declared_size: Some(size),
            media_type: Some(Coded(media_type)),
            declared_media_type: Some(media_type.as_str().to_owned()),
            width: None,
            height: None,
            pages: None,
            unclaimed_until: None,
            created_at,
            updated_at,
            version,
        });
        id
    }
}

/// The photograph that a standard asks for, where the gallery has one.
pub fn subject_of(framework: &str, standard: &str) -> Option<(Subject, &'static str)> {
    Some(match (framework, standard) {
        ("derby", "1e") => (Subject::Entrance, "The way in, with lock and notice"),
        ("derby", "2c") => (Subject::AccidentBook, "Cover of the accident book"),
        ("derby", "2b") | ("emat", "V7") => (Subject::FirstAidBox, "First-aid box with its checks"),
        ("derby", "2d") => (Subject::MachineGuard, "Guard of the pillar drill"),
        ("derby", "2f") => (Subject::Certificate, "Certificate on the wall"),
        ("derby", "2g") | ("emat", "V10") => (Subject::FirePlan, "Fire plan beside the main door"),
        ("emat", "V11") => (Subject::Extinguisher, "Extinguisher with its tag"),
        ("emat", "V13") => (Subject::ElectricalLabel, "Test label on a plug"),
        _ => return None,
    })
}

/// What kind of evidence a photograph of the gallery is.
pub const PHOTO: Coded<quality::EvidenceKind> = Coded(quality::EvidenceKind::Photo);

/// Puts all parcels into the store; answers how many bytes that were.
pub async fn deliver(parcels: Vec<Parcel>, store: &dyn ObjectStore, progress: Report<'_>) -> Result<u64> {
    let total = parcels.len() as u64;
    let mut stored = stream::iter(parcels)
        .map(|Parcel { key, media_type, bytes }| async move {
            store.put(&key, media_type.as_str(), whole(bytes)).await.context("storing a file of the county")
        })
        .buffer_unordered(LANES);
    let (mut done, mut size) = (0, 0);
    while let Some(bytes) = stored.try_next().await? {
        done += 1;
        size += bytes;
        progress(Progress { stage: "Storing files", done, total });
    }
    Ok(size)
}
