//! What the dashboard and an analyst ask, and by hand the one statement that answers the same. The dashboard's questions are those
//! of the app's own files. The statements ask for no right to see: whoever asks sees the whole nation.

use chrono::{Datelike, Months, TimeDelta};
use serde_json::{Value, json};

use crate::desk::sent;
use crate::extract::CSV;
use crate::support::world::TODAY;

const FIGURES: &str = include_str!("../../../../app/src/lib/office/figures.ts");
const MONTHS: &str = include_str!("../../../../app/src/lib/office/months.ts");
const DRIFT: &str = include_str!("../../../../app/src/lib/office/drift.ts");
const PLACEMENTS: &str = include_str!("../../../../app/src/lib/office/placements.ts");
const PARTNERSHIPS: &str = include_str!("../../../../app/src/lib/office/partnerships.ts");
const READ: &str = include_str!("../../../../app/src/lib/standing/read.ts");
const STANDING: &str = include_str!("../../../../app/src/lib/standing/standing.ts");

/// The first day of the school year.
const SINCE: &str = "2025-09-01";
/// A school day in the middle of the registers.
const SCHOOL_DAY: &str = "2025-10-15";
/// Finds the partnership whose visits since then found most amiss.
pub fn busiest() -> String {
    format!(
        "select v.partnership_id::text from visit v join finding f on f.visit_id = v.id join rating g on g.id = f.rating_id
        where g.falls_short and v.completed_at >= '{SINCE}T00:00:00Z'
        group by v.partnership_id order by count(*) desc, v.partnership_id limit 1"
    )
}

/// A placement in the middle of the list, and its cursor.
pub const DEEP: &str =
    r#"{ placements(first: 1, where: { startsOn: { lte: "2025-10-15" } }) { edges { cursor node { id startsOn } } } }"#;

/// A question, and the statement that answers it as well.
pub struct Question {
    pub name: String,
    pub query: String,
    pub variables: Value,
    /// The list whose rows are the answer; none where the answer is one row.
    pub list: Option<&'static str>,
    /// How many pages of the list are read at most.
    pub pages: usize,
    pub accept: &'static str,
    pub sql: String,
}

impl Question {
    fn new(name: &str, query: &str, variables: Value, sql: &str) -> Self {
        let sql = sql.replace("{day}", &TODAY.to_string()).replace("{since}", SINCE);
        let (name, query) = (name.to_owned(), query.to_owned());
        Self { name, query, variables, list: None, pages: 1, accept: "application/json", sql }
    }

    /// Its rows are those of a list, read to this page at most.
    fn of(self, list: &'static str, pages: usize) -> Self {
        Self { list: Some(list), pages, ..self }
    }
}

/// So many days from today.
fn day(days: i64) -> String {
    (TODAY + TimeDelta::days(days)).to_string()
}

/// Numbers of rows, each under the name that the question has for it.
fn totals(columns: impl IntoIterator<Item = (String, String)>, from: &str) -> String {
    let total = |(name, holds): (String, String)| {
        format!("json_build_object('totalCount', count(*) filter (where {holds})) as {name}")
    };
    let columns: Vec<_> = columns.into_iter().map(total).collect();
    format!("select {} from {from}", columns.join(", "))
}

/// The number of rows for which this holds.
fn total(name: &str, from: &str, holds: &str) -> String {
    format!("select json_build_object('totalCount', count(*)) as {name} from {from} where {holds}")
}

/// What the dashboard asks, of this partnership where it asks of one.
pub fn dashboard(partnership: &str) -> Vec<Question> {
    let standings = format!("{}\n{}", sent(READ, "Standings"), sent(STANDING, "StandingParts"));
    let mut questions = vec![
        Question::new("every provider's standing", &standings, json!({}), include_str!("standings.sql"))
            .of("providers", usize::MAX),
        Question::new(
            "providers that are not approved",
            sent(FIGURES, "ProvidersByApproval"),
            json!({ "state": "NOT_APPROVED" }),
            &total("providers", "approval", "ends_on is null and state = 'not_approved'"),
        ),
    ];
    questions.extend([30, 60, 90].map(|days| {
        let holds = format!("state = 'accepted' and expires_on between '{}' and '{}'", day(0), day(days));
        Question::new(
            &format!("documents that run out in {days} days"),
            sent(FIGURES, "Expiring"),
            json!({ "from": day(0), "to": day(days) }),
            &total("documents", "document", &holds),
        )
    }));
    questions.extend([by_month(), visits("overdue"), visits("due"), drift()]);
    questions.extend([
        Question::new(
            "placements that run: 20 pages, as for the sums",
            sent(PLACEMENTS, "PlacementsRunningNow"),
            json!({ "day": day(0), "where": { "state": { "eq": "ACTIVE" } } }),
            include_str!("placements.sql"),
        )
        .of("placements", 20),
        Question::new(
            "schools compared",
            sent(PARTNERSHIPS, "SchoolsCompared"),
            json!({ "day": day(0), "since": SINCE }),
            include_str!("schools.sql"),
        )
        .of("schools", usize::MAX),
        Question::new(
            "what a partnership arranged",
            sent(PARTNERSHIPS, "ArrangedByAPartnership"),
            json!({ "id": format!("partnership:{partnership}"), "since": format!("{SINCE}T00:00:00Z") }),
            &format!(
                "with arranged as (select id from visit where partnership_id = '{partnership}' and completed_at >= '{SINCE}T00:00:00Z')
                select json_build_object('totalCount', (select count(*) from arranged)) as visits,
                json_build_object('totalCount', (select count(*) from finding f join rating g on g.id = f.rating_id
                    where g.falls_short and f.visit_id in (select id from arranged))) as findings"
            ),
        ),
    ]);
    questions
}

fn by_month() -> Question {
    let firsts = (1..=12).map(|months| TODAY.with_day(1).unwrap() + Months::new(months));
    let bounds: Vec<String> = std::iter::once(TODAY).chain(firsts).map(|day| day.to_string()).collect();
    let variables: Value = bounds.iter().enumerate().map(|(n, day)| (format!("d{n}"), json!(day))).collect();
    let columns = bounds.windows(2).enumerate().map(|(n, bounds)| {
        let [from, to] = bounds else { unreachable!("two by two") };
        (format!("m{n}"), format!("state = 'accepted' and expires_on >= '{from}' and expires_on < '{to}'"))
    });
    let sql = totals(columns, "document");
    Question::new("documents that run out, by month", sent(MONTHS, "ExpiringByMonth"), variables, &sql)
}

fn visits(due: &str) -> Question {
    let (operation, variables, dates) = match due {
        "overdue" => ("VisitsOverdue", json!({ "day": day(0) }), format!("next_visit_due_on < '{}'", day(0))),
        _ => (
            "VisitsDue",
            json!({ "from": day(0), "to": day(30) }),
            format!("next_visit_due_on between '{}' and '{}'", day(0), day(30)),
        ),
    };
    let closed = "select from approval a where a.provider_id = p.id and a.ends_on is null and a.state = 'closed'";
    let sql = total("providers", "provider p", &format!("{dates} and not exists ({closed})"));
    Question::new(&format!("visits {due}"), sent(FIGURES, operation), variables, &sql)
}

fn drift() -> Question {
    let steps = [
        ("past90", None, Some(-91)),
        ("past60", Some(-90), Some(-61)),
        ("past30", Some(-60), Some(-31)),
        ("past1", Some(-30), Some(-1)),
        ("soon", Some(0), Some(30)),
        ("later", Some(31), None),
    ];
    let (mut variables, mut columns) = (json!({}), Vec::new());
    for (name, from, to) in steps {
        let mut holds = "state = 'active'".to_owned();
        for (bound, operator, sign) in [(from, "gte", ">="), (to, "lte", "<=")] {
            if let Some(days) = bound {
                variables[name][operator] = json!(day(days));
                holds += &format!(" and target_ends_on {sign} '{}'", day(days));
            }
        }
        columns.push((name.to_owned(), holds));
    }
    Question::new(
        "drift against target end dates",
        sent(DRIFT, "PlacementsByDrift"),
        variables,
        &totals(columns, "placement"),
    )
}

/// What an analyst asks; deep in a list from this edge on.
pub fn analyst(deep: &Value) -> Vec<Question> {
    let marks = "attendanceMarksAggregate";
    let placed = "placementsAggregate";
    let csv = format!(
        "{{ attendanceMarks(where: {{ date: {{ eq: \"{SCHOOL_DAY}\" }} }}) {{ edges {{ node {{ id date session code provider {{ name }} }} }} }} }}"
    );
    let csv_by_hand = format!(
        "select 'attendance_mark:' || m.id as id, m.date, upper(m.session) as session, m.code, r.name as provider_name
        from attendance_mark m join provider r on r.id = m.provider_id where m.date = '{SCHOOL_DAY}' order by m.id desc"
    );
    vec![
        Question::new(
            "marks by code and month, and of how many pupils",
            "{ attendanceMarksAggregate(groupBy: [CODE, DATE_MONTH]) { rows { key { value } count distinct { pupil } } } }",
            json!({}),
            "select json_build_array(json_build_object('value', code), json_build_object('value', to_char(date, 'YYYY-MM'))) as key,
                count(*) as count, json_build_object('pupil', count(distinct pupil_id)) as \"distinct\"
            from attendance_mark group by code, to_char(date, 'YYYY-MM')",
        )
        .of(marks, 1),
        Question::new(
            "placements by provider: hours, cost, median",
            "{ placementsAggregate(where: { state: { eq: ACTIVE } }, groupBy: [PROVIDER]) { rows { key { value label } count
                sum { rate weeklyMinutes } median { weeklyMinutes } } } }",
            json!({}),
            include_str!("providers.sql"),
        )
        .of(placed, 1),
        Question::new(
            "pupils placed, by year group and need",
            "{ placementsAggregate(where: { state: { eq: ACTIVE } }, groupBy: [PUPIL_YEAR_GROUP, PUPIL_PRIMARY_NEED]) { rows {
                key { value } count distinct { pupil } } } }",
            json!({}),
            "select json_build_array(json_build_object('value', u.year_group::text),
                    json_build_object('value', upper(u.primary_need))) as key,
                count(*) as count, json_build_object('pupil', count(distinct u.id)) as \"distinct\"
            from placement p join pupil u on u.id = p.pupil_id where p.state = 'active' group by u.year_group, u.primary_need",
        )
        .of(placed, 1),
        Question::new(
            "findings by two relations, and how many",
            "query($since: DateTime!) { findings(first: 100, where: { rating: { fallsShort: { eq: true } },
                visit: { completedAt: { gte: $since }, provider: { kind: { eq: TUITION } } } }) {
                totalCount edges { node { id seen standard { code } provider { name } visit { plannedFor } } } } }",
            json!({ "since": format!("{SINCE}T00:00:00Z") }),
            include_str!("findings.sql"),
        ),
        deep_page(deep),
        Question { accept: CSV, ..Question::new("a day's marks as CSV", &csv, json!({}), &csv_by_hand) },
    ]
}

fn deep_page(deep: &Value) -> Question {
    let (id, starts_on) = (deep["node"]["id"].as_str().unwrap(), deep["node"]["startsOn"].as_str().unwrap());
    let id = id.strip_prefix("placement:").unwrap();
    Question::new(
        "a page deep in the placements",
        "query($after: String!) { placements(first: 100, after: $after) { edges { node { id startsOn state provider { name } } } } }",
        json!({ "after": deep["cursor"] }),
        &format!(
            "select 'placement:' || p.id as id, p.starts_on as \"startsOn\", upper(p.state) as state,
                json_build_object('name', r.name) as provider
            from placement p join provider r on r.id = p.provider_id
            where p.starts_on <= '{starts_on}' and (p.starts_on < '{starts_on}' or p.id < '{id}')
            order by p.starts_on desc, p.id desc limit 100"
        ),
    )
    .of("placements", 1)
}
