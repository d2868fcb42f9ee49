use std::fs;

use super::*;

fn load(environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_environment(environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn refusal(environment: &[(&str, &str)]) -> String {
    load(environment).expect_err("these settings should be refused").to_string()
}

#[test]
fn the_defaults_need_nothing() {
    let config = load(&[]).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database_url.reveal(), "sqlite://data/waymark.sqlite?mode=rwc");
    assert_eq!(config.public_url, "http://127.0.0.1:8080");
    assert!(config.s3.is_none());
    assert!(!config.is_https());
}

#[test]
fn every_example_and_default_would_be_taken() {
    for setting in SETTINGS {
        let mut sources = Sources::default();
        sources.add_environment([(setting.name.to_owned(), setting.example.to_owned())]).unwrap();
        assert!(sources.settings().is_ok(), "{}", setting.name);
        assert!(!setting.help.is_empty() && setting.help.ends_with('.'), "{}", setting.name);
    }
}

#[test]
fn an_unknown_name_is_refused_with_the_nearest() {
    assert_eq!(
        refusal(&[("WAYMARK_LISTNE", "127.0.0.1:1")]),
        "The environment sets WAYMARK_LISTNE, which is not a setting. Did you mean WAYMARK_LISTEN?"
    );
    assert!(refusal(&[("WAYMARK_COLOUR_SCHEME", "dark")]).ends_with("The operating guide lists them all."));
    assert!(load(&[("LISTEN", "somebody else's")]).is_ok());
}

#[test]
fn a_wrong_value_is_refused_with_an_example() {
    assert_eq!(
        refusal(&[("WAYMARK_MAX_UPLOAD", "50MB")]),
        "WAYMARK_MAX_UPLOAD must be a whole number above nought, without units or separators. For example: 104857600"
    );
    assert!(refusal(&[("WAYMARK_LISTEN", "localhost:8080")]).starts_with("WAYMARK_LISTEN must be a numeric address"));
    assert!(refusal(&[("WAYMARK_MAX_DEPTH", "0")]).starts_with("WAYMARK_MAX_DEPTH must be"));
    assert!(refusal(&[("DATABASE_URL", "mysql://x")]).starts_with("DATABASE_URL must begin with postgres://"));
    assert!(refusal(&[("WAYMARK_SECRET", "short")]).starts_with("WAYMARK_SECRET needs 32 characters"));
    assert!(refusal(&[("WAYMARK_LOG_FORMAT", "xml")]).contains("must be text or json"));
}

#[test]
fn a_password_that_looks_like_a_number_stays_a_text() {
    let environment = [("WAYMARK_S3_BUCKET", "b"), ("WAYMARK_S3_ACCESS_KEY", "007"), ("WAYMARK_S3_SECRET_KEY", "1e5")];
    let s3 = load(&environment).unwrap().s3.unwrap();
    assert_eq!((s3.access_key.reveal(), s3.secret_key.reveal()), ("007", "1e5"));
}

#[test]
fn clear_text_leaves_this_machine_never() {
    assert!(refusal(&[("WAYMARK_LISTEN", "0.0.0.0:80")]).contains("must be set when the server listens to more"));
    assert!(refusal(&[("WAYMARK_PUBLIC_URL", "http://waymark.example.org")]).contains("must begin with https://"));
    assert!(refusal(&[("WAYMARK_PUBLIC_URL", "https://waymark.example.org/app")]).contains("without a path"));
    for fine in ["http://localhost:3000", "http://[::1]:8080", "https://waymark.example.org/"] {
        assert!(load(&[("WAYMARK_PUBLIC_URL", fine)]).is_ok(), "{fine}");
    }
}

#[test]
fn half_of_a_storage_is_refused() {
    assert!(refusal(&[("WAYMARK_S3_ENDPOINT", "https://objects.example.org")]).contains("WAYMARK_S3_BUCKET is not"));
    assert!(refusal(&[("WAYMARK_S3_BUCKET", "b")]).contains("WAYMARK_S3_ACCESS_KEY must be set"));
}

#[test]
fn the_environment_stands_over_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("waymark.toml");
    fs::write(&path, "listen = \"127.0.0.1:1\"\nmax_depth = 9\n").unwrap();
    let file = path.to_str().unwrap();
    let config = load(&[(FILE_VARIABLE, file), ("WAYMARK_LISTEN", "127.0.0.1:2")]).unwrap();
    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.limits.depth, 9);
}

#[test]
fn a_wrong_file_is_refused_by_name() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("settings.toml");
    let file = path.to_str().unwrap();
    assert!(refusal(&[(FILE_VARIABLE, file)]).contains("settings.toml cannot be read"));
    fs::write(&path, "listen = \"127.0.0.1:1\"\nmax_depth = = 9").unwrap();
    assert!(refusal(&[(FILE_VARIABLE, file)]).contains("line 2 cannot be read"));
    fs::write(&path, "max_dept = 9").unwrap();
    assert!(
        refusal(&[(FILE_VARIABLE, file)]).ends_with("sets max_dept, which is not a setting. Did you mean max_depth?")
    );
}

#[test]
fn secrets_are_not_printed() {
    let config = load(&[("WAYMARK_SECRET", &"s".repeat(40)), ("DATABASE_URL", "postgres://w:hunter2@localhost/w")]);
    let printed = format!("{:?}", config.unwrap());
    assert!(!printed.contains("ssss") && !printed.contains("hunter2"), "{printed}");
}

#[test]
fn the_guide_is_up_to_date() {
    let kept = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/settings.md")).unwrap_or_default();
    assert_eq!(kept, guide(), "write it again: waymark settings > docs/settings.md");
}
