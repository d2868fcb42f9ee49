//! What befalls the server: what its people do at a desk, and what becomes of its disk and its process.

use std::path::{Path, PathBuf};

use chrono::Days;
use entity::ids::{AccountId, VisitId};
use entity::{session, visit, visit_visitor};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};
use server::database;
use server::ledger::change;
use server::upkeep::{backup, restore};
use uuid::Uuid;
use waymark_mobile_sync::remote::Transport;
use waymark_mobile_sync::remote::transport::{Method, Request};

use super::{Server, hash, open, rows};
use crate::service::{End, Poison};
use crate::simulation::id;

impl Server {
    /// Has the officer do something; gives the code of the refusal where there is one.
    fn act(&mut self, verb: &str, mut input: Value) -> Option<String> {
        self.touch();
        self.count += 1;
        input["idempotencyKey"] = json!(format!("desk-{:06}", self.count));
        let kind = format!("{}{}", verb[..1].to_uppercase(), &verb[1..]);
        let query = format!("mutation($input: {kind}Input!) {{ {verb}(input: $input) {{ refusal {{ code }} }} }}");
        let body = serde_json::to_vec(&json!({ "query": query, "variables": { "input": input } })).unwrap();
        let headers = vec![
            ("accept", "application/graphql-response+json".to_owned()),
            ("content-type", "application/json".to_owned()),
            ("authorization", format!("Bearer {}", self.officer)),
        ];
        let request = Request { method: Method::Post, path: "/graphql".to_owned(), headers, body };
        let answer = self.runtime.block_on((&self.inside).call(request)).unwrap();
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(answer.get("errors").is_none(), "{verb}: {answer:#}");
        answer["data"][verb]["refusal"]["code"].as_str().map(str::to_owned)
    }

    fn visit(&self, id: Uuid) -> visit::Model {
        self.runtime.block_on(visit::Entity::find_by_id(VisitId(id)).one(&self.app.db)).unwrap().unwrap()
    }

    /// Puts somebody onto a visit, or takes them off. Of a visit that is over this cannot be said at a desk any more; who came
    /// back to the team for it is put there by hand.
    pub(super) fn change_visitors(&mut self, visit: Uuid, account: AccountId, is_visitor: bool) {
        let parts = visit_visitor::Entity::find().filter(visit_visitor::Column::VisitId.eq(VisitId(visit)));
        let parts = self.runtime.block_on(parts.all(&self.app.db)).unwrap();
        if parts.iter().any(|part| part.account_id == account) == is_visitor {
            return;
        }
        let others = parts.iter().map(|part| part.account_id).filter(|other| *other != account);
        let visitors = others.chain(is_visitor.then_some(account));
        let named = |who: AccountId| json!({ "accountId": who.to_string(), "lead": who.0 == id(1, rows::LEADER) });
        let visitors: Vec<_> = visitors.map(named).collect();
        let version = self.visit(visit).version;
        let input = json!({ "visitId": VisitId(visit).to_string(), "version": version, "visitors": visitors });
        match self.act("changeVisitors", input).as_deref() {
            Some("NOT_OPEN") if is_visitor => self.put_onto(VisitId(visit), account),
            None | Some("NOT_OPEN") => {}
            Some(code) => panic!("visitors are not changed: {code}"),
        }
    }

    fn put_onto(&mut self, visit: VisitId, account: AccountId) {
        let part = rows::part(&self.app, visit, account, false);
        let (db, now, part_id) = (&self.app.db, self.app.clock.now(), part.id);
        self.runtime.block_on(async {
            part.into_active_model().insert(db).await.unwrap();
            change::record_updated(db, rows::authority(), part_id, now).await.unwrap();
            change::record_updated(db, rows::authority(), visit, now).await.unwrap();
        });
    }

    /// Moves a visit, as long as nobody has begun it.
    pub(super) fn reschedule(&mut self, visit: Uuid, count: u64) {
        let row = self.visit(visit);
        let planned_for = self.clock_now().date_naive() + Days::new(1 + count % 5);
        let input = json!({ "visitId": row.id.to_string(), "version": row.version, "plannedFor": planned_for });
        let code = self.act("rescheduleVisit", input);
        assert!(matches!(code.as_deref(), None | Some("NOT_PLANNED")), "{code:?}");
    }

    pub(super) fn cancel(&mut self, visit: Uuid) {
        let code = self.act("cancelVisit", json!({ "visitId": VisitId(visit).to_string(), "reason": "Snow" }));
        assert!(matches!(code.as_deref(), None | Some("NOT_OPEN")), "{code:?}");
    }

    /// Ends a session: its time is up, or an officer ends it because the phone is lost.
    pub(super) fn end(&mut self, token: &str, end: End) {
        let found = session::Entity::find().filter(session::Column::TokenHash.eq(hash(token)));
        let Some(found) = self.runtime.block_on(found.one(&self.app.db)).unwrap() else { return };
        match end {
            End::Expired => {
                let own = session::Column::Id.eq(found.id).or(session::Column::ReplacesId.eq(found.id));
                self.change_sessions(own, self.clock_now());
            }
            End::Revoked => {
                let code = self.act("revokeSession", json!({ "sessionId": found.id.to_string() }));
                assert!(matches!(code.as_deref(), None | Some("ALREADY_ENDED")), "{code:?}");
            }
        }
    }

    /// From now on the database fails when this command is to be done.
    pub(super) fn fail_at(&self, command: Uuid) {
        self.execute(&format!(
            "create trigger if not exists \"poison {command}\" before insert on idempotency when new.key = '{command}'
             begin select raise(abort, 'poisoned'); end"
        ));
    }

    pub(super) fn stop_failing(&self) {
        self.poisoned.keys().for_each(|command| self.execute(&format!("drop trigger if exists \"poison {command}\"")));
    }

    fn execute(&self, sql: &str) {
        self.runtime.block_on(self.app.db.execute_unprepared(sql)).unwrap();
    }

    /// The process ends, and another begins over the same disk.
    pub(super) fn start_again(&mut self) {
        self.touch();
        self.runtime.block_on(async {
            self.app.db.clone().close().await.unwrap();
            self.app = self.app.over(database::connect(&self.app.config.database_url).await.unwrap());
            (self.files, self.inside) = open(&self.app).await;
        });
    }

    pub(super) fn make_backup(&mut self) -> PathBuf {
        self.count += 1;
        let place = self.folder().join(format!("backup-{}", self.count));
        self.runtime.block_on(backup::backup(&self.files, &place)).unwrap();
        place
    }

    /// The disk is lost, with all that was written since; another takes what was kept.
    pub(super) fn bring_back(&mut self, place: &Path) {
        self.touch();
        let path = database::sqlite_path(&self.app.config.database_url).unwrap();
        self.runtime.block_on(async {
            self.app.db.clone().close().await.unwrap();
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
            }
            std::fs::remove_dir_all(self.app.config.data.join("objects")).unwrap();
            self.app = self.app.over(database::connect(&self.app.config.database_url).await.unwrap());
            self.app = restore::database(&self.app, place).await.unwrap();
            (self.files, self.inside) = open(&self.app).await;
            let brought = restore::objects(&self.files, place).await.unwrap();
            assert!(brought.missing.is_empty(), "{:?}", brought.missing);
        });
        // What makes it fail is not of the disk.
        let failing = self.poisoned.iter().filter(|(_, poison)| **poison == Poison::Fails);
        let failing: Vec<_> = failing.map(|(command, _)| *command).collect();
        self.stop_failing();
        failing.into_iter().for_each(|command| self.fail_at(command));
    }
}
