//! A step in an improvement action's life: its RAG history (S227).

use chrono::{DateTime, Utc};
use domain::quality;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AccountId, ActionId, ActionUpdateId, AuthorityId, ProviderId};

/// A step in an improvement action's life: its RAG history (S227).
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "action_update")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ActionUpdateId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub improvement_action_id: ActionId,
    pub provider_id: ProviderId,
    pub account_id: AccountId,
    /// Red, amber, green.
    pub rag: Coded<quality::Rag>,
    /// State.
    pub state: Coded<quality::ActionState>,
    /// Note.
    pub note: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
