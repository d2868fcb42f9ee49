//! The installation itself: one row.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// What the installation knows about itself. There is exactly one row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "installation")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Another one after every restore, so that readers of the change feed begin anew.
    pub epoch: Uuid,
    /// When the epoch began.
    pub began_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
