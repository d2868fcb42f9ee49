//! The graph: its roots, its limits, and how everything in it is read and written.

pub mod answer;
pub mod changes;
pub mod errors;
pub mod estimate;
pub mod ids;
pub mod limits;
pub mod mutate;
pub mod operation;
pub mod order;
pub mod plain;
pub mod request;
pub mod scalars;
pub mod selections;
#[cfg(test)]
pub(crate) mod testing;
pub mod tree;

use std::sync::LazyLock;

use async_graphql::{MergedObject, Schema, SchemaBuilder};

use self::changes::ChangesSubscription;
use crate::{organisation, placement, pupil, quality};

/// Everything that can be read.
#[derive(Debug, Default, MergedObject)]
pub struct Query(
    tree::TreeQuery,
    crate::access::graph::AccessQuery,
    quality::receipt::graph::ReceiptQuery,
    crate::sync::graph::SyncQuery,
    estimate::EstimateQuery,
);

/// Everything that can be changed. Each mutation answers with the changed row or with a refusal, and takes an
/// idempotency key: the same key answers as the first time.
#[derive(Debug, Default, MergedObject)]
pub struct Mutation(
    organisation::contact::graph::ContactMutation,
    organisation::partnership::graph::PartnershipMutation,
    organisation::provider::graph::ProviderMutation,
    organisation::school::graph::SchoolMutation,
    organisation::site::graph::SiteMutation,
    crate::access::session::graph::SessionMutation,
    crate::access::second_factor::graph::SecondFactorMutation,
    crate::access::user::graph::UserMutation,
    pupil::pupil::graph::PupilMutation,
    placement::placement::graph::PlacementMutation,
    placement::register::graph::RegisterMutation,
    quality::document::graph::DocumentMutation,
    quality::evidence::graph::EvidenceMutation,
    quality::addendum::graph::AddendumMutation,
    quality::action::graph::ActionMutation,
    quality::chase::graph::ChaseMutation,
    quality::visit::graph::VisitMutation,
    quality::judgement::graph::JudgementMutation,
    quality::completion::graph::CompletionMutation,
    quality::finding::graph::FindingMutation,
    quality::report::graph::ReportMutation,
    quality::amendment::graph::AmendmentMutation,
    crate::sync::graph::SyncMutation,
    crate::bench::saved_query::graph::SavedQueryMutation,
);

/// The schema of this server.
pub type Graph = Schema<Query, Mutation, ChangesSubscription>;

/// The schema. It is made once in a process and knows no application: a request brings its own, as an [`App`].
///
/// [`App`]: crate::app::App
#[must_use]
pub fn schema() -> Graph {
    static GRAPH: LazyLock<Graph> = LazyLock::new(|| builder().finish());
    GRAPH.clone()
}

fn builder() -> SchemaBuilder<Query, Mutation, ChangesSubscription> {
    Schema::build(Query::default(), Mutation::default(), ChangesSubscription)
}

/// The schema as text, in the schema definition language.
#[must_use]
pub fn sdl() -> String {
    format!("{}\n", schema().sdl().trim_end())
}
