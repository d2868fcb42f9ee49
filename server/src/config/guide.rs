//! The settings as a page: `waymark settings` prints it, `docs/settings.md` keeps it, a test compares the two.

use std::fmt::Write;

use super::{FILE_VARIABLE, SETTINGS};

/// The page, in Markdown.
pub fn guide() -> String {
    let mut page = format!(
        "# Settings\n\n\
         Each is an environment variable, or a line of the settings file under the key in the last column. The file is\n\
         `waymark.toml` where the server starts, or the one that `{FILE_VARIABLE}` names. The environment stands over the\n\
         file, the file over the defaults. What is unknown or wrong is refused at start.\n\n\
         This page is written by `waymark settings > docs/settings.md`.\n\n\
         | setting | what it does | default | example | key |\n|---|---|---|---|---|\n"
    );
    for setting in SETTINGS {
        let default = if setting.default.is_empty() { "none".to_owned() } else { format!("`{}`", setting.default) };
        let row = format!(
            "| `{}` | {} | {default} | `{}` | `{}` |",
            setting.name, setting.help, setting.example, setting.key
        );
        // Writing to a String cannot fail.
        let _ = writeln!(page, "{row}");
    }
    page
}
