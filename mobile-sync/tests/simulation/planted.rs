//! The simulation finds bugs of the kind that programs like this have had: each is planted, and has to be found.

use waymark_mobile_sync::phone::Planted as OfPhone;

use crate::plan;
use crate::server::Planted as OfServer;
use crate::simulation::Simulation;

/// Whether one of the first seeds fails.
fn is_found(prepare: fn(&crate::handset::SimulatedPhone), server: Option<OfServer>) -> bool {
    (1..160).any(|seed| {
        let simulation = Simulation::new(seed, plan(seed), prepare);
        simulation.server.borrow_mut().planted = server;
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| simulation.run())).is_err()
    })
}

#[test]
fn every_planted_bug_is_found() {
    assert!(
        is_found(|phone| phone.plant(OfPhone::AcknowledgesBeforeWriting), None),
        "an acknowledgement before the write"
    );
    assert!(is_found(|phone| phone.plant(OfPhone::RetriesWithoutKey), None), "a retry without the key");
    assert!(is_found(|phone| phone.plant(OfPhone::BlocksQueue), None), "a queue blocked by one item");
    assert!(is_found(|_| {}, Some(OfServer::ReceiptBeforeHash)), "a receipt before the hash");
    assert!(is_found(|_| {}, Some(OfServer::CursorSkips)), "a cursor that skips late commits");
}
