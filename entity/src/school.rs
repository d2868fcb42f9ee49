//! A school.

use chrono::{DateTime, Utc};
use domain::organisation;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AuthorityId, SchoolId};

/// A school.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "school")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SchoolId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    /// Unique reference number of the school register.
    pub urn: Option<i32>,
    /// Name.
    pub name: String,
    /// Phase of education.
    pub phase: Coded<organisation::SchoolPhase>,
    /// Postcode.
    pub postcode: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
