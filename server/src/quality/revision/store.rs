//! Rows of JudgementRevision, within a scope.

use entity::judgement_revision::{Column, Entity};
use entity::ids::{RevisionId, Key};

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
        .stamped()
        .one("rating", "Rating", Column::RatingId, "The rating then.")
        .ordered_by("revision", Direction::Ascending)
        .seen_by(|scope, table| Sight::keys(table.col(Column::AuthorityId), &scope.qa_team()))
}
