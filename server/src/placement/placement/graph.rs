//! Placements in the graph: what can be asked to change.

use std::fmt;

use async_graphql::{Context, InputObject, Object, OneofObject};
use domain::placement::agreement::{ChangePlacementSessionsRefusal, ProposePlacementRefusal};
use domain::placement::life::{
    AgreePlacementRefusal, CancelPlacementRefusal, EndPlacementRefusal, StartPlacementRefusal,
};
use domain::placement::{RateBasis, Weekday};
use entity::ids::{AuthorityId, PartnershipId, PlacementId, ProviderId, PupilId, SchoolId, SiteId};

use super::{life, service};
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::mutate::mutate;
use crate::graph::scalars::{Date, Money};
use crate::payload;

/// Who signs or pays: exactly one of them (S86).
#[derive(Debug, Clone, Copy, OneofObject)]
pub enum PartyInput {
    /// A school.
    SchoolId(IdOf<SchoolId>),
    /// A partnership.
    PartnershipId(IdOf<PartnershipId>),
    /// The authority.
    AuthorityId(IdOf<AuthorityId>),
}

/// A weekly session (S1).
#[derive(Debug, InputObject)]
pub struct WeeklySessionInput {
    /// Day.
    pub weekday: CodeOf<Weekday>,
    /// Start, HH:MM.
    pub starts_at: String,
    /// Finish, HH:MM.
    pub ends_at: String,
}

/// A placement to propose. The school on whose roll the pupil is follows from the pupil.
#[derive(InputObject)]
pub struct ProposePlacementInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The pupil.
    pub pupil_id: IdOf<PupilId>,
    /// The provider.
    pub provider_id: IdOf<ProviderId>,
    /// Where, if it is settled: a site of the provider.
    pub site_id: Option<IdOf<SiteId>>,
    /// Who signs the agreement.
    pub contracting_party: PartyInput,
    /// Who pays.
    pub paying_party: PartyInput,
    /// Who arranges it, if a broker does: a provider of that kind (S145).
    pub broker_id: Option<IdOf<ProviderId>>,
    /// First day.
    pub starts_on: Date,
    /// Day on which it is meant to end.
    pub target_ends_on: Date,
    /// Agreed rate, in pounds per `rateBasis`.
    pub rate: Money,
    /// What the rate is per.
    pub rate_basis: CodeOf<RateBasis>,
    /// Purpose in commissioning: 3 to 2000 characters.
    pub purpose: String,
    /// Its week: 1 to 20 sessions.
    pub sessions: Vec<WeeklySessionInput>,
}

/// A new week for a placement.
#[derive(Debug, InputObject)]
pub struct ChangePlacementSessionsInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The placement.
    pub placement_id: IdOf<PlacementId>,
    /// The version that was read.
    pub version: i32,
    /// The whole new week: 1 to 20 sessions.
    pub sessions: Vec<WeeklySessionInput>,
}

/// A placement to agree.
#[derive(Debug, InputObject)]
pub struct AgreePlacementInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The placement.
    pub placement_id: IdOf<PlacementId>,
}

/// A placement to start.
#[derive(Debug, InputObject)]
pub struct StartPlacementInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The placement.
    pub placement_id: IdOf<PlacementId>,
    /// The day on which it really started, if later than agreed; it becomes the start on record (S84).
    pub started_on: Option<Date>,
}

/// A placement to end.
#[derive(InputObject)]
pub struct EndPlacementInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The placement.
    pub placement_id: IdOf<PlacementId>,
    /// Its last day (S84).
    pub ended_on: Date,
    /// Why it ended: 3 to 1000 characters.
    pub reason: String,
}

/// A placement to cancel before it starts.
#[derive(InputObject)]
pub struct CancelPlacementInput {
    /// Answers the same request once: 8 to 100 characters, new for each request.
    pub idempotency_key: String,
    /// The placement.
    pub placement_id: IdOf<PlacementId>,
    /// Why it is cancelled: 3 to 1000 characters.
    pub reason: String,
}

/// Purposes and reasons speak of a pupil, so inputs that carry one print nothing but whose it is.
macro_rules! reticent {
    ($($input:ident: $id:ident),+) => { $(
        impl fmt::Debug for $input {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($input)).field(stringify!($id), &self.$id).finish_non_exhaustive()
            }
        }
    )+ };
}

reticent!(ProposePlacementInput: pupil_id, EndPlacementInput: placement_id, CancelPlacementInput: placement_id);

payload!(
    /// What came of proposing a placement. Where the pupil is elsewhere at that time, `current` is the other placement.
    ProposePlacementPayload, ProposePlacementRefused, placement: PlacementId, ProposePlacementRefusal
);
payload!(
    /// What came of changing a placement's week. Where the pupil is elsewhere at that time, `current` is the other placement.
    ChangePlacementSessionsPayload, ChangePlacementSessionsRefused, placement: PlacementId, ChangePlacementSessionsRefusal
);
payload!(
    /// What came of agreeing a placement.
    AgreePlacementPayload, AgreePlacementRefused, placement: PlacementId, AgreePlacementRefusal
);
payload!(
    /// What came of starting a placement. Where the pupil is elsewhere at that time, `current` is the other placement.
    StartPlacementPayload, StartPlacementRefused, placement: PlacementId, StartPlacementRefusal
);
payload!(
    /// What came of ending a placement.
    EndPlacementPayload, EndPlacementRefused, placement: PlacementId, EndPlacementRefusal
);
payload!(
    /// What came of cancelling a placement.
    CancelPlacementPayload, CancelPlacementRefused, placement: PlacementId, CancelPlacementRefusal
);

/// Changes to placements.
#[derive(Debug, Default)]
pub struct PlacementMutation;

#[Object]
impl PlacementMutation {
    /// Proposes a placement. For officers, and for coordinators of the pupil's school.
    async fn propose_placement(
        &self,
        ctx: &Context<'_>,
        input: ProposePlacementInput,
    ) -> async_graphql::Result<ProposePlacementPayload> {
        mutate(ctx, "proposePlacement", async |write| service::propose(write, input).await).await
    }

    /// Replaces the week of a placement that is neither ended nor cancelled. For those who commission it.
    async fn change_placement_sessions(
        &self,
        ctx: &Context<'_>,
        input: ChangePlacementSessionsInput,
    ) -> async_graphql::Result<ChangePlacementSessionsPayload> {
        mutate(ctx, "changePlacementSessions", async |write| service::change_week(write, input).await).await
    }

    /// Agrees a proposed placement. For those who commission it and the provider's people.
    async fn agree_placement(
        &self,
        ctx: &Context<'_>,
        input: AgreePlacementInput,
    ) -> async_graphql::Result<AgreePlacementPayload> {
        mutate(ctx, "agreePlacement", async |write| life::agree(write, input).await).await
    }

    /// Starts an agreed placement on its day or later. For those who commission it and the provider's people.
    async fn start_placement(
        &self,
        ctx: &Context<'_>,
        input: StartPlacementInput,
    ) -> async_graphql::Result<StartPlacementPayload> {
        mutate(ctx, "startPlacement", async |write| life::start(write, input).await).await
    }

    /// Ends a placement that runs. For those who commission it and the provider's people.
    async fn end_placement(
        &self,
        ctx: &Context<'_>,
        input: EndPlacementInput,
    ) -> async_graphql::Result<EndPlacementPayload> {
        mutate(ctx, "endPlacement", async |write| life::end(write, input).await).await
    }

    /// Cancels a placement that has not started. For those who commission it and the provider's people.
    async fn cancel_placement(
        &self,
        ctx: &Context<'_>,
        input: CancelPlacementInput,
    ) -> async_graphql::Result<CancelPlacementPayload> {
        mutate(ctx, "cancelPlacement", async |write| life::cancel(write, input).await).await
    }
}
