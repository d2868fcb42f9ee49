//! Organisations change by whom they should, with history, and not otherwise.

use domain::access::Role;
use serde_json::{Value, json};

use crate::access::session::Session;
use crate::graph::testing::{At, Client, mutation};
use entity::ids::{AuthorityId, PartnershipId, ProviderId};

struct Fen {
    client: Client,
    authority: AuthorityId,
    partnership: PartnershipId,
    provider: ProviderId,
    officer: Session,
    coordinator: Session,
    visitor: Session,
    own: Session,
    /// An officer of another authority.
    stranger: Session,
}

async fn fen() -> Fen {
    let client = Client::new().await;
    let authority = client.authority("999").await;
    let elsewhere = client.authority("998").await;
    let partnership = client.partnership(authority, "FEN1").await;
    let provider = client.provider(authority, "Fen Motors").await;
    let here = At::Authority(authority);
    let officer = client.person("officer@fen.example", &[(Role::Officer, here)]).await;
    let coordinated = At::Partnership(authority, partnership);
    let coordinator = client.person("coordinator@fen.example", &[(Role::Coordinator, coordinated)]).await;
    let visitor = client.person("visitor@fen.example", &[(Role::Visitor, here)]).await;
    let own = client.person("own@motors.example", &[(Role::Provider, At::Provider(authority, provider))]).await;
    let stranger = client.person("officer@edge.example", &[(Role::Officer, At::Authority(elsewhere))]).await;
    Fen { client, authority, partnership, provider, officer, coordinator, visitor, own, stranger }
}

fn refusal(code: &str, field: &str) -> (String, Option<String>) {
    (code.to_owned(), Some(field.to_owned()))
}

fn id(of: &Value) -> String {
    of["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn an_officer_makes_a_partnership_once_for_its_key() {
    let Fen { client, authority, officer, coordinator, stranger, .. } = fen().await;
    let input = format!("authorityId: \"{authority}\", code: \"fen2\", name: \"Fen East\"");
    let document = mutation(
        "createPartnership",
        &format!("idempotencyKey: \"key-one-1\", {input}"),
        "partnership { id code name } refusal { code }",
    );
    let first = client.ask(&officer, &document).await;
    assert_eq!(first["createPartnership"]["partnership"]["code"], "FEN2");
    assert_eq!(client.written().await, (1, 1));
    assert_eq!(client.ask(&officer, &document).await, first, "the same key answers the same");
    assert_eq!(client.written().await, (1, 1));
    let other = format!("idempotencyKey: \"key-one-1\", authorityId: \"{authority}\", code: \"FEN3\", name: \"Fen\"");
    let reused = client.ask(&officer, &mutation("createPartnership", &other, "refusal { code }")).await;
    assert_eq!(reused["createPartnership"]["refusal"]["code"], "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(client.refused(&officer, "createPartnership", &input).await, ("CODE_TAKEN".to_owned(), None));
    for who in [&coordinator, &stranger] {
        assert_eq!(client.refused(who, "createPartnership", &input).await, refusal("NOT_ALLOWED", "authorityId"));
    }
}

#[tokio::test]
async fn a_school_moves_between_partnerships_and_the_past_stays() {
    let Fen { client, authority, partnership, officer, coordinator, stranger, .. } = fen().await;
    let other = client.partnership(authority, "FEN2").await;
    let input = format!(
        "authorityId: \"{authority}\", name: \"Fen Academy\", urn: 123456, phase: SECONDARY, postcode: \"zz991aa\""
    );
    let made = client.change(&officer, "createSchool", &input, "school { id postcode }").await;
    assert_eq!(made["school"]["postcode"], "ZZ99 1AA");
    assert_eq!(client.refused(&officer, "createSchool", &input).await, refusal("URN_TAKEN", "urn"));
    assert_eq!(client.refused(&coordinator, "createSchool", &input).await, refusal("NOT_ALLOWED", "authorityId"));
    let school = id(&made["school"]);
    let to = |partnership: Option<PartnershipId>, day: &str| {
        let partnership = partnership.map_or("null".to_owned(), |id| format!("\"{id}\""));
        format!("schoolId: \"{school}\", partnershipId: {partnership}, startsOn: \"{day}\"")
    };
    let field = "setSchoolPartnership";
    let past = "school { memberships { edges { node { startsOn endsOn partnership { code } } } } }";
    client.change(&officer, field, &to(Some(partnership), "2025-09-01"), past).await;
    let moved = client.change(&officer, field, &to(Some(other), "2026-04-01"), past).await;
    let rows = &moved["school"]["memberships"]["edges"];
    assert_eq!(
        rows[0]["node"],
        json!({ "startsOn": "2025-09-01", "endsOn": "2026-04-01", "partnership": { "code": "FEN1" } })
    );
    assert_eq!(rows[1]["node"], json!({ "startsOn": "2026-04-01", "endsOn": null, "partnership": { "code": "FEN2" } }));
    for (input, refused) in [
        (to(Some(partnership), "2026-04-01"), refusal("OVERLAPS", "startsOn")),
        (to(Some(other), "2026-09-01"), refusal("ALREADY_MEMBER", "partnershipId")),
        (to(Some(client.id()), "2026-09-01"), refusal("PARTNERSHIP_NOT_FOUND", "partnershipId")),
    ] {
        assert_eq!(client.refused(&officer, field, &input).await, refused, "{input}");
    }
    let leave = to(None, "2026-09-01");
    assert_eq!(client.refused(&coordinator, field, &leave).await, refusal("NOT_ALLOWED", "schoolId"));
    assert_eq!(client.refused(&stranger, field, &leave).await, refusal("NOT_FOUND", "schoolId"));
    let left = client.change(&officer, field, &leave, past).await;
    assert_eq!(left["school"]["memberships"]["edges"][1]["node"]["endsOn"], "2026-09-01");
}

#[tokio::test]
async fn a_provider_is_changed_by_its_people_in_part_and_by_coordinators_in_whole() {
    let Fen { client, provider, coordinator, visitor, own, stranger, .. } = fen().await;
    let of = |version: i32, rest: &str| format!("providerId: \"{provider}\", version: {version}, {rest}");
    let field = "updateProvider";
    let selection = "provider { version name website capacity } refusal { code }";
    let changed =
        client.change(&own, field, &of(1, "website: \"https://motors.example\", capacity: 12"), selection).await;
    assert_eq!(
        changed["provider"],
        json!({ "version": 2, "name": "Fen Motors", "website": "https://motors.example", "capacity": 12 })
    );
    let changed = client.change(&coordinator, field, &of(2, "name: \"Fen Autos\", website: null"), selection).await;
    assert_eq!(changed["provider"], json!({ "version": 3, "name": "Fen Autos", "website": null, "capacity": 12 }));
    assert_eq!(client.refused(&own, field, &of(3, "name: \"Mine\"")).await, refusal("NOT_ALLOWED", "name"));
    assert_eq!(client.refused(&own, field, &of(3, "capacity: -1")).await, refusal("CAPACITY_RANGE", "capacity"));
    assert_eq!(client.refused(&own, field, &of(2, "capacity: 9")).await, ("STALE".to_owned(), None));
    assert_eq!(client.refused(&coordinator, field, &of(3, "registered: true")).await, refusal("URN_MISMATCH", "urn"));
    assert_eq!(client.refused(&visitor, field, &of(3, "capacity: 9")).await, refusal("NOT_ALLOWED", "providerId"));
    assert_eq!(client.refused(&stranger, field, &of(3, "capacity: 9")).await, refusal("NOT_FOUND", "providerId"));
}

#[tokio::test]
async fn a_site_opens_and_closes_once() {
    let Fen { client, provider, officer, visitor, own, stranger, .. } = fen().await;
    let input =
        format!("providerId: \"{provider}\", name: \"Workshop\", address: \"1 Dyke Road\", postcode: \"ZZ991AA\"");
    let added = client.change(&own, "addSite", &input, "site { id startsOn provider { name } }").await;
    assert_eq!(added["site"]["startsOn"], "2026-03-03", "today where none is given");
    assert_eq!(added["site"]["provider"]["name"], "Fen Motors");
    assert_eq!(client.refused(&visitor, "addSite", &input).await, refusal("NOT_ALLOWED", "providerId"));
    assert_eq!(client.refused(&stranger, "addSite", &input).await, refusal("NOT_FOUND", "providerId"));
    let close = |day: &str| format!("siteId: \"{}\", endsOn: \"{day}\"", id(&added["site"]));
    assert_eq!(client.refused(&officer, "closeSite", &close("2026-03-02")).await, ("BEFORE_START".to_owned(), None));
    assert_eq!(client.refused(&stranger, "closeSite", &close("2026-07-20")).await, refusal("NOT_FOUND", "siteId"));
    let closed = client.change(&officer, "closeSite", &close("2026-07-20"), "site { endsOn version }").await;
    assert_eq!(closed["site"], json!({ "endsOn": "2026-07-20", "version": 2 }));
    assert_eq!(client.refused(&own, "closeSite", &close("2026-07-21")).await, ("ALREADY_CLOSED".to_owned(), None));
}

#[tokio::test]
async fn a_contact_answers_for_exactly_one_organisation_and_ends() {
    let Fen { client, partnership, provider, officer, coordinator, own, .. } = fen().await;
    let for_ = |organisation: &str| {
        format!(
            "organisation: {{ {organisation} }}, role: DSL, name: \"Jo Reed\", telephone: \"01632 960001\", startsOn: \"2026-01-05\""
        )
    };
    let own_provider = for_(&format!("providerId: \"{provider}\""));
    let added = client.change(&own, "addContact", &own_provider, "contact { id role organisation { name } }").await;
    assert_eq!(added["contact"]["role"], "DSL");
    assert_eq!(added["contact"]["organisation"]["name"], "Fen Motors");
    let of_partnership = for_(&format!("partnershipId: \"{partnership}\""));
    client.change(&coordinator, "addContact", &of_partnership, "contact { id }").await;
    assert_eq!(client.refused(&own, "addContact", &of_partnership).await, refusal("NOT_ALLOWED", "organisation"));
    let nowhere = for_(&format!("schoolId: \"school:{}\"", uuid::Uuid::nil()));
    assert_eq!(client.refused(&officer, "addContact", &nowhere).await, refusal("NOT_FOUND", "organisation"));
    let two = for_(&format!("providerId: \"{provider}\", partnershipId: \"{partnership}\""));
    let two = mutation("addContact", &format!("idempotencyKey: \"key-two-2\", {two}"), "contact { id }");
    assert!(client.answer(Some(&officer), &two).await.get("errors").is_some(), "exactly one");
    let end = |day: &str| format!("contactId: \"{}\", endsOn: \"{day}\"", id(&added["contact"]));
    assert_eq!(client.refused(&own, "endContact", &end("2026-01-04")).await, ("BEFORE_START".to_owned(), None));
    let ended = client.change(&own, "endContact", &end("2026-03-01"), "contact { endsOn }").await;
    assert_eq!(ended["contact"]["endsOn"], "2026-03-01");
    assert_eq!(client.refused(&officer, "endContact", &end("2026-03-02")).await, ("ALREADY_ENDED".to_owned(), None));
}
