//! Rows of Framework, within a scope; and what a visit's framework version holds, for the rules.

use domain::reference::AnswerKind;
use entity::framework::{Column, Entity};
use entity::ids::{FrameworkId, FrameworkVersionId, Key, OutcomeId, RatingId, StandardId};
use entity::{framework_version, rating, standard, visit_outcome};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use crate::access::scope::Sight;
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Framework",
        FrameworkId::PREFIX,
        "A framework that visits are made by. Everybody who is signed in sees it.",
    )
    .listed_as("frameworks")
    .column("code", Column::Code, "Short name.")
    .column("name", Column::Name, "Its name.")
    .column("owner", Column::Owner, "Who publishes it.")
    .stamped()
    .many("versions", "FrameworkVersion", framework_version::Column::FrameworkId, "Its versions.")
    .ordered_by("name", Direction::Ascending)
    .seen_by(|_, _| Sight::All)
}

/// Whether there is such a version.
pub async fn has_version(db: &impl ConnectionTrait, id: FrameworkVersionId) -> Result<bool, DbErr> {
    Ok(framework_version::Entity::find_by_id(id).one(db).await?.is_some())
}

/// Every standard of a version, in order.
pub async fn standards(db: &impl ConnectionTrait, version: FrameworkVersionId) -> Result<Vec<standard::Model>, DbErr> {
    standard::Entity::find()
        .filter(standard::Column::FrameworkVersionId.eq(version))
        .order_by_asc(standard::Column::Position)
        .all(db)
        .await
}

/// How a standard of a version is answered; `None` where it is not of that version.
pub async fn asks(
    db: &impl ConnectionTrait,
    version: FrameworkVersionId,
    id: StandardId,
) -> Result<Option<AnswerKind>, DbErr> {
    let standard = standard::Entity::find_by_id(id).one(db).await?;
    standard.filter(|standard| standard.framework_version_id == version).as_ref().map(answer_kind).transpose()
}

/// How a standard is answered.
pub fn answer_kind(standard: &standard::Model) -> Result<AnswerKind, DbErr> {
    standard.answer.parse().map_err(|error: domain::UnknownCode| DbErr::Type(error.to_string()))
}

/// Whether a rating, where one was chosen, is of a version's scale.
pub async fn rating_fits(
    db: &impl ConnectionTrait,
    version: FrameworkVersionId,
    id: Option<RatingId>,
) -> Result<Option<bool>, DbErr> {
    let Some(id) = id else { return Ok(None) };
    let rating = rating::Entity::find_by_id(id).one(db).await?;
    Ok(Some(rating.is_some_and(|rating| rating.framework_version_id == version)))
}

/// An outcome, if it is of this version.
pub async fn outcome(
    db: &impl ConnectionTrait,
    version: FrameworkVersionId,
    id: OutcomeId,
) -> Result<Option<visit_outcome::Model>, DbErr> {
    let outcome = visit_outcome::Entity::find_by_id(id).one(db).await?;
    Ok(outcome.filter(|outcome| outcome.framework_version_id == version))
}

/// Whether an outcome, where one was chosen, is of a version.
pub async fn outcome_fits(
    db: &impl ConnectionTrait,
    version: FrameworkVersionId,
    id: Option<OutcomeId>,
) -> Result<Option<bool>, DbErr> {
    let Some(id) = id else { return Ok(None) };
    Ok(Some(outcome(db, version, id).await?.is_some()))
}
