//! Rows of File, within a scope.

use domain::Code;
use domain::access::Role;
use domain::file::{FileRefusal, FileState};
use entity::file::{Column, Entity};
use entity::ids::{FileId, Key};
use entity::{document, evidence, rendition};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, IntoIden, Query};

use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Kind, Noun};
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

/// Who sees what belongs to a file: whoever sees the file.
pub fn through(scope: &Scope, file_id: Expr) -> Sight {
    let row = Table::named("of_file");
    crate::access::scope::behind("file", &row, file_id, may_see(scope, &row))
}
