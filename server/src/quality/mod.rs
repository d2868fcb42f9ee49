//! Quality assurance: frameworks, visits, judgements, findings, evidence, and what follows from them.

use sea_orm::sea_query::IntoIden;
use uuid::Uuid;

use crate::access::scope::{Scope, Sight, Table};
use crate::ledger::{Refusal, Refused};

pub mod action;
pub mod action_update;
pub mod addendum;
pub mod amendment;
pub mod approval;
pub mod chase;
pub mod completion;
pub mod document;
pub mod document_proof;
pub mod document_requirement;
pub mod document_type;
pub mod evidence;
pub mod file;
pub mod finding;
pub mod framework;
pub mod framework_version;
pub mod judgement;
pub mod outcome;
pub mod rating;
pub mod receipt;
pub mod rendition;
pub mod report;
pub mod revision;
pub mod section;
pub mod standard;
pub mod visit;
pub mod visitor;

#[cfg(test)]
mod stage;

use crate::graph::tree::Noun;

/// The nouns of this area.
#[must_use]
pub fn nouns() -> Vec<Noun> {
    vec![
        framework::store::noun(),
        framework_version::store::noun(),
        section::store::noun(),
        standard::store::noun(),
        rating::store::noun(),
        outcome::store::noun(),
        document_type::store::noun(),
        document_requirement::store::noun(),
        visit::store::noun(),
        visitor::store::noun(),
        judgement::store::noun(),
        revision::store::noun(),
        finding::store::noun(),
        evidence::store::noun(),
        addendum::store::noun(),
        amendment::store::noun(),
        document::store::noun(),
        document_proof::store::noun(),
        action::store::noun(),
        action_update::store::noun(),
        chase::store::noun(),
        approval::store::noun(),
        file::store::noun(),
        rendition::store::noun(),
    ]
}

/// Rows of the authorities whose QA team the viewer belongs to; for a provider's people the rows of their provider.
pub fn qa_team_or_own(scope: &Scope, table: &Table, provider: impl IntoIden) -> Sight {
    Sight::keys(table.col("authority_id"), &scope.qa_team()).or(Sight::keys(table.col(provider), &scope.providers()))
}

/// A rule's refusal about a field of the input, with the row as it is.
pub fn refused<C>(current: impl Into<Uuid>) -> impl FnOnce((C, &'static str)) -> Refused<C> {
    let current = Some(current.into());
    move |(code, field)| Refused::Rule(Refusal { code, field: Some(field), current })
}
