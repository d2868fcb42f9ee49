//! Something that somebody of the QA team goes after: a document, a visit or an action that is late.

use chrono::{DateTime, NaiveDate, Utc};
use domain::quality::chase;
use sea_orm::entity::prelude::*;

use crate::Coded;
use crate::ids::{AccountId, ActionId, AuthorityId, ChaseId, DocumentTypeId, ProviderId, VisitId};

/// Something that somebody of the QA team goes after: a document, a visit or an action that is late.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chase")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChaseId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    pub provider_id: ProviderId,
    /// The type of document that is missing, refused or about to expire.
    pub document_type_id: Option<DocumentTypeId>,
    pub visit_id: Option<VisitId>,
    pub improvement_action_id: Option<ActionId>,
    /// What is to be asked for.
    pub note: String,
    /// Who wants it chased.
    pub raised_by_id: AccountId,
    /// Who chases.
    pub assigned_to_id: AccountId,
    /// By when.
    pub due_on: NaiveDate,
    /// State.
    pub state: Coded<chase::ChaseState>,
    /// What came of it.
    pub closing_note: Option<String>,
    /// Who closed it.
    pub closed_by_id: Option<AccountId>,
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
