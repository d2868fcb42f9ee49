//! Rows of File, within a scope.

use domain::Code;
use domain::access::Role;
use domain::file::{FileRefusal, FileState, Variant};
use domain::quality::announcement::Announced;
use entity::file::{ActiveModel, Column, Entity, Model};
use entity::ids::{AuthorityId, FileId, Key};
use entity::{document, evidence, rendition};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, IntoIden, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::access::find;
use crate::access::scope::{Rule, Scope, Sight, Table};
use crate::graph::tree::{Kind, Noun};
use crate::ledger::Write;
use crate::quality;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "File",
        FileId::PREFIX,
        "A stored file. Who sees the evidence or the document that it belongs to sees it, and who sent it.",
    )
    .code::<FileState>("state", Column::State, "Where it stands; only an accepted file has links.")
    .code::<FileRefusal>("refusal", Column::Refusal, "Why it was refused, and what to do.")
    .column("sha256", Column::Sha256, "SHA-256 of what arrived, hex; it stays when the bytes are purged.")
    .column("declaredSha256", Column::DeclaredSha256, "SHA-256 that was announced, hex.")
    .column("byteSize", Column::ByteSize, "Size in bytes.")
    .column("mediaType", Column::MediaType, "What the bytes are: image/jpeg, image/png or application/pdf.")
    .column("width", Column::Width, "Width of a picture as it is seen, in pixels.")
    .column("height", Column::Height, "Height of a picture as it is seen, in pixels.")
    .column("pages", Column::Pages, "Pages of a document.")
    .derived("smallUrl", Kind::Link(Some("w320")), "Link to the picture, 320 pixels wide, for ten minutes.", picture)
    .derived("largeUrl", Kind::Link(Some("w1600")), "Link to the picture, 1600 pixels wide, for ten minutes.", picture)
    .derived("originalUrl", Kind::Link(Some("original")), ORIGINAL, |table| once_accepted(table, Expr::val(true)))
    .guarded(original_readers)
    .stamped()
    .many("renditions", "Rendition", rendition::Column::FileId, "The forms that it is served in.")
    .seen_by(may_see)
}

const ORIGINAL: &str =
    "Link to the sealed original, with all that its metadata says, for ten minutes. For officers, and who sent it.";

fn picture(table: &Table) -> Expr {
    once_accepted(table, table.col(Column::MediaType).ne("application/pdf"))
}

/// The file's id where it is accepted and the condition holds.
fn once_accepted(table: &Table, condition: Expr) -> Expr {
    let accepted = table.col(Column::State).eq(FileState::Accepted.as_str());
    CaseStatement::new().case(accepted.and(condition), table.col(Column::Id)).into()
}

fn original_readers(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(Column::AuthorityId), &scope.authorities(&[Role::Officer])).or(sender(scope, table))
}

fn sender(scope: &Scope, table: &Table) -> Sight {
    Sight::keys(table.col(Column::OwnerAccountId), &[scope.account_id])
}

/// Who sent it, and who sees the evidence or the document that it belongs to; analysts see documents, not their files.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    let (proof, paper) = (Table::named("proof"), Table::named("paper"));
    let evidence = quality::evidence::store::may_see(scope, &proof);
    let document = quality::qa_team_or_own(scope, &paper, document::Column::ProviderId);
    sender(scope, table).or(held("evidence", &proof, evidence::Column::FileId, table, evidence)).or(held(
        "document",
        &paper,
        document::Column::FileId,
        table,
        document,
    ))
}

fn held(name: &'static str, row: &Table, column: impl IntoIden, table: &Table, sight: Sight) -> Sight {
    let Sight::Where(condition) = sight else { return sight };
    let mut rows = Query::select();
    rows.expr(Expr::val(1))
        .from_as(name, row.alias())
        .and_where(row.col(column).eq(table.col(Column::Id)))
        .and_where(condition);
    Sight::Where(Expr::exists(rows))
}

/// Whether a link to a form of a file may be followed: it was given to whoever saw the file then, and is good for whoever
/// sees it now. A file that may not be seen costs the same statement as one that is not there.
pub async fn may_follow(db: &impl ConnectionTrait, scope: &Scope, id: FileId, variant: Variant) -> Result<bool, DbErr> {
    let rule: Rule = if variant == Variant::Original { may_see_original } else { may_see };
    Ok(find::seen::<Entity>(db, scope, rule, id).await?.is_some())
}

fn may_see_original(scope: &Scope, table: &Table) -> Sight {
    may_see(scope, table).and_sight(original_readers(scope, table))
}

/// Who sees what belongs to a file: whoever sees the file.
pub fn through(scope: &Scope, file_id: Expr) -> Sight {
    let row = Table::named("of_file");
    crate::access::scope::behind("file", &row, file_id, may_see(scope, &row))
}

/// The file with this id, for whatever refers to it.
pub async fn find(write: &Write<'_>, id: FileId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(&write.tx).await
}

/// A file that the viewer sends or sent.
pub async fn find_own(write: &Write<'_>, id: FileId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).filter(Column::OwnerAccountId.eq(write.account_id())).one(&write.tx).await
}

/// Writes a file that waits for its bytes.
pub async fn insert(write: &Write<'_>, id: FileId, authority_id: AuthorityId, file: &Announced) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(id),
        authority_id: Set(authority_id),
        owner_account_id: Set(write.account_id()),
        state: Set(FileState::Expected.into()),
        declared_sha256: Set(Some(file.sha256.to_string())),
        declared_size: Set(Some(file.byte_size)),
        declared_media_type: Set(Some(file.media_type.to_string())),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        version: Set(1),
        ..Default::default()
    };
    Entity::insert(row).exec_without_returning(&write.tx).await.map(drop)
}

/// Keeps a file that nothing has claimed yet.
pub async fn claim(write: &Write<'_>, authority_id: AuthorityId, id: FileId) -> Result<bool, DbErr> {
    let kept = ActiveModel {
        authority_id: Set(authority_id),
        unclaimed_until: Set(None),
        updated_at: Set(write.now),
        ..Default::default()
    };
    let kept = Entity::update_many()
        .set(kept)
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id))
        .filter(Column::UnclaimedUntil.is_not_null())
        .exec(&write.tx)
        .await?;
    Ok(kept.rows_affected == 1)
}
