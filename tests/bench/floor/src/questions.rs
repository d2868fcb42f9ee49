//! The questions of `questions.mjs`, those of which the database is not the cost.

use chrono::NaiveDate;
use sea_orm::sqlx::postgres::PgRow;
use sea_orm::sqlx::{Error, PgConnection, query};
use uuid::Uuid;

use crate::json::As::{Code, Date, Flag, Id, Instant, Int, Long, Text};
use crate::json::{As, Json, at};

type Answer = Result<Vec<u8>, Error>;

const PUPIL: &[(&str, As)] = &[("id", Id("pupil")), ("givenName", Text), ("familyName", Text), ("yearGroup", Int)];
const MARK: &[(&str, As)] = &[("session", Code), ("code", Text), ("minutesLate", Int)];
const EVIDENCE: &[(&str, As)] = &[("id", Id("evidence")), ("kind", Code), ("caption", Text), ("capturedAt", Instant)];
/// How many changes a page has. One more is looked for, to tell whether it is the last.
const CHANGES: usize = 500;

pub async fn placements(db: &mut PgConnection, on: NaiveDate) -> Answer {
    let statement = "select p.id, p.state, p.starts_on, p.rate_basis,
            pupil.id, pupil.given_name, pupil.family_name, pupil.year_group, school.id, school.name,
            provider.id, provider.name, provider.kind
        from (select * from placement where state = 'active' and starts_on <= $1
            order by starts_on desc, id desc limit 50) p
        join pupil on pupil.id = p.pupil_id join school on school.id = pupil.school_id
        join provider on provider.id = p.provider_id
        order by p.starts_on desc, p.id desc";
    let placements = query(statement).bind(on).fetch_all(&mut *db).await?;
    let statement = "select provider_id, id, title, state, expires_on from document where provider_id = any($1)
        order by provider_id, expires_on, id";
    let documents = query(statement).bind(ids(&placements, 10)).fetch_all(db).await?;
    let mut json = Json::new();
    json.edges("placements", &placements, |json, row| {
        json.fields(row, 0, &[("id", Id("placement")), ("state", Code), ("startsOn", Date), ("rateBasis", Code)]);
        json.open("pupil");
        json.fields(row, 4, PUPIL);
        json.object("school", row, 8, &[("id", Id("school")), ("name", Text)]);
        json.close();
        json.open("provider");
        json.fields(row, 10, &[("id", Id("provider")), ("name", Text), ("kind", Code)]);
        json.edges("documents", of(&documents, at(row, 10), 20), |json, row| {
            json.fields(row, 1, &[("id", Id("document")), ("title", Text), ("state", Code), ("expiresOn", Date)]);
        });
        json.close();
    });
    Ok(json.end())
}

pub async fn provider(db: &mut PgConnection, id: Uuid) -> Answer {
    let statement = "select id, name, kind, registered, capacity, telephone from provider where id = $1";
    let provider = query(statement).bind(id).fetch_one(&mut *db).await?;
    let statement = "select id, planned_for, purpose, state, summary from visit where provider_id = $1
        order by planned_for desc, id desc limit 5";
    let visits = query(statement).bind(id).fetch_all(&mut *db).await?;
    let statement = "select f.visit_id, f.id, f.seen, f.action, f.settled, standard.code, standard.title, rating.label
        from finding f join standard on standard.id = f.standard_id join rating on rating.id = f.rating_id
        where f.visit_id = any($1) order by f.visit_id, f.id";
    let findings = query(statement).bind(ids(&visits, 0)).fetch_all(&mut *db).await?;
    let statement = "select visit_id, id, kind, caption, captured_at from evidence where visit_id = any($1)
        order by visit_id, captured_at, id";
    let evidence = query(statement).bind(ids(&visits, 0)).fetch_all(db).await?;
    let mut json = Json::new();
    json.open("node");
    json.fields(&provider, 0, &[("id", Id("provider")), ("name", Text), ("kind", Code), ("registered", Flag)]);
    json.fields(&provider, 4, &[("capacity", Int), ("telephone", Text)]);
    json.edges("visits", &visits, |json, row| {
        json.fields(row, 0, &[("id", Id("visit")), ("plannedFor", Date), ("purpose", Text), ("state", Code)]);
        json.fields(row, 4, &[("summary", Text)]);
        json.edges("findings", of(&findings, at(row, 0), 50), |json, row| {
            json.fields(row, 1, &[("id", Id("finding")), ("seen", Text), ("action", Text), ("settled", Flag)]);
            standard(json, row, 5);
        });
        json.edges("evidence", of(&evidence, at(row, 0), 20), |json, row| json.fields(row, 1, EVIDENCE));
    });
    json.close();
    Ok(json.end())
}

pub async fn visit(db: &mut PgConnection, id: Uuid) -> Answer {
    let statement =
        "select v.id, v.planned_for, v.purpose, v.state, v.report_state, v.summary, provider.id, provider.name
        from visit v join provider on provider.id = v.provider_id where v.id = $1";
    let visit = query(statement).bind(id).fetch_one(&mut *db).await?;
    let statement = "select j.id, j.seen, j.action, j.revision, standard.code, standard.title, rating.label
        from judgement j join standard on standard.id = j.standard_id join rating on rating.id = j.rating_id
        where j.visit_id = $1 order by j.id limit 100";
    let judgements = query(statement).bind(id).fetch_all(&mut *db).await?;
    let statement = "select e.id, e.kind, e.caption, e.captured_at, file.id, file.sha256, file.byte_size
        from evidence e join file on file.id = e.file_id where e.visit_id = $1 order by e.captured_at, e.id limit 100";
    let evidence = query(statement).bind(id).fetch_all(db).await?;
    let mut json = Json::new();
    json.open("node");
    json.fields(&visit, 0, &[("id", Id("visit")), ("plannedFor", Date), ("purpose", Text), ("state", Code)]);
    json.fields(&visit, 4, &[("reportState", Code), ("summary", Text)]);
    json.object("provider", &visit, 6, &[("id", Id("provider")), ("name", Text)]);
    json.edges("judgements", &judgements, |json, row| {
        json.fields(row, 0, &[("id", Id("judgement")), ("seen", Text), ("action", Text), ("revision", Int)]);
        standard(json, row, 4);
    });
    json.edges("evidence", &evidence, |json, row| {
        json.fields(row, 0, EVIDENCE);
        json.object("file", row, 4, &[("id", Id("file")), ("sha256", Text), ("byteSize", Long)]);
    });
    json.close();
    Ok(json.end())
}

pub async fn changes(db: &mut PgConnection, after: i64) -> Answer {
    let statement = "select c.position, j.id, j.visit_id, j.standard_id, j.account_id, account.name, j.rating_id,
            j.seen, j.action, j.revision
        from (select position, noun_id from change where position > $1 order by position limit 501) c
        join judgement j on j.id = c.noun_id join account on account.id = j.account_id order by c.position";
    let changes = query(statement).bind(after).fetch_all(db).await?;
    let page = &changes[..changes.len().min(CHANGES)];
    let mut json = Json::new();
    json.open("sync");
    json.plain("cursor", page.last().map_or(after, |row| at(row, 0)).to_string());
    json.plain("isCaughtUp", changes.len() <= CHANGES);
    json.list("items", page, |json, row| {
        json.open("judgement");
        json.fields(row, 1, &[("id", Id("judgement")), ("visit", Id("visit")), ("standard", Id("standard"))]);
        json.fields(row, 4, &[("account", Id("account")), ("accountName", Text), ("rating", Id("rating"))]);
        json.fields(row, 7, &[("seen", Text), ("action", Text), ("revision", Int)]);
        json.close();
    });
    json.close();
    Ok(json.end())
}

pub async fn newest_marks(db: &mut PgConnection, date: NaiveDate, id: Uuid) -> Answer {
    let statement = "select id, date, session, code, minutes_late from attendance_mark where (date, id) < ($1, $2)
        order by date desc, id desc limit 100";
    Ok(marks(&query(statement).bind(date).bind(id).fetch_all(db).await?))
}

pub async fn marks_by_id(db: &mut PgConnection, id: Uuid) -> Answer {
    let statement = "select id, date, session, code, minutes_late from attendance_mark where id > $1
        order by id limit 100";
    Ok(marks(&query(statement).bind(id).fetch_all(db).await?))
}

pub async fn register(db: &mut PgConnection, id: Uuid, date: NaiveDate) -> Answer {
    let provider = query("select id, name from provider where id = $1").bind(id).fetch_one(&mut *db).await?;
    let statement = "select p.id, p.rate_basis, pupil.id, pupil.given_name, pupil.family_name, pupil.year_group
        from placement p join pupil on pupil.id = p.pupil_id where p.provider_id = $1 and p.state = 'active'
        order by p.id limit 100";
    let placements = query(statement).bind(id).fetch_all(&mut *db).await?;
    let statement = "select placement_id, id, session, code, minutes_late from attendance_mark
        where placement_id = any($1) and date = $2 order by placement_id, session";
    let marks = query(statement).bind(ids(&placements, 0)).bind(date).fetch_all(db).await?;
    let mut json = Json::new();
    json.open("node");
    json.fields(&provider, 0, &[("id", Id("provider")), ("name", Text)]);
    json.edges("placements", &placements, |json, row| {
        json.fields(row, 0, &[("id", Id("placement")), ("rateBasis", Code)]);
        json.object("pupil", row, 2, PUPIL);
        json.edges("marks", of(&marks, at(row, 0), 2), |json, row| {
            json.fields(row, 1, &[("id", Id("attendance_mark"))]);
            json.fields(row, 2, MARK);
        });
    });
    json.close();
    Ok(json.end())
}

fn marks(rows: &[PgRow]) -> Vec<u8> {
    let mut json = Json::new();
    json.edges("attendanceMarks", rows, |json, row| {
        json.fields(row, 0, &[("id", Id("attendance_mark")), ("date", Date)]);
        json.fields(row, 2, MARK);
    });
    json.end()
}

/// The standard and the rating from this column on.
fn standard(json: &mut Json, row: &PgRow, from: usize) {
    json.object("standard", row, from, &[("code", Text), ("title", Text)]);
    json.object("rating", row, from + 2, &[("label", Text)]);
}

/// The ids in a column.
fn ids(rows: &[PgRow], column: usize) -> Vec<Uuid> {
    rows.iter().map(|row| at(row, column)).collect()
}

/// The rows of one owner, so many at most. Its id is the first column, by which they are sorted.
fn of(rows: &[PgRow], owner: Uuid, most: usize) -> &[PgRow] {
    let rows = &rows[rows.partition_point(|row| at::<Uuid>(row, 0) < owner)..];
    &rows[..rows.partition_point(|row| at::<Uuid>(row, 0) == owner).min(most)]
}
