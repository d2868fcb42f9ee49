//! Writes the reference data into its tables: frameworks with their standards, scales and outcomes, document types and
//! who must hold which.
//!
//! It runs after the migrations. Ids are those of [`domain::reference`], so that running it again changes only what is
//! worded differently since; such a row gets a new version.

use chrono::{DateTime, Utc};
use domain::Code;
use domain::organisation::ProviderKind;
use domain::reference::{self, DocumentType, Framework, RequiredDocument, Section, Standard};
use entity::ids::{
    DocumentTypeId, FrameworkId, FrameworkVersionId, OutcomeId, RatingId, RequirementId, SectionId, StandardId,
};
use entity::{
    document_requirement, document_type, framework, framework_version, rating, section, standard, visit_outcome,
};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ConnectionTrait, DbErr, EntityTrait, IdenStatic, IntoActiveModel, Iterable};

/// Columns that say nothing of a row's content.
const STAMPS: [&str; 4] = ["id", "created_at", "updated_at", "version"];

/// Brings the tables of reference data to what this program knows.
///
/// # Errors
/// The database's.
pub async fn install(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), DbErr> {
    let frameworks = reference::frameworks();
    put::<framework::Entity>(db, frameworks.iter().map(|framework| framework_row(framework, now))).await?;
    put::<framework_version::Entity>(db, frameworks.iter().map(|framework| version_row(framework, now))).await?;
    for framework in frameworks {
        put::<rating::Entity>(db, rating_rows(framework, now)).await?;
        put::<visit_outcome::Entity>(db, outcome_rows(framework, now)).await?;
        let sections = framework.sections.iter();
        put::<section::Entity>(db, sections.map(|section| section_row(framework, section, now))).await?;
        let standards = framework.standards();
        put::<standard::Entity>(
            db,
            standards.map(|(section, standard)| standard_row(framework, section, standard, now)),
        )
        .await?;
    }
    put::<document_type::Entity>(db, reference::document_types().iter().map(|kind| type_row(kind, now))).await?;
    let required = ProviderKind::ALL.iter().flat_map(|kind| reference::required_documents(*kind));
    put::<document_requirement::Entity>(db, required.map(|required| requirement_row(required, now))).await
}

/// Inserts rows; updates those that are there and differ.
async fn put<E>(db: &impl ConnectionTrait, rows: impl IntoIterator<Item = E::Model>) -> Result<(), DbErr>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let rows: Vec<E::ActiveModel> = rows.into_iter().map(IntoActiveModel::into_active_model).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let table = E::default().table_name();
    let content: Vec<_> =
        E::Column::iter().map(|column| column.as_str()).filter(|name| !STAMPS.contains(name)).collect();
    let differ = |name: &&str| format!("\"{table}\".\"{name}\" is distinct from excluded.\"{name}\"");
    let differs = content.iter().map(differ).collect::<Vec<_>>().join(" or ");
    let update = OnConflict::column("id")
        .update_columns(content)
        .update_column("updated_at")
        .value("version", Expr::cust(format!("\"{table}\".version + 1")))
        .action_and_where(Expr::cust(differs))
        .to_owned();
    E::insert_many(rows).on_conflict(update).exec_without_returning(db).await.map(drop)
}

fn framework_row(framework: &Framework, now: DateTime<Utc>) -> framework::Model {
    framework::Model {
        id: FrameworkId(framework.id),
        code: framework.code.clone(),
        name: framework.name.clone(),
        owner: framework.owner.clone(),
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

fn version_row(framework: &Framework, now: DateTime<Utc>) -> framework_version::Model {
    framework_version::Model {
        id: FrameworkVersionId(framework.version_id),
        framework_id: FrameworkId(framework.id),
        edition: framework.version.clone(),
        source: framework.source.clone(),
        rated: framework.is_rated(),
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

fn rating_rows(framework: &Framework, now: DateTime<Utc>) -> impl Iterator<Item = rating::Model> {
    framework.ratings.iter().map(move |rating| rating::Model {
        id: RatingId(rating.id),
        framework_version_id: FrameworkVersionId(framework.version_id),
        code: rating.code.clone(),
        label: rating.label.clone(),
        position: rating.position,
        falls_short: rating.falls_short,
        created_at: now,
        updated_at: now,
        version: 1,
    })
}

fn outcome_rows(framework: &Framework, now: DateTime<Utc>) -> impl Iterator<Item = visit_outcome::Model> {
    framework.outcomes.iter().map(move |outcome| visit_outcome::Model {
        id: OutcomeId(outcome.id),
        framework_version_id: FrameworkVersionId(framework.version_id),
        code: outcome.code.clone(),
        label: outcome.label.clone(),
        position: outcome.position,
        approval: outcome.effect.into(),
        needs_actions: outcome.needs_actions,
        created_at: now,
        updated_at: now,
        version: 1,
    })
}

fn section_row(framework: &Framework, section: &Section, now: DateTime<Utc>) -> section::Model {
    section::Model {
        id: SectionId(section.id),
        framework_version_id: FrameworkVersionId(framework.version_id),
        code: section.code.clone(),
        title: section.title.clone(),
        position: section.position,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

fn standard_row(framework: &Framework, section: &Section, standard: &Standard, now: DateTime<Utc>) -> standard::Model {
    standard::Model {
        id: StandardId(standard.id),
        framework_version_id: FrameworkVersionId(framework.version_id),
        section_id: SectionId(section.id),
        code: standard.code.clone(),
        title: standard.title.clone(),
        guidance: standard.guidance.clone(),
        source: standard.rows.join(", "),
        phase: standard.phase.into(),
        position: standard.position,
        answer: standard.answer.to_string(),
        evidence_wanted: serde_json::json!(standard.evidence),
        competent_person: standard.requires_competent_person,
        damaged: standard.damaged,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

fn type_row(kind: &DocumentType, now: DateTime<Utc>) -> document_type::Model {
    document_type::Model {
        id: DocumentTypeId(kind.id),
        code: kind.code.clone(),
        name: kind.name.clone(),
        asks_expiry: kind.asks_expiry,
        asks_cover: kind.asks_cover_amount,
        months_valid: kind.usual_months.as_ref().and_then(|usual| usual.months.try_into().ok()),
        citation: kind.rows.join(", "),
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

fn requirement_row(required: &RequiredDocument, now: DateTime<Utc>) -> document_requirement::Model {
    document_requirement::Model {
        id: RequirementId(required.id),
        provider_kind: required.kind.into(),
        document_type_id: DocumentTypeId(required.document.id),
        citation: required.rows.join(", "),
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use sea_orm::{ActiveValue::Set, PaginatorTrait};

    use super::*;
    use crate::app::testing::World;

    #[tokio::test]
    async fn installing_again_changes_nothing_and_mends_what_differs() {
        let world = World::new().await;
        let (db, now) = (&world.app.db, world.app.clock.now());
        install(db, now).await.unwrap();
        let standards = standard::Entity::find().all(db).await.unwrap();
        let requirements = document_requirement::Entity::find().all(db).await.unwrap();

        let later = now + Duration::days(1);
        install(db, later).await.unwrap();
        assert_eq!(standard::Entity::find().all(db).await.unwrap(), standards);
        assert_eq!(document_requirement::Entity::find().all(db).await.unwrap(), requirements);

        let worn = standard::ActiveModel { id: Set(standards[0].id), guidance: Set(None), ..Default::default() };
        standard::Entity::update(worn).exec(db).await.unwrap();
        install(db, later).await.unwrap();
        let mended = standard::Entity::find_by_id(standards[0].id).one(db).await.unwrap();
        let expected = standard::Model { updated_at: later, version: 2, ..standards[0].clone() };
        assert_eq!(mended, Some(expected));
    }

    #[tokio::test]
    async fn every_line_of_the_reference_data_is_a_row() {
        let world = World::new().await;
        let db = &world.app.db;
        install(db, world.app.clock.now()).await.unwrap();
        let frameworks = reference::frameworks();
        let count = |of: fn(&Framework) -> usize| frameworks.iter().map(of).sum::<usize>() as u64;
        let required = ProviderKind::ALL.iter().map(|kind| reference::required_documents(*kind).len()).sum::<usize>();
        let rows = [
            framework::Entity::find().count(db).await.unwrap(),
            framework_version::Entity::find().count(db).await.unwrap(),
            section::Entity::find().count(db).await.unwrap(),
            standard::Entity::find().count(db).await.unwrap(),
            rating::Entity::find().count(db).await.unwrap(),
            visit_outcome::Entity::find().count(db).await.unwrap(),
            document_type::Entity::find().count(db).await.unwrap(),
            document_requirement::Entity::find().count(db).await.unwrap(),
        ];
        let expected = [
            frameworks.len() as u64,
            frameworks.len() as u64,
            count(|framework| framework.sections.len()),
            count(|framework| framework.standards().count()),
            count(|framework| framework.ratings.len()),
            count(|framework| framework.outcomes.len()),
            reference::document_types().len() as u64,
            required as u64,
        ];
        assert_eq!(rows, expected);
    }
}
