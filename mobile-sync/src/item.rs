//! Items: what waits on the phone to be sent, and how each stands.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::file::FileRefusal;
use domain::manifest::Bytes;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::wire::{Announced, Improving, Judgement, Judging, Reason, Visit};

/// One thing to be sent. It is gone from the phone when the server has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Of an evidence record: the evidence's id.
    pub id: Uuid,
    /// The idempotency key, under which one act goes and no other.
    pub key: Uuid,
    /// Counts up on this phone: items were made in this order.
    pub order: u64,
    pub visit: Uuid,
    pub work: Work,
    /// Whether it goes as an addendum, because its visit was over when it came.
    pub is_addendum: bool,
    /// How often sending began. From the first on, the server may have it, and it is not changed any more.
    pub attempts: u32,
    pub standing: Standing,
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "snake_case")]
pub enum Work {
    /// A visit that was begun here, as it was begun.
    Plan(Visit),
    /// An answer to a standard.
    Answer(Judging),
    /// The record of a piece of evidence.
    Record(Announced),
    /// Its bytes.
    Bytes { evidence: Uuid, size: u64, upload: Option<Upload> },
    /// That a piece of evidence, which the server may have, is withdrawn.
    Withdraw { evidence: Uuid, reason: String },
    /// An improvement action. The item has its id.
    Improve(Improving),
    /// That the visit is complete, and which outcome the visitor proposes. The manifest is fixed when it is first sent.
    Complete {
        manifest: Option<Vec<(Uuid, Bytes)>>,
        #[serde(default)]
        proposed: Option<Uuid>,
    },
}

/// Bytes on their way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Upload {
    /// The upload's address.
    pub url: String,
    /// How many bytes have arrived; none where the server must be asked.
    pub offset: Option<u64>,
}

/// How an item stands, as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    /// To be sent as soon as possible.
    Ready,
    /// To be sent again at an instant of the phone's clock.
    RetryAt { at: DateTime<Utc>, why: Trouble },
    /// All bytes were sent; the server looks into them.
    Checking,
    /// Somebody has to decide. It holds up nothing but what rests on it.
    Attention { why: Trouble },
}

/// What is wrong with an item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum Trouble {
    /// The server did not answer.
    Unreachable,
    /// The server failed at this item.
    ServerFailed,
    /// The server still lacks or checks some of the visit's evidence.
    NotVerified { missing: Vec<String> },
    /// The server refused it.
    Refused { reason: Reason, missing: Vec<String> },
    /// The same visitor judged the standard on another device meanwhile. Both stand here, side by side.
    Conflict { current: Box<Judgement> },
    /// The server looked into the file and refused it.
    File { reason: FileRefusal },
    /// The server will not take these bytes.
    BytesRefused { words: String },
    /// What is kept on the phone cannot be read any more.
    Damaged,
    /// The server's receipt is for another manifest than the one it was sent.
    ReceiptDiffers,
    /// The signature of the server's receipt was made with none of the keys that the server has named.
    ReceiptUnverified,
}

/// How an item stands, as a person sees it.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    Ready,
    /// Another item has to go first.
    Waiting {
        on: Uuid,
    },
    Sending,
    RetryAt {
        at: DateTime<Utc>,
        why: Trouble,
    },
    Checking,
    Attention {
        why: Trouble,
    },
}

/// The items of a phone, by id.
pub type Items = BTreeMap<Uuid, Item>;

impl Item {
    /// A new item.
    pub fn new(id: Uuid, order: u64, visit: Uuid, work: Work) -> Self {
        Self { id, key: id, order, visit, work, is_addendum: false, attempts: 0, standing: Standing::Ready }
    }

    /// Whether the server may have it already.
    pub fn may_have_arrived(&self) -> bool {
        self.attempts > 0
    }

    /// Whether it is small: everything but the bytes of evidence.
    pub fn is_small(&self) -> bool {
        !matches!(self.work, Work::Bytes { .. })
    }

    /// The item as a new request: with another key, ready to be sent.
    pub fn anew(&self, key: Uuid, work: Work) -> Self {
        Self { key, work, attempts: 0, standing: Standing::Ready, ..self.clone() }
    }

    /// The outcome that it proposes, where it completes a visit.
    pub fn proposed(&self) -> Option<Uuid> {
        match self.work {
            Work::Complete { proposed, .. } => proposed,
            _ => None,
        }
    }

    /// The item that has to go before this one.
    ///
    /// Whatever is of a visit that was begun here goes after the visit. An answer goes after an earlier answer to the same
    /// standard, of which the server may have a part; bytes and withdrawals go after the record of their evidence; a
    /// completion goes after everything else of its visit.
    pub fn waits_for(&self, items: &Items) -> Option<Uuid> {
        let is_begun = |other: &&Item| other.visit == self.visit && matches!(other.work, Work::Plan(_));
        if let Some(plan) = items.values().find(is_begun).filter(|plan| plan.id != self.id) {
            return Some(plan.id);
        }
        match &self.work {
            Work::Answer(judging) => {
                let is_before =
                    |other: &&Item| other.order < self.order && other.answers(judging.visit, judging.standard);
                items.values().filter(is_before).max_by_key(|other| other.order).map(|other| other.id)
            }
            Work::Plan(_) | Work::Record(_) | Work::Improve(_) => None,
            Work::Bytes { evidence, .. } | Work::Withdraw { evidence, .. } => {
                items.contains_key(evidence).then_some(*evidence)
            }
            Work::Complete { .. } => {
                items.values().find(|other| other.visit == self.visit && other.id != self.id).map(|other| other.id)
            }
        }
    }

    /// Whether it is an answer to this standard at this visit.
    pub fn answers(&self, visit: Uuid, standard: Uuid) -> bool {
        matches!(&self.work, Work::Answer(judging) if (judging.visit, judging.standard) == (visit, standard))
    }

    /// How it stands, for a person.
    pub fn status(&self, items: &Items, is_sending: bool) -> Status {
        match (&self.standing, self.waits_for(items)) {
            (Standing::Attention { why }, _) => Status::Attention { why: why.clone() },
            (Standing::Checking, _) => Status::Checking,
            (_, Some(on)) => Status::Waiting { on },
            _ if is_sending => Status::Sending,
            (Standing::RetryAt { at, why }, None) => Status::RetryAt { at: *at, why: why.clone() },
            (Standing::Ready, None) => Status::Ready,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Answer;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn answer(number: u128, order: u64, standard: u128) -> Item {
        let judging =
            Judging { id: id(90), visit: id(1), standard: id(standard), answer: Answer::default(), base: None };
        Item::new(id(number), order, id(1), Work::Answer(judging))
    }

    fn visit() -> Visit {
        Visit {
            id: id(1),
            provider: id(2),
            site: None,
            framework: id(3),
            state: domain::quality::VisitState::Planned,
            purpose: "Unannounced".into(),
            planned_for: DateTime::UNIX_EPOCH.date_naive(),
            planned_at: None,
            visitors: Vec::new(),
            receipt: None,
        }
    }

    fn bytes(number: u128, evidence: u128) -> Item {
        Item::new(id(number), 9, id(1), Work::Bytes { evidence: id(evidence), size: 3, upload: None })
    }

    fn items(all: impl IntoIterator<Item = Item>) -> Items {
        all.into_iter().map(|item| (item.id, item)).collect()
    }

    #[test]
    fn only_what_rests_on_another_waits() {
        let complete = Item::new(id(5), 5, id(1), Work::Complete { manifest: None, proposed: None });
        let withdraw = Item::new(id(6), 6, id(1), Work::Withdraw { evidence: id(10), reason: "Blurred".into() });
        let record = Item { id: id(10), ..answer(10, 1, 99) };
        let plan = Item::new(id(40), 8, id(1), Work::Plan(visit()));
        let cases = [
            (answer(11, 1, 20), vec![answer(12, 2, 20)], None),
            (answer(12, 2, 20), vec![answer(11, 1, 20)], Some(id(11))),
            (answer(13, 3, 20), vec![answer(11, 1, 20), answer(12, 2, 20)], Some(id(12))),
            (answer(12, 2, 20), vec![answer(11, 1, 21)], None),
            (bytes(30, 10), vec![record.clone()], Some(id(10))),
            (bytes(30, 10), vec![bytes(31, 11)], None),
            (withdraw.clone(), vec![record], Some(id(10))),
            (complete.clone(), vec![bytes(30, 10)], Some(id(30))),
            (complete.clone(), vec![Item { visit: id(2), ..bytes(30, 10) }], None),
            (complete, vec![], None),
            (plan.clone(), vec![answer(11, 1, 20)], None),
            (answer(12, 2, 20), vec![answer(11, 1, 20), plan.clone()], Some(id(40))),
            (Item { visit: id(2), ..answer(12, 2, 20) }, vec![plan], None),
        ];
        for (item, others, expected) in cases {
            let all = items(others.into_iter().chain([item.clone()]));
            assert_eq!(item.waits_for(&all), expected, "{item:?}");
        }
    }

    #[test]
    fn a_person_sees_trouble_before_waiting_and_waiting_before_sending() {
        let first = answer(11, 1, 20);
        let stuck = Item { standing: Standing::Attention { why: Trouble::Damaged }, ..answer(12, 2, 20) };
        let all = items([first.clone(), stuck.clone()]);
        assert_eq!(stuck.status(&all, false), Status::Attention { why: Trouble::Damaged });
        assert_eq!(answer(13, 3, 20).status(&all, true), Status::Waiting { on: id(12) });
        assert_eq!(first.status(&all, true), Status::Sending);
        assert_eq!(first.status(&all, false), Status::Ready);
    }
}
