//! Where settings come from: the environment over the settings file over the defaults. A name that nobody knows is an
//! error, with the nearest one that exists: a setting with a typing error would otherwise do nothing, silently.

use std::{collections::BTreeMap, fs, path::Path};

use thiserror::Error;

use super::settings::{SETTINGS, Setting, Settings};

/// The variable that names the settings file.
pub const FILE_VARIABLE: &str = "WAYMARK_CONFIG";
/// The settings file that is read when it exists and no other is named.
const DEFAULT_FILE: &str = "waymark.toml";

/// Why the settings will not do. Each is a sentence for the person who starts the server.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ConfigError {
    /// A name that is no setting.
    #[error("{place} sets {name}, which is not a setting.{hint}")]
    Unknown { place: String, name: String, hint: String },
    /// A value that its setting does not take.
    #[error("{name} {problem}. For example: {example}")]
    Value { name: &'static str, problem: String, example: &'static str },
    /// The settings file cannot be used.
    #[error("The settings file {path} {problem}.")]
    File { path: String, problem: String },
    /// Two settings that do not go together.
    #[error("{0}")]
    Together(String),
}

/// What was set, by setting.
#[derive(Debug, Default)]
pub(super) struct Sources {
    set: BTreeMap<&'static str, String>,
}

impl Sources {
    /// Reads the file that the environment names, then the environment itself.
    pub(super) fn read(environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let environment: BTreeMap<_, _> = environment.into_iter().collect();
        let mut sources = Self::default();
        match environment.get(FILE_VARIABLE) {
            Some(path) => sources.add_file(Path::new(path))?,
            None if Path::new(DEFAULT_FILE).exists() => sources.add_file(Path::new(DEFAULT_FILE))?,
            None => {}
        }
        sources.add_environment(environment)?;
        Ok(sources)
    }

    pub(super) fn add_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let place = path.display().to_string();
        let problem = |problem: String| ConfigError::File { path: place.clone(), problem };
        let text = fs::read_to_string(path).map_err(|error| problem(format!("cannot be read: {error}")))?;
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            problem(format!("is not TOML: line {line} cannot be read"))
        })?;
        for (key, value) in table {
            let setting = SETTINGS
                .iter()
                .find(|setting| setting.key == key)
                .ok_or_else(|| unknown(format!("The settings file {place}"), &key, |setting| setting.key))?;
            self.set.insert(setting.name, plain(setting, &value)?);
        }
        Ok(())
    }

    pub(super) fn add_environment(
        &mut self,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), ConfigError> {
        for (name, value) in environment {
            match SETTINGS.iter().find(|setting| setting.name == name) {
                Some(setting) => {
                    self.set.insert(setting.name, value);
                }
                None if name == FILE_VARIABLE || !name.starts_with("WAYMARK_") => {}
                None => return Err(unknown("The environment".into(), &name, |setting| setting.name)),
            }
        }
        Ok(())
    }

    pub(super) fn settings(&self) -> Result<Settings, ConfigError> {
        Settings::read(|setting, take| {
            let text = self.set.get(setting.name).map_or(setting.default, String::as_str);
            take(text.trim()).map_err(|problem| ConfigError::Value {
                name: setting.name,
                problem,
                example: setting.example,
            })
        })
    }
}

/// A value of the file as the text that the environment would have given.
fn plain(setting: &'static Setting, value: &toml::Value) -> Result<String, ConfigError> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        _ => Err(ConfigError::Value {
            name: setting.name,
            problem: "must be a text or a whole number in the settings file".into(),
            example: setting.example,
        }),
    }
}

fn unknown(place: String, name: &str, spelling: impl Fn(&Setting) -> &'static str) -> ConfigError {
    let nearest = SETTINGS
        .iter()
        .map(spelling)
        .map(|known| (strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase()), known))
        .min();
    let hint = match nearest {
        Some((distance, known)) if distance <= 3 => format!(" Did you mean {known}?"),
        _ => " The operating guide lists them all.".to_owned(),
    };
    ConfigError::Unknown { place, name: name.to_owned(), hint }
}
