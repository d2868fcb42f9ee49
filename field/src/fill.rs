//! Filling a visit from a file and a folder of photographs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, NaiveDate, Utc};
use domain::file::MediaType;
use domain::quality::EvidenceKind;
use mobile_sync::Environment;
use mobile_sync::phone::Staging;
use mobile_sync::wire::{self, Framework};
use serde::Deserialize;
use uuid::Uuid;

use crate::place::Phone;

/// What a file says of a visit.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filled {
    #[serde(default, rename = "answer")]
    answers: Vec<Answer>,
    #[serde(default)]
    evidence: Vec<Evidence>,
}

/// One answer, by the codes that stand on paper.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    standard: String,
    rating: Option<String>,
    #[serde(default)]
    seen: String,
    #[serde(default)]
    action: String,
    answered_on: Option<NaiveDate>,
    next_on: Option<NaiveDate>,
    missing_reason: Option<String>,
}

/// What is said of a file of the folder.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence {
    file: String,
    standard: Option<String>,
    kind: Option<EvidenceKind>,
    caption: Option<String>,
}

/// Keeps what the file says and what the folder holds, and says how much that was. Everything is looked at before anything is kept.
pub async fn fill(phone: &Phone, visit: Uuid, answers: Option<&Path>, photos: Option<&Path>) -> Result<()> {
    ensure!(answers.is_some() || photos.is_some(), "name a file by --answers, a folder by --photos, or both");
    let view = phone.visit(visit).context("there is no such visit on this phone: `visits` lists them")?;
    let framework = view.framework.context("the visit's framework is not on this phone yet: pull first")?;
    let filled = answers.map(read).transpose()?.unwrap_or_default();
    ensure!(
        photos.is_some() || filled.evidence.is_empty(),
        "the answers speak of files: name their folder by --photos"
    );
    let answers = filled.answers.iter().map(|answer| answered(answer, &framework)).collect::<Result<Vec<_>>>()?;
    let stagings = photos.map(|folder| staged(visit, folder, &filled.evidence, &framework, phone)).transpose()?;
    let stagings = stagings.unwrap_or_default();
    for (standard, answer) in &answers {
        phone.answer(visit, *standard, answer.clone())?;
    }
    for (file, staging) in &stagings {
        let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        phone.stage(staging.clone(), &bytes).await.with_context(|| format!("{} was not kept", file.display()))?;
    }
    println!("{} answers and {} files are kept on this phone.", answers.len(), stagings.len());
    Ok(())
}

fn read(path: &Path) -> Result<Filled> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let is_json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let filled = if is_json { Ok(serde_json::from_str(&text)?) } else { toml::from_str(&text) };
    filled.with_context(|| format!("{} is not as `waymark-field fill --help` says", path.display()))
}

fn answered(answer: &Answer, framework: &Framework) -> Result<(Uuid, wire::Answer)> {
    let standard = standard(&answer.standard, framework)?;
    let rating = answer.rating.as_deref().map(|code| rating(code, framework)).transpose()?;
    let Answer { seen, action, answered_on, next_on, missing_reason, .. } = answer;
    let said = wire::Answer {
        rating,
        seen: seen.clone(),
        action: action.clone(),
        answered_on: *answered_on,
        next_on: *next_on,
        missing_reason: missing_reason.clone(),
    };
    Ok((standard, said))
}

fn standard(code: &str, framework: &Framework) -> Result<Uuid> {
    let known = framework.standards.iter().find(|standard| standard.code.eq_ignore_ascii_case(code));
    Ok(known.with_context(|| format!("{} has no standard {code}", framework.name))?.id)
}

fn rating(code: &str, framework: &Framework) -> Result<Uuid> {
    let known = framework.ratings.iter().find(|rating| rating.code.eq_ignore_ascii_case(code));
    let codes = || framework.ratings.iter().map(|rating| rating.code.as_str()).collect::<Vec<_>>().join(", ");
    Ok(known.with_context(|| format!("{} has no rating {code}, but: {}", framework.name, codes()))?.id)
}

/// The files of the folder that can be evidence, in the order of their names, each with what is said of it.
fn staged(
    visit: Uuid,
    folder: &Path,
    said: &[Evidence],
    framework: &Framework,
    phone: &Phone,
) -> Result<Vec<(std::path::PathBuf, Staging)>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files = BTreeMap::new();
    for entry in entries {
        let path = entry?.path();
        if let (Some(name), Some(media_type)) = (path.file_name().and_then(|name| name.to_str()), media_type(&path)) {
            files.insert(name.to_owned(), (path.clone(), media_type));
        }
    }
    if let Some(missing) = said.iter().find(|evidence| !files.contains_key(&evidence.file)) {
        bail!("there is no {} in {}", missing.file, folder.display());
    }
    let staging = |(name, (path, media_type)): (String, (std::path::PathBuf, MediaType))| {
        let said = said.iter().find(|evidence| evidence.file == name);
        let is_paper = media_type == MediaType::Pdf;
        let usual = if is_paper { EvidenceKind::Document } else { EvidenceKind::Photo };
        let standard =
            said.and_then(|said| said.standard.as_deref()).map(|code| standard(code, framework)).transpose()?;
        let staging = Staging {
            visit,
            standard,
            kind: said.and_then(|said| said.kind).unwrap_or(usual),
            media_type,
            captured_at: written_at(&path).unwrap_or_else(|| phone.environment().now()),
            caption: said.and_then(|said| said.caption.clone()),
        };
        Ok((path, staging))
    };
    files.into_iter().map(staging).collect()
}

/// When a file was last written: as near as a folder comes to when it was captured.
fn written_at(path: &Path) -> Option<DateTime<Utc>> {
    Some(fs::metadata(path).ok()?.modified().ok()?.into())
}

fn media_type(path: &Path) -> Option<MediaType> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => Some(MediaType::Jpeg),
        "png" => Some(MediaType::Png),
        "pdf" => Some(MediaType::Pdf),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = r#"
        [[answer]]
        standard = "2g"
        rating = "partially"
        seen = "By each door"
        action = "Hold a fire drill"
        answered_on = "2026-03-03"
        missing_reason = "In use"

        [[evidence]]
        file = "fire-plan.jpg"
        standard = "2g"
        kind = "photo"
        caption = "The fire plan"
    "#;

    #[test]
    fn toml_and_json_say_the_same() {
        let json = r#"{
            "answer": [{ "standard": "2g", "rating": "partially", "seen": "By each door", "action": "Hold a fire drill",
                         "answered_on": "2026-03-03", "missing_reason": "In use" }],
            "evidence": [{ "file": "fire-plan.jpg", "standard": "2g", "kind": "photo", "caption": "The fire plan" }]
        }"#;
        let filled: Filled = toml::from_str(TOML).expect("TOML");
        assert_eq!(serde_json::from_str::<Filled>(json).expect("JSON"), filled);
        assert_eq!(filled.answers[0].answered_on, NaiveDate::from_ymd_opt(2026, 3, 3));
        assert_eq!(filled.evidence[0].kind, Some(EvidenceKind::Photo));
    }

    #[test]
    fn what_is_misspelt_is_not_passed_over() {
        for wrong in
            ["[[answers]]", "[[answer]]\nstandard = \"1a\"\nraiting = \"fully\"", "[[evidence]]\nkind = \"photo\""]
        {
            assert!(toml::from_str::<Filled>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_answer_names_codes_that_the_framework_has() {
        let standard = wire::Standard {
            id: Uuid::from_u128(1),
            code: "2g".into(),
            section: String::new(),
            title: "Fire safety".into(),
            guidance: None,
            answer: domain::reference::AnswerKind::Rating,
            competent_person: false,
            evidence: Vec::new(),
        };
        let rating = wire::Rating {
            id: Uuid::from_u128(2),
            code: "partially".into(),
            label: "Partially met".into(),
            falls_short: true,
        };
        let framework = Framework {
            id: Uuid::from_u128(3),
            name: "Derby".into(),
            ratings: vec![rating],
            standards: vec![standard],
            outcomes: Vec::new(),
        };
        let filled: Filled = toml::from_str(TOML).expect("TOML");
        let (id, answer) = answered(&filled.answers[0], &framework).expect("codes that are there");
        assert_eq!((id, answer.rating), (Uuid::from_u128(1), Some(Uuid::from_u128(2))));
        let wrong = Answer { rating: Some("maybe".into()), ..toml::from_str("standard = \"2g\"").expect("an answer") };
        let words = answered(&wrong, &framework).expect_err("no such rating").to_string();
        assert_eq!(words, "Derby has no rating maybe, but: partially");
        let wrong = toml::from_str("standard = \"9z\"").expect("an answer");
        assert_eq!(answered(&wrong, &framework).expect_err("none").to_string(), "Derby has no standard 9z");
    }
}
