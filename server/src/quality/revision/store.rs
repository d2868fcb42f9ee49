//! Rows of JudgementRevision, within a scope.

use entity::ids::{Key, RevisionId};
use entity::judgement_revision::{Column, Entity};

use crate::access::scope::Sight;
use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("JudgementRevision", RevisionId::PREFIX, "What a judgement said before. For the QA team.")
        .column("revision", Column::Revision, "Which.")
        .column("seen", Column::Seen, "What was seen.")
        .column("action", Column::Action, "Action or recommendation.")
        .column("answeredOn", Column::AnsweredOn, "Date.")
        .column("nextOn", Column::NextOn, "Next date.")
        .column("missingReason", Column::MissingReason, "Why something that the standard asks for is missing.")
        .stamped()
        .one("rating", "Rating", Column::RatingId, "The rating then.")
        .ordered_by("revision", Direction::Ascending)
        .seen_by(|scope, table| Sight::keys(table.col(Column::AuthorityId), &scope.qa_team()))
}
