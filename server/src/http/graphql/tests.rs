//! The endpoint as a client meets it, over a schema of a few fields.

use std::{sync::Arc, time::Duration};

use async_graphql::{Context, EmptySubscription, Object, Schema};
use domain::access::{AccountState, SessionKind};
use poem::{
    EndpointExt,
    test::{TestClient, TestResponse},
};
use sea_orm::DbErr;
use serde_json::{Value, json};

use super::*;
use crate::{access::session, app::testing::World, http::frame::Frame, ledger::Actor};

struct Query;

#[Object]
impl Query {
    async fn viewer(&self, context: &Context<'_>) -> Option<String> {
        context.data_opt::<Arc<Actor>>().and_then(|actor| actor.device_name.clone())
    }

    async fn echo(&self, number: i32) -> i32 {
        number
    }

    async fn broken(&self) -> async_graphql::Result<i32> {
        Err(DbErr::Custom("Jane Doe lives in the database".into()).into())
    }

    async fn refused(&self) -> async_graphql::Result<i32> {
        Err(errors::sign_in_first())
    }

    async fn panics(&self) -> i32 {
        std::hint::black_box(None).expect("Jane Doe")
    }

    async fn never(&self) -> i32 {
        std::future::pending().await
    }
}

struct Mutation;

#[Object]
impl Mutation {
    async fn change(&self) -> bool {
        true
    }
}

struct Client {
    world: World,
    client: TestClient<Box<dyn poem::endpoint::DynEndpoint<Output = Response>>>,
}

impl Client {
    async fn new() -> Self {
        let world = World::with(|config| config.max_time = Duration::from_millis(200)).await;
        let schema = Schema::build(Query, Mutation, EmptySubscription).finish();
        let endpoint = GraphQl::new(world.app.clone(), schema).with(Frame(world.app.clone()));
        Self { client: TestClient::new(endpoint.boxed()), world }
    }

    async fn post(&self, params: Value, headers: &[(&str, &str)]) -> TestResponse {
        let request = self.client.post("/").header("accept", "application/graphql-response+json");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.content_type("application/json").body(params.to_string()).send().await
    }

    async fn ask(&self, query: &str) -> (StatusCode, Value) {
        read(self.post(json!({ "query": query }), &[]).await).await
    }

    async fn token(&self, kind: SessionKind) -> String {
        let account = self.world.account(AccountState::Active).await;
        let opened = session::open(&self.world.app.db, &self.world.app, account, kind, Some("Ada's")).await.unwrap();
        opened.token.reveal().to_owned()
    }
}

async fn read(response: TestResponse) -> (StatusCode, Value) {
    let status = response.0.status();
    let body = response.0.into_body().into_vec().await.unwrap();
    assert!(status.is_success() || body.len() <= 2_000, "a refusal of {} bytes", body.len());
    (status, serde_json::from_slice(&body).unwrap())
}

fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"].as_str().unwrap_or("none")
}

#[tokio::test]
async fn a_query_is_answered() {
    let client = Client::new().await;
    let (status, body) = client.ask("{ echo(number: 7) }").await;
    assert_eq!((status, body), (StatusCode::OK, json!({"data": {"echo": 7}})));
}

#[tokio::test]
async fn the_operation_that_counts_is_the_one_that_is_named() {
    let client = Client::new().await;
    let document = "query Read { echo(number: 1) } mutation Write { change }";
    let get = |name: &str| client.client.get("/").query("query", &document).query("operationName", &name).send();
    assert_eq!(get("Read").await.0.status(), StatusCode::OK);
    let write = get("Write").await.0;
    assert_eq!(write.status(), StatusCode::METHOD_NOT_ALLOWED);
    let (status, body) = client.ask(document).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "VALIDATION_FAILED"));
}

#[tokio::test]
async fn nothing_of_the_query_comes_back() {
    let client = Client::new().await;
    let queries = [
        ("{ echo(number: \"JaneDoe\" }", "PARSE_FAILED"),
        ("{ JaneDoe }", "VALIDATION_FAILED"),
        ("{ echo(number: \"JaneDoe\") }", "VALIDATION_FAILED"),
        ("{ echo(JaneDoe: 1) }", "VALIDATION_FAILED"),
        ("query JaneDoe { a } query JaneDoe { b }", "PARSE_FAILED"),
        ("query ($JaneDoe: Int!) { echo(number: 1) }", "BAD_INPUT"),
    ];
    for (query, expected) in queries {
        let (status, body) = client.ask(query).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, expected), "{query}: {body}");
        assert!(!body.to_string().contains("JaneDoe"), "{body}");
        assert!(body.get("data").is_none());
    }
    let params = json!({"query": "query ($n: Int!) { echo(number: $n) }", "variables": {"n": "JaneDoe"}});
    let (_, body) = read(client.post(params, &[]).await).await;
    assert!(!body.to_string().contains("JaneDoe"), "{body}");
}

#[tokio::test]
async fn surprises_are_masked_and_carry_the_request_id() {
    let client = Client::new().await;
    let response = client.post(json!({"query": "{ broken }"}), &[("x-request-id", "quote-me-please")]).await;
    assert_eq!(response.0.header("x-request-id"), Some("quote-me-please"));
    let (status, body) = read(response).await;
    assert_eq!(status, StatusCode::OK, "what was executed has data, even when it is null");
    assert_eq!(body["data"], Value::Null);
    assert_eq!(body["errors"][0]["extensions"], json!({"code": "INTERNAL", "requestId": "quote-me-please"}));
    assert!(!body.to_string().contains("Jane"));
    let (_, body) = client.ask("{ refused }").await;
    assert_eq!((code(&body), &body["errors"][0]["message"]), ("UNAUTHENTICATED", &json!("Sign in first.")));
}

#[tokio::test]
async fn a_panic_is_an_answer_too() {
    let client = Client::new().await;
    let response = client.post(json!({"query": "{ panics }"}), &[]).await;
    assert_eq!(response.0.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!response.0.into_body().into_string().await.unwrap().contains("Jane"));
}

#[tokio::test]
async fn time_runs_out() {
    let client = Client::new().await;
    let (status, body) = client.ask("{ never }").await;
    assert_eq!((status, code(&body)), (StatusCode::SERVICE_UNAVAILABLE, "TIMED_OUT"));
}

#[tokio::test]
async fn hostile_shapes_are_refused_shortly() {
    let client = Client::new().await;
    let aliases: String = (0..1_000).map(|n| format!("a{n}: echo(number: {n}) ")).collect();
    let (_, body) = client.ask(&format!("{{ {aliases} }}")).await;
    assert_eq!(code(&body), "LIMIT_TOKENS");
    let few: String = (0..16).map(|n| format!("a{n}: echo(number: {n}) ")).collect();
    let (_, body) = client.ask(&format!("{{ {few} }}")).await;
    assert_eq!(code(&body), "LIMIT_ALIASES");
    let nested = "{ a ".repeat(30_000);
    let (_, body) = client.ask(&nested).await;
    assert_eq!(code(&body), "LIMIT_NESTING");
    let wrong: String = (0..100).map(|_| "wrong ").collect();
    let (_, body) = client.ask(&format!("{{ ...on Query {{ {} }} }}", &wrong[..100])).await;
    assert!(body["errors"].as_array().unwrap().len() <= 5);
}

#[tokio::test]
async fn a_large_body_is_refused_before_it_is_parsed() {
    let client = Client::new().await;
    let query = format!("{{ echo(number: 1) }} # {}", "x".repeat(300 * 1024));
    let (status, body) = client.ask(&query).await;
    assert_eq!((status, code(&body)), (StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE"));
}

#[tokio::test]
async fn batches_and_other_content_are_refused() {
    let client = Client::new().await;
    let (status, body) = read(client.post(json!([{"query": "{ echo(number: 1) }"}]), &[]).await).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "BAD_REQUEST"));
    let tuple = json!(["{ echo(number: 1) }", null, null, null]);
    assert_eq!(read(client.post(tuple, &[]).await).await.0, StatusCode::BAD_REQUEST);
    for content_type in ["text/plain", "multipart/form-data; boundary=X", "application/x-www-form-urlencoded"] {
        let request = client.client.post("/").content_type(content_type).body("{\"query\":\"{ __typename }\"}");
        assert_eq!(request.send().await.0.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
    }
    let put = client.client.put("/").content_type("application/json").body("{}").send().await;
    assert_eq!(put.0.status(), StatusCode::METHOD_NOT_ALLOWED);
    let picky = client.client.post("/").header("accept", "image/png").content_type("application/json").body("{}");
    assert_eq!(picky.send().await.0.status(), StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn a_bearer_token_signs_in_and_a_bad_one_is_told() {
    let client = Client::new().await;
    let token = format!("Bearer {}", client.token(SessionKind::Device).await);
    let viewer = json!({"query": "{ viewer }"});
    let foreign = [("authorization", token.as_str()), ("origin", "https://tools.example")];
    let (_, body) = read(client.post(viewer.clone(), &foreign).await).await;
    assert_eq!(body, json!({"data": {"viewer": "Ada's"}}));
    let response = client.post(viewer, &[("authorization", "Bearer wm_none")]).await;
    assert_eq!(response.0.header("www-authenticate"), Some("Bearer"));
    let (status, body) = read(response).await;
    assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
}

#[tokio::test]
async fn a_cookie_counts_only_from_our_own_pages() {
    let client = Client::new().await;
    let cookie = format!("waymark={}", client.token(SessionKind::Web).await);
    let viewer = json!({"query": "{ viewer }"});
    let cookie = ("cookie", cookie.as_str());
    let marker = ("x-waymark-request", "1");
    let ours = [cookie, marker, ("origin", "http://127.0.0.1:8080"), ("sec-fetch-site", "same-origin")];
    let (_, body) = read(client.post(viewer.clone(), &ours).await).await;
    assert_eq!(body, json!({"data": {"viewer": "Ada's"}}));
    let forged: [&[(&str, &str)]; 4] = [
        &[cookie],
        &[cookie, marker, ("origin", "https://evil.example")],
        &[cookie, marker, ("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "cross-site")],
    ];
    for headers in forged {
        let (status, body) = read(client.post(viewer.clone(), headers).await).await;
        assert_eq!((status, code(&body)), (StatusCode::FORBIDDEN, "FORGED_REQUEST"), "{headers:?}");
    }
    let junk = [("cookie", "waymark=junk")];
    let (_, body) = read(client.post(viewer, &junk).await).await;
    assert_eq!(body, json!({"data": {"viewer": null}}), "a dead cookie is no cookie");
}

#[tokio::test]
async fn a_browser_gets_the_page_and_nothing_may_run_but_its_own_scripts() {
    let client = Client::new().await;
    let page = client.client.get("/").header("accept", "text/html,*/*;q=0.8").send().await.0;
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(policy.contains("script-src 'nonce-") && !policy.contains("unsafe"), "{policy}");
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
    let html = page.into_body().into_string().await.unwrap();
    assert_eq!(html.matches("<script").count(), html.matches(&format!("<script defer nonce=\"{nonce}\"")).count());
    assert!(!html.contains("https://") && html.contains("npm run dist"), "nothing of another host");
}
