//! The end of a visit: the receipt, and what comes after it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::receipt::Receipt;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};

use super::phone::{Field, Phone, sha256, text};
use crate::support::bytes::work;
use crate::support::pair::on_both_pairs;
use crate::support::samples::phone_jpeg;

/// What a receipt says, in the text that is signed.
fn canonical(receipt: &Value) -> String {
    let visit = text(&receipt["visit"]).strip_prefix("visit:").unwrap().parse().unwrap();
    let manifest = text(&receipt["manifestSha256"]).parse().unwrap();
    let completed_at = text(&receipt["completedAt"]).parse().unwrap();
    Receipt { visit, manifest, completed_at }.canonical()
}

on_both_pairs!(a_completion_is_receipted_and_anybody_can_check_the_signature, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let visit = field.plan(0, &[&world.visitor, &world.officer]).await;
    let phone = Phone::of(world, &world.visitor);
    let photo = phone_jpeg(800, 600);
    let added = phone.push(&[phone.command("addEvidence", field.photo(&visit, 1, &photo))]).await[0].clone();
    let item = json!({ "evidenceId": added["evidence"]["id"], "sha256": sha256(&photo), "byteSize": photo.len() });
    let manifest = json!({ "visitId": visit, "manifest": [item] });
    field.done(&world.visitor, "recordJudgement", "judgement { id }", field.judgement(&visit, "1e", "Seen")).await;

    // Its bytes are not there yet: asked again with the same key, later, it is another answer.
    let command = phone.command("completeVisit", manifest.clone());
    let early = phone.push(std::slice::from_ref(&command)).await[0].clone();
    assert_eq!(
        (&early["code"], &early["missing"]),
        (&json!("EVIDENCE_NOT_VERIFIED"), &json!([added["evidence"]["id"]]))
    );
    assert_eq!(early["receipt"], Value::Null);
    let file = text(&added["evidence"]["fileId"]).strip_prefix("file:").unwrap().parse().unwrap();
    world.client(&world.visitor).await.upload(entity::ids::FileId(file), &photo).await;
    work(&world.files).await;
    phone.pull().await;
    assert_eq!(phone.all("evidence")[0]["fileState"], "ACCEPTED", "the verdict comes by the feed");
    for (code, judgement) in field.all(&visit) {
        if code != "1e" {
            phone.push(&[phone.command("recordJudgement", judgement)]).await;
        }
    }
    let done = phone.push(std::slice::from_ref(&command)).await[0].clone();
    assert_eq!(done["outcome"], "APPLIED", "{done:#}");

    let receipt = &done["receipt"];
    let keys = world.read(&world.provider, "{ receiptKeys { id publicKey } }").await["receiptKeys"].clone();
    let key = keys.as_array().unwrap().iter().find(|key| key["id"] == receipt["keyId"]).unwrap();
    let public = UnparsedPublicKey::new(&ED25519, STANDARD.decode(text(&key["publicKey"])).unwrap());
    let signature = STANDARD.decode(text(&receipt["signature"])).unwrap();
    assert!(public.verify(canonical(receipt).as_bytes(), &signature).is_ok());

    // The other visitor's phone gets it by the feed, and by asking for the same completion.
    let other = Phone::of(world, &world.officer);
    other.pull().await;
    assert_eq!(other.all("visit")[0]["receipt"], *receipt);
    let same = other.push(&[other.command("completeVisit", manifest)]).await[0].clone();
    assert_eq!((&same["outcome"], &same["receipt"]), (&json!("ALREADY_APPLIED"), receipt));
    let less =
        other.push(&[other.command("completeVisit", json!({ "visitId": visit, "manifest": [] }))]).await[0].clone();
    assert_eq!((&less["code"], &less["receipt"]), (&json!("NOT_IN_PROGRESS"), receipt));
});

on_both_pairs!(an_outcome_is_proposed_on_site_and_read_by_the_qa_team_alone, async |stores| {
    // S226
    let field = Field::new(stores).await;
    let world = &field.world;
    let visit = field.plan(0, &[&world.visitor]).await;
    for (_, judgement) in field.all(&visit) {
        field.done(&world.visitor, "recordJudgement", "judgement { id }", judgement).await;
    }
    let phone = Phone::of(world, &world.visitor);
    phone.pull().await;
    let outcome = phone.all("framework")[0]["outcomes"][1].clone();
    let completed = async |outcome: &Value| {
        let proposing = json!({ "visitId": visit, "manifest": [], "proposedOutcomeId": outcome });
        phone.push(&[phone.command("completeVisit", proposing)]).await[0].clone()
    };
    let unknown = json!("visit_outcome:01950000-0000-7000-8000-00000000ffff");
    assert_eq!(completed(&unknown).await["code"], "OUTCOME_NOT_IN_FRAMEWORK");
    assert_eq!(completed(&outcome["id"]).await["outcome"], "APPLIED");
    let asked = format!(
        "{{ node(id: \"{visit}\") {{ ... on Visit {{ purpose outcome {{ id }} proposedOutcome {{ id }} }} }} }}"
    );
    let shown = |proposed: Value| json!({ "purpose": "Termly visit", "outcome": null, "proposedOutcome": proposed });
    assert_eq!(world.read(&world.officer, &asked).await["node"], shown(json!({ "id": outcome["id"] })));
    assert_eq!(world.read(&world.provider, &asked).await["node"], shown(Value::Null));
});

on_both_pairs!(what_comes_too_late_is_kept_and_decided, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let visit = field.plan(0, &[&world.visitor, &world.officer]).await;
    field.complete(&world.visitor, &visit).await;
    let phone = Phone::of(world, &world.officer);
    let (answer, photo) = (field.judgement(&visit, "2g", "The log was in the drawer."), phone_jpeg(640, 480));
    let refused = phone
        .push(&[
            phone.command("recordJudgement", answer.clone()),
            phone.command("addEvidence", field.photo(&visit, 1, &photo)),
        ])
        .await;
    assert_eq!((&refused[0]["code"], &refused[1]["code"]), (&json!("VISIT_CLOSED"), &json!("VISIT_OVER")));

    let inner = |mut input: Value| {
        input["idempotencyKey"] = json!("not looked at");
        input
    };
    let kept = phone
        .push(&[
            phone.command("keepAddendum", json!({ "visitId": visit, "of": { "recordJudgement": inner(answer) } })),
            phone.command(
                "keepAddendum",
                json!({ "visitId": visit, "of": { "addEvidence": inner(field.photo(&visit, 1, &photo)) } }),
            ),
        ])
        .await;
    assert_eq!((&kept[0]["outcome"], &kept[1]["outcome"]), (&json!("APPLIED"), &json!("APPLIED")), "{kept:#?}");
    assert_eq!(kept[1]["evidence"]["isAddendum"], true);
    let file = text(&kept[1]["evidence"]["fileId"]).strip_prefix("file:").unwrap().parse().unwrap();
    world.client(&world.officer).await.upload(entity::ids::FileId(file), &photo).await;
    work(&world.files).await;
    phone.pull().await;
    assert_eq!(phone.all("evidence")[0]["fileState"], "ACCEPTED");

    let query = r#"{ addenda(where: { state: { eq: WAITING } }) { edges { node { id kind seen evidence { id } visit { id } } } } }"#;
    let waiting = world.read(&world.coordinator, query).await["addenda"]["edges"].clone();
    assert_eq!(waiting.as_array().unwrap().len(), 2);
    for edge in waiting.as_array().unwrap() {
        let decision = json!({ "addendumId": edge["node"]["id"], "accept": true });
        let decided = field.done(&world.coordinator, "decideAddendum", "addendum { state }", decision.clone()).await;
        assert_eq!(decided["addendum"]["state"], "ACCEPTED");
        let again = field.ask(&world.coordinator, "decideAddendum", "addendum { state }", decision).await;
        assert_eq!(again["refusal"]["code"], "ALREADY_DECIDED");
    }
    // No rating moved by itself: the finding that it is about waits for a person.
    let query = format!(
        "{{ node(id: \"{visit}\") {{ ... on Visit {{ manifestSha256 findings(where: {{ settled: {{ eq: false }} }}) {{ edges {{ node {{ seen standard {{ code }} }} }} }} }} }} }}"
    );
    let found = world.read(&world.coordinator, &query).await["node"]["findings"]["edges"].clone();
    assert_eq!(
        found,
        json!([{ "node": { "seen": "As it should be.\nNot available: Seen on screen.", "standard": { "code": "2g" } } }])
    );
    assert!(world.read(&world.provider, "{ addenda { totalCount } }").await["addenda"]["totalCount"] == 0);
});
