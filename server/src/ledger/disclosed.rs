//! What was told to those who may count and not see: a table stands as it was first told, until its term ends (ADR 28).

use chrono::{DateTime, Utc};
use domain::disclosure::Cell;
use entity::disclosure::{Column, Entity, Model};
use entity::ids::AuthorityId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel};

/// A table that stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its cells, disturbed.
    pub cells: Vec<Cell>,
    /// When it was counted.
    pub at: DateTime<Utc>,
}

/// Which table, of whom, in which term.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The authority whose children are counted.
    pub authority_id: AuthorityId,
    /// The number of the term.
    pub term: i64,
    /// The census and the dimensions.
    pub question: &'a str,
}

/// The table as it stands, if it was told before.
///
/// # Errors
/// The database's.
pub async fn find(db: &impl ConnectionTrait, told: Told<'_>) -> Result<Option<Standing>, DbErr> {
    let key = (told.authority_id, told.term, told.question.to_owned());
    let Some(row) = Entity::find_by_id(key).one(db).await? else { return Ok(None) };
    let cells = serde_json::from_value(row.cells).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(Some(Standing { cells, at: row.at }))
}

/// Lets a table stand, and gives the one that does: where two ask first, one of them was.
///
/// # Errors
/// The database's.
pub async fn keep(db: &impl ConnectionTrait, told: Told<'_>, fresh: Standing) -> Result<Standing, DbErr> {
    let row = Model {
        authority_id: told.authority_id,
        term: told.term,
        question: told.question.to_owned(),
        cells: serde_json::to_value(&fresh.cells).map_err(|error| DbErr::Json(error.to_string()))?,
        at: fresh.at,
    };
    let first = OnConflict::columns([Column::AuthorityId, Column::Term, Column::Question]).do_nothing().to_owned();
    let row = row.into_active_model().reset_all();
    if Entity::insert(row).on_conflict(first).exec_without_returning(db).await? == 1 {
        return Ok(fresh);
    }
    find(db, told).await?.ok_or_else(|| DbErr::RecordNotFound("a table that stands went away".to_owned()))
}
