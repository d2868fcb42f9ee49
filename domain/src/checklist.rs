//! Is the checklist complete? The same answer on the phone and on the server.
//!
//! A standard is answered with a rating or in words, sometimes with dates, and may require evidence. A rating and words are
//! always needed. A date or a piece of evidence that cannot be had (no appliances here, the room was in use) may be
//! replaced by a reason. Several visitors may answer one standard; what any of them gave counts.

use std::collections::BTreeSet;
use std::fmt;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::quality::EvidenceKind;
use crate::reference::{AnswerKind, EvidenceWanted, Need, Standard};

/// What a standard asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    pub standard: Uuid,
    /// Code of the standard, for people.
    pub code: &'a str,
    pub answer: AnswerKind,
    pub evidence: &'a [EvidenceWanted],
}

impl<'a> From<&'a Standard> for Asked<'a> {
    fn from(standard: &'a Standard) -> Self {
        let Standard { id, code, answer, evidence, .. } = standard;
        Self { standard: *id, code, answer: *answer, evidence }
    }
}

/// What somebody gave on a standard: a judgement, evidence, or both. What is left out takes its default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given<'a> {
    pub standard: Uuid,
    /// Whether a rating was chosen.
    pub rated: bool,
    /// What was seen.
    pub seen: &'a str,
    /// The date asked for, or the last of two (S268, S270).
    pub answered_on: Option<NaiveDate>,
    /// The next date (S270).
    pub next_on: Option<NaiveDate>,
    /// Kinds of evidence attached and not withdrawn. A provider's accepted document, in date, that proves the standard
    /// counts as [`EvidenceKind::Document`].
    pub attached: BTreeSet<EvidenceKind>,
    /// Why a date or a piece of evidence cannot be had.
    pub reason: Option<&'a str>,
}

/// One thing that a standard still lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub standard: Uuid,
    /// Code of the standard, for people.
    pub code: String,
    pub lack: Lack,
}

/// What is lacking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// A rating of the framework's scale.
    Rating,
    /// What was seen.
    Words,
    /// The date asked for, or a reason.
    Date,
    /// The next date, or a reason.
    NextDate,
    /// A piece of evidence, or a reason.
    Evidence {
        kind: EvidenceKind,
        /// What it should show.
        what: String,
    },
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.code)?;
        match &self.lack {
            Lack::Rating => f.write_str("a rating"),
            Lack::Words => f.write_str("what was seen"),
            Lack::Date => f.write_str("the date, or why there is none"),
            Lack::NextDate => f.write_str("the next date, or why there is none"),
            Lack::Evidence { kind, what } => write!(f, "{kind} ({what}), or why it cannot be had"),
        }
    }
}

/// Everything that the checklist still lacks, in the order asked; empty when it is complete.
///
/// What was given on standards that are not asked is left alone.
pub fn missing<'a>(asked: impl IntoIterator<Item = Asked<'a>>, given: &[Given<'_>]) -> Vec<Missing> {
    let lacking = |asked: Asked<'a>| {
        let given: Vec<_> = given.iter().filter(|given| given.standard == asked.standard).collect();
        let missing = move |lack| Missing { standard: asked.standard, code: asked.code.to_owned(), lack };
        lacks(&asked, &given).into_iter().map(missing).collect::<Vec<_>>()
    };
    asked.into_iter().flat_map(lacking).collect()
}

fn lacks(asked: &Asked<'_>, given: &[&Given<'_>]) -> Vec<Lack> {
    use AnswerKind::{Date, LastAndNextDate, OptionalText, Rating, Text};

    let any = |has: fn(&Given<'_>) -> bool| given.iter().any(|given| has(given));
    let has_words = any(|given| !given.seen.trim().is_empty());
    let has_reason = any(|given| given.reason.is_some_and(|reason| !reason.trim().is_empty()));

    let mut lacks = Vec::new();
    let mut lack = |is_lacking: bool, lack: Lack| {
        if is_lacking {
            lacks.push(lack);
        }
    };
    lack(asked.answer == Rating && !any(|given| given.rated), Lack::Rating);
    lack(matches!(asked.answer, Text | Date | LastAndNextDate) && !has_words, Lack::Words);
    if asked.answer != OptionalText && !has_reason {
        let wants_date = matches!(asked.answer, Date | LastAndNextDate);
        lack(wants_date && !any(|given| given.answered_on.is_some()), Lack::Date);
        lack(asked.answer == LastAndNextDate && !any(|given| given.next_on.is_some()), Lack::NextDate);
        for wanted in asked.evidence.iter().filter(|wanted| wanted.need == Need::Required) {
            let attached = given.iter().any(|given| given.attached.contains(&wanted.kind));
            let noted = wanted.kind == EvidenceKind::Note && has_words;
            lack(!attached && !noted, Lack::Evidence { kind: wanted.kind, what: wanted.what.clone() });
        }
    }
    lacks
}

/// Whether a standard takes evidence of this kind at all: not where every mention of the kind is a "never" (a DBS
/// certificate), so that the camera need not open.
pub fn accepts(evidence: &[EvidenceWanted], kind: EvidenceKind) -> bool {
    let mut mentions = evidence.iter().filter(|wanted| wanted.kind == kind).peekable();
    mentions.peek().is_none() || mentions.any(|wanted| wanted.need != Need::Never)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{Framework, framework};

    fn derby() -> &'static Framework {
        framework("derby", "2024").expect("Derby's framework")
    }

    fn emat() -> &'static Framework {
        framework("emat", "2025-03").expect("the trust's checklist")
    }

    fn standard(framework: &'static Framework, code: &str) -> &'static Standard {
        framework.standard(code).expect(code)
    }

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().expect("a date"))
    }

    fn kinds(kinds: &[EvidenceKind]) -> BTreeSet<EvidenceKind> {
        kinds.iter().copied().collect()
    }

    /// What is lacking, in short: `rating`, `words`, `date`, `next date`, or the kind of evidence.
    fn short(missing: Vec<Missing>) -> Vec<String> {
        let short = |missing: Missing| match missing.lack {
            Lack::Rating => "rating".to_owned(),
            Lack::Words => "words".to_owned(),
            Lack::Date => "date".to_owned(),
            Lack::NextDate => "next date".to_owned(),
            Lack::Evidence { kind, .. } => kind.to_string(),
        };
        missing.into_iter().map(short).collect()
    }

    #[test]
    fn each_kind_of_answer_lacks_what_it_was_not_given() {
        use EvidenceKind::{Document, Note, Photo};
        let nothing = Given::default;
        let cases: &[(&Framework, &str, Given<'_>, &[&str])] = &[
            // S223: a rating is enough
            (derby(), "5b", nothing(), &["rating"]),
            (derby(), "5b", Given { rated: true, ..nothing() }, &[]),
            (derby(), "5b", Given { seen: "Good", reason: Some("None"), ..nothing() }, &["rating"]),
            // S200: a photo too
            (derby(), "1e", nothing(), &["rating", "photo"]),
            (derby(), "1e", Given { rated: true, ..nothing() }, &["photo"]),
            (derby(), "1e", Given { rated: true, attached: kinds(&[Document]), ..nothing() }, &["photo"]),
            (derby(), "1e", Given { rated: true, attached: kinds(&[Photo]), ..nothing() }, &[]),
            (derby(), "1e", Given { rated: true, reason: Some("Pupils at the door"), ..nothing() }, &[]),
            (derby(), "1e", Given { rated: true, reason: Some("  "), ..nothing() }, &["photo"]),
            // S205: a document and a note; words are a note
            (derby(), "2a", Given { rated: true, ..nothing() }, &["document", "note"]),
            (derby(), "2a", Given { rated: true, attached: kinds(&[Document, Note]), ..nothing() }, &[]),
            (derby(), "2a", Given { rated: true, seen: "Two asked", ..nothing() }, &["document"]),
            // S196: what may never be photographed is never lacking
            (derby(), "1a", Given { rated: true, ..nothing() }, &[]),
            // S262: words
            (emat(), "V2", nothing(), &["words"]),
            (emat(), "V2", Given { seen: " \n", ..nothing() }, &["words"]),
            (emat(), "V2", Given { seen: "Unregistered", ..nothing() }, &[]),
            // S267: a fire plan wants a photo
            (emat(), "V10", Given { seen: "By each door", ..nothing() }, &["photo"]),
            // S268: one date
            (emat(), "V11", Given { seen: "All tagged", attached: kinds(&[Photo]), ..nothing() }, &["date"]),
            (
                emat(),
                "V11",
                Given { seen: "All tagged", attached: kinds(&[Photo]), answered_on: day("2026-03-03"), ..nothing() },
                &[],
            ),
            // S270: two dates, or a reason
            (emat(), "V13", nothing(), &["words", "date", "next date"]),
            (emat(), "V13", Given { seen: "Labelled", answered_on: day("2026-03-03"), ..nothing() }, &["next date"]),
            (emat(), "V13", Given { seen: "None here", reason: Some("No appliances"), ..nothing() }, &[]),
            // S275, S276: a lost row and "anything else" ask for nothing
            (emat(), "L1", nothing(), &[]),
            (emat(), "C3", nothing(), &[]),
            (emat(), "C2", nothing(), &["words"]),
        ];
        for (framework, code, given, expected) in cases {
            let standard = framework.standard(code).expect(code);
            let given = Given { standard: standard.id, ..given.clone() };
            assert_eq!(short(missing([standard.into()], std::slice::from_ref(&given))), *expected, "{code}: {given:?}");
        }
    }

    #[test]
    fn what_any_visitor_gave_counts() {
        let entrance = standard(derby(), "1e"); // S200
        let id = entrance.id;
        let rated = Given { standard: id, rated: true, ..Given::default() };
        let photo = Given { standard: id, attached: kinds(&[EvidenceKind::Photo]), ..Given::default() };
        assert_eq!(short(missing([entrance.into()], std::slice::from_ref(&rated))), ["photo"]);
        assert_eq!(short(missing([entrance.into()], std::slice::from_ref(&photo))), ["rating"]);
        assert!(missing([entrance.into()], &[rated, photo]).is_empty());
    }

    #[test]
    fn answers_to_another_standard_do_not_count() {
        let other = Given { standard: standard(derby(), "5b").id, rated: true, ..Given::default() };
        assert_eq!(short(missing([standard(derby(), "5a").into()], &[other])), ["rating"]);
    }

    #[test]
    fn an_empty_checklist_lacks_something_of_all_but_the_optional_lines() {
        let asked = || emat().standards().map(|(_, standard)| Asked::from(standard));
        let lacking: BTreeSet<_> = missing(asked(), &[]).into_iter().map(|missing| missing.code).collect();
        assert_eq!(lacking.len(), 17 + 19 + 2 + 2);
        assert!(!lacking.contains("L1") && !lacking.contains("C3"));
        let all = derby().standards().map(|(_, standard)| Asked::from(standard));
        let first = missing(all, &[]).remove(0);
        assert_eq!((first.code.as_str(), first.lack), ("1a", Lack::Rating));
    }

    #[test]
    fn the_lacking_evidence_says_what_it_should_show() {
        let plan = standard(emat(), "V10"); // S267
        let lacking = missing([plan.into()], &[Given { standard: plan.id, seen: "Seen", ..Given::default() }]);
        let what = "a fire plan on the wall".to_owned();
        let lack = Lack::Evidence { kind: EvidenceKind::Photo, what };
        assert_eq!(lacking, [Missing { standard: plan.id, code: "V10".into(), lack }]);
        assert_eq!(lacking[0].to_string(), "V10: photo (a fire plan on the wall), or why it cannot be had");
    }

    #[test]
    fn the_camera_stays_shut_where_nothing_may_be_photographed() {
        let cases = [
            (derby(), "1a", false), // S196: DBS
            (derby(), "3b", false), // S213: pupils' files
            (emat(), "V14", true),  // S271: an empty changing room may be
            (emat(), "V10", true),  // S267
            (emat(), "V2", true),   // S262: nothing said
        ];
        for (framework, code, expected) in cases {
            assert_eq!(accepts(&standard(framework, code).evidence, EvidenceKind::Photo), expected, "{code}");
        }
    }
}
