//! Who was taken off a visit, so that their phones hear of it.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, VisitId};

/// Somebody who was a visitor of a visit.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visit_leaver")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub visit_id: VisitId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// When.
    pub left_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
