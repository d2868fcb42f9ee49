//! A public key that receipts were signed with. It stays when the installation's secret is another.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

/// A public key that receipts were signed with.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipt_key")]
pub struct Model {
    /// The first 16 hexadecimal digits of its SHA-256.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Ed25519, 32 bytes in Base64.
    pub public_key: String,
    /// When it first signed.
    pub created_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
