//! A pupil.

use chrono::{DateTime, NaiveDate, Utc};
use domain::pupil;
use sea_orm::entity::prelude::*;

use crate::ids::{AuthorityId, PupilId, SchoolId};
use crate::{Coded, Private};

/// A pupil.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pupil")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PupilId,
    /// The authority it belongs to.
    pub authority_id: AuthorityId,
    /// The school whose roll the pupil is on.
    pub school_id: SchoolId,
    /// Unique pupil number; some pupils have none yet.
    pub upn: Option<Private<String>>,
    /// Given name.
    pub given_name: Private<String>,
    /// Family name.
    pub family_name: Private<String>,
    /// Date of birth.
    pub date_of_birth: Private<NaiveDate>,
    /// National curriculum year.
    pub year_group: i32,
    /// SEN provision.
    pub sen_provision: Coded<pupil::SenProvision>,
    /// Primary need.
    pub primary_need: Option<Coded<pupil::PrimaryNeed>>,
    /// Whether the pupil is looked after by an authority.
    pub looked_after: Coded<pupil::Answer>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts changes; a change names the version it was made from.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
