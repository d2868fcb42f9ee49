//! The reference data as rows: frameworks with their standards, types of document and who must hold them.
//!
//! The ids are those of [`domain::reference`], the same in every installation.

use domain::Code;
use domain::organisation::ProviderKind;
use domain::reference::{self, Framework, Section};
use entity::Coded;
use entity::ids::{
    DocumentTypeId, FrameworkId, FrameworkVersionId, OutcomeId, RatingId, RequirementId, SectionId, StandardId,
};
use entity::{
    document_requirement, document_type, framework, framework_version, rating, section, standard, visit_outcome,
};

use super::draft::{Draft, Stamp};

/// Adds the rows of all reference data.
pub fn draft(draft: &mut Draft) {
    let stamp = draft.stamp(draft.founded());
    for framework in reference::frameworks() {
        add_framework(draft, framework, stamp);
    }
    for kind in reference::document_types() {
        let Stamp { created_at, updated_at, version } = stamp;
        draft.rows.document_types.push(document_type::Model {
            id: DocumentTypeId(kind.id),
            code: kind.code.clone(),
            name: kind.name.clone(),
            asks_expiry: kind.asks_expiry,
            asks_cover: kind.asks_cover_amount,
            months_valid: kind.usual_months.as_ref().map(|usual| usual.months as i32),
            citation: kind.rows.join(", "),
            created_at,
            updated_at,
            version,
        });
    }
    for kind in ProviderKind::ALL {
        for required in reference::required_documents(*kind) {
            let Stamp { created_at, updated_at, version } = stamp;
            draft.rows.requirements.push(document_requirement::Model {
                id: RequirementId(required.id),
                provider_kind: Coded(required.kind),
                document_type_id: DocumentTypeId(required.document.id),
                citation: required.rows.join(", "),
                created_at,
                updated_at,
                version,
            });
        }
    }
}

fn add_framework(draft: &mut Draft, framework: &Framework, stamp: Stamp) {
    let Stamp { created_at, updated_at, version } = stamp;
    let framework_version_id = FrameworkVersionId(framework.version_id);
    draft.rows.frameworks.push(framework::Model {
        id: FrameworkId(framework.id),
        code: framework.code.clone(),
        name: framework.name.clone(),
        owner: framework.owner.clone(),
        created_at,
        updated_at,
        version,
    });
    draft.rows.framework_versions.push(framework_version::Model {
        id: framework_version_id,
        framework_id: FrameworkId(framework.id),
        edition: framework.version.clone(),
        source: framework.source.clone(),
        rated: framework.is_rated(),
        created_at,
        updated_at,
        version,
    });
    for rating in &framework.ratings {
        draft.rows.ratings.push(rating::Model {
            id: RatingId(rating.id),
            framework_version_id,
            code: rating.code.clone(),
            label: rating.label.clone(),
            position: rating.position,
            falls_short: rating.falls_short,
            created_at,
            updated_at,
            version,
        });
    }
    for outcome in &framework.outcomes {
        draft.rows.outcomes.push(visit_outcome::Model {
            id: OutcomeId(outcome.id),
            framework_version_id,
            code: outcome.code.clone(),
            label: outcome.label.clone(),
            position: outcome.position,
            approval: Coded(outcome.effect),
            needs_actions: outcome.needs_actions,
            created_at,
            updated_at,
            version,
        });
    }
    for section in &framework.sections {
        add_section(draft, framework_version_id, section, stamp);
    }
}

fn add_section(draft: &mut Draft, framework_version_id: FrameworkVersionId, section: &Section, stamp: Stamp) {
    let Stamp { created_at, updated_at, version } = stamp;
    draft.rows.sections.push(section::Model {
        id: SectionId(section.id),
        framework_version_id,
        code: section.code.clone(),
        title: section.title.clone(),
        position: section.position,
        created_at,
        updated_at,
        version,
    });
    for standard in &section.standards {
        draft.rows.standards.push(standard::Model {
            id: StandardId(standard.id),
            framework_version_id,
            section_id: SectionId(section.id),
            code: standard.code.clone(),
            title: standard.title.clone(),
            guidance: standard.guidance.clone(),
            source: standard.rows.join(", "),
            position: standard.position,
            phase: Coded(standard.phase),
            answer: standard.answer.as_str().to_owned(),
            evidence_wanted: serde_json::to_value(&standard.evidence).unwrap_or_default(),
            competent_person: standard.requires_competent_person,
            damaged: standard.damaged,
            created_at,
            updated_at,
            version,
        });
    }
}
