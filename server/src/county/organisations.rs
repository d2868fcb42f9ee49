//! The county's organisations: the authority, its partnerships and schools (S11, S119), the providers and their sites.

use domain::organisation::{ProviderKind, SchoolPhase};
use entity::Coded;
use entity::ids::{PartnershipId, ProviderId, SchoolId, SiteId};
use entity::{local_authority, partnership, provider, school, school_membership, site};

use super::calendar::school_year_start;
use super::draft::{Draft, Stamp};
use super::names::domain;

/// Code, name and number of schools of each partnership, in the proportions of S119.
const PARTNERSHIPS: [(&str, &str, usize); 5] = [
    ("SFIP", "South Fenshire Inclusion Partnership", 15),
    ("NWFL", "North West Fenshire Learning and Inclusion Partnership", 8),
    ("MTP", "Marrowby and Tamsin Behaviour Partnership", 7),
    ("OCEP", "Otterhay and Carrowmere Education Partnership", 11),
    ("NFIP", "Northfen Inclusion Partnership", 9),
];

/// How many providers of each kind.
const PROVIDERS: [(ProviderKind, usize); 9] = [
    (ProviderKind::MotorVehicle, 8),
    (ProviderKind::RegisteredSchool, 6),
    (ProviderKind::Unregistered, 12),
    (ProviderKind::Construction, 8),
    (ProviderKind::AnimalCare, 7),
    (ProviderKind::Music, 6),
    (ProviderKind::Tuition, 7),
    (ProviderKind::Outdoor, 4),
    (ProviderKind::Broker, 2),
];

/// The provider of the account `provider@demo.example`; it is the first.
pub const DEMO_PROVIDER: &str = "Ledmarsh Motor Workshop";

/// A school, and the partnership it belongs to now.
#[derive(Clone, Debug)]
pub struct School {
    pub id: SchoolId,
    pub name: String,
    pub partnership: PartnershipId,
    pub establishment: u32,
}

#[derive(Clone, Debug)]
pub struct Provider {
    pub id: ProviderId,
    pub name: String,
    pub kind: ProviderKind,
    pub registered: bool,
    pub site: SiteId,
    pub address: String,
}

/// What the other parts of the county refer to.
#[derive(Clone, Debug)]
pub struct Organisations {
    pub partnerships: Vec<(PartnershipId, &'static str)>,
    pub schools: Vec<School>,
    pub providers: Vec<Provider>,
}

pub fn draft(draft: &mut Draft) -> Organisations {
    let at = draft.founded();
    let Stamp { created_at, updated_at, version } = draft.stamp(at);
    let (id, code, name) = (draft.authority, "899".to_owned(), "Fenshire".to_owned());
    draft.rows.authorities.push(local_authority::Model { id, code, name, created_at, updated_at, version });
    let mut partnerships = Vec::new();
    let mut schools = Vec::new();
    for (code, name, members) in PARTNERSHIPS {
        let id = draft.id(at);
        partnerships.push((id, name));
        draft.rows.partnerships.push(partnership::Model {
            id,
            authority_id: draft.authority,
            code: code.to_owned(),
            name: name.to_owned(),
            created_at,
            updated_at,
            version,
        });
        for _ in 0..members * draft.scale {
            let number = schools.len() as u32;
            schools.push(add_school(draft, id, number));
        }
    }
    move_schools(draft, &partnerships, &schools);
    let providers = add_providers(draft);
    Organisations { partnerships, schools, providers }
}

fn add_school(draft: &mut Draft, partnership: PartnershipId, number: u32) -> School {
    let Stamp { created_at, updated_at, version } = draft.stamp(draft.founded());
    let phase = match number % 17 {
        5 => SchoolPhase::AllThrough,
        11 => SchoolPhase::Special,
        16 => SchoolPhase::AlternativeProvision,
        _ => SchoolPhase::Secondary,
    };
    let row = school::Model {
        id: draft.id(created_at),
        authority_id: draft.authority,
        // Numbers from 990000 are not given to schools.
        urn: Some(990_000 + number as i32),
        name: draft.names.school(),
        phase: Coded(phase),
        postcode: draft.names.postcode(),
        created_at,
        updated_at,
        version,
    };
    let school = School { id: row.id, name: row.name.clone(), partnership, establishment: 4000 + number };
    draft.rows.schools.push(row);
    school
}

/// Memberships: most schools have always been where they are; every twelfth came from another partnership at the
/// beginning of this school year, so that "whose school was it last May?" has an answer (D9).
fn move_schools(draft: &mut Draft, partnerships: &[(PartnershipId, &'static str)], schools: &[School]) {
    let Stamp { created_at, updated_at, version } = draft.stamp(draft.founded());
    let (first, moved) = (draft.days_ago(1500), school_year_start(draft.today));
    for (number, school) in schools.iter().enumerate() {
        let before = partnerships.iter().map(|(id, _)| *id).find(|id| *id != school.partnership);
        let earlier = before.filter(|_| number % 12 == 7);
        let spans = match earlier {
            Some(before) => vec![(before, first, Some(moved)), (school.partnership, moved, None)],
            None => vec![(school.partnership, first, None)],
        };
        for (partnership_id, starts_on, ends_on) in spans {
            let row = school_membership::Model {
                id: draft.id(created_at),
                authority_id: draft.authority,
                school_id: school.id,
                partnership_id,
                starts_on,
                ends_on,
                created_at,
                updated_at,
                version,
            };
            draft.rows.school_memberships.push(row);
        }
    }
}

fn add_providers(draft: &mut Draft) -> Vec<Provider> {
    let mut providers = Vec::new();
    for (kind, count) in PROVIDERS {
        for _ in 0..count * draft.scale {
            let name = if providers.is_empty() { DEMO_PROVIDER.to_owned() } else { draft.names.provider(kind) };
            providers.push(add_provider(draft, kind, name, providers.len()));
        }
    }
    providers
}

fn add_provider(draft: &mut Draft, kind: ProviderKind, name: String, number: usize) -> Provider {
    let Stamp { created_at, updated_at, version } = draft.stamp(draft.founded());
    let registered = kind == ProviderKind::RegisteredSchool;
    let host = domain(&name);
    let has_number = registered || draft.chance(60);
    let row = provider::Model {
        id: draft.id(created_at),
        authority_id: draft.authority,
        name: name.clone(),
        kind: Coded(kind),
        registered,
        urn: registered.then_some(995_000 + number as i32),
        ukprn: has_number.then_some(10_990_000 + number as i32),
        website: Some(format!("https://{host}/")),
        telephone: Some(draft.names.phone()),
        email: Some(format!("office@{host}")),
        capacity: (kind != ProviderKind::Broker).then_some(draft.between(6, 40) as i32),
        // Set when the visits are known.
        next_visit_due_on: None,
        created_at,
        updated_at,
        version,
    };
    let id = row.id;
    draft.rows.providers.push(row);
    let (site, address) = add_sites(draft, id, &name, number);
    Provider { id, name, kind, registered, site, address }
}

/// A main site for everyone, a second for every fifth, and a former one for every ninth.
fn add_sites(draft: &mut Draft, provider_id: ProviderId, name: &str, number: usize) -> (SiteId, String) {
    let Stamp { created_at, updated_at, version } = draft.stamp(draft.founded());
    let (opened, left) = (draft.days_ago(1400), draft.days_ago(300));
    let mut spans = vec![("Main site", opened, None)];
    if number % 5 == 2 {
        spans.push(("Annexe", left, None));
    }
    if number % 9 == 4 {
        spans.push(("Former site", opened, Some(left)));
    }
    let mut main = None;
    for (label, starts_on, ends_on) in spans {
        let address = format!("{}, {}", draft.names.street(), draft.names.town());
        let row = site::Model {
            id: draft.id(created_at),
            authority_id: draft.authority,
            provider_id,
            name: format!("{label}, {name}"),
            address: address.clone(),
            postcode: draft.names.postcode(),
            uprn: None,
            starts_on,
            ends_on,
            created_at,
            updated_at,
            version,
        };
        main.get_or_insert((row.id, format!("{address}, {}", row.postcode)));
        draft.rows.sites.push(row);
    }
    main.expect("the main site is always there")
}
