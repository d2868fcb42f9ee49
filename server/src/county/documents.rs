//! What the providers have sent in: most in order, some running out this month, some expired, next year's certificate
//! beside this year's, one file that proves two requirements, and the documents that were replaced on the way.

use anyhow::Result;
use chrono::{Days, Months, NaiveDate};
use domain::quality::DocumentState;
use domain::reference::{DocumentType, required_documents};
use entity::ids::{AccountId, DocumentId, DocumentTypeId};
use entity::{Coded, document, document_proof};

use super::draft::{Cast, Draft, Stamp};
use super::organisations::{Organisations, Provider};
use drawing::{Facts, Paper, paper};

/// How a requirement stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    InOrder,
    Missing,
    Expired,
    ExpiresThisMonth,
    /// Next year's is accepted already.
    Renewed,
    /// It has run out; the new one waits for the reviewer.
    RenewalSubmitted,
    /// It runs out soon; the new one was refused.
    RenewalRefused,
}

/// One document before it is written.
struct Sheet<'a> {
    provider: &'a Provider,
    owner: AccountId,
    kinds: &'a [&'static DocumentType],
    starts_on: NaiveDate,
    expires_on: Option<NaiveDate>,
    state: DocumentState,
    replaces: Option<DocumentId>,
}

pub fn draft(draft: &mut Draft, county: &Organisations, cast: &Cast) -> Result<()> {
    for (number, provider) in county.providers.iter().enumerate() {
        // Two of five providers have one policy for both liabilities.
        let combined = number % 5 < 2;
        for (index, required) in required_documents(provider.kind).iter().enumerate() {
            let code = required.document.code.as_str();
            if combined && code == "employers_liability" {
                continue;
            }
            let mut kinds = vec![required.document];
            if combined && code == "public_liability" {
                let both = required_documents(provider.kind).iter().map(|required| required.document);
                kinds.extend(both.filter(|kind| kind.code == "employers_liability"));
            }
            let standing = standing(number, index);
            add_history(draft, provider, (cast.officer, cast.providers[number]), &kinds, standing);
        }
        if number == 0 {
            // What the demonstration's provider sent in is looked at first.
            for index in 0..draft.rows.documents.len() {
                draft.draw_pages_later(draft.rows.documents[index].file_id)?;
            }
        }
    }
    Ok(())
}

/// Every provider has something to do; the first one has nearly every kind of it.
fn standing(provider: usize, index: usize) -> Standing {
    match (provider * 7 + index * 5) % 29 {
        // The public liability of the demonstration's provider is what is to be renewed.
        0 if provider == 0 => Standing::ExpiresThisMonth,
        1..=3 => Standing::ExpiresThisMonth,
        5 | 6 => Standing::Expired,
        10 => Standing::RenewalSubmitted,
        15 | 16 => Standing::Renewed,
        20 => Standing::RenewalRefused,
        23 => Standing::Missing,
        _ => Standing::InOrder,
    }
}

fn add_history(
    draft: &mut Draft,
    provider: &Provider,
    (reviewer, owner): (AccountId, AccountId),
    kinds: &[&'static DocumentType],
    standing: Standing,
) {
    if standing == Standing::Missing {
        return;
    }
    let kind = kinds[0];
    let months = Months::new(kind.usual_months.as_ref().map_or(12, |usual| usual.months));
    let left = match standing {
        Standing::Expired | Standing::RenewalSubmitted => -(draft.between(3, 50) as i64),
        Standing::ExpiresThisMonth | Standing::Renewed | Standing::RenewalRefused => draft.between(1, 27) as i64,
        Standing::InOrder | Standing::Missing => draft.between(40, 330) as i64,
    };
    let ends = draft.today + chrono::TimeDelta::days(left);
    let starts_on = ends + Days::new(1) - months;
    let earlier = if months.as_u32() > 12 { 0 } else { draft.pick(&[0, 1, 1, 2]) };
    let sheet = |starts_on: NaiveDate, state, replaces| Sheet {
        provider,
        owner,
        kinds,
        starts_on,
        expires_on: kind.asks_expiry.then(|| starts_on + months - Days::new(1)),
        state,
        replaces,
    };
    let mut latest = None;
    for back in (0..=earlier).rev() {
        let starts = starts_on - Months::new(months.as_u32() * back);
        // What was replaced before the county kept its records here was never sent in.
        if back > 0 && starts < draft.founded().date_naive() {
            continue;
        }
        latest = Some(add(draft, &sheet(starts, DocumentState::Accepted, latest), reviewer));
    }
    let renewal = match standing {
        Standing::Renewed => DocumentState::Accepted,
        Standing::RenewalSubmitted => DocumentState::Submitted,
        Standing::RenewalRefused => DocumentState::Refused,
        _ => return,
    };
    add(draft, &sheet(starts_on + months, renewal, latest), reviewer);
}

fn add(draft: &mut Draft, sheet: &Sheet<'_>, reviewer: AccountId) -> DocumentId {
    let kind = sheet.kinds[0];
    let lead = draft.between(2, 12);
    let issued_on = (sheet.starts_on - Days::new(lead)).min(draft.today);
    let sent_on = issued_on.max(draft.founded().date_naive() + Days::new(3));
    let sent = draft.moment(sent_on);
    let Stamp { created_at, updated_at, version } = draft.stamp(sent);
    let title = if sheet.kinds.len() > 1 { "Combined liability insurance".to_owned() } else { kind.name.clone() };
    let cover_pence = kind.asks_cover_amount.then(|| draft.pick(&[500_000_000, 500_000_000, 1_000_000_000]));
    let facts = Facts {
        title: &title,
        provider: &sheet.provider.name,
        address: &sheet.provider.address,
        reference: &format!("{}-{:05}", initials(&kind.code), draft.below(100_000)),
        issued: issued_on,
        expires: sheet.expires_on,
        cover: cover_pence,
    };
    let file = paper(form(&kind.code), &facts, draft.seed.wrapping_add(draft.rows.documents.len() as u64));
    let file_id = draft.pdf(file, sheet.owner, sent);
    let reviewed = matches!(sheet.state, DocumentState::Accepted | DocumentState::Refused);
    let wait = draft.between(1, 5);
    let reviewed_on = (sent_on + Days::new(wait)).min(draft.today);
    let id = draft.id(sent);
    draft.rows.documents.push(document::Model {
        id,
        authority_id: draft.authority,
        provider_id: sheet.provider.id,
        file_id,
        title,
        issued_on,
        starts_on: sheet.starts_on,
        expires_on: sheet.expires_on,
        cover_pence,
        state: Coded(sheet.state),
        replaces_id: sheet.replaces,
        reviewed_by_id: reviewed.then_some(reviewer),
        reviewed_at: reviewed.then(|| draft.morning(reviewed_on).max(sent).min(draft.now)),
        review_reason: (sheet.state == DocumentState::Refused)
            .then(|| "The second page is missing. Please send the whole document.".to_owned()),
        created_at,
        updated_at,
        version,
    });
    for kind in sheet.kinds {
        let row = document_proof::Model {
            id: draft.id(sent),
            authority_id: draft.authority,
            document_id: id,
            provider_id: sheet.provider.id,
            document_type_id: DocumentTypeId(kind.id),
            created_at,
            updated_at,
            version,
        };
        draft.rows.proofs.push(row);
    }
    id
}

/// The form of a document of this type.
fn form(code: &str) -> Paper {
    match code {
        "public_liability" | "employers_liability" | "motor_trade_insurance" => Paper::Insurance,
        "safeguarding_training" | "staff_qualifications" | "fire_drill_log" => Paper::TrainingRecord,
        "dsl_training" | "first_aid_certificate" | "ico_certificate" | "awarding_body_approval" => Paper::Certificate,
        "electrical_safety" | "asbestos_register" | "equipment_inspection" | "pat" | "gas_safety" => Paper::Inspection,
        code if code.ends_with("risk_assessment") => Paper::Inspection,
        _ => Paper::Policy,
    }
}

/// `public_liability` as `PL`.
fn initials(code: &str) -> String {
    code.split('_').filter_map(|word| word.chars().next()).map(|letter| letter.to_ascii_uppercase()).collect()
}
