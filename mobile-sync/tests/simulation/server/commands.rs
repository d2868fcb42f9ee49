//! What the model server does with commands: the rules are the real ones.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::file::FileState;
use domain::manifest::{Bytes, Manifest, Sha256Sum};
use domain::quality::completion::{self, CompleteVisitRefusal, Held};
use domain::quality::evidence::{AddEvidenceRefusal, WithdrawEvidenceRefusal};
use domain::quality::judgement::{self, Record, RecordJudgementRefusal};
use domain::quality::{ActionState, VisitState};
use domain::reference::AnswerKind;
use uuid::Uuid;
use waymark_mobile_sync::wire::{
    Act, Action, Announced, Done, Evidence, Improving, Judgement, Judging, Late, Reason, Receipt, Refused, Row, Visit,
};

use super::{File, Planted, Server};

impl Server {
    pub(super) fn execute(&mut self, account: Uuid, act: &Act) -> Result<Done, Box<Refused>> {
        match act {
            Act::Plan(visit) => self.plan(account, visit),
            Act::Improve(improving) => self.improve(improving),
            Act::Judge(judging) => self.judge(account, judging),
            Act::Add(announced) => self.add(account, announced, false),
            Act::Withdraw { evidence, .. } => self.withdraw(account, *evidence),
            Act::Complete { visit, manifest, .. } => self.complete(account, *visit, manifest),
            Act::KeepAddendum(late) => self.keep(account, late),
        }
    }

    fn is_visitor(&self, visit: Uuid, account: Uuid) -> bool {
        self.held.visit(visit).is_some_and(|visit| visit.visitors.iter().any(|visitor| visitor.account == account))
    }

    fn plan(&mut self, account: Uuid, visit: &Visit) -> Result<Done, Box<Refused>> {
        if self.held.rows.contains_key(&visit.id) || visit.visitors.iter().all(|visitor| visitor.account != account) {
            let (code, message) = ("ID_TAKEN".to_owned(), "Make another id.".to_owned());
            return refused(Reason::Unknown { code, message }, None);
        }
        self.say_bundle(visit);
        self.put(Row::Visit(visit.clone()));
        Ok(Done::default())
    }

    fn improve(&mut self, improving: &Improving) -> Result<Done, Box<Refused>> {
        let Improving { id, provider, action, owner, due_on, rag, .. } = improving.clone();
        if self.held.rows.contains_key(&id) {
            let (code, message) = ("ID_TAKEN".to_owned(), "It is there.".to_owned());
            return refused(Reason::Unknown { code, message }, None);
        }
        self.put(Row::Action(Action { id, provider, action, owner, due_on, rag, state: ActionState::Open }));
        Ok(Done::default())
    }

    fn judge(&mut self, account: Uuid, judging: &Judging) -> Result<Done, Box<Refused>> {
        let refuse = |code, current| refused(Reason::Judgement(code), current);
        let Some(visit) = self.held.visit(judging.visit).cloned() else {
            return refuse(RecordJudgementRefusal::VisitNotFound, None);
        };
        let present = self.judgement(judging.visit, judging.standard, account).cloned();
        let answer = judgement::Answer {
            asks: AnswerKind::Text,
            rating_fits: None,
            seen: &judging.answer.seen,
            action: &judging.answer.action,
        };
        let decided = judgement::record(&Record {
            visit: visit.state,
            is_visitor: self.is_visitor(visit.id, account),
            answer: Some(answer),
            answered_on: None,
            next_on: None,
            missing_reason: None,
            present: present.as_ref().map(|present| present.revision),
            base: judging.base,
        });
        let revision = match decided {
            Ok(revision) => revision,
            Err((code, _)) => return refuse(code, present.map(Row::Judgement)),
        };
        if present.is_none() && self.held.rows.contains_key(&judging.id) {
            return refuse(RecordJudgementRefusal::IdTaken, None);
        }
        let id = present.map_or(judging.id, |present| present.id);
        let Judging { visit: visit_id, standard, answer, .. } = judging.clone();
        let account_name = "Sam".to_owned();
        self.held.revisions.entry(id).or_default().push(answer.seen.clone());
        let row = Judgement { id, visit: visit_id, standard, account, account_name, answer, revision };
        self.put(Row::Judgement(row.clone()));
        if visit.state == VisitState::Planned {
            self.put(Row::Visit(Visit { state: VisitState::InProgress, ..visit }));
        }
        Ok(Done { judgement: Some(row), ..Done::default() })
    }

    fn add(&mut self, account: Uuid, announced: &Announced, is_addendum: bool) -> Result<Done, Box<Refused>> {
        let refuse = |code, current| refused(Reason::Evidence(code), current);
        if let Some(row) = self.held.rows.get(&announced.id) {
            return refuse(AddEvidenceRefusal::IdTaken, Some(row.clone()));
        }
        let Some(visit) = self.held.visit(announced.visit) else {
            return refuse(AddEvidenceRefusal::VisitNotFound, None);
        };
        if !self.is_visitor(visit.id, account) {
            return refuse(AddEvidenceRefusal::NotAllowed, None);
        }
        if !visit.state.is_open() && !is_addendum {
            return refuse(AddEvidenceRefusal::VisitOver, None);
        }
        let file = self.new_id();
        let declared = announced.bytes;
        let state = FileState::Expected;
        self.files.insert(file, File { declared, bytes: Vec::new(), owner: account });
        self.held.files.insert(file, (state, None));
        let Announced { id, visit, standard, kind, caption, .. } = announced.clone();
        self.put(Row::Evidence(Evidence {
            id,
            visit,
            standard,
            kind,
            bytes: declared,
            captured_by: account,
            caption,
            file,
            state,
            refusal: None,
            is_withdrawn: false,
            is_addendum,
        }));
        Ok(Done { file: Some(file), ..Done::default() })
    }

    fn withdraw(&mut self, account: Uuid, id: Uuid) -> Result<Done, Box<Refused>> {
        let refuse = |code| refused(Reason::Withdrawal(code), None);
        let Some(row) = self.held.evidence(id).cloned().filter(|row| self.is_visitor(row.visit, account)) else {
            return refuse(WithdrawEvidenceRefusal::NotFound);
        };
        if row.is_withdrawn {
            return refuse(WithdrawEvidenceRefusal::AlreadyWithdrawn);
        }
        let file = self.files.get_mut(&row.file).expect("every evidence has a file");
        file.bytes.clear();
        self.held.files.insert(row.file, (FileState::Purged, None));
        self.put(Row::Evidence(Evidence { is_withdrawn: true, state: FileState::Purged, ..row }));
        Ok(Done::default())
    }

    fn complete(&mut self, account: Uuid, id: Uuid, manifest: &[(Uuid, Bytes)]) -> Result<Done, Box<Refused>> {
        let refuse = |code, missing: Vec<Uuid>| {
            let missing = missing.iter().map(Uuid::to_string).collect();
            Err(Box::new(Refused { reason: Reason::Completion(code), current: None, missing }))
        };
        let Some(visit) = self.held.visit(id).cloned() else {
            return refuse(CompleteVisitRefusal::VisitNotFound, Vec::new());
        };
        let declared = Manifest::new(manifest.iter().copied());
        let Ok(declared) = declared else { return refuse(CompleteVisitRefusal::ManifestItemTwice, Vec::new()) };
        if let Some(receipt) = visit.receipt.clone().filter(|receipt| receipt.manifest == declared.sha256()) {
            return Ok(Done { receipt: Some(receipt), ..Done::default() });
        }
        if let Err(code) = completion::may_complete(visit.state, self.is_visitor(id, account)) {
            return refuse(code, Vec::new());
        }
        let held: Vec<_> = self
            .held
            .evidence_of(id)
            .filter(|row| !row.is_withdrawn && !row.is_addendum)
            .map(|row| self.held(row))
            .collect();
        if let Err((code, missing)) = completion::verify(&declared, &held) {
            return refuse(code, missing);
        }
        let (manifest, completed_at) = (declared.sha256(), self.now);
        let said = domain::receipt::Receipt { visit: id, manifest, completed_at }.canonical();
        let signature = STANDARD.encode(*super::RECEIPT_KEY.sk.sign(said, None));
        let receipt = Receipt { visit: id, manifest, completed_at, signature };
        self.put(Row::Visit(Visit { state: VisitState::Complete, receipt: Some(receipt.clone()), ..visit }));
        Ok(Done { receipt: Some(receipt), ..Done::default() })
    }

    fn held(&self, row: &Evidence) -> Held {
        let (file, state) = (&self.files[&row.file], self.held.files[&row.file].0);
        let bytes = Bytes { sha256: Sha256Sum::of(&file.bytes), size: file.bytes.len() as u64 };
        if self.planted == Some(Planted::ReceiptBeforeHash) && state != FileState::Expected {
            return Held { evidence: row.id, file: FileState::Accepted, bytes: Some(file.declared) };
        }
        Held { evidence: row.id, file: state, bytes: Some(bytes) }
    }

    fn keep(&mut self, account: Uuid, late: &Late) -> Result<Done, Box<Refused>> {
        let visit = match late {
            Late::Judge(judging) => judging.visit,
            Late::Add(announced) => announced.visit,
        };
        if !self.is_visitor(visit, account) {
            return refused(Reason::Judgement(RecordJudgementRefusal::NotAVisitor), None);
        }
        let done = match late {
            Late::Judge(_) => Done::default(),
            Late::Add(announced) => self.add(account, announced, true)?,
        };
        if let Late::Judge(judging) = late {
            self.held.late.push(judging.answer.seen.clone());
        }
        Ok(done)
    }
}

fn refused(reason: Reason, current: Option<Row>) -> Result<Done, Box<Refused>> {
    Err(Box::new(Refused { reason, current, missing: Vec::new() }))
}
