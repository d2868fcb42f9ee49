//! The feed of the model server, and its idempotency keys.

use domain::quality::judgement::RecordJudgementRefusal;
use uuid::Uuid;
use waymark_mobile_sync::wire::{Command, Done, FeedItem, Reason, Refused, Row, Verdict};

use super::{PAGE, Server};

/// Items, the rest of the cursor, and whether that is all.
type Part = (Vec<FeedItem>, String, bool);

impl Server {
    /// What was said since a position, below the first write that is not committed yet.
    pub(super) fn news(&self, account: Uuid, position: usize, horizon: usize) -> Part {
        let end = (position + PAGE).min(horizon).max(position);
        let said = self.said.get(position..end).unwrap_or_default().iter().filter(|said| said.is_committed);
        let items = said.map(|said| match self.held.rows.get(&said.row) {
            Some(row) if self.sees(account, row) => FeedItem::Row(row.clone()),
            _ => FeedItem::Removed(said.row),
        });
        (items.collect(), format!("{end}/-"), end >= horizon)
    }

    /// Everything that may be seen, row by row; what is said meanwhile follows from the position at which it began.
    pub(super) fn anew(&self, account: Uuid, position: usize, after: &str) -> Part {
        let after = Uuid::try_parse(after).unwrap_or_default();
        let mut rest = self.held.rows.values().filter(|row| row.id() > after && self.sees(account, row));
        let items: Vec<_> = rest.by_ref().take(PAGE).cloned().collect();
        let last = items.last().map(Row::id);
        let next = match last.filter(|_| rest.next().is_some()) {
            Some(last) => format!("{position}/{last}"),
            None => format!("{position}/-"),
        };
        let is_caught_up = next.ends_with('-') && position >= self.said.len();
        (items.into_iter().map(FeedItem::Row).collect(), next, is_caught_up)
    }

    /// One command, once.
    pub(super) fn answer(&mut self, account: Uuid, command: &Command) -> Verdict {
        if self.failing.contains(&command.key) {
            return Verdict::Failed;
        }
        if let Some((act, done)) = self.keys.get(&(account, command.key)) {
            if *act == command.act {
                // The row as it now is, as the real one.
                let judgement = done.judgement.as_ref().map(|row| match &self.held.rows[&row.id] {
                    Row::Judgement(row) => row.clone(),
                    row => panic!("a judgement became {row:?}"),
                });
                return Verdict::Done(Done { judgement, ..done.clone() });
            }
            let reason = Reason::Judgement(RecordJudgementRefusal::KeyReused);
            return Verdict::Refused(Refused { reason, current: None, missing: Vec::new() });
        }
        match self.execute(account, &command.act) {
            Ok(done) => {
                self.keys.insert((account, command.key), (command.act.clone(), done.clone()));
                Verdict::Done(done)
            }
            Err(refused) => Verdict::Refused(*refused),
        }
    }
}
