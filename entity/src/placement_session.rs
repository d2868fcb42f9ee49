//! A weekly session of a placement (S1).

use chrono::{DateTime, Utc};
use domain::placement;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AuthorityId, PlacementId, PlacementSessionId};

/// A weekly session of a placement (S1).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "placement_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PlacementSessionId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub placement_id: PlacementId,
    /// Day.
    pub weekday: Coded<placement::Weekday>,
    /// Start time, HH:MM.
    pub starts_at: String,
    /// Finish time, HH:MM.
    pub ends_at: String,
    /// Length in minutes.
    pub minutes: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
