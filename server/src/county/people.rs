//! Who answers for what: accounts with their roles, and contacts by role, each from one date to another (S2, D17).

use chrono::NaiveDate;
use domain::access::{AccountState, Role};
use domain::organisation::ContactRole;
use entity::Coded;
use entity::ids::{AccountId, PartnershipId, ProviderId, SchoolId};
use entity::{account, contact, membership};

use super::draft::{Cast, Draft, Stamp};
use super::names::domain;
use super::organisations::Organisations;

/// Domain of the demonstration's accounts.
const DEMO: &str = "demo.example";

/// Visitors beside the one of the demonstration.
const VISITORS: usize = 5;

/// What somebody is the contact of.
#[derive(Clone, Copy, Debug)]
enum Of {
    Provider(ProviderId),
    School(SchoolId),
    Partnership(PartnershipId),
}

/// What a membership is for, beside its role.
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    partnership: Option<PartnershipId>,
    provider: Option<ProviderId>,
}

/// Adds the accounts. Those of the demonstration share one password; the others have none and cannot sign in.
pub fn accounts(draft: &mut Draft, county: &Organisations, password_hash: &str) -> Cast {
    let demo = Some(password_hash);
    let whole = Reach::default();
    let first = |partnership| Reach { partnership: Some(partnership), provider: None };
    let officer = add_account(draft, "officer", "Robin Officer", Role::Officer, whole, demo);
    let visitor = add_account(draft, "visitor", "Vikram Visitor", Role::Visitor, whole, demo);
    add_account(draft, "analyst", "Ana Analyst", Role::Analyst, whole, demo);
    add_account(draft, "coordinator", "Cora Coordinator", Role::Coordinator, first(county.partnerships[0].0), demo);
    for (number, (partnership, _)) in county.partnerships.iter().enumerate().skip(1) {
        invented(draft, &format!("coordinator-{number}"), Role::Coordinator, first(*partnership));
    }
    let mut visitors = vec![visitor];
    for number in 0..VISITORS {
        visitors.push(invented(draft, &format!("visitor-{number}"), Role::Visitor, whole));
    }
    let mut providers = Vec::new();
    for (number, provider) in county.providers.iter().enumerate() {
        let reach = Reach { partnership: None, provider: Some(provider.id) };
        providers.push(if number == 0 {
            add_account(draft, "provider", "Petra Provider", Role::Provider, reach, demo)
        } else {
            invented(draft, &format!("provider-{number}"), Role::Provider, reach)
        });
    }
    Cast { officer, visitors, providers }
}

fn invented(draft: &mut Draft, login: &str, role: Role, reach: Reach) -> AccountId {
    let name = draft.names.person().full();
    add_account(draft, login, &name, role, reach, None)
}

fn add_account(
    draft: &mut Draft,
    login: &str,
    name: &str,
    role: Role,
    reach: Reach,
    password: Option<&str>,
) -> AccountId {
    let Stamp { created_at, updated_at, version } = draft.stamp(draft.founded());
    let id = draft.id(created_at);
    draft.rows.accounts.push(account::Model {
        id,
        email: format!("{login}@{DEMO}"),
        name: name.to_owned(),
        password_hash: password.map(str::to_owned),
        state: Coded(AccountState::Active),
        created_at,
        updated_at,
        version,
    });
    let row = membership::Model {
        id: draft.id(created_at),
        authority_id: draft.authority,
        account_id: id,
        role: Coded(role),
        partnership_id: reach.partnership,
        provider_id: reach.provider,
        starts_on: created_at.date_naive(),
        ends_on: None,
        created_at,
        updated_at,
        version,
    };
    draft.rows.memberships.push(row);
    id
}

/// Adds the contacts of every organisation; some safeguarding leads have changed in the two years.
pub fn contacts(draft: &mut Draft, county: &Organisations) {
    for (partnership, name) in &county.partnerships {
        for role in [ContactRole::KeyContact, ContactRole::Finance] {
            add_contact(draft, Of::Partnership(*partnership), role, &domain(name));
        }
    }
    for school in &county.schools {
        for role in [ContactRole::Head, ContactRole::Dsl, ContactRole::Senco, ContactRole::Attendance] {
            add_contact(draft, Of::School(school.id), role, &domain(&school.name));
        }
    }
    for provider in &county.providers {
        for role in [
            ContactRole::Head,
            ContactRole::Dsl,
            ContactRole::DeputyDsl,
            ContactRole::KeyContact,
            ContactRole::FirstAider,
        ] {
            add_contact(draft, Of::Provider(provider.id), role, &domain(&provider.name));
        }
    }
}

fn add_contact(draft: &mut Draft, of: Of, role: ContactRole, host: &str) {
    let begin = draft.days_ago(1000);
    let changes = matches!(role, ContactRole::Dsl | ContactRole::DeputyDsl | ContactRole::Head) && draft.chance(30);
    if changes {
        let days = draft.between(60, 600);
        let change = draft.days_ago(days);
        push_contact(draft, of, role, host, (begin, Some(change)));
        push_contact(draft, of, role, host, (change, None));
    } else {
        push_contact(draft, of, role, host, (begin, None));
    }
}

fn push_contact(draft: &mut Draft, of: Of, role: ContactRole, host: &str, span: (NaiveDate, Option<NaiveDate>)) {
    let Stamp { created_at, updated_at, version } = draft.stamp(draft.founded());
    let person = draft.names.person();
    let position = match role {
        ContactRole::Dsl => "Safeguarding lead",
        ContactRole::DeputyDsl => "Deputy safeguarding lead",
        ContactRole::KeyContact => "Placements",
        ContactRole::Head => "Head",
        ContactRole::Senco => "SEN co-ordinator",
        ContactRole::Attendance => "Attendance officer",
        ContactRole::Finance => "Finance",
        ContactRole::FirstAider => "First aider",
    };
    let row = contact::Model {
        id: draft.id(created_at),
        authority_id: draft.authority,
        provider_id: if let Of::Provider(id) = of { Some(id) } else { None },
        school_id: if let Of::School(id) = of { Some(id) } else { None },
        partnership_id: if let Of::Partnership(id) = of { Some(id) } else { None },
        role: Coded(role),
        name: person.full(),
        position: Some(position.to_owned()),
        email: Some(person.email(host)),
        telephone: Some(draft.names.phone()),
        starts_on: span.0,
        ends_on: span.1,
        created_at,
        updated_at,
        version,
    };
    draft.rows.contacts.push(row);
}
