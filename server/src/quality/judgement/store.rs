//! Rows of Judgement, within a scope.

use entity::ids::{JudgementId, Key};
use entity::judgement::{Column, Entity};
use entity::judgement_revision;

use crate::access::scope::Sight;
use crate::graph::tree::Noun;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Judgement",
        JudgementId::PREFIX,
        "One visitor's rating and words on a standard at a visit. For the QA team.",
    )
    .listed_as("judgements")
    .column("seen", Column::Seen, "What was seen (S251).")
    .column("action", Column::Action, "Action or recommendation (S251).")
    .column("answeredOn", Column::AnsweredOn, "A date that the standard asks for (S268, S270).")
    .column("nextOn", Column::NextOn, "The next date that it asks for (S270).")
    .column("revision", Column::Revision, "How often it was revised; the first is 1.")
    .column("missingReason", Column::MissingReason, "Why something that the standard asks for is missing.")
    .stamped()
    .one("visit", "Visit", Column::VisitId, "The visit.")
    .one("provider", "Provider", Column::ProviderId, "The provider.")
    .one("standard", "Standard", Column::StandardId, "The standard.")
    .one("visitor", "Account", Column::AccountId, "Who judged.")
    .one("rating", "Rating", Column::RatingId, "The rating, where the framework has a scale.")
    .many("revisions", "JudgementRevision", judgement_revision::Column::JudgementId, "What it said before.")
    .seen_by(|scope, table| Sight::keys(table.col(Column::AuthorityId), &scope.qa_team()))
}
