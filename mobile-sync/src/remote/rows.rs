//! The feed: a page of it asked for, and its rows in the phone's own words.

use chrono::{NaiveDate, Utc};
use domain::manifest::Bytes;
use domain::{file, organisation, quality, reference};
use graphql_client::GraphQLQuery;
use uuid::Uuid;

use super::graph::{Coded, ask, too_old, uuid};
use super::transport::Transport;
use crate::environment::{RemoteError, Unsent};
use crate::wire::{
    Action, Answer, Document, Evidence, FeedItem, Finding, Framework, Judgement, Outcome, Page, Person, Provider,
    Pupil, Rating, Receipt, Row, Site, Standard, Visit, Visitor,
};

type ActionState = Coded<quality::ActionState>;
type AnswerKind = Coded<reference::AnswerKind>;
type BigInt = u64;
type ContactRole = Coded<organisation::ContactRole>;
type Date = NaiveDate;
type DateTime = chrono::DateTime<Utc>;
type DocumentState = Coded<quality::DocumentState>;
type EvidenceKind = Coded<quality::EvidenceKind>;
type FileRefusal = Coded<file::FileRefusal>;
type FileState = Coded<file::FileState>;
type Need = Coded<reference::Need>;
type Rag = Coded<quality::Rag>;
type VisitState = Coded<quality::VisitState>;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "../schema.graphql",
    query_path = "src/remote/operations/pull.graphql",
    extern_enums(
        "ActionState",
        "AnswerKind",
        "ContactRole",
        "DocumentState",
        "EvidenceKind",
        "FileRefusal",
        "FileState",
        "Need",
        "Rag",
        "VisitState"
    )
)]
struct Pull;

/// The page after the cursor. The server is told what it still lacks.
pub async fn pull(
    transport: &impl Transport,
    token: &str,
    after: Option<&str>,
    unsent: Unsent,
) -> Result<Page, RemoteError> {
    let Unsent { answers, photos } = unsent;
    let told = vec![("waymark-unsent", format!("answers={answers}, photos={photos}"))];
    let variables = pull::Variables { after: after.map(str::to_owned) };
    let said = ask::<Pull>(transport, Some(token), told, variables).await?;
    let (page, keys) = (said.sync, said.receipt_keys.into_iter().map(|key| Ok(FeedItem::Key(key.public_key))));
    Ok(Page {
        epoch: page.epoch,
        restarts: page.restarts,
        cursor: page.cursor,
        is_caught_up: page.is_caught_up,
        at: page.at,
        items: keys.chain(page.items.into_iter().map(item)).collect::<Result<_, _>>()?,
    })
}

fn item(item: pull::PullSyncItems) -> Result<FeedItem, RemoteError> {
    let pull::PullSyncItems {
        visit,
        provider,
        site,
        framework,
        judgement,
        evidence,
        finding,
        action,
        document,
        pupil,
        removed,
    } = item;
    if let Some(removed) = removed {
        return Ok(FeedItem::Removed(uuid(&removed.id)?));
    }
    let row = visit
        .map(|row| self::visit(row).map(Row::Visit))
        .or_else(|| provider.map(|row| self::provider(row).map(Row::Provider)))
        .or_else(|| site.map(|row| self::site(row).map(Row::Site)))
        .or_else(|| framework.map(|row| self::framework(row).map(Row::Framework)))
        .or_else(|| judgement.map(|row| Judgement::try_from(row).map(Row::Judgement)))
        .or_else(|| evidence.map(|row| Evidence::try_from(row).map(Row::Evidence)))
        .or_else(|| finding.map(|row| self::finding(row).map(Row::Finding)))
        .or_else(|| action.map(|row| self::action(row).map(Row::Action)))
        .or_else(|| document.map(|row| self::document(row).map(Row::Document)))
        .or_else(|| pupil.map(|row| self::pupil(row).map(Row::Pupil)));
    // A kind of row that this program does not know would be asked for by none of its fields.
    row.ok_or_else(too_old)?.map(FeedItem::Row)
}

fn visit(row: pull::VisitRow) -> Result<Visit, RemoteError> {
    let visitor = |visitor: pull::VisitRowVisitors| {
        Ok(Visitor { account: uuid(&visitor.account)?, name: visitor.name, leads: visitor.is_lead })
    };
    Ok(Visit {
        id: uuid(&row.id)?,
        provider: uuid(&row.provider)?,
        site: maybe(row.site)?,
        framework: uuid(&row.framework)?,
        state: row.state.0,
        purpose: row.purpose,
        planned_for: row.planned_for,
        planned_at: row.planned_at,
        visitors: row.visitors.into_iter().map(visitor).collect::<Result<_, RemoteError>>()?,
        receipt: row.receipt.map(Receipt::try_from).transpose()?,
    })
}

fn provider(row: pull::PullSyncItemsProvider) -> Result<Provider, RemoteError> {
    let person =
        |row: pull::PullSyncItemsProviderPeople| Person { name: row.name, role: row.role.0, telephone: row.telephone };
    Ok(Provider {
        id: uuid(&row.id)?,
        name: row.name,
        contact: row.contact,
        telephone: row.telephone,
        people: row.people.into_iter().map(person).collect(),
    })
}

fn site(row: pull::PullSyncItemsSite) -> Result<Site, RemoteError> {
    Ok(Site { id: uuid(&row.id)?, provider: uuid(&row.provider)?, name: row.name, address: row.address })
}

fn framework(row: pull::FrameworkRow) -> Result<Framework, RemoteError> {
    let rating = |row: pull::FrameworkRowRatings| {
        Ok(Rating { id: uuid(&row.id)?, code: row.code, label: row.label, falls_short: row.falls_short })
    };
    let outcome = |row: pull::FrameworkRowOutcomes| {
        Ok(Outcome { id: uuid(&row.id)?, label: row.label, needs_actions: row.needs_actions })
    };
    Ok(Framework {
        id: uuid(&row.id)?,
        name: row.name,
        ratings: row.ratings.into_iter().map(rating).collect::<Result<_, RemoteError>>()?,
        standards: row.standards.into_iter().map(standard).collect::<Result<_, _>>()?,
        outcomes: row.outcomes.into_iter().map(outcome).collect::<Result<_, RemoteError>>()?,
    })
}

fn standard(row: pull::FrameworkRowStandards) -> Result<Standard, RemoteError> {
    let wanted = row.evidence_wanted.into_iter().map(|row| reference::EvidenceWanted {
        kind: row.kind.0,
        need: row.need.0,
        what: row.what,
    });
    Ok(Standard {
        id: uuid(&row.id)?,
        code: row.code,
        section: row.section,
        title: row.title,
        guidance: row.guidance,
        answer: row.answer.0,
        competent_person: row.competent_person,
        evidence: wanted.collect(),
    })
}

fn finding(row: pull::PullSyncItemsFinding) -> Result<Finding, RemoteError> {
    Ok(Finding {
        id: uuid(&row.id)?,
        provider: uuid(&row.provider)?,
        standard: uuid(&row.standard)?,
        rating: maybe(row.rating)?,
        seen: row.seen,
        action: row.action,
    })
}

fn action(row: pull::PullSyncItemsAction) -> Result<Action, RemoteError> {
    Ok(Action {
        id: uuid(&row.id)?,
        provider: uuid(&row.provider)?,
        action: row.action,
        owner: row.owner,
        due_on: row.due_on,
        rag: row.rag.0,
        state: row.state.0,
    })
}

fn document(row: pull::PullSyncItemsDocument) -> Result<Document, RemoteError> {
    Ok(Document {
        id: uuid(&row.id)?,
        provider: uuid(&row.provider)?,
        title: row.title,
        state: row.state.0,
        expires_on: row.expires_on,
    })
}

fn pupil(row: pull::PullSyncItemsPupil) -> Result<Pupil, RemoteError> {
    Ok(Pupil { id: uuid(&row.id)?, visit: uuid(&row.visit)?, initials: row.initials, year: row.year, days: row.days })
}

pub(super) fn maybe(id: Option<String>) -> Result<Option<Uuid>, RemoteError> {
    id.as_deref().map(uuid).transpose()
}

/// Rows that come by the feed and in answers to commands alike, which are types of their own for each operation.
macro_rules! rows_of {
    ($operation:ident) => {
        impl TryFrom<$operation::JudgementRow> for Judgement {
            type Error = RemoteError;

            fn try_from(row: $operation::JudgementRow) -> Result<Self, RemoteError> {
                Ok(Self {
                    id: uuid(&row.id)?,
                    visit: uuid(&row.visit)?,
                    standard: uuid(&row.standard)?,
                    account: uuid(&row.account)?,
                    account_name: row.account_name,
                    answer: Answer {
                        rating: maybe(row.rating)?,
                        seen: row.seen,
                        action: row.action,
                        answered_on: row.answered_on,
                        next_on: row.next_on,
                        missing_reason: row.missing_reason,
                    },
                    revision: row.revision.try_into().map_err(|_| too_old())?,
                })
            }
        }

        impl TryFrom<$operation::EvidenceRow> for Evidence {
            type Error = RemoteError;

            fn try_from(row: $operation::EvidenceRow) -> Result<Self, RemoteError> {
                Ok(Self {
                    id: uuid(&row.id)?,
                    visit: uuid(&row.visit)?,
                    standard: maybe(row.standard)?,
                    kind: row.kind.0,
                    bytes: Bytes { sha256: row.sha256.parse().map_err(|_| too_old())?, size: row.byte_size },
                    captured_by: uuid(&row.captured_by)?,
                    caption: row.caption,
                    file: uuid(&row.file_id)?,
                    state: row.file_state.0,
                    refusal: row.file_refusal.map(|refusal| refusal.0),
                    is_withdrawn: row.is_withdrawn,
                    is_addendum: row.is_addendum,
                })
            }
        }

        impl TryFrom<$operation::ReceiptRow> for Receipt {
            type Error = RemoteError;

            fn try_from(row: $operation::ReceiptRow) -> Result<Self, RemoteError> {
                Ok(Self {
                    visit: uuid(&row.visit)?,
                    manifest: row.manifest_sha256.parse().map_err(|_| too_old())?,
                    completed_at: row.completed_at,
                    signature: row.signature,
                })
            }
        }
    };
}
pub(super) use rows_of;

rows_of!(pull);

#[cfg(test)]
mod tests;
