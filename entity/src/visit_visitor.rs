//! A visitor's part in a visit.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::ids::{AccountId, AuthorityId, VisitId, VisitVisitorId};

/// A visitor's part in a visit.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visit_visitor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VisitVisitorId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub visit_id: VisitId,
    pub account_id: AccountId,
    /// Whether this visitor leads.
    pub lead: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
