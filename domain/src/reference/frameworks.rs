//! Frameworks: what a visit is made by (D12). Derby's rated standards (S194-S226) and the trust's checklist (S251-S276).

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::framework_file::{self, FrameworkFile, OutcomesFile};
use crate::codes;
use crate::quality::{ApprovalState, EvidenceKind, Phase};

codes! {
    /// How a standard is answered. Whatever the kind, what was seen and what is to be done may always be written.
    AnswerKind {
        /// With a rating of the framework's scale.
        Rating = "rating",
        /// In words: what was seen, and what is to be done.
        Text = "text",
        /// In words, if there is anything to say.
        OptionalText = "optional_text",
        /// In words and with the date of the last time (S268).
        Date = "date",
        /// In words and with two dates, the last time and the next (S270).
        LastAndNextDate = "last_and_next_date",
    }
}

codes! {
    /// How much a standard wants a piece of evidence.
    Need {
        /// It must be there, or a reason why not.
        Required = "required",
        /// It helps.
        Optional = "optional",
        /// It must not be taken.
        Never = "never",
    }
}

/// One edition of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// Of the framework, whatever its edition.
    pub id: Uuid,
    /// Of this edition.
    pub version_id: Uuid,
    pub code: String,
    /// Edition, e.g. `2024`.
    pub version: String,
    pub name: String,
    pub summary: String,
    /// Who publishes it.
    pub owner: String,
    /// The source document and its section.
    pub source: String,
    /// Source rows of the framework as a whole.
    pub rows: Vec<String>,
    /// The scale, best first; empty where standards are answered in words.
    pub ratings: Vec<Rating>,
    /// How a visit may end.
    pub outcomes: Vec<Outcome>,
    /// Why these outcomes, where the source names none.
    pub outcome_note: Option<String>,
    pub sections: Vec<Section>,
}

/// A step of a framework's scale (S195).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    pub id: Uuid,
    pub code: String,
    pub label: String,
    /// From 1, best first.
    pub position: i32,
    /// Whether it calls for improvement.
    pub falls_short: bool,
}

/// How a visit may end (S226).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Differs between framework editions, even where they share a set of outcomes.
    pub id: Uuid,
    pub code: String,
    pub label: String,
    /// From 1.
    pub position: i32,
    /// What it makes of the provider's standing.
    pub effect: ApprovalState,
    /// Whether there must be improvement actions.
    pub needs_actions: bool,
    pub rows: Vec<String>,
}

/// A theme of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub id: Uuid,
    pub code: String,
    pub title: String,
    /// From 1.
    pub position: i32,
    /// When its standards are answered, unless one says otherwise.
    pub phase: Phase,
    pub standards: Vec<Standard>,
}

/// A question of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standard {
    pub id: Uuid,
    /// Short, as on paper: `1a`, `V10`.
    pub code: String,
    pub title: String,
    /// What to look for.
    pub guidance: Option<String>,
    /// From 1, through the whole framework.
    pub position: i32,
    pub phase: Phase,
    pub answer: AnswerKind,
    pub evidence: Vec<EvidenceWanted>,
    /// Types of document that prove it; an accepted one, in date, counts as evidence of kind `document`.
    pub document_types: Vec<String>,
    /// Whether a competent person looks at it (S161).
    pub requires_competent_person: bool,
    /// An empty slot where the source is damaged (S275); its title is no wording of the source.
    pub damaged: bool,
    /// Source rows, the main one first.
    pub rows: Vec<String>,
}

/// A piece of evidence that a standard wants, or must not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceWanted {
    pub kind: EvidenceKind,
    pub need: Need,
    /// What it should show.
    pub what: String,
}

impl Framework {
    /// Every standard with its section, in order.
    pub fn standards(&self) -> impl Iterator<Item = (&Section, &Standard)> {
        self.sections.iter().flat_map(|section| section.standards.iter().map(move |standard| (section, standard)))
    }

    /// The standard with this code.
    pub fn standard(&self, code: &str) -> Option<&Standard> {
        self.standards().map(|(_, standard)| standard).find(|standard| standard.code == code)
    }

    /// Whether standards are rated; else they are answered in words.
    pub fn is_rated(&self) -> bool {
        !self.ratings.is_empty()
    }
}

impl Standard {
    /// What must never be photographed when this standard is looked at: certificates with DBS numbers, rooms in use.
    pub fn never_photograph(&self) -> impl Iterator<Item = &str> {
        let never = |wanted: &&EvidenceWanted| wanted.kind == EvidenceKind::Photo && wanted.need == Need::Never;
        self.evidence.iter().filter(never).map(|wanted| wanted.what.as_str())
    }
}

/// Every framework that Waymark knows.
pub fn frameworks() -> &'static [Framework] {
    static FRAMEWORKS: LazyLock<Vec<Framework>> = LazyLock::new(|| {
        let outcomes: OutcomesFile = super::read("outcomes.toml", include_str!("../../data/outcomes.toml"));
        [("derby.toml", include_str!("../../data/derby.toml")), ("emat.toml", include_str!("../../data/emat.toml"))]
            .map(|(name, text)| framework_file::build(super::read::<FrameworkFile>(name, text), &outcomes))
            .into()
    });
    &FRAMEWORKS
}

/// The edition of a framework with this code and version.
pub fn framework(code: &str, version: &str) -> Option<&'static Framework> {
    frameworks().iter().find(|framework| framework.code == code && framework.version == version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{document_type, is_row, repeated};

    fn derby() -> &'static Framework {
        framework("derby", "2024").expect("Derby's framework")
    }

    fn emat() -> &'static Framework {
        framework("emat", "2025-03").expect("the trust's checklist")
    }

    fn codes_of(section: &Section) -> Vec<&str> {
        section.standards.iter().map(|standard| standard.code.as_str()).collect()
    }

    #[test]
    fn derby_has_its_31_standards_and_four_ratings() {
        let sections: Vec<_> = derby().sections.iter().map(codes_of).collect();
        assert_eq!(
            sections,
            [
                vec!["1a", "1b", "1c", "1d", "1e", "1f", "1g", "1h", "1i"], // S196-S204
                vec!["2a", "2b", "2c", "2d", "2e", "2f", "2g"],             // S205-S211
                vec!["3a", "3b", "3c", "3d", "3e", "3f"],                   // S212-S217
                vec!["4a", "4b", "4c", "4d", "4e", "4f"],                   // S218-S222
                vec!["5a", "5b", "5c", "5d"],                               // S223-S225
            ]
        );
        let ratings: Vec<_> = derby().ratings.iter().map(|rating| (rating.code.as_str(), rating.falls_short)).collect();
        assert_eq!(ratings, [("fully", false), ("partially", true), ("limited", true), ("not_at_all", true)]); // S195
        assert!(derby().standards().all(|(_, standard)| standard.answer == AnswerKind::Rating));
    }

    #[test]
    fn derby_covers_its_rows_in_order() {
        let rows: Vec<u32> =
            derby().standards().map(|(_, standard)| standard.rows[0][1..].parse().expect("S row")).collect();
        assert!(rows.is_sorted());
        assert_eq!(rows.into_iter().collect::<std::collections::BTreeSet<_>>(), (196..=225).collect());
    }

    #[test]
    fn the_checklist_has_17_before_19_and_2_during_voice_and_lost_slots() {
        let counts: Vec<_> =
            emat().sections.iter().map(|section| (section.code.as_str(), section.standards.len())).collect();
        assert_eq!(counts, [("before", 17), ("visit", 19), ("quality", 2), ("lost", 3), ("close", 3)]);
        assert!(!emat().is_rated());
        assert!(emat().standards().all(|(_, standard)| standard.answer != AnswerKind::Rating));
        let before = emat().standards().filter(|(_, standard)| standard.phase == Phase::BeforeVisit);
        assert_eq!(before.count(), 17);
    }

    #[test]
    fn the_checklist_asks_for_dates_where_its_rows_have_them() {
        let asks = |answer| {
            let asking = emat().standards().filter(move |(_, standard)| standard.answer == answer);
            asking.map(|(_, standard)| standard.rows[0].as_str()).collect::<Vec<_>>()
        };
        assert_eq!(asks(AnswerKind::Date), ["S268"]);
        assert_eq!(asks(AnswerKind::LastAndNextDate), ["S270"]);
    }

    #[test]
    fn lost_rows_keep_empty_slots_and_nothing_else_is_damaged() {
        let damaged: Vec<_> = frameworks().iter().flat_map(Framework::standards).filter(|(_, s)| s.damaged).collect();
        assert_eq!(damaged.len(), 3);
        for (_, slot) in damaged {
            assert_eq!(slot.rows, ["S275"]);
            assert_eq!(slot.title, "Slot kept for a lost row of the source");
            assert_eq!(slot.answer, AnswerKind::OptionalText);
            assert!(slot.evidence.is_empty());
        }
    }

    #[test]
    fn both_end_in_the_four_outcomes_and_the_checklist_says_why() {
        use ApprovalState::{Approved, Closed, Conditional, NotApproved};
        for framework in frameworks() {
            let effects: Vec<_> =
                framework.outcomes.iter().map(|outcome| (outcome.effect, outcome.needs_actions)).collect();
            assert_eq!(effects, [(Approved, false), (Conditional, true), (NotApproved, true), (Closed, false)]); // S226
        }
        assert!(derby().outcome_note.is_none());
        assert!(emat().outcome_note.as_ref().is_some_and(|note| note.contains("S226")));
    }

    #[test]
    fn every_standard_cites_a_row_is_short_and_names_known_documents() {
        for (section, standard) in frameworks().iter().flat_map(Framework::standards) {
            let code = &standard.code;
            assert!(!standard.rows.is_empty() && standard.rows.iter().all(|row| is_row(row)), "{code}");
            assert!((8..=120).contains(&standard.title.chars().count()), "{code}: {}", standard.title);
            assert!(standard.guidance.as_ref().is_none_or(|words| words.chars().count() <= 200), "{code}");
            assert!(!section.title.is_empty());
            for document in &standard.document_types {
                assert!(document_type(document).is_some(), "{code}: {document} is no type of document");
            }
        }
    }

    #[test]
    fn codes_and_ids_are_all_different() {
        for framework in frameworks() {
            assert!(repeated(framework.standards().map(|(_, standard)| &standard.code)).is_empty());
            assert!(repeated(framework.sections.iter().map(|section| &section.code)).is_empty());
            let places: Vec<_> = framework.standards().map(|(_, standard)| standard.position).collect();
            assert!(places.into_iter().eq(1..=framework.standards().count() as i32));
        }
        let ids = frameworks().iter().flat_map(|framework| {
            let own = [framework.id, framework.version_id].into_iter();
            let scale = framework.ratings.iter().map(|rating| rating.id);
            let outcomes = framework.outcomes.iter().map(|outcome| outcome.id);
            let sections = framework.sections.iter().map(|section| section.id);
            let standards = framework.standards().map(|(_, standard)| standard.id);
            own.chain(scale).chain(outcomes).chain(sections).chain(standards)
        });
        assert!(repeated(ids).is_empty());
    }

    #[test]
    fn what_must_not_be_photographed_is_said_where_it_could_happen() {
        let never = |framework: &'static Framework, code: &str| -> Vec<&'static str> {
            framework.standard(code).expect(code).never_photograph().collect()
        };
        for (framework, code) in [(derby(), "1a"), (emat(), "P1"), (emat(), "V1")] {
            assert!(never(framework, code).iter().any(|what| what.contains("DBS certificates")), "{code}"); // D18
        }
        assert_eq!(never(emat(), "V14"), ["an occupied changing room"]); // S271
        assert_eq!(never(emat(), "V15"), ["an occupied toilet"]); // S271
    }

    #[test]
    fn a_fire_plan_wants_a_photo_and_a_competent_person() {
        for (framework, code) in [(derby(), "2g"), (emat(), "V10")] {
            let standard = framework.standard(code).expect(code);
            assert!(standard.requires_competent_person, "{code}"); // S161
            let photo = standard.evidence.iter().find(|wanted| wanted.kind == EvidenceKind::Photo).expect("a photo");
            assert_eq!(photo.need, Need::Required); // S267
            assert!(photo.what.contains("fire plan"));
        }
    }

    #[test]
    fn what_a_standard_wants_can_be_stored_as_json() {
        for (_, standard) in frameworks().iter().flat_map(Framework::standards) {
            let stored = serde_json::to_value(&standard.evidence).expect("plain data");
            assert_eq!(serde_json::from_value::<Vec<EvidenceWanted>>(stored).expect("reads back"), standard.evidence);
        }
    }

    #[test]
    fn the_website_is_looked_at_before_the_visit() {
        let at_the_desk = derby().standards().filter(|(_, standard)| standard.phase == Phase::BeforeVisit);
        assert_eq!(at_the_desk.map(|(_, standard)| standard.code.as_str()).collect::<Vec<_>>(), ["1g"]); // S202
    }
}
