//! The other half of the work: organisations and people are entered, a pupil is placed, taught and marked, the placement
//! ends, and so do roles and contacts (S11, S36, S84, S136, D11).

use chrono::{Days, TimeDelta};
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::walk::Walk;
use crate::support::pair::Stores;
use crate::support::world::{Person, TODAY};

pub const VERBS: [&str; 27] = [
    "createPartnership",
    "createSchool",
    "setSchoolPartnership",
    "registerProvider",
    "updateProvider",
    "addSite",
    "closeSite",
    "addContact",
    "endContact",
    "inviteUser",
    "acceptInvitation",
    "requestReset",
    "resetPassword",
    "confirmSecondFactor",
    "resetSecondFactor",
    "deactivateUser",
    "reactivateUser",
    "setMembershipEnd",
    "createPupil",
    "changePupil",
    "proposePlacement",
    "changePlacementSessions",
    "agreePlacement",
    "startPlacement",
    "recordMarks",
    "endPlacement",
    "cancelPlacement",
];

pub async fn tell(stores: &Stores) {
    let walk = Walk::begin(stores).await;
    organisations(&walk).await;
    sites_and_contacts(&walk).await;
    people_come_and_go(&walk).await;
    let pupil = pupil(&walk).await;
    let placement = agreed(&walk, &pupil).await;
    taught_and_ended(&walk, &placement).await;
    another_called_off(&walk, &pupil).await;
    walk.end(&VERBS);
}

/// Officers and coordinators keep the records of organisations; a provider's people those of their own.
fn keepers(walk: &Walk) -> (&Person, [&Person; 1]) {
    (&walk.world.coordinator, [&walk.world.officer])
}

async fn organisations(walk: &Walk) {
    let world = &walk.world;
    let (coordinator, officer) = keepers(walk);
    let authority = world.authority.to_string();
    let partnership = json!({ "authorityId": authority, "code": "EAST", "name": "East" });
    let east = walk.perform((&world.officer, &[]), "createPartnership", "partnership { id }", partnership).await;
    let school =
        json!({ "authorityId": authority, "name": "East School", "phase": "SECONDARY", "postcode": "ZZ1 1ZZ" });
    let school = walk.perform((&world.officer, &[]), "createSchool", "school { id }", school).await;
    let joins = json!({
        "schoolId": school["school"]["id"], "partnershipId": east["partnership"]["id"], "startsOn": TODAY,
    });
    walk.perform((&world.officer, &[]), "setSchoolPartnership", "school { id }", joins).await;
    let provider = json!({ "authorityId": authority, "name": "Fen Farm", "kind": "ANIMAL_CARE", "registered": false });
    walk.perform((coordinator, &officer), "registerProvider", "provider { id }", provider).await;
    let own = world.providers[0].to_string();
    let read = walk.node(&world.provider, &own, "... on Provider { version }").await;
    let change = json!({ "providerId": own, "version": read["version"], "capacity": 14 });
    let may = (&world.provider, &[coordinator, officer[0]][..]);
    let changed = walk.perform(may, "updateProvider", "provider { capacity }", change).await;
    assert_eq!(changed["provider"]["capacity"], 14);
}

async fn sites_and_contacts(walk: &Walk) {
    let world = &walk.world;
    let may = (&world.provider, &[&world.coordinator, &world.officer][..]);
    let own = world.providers[0].to_string();
    let site = json!({ "providerId": own, "name": "The old yard", "address": "1 Mill Lane", "postcode": "ZZ1 1ZZ", "startsOn": TODAY });
    let site = walk.perform(may, "addSite", "site { id }", site).await;
    let close = json!({ "siteId": site["site"]["id"], "endsOn": TODAY + Days::new(30) });
    walk.perform(may, "closeSite", "site { id }", close).await;
    let contact = json!({
        "organisation": { "providerId": own }, "role": "DSL", "name": "Sam Example", "email": "sam@motors.example", "startsOn": TODAY,
    });
    let contact = walk.perform(may, "addContact", "contact { id }", contact).await;
    let end = json!({ "contactId": contact["contact"]["id"], "endsOn": TODAY + Days::new(30) });
    walk.perform(may, "endContact", "contact { id }", end).await;
}

async fn people_come_and_go(walk: &Walk) {
    let world = &walk.world;
    let officer = (&world.officer, &[][..]);
    let invitation = json!({
        "email": "jo@people.example", "name": "Jo Reed", "role": "OFFICER", "authorityId": world.authority.to_string(),
    });
    let fields = "link account { id memberships { edges { node { id version } } } }";
    let invited = walk.perform(officer, "inviteUser", fields, invitation).await;
    let account = json!({ "accountId": invited["account"]["id"] });
    let choose = |link: &Value| json!({ "token": link, "password": "a lamp by the window" });
    walk.tell("acceptInvitation", choose(&invited["link"])).await;
    let reset = walk.perform(officer, "requestReset", "link", account.clone()).await;
    walk.tell("resetPassword", choose(&reset["link"])).await;
    // Officers see pupils, so a code is asked for beside the password. Who loses its app asks another officer.
    let credentials =
        json!({ "email": "jo@people.example", "password": "a lamp by the window", "deviceName": "Jo's phone" });
    let fields = "secondFactor { pending enrolment { secret } }";
    let wanted = walk.again(&walk.rival, "signIn", fields, credentials).await["secondFactor"].clone();
    let code = first_code(walk, wanted["enrolment"]["secret"].as_str().unwrap());
    walk.tell("confirmSecondFactor", json!({ "pending": wanted["pending"], "code": code })).await;
    walk.perform(officer, "resetSecondFactor", "account { id }", account.clone()).await;
    walk.perform(officer, "deactivateUser", "account { state }", account.clone()).await;
    let back = walk.perform(officer, "reactivateUser", "account { state }", account).await;
    assert_eq!(back["account"]["state"], "ACTIVE");
    let role = &invited["account"]["memberships"]["edges"][0]["node"];
    let end = json!({ "membershipId": role["id"], "version": role["version"], "endsOn": TODAY + Days::new(1) });
    walk.perform(officer, "setMembershipEnd", "membership { endsOn }", end).await;
}

/// What an authenticator app that was just given this secret shows.
fn first_code(walk: &Walk, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let app = Builder::new().with_secret(secret).with_account_name("jo").build().unwrap();
    app.generate(walk.world.app.clock.now().timestamp().try_into().unwrap()).to_string()
}

/// Of the school of the coordinator's partnership. Nobody else commissions for this pupil.
async fn pupil(walk: &Walk) -> Value {
    let world = &walk.world;
    let (coordinator, officer) = keepers(walk);
    let input = json!({
        "schoolId": world.schools[0].to_string(), "givenName": "Robin", "familyName": "Example", "dateOfBirth": "2011-05-14",
        "yearGroup": 10, "senProvision": "SEN_SUPPORT", "primaryNeed": "SEMH", "lookedAfter": "NO",
    });
    let created = walk.perform((coordinator, &officer), "createPupil", "pupil { id version }", input).await;
    let pupil = created["pupil"]["id"].clone();
    let change = json!({ "pupilId": pupil, "version": created["pupil"]["version"], "familyName": "Example-Reed" });
    walk.perform((coordinator, &officer), "changePupil", "pupil { familyName }", change).await;
    pupil
}

fn proposal(walk: &Walk, pupil: &Value) -> Value {
    let world = &walk.world;
    json!({
        "pupilId": pupil, "providerId": world.providers[0].to_string(),
        "contractingParty": { "schoolId": world.schools[0].to_string() },
        "payingParty": { "partnershipId": world.partnerships[0].to_string() },
        "startsOn": TODAY, "targetEndsOn": TODAY + Days::new(120), "rate": "95.00", "rateBasis": "DAY",
        "purpose": "A route into motor vehicle work",
        "sessions": [{ "weekday": "TUESDAY", "startsAt": "09:00", "endsAt": "12:00" }],
    })
}

async fn agreed(walk: &Walk, pupil: &Value) -> Value {
    let (coordinator, officer) = keepers(walk);
    let fields = "placement { id version weeklyMinutes }";
    let proposed = walk.perform((coordinator, &officer), "proposePlacement", fields, proposal(walk, pupil)).await;
    let placement = &proposed["placement"];
    assert_eq!(placement["weeklyMinutes"], 180);
    let week = json!([{ "weekday": "TUESDAY", "startsAt": "09:00", "endsAt": "15:00" }]);
    let change = json!({ "placementId": placement["id"], "version": placement["version"], "sessions": week });
    let changed = walk.perform((coordinator, &officer), "changePlacementSessions", fields, change).await;
    assert_eq!(changed["placement"]["weeklyMinutes"], 360);
    let one = json!({ "placementId": placement["id"] });
    let may = (&walk.world.provider, &[coordinator, officer[0]][..]);
    walk.perform(may, "agreePlacement", "placement { state }", one.clone()).await;
    walk.perform(may, "startPlacement", "placement { state }", one).await;
    placement["id"].clone()
}

async fn taught_and_ended(walk: &Walk, placement: &Value) {
    let world = &walk.world;
    let may = (&world.provider, &[&world.coordinator, &world.officer][..]);
    let marks = json!({ "placementId": placement, "marks": [{ "date": TODAY, "session": "AM", "code": "B" }] });
    walk.perform(may, "recordMarks", "placement { id }", marks).await;
    let read =
        walk.node(&world.coordinator, placement.as_str().unwrap(), "... on Placement { marks { totalCount } }").await;
    assert_eq!(read["marks"]["totalCount"], 1);
    world.clock.advance(TimeDelta::days(7));
    let end = json!({ "placementId": placement, "endedOn": TODAY + Days::new(7), "reason": "Moved away" });
    let ended = walk.perform(may, "endPlacement", "placement { state }", end).await;
    assert_eq!(ended["placement"]["state"], "ENDED");
}

async fn another_called_off(walk: &Walk, pupil: &Value) {
    let mut later = proposal(walk, pupil);
    later["startsOn"] = json!(TODAY + Days::new(14));
    let proposed = walk.again(&walk.world.officer, "proposePlacement", "placement { id }", later).await;
    let reason = json!({ "placementId": proposed["placement"]["id"], "reason": "The provider is full" });
    let may = (&walk.world.provider, &[&walk.world.coordinator, &walk.world.officer][..]);
    let off = walk.perform(may, "cancelPlacement", "placement { state }", reason).await;
    assert_eq!(off["placement"]["state"], "CANCELLED");
}
