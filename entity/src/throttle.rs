//! How often something was tried of late: one row for each account or address that tries.

use sea_orm::entity::prelude::*;

/// One subject's tries.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throttle")]
pub struct Model {
    /// What is tried and by whom, signed: the row tells nobody's address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// When all its tries are forgotten, in milliseconds since 1970.
    pub free_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
