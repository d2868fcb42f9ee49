//! People come in by a link, go out at once, and nobody rules over what is not theirs.

use domain::access::{AccountState, Role};
use entity::ids::{AuthorityId, ProviderId};
use serde_json::Value;

use crate::access::secrets::Token;
use crate::access::session::{self, Session};
use crate::app::testing::PASSWORD;
use crate::graph::testing::{At, Client, mutation};

const NEW: &str = "a lamp by the window";

struct Fen {
    client: Client,
    authority: AuthorityId,
    elsewhere: AuthorityId,
    provider: ProviderId,
    officer: Session,
    own: Session,
    /// An officer of another authority.
    stranger: Session,
}

async fn fen() -> Fen {
    let client = Client::new().await;
    let authority = client.authority("999").await;
    let elsewhere = client.authority("998").await;
    let provider = client.provider(authority, "Fen Motors").await;
    let officer = client.person("officer@fen.example", &[(Role::Officer, At::Authority(authority))]).await;
    let own = client.person("own@motors.example", &[(Role::Provider, At::Provider(authority, provider))]).await;
    let stranger = client.person("officer@edge.example", &[(Role::Officer, At::Authority(elsewhere))]).await;
    Fen { client, authority, elsewhere, provider, officer, own, stranger }
}

impl Fen {
    fn invitation(&self, email: &str, rest: &str) -> String {
        format!("email: \"{email}\", name: \"Jo Reed\", authorityId: \"{}\", {rest}", self.authority)
    }

    fn colleague(&self, email: &str) -> String {
        self.invitation(email, &format!("role: PROVIDER, providerId: \"{}\"", self.provider))
    }

    async fn invite(&self, who: &Session, input: &str) -> Value {
        let selection = "link account { id name memberships { edges { node { role } } } } refusal { code }";
        self.client.change(who, "inviteUser", input, selection).await
    }

    /// What somebody without a session gets.
    async fn choose(&self, field: &str, link: &str, password: &str) -> Value {
        let input = format!("token: \"{link}\", password: \"{password}\"");
        let selection = "account { email } refusal { code field }";
        self.client.answer(None, &mutation(field, &input, selection)).await["data"][field].clone()
    }

    async fn sign_in(&self, email: &str, password: &str) -> Value {
        let input = format!("email: \"{email}\", password: \"{password}\", deviceName: \"Jo's phone\"");
        let selection = "token expiresAt account { id name } refusal { code }";
        self.client.answer(None, &mutation("signIn", &input, selection)).await["data"]["signIn"].clone()
    }

    async fn holds(&self, token: &str) -> bool {
        let token = Token::parse(token).expect("a token");
        session::resolve(&self.client.world.app, &token).await.unwrap().living().is_some()
    }
}

fn refusal(code: &str, field: &str) -> (String, Option<String>) {
    (code.to_owned(), Some(field.to_owned()))
}

fn bare(code: &str) -> (String, Option<String>) {
    (code.to_owned(), None)
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn an_invitation_leads_to_a_session() {
    let fen = fen().await;
    let input = format!("idempotencyKey: \"key-one-1\", {}", fen.invitation("Jo@Fen.example", "role: VISITOR"));
    let document = mutation("inviteUser", &input, "link account { id name state } refusal { code }");
    let invited = fen.client.ask(&fen.officer, &document).await["inviteUser"].clone();
    assert_eq!(invited["account"]["state"], "INVITED");
    let again = fen.client.ask(&fen.officer, &document).await["inviteUser"].clone();
    assert_eq!((&again["account"], &again["link"]), (&invited["account"], &Value::Null), "the link is told once");
    let link = text(&invited["link"]);
    assert_eq!(fen.sign_in("jo@fen.example", NEW).await["refusal"]["code"], "WRONG_CREDENTIALS");
    assert_eq!(fen.choose("resetPassword", &link, NEW).await["refusal"]["code"], "LINK_SPENT");
    for (password, code) in [
        ("short", "PASSWORD_TOO_SHORT"),
        ("jo@fen.example", "PASSWORD_IS_EMAIL"),
        ("password1234", "PASSWORD_COMMON"),
        ("aaaaaaaaaaaaaa", "PASSWORD_REPETITIVE"),
        (&"ab c".repeat(40), "PASSWORD_TOO_LONG"),
    ] {
        let refused = fen.choose("acceptInvitation", &link, password).await;
        assert_eq!((&refused["refusal"]["code"], &refused["refusal"]["field"]), (&code.into(), &"password".into()));
    }
    let accepted = fen.choose("acceptInvitation", &link, NEW).await;
    assert_eq!(accepted["account"]["email"], "jo@fen.example");
    assert_eq!(fen.choose("acceptInvitation", &link, NEW).await["refusal"]["code"], "LINK_SPENT");
    assert_eq!(fen.choose("acceptInvitation", "nonsense", NEW).await["refusal"]["code"], "LINK_SPENT");
    let signed_in = fen.sign_in("jo@fen.example", NEW).await;
    assert_eq!(signed_in["account"]["id"], invited["account"]["id"]);
    assert!(fen.holds(&text(&signed_in["token"])).await);
}

#[tokio::test]
async fn a_providers_people_invite_their_colleagues_and_nobody_else() {
    let fen = fen().await;
    assert!(fen.invite(&fen.own, &fen.colleague("jo@motors.example")).await["link"].is_string());
    let other = fen.client.provider(fen.authority, "Edge Music").await;
    let elsewhere = fen.invitation("jo@edge.example", &format!("role: PROVIDER, providerId: \"{other}\""));
    let not_allowed = refusal("NOT_ALLOWED", "authorityId");
    assert_eq!(fen.client.refused(&fen.own, "inviteUser", &elsewhere).await, not_allowed);
    let officer = fen.invitation("jo@edge.example", "role: OFFICER");
    assert_eq!(fen.client.refused(&fen.own, "inviteUser", &officer).await, not_allowed);
    assert_eq!(fen.client.refused(&fen.stranger, "inviteUser", &officer).await, not_allowed);
    let of_other_authority = format!(
        "email: \"jo@edge.example\", name: \"Jo Reed\", authorityId: \"{}\", role: PROVIDER, providerId: \"{}\"",
        fen.elsewhere, fen.provider
    );
    assert_eq!(
        fen.client.refused(&fen.own, "inviteUser", &of_other_authority).await,
        refusal("PROVIDER_NOT_FOUND", "providerId")
    );
}

/// A link sets the password of every role of an account.
#[tokio::test]
async fn nobody_gets_a_link_to_an_account_that_is_more_than_theirs() {
    let fen = fen().await;
    let known = fen.invite(&fen.own, &fen.colleague("officer@edge.example")).await;
    assert_eq!(known["link"], Value::Null, "an account with a password keeps it");
    let pending = fen.invite(&fen.officer, &fen.invitation("jo@fen.example", "role: OFFICER")).await;
    let refused = fen.client.refused(&fen.own, "inviteUser", &fen.colleague("jo@fen.example")).await;
    assert_eq!(refused, refusal("PENDING_ELSEWHERE", "email"));
    let twice = fen.invite(&fen.officer, &fen.invitation("jo@fen.example", "role: OFFICER")).await;
    assert_eq!(twice["account"]["memberships"]["edges"].as_array().map(Vec::len), Some(1), "one role");
    let first = fen.choose("acceptInvitation", &text(&pending["link"]), NEW).await;
    assert_eq!(first["refusal"]["code"], "LINK_SPENT", "only the newest link is good");
    fen.choose("acceptInvitation", &text(&twice["link"]), NEW).await;
    let held = fen.client.refused(&fen.officer, "inviteUser", &fen.invitation("jo@fen.example", "role: OFFICER")).await;
    assert_eq!(held, bare("ALREADY_MEMBER"));
}

#[tokio::test]
async fn a_reset_ends_every_session_and_belongs_to_the_accounts_own_officers() {
    let fen = fen().await;
    let account = format!("accountId: \"{}\"", fen.own.account_id);
    let (client, field) = (&fen.client, "requestReset");
    assert_eq!(client.refused(&fen.own, field, &account).await, bare("NOT_ALLOWED"));
    assert_eq!(client.refused(&fen.stranger, field, &account).await, refusal("NOT_FOUND", "accountId"));
    let before = fen.sign_in("own@motors.example", PASSWORD).await;
    let asked = client.change(&fen.officer, field, &account, "link account { id } refusal { code }").await;
    assert_eq!(fen.choose("acceptInvitation", &text(&asked["link"]), NEW).await["refusal"]["code"], "LINK_SPENT");
    assert!(fen.choose("resetPassword", &text(&asked["link"]), NEW).await["account"].is_object());
    assert!(!fen.holds(&text(&before["token"])).await);
    assert_eq!(fen.sign_in("own@motors.example", PASSWORD).await["refusal"]["code"], "WRONG_CREDENTIALS");
    assert!(fen.sign_in("own@motors.example", NEW).await["token"].is_string());
    client.role(fen.own.account_id, Role::Analyst, At::Authority(fen.elsewhere)).await;
    for field in [field, "deactivateUser"] {
        assert_eq!(client.refused(&fen.officer, field, &account).await, bare("HELD_ELSEWHERE"), "{field}");
    }
}

#[tokio::test]
async fn a_closed_account_is_out_at_once_and_comes_back_as_it_was() {
    let fen = fen().await;
    let account = format!("accountId: \"{}\"", fen.own.account_id);
    let oneself = format!("accountId: \"{}\"", fen.officer.account_id);
    let client = &fen.client;
    assert_eq!(client.refused(&fen.officer, "deactivateUser", &oneself).await, bare("ONESELF"));
    assert_eq!(client.refused(&fen.officer, "reactivateUser", &account).await, bare("NOT_DEACTIVATED"));
    let before = fen.sign_in("own@motors.example", PASSWORD).await;
    let closed = client.change(&fen.officer, "deactivateUser", &account, "account { state }").await;
    assert_eq!(closed["account"]["state"], "DEACTIVATED");
    assert!(!fen.holds(&text(&before["token"])).await);
    assert_eq!(client.refused(&fen.officer, "deactivateUser", &account).await, bare("ALREADY_DEACTIVATED"));
    assert_eq!(client.refused(&fen.officer, "requestReset", &account).await, bare("NOT_ACTIVE"));
    let invitation = fen.invitation("own@motors.example", "role: VISITOR");
    assert_eq!(client.refused(&fen.officer, "inviteUser", &invitation).await, bare("DEACTIVATED"));
    assert_eq!(fen.sign_in("own@motors.example", PASSWORD).await["refusal"]["code"], "DEACTIVATED");
    let opened = client.change(&fen.officer, "reactivateUser", &account, "account { state }").await;
    assert_eq!(opened["account"]["state"], "ACTIVE");
    assert!(fen.sign_in("own@motors.example", PASSWORD).await["token"].is_string());
}

#[tokio::test]
async fn a_role_ends_on_a_day() {
    let fen = fen().await;
    let client = &fen.client;
    let role = client.role(fen.own.account_id, Role::Visitor, At::Authority(fen.authority)).await;
    let end = |version: i32, day: &str| format!("membershipId: \"{role}\", version: {version}, endsOn: \"{day}\"");
    let field = "setMembershipEnd";
    assert_eq!(client.refused(&fen.own, field, &end(1, "2026-07-20")).await, bare("NOT_ALLOWED"));
    assert_eq!(client.refused(&fen.stranger, field, &end(1, "2026-07-20")).await, refusal("NOT_FOUND", "membershipId"));
    assert_eq!(client.refused(&fen.officer, field, &end(1, "2026-03-02")).await, bare("BEFORE_START"));
    assert_eq!(client.refused(&fen.officer, field, &end(2, "2026-07-20")).await, bare("STALE"));
    let ended = client.change(&fen.officer, field, &end(1, "2026-07-20"), "membership { endsOn version }").await;
    assert_eq!(ended["membership"], serde_json::json!({ "endsOn": "2026-07-20", "version": 2 }));
}

#[tokio::test]
async fn more_or_fewer_rights_begin_with_a_new_sign_in() {
    let fen = fen().await;
    let client = &fen.client;
    let before = text(&fen.sign_in("own@motors.example", PASSWORD).await["token"]);
    fen.invite(&fen.officer, &fen.invitation("own@motors.example", "role: VISITOR")).await;
    assert!(!fen.holds(&before).await, "a role was added");
    let between = text(&fen.sign_in("own@motors.example", PASSWORD).await["token"]);
    let role = client.role(fen.own.account_id, Role::Analyst, At::Authority(fen.authority)).await;
    let end = |version: i32, day: &str| format!("membershipId: \"{role}\", version: {version}, endsOn: \"{day}\"");
    client.change(&fen.officer, "setMembershipEnd", &end(1, "2026-07-20"), "refusal { code }").await;
    assert!(fen.holds(&between).await, "it still holds");
    client.change(&fen.officer, "setMembershipEnd", &end(2, "2026-03-03"), "refusal { code }").await;
    assert!(!fen.holds(&between).await, "it has ended");
}

#[tokio::test]
async fn sessions_are_seen_and_ended_by_their_owner_and_their_officer() {
    let fen = fen().await;
    let client = &fen.client;
    let lost = fen.sign_in("own@motors.example", PASSWORD).await;
    let list = "{ sessions(first: 50) { edges { node { id kind deviceName revokedAt account { id } } } } }";
    let seen = async |who: &Session| client.ask(who, list).await["sessions"]["edges"].as_array().map_or(0, Vec::len);
    assert_eq!((seen(&fen.own).await, seen(&fen.officer).await, seen(&fen.stranger).await), (2, 3, 1));
    let theirs = format!("sessionId: \"{}\"", fen.own.id);
    assert_eq!(client.refused(&fen.stranger, "revokeSession", &theirs).await, refusal("NOT_FOUND", "sessionId"));
    let officers = format!("sessionId: \"{}\"", fen.officer.id);
    assert_eq!(client.refused(&fen.own, "revokeSession", &officers).await, refusal("NOT_FOUND", "sessionId"));
    let phone = session::resolve(&client.world.app, &Token::parse(&text(&lost["token"])).unwrap()).await.unwrap();
    let phone = format!("sessionId: \"{}\"", phone.living().expect("a session").session.id);
    let ended = client.change(&fen.own, "revokeSession", &phone, "session { deviceName revokedAt }").await;
    assert_eq!(ended["session"]["deviceName"], "Jo's phone");
    assert!(ended["session"]["revokedAt"].is_string() && !fen.holds(&text(&lost["token"])).await);
    assert_eq!(client.refused(&fen.officer, "revokeSession", &phone).await, bare("ALREADY_ENDED"));
    let out = mutation("signOut", "idempotencyKey: \"key-out-1\"", "session { revokedAt } refusal { code }");
    assert!(client.ask(&fen.own, &out).await["signOut"]["session"]["revokedAt"].is_string());
    assert_eq!(client.refused(&fen.officer, "revokeSession", &theirs).await, bare("ALREADY_ENDED"));
}

#[tokio::test]
async fn signing_in_is_audited_once_and_refused_alike_for_all_strangers() {
    let fen = fen().await;
    let before = fen.client.written().await;
    let unknown = fen.sign_in("nobody@fen.example", PASSWORD).await;
    assert_eq!(unknown, fen.sign_in("own@motors.example", "not the password").await);
    assert_eq!(unknown["refusal"]["code"], "WRONG_CREDENTIALS");
    fen.client.world.account(AccountState::Invited).await;
    assert_eq!(unknown, fen.sign_in("ada@school.example", "not the password").await);
    assert_eq!(fen.client.written().await, before);
    fen.sign_in("own@motors.example", PASSWORD).await;
    assert_eq!(fen.client.written().await, (before.0 + 1, before.1 + 1));
    let input = format!("email: \"own@motors.example\", password: \"{PASSWORD}\", deviceName: \" \"");
    let nameless = fen.client.answer(None, &mutation("signIn", &input, "refusal { code field }")).await;
    assert_eq!(nameless["data"]["signIn"]["refusal"]["code"], "DEVICE_NAME_LENGTH");
}
