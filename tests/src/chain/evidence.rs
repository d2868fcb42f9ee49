//! The chain that everything hangs on (S47, S194-S228): a certificate is sent in and accepted; a visit is planned, judged,
//! photographed, and complete once every byte is verified; its report is read, amended and published; the provider's
//! standing moves, and a partnership sees it.

use chrono::{Days, TimeDelta};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::walk::Walk;
use crate::support::bytes::follow;
use crate::support::pair::Stores;
use crate::support::samples::{pdf, phone_jpeg};
use crate::support::world::{Person, TODAY};

pub const VERBS: [&str; 22] = [
    "submitDocument",
    "reviewDocument",
    "withdrawDocument",
    "planVisit",
    "rescheduleVisit",
    "changeVisitors",
    "cancelVisit",
    "addEvidence",
    "withdrawEvidence",
    "recordJudgement",
    "completeVisit",
    "keepAddendum",
    "decideAddendum",
    "settleFinding",
    "createImprovementAction",
    "updateImprovementAction",
    "sendReportToProvider",
    "suggestAmendment",
    "decideAmendment",
    "acceptReport",
    "agreeReport",
    "publishReport",
];

pub async fn tell(stores: &Stores) {
    let walk = Walk::begin(stores).await;
    certificate(&walk).await;
    let derby = Framework::read(&walk).await;
    moved_and_called_off(&walk, &derby).await;
    let visit = planned(&walk, &derby).await;
    let photo = photographed(&walk, stores, &derby, &visit).await;
    judged(&walk, &derby, &visit).await;
    completed(&walk, &visit, &photo).await;
    came_too_late(&walk, &derby, &visit).await;
    reported(&walk, &derby, &visit).await;
    amended(&walk, &derby, &visit).await;
    published(&walk, &visit).await;
    action_closed(&walk, &visit).await;
    agreed_when_scrutiny_is_over(&walk, &derby).await;
    walk.end(&VERBS);
}

/// The reference data that the story needs, as anybody reads it from the graph.
struct Framework {
    id: String,
    /// Codes and ids.
    standards: Vec<(String, String)>,
    ratings: Value,
    approved: String,
    conditional: String,
}

impl Framework {
    async fn read(walk: &Walk) -> Self {
        let query = r#"{ frameworks(first: 1, where: { code: { eq: "derby" } }) { edges { node { versions(first: 1) { edges { node {
            id
            standards(first: 100) { totalCount edges { node { id code } } }
            ratings(first: 9) { edges { node { id code } } }
            outcomes(first: 9) { edges { node { id approval } } } } } } } } } }"#;
        let read = walk.world.read(&walk.world.visitor, query).await;
        let version = &read["frameworks"]["edges"][0]["node"]["versions"]["edges"][0]["node"];
        assert_eq!(version["standards"]["totalCount"], 32);
        let of = |list: &str| version[list]["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone());
        let outcome = |approval: &str| text(&of("outcomes").find(|one| one["approval"] == approval).unwrap()["id"]);
        Self {
            id: text(&version["id"]),
            standards: of("standards").map(|one| (text(&one["code"]), text(&one["id"]))).collect(),
            ratings: of("ratings").map(|one| (text(&one["code"]), one["id"].clone())).collect(),
            approved: outcome("APPROVED"),
            conditional: outcome("CONDITIONAL"),
        }
    }

    fn standard(&self, code: &str) -> &str {
        &self.standards.iter().find(|(found, _)| found == code).unwrap().1
    }
}

async fn certificate(walk: &Walk) {
    let world = &walk.world;
    let offices = [&world.officer, &world.coordinator];
    let query = r#"{ documentTypes(where: { code: { in: ["public_liability", "employers_liability"] } }) { edges { node { id } } } }"#;
    let read = world.read(&world.provider, query).await;
    let types: Vec<_> =
        read["documentTypes"]["edges"].as_array().unwrap().iter().map(|e| e["node"]["id"].clone()).collect();
    let bytes = pdf(3);
    let input = json!({
        "providerId": world.providers[0].to_string(), "documentTypeIds": types, "title": "Liability insurance",
        "issuedOn": TODAY, "expiresOn": TODAY + Days::new(364), "cover": "5000000.00",
        "file": { "announce": { "sha256": sha256(&bytes), "byteSize": bytes.len(), "mediaType": "application/pdf" } },
    });
    let fields = "document { id version file { id state } proofs { totalCount } }";
    let sent = walk.perform((&world.provider, &offices), "submitDocument", fields, input.clone()).await;
    let document = &sent["document"];
    assert_eq!((&document["file"]["state"], &document["proofs"]["totalCount"]), (&json!("EXPECTED"), &json!(2)));

    let accept = json!({ "documentId": document["id"], "version": document["version"], "decision": "ACCEPT" });
    assert_eq!(walk.refused(&world.coordinator, "reviewDocument", accept.clone()).await, "FILE_NOT_VERIFIED");
    walk.send(&world.provider, &document["file"]["id"], &bytes).await;
    let accepted = walk
        .perform(
            (&world.coordinator, &[&world.officer]),
            "reviewDocument",
            "document { state file { state pages sha256 } }",
            accept,
        )
        .await;
    let file = json!({ "state": "ACCEPTED", "pages": 3, "sha256": sha256(&bytes) });
    assert_eq!(accepted["document"], json!({ "state": "ACCEPTED", "file": file }));

    let twin = walk.again(&world.provider, "submitDocument", fields, input).await;
    let back = json!({ "documentId": twin["document"]["id"] });
    let back = walk.perform((&world.provider, &[]), "withdrawDocument", "document { state }", back).await;
    assert_eq!(back["document"]["state"], "WITHDRAWN");
}

fn plan(walk: &Walk, derby: &Framework, visitors: &[&Person]) -> Value {
    let visitors: Vec<_> = visitors
        .iter()
        .enumerate()
        .map(|(place, person)| json!({ "accountId": person.account.to_string(), "lead": place == 0 }))
        .collect();
    json!({
        "providerId": walk.world.providers[0].to_string(), "frameworkVersionId": derby.id, "purpose": "Termly visit",
        "plannedFor": TODAY, "visitors": visitors,
    })
}

async fn moved_and_called_off(walk: &Walk, derby: &Framework) {
    let world = &walk.world;
    let team = [&world.officer, &world.visitor];
    let input = plan(walk, derby, &[&world.visitor]);
    let planned = walk.perform((&world.coordinator, &team), "planVisit", "visit { id version }", input).await;
    let later = json!({ "visitId": planned["visit"]["id"], "version": planned["visit"]["version"], "plannedFor": TODAY + Days::new(7) });
    let moved =
        walk.perform((&world.coordinator, &team), "rescheduleVisit", "visit { plannedFor version }", later).await;
    assert_eq!(moved["visit"]["plannedFor"], json!(TODAY + Days::new(7)));
    let crew = json!({
        "visitId": planned["visit"]["id"], "version": moved["visit"]["version"],
        "visitors": [{ "accountId": world.officer.account.to_string(), "lead": true }],
    });
    let fields = "visit { visitors { edges { node { lead account { id } } } } }";
    let crew = walk.perform((&world.coordinator, &team), "changeVisitors", fields, crew).await;
    let alone = json!([{ "node": { "lead": true, "account": { "id": world.officer.account.to_string() } } }]);
    assert_eq!(crew["visit"]["visitors"]["edges"], alone);
    let reason = json!({ "visitId": planned["visit"]["id"], "reason": "The site is flooded" });
    let off = walk.perform((&world.coordinator, &team), "cancelVisit", "visit { state }", reason).await;
    assert_eq!(off["visit"]["state"], "CANCELLED");
}

/// A visit by two, today. The provider sees that it comes, and why.
async fn planned(walk: &Walk, derby: &Framework) -> String {
    let world = &walk.world;
    let input = plan(walk, derby, &[&world.visitor, &world.officer]);
    let visit = text(&walk.again(&world.coordinator, "planVisit", "visit { id }", input).await["visit"]["id"]);
    let seen = walk.node(&world.provider, &visit, "... on Visit { purpose plannedFor }").await;
    assert_eq!(seen, json!({ "purpose": "Termly visit", "plannedFor": TODAY }));
    visit
}

/// What the manifest says of a piece of evidence.
struct Piece {
    id: Value,
    sha256: String,
    byte_size: usize,
}

/// The fire plan: 12 megapixels on their side, with the place in them; and one picture that should not have been taken.
async fn photographed(walk: &Walk, stores: &Stores, derby: &Framework, visit: &str) -> Piece {
    let world = &walk.world;
    let visitors = (&world.visitor, &[&world.officer][..]);
    let announce = |bytes: &[u8]| {
        json!({
            "subject": { "visit": { "visitId": visit, "standardId": derby.standard("1e") } }, "kind": "PHOTO",
            "sha256": sha256(bytes), "byteSize": bytes.len(), "mediaType": "image/jpeg",
            "capturedAt": world.app.clock.now(), "caption": "The fire plan",
        })
    };
    let (photo, mistake) = (phone_jpeg(4032, 3024), phone_jpeg(800, 600));
    let fields = "evidence { id file { id } }";
    let taken = walk.perform(visitors, "addEvidence", fields, announce(&photo)).await["evidence"].clone();
    walk.send(&world.visitor, &taken["file"]["id"], &photo).await;
    let file = walk
        .node(&world.visitor, &text(&taken["file"]["id"]), "... on File { state sha256 smallUrl originalUrl }")
        .await;
    assert_eq!((&file["state"], &file["sha256"]), (&json!("ACCEPTED"), &json!(sha256(&photo))));

    let shown = follow(world.address().await, stores, &text(&file["smallUrl"])).await.body;
    let upright = image::load_from_memory(&shown).unwrap();
    assert!(upright.height() > upright.width(), "orientation 6 stands the picture up");
    assert!(!shown.windows(4).any(|four| four == b"Exif"), "metadata is served");

    let wrong = walk.again(&world.visitor, "addEvidence", fields, announce(&mistake)).await["evidence"].clone();
    walk.send(&world.visitor, &wrong["file"]["id"], &mistake).await;
    let reason = json!({ "evidenceId": wrong["id"], "reason": "Somebody is in the picture" });
    let team = (&world.visitor, &[&world.officer, &world.coordinator][..]);
    walk.perform(team, "withdrawEvidence", "evidence { withdrawnAt }", reason).await;
    walk.work().await;
    Piece { id: taken["id"].clone(), sha256: sha256(&photo), byte_size: photo.len() }
}

/// The lead judges every standard; the other visitor sees one differently.
async fn judged(walk: &Walk, derby: &Framework, visit: &str) {
    let world = &walk.world;
    let judgement = |(code, standard): &(String, String), rating: &str| {
        json!({
            "visitId": visit, "standardId": standard, "ratingId": derby.ratings[rating], "seen": format!("Seen for {code}."),
            "action": if rating == "fully" { "" } else { "Hold a fire drill." }, "missingReason": "Seen on screen.",
        })
    };
    let (first, rest) = derby.standards.split_first().unwrap();
    let visitors = (&world.visitor, &[&world.officer][..]);
    walk.perform(visitors, "recordJudgement", "judgement { id }", judgement(first, "fully")).await;
    for standard in rest {
        let rating = if standard.0 == "2g" { "partially" } else { "fully" };
        walk.again(&world.visitor, "recordJudgement", "judgement { id }", judgement(standard, rating)).await;
    }
    walk.again(&world.officer, "recordJudgement", "judgement { id }", judgement(first, "partially")).await;
}

async fn completed(walk: &Walk, visit: &str, photo: &Piece) {
    let world = &walk.world;
    let manifest = |byte_size: usize| json!({ "visitId": visit, "manifest": [{ "evidenceId": photo.id, "sha256": photo.sha256, "byteSize": byte_size }] });
    assert_eq!(walk.refused(&world.visitor, "completeVisit", manifest(photo.byte_size + 1)).await, "MANIFEST_MISMATCH");
    let visitors = (&world.visitor, &[&world.officer][..]);
    let done = walk
        .perform(visitors, "completeVisit", "visit { state findings { totalCount } }", manifest(photo.byte_size))
        .await;
    assert_eq!(done["visit"], json!({ "state": "COMPLETE", "findings": { "totalCount": 32 } }));
    let fields = "... on Visit { summary outcome { code } findings { totalCount } judgements { totalCount } }";
    let nothing =
        json!({ "summary": null, "outcome": null, "findings": { "totalCount": 0 }, "judgements": { "totalCount": 0 } });
    assert_eq!(walk.node(&world.provider, visit, fields).await, nothing);
    assert_eq!(walk.node(&walk.rival, visit, fields).await, Value::Null);
    assert_eq!(walk.node(&world.analyst, visit, fields).await, Value::Null);
}

/// A phone was offline when the visit was completed: what it still held is kept, and a person decides.
async fn came_too_late(walk: &Walk, derby: &Framework, visit: &str) {
    let world = &walk.world;
    let judgement = json!({
        "idempotencyKey": "not looked at", "visitId": visit, "standardId": derby.standard("2g"),
        "ratingId": derby.ratings["fully"], "seen": "The drill log was in the drawer.", "action": "",
    });
    let late = json!({ "visitId": visit, "of": { "recordJudgement": judgement } });
    let visitors = (&world.visitor, &[&world.officer][..]);
    let kept = walk.perform(visitors, "keepAddendum", "addendum { id state seen }", late).await["addendum"].clone();
    assert_eq!((&kept["state"], &kept["seen"]), (&json!("WAITING"), &json!("The drill log was in the drawer.")));
    let team = (&world.coordinator, &[&world.officer, &world.visitor][..]);
    let aside = json!({ "addendumId": kept["id"], "accept": false });
    assert_eq!(walk.refused(&world.coordinator, "decideAddendum", aside).await, "REASON_LENGTH");
    let decision =
        json!({ "addendumId": kept["id"], "accept": false, "reason": "The log was shown, and is not complete." });
    let decided = walk.perform(team, "decideAddendum", "addendum { state }", decision).await;
    assert_eq!(decided["addendum"]["state"], "SET_ASIDE");
}

/// The report goes to the provider, once a person has settled what the visitors see differently, and with an action.
async fn reported(walk: &Walk, derby: &Framework, visit: &str) {
    let world = &walk.world;
    let team = (&world.coordinator, &[&world.officer, &world.visitor][..]);
    let report = json!({
        "visitId": visit, "scrutinyEndsOn": TODAY + Days::new(14), "summary": "Good, with one thing to mend.",
        "outcomeId": derby.conditional,
    });
    assert_eq!(walk.refused(&world.coordinator, "sendReportToProvider", report.clone()).await, "FINDINGS_UNSETTLED");
    let finding = finding(walk, &world.coordinator, visit, &derby.standards[0].0).await;
    let settled = json!({
        "findingId": finding["id"], "version": finding["version"], "ratingId": derby.ratings["fully"],
        "seen": "Both saw it, in the end.", "action": "",
    });
    walk.perform(team, "settleFinding", "finding { id }", settled).await;
    assert_eq!(walk.refused(&world.coordinator, "sendReportToProvider", report.clone()).await, "ACTIONS_MISSING");
    let action = json!({
        "providerId": world.providers[0].to_string(), "visitId": visit, "area": "Fire safety", "rag": "RED",
        "action": "Hold a fire drill and write it down.", "owner": "Site manager", "dueOn": TODAY + Days::new(30),
    });
    walk.perform(team, "createImprovementAction", "improvementAction { id }", action).await;
    let sent = walk.perform(team, "sendReportToProvider", "visit { reportState }", report).await;
    assert_eq!(sent["visit"]["reportState"], "WITH_PROVIDER");
    let seen = walk.node(&world.provider, visit, "... on Visit { findings { totalCount } }").await;
    assert_eq!(seen["findings"]["totalCount"], 32);
}

async fn finding(walk: &Walk, by: &Person, visit: &str, code: &str) -> Value {
    let fields = format!(
        "... on Visit {{ findings(first: 1, where: {{ standard: {{ code: {{ eq: \"{code}\" }} }} }}) {{ edges {{ node {{ id version seen }} }} }} }}"
    );
    walk.node(by, visit, &fields).await["findings"]["edges"][0]["node"].clone()
}

async fn amended(walk: &Walk, derby: &Framework, visit: &str) {
    let world = &walk.world;
    let finding = finding(walk, &world.provider, visit, "2g").await;
    let input = json!({ "visitId": visit, "findingId": finding["id"], "suggestion": "A drill was held in May." });
    let suggested = walk.perform((&world.provider, &[]), "suggestAmendment", "amendment { id state }", input).await;
    assert_eq!(
        walk.refused(&world.provider, "acceptReport", json!({ "visitId": visit })).await,
        "AMENDMENTS_UNDECIDED"
    );
    let words = json!({ "ratingId": derby.ratings["partially"], "seen": "A drill was held, without a record.", "action": "Write drills down." });
    let decision = json!({ "amendmentId": suggested["amendment"]["id"], "accept": true, "reason": "The log was shown.", "finding": words });
    let team = (&world.coordinator, &[&world.officer, &world.visitor][..]);
    let decided = walk.perform(team, "decideAmendment", "amendment { state finding { seen } }", decision).await;
    assert_eq!(decided["amendment"], json!({ "state": "ACCEPTED", "finding": { "seen": words["seen"] } }));
}

/// The partnership's own question at the end: how do our providers stand?
const STANDING: &str = "{ approvals(first: 100, where: { endsOn: { isNull: true } }) { edges { node { state provider { id } visit { id } } } } }";

async fn published(walk: &Walk, visit: &str) {
    let world = &walk.world;
    let one = json!({ "visitId": visit });
    let agreed = walk.perform((&world.provider, &[]), "acceptReport", "visit { reportState }", one).await;
    assert_eq!(agreed["visit"]["reportState"], "AGREED");
    assert_eq!(walk.node(&world.analyst, visit, "id").await, Value::Null);
    let next = TODAY + Days::new(120);
    let input = json!({ "visitId": visit, "nextVisitDueOn": next });
    let fields = "visit { reportState provider { nextVisitDueOn } }";
    let published = walk.perform((&world.coordinator, &[&world.officer]), "publishReport", fields, input).await;
    assert_eq!(published["visit"], json!({ "reportState": "PUBLISHED", "provider": { "nextVisitDueOn": next } }));
    let seen = walk.node(&world.analyst, visit, "... on Visit { findings { totalCount } }").await;
    assert_eq!(seen["findings"]["totalCount"], 32);
    let standing = world.read(&world.coordinator, STANDING).await;
    let node = json!({ "state": "CONDITIONAL", "provider": { "id": world.providers[0].to_string() }, "visit": { "id": visit } });
    assert_eq!(standing["approvals"]["edges"], json!([{ "node": node }]));
}

async fn action_closed(walk: &Walk, visit: &str) {
    let world = &walk.world;
    let fields = "... on Visit { actions { edges { node { id version } } } }";
    let action = walk.node(&world.provider, visit, fields).await["actions"]["edges"][0]["node"].clone();
    let note = json!({
        "improvementActionId": action["id"], "version": action["version"], "state": "REPORTED_DONE", "note": "A drill was held and recorded.",
    });
    let may = (&world.provider, &[&world.officer, &world.coordinator, &world.visitor][..]);
    walk.perform(may, "updateImprovementAction", "improvementAction { state }", note).await;
}

/// A provider that does not answer holds nobody up: once its time is over, the QA team declares the report agreed.
async fn agreed_when_scrutiny_is_over(walk: &Walk, derby: &Framework) {
    let world = &walk.world;
    let visit = planned(walk, derby).await;
    for (code, standard) in &derby.standards {
        let judgement = json!({
            "visitId": visit, "standardId": standard, "ratingId": derby.ratings["fully"], "seen": format!("Seen for {code}."),
            "missingReason": "Seen on screen.",
        });
        walk.again(&world.visitor, "recordJudgement", "judgement { id }", judgement).await;
    }
    walk.again(&world.visitor, "completeVisit", "visit { id }", json!({ "visitId": visit, "manifest": [] })).await;
    let ends_on = TODAY + Days::new(14);
    let report = json!({ "visitId": visit, "scrutinyEndsOn": ends_on, "summary": "Nothing to mend.", "outcomeId": derby.approved });
    walk.again(&world.coordinator, "sendReportToProvider", "visit { id }", report).await;
    let one = json!({ "visitId": visit });
    assert_eq!(walk.refused(&world.coordinator, "agreeReport", one.clone()).await, "SCRUTINY_RUNNING");
    world.clock.advance(TimeDelta::days(15));
    let team = (&world.coordinator, &[&world.officer, &world.visitor][..]);
    let agreed = walk.perform(team, "agreeReport", "visit { reportState }", one).await;
    assert_eq!(agreed["visit"]["reportState"], "AGREED");
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
