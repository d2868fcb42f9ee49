//! The phone's core as a native shell has it: the declarations for Python are written, and a visit is made with them.

use std::path::Path;

use domain::manifest::{Bytes, Sha256Sum};
use tokio::process::Command;

use crate::field::{Field, PASSWORD, photographs, what_is_there_is_what_was_kept};
use crate::support::pair::{Pair, on_pair};
use crate::support::process::{Server, beside, run_well, waymark};
use crate::support::samples::transparent_png;

/// The library as this system calls it.
const LIBRARY: &str = if cfg!(target_os = "macos") { "libwaymark_phone.dylib" } else { "libwaymark_phone.so" };

/// Writes the declarations for a language; gives the names of the files.
async fn declared(language: &str, folder: &Path) -> Vec<String> {
    let mut bindgen = Command::new(beside("waymark-bindgen"));
    bindgen.arg(beside(LIBRARY)).arg(folder).arg(language);
    run_well(bindgen).await;
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path.file_name().unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files.sort_unstable();
    files
}

#[test]
fn a_visit_is_made_in_python() {
    on_pair(Pair::SqliteDirectory, async |stores| {
        let field = Field::new(stores).await;
        let log = stores.folder().join("log");
        let server = Server::start(waymark(stores, stores.folder(), &["serve"]), &log).await.unwrap();
        let shell = stores.folder().join("shell");
        let package = shell.join("waymark");
        declared("python", &package).await;
        std::os::unix::fs::symlink(beside(LIBRARY), package.join(LIBRARY)).unwrap();

        let photos = stores.folder().join("photographs");
        let mut kept = photographs(&photos, 3, 320);
        let (signature, picture) = (stores.folder().join("signature.png"), transparent_png(60, 20));
        std::fs::write(&signature, &picture).unwrap();
        kept.push(Bytes { sha256: Sha256Sum::of(&picture), size: picture.len() as u64 });
        kept.sort_by_key(|bytes| bytes.sha256);

        let mut visit = Command::new("python3");
        visit.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../mobile-sync/native/visit.py"));
        visit.arg(stores.folder().join("phone")).arg(format!("http://{}", server.address));
        visit.args([&field.email, &field.visit.0.to_string()]).arg(&signature);
        let photos = std::fs::read_dir(&photos).unwrap().map(|photo| photo.unwrap().path());
        visit.args(photos).env("PYTHONPATH", &shell).env("WAYMARK_PASSWORD", PASSWORD).kill_on_drop(true);
        let said = run_well(visit).await;

        let manifest = what_is_there_is_what_was_kept(&field, &kept).await;
        assert_eq!(said.trim(), format!("\"{}\"", manifest.sha256()));
        let media = std::fs::read_dir(stores.folder().join("phone/media")).unwrap();
        assert_eq!(media.count(), 0, "it was wiped");
        server.stop().await;
    });
}

#[test]
fn the_declarations_for_kotlin_and_swift_are_written() {
    let folder = tempfile::TempDir::with_prefix("waymark-test-").unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let kotlin = runtime.block_on(declared("kotlin", &folder.path().join("kotlin")));
    assert_eq!(kotlin, ["waymark_mobile_sync.kt", "waymark_phone.kt"]);
    let swift = runtime.block_on(declared("swift", &folder.path().join("swift")));
    for name in ["waymark_phone.swift", "waymark_phoneFFI.h", "waymark_mobile_sync.swift"] {
        assert!(swift.iter().any(|file| file == name), "{name} is not in {swift:?}");
    }
}
