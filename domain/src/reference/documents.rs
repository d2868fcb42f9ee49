//! Types of document a provider may be asked for, and which a kind of provider must hold.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use uuid::Uuid;

use super::{Mark, frameworks, stable_id};
use crate::Code;
use crate::organisation::ProviderKind;

/// A type of document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentType {
    #[serde(skip)]
    pub id: Uuid,
    pub code: String,
    pub name: String,
    /// Whether an expiry or review date is asked.
    #[serde(default)]
    pub asks_expiry: bool,
    /// Whether the sum insured is asked, in pence.
    #[serde(default)]
    pub asks_cover_amount: bool,
    /// How long one normally lasts: for a suggested date only.
    pub usual_months: Option<UsualMonths>,
    /// What it is about must not be photographed (certificates with DBS numbers); a letter is uploaded instead.
    #[serde(default)]
    pub never_photograph: bool,
    pub note: Option<String>,
    /// Source rows.
    pub rows: Vec<String>,
    /// Standards that it proves, from the frameworks.
    #[serde(skip)]
    pub proves: Vec<Proves>,
}

/// How long a type of document normally lasts, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsualMonths {
    pub months: u32,
    pub mark: Mark,
    pub cite: String,
}

/// A standard that a type of document proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proves {
    /// Code of the framework.
    pub framework: &'static str,
    /// Its edition.
    pub version: &'static str,
    /// Code of the standard.
    pub standard: &'static str,
    pub standard_id: Uuid,
}

/// A type of document that a kind of provider must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredDocument {
    pub id: Uuid,
    pub kind: ProviderKind,
    pub document: &'static DocumentType,
    /// Source rows.
    pub rows: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypesFile {
    #[serde(rename = "document_type")]
    types: Vec<DocumentType>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequirementsFile {
    #[serde(rename = "requirement")]
    requirements: Vec<RequirementLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequirementLine {
    document: String,
    /// Left out: every kind.
    kinds: Option<Vec<ProviderKind>>,
    rows: Vec<String>,
}

/// Every type of document.
pub fn document_types() -> &'static [DocumentType] {
    static TYPES: LazyLock<Vec<DocumentType>> = LazyLock::new(|| {
        let file: TypesFile = super::read("document_types.toml", include_str!("../../data/document_types.toml"));
        let complete = |document: DocumentType| DocumentType {
            id: stable_id(&["document_type", &document.code]),
            proves: proven_by(&document.code),
            ..document
        };
        file.types.into_iter().map(complete).collect()
    });
    &TYPES
}

/// The type of document with this code.
pub fn document_type(code: &str) -> Option<&'static DocumentType> {
    document_types().iter().find(|document| document.code == code)
}

fn proven_by(code: &str) -> Vec<Proves> {
    let standards =
        frameworks().iter().flat_map(|framework| framework.standards().map(move |(_, standard)| (framework, standard)));
    standards
        .filter(|(_, standard)| standard.document_types.iter().any(|proof| proof == code))
        .map(|(framework, standard)| Proves {
            framework: &framework.code,
            version: &framework.version,
            standard: &standard.code,
            standard_id: standard.id,
        })
        .collect()
}

/// What a provider of this kind must hold, in the order of the file. Every kind must hold something (D19).
pub fn required_documents(kind: ProviderKind) -> &'static [RequiredDocument] {
    static REQUIRED: LazyLock<BTreeMap<ProviderKind, Vec<RequiredDocument>>> = LazyLock::new(|| {
        let text = include_str!("../../data/required_documents.toml");
        let file: RequirementsFile = super::read("required_documents.toml", text);
        ProviderKind::ALL.iter().map(|kind| (*kind, required_of(*kind, &file.requirements))).collect()
    });
    REQUIRED.get(&kind).map_or(&[], Vec::as_slice)
}

fn required_of(kind: ProviderKind, lines: &[RequirementLine]) -> Vec<RequiredDocument> {
    lines
        .iter()
        .filter(|line| line.kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind)))
        .filter_map(|line| {
            let document = document_type(&line.document)?;
            let id = stable_id(&["required_document", kind.as_str(), &line.document]);
            Some(RequiredDocument { id, kind, document, rows: line.rows.clone() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{is_row, repeated};

    fn codes_required(kind: ProviderKind) -> Vec<&'static str> {
        required_documents(kind).iter().map(|required| required.document.code.as_str()).collect()
    }

    #[test]
    fn every_type_has_its_own_code_and_cites_its_rows() {
        assert_eq!(document_types().len(), 35);
        assert!(repeated(document_types().iter().map(|document| &document.code)).is_empty());
        assert!(repeated(document_types().iter().map(|document| &document.name)).is_empty());
        for document in document_types() {
            assert!(!document.rows.is_empty() && document.rows.iter().all(|row| is_row(row)), "{}", document.code);
            assert!(!document.asks_cover_amount || document.asks_expiry, "{}: cover ends on a day", document.code);
            if let Some(usual) = &document.usual_months {
                assert!(document.asks_expiry && usual.months > 0 && !usual.cite.is_empty(), "{}", document.code);
            }
        }
    }

    #[test]
    fn a_type_knows_what_it_proves() {
        let proves = |code: &str| -> Vec<String> {
            let document = document_type(code).expect(code);
            document.proves.iter().map(|proof| format!("{} {}", proof.framework, proof.standard)).collect()
        };
        assert_eq!(proves("public_liability"), ["derby 2f", "emat P11"]);
        assert_eq!(proves("safeguarding_training"), ["derby 1b", "emat P4", "emat V5"]); // D3: both items, one matrix
        assert_eq!(proves("staff_check_confirmation"), ["derby 1a", "emat P1", "emat P2"]);
        assert!(proves("gas_safety").is_empty());
    }

    #[test]
    fn only_the_confirmation_of_staff_checks_may_not_be_photographed() {
        let never = document_types().iter().filter(|document| document.never_photograph);
        assert_eq!(never.map(|document| document.code.as_str()).collect::<Vec<_>>(), ["staff_check_confirmation"]); // D18
    }

    #[test]
    fn every_line_of_the_requirements_names_a_known_type_once_and_cites_its_rows() {
        let text = include_str!("../../data/required_documents.toml");
        let file: RequirementsFile = toml::from_str(text).expect("the file reads");
        assert!(repeated(file.requirements.iter().map(|line| &line.document)).is_empty());
        for line in &file.requirements {
            assert!(document_type(&line.document).is_some(), "{} is no type of document", line.document);
            assert!(!line.rows.is_empty() && line.rows.iter().all(|row| is_row(row)), "{}", line.document);
            let kinds = line.kinds.clone().unwrap_or_default();
            assert!(repeated(kinds).is_empty(), "{} names a kind twice", line.document);
        }
    }

    #[test]
    fn every_kind_must_be_insured_and_safe_for_children() {
        for kind in ProviderKind::ALL {
            let required = codes_required(*kind);
            for code in ["public_liability", "employers_liability", "safeguarding_policy", "staff_check_confirmation"] {
                assert!(required.contains(&code), "{kind} must hold {code}"); // D18, D19
            }
        }
        assert_eq!(required_documents(ProviderKind::RegisteredSchool).len(), 4);
    }

    #[test]
    fn risky_trades_must_show_more() {
        for kind in [ProviderKind::Construction, ProviderKind::AnimalCare, ProviderKind::MotorVehicle] {
            let required = codes_required(kind);
            assert!(required.contains(&"equipment_risk_assessment"), "{kind}"); // S161
            assert!(required.contains(&"statement_of_significant_risks"), "{kind}"); // S162
        }
        assert!(codes_required(ProviderKind::MotorVehicle).contains(&"motor_trade_insurance"));
        assert!(!codes_required(ProviderKind::Music).contains(&"equipment_risk_assessment"));
    }

    #[test]
    fn ids_are_all_different() {
        let types = document_types().iter().map(|document| document.id);
        let required = ProviderKind::ALL.iter().flat_map(|kind| required_documents(*kind)).map(|required| required.id);
        assert!(repeated(types.chain(required)).is_empty());
    }
}
