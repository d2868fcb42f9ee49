//! A provider of alternative provision. One record, shared by all who commission it (S12).

use chrono::{DateTime, NaiveDate, Utc};
use domain::organisation;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AuthorityId, ProviderId};

/// A provider of alternative provision. One record, shared by all who commission it (S12).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProviderId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    /// Name.
    pub name: String,
    /// What it mainly offers.
    pub kind: Coded<organisation::ProviderKind>,
    /// Whether it is a registered school.
    pub registered: bool,
    /// Unique reference number, where registered.
    pub urn: Option<i32>,
    /// UK provider reference number (S274).
    pub ukprn: Option<i32>,
    /// Website.
    pub website: Option<String>,
    /// Telephone.
    pub telephone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Pupils it can take at once.
    pub capacity: Option<i32>,
    /// When the next visit is due.
    pub next_visit_due_on: Option<NaiveDate>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
