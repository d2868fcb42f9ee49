//! Commands: each the single mutation of its name, done once, answered on its own.

use serde_json::{Value, json};

use super::phone::{Field, Phone, keyed, text};
use crate::support::pair::on_both_pairs;
use crate::support::world::TODAY;

on_both_pairs!(each_command_is_answered_on_its_own, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let visit = field.plan(0, &[&world.visitor]).await;
    let phone = Phone::of(world, &world.visitor);
    let mut unknown = field.judgement(&visit, "1e", "Seen");
    unknown["standardId"] = json!("standard:01950000-0000-7000-8000-00000000ffff");
    let commands = [
        phone.command("recordJudgement", unknown),
        phone.command("recordJudgement", field.judgement(&visit, "1e", "By each door")),
        phone.command("addEvidence", field.photo(&visit, 1, b"a photo")),
    ];
    let answers = phone.push(&commands).await;
    let outcomes: Vec<_> = answers.iter().map(|answer| answer["outcome"].clone()).collect();
    assert_eq!(outcomes, ["REFUSED", "APPLIED", "APPLIED"]);
    assert_eq!(
        (&answers[0]["code"], &answers[0]["field"]),
        (&json!("STANDARD_NOT_IN_FRAMEWORK"), &json!("standardId"))
    );
    assert_eq!(answers[1]["judgement"]["revision"], 1);
    assert_eq!(answers[2]["evidence"]["fileState"], "EXPECTED");

    // The answer was lost: the phone asks again, and the rows come again.
    let again = phone.push(&commands).await;
    let outcomes: Vec<_> = again.iter().map(|answer| answer["outcome"].clone()).collect();
    assert_eq!(outcomes, ["REFUSED", "ALREADY_APPLIED", "ALREADY_APPLIED"]);
    assert_eq!((&again[1]["judgement"], &again[2]["evidence"]), (&answers[1]["judgement"], &answers[2]["evidence"]));
    phone.pull().await;
    assert_eq!((phone.all("judgement").len(), phone.all("evidence").len()), (1, 1));
});

on_both_pairs!(a_visit_that_was_begun_on_a_phone_is_planned_once_and_comes_back_to_it, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    // Of an earlier visit the phone knows provider and framework.
    let known = field.plan(0, &[&world.visitor]).await;
    let phone = Phone::of(world, &world.visitor);
    phone.pull().await;
    let earlier = phone.all("visit")[0].clone();
    let begun = "visit:01950000-0000-7000-8000-00000000be90";
    let visit = json!({
        "id": begun, "providerId": earlier["provider"], "frameworkVersionId": earlier["framework"],
        "purpose": "Unannounced visit", "plannedFor": TODAY,
        "visitors": [{ "accountId": world.visitor.account.to_string(), "lead": true }],
    });
    let commands = [
        phone.command("planVisit", visit),
        phone.command("recordJudgement", field.judgement(begun, "1e", "By each door")),
    ];
    let outcomes = |answers: Vec<Value>| answers.iter().map(|answer| answer["outcome"].clone()).collect::<Vec<_>>();
    assert_eq!(outcomes(phone.push(&commands).await), ["APPLIED", "APPLIED"]);
    assert_eq!(outcomes(phone.push(&commands).await), ["ALREADY_APPLIED", "ALREADY_APPLIED"]);
    phone.pull().await;
    let shown = phone.all("visit");
    let states: Vec<_> = shown.iter().map(|visit| (text(&visit["id"]), text(&visit["state"]))).collect();
    assert!(states.contains(&(known, "PLANNED".to_owned())), "{states:?}");
    assert!(states.contains(&(begun.to_owned(), "IN_PROGRESS".to_owned())), "{states:?}");
    assert_eq!(shown.len(), 2);
});

on_both_pairs!(an_improvement_action_that_was_set_on_a_phone_is_set_once_and_comes_back_to_it, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let visit = field.plan(0, &[&world.visitor]).await;
    let phone = Phone::of(world, &world.visitor);
    phone.pull().await;
    let action = || {
        json!({
            "id": "improvement_action:01950000-0000-8000-8000-00000000ac70", "providerId": phone.all("visit")[0]["provider"],
            "visitId": visit, "standardId": field.standard("2g"), "area": "2g", "action": "Hold a drill",
            "owner": "Head of centre", "dueOn": field.days_on(14), "rag": "AMBER",
        })
    };
    let (set, again) =
        (phone.command("createImprovementAction", action()), phone.command("createImprovementAction", action()));
    let outcomes: Vec<_> = phone.push(&[set.clone(), set, again]).await;
    let outcomes: Vec<_> = outcomes.iter().map(|answer| json!([answer["outcome"], answer["code"]])).collect();
    assert_eq!(outcomes, [json!(["APPLIED", null]), json!(["ALREADY_APPLIED", null]), json!(["REFUSED", "ID_TAKEN"])]);
    phone.pull().await;
    let shown = phone.all("action");
    assert_eq!((shown.len(), &shown[0]["owner"], &shown[0]["state"]), (1, &json!("Head of centre"), &json!("OPEN")));
});

on_both_pairs!(a_key_stands_for_one_request_however_it_comes, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let visit = field.plan(0, &[&world.visitor]).await;
    let phone = Phone::of(world, &world.visitor);
    let pushed = keyed("one and the same", "recordJudgement", field.judgement(&visit, "1e", "By each door"));
    let answer = phone.push(std::slice::from_ref(&pushed)).await[0].clone();
    let alone = pushed["act"]["recordJudgement"].clone();
    let single = field.done(&world.visitor, "recordJudgement", "judgement { id revision }", alone).await;
    assert_eq!((&single["judgement"]["id"], &single["judgement"]["revision"]), (&answer["judgement"]["id"], &json!(1)));
    let other = keyed("one and the same", "recordJudgement", field.judgement(&visit, "1e", "Something else"));
    assert_eq!(phone.push(&[other]).await[0]["code"], "IDEMPOTENCY_KEY_REUSED");
});

on_both_pairs!(no_rating_is_overwritten_by_one_that_had_not_seen_it, async |stores| {
    // N22
    let field = Field::new(stores).await;
    let world = &field.world;
    let visit = field.plan(0, &[&world.visitor, &world.officer]).await;
    let (phone, tablet) = (Phone::of(world, &world.visitor), Phone::of(world, &world.visitor));
    let on = |device: &Phone<'_>, base: Option<i32>, seen: &str| {
        let mut judgement = field.judgement(&visit, "1e", seen);
        judgement["baseRevision"] = json!(base);
        let mut command = device.command("recordJudgement", judgement);
        let key = format!("{seen}-{}", command["idempotencyKey"]);
        command["idempotencyKey"] = json!(key);
        command["act"]["recordJudgement"]["idempotencyKey"] = json!(key);
        command
    };
    phone.push(&[on(&phone, None, "On the phone")]).await;
    let refused = tablet.push(&[on(&tablet, None, "On the tablet")]).await[0].clone();
    assert_eq!((&refused["code"], &refused["judgement"]["seen"]), (&json!("STALE"), &json!("On the phone")));
    let seen = tablet.push(&[on(&tablet, Some(1), "On the tablet")]).await[0].clone();
    assert_eq!(seen["judgement"]["revision"], 2);
    // Another visitor's judgement stands beside it.
    let officer = Phone::of(world, &world.officer);
    officer.push(&[officer.command("recordJudgement", field.judgement(&visit, "1e", "As an officer"))]).await;
    phone.pull().await;
    assert_eq!(phone.all("judgement").len(), 2);
});

on_both_pairs!(what_may_not_be_seen_answers_as_what_is_not_there, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let visit = field.plan(0, &[&world.visitor]).await;
    let mine = Phone::of(world, &world.visitor);
    let added = mine.push(&[mine.command("addEvidence", field.photo(&visit, 1, b"a photo"))]).await[0].clone();
    let stranger = Phone::of(world, &world.stranger);
    let absent = "evidence:01950000-0000-7000-8000-00000000ffff";
    let strip = |mut answer: Value| {
        answer["idempotencyKey"] = Value::Null;
        answer
    };
    let mut answers = Vec::new();
    for id in [added["evidence"]["id"].clone(), json!(absent)] {
        let input = json!({ "evidenceId": id, "reason": "Somebody is in it" });
        answers.push(strip(stranger.push(&[stranger.command("withdrawEvidence", input)]).await[0].clone()));
    }
    assert_eq!(answers[0], answers[1]);
    let mut answers = Vec::new();
    for id in [json!(visit), json!("visit:01950000-0000-7000-8000-00000000ffff")] {
        let input = json!({ "visitId": id, "manifest": [] });
        answers.push(strip(stranger.push(&[stranger.command("completeVisit", input)]).await[0].clone()));
    }
    assert_eq!(answers[0], answers[1]);
});

on_both_pairs!(more_than_fifty_and_keys_that_differ_are_not_taken, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let visit = field.plan(0, &[&world.visitor]).await;
    let phone = Phone::of(world, &world.visitor);
    let epoch = phone.epoch().await;
    let judgement = || phone.command("recordJudgement", field.judgement(&visit, "1e", "Seen"));
    let many: Vec<_> = (0..51).map(|_| judgement()).collect();
    let mut two_keys = judgement();
    two_keys["idempotencyKey"] = json!("another key");
    for commands in [many, vec![two_keys]] {
        let answer = phone.ask_push(&epoch, &commands).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_INPUT");
    }
    phone.pull().await;
    assert!(phone.all("judgement").is_empty());
});
