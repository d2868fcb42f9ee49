//! Framework versions, whole: six statements.

use std::collections::BTreeMap;

use async_graphql::ID;
use domain::reference::EvidenceWanted;
use entity::ids::SectionId;
use entity::{framework, framework_version, rating, section, standard, visit, visit_outcome};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Eyes, Row, Wanted};
use crate::graph::ids::CodeOf;
use crate::quality::framework::store::answer_kind;
use crate::sync::types::SyncItem;
use crate::sync::types::framework::{SyncEvidenceWanted, SyncFramework, SyncOutcome, SyncRating, SyncStandard};

/// Framework versions by which visits are made, with scale and standards. An empty slot of a damaged source asks nothing.
pub async fn frameworks(db: &impl ConnectionTrait, eyes: Eyes<'_>, wanted: Wanted) -> Result<Vec<Row>, DbErr> {
    let key = Expr::col((framework_version::Entity, framework_version::Column::Id));
    let versions = framework_version::Entity::find()
        .filter(eyes.named_by(visit::Column::FrameworkVersionId, key))
        .filter(wanted.which)
        .order_by_asc(framework_version::Column::Id)
        .limit(wanted.limit)
        .all(db)
        .await?;
    let ids = || versions.iter().map(|version| version.id);
    let frameworks = framework::Entity::find()
        .filter(framework::Column::Id.is_in(versions.iter().map(|version| version.framework_id)))
        .all(db)
        .await?;
    let ratings = rating::Entity::find()
        .filter(rating::Column::FrameworkVersionId.is_in(ids()))
        .order_by_asc(rating::Column::Position)
        .all(db)
        .await?;
    let standards = standard::Entity::find()
        .filter(standard::Column::FrameworkVersionId.is_in(ids()))
        .filter(standard::Column::Damaged.eq(false))
        .order_by_asc(standard::Column::Position)
        .all(db)
        .await?;
    let sections = section::Entity::find().filter(section::Column::FrameworkVersionId.is_in(ids())).all(db).await?;
    let sections: BTreeMap<_, _> = sections.into_iter().map(|section| (section.id, section.title)).collect();
    let outcomes = visit_outcome::Entity::find()
        .filter(visit_outcome::Column::FrameworkVersionId.is_in(ids()))
        .order_by_asc(visit_outcome::Column::Position)
        .all(db)
        .await?;
    let mut rows = Vec::with_capacity(versions.len());
    for version in &versions {
        let named = frameworks.iter().find(|framework| framework.id == version.framework_id);
        let name = named.map_or("", |framework| framework.name.as_str());
        let ratings = ratings.iter().filter(|rating| rating.framework_version_id == version.id);
        let standards = standards.iter().filter(|standard| standard.framework_version_id == version.id);
        let outcomes = outcomes.iter().filter(|outcome| outcome.framework_version_id == version.id);
        let framework = SyncFramework {
            id: ID(version.id.to_string()),
            name: format!("{name} {}", version.edition),
            ratings: ratings.map(step).collect(),
            standards: standards.map(|standard| question(standard, &sections)).collect::<Result<_, _>>()?,
            outcomes: outcomes.map(ending).collect(),
        };
        rows.push(Row::new(version.id, SyncItem { framework: Some(Box::new(framework)), ..SyncItem::default() }));
    }
    Ok(rows)
}

fn step(rating: &rating::Model) -> SyncRating {
    SyncRating {
        id: ID(rating.id.to_string()),
        code: rating.code.clone(),
        label: rating.label.clone(),
        falls_short: rating.falls_short,
    }
}

fn ending(outcome: &visit_outcome::Model) -> SyncOutcome {
    SyncOutcome { id: ID(outcome.id.to_string()), label: outcome.label.clone(), needs_actions: outcome.needs_actions }
}

fn question(standard: &standard::Model, sections: &BTreeMap<SectionId, String>) -> Result<SyncStandard, DbErr> {
    let wanted: Vec<EvidenceWanted> =
        serde_json::from_value(standard.evidence_wanted.clone()).map_err(|error| DbErr::Json(error.to_string()))?;
    let wanted = wanted.into_iter().map(|wanted| SyncEvidenceWanted {
        kind: CodeOf(wanted.kind),
        need: CodeOf(wanted.need),
        what: wanted.what,
    });
    Ok(SyncStandard {
        id: ID(standard.id.to_string()),
        code: standard.code.clone(),
        section: sections.get(&standard.section_id).cloned().unwrap_or_default(),
        title: standard.title.clone(),
        guidance: standard.guidance.clone(),
        answer: CodeOf(answer_kind(standard)?),
        competent_person: standard.competent_person,
        evidence_wanted: wanted.collect(),
    })
}
