//! What is served instead of a file's own bytes: pictures at two widths, made once after the file is accepted.
//!
//! Each picture's row is written before its object and counts only after it, so that a second run goes on where the
//! first was stopped, under the same keys.

use domain::Code;
use domain::file::{FileState, MediaType};
use entity::ids::{FileId, RenditionId};
use entity::{Coded, file, rendition};

use super::{Files, JobError, store};
use crate::app::fault;
use crate::objects::{Key, NotAKey, whole};
use imaging::{Drawn, Source};

/// Makes all renditions of an accepted file that are not there yet.
pub async fn make(files: &Files, file_id: FileId) -> Result<(), JobError> {
    let Some(file) = store::find_file(&files.app.db, file_id).await? else { return Ok(()) };
    let Some(key) = object_of(&file) else { return Ok(()) };
    let source = match files.objects.file(&key).await? {
        Some(file) => Source::File(file),
        None => Source::Chunks(files.objects.get(&key, None).await?),
    };
    let mut drawing = files.workshop.render(source).await?;
    while let Some(drawn) = drawing.next().await? {
        keep(files, file_id, drawn).await?;
    }
    Ok(())
}

fn object_of(file: &file::Model) -> Option<Key> {
    let is_served = file.state.0 == FileState::Accepted;
    file.object_key.as_ref().filter(|_| is_served)?.parse().ok()
}

async fn keep(files: &Files, file_id: FileId, drawn: Drawn) -> Result<(), JobError> {
    let kind = drawn.variant.to_string();
    let row = match find(files, file_id, &kind).await? {
        Some(row) if row.byte_size.is_some() => return Ok(()),
        Some(row) => row,
        None => write_down(files, file_id, kind, &drawn).await?,
    };
    let key: Key = row.object_key.parse().map_err(|error: NotAKey| sea_orm::DbErr::Type(error.to_string()))?;
    let size = files.objects.put(&key, MediaType::Jpeg.as_str(), whole(drawn.jpeg)).await?;
    fault::point("rendition_stored");
    if !store::count_rendition(&files.app.db, &row, size.cast_signed()).await? {
        // The file was removed meanwhile, and its rows with it.
        files.objects.delete(&key).await?;
    }
    Ok(())
}

async fn find(files: &Files, file_id: FileId, kind: &str) -> Result<Option<rendition::Model>, JobError> {
    let rows = store::renditions_of(&files.app.db, file_id).await?;
    Ok(rows.into_iter().find(|row| row.kind == kind))
}

async fn write_down(files: &Files, file_id: FileId, kind: String, drawn: &Drawn) -> Result<rendition::Model, JobError> {
    let row = rendition::Model {
        id: RenditionId(files.new_id()),
        file_id,
        kind,
        object_key: files.new_key().to_string(),
        media_type: Coded(MediaType::Jpeg),
        byte_size: None,
        width: i32::try_from(drawn.width).unwrap_or(i32::MAX),
        height: i32::try_from(drawn.height).unwrap_or(i32::MAX),
        created_at: files.app.clock.now(),
    };
    store::insert(&files.app.db, row.clone()).await?;
    Ok(row)
}
