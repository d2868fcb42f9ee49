//! What the provider must do (S227).

use chrono::{DateTime, NaiveDate, Utc};
use domain::quality;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{ActionId, AuthorityId, ProviderId, StandardId, VisitId};

/// What the provider must do (S227).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "improvement_action")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActionId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub provider_id: ProviderId,
    pub visit_id: Option<VisitId>,
    pub standard_id: Option<StandardId>,
    /// Area for improvement.
    pub area: String,
    /// What is to be done.
    pub action: String,
    /// Who does it.
    pub owner: String,
    /// By when.
    pub due_on: NaiveDate,
    /// Red, amber, green.
    pub rag: Coded<quality::Rag>,
    /// State.
    pub state: Coded<quality::ActionState>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
