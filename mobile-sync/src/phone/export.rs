//! Everything that the server lacks, as one file: the way out on the day that a browser or a phone breaks.
//!
//! A ZIP, in clear, because whoever helps must be able to open it: `unsent.json` with every item as it is kept, a text per
//! visit with what its visitor answered, and the captures under their ids. Why in clear: `docs/adr/0025-the-way-out-is-in-clear.md`.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};

use domain::file::FileState;
use serde::Serialize;
use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Error, Phone};
use crate::environment::Environment;
use crate::item::Item;
use crate::state::{Capture, State};
use crate::statement;
use crate::wire::Announced;

/// What `unsent.json` says.
#[derive(Serialize)]
struct Unsent {
    /// Of this form.
    version: u32,
    account: Option<Uuid>,
    items: Vec<Item>,
    captures: Vec<Announced>,
}

impl<E: Environment> Phone<E> {
    /// Everything unsent, as one ZIP.
    ///
    /// # Errors
    /// The media store's. A capture that cannot be read is left out; its record is in `unsent.json`.
    pub async fn export_unsent(&self) -> Result<Vec<u8>, Error> {
        let (unsent, visits) = self.look(|state| (unsent(state), visits(state)));
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut add = |name: String, bytes: &[u8]| -> Result<(), Error> {
            zip.start_file(name, stored).map_err(|error| Error::Unreadable(error.to_string()))?;
            zip.write_all(bytes).map_err(|error| Error::Unreadable(error.to_string()))
        };
        let json = serde_json::to_vec_pretty(&unsent).map_err(super::unreadable)?;
        add("unsent.json".to_owned(), &json)?;
        for (visit, words) in visits {
            add(format!("visits/{visit}.txt"), words.as_bytes())?;
        }
        for announced in unsent.captures {
            match self.photo(announced.id).await {
                Ok(Some(photo)) => {
                    add(format!("evidence/{}.{}", announced.id, photo.media_type.ending()), &photo.bytes)?;
                }
                Ok(None) | Err(Error::Vault(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let zip = zip.finish().map_err(|error| Error::Unreadable(error.to_string()))?;
        Ok(zip.into_inner())
    }
}

fn unsent(state: &State) -> Unsent {
    let is_safe =
        |capture: &Capture| state.evidence(capture.announced.id).is_some_and(|row| row.state == FileState::Accepted);
    let captures = state.captures.values().filter(|capture| capture.withdrawn.is_none() && !is_safe(capture));
    Unsent {
        version: 1,
        account: state.account(),
        items: state.items.values().cloned().collect(),
        captures: captures.map(|capture| capture.announced.clone()).collect(),
    }
}

/// The visits of which something is unsent, in the words that would be signed.
fn visits(state: &State) -> Vec<(Uuid, String)> {
    let visits: BTreeSet<_> = state.items.values().map(|item| item.visit).collect();
    visits.into_iter().filter_map(|id| Some((id, statement::of(state, id)?.words))).collect()
}
