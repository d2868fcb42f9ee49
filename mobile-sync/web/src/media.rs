//! Media as files of the origin's private file system, named by the evidence's id.
//!
//! A file is written under another name, flushed, and then renamed, so that a name stands for a whole file.

use js_sys::{Reflect, Uint8Array};
use mobile_sync::media::MediaStore;
use mobile_sync::store::StoreError;
use uuid::Uuid;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemSyncAccessHandle, WorkerGlobalScope,
};

use crate::refusal::{is_not_there, storage};

/// How a file is called before it is whole.
const UNFINISHED: &str = ".part";

#[wasm_bindgen]
extern "C" {
    /// A file that can be given another name. Every browser has this; the standard's draft does.
    type Movable;

    #[wasm_bindgen(method, catch, js_name = "move")]
    async fn rename(this: &Movable, name: &str) -> Result<JsValue, JsValue>;
}

/// Media in a folder.
#[derive(Debug, Clone)]
pub struct OpfsMedia {
    folder: FileSystemDirectoryHandle,
}

impl OpfsMedia {
    /// Media in this folder, which is made where it is not there. What was left unfinished is removed.
    ///
    /// # Errors
    /// The file system's.
    pub async fn open(folder: &str) -> Result<Self, StoreError> {
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let root: FileSystemDirectoryHandle = wait(worker().navigator().storage().get_directory()).await?;
        let media = Self { folder: wait(root.get_directory_handle_with_options(folder, &options)).await? };
        for name in media.names().await?.iter().filter(|name| name.ends_with(UNFINISHED)) {
            media.remove_name(name).await?;
        }
        Ok(media)
    }

    async fn names(&self) -> Result<Vec<String>, StoreError> {
        let keys = self.folder.keys();
        let mut names = Vec::new();
        loop {
            let next: JsValue = wait(keys.next().map_err(|error| storage(&error))?).await?;
            let part = |name: &str| Reflect::get(&next, &name.into()).map_err(|error| storage(&error));
            if part("done")?.is_truthy() {
                return Ok(names);
            }
            names.extend(part("value")?.as_string());
        }
    }

    async fn remove_name(&self, name: &str) -> Result<(), StoreError> {
        match JsFuture::from(self.folder.remove_entry(name)).await {
            Err(error) if !is_not_there(&error) => Err(storage(&error)),
            _ => Ok(()),
        }
    }

    /// Writes a file that is on the medium when this returns.
    async fn write(&self, name: &str, bytes: &[u8]) -> Result<FileSystemFileHandle, StoreError> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let file: FileSystemFileHandle = wait(self.folder.get_file_handle_with_options(name, &options)).await?;
        let access: FileSystemSyncAccessHandle = wait(file.create_sync_access_handle()).await?;
        let written = write_all(&access, bytes);
        access.close();
        written.map(|()| file)
    }
}

impl MediaStore for OpfsMedia {
    async fn put(&self, id: Uuid, sealed: &[u8]) -> Result<(), StoreError> {
        let unfinished = format!("{id}{UNFINISHED}");
        let put = async {
            let file = self.write(&unfinished, sealed).await?;
            let file: &Movable = file.unchecked_ref();
            file.rename(&id.to_string()).await.map_err(|error| storage(&error))
        };
        if let Err(error) = put.await {
            // The room that it took is needed. It is not there where not even that much could be written.
            let _ = self.remove_name(&unfinished).await;
            return Err(error);
        }
        Ok(())
    }

    async fn read(&self, id: Uuid, offset: u64, length: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let file = match JsFuture::from(self.folder.get_file_handle(&id.to_string())).await {
            Err(error) if is_not_there(&error) => return Ok(None),
            file => file.map_err(|error| storage(&error))?.unchecked_into::<FileSystemFileHandle>(),
        };
        let file: File = wait(file.get_file()).await?;
        let (from, to) = (offset as f64, offset as f64 + length as f64);
        let part = file.slice_with_f64_and_f64(from, to).map_err(|error| storage(&error))?;
        let bytes: JsValue = wait(part.array_buffer()).await?;
        Ok(Some(Uint8Array::new(&bytes).to_vec()))
    }

    async fn remove(&self, id: Uuid) -> Result<(), StoreError> {
        self.remove_name(&id.to_string()).await
    }

    async fn list(&self) -> Result<Vec<Uuid>, StoreError> {
        Ok(self.names().await?.iter().filter_map(|name| Uuid::try_parse(name).ok()).collect())
    }
}

/// The worker that this runs in.
pub fn worker() -> WorkerGlobalScope {
    js_sys::global().unchecked_into()
}

async fn wait<T: JsCast>(promise: js_sys::Promise) -> Result<T, StoreError> {
    let value = JsFuture::from(promise).await.map_err(|error| storage(&error))?;
    Ok(value.unchecked_into())
}

fn write_all(access: &FileSystemSyncAccessHandle, bytes: &[u8]) -> Result<(), StoreError> {
    access.truncate_with_u32(0).map_err(|error| storage(&error))?;
    let written = access.write_with_u8_array(bytes).map_err(|error| storage(&error))?;
    if written < bytes.len() as f64 {
        return Err(StoreError::Full);
    }
    access.flush().map_err(|error| storage(&error))
}
