//! What strangers send. Hostile queries are refused before they are executed, run no statement beyond those that say who
//! asks, are answered in 2 kB at most, and nothing of them is repeated. Forged requests change nothing.

use std::sync::atomic::Ordering;

use domain::access::SessionKind;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::access::session;

use crate::support::pair::{Pair, on_both_pairs, on_pair};
use crate::support::world::World;

/// What an answer is searched for: it stands in every hostile request.
const MARK: &str = "SamExample";
/// The most bytes of an answer.
const SHORT: usize = 2048;

/// A request's body, by what is wrong with it.
fn hostile() -> Vec<(&'static str, String)> {
    let query = |query: String| json!({ "query": query }).to_string();
    let doubling: String =
        (0..18).map(|n| format!("fragment F{n} on Query {{ ...F{m} ...F{m} }} ", m = n + 1)).collect();
    let deep = |levels: usize| {
        let opened = "providers { edges { node { visits { edges { node { provider { ".repeat(levels);
        format!("{{ {MARK}: {opened} id {} }}", " } } } } } } }".repeat(levels))
    };
    let unfolding = "types { fields { type { fields { type { fields { name } } } } } }";
    vec![
        ("a thousand aliases", query((0..1000).map(|n| format!("{MARK}{n}: viewer {{ id }} ")).collect::<String>())),
        ("aliases", query(format!("{{ {} }}", (0..16).map(|n| format!("{MARK}{n}: viewer {{ id }} ")).collect::<String>()))),
        ("depth", query(deep(12))),
        ("brackets", query(format!("{{ {MARK} {}", "{ a ".repeat(50_000)))),
        ("list brackets", query(format!("{{ {MARK}(a: {}", "[".repeat(100_000)))),
        ("fragments that unfold to 2^18", query(format!("{{ ...F0 }} {doubling} fragment F18 on Query {{ {MARK}: viewer {{ id }} }}"))),
        ("fragments in a circle", query(format!("{{ ...{MARK} }} fragment {MARK} on Query {{ ...{MARK} }}"))),
        ("directives", query(format!("{{ {MARK}: viewer {} {{ id }} }}", "@include(if: true) ".repeat(50)))),
        ("a huge text", query(format!("{{ node(id: \"{MARK}{}\") {{ id }} }}", "x".repeat(300_000)))),
        ("a huge number", query(format!("{{ {MARK}: providers(first: {}) {{ totalCount }} }}", "9".repeat(5_000)))),
        ("a long list", query(format!("{{ providers(where: {{ id: {{ in: [{}] }} }}) {{ totalCount }} }}", format!("\"{MARK}\" ").repeat(1001)))),
        ("pages within pages", query(format!("{{ {MARK}: providers(first: 100) {{ edges {{ node {{ visits(first: 100) {{ edges {{ node {{ findings(first: 100) {{ edges {{ node {{ id }} }} }} }} }} }} }} }} }} }}"))),
        ("the schema unfolded", query(format!("{{ {MARK}: __schema {{ {unfolding} }} }}"))),
        ("many operations", query((0..50).map(|n| format!("query {MARK}{n} {{ viewer {{ id }} }} ")).collect())),
        ("many root fields", query(format!("{{ {} }}", format!("{MARK} ").repeat(50)))),
        ("ten megabytes", query(format!("{{ viewer {{ id }} }} # {MARK} {}", "x".repeat(10 << 20)))),
        ("deep variables", format!("{{\"query\": \"{{ {MARK} }}\", \"variables\": {{\"a\": {}{}}}}}", "[".repeat(100_000), "]".repeat(100_000))),
        ("a long list of variables", json!({ "query": "query($ids: [ID!]) { providers(where: { id: { in: $ids } }) { totalCount } }", "variables": { "ids": vec![MARK; 1001] } }).to_string()),
        ("a batch", format!("[{}]", vec![query(format!("{{ {MARK}: viewer {{ id }} }}")); 100].join(","))),
        ("a batch by one key", json!({ "query": { MARK: "{ viewer { id } }" } }).to_string()),
        ("no JSON", format!("query={{ {MARK} }}")),
        ("a field that is not there", query(format!("{{ providers {{ {MARK} }} }}"))),
        ("an argument that does not fit", query(format!("{{ providers(first: \"{MARK}\") {{ totalCount }} }}"))),
        ("a null byte", query(format!("{{ \u{0} {MARK} }}"))),
    ]
}

on_both_pairs!(hostile_queries_run_nothing_and_get_a_short_answer_that_repeats_nothing, async |stores| {
    let (db, count) = stores.database.counted().await;
    let world = World::over(db, stores).await;
    for (name, body) in hostile() {
        assert!(body.contains(MARK), "{name} would not be found again");
        // Signed in, who asks and what they may see is looked up; nobody's request costs nothing at all.
        for (token, lookups) in [(None, 0), (Some(&world.officer.token), 1)] {
            count.store(0, Ordering::Relaxed);
            let mut request = world.server().post("/graphql").content_type("application/json").body(body.clone());
            if let Some(token) = token {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            let response = request.send().await.0;
            let status = response.status();
            let answer = response.into_body().into_string().await.unwrap();
            assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{name}: {answer}");
            assert!(answer.len() <= SHORT, "{name}: {} bytes", answer.len());
            assert!(!answer.contains(MARK), "{name}: {answer}");
            let parsed: Value = serde_json::from_str(&answer).unwrap();
            let code = parsed["errors"][0]["extensions"]["code"].as_str();
            assert!(
                code.is_some_and(|code| code != "INTERNAL") && parsed.get("data").is_none_or(Value::is_null),
                "{name}: {answer}"
            );
            assert!(count.load(Ordering::Relaxed) <= lookups, "{name}: {} statements", count.load(Ordering::Relaxed));
        }
    }
});

/// Headers that every answer carries, whatever it answers.
const CAREFUL: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

#[test]
fn every_answer_carries_the_headers_that_keep_a_browser_careful() {
    on_pair(Pair::SqliteDirectory, async |stores| {
        let mut world = World::new(stores).await;
        world.configure(|config| config.public_url = "https://waymark.example.org".to_owned());
        for (method, path) in [
            (Method::GET, "/graphql"),
            (Method::POST, "/graphql"),
            (Method::PUT, "/graphql"),
            (Method::GET, "/session"),
            (Method::POST, "/session"),
            (Method::POST, "/session/password"),
            (Method::POST, "/session/second-factor"),
            (Method::GET, "/welcome"),
            (Method::GET, "/assets/page.css"),
            (Method::GET, "/health/live"),
            (Method::GET, "/health/ready"),
            (Method::GET, "/nothing/is/here"),
        ] {
            let answer = world.server().request(method.clone(), path).header("accept", "text/html").send().await.0;
            for (name, value) in CAREFUL {
                assert_eq!(answer.header(name), Some(value), "{method} {path}");
            }
            let policy = answer.header("content-security-policy").unwrap();
            assert!(
                policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{path}: {policy}"
            );
            assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"), "{path}: {policy}");
            assert!(answer.header("cache-control").is_some() && answer.header("x-request-id").is_some(), "{path}");
            assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"), "{path}");
            assert_eq!(answer.header("access-control-allow-origin"), None, "{path}");
            assert_eq!(answer.header("server"), None, "{path}");
        }
    });
}

#[test]
fn whatever_changes_something_is_refused_to_other_sites() {
    on_pair(Pair::SqliteDirectory, async |stores| {
        let world = World::new(stores).await;
        let opened = session::open(&world.app.db, &world.app, world.officer.account, SessionKind::Web, None).await;
        let cookie = format!("waymark={}", opened.unwrap().token.reveal());
        let marked = ("x-waymark-request", "page");
        let forged: [&[(&str, &str)]; 5] = [
            &[],
            &[marked, ("origin", "https://evil.example")],
            &[marked, ("origin", "null")],
            &[marked, ("sec-fetch-site", "cross-site")],
            &[marked, ("sec-fetch-site", "same-site")],
        ];
        let mutation =
            json!({ "query": "mutation { signOut(input: { idempotencyKey: \"forged-key\" }) { session { id } } }" });
        let credentials = json!({ "email": "sam@fen.example", "password": "anything at all" });
        for (method, path, body) in [
            (Method::POST, "/graphql", mutation),
            (Method::POST, "/session", credentials),
            (Method::DELETE, "/session", json!({})),
            (Method::POST, "/session/password", json!({ "token": "t", "password": "p" })),
            (Method::POST, "/session/second-factor", json!({ "pending": "p", "code": "c" })),
        ] {
            for headers in forged {
                let request = world.server().request(method.clone(), path).header("cookie", &cookie).body_json(&body);
                let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
                assert_eq!(request.send().await.0.status(), StatusCode::FORBIDDEN, "{method} {path} {headers:?}");
            }
        }
        let state = world.server().get("/session").header("cookie", &cookie).header(marked.0, marked.1).send().await;
        assert_eq!(state.0.into_body().into_string().await.unwrap(), "{\"signedIn\":true}", "nothing has changed");
    });
}
