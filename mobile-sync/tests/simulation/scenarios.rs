//! Afternoons of which the course is known: what users of other programs have lost, and must not lose here.

use std::cell::RefCell;
use std::rc::Rc;

use chrono::TimeDelta;
use domain::file::{FileState, MediaType};
use domain::quality::EvidenceKind;
use futures_util::FutureExt;
use uuid::Uuid;
use waymark_mobile_sync::item::{Standing, Status, Trouble, Work};
use waymark_mobile_sync::phone::{EvidenceState, Keep, Signer, Staging};
use waymark_mobile_sync::state::{Choices, Session};
use waymark_mobile_sync::store::Store;
use waymark_mobile_sync::wire::{Answer, Row};
use waymark_mobile_sync::{Error, Network};

use crate::handset::{Handset, SimulatedPhone};
use crate::line::Weather;
use crate::server::Server;
use crate::service::{End, Service};
use crate::simulation::{Plan, id};
use crate::world::World;

const STANDARD: usize = 0;

/// A calm afternoon: every phone is on, signed in, and has read its feed.
struct Afternoon {
    world: World,
    server: Rc<RefCell<Server>>,
    handsets: Vec<Handset>,
}

impl Afternoon {
    /// Phones of these accounts, by number.
    fn of(accounts: &[usize]) -> Self {
        let world = World::new(1);
        let most = accounts.iter().max().map_or(1, |most| most + 1);
        let plan = Plan {
            phones: accounts.len(),
            visits: 1,
            happenings: 0,
            span: TimeDelta::zero(),
            quiet: TimeDelta::zero(),
            is_restored: false,
            shares_accounts: false,
            revokes: false,
        };
        let server = Rc::new(RefCell::new(Server::new(&world, &plan, most)));
        let handset = |(number, account): (usize, &usize)| Handset::new(number, id(1, *account), &world, &server);
        let handsets = accounts.iter().enumerate().map(handset).collect();
        let mut afternoon = Self { world, server, handsets };
        for handset in &mut afternoon.handsets {
            handset.start(|_| {});
            handset.sign_in();
        }
        afternoon.pass(2);
        afternoon
    }

    /// Lets minutes go by. Every ten seconds, the server looks into files.
    fn pass(&mut self, minutes: i64) {
        for _ in 0..minutes * 6 {
            let until = self.world.now() + TimeDelta::seconds(10);
            while self.world.advance(until) {}
            let mut server = self.server.borrow_mut();
            server.set_now(self.world.now());
            server.work();
        }
    }

    fn phone(&self, number: usize) -> Rc<SimulatedPhone> {
        self.handsets[number].phone.clone().expect("it is on")
    }

    fn restart(&mut self, number: usize) {
        self.handsets[number].kill();
        self.handsets[number].start(|_| {});
    }

    /// What the server says that was seen, of every judgement.
    fn judged(&self) -> Vec<String> {
        let mut server = self.server.borrow_mut();
        let judged = server.held().rows.values().filter_map(|row| match row {
            Row::Judgement(row) => Some(row.answer.seen.clone()),
            _ => None,
        });
        judged.collect()
    }
}

fn visit() -> Uuid {
    id(2, 0)
}

fn seen(text: &str) -> Answer {
    Answer { seen: text.to_owned(), ..Answer::default() }
}

fn judge(phone: &SimulatedPhone, text: &str) {
    phone.answer(visit(), id(3, STANDARD), seen(text)).expect("kept");
}

fn stage(phone: &SimulatedPhone, bytes: &[u8]) -> Result<Uuid, Error> {
    let staging = Staging {
        visit: visit(),
        standard: Some(id(3, STANDARD)),
        kind: EvidenceKind::Photo,
        media_type: MediaType::Jpeg,
        captured_at: phone.look(|state| state.feed.heard_at).expect("the feed was read"),
        caption: None,
    };
    phone.stage(staging, bytes).now_or_never().expect("nothing to wait for")
}

fn state_of(phone: &SimulatedPhone, evidence: Uuid) -> EvidenceState {
    let view = phone.visit(visit()).expect("the visit");
    view.evidence.into_iter().find(|view| view.id == evidence).expect("the evidence").state
}

/// filepond#703, getodk/getodk#548: the app dies while a photo is being saved.
#[test]
fn a_photo_that_was_saved_outlives_the_app_whenever_it_dies() {
    for writes in 0..12 {
        for happens in [false, true] {
            let mut afternoon = Afternoon::of(&[0]);
            afternoon.handsets[0].disk.fate.writes_left.set(Some((writes, happens)));
            let kept = stage(&afternoon.phone(0), b"fire plan");
            afternoon.pass(1);
            afternoon.restart(0);
            afternoon.pass(5);
            let mut server = afternoon.server.borrow_mut();
            let there: Vec<_> = server.held().evidence_of(visit()).cloned().collect();
            match kept {
                Ok(id) => {
                    assert_eq!(there.iter().map(|row| row.id).collect::<Vec<_>>(), [id], "dies at write {writes}");
                }
                Err(_) => assert!(there.len() <= 1),
            }
            assert!(there.iter().all(|row| server.bytes(row.file) == b"fire plan"));
            assert!(afternoon.phone(0).look(|state| state.items.is_empty()), "and the queue is empty");
        }
    }
}

/// getodk/collect#5687: a form that is edited while it is sent.
#[test]
fn an_answer_that_is_edited_while_it_is_sent_arrives_in_both_forms() {
    let mut afternoon = Afternoon::of(&[0]);
    let phone = afternoon.phone(0);
    afternoon.handsets[0].weather.set(Weather { unanswered: 1_000, ..Weather::default() });
    judge(&phone, "By each door");
    afternoon.pass(1);
    judge(&phone, "By each door but one");
    judge(&phone, "By each door but two");
    let waiting = phone.look(|state| state.items.len());
    assert_eq!(waiting, 2, "one that may have arrived, and the edit that goes after it");
    afternoon.handsets[0].weather.set(Weather::default());
    afternoon.pass(5);
    assert_eq!(afternoon.judged(), ["By each door but two"]);
    let mut server = afternoon.server.borrow_mut();
    let revisions: Vec<_> = server.held().revisions.values().flatten().collect();
    assert_eq!(revisions, ["By each door", "By each door but two"]);
}

/// getodk/collect#6598, kobocat#432: one that fails drags the others, or is passed over in silence.
#[test]
fn one_bad_photo_holds_up_the_completion_and_nothing_else() {
    let mut afternoon = Afternoon::of(&[0]);
    let phone = afternoon.phone(0);
    judge(&phone, "By each door");
    let bad = stage(&phone, b"BAD: half a picture").expect("kept");
    let good = stage(&phone, b"fire plan").expect("kept");
    phone.complete(visit(), None).expect("noted");
    afternoon.pass(5);
    assert_eq!(state_of(&phone, good), EvidenceState::Safe);
    let EvidenceState::Refused { why: Some(Trouble::File { reason }) } = state_of(&phone, bad) else {
        panic!("{:?}", state_of(&phone, bad))
    };
    assert!(domain::Code::doc(reason).contains("take it again"), "it says what to do");
    let view = phone.visit(visit()).expect("the visit");
    assert!(!view.is_safe_to_leave);
    assert!(matches!(view.completion, Some(Status::Waiting { .. })), "{:?}", view.completion);
    phone.cancel(bad, "Half a picture").expect("withdrawn");
    afternoon.pass(20);
    let view = phone.visit(visit()).expect("the visit");
    assert!(view.is_safe_to_leave, "{view:#?}");
}

/// N5: complete means that the server holds every byte, and the phone says so only then.
#[test]
fn a_site_may_be_left_when_the_receipt_is_there_and_not_before() {
    let mut afternoon = Afternoon::of(&[0, 1]);
    let (sam, kim) = (afternoon.phone(0), afternoon.phone(1));
    judge(&sam, "By each door");
    stage(&sam, b"fire plan").expect("kept");
    afternoon.handsets[1].connection.set(Network::Offline);
    let exit = stage(&kim, b"the exit").expect("kept");
    sam.complete(visit(), None).expect("noted");
    afternoon.pass(2);
    assert!(sam.visit(visit()).expect("the visit").is_safe_to_leave, "Kim's photo is not known to the server");
    assert!(!kim.visit(visit()).expect("the visit").is_safe_to_leave, "but Kim's phone knows");
    afternoon.handsets[1].connection.set(Network::Metered);
    afternoon.pass(5);
    let mut server = afternoon.server.borrow_mut();
    assert!(server.held().evidence(exit).expect("kept as an addendum").is_addendum);
    assert!(kim.visit(visit()).expect("the visit").is_safe_to_leave, "now all of it is there");
}

/// N22, getodk/central#669: two visitors' judgements are not merged.
#[test]
fn two_visitors_judge_one_standard_side_by_side() {
    let mut afternoon = Afternoon::of(&[0, 1]);
    judge(&afternoon.phone(0), "By each door");
    judge(&afternoon.phone(1), "One is locked");
    afternoon.pass(12);
    let mut judged = afternoon.judged();
    judged.sort();
    assert_eq!(judged, ["By each door", "One is locked"]);
    let view = afternoon.phone(0).visit(visit()).expect("the visit");
    assert_eq!(view.answers.iter().filter(|answer| answer.by.is_some()).count(), 1, "{:#?}", view.answers);
}

/// WatermelonDB#1114: one visitor, two devices, and the last writer wins.
#[test]
fn a_visitor_with_two_devices_is_asked_which_answer_stands() {
    for (keep, expected) in [(Keep::Mine, "One is locked"), (Keep::Theirs, "By each door")] {
        let mut afternoon = Afternoon::of(&[0, 0]);
        afternoon.handsets[1].connection.set(Network::Offline);
        let (phone, tablet) = (afternoon.phone(0), afternoon.phone(1));
        judge(&phone, "By each door");
        judge(&tablet, "One is locked");
        afternoon.pass(2);
        afternoon.handsets[1].connection.set(Network::Unmetered);
        afternoon.pass(2);
        let asked = tablet.look(|state| state.items.values().next().cloned()).expect("it asks");
        let Standing::Attention { why: Trouble::Conflict { current } } = &asked.standing else { panic!("{asked:?}") };
        assert_eq!(current.answer.seen, "By each door");
        assert!(matches!(&asked.work, Work::Answer(judging) if judging.answer.seen == "One is locked"));
        tablet.resolve(asked.id, keep).expect("decided");
        afternoon.pass(2);
        assert_eq!(afternoon.judged(), [expected]);
        assert!(tablet.look(|state| state.items.is_empty()));
    }
}

/// A change to a visit that was called off meanwhile is kept for a person to decide.
#[test]
fn what_comes_too_late_is_kept_as_an_addendum() {
    let mut afternoon = Afternoon::of(&[0]);
    let phone = afternoon.phone(0);
    afternoon.handsets[0].connection.set(Network::Offline);
    judge(&phone, "By each door");
    afternoon.server.borrow_mut().call_off(visit());
    afternoon.handsets[0].connection.set(Network::Unmetered);
    afternoon.pass(2);
    let mut server = afternoon.server.borrow_mut();
    assert_eq!(server.held().late, ["By each door"]);
    assert!(phone.look(|state| state.items.is_empty()));
}

/// getodk/collect#6120, #6112: photos that go by the wrong network, or not by the right one.
#[test]
fn photos_wait_for_wifi_and_go_when_it_comes_and_answers_never_wait() {
    let mut afternoon = Afternoon::of(&[0]);
    let phone = afternoon.phone(0);
    phone.choose(Choices { photos_on_wifi_only: true, ..Choices::default() }).expect("noted");
    afternoon.handsets[0].connection.set(Network::Metered);
    judge(&phone, "By each door");
    let plan = stage(&phone, b"fire plan").expect("kept");
    afternoon.pass(30);
    assert_eq!(afternoon.judged(), ["By each door"]);
    assert!(matches!(state_of(&phone, plan), EvidenceState::Held { status: Status::Ready, sent: 0, of: 9 }));
    afternoon.handsets[0].connection.set(Network::Unmetered);
    afternoon.pass(1);
    assert_eq!(state_of(&phone, plan), EvidenceState::Safe);
}

/// N19, mitti-exporter#490: a grant that comes late brings the history; one that is withdrawn takes it away.
#[test]
fn a_late_grant_brings_what_was_there_and_a_withdrawn_one_takes_it_away() {
    let mut afternoon = Afternoon::of(&[0, 1]);
    let kim = id(1, 1);
    afternoon.server.borrow_mut().assign(visit(), kim, false);
    afternoon.pass(15);
    assert!(afternoon.phone(1).look(|state| state.rows.is_empty()), "nothing of it is left");
    judge(&afternoon.phone(0), "By each door");
    let plan = stage(&afternoon.phone(0), b"fire plan").expect("kept");
    afternoon.pass(2);
    afternoon.server.borrow_mut().assign(visit(), kim, true);
    afternoon.pass(15);
    let view = afternoon.phone(1).visit(visit()).expect("it is there");
    assert_eq!(view.answers[0].answer.seen, "By each door");
    assert_eq!((view.evidence[0].id, &view.evidence[0].state), (plan, &EvidenceState::Safe));
}

/// A signature stands under what was shown. What is changed afterwards voids it, and the phone says so.
#[test]
fn a_later_change_voids_a_signature() {
    let mut afternoon = Afternoon::of(&[0]);
    let phone = afternoon.phone(0);
    judge(&phone, "By each door");
    let shown = phone.statement(visit()).expect("the visit");
    assert!(shown.words.contains("By each door"), "{}", shown.words);
    let signer = Signer { name: "Jo Bloggs", role: "manager" };
    let sign = |shown| phone.sign(visit(), shown, signer, MediaType::Png, b"a line").now_or_never().expect("at once");
    let signature = sign(shown.clone()).expect("signed");
    afternoon.pass(2);
    assert_eq!(state_of(&phone, signature), EvidenceState::Safe);
    judge(&phone, "One is locked");
    let EvidenceState::Withdrawn { reason: Some(reason) } = state_of(&phone, signature) else { panic!("it is void") };
    assert_eq!(reason, "Something was changed after it was signed.");
    assert_eq!(sign(shown), Err(Error::TooLate), "the old words are not signed again");
    afternoon.pass(2);
    assert!(afternoon.server.borrow_mut().held().evidence(signature).expect("it was there").is_withdrawn);
}

/// Removed before it was sent, a photo leaves no trace anywhere; afterwards, a tombstone.
#[test]
fn a_photo_is_taken_back_before_and_after_it_was_sent() {
    let mut afternoon = Afternoon::of(&[0]);
    let phone = afternoon.phone(0);
    afternoon.handsets[0].connection.set(Network::Offline);
    let unsent = stage(&phone, b"a face").expect("kept");
    phone.cancel(unsent, "A face").expect("removed");
    afternoon.handsets[0].connection.set(Network::Unmetered);
    let sent = stage(&phone, b"another face").expect("kept");
    afternoon.pass(2);
    phone.cancel(sent, "A face").expect("withdrawn");
    afternoon.pass(2);
    let mut server = afternoon.server.borrow_mut();
    assert!(server.held().evidence(unsent).is_none());
    let row = server.held().evidence(sent).expect("a tombstone");
    assert_eq!((row.is_withdrawn, row.state), (true, FileState::Purged));
    use waymark_mobile_sync::media::MediaStore;
    let left = afternoon.handsets[0].disk.media.list().now_or_never().expect("at once");
    assert_eq!(left, Ok(Vec::new()), "no bytes are left on the phone");
}

/// A full disk is said at once, and nothing is half kept.
#[test]
fn a_full_phone_says_so_and_what_it_holds_still_goes() {
    let mut afternoon = Afternoon::of(&[0]);
    let phone = afternoon.phone(0);
    let plan = stage(&phone, b"fire plan").expect("kept");
    afternoon.handsets[0].disk.fate.is_full.set(true);
    let full = Err(Error::Store(waymark_mobile_sync::store::StoreError::Full));
    assert_eq!(stage(&phone, b"one more"), full);
    afternoon.pass(5);
    afternoon.handsets[0].disk.fate.is_full.set(false);
    afternoon.pass(5);
    assert_eq!(state_of(&phone, plan), EvidenceState::Safe);
    assert_eq!(afternoon.server.borrow_mut().held().evidence_of(visit()).count(), 1);
}

/// A phone that was revoked holds nothing after its next contact, whether there is room to note it or not, and what it held
/// cannot be opened.
#[test]
fn a_revoked_phone_removes_what_it_holds() {
    for is_full in [false, true] {
        let mut afternoon = Afternoon::of(&[0]);
        let phone = afternoon.phone(0);
        stage(&phone, b"fire plan").expect("kept");
        afternoon.pass(1);
        let token = phone.look(|state| match &state.session {
            Session::In { token, .. } => token.clone(),
            _ => panic!("somebody is signed in"),
        });
        afternoon.server.borrow_mut().end_session(&token, End::Revoked);
        afternoon.handsets[0].disk.fate.is_full.set(is_full);
        afternoon.pass(15);
        let disk = &afternoon.handsets[0].disk;
        for kind in ["vault", "session", "item", "capture", "row"] {
            assert_eq!(disk.rows.read(kind).map(|rows| rows.len()), Ok(0), "{kind}");
        }
        assert_eq!(phone.answer(visit(), id(3, STANDARD), seen("By each door")), Err(Error::NoSuchVisit));
    }
}
