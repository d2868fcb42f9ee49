//! An attendance mark: pupil, placement, date, session, code.

use chrono::{DateTime, NaiveDate, Utc};
use domain::placement;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AuthorityId, MarkId, PlacementId, ProviderId, PupilId};

/// An attendance mark: pupil, placement, date, session, code.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_mark")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MarkId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub placement_id: PlacementId,
    pub pupil_id: PupilId,
    pub provider_id: ProviderId,
    /// Date.
    pub date: NaiveDate,
    /// Morning or afternoon.
    pub session: Coded<placement::Session>,
    /// Attendance code.
    pub code: String,
    /// Minutes late.
    pub minutes_late: Option<i32>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
