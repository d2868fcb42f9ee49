//! Beginning a sign-in by a password, ending it by a code.

use chrono::{DateTime, Utc};
use domain::access::SessionKind;
use domain::access::second_factor::{Typed, read, still_holds};
use entity::ids::{AccountId, AuthorityId};
use entity::{account, second_factor};
use sea_orm::{ConnectionTrait, DbErr};

use super::{
    Confirmed, Enrolment, NotConfirmed, PATIENCE, PENDING, Pending, RECOVERY_CODES, SECRET_BYTES, Wanted, code_hash,
    generator, secret_of, store,
};
use crate::access::origin::Origin;
use crate::access::secrets::random_bytes;
use crate::access::session::{self, Opened};
use crate::access::throttle::{self, Limit};
use crate::app::App;
use crate::ledger::{Actor, Write};

/// What the right password leads to.
pub enum Begun {
    /// A session: nothing else is asked of this account.
    Open(Opened),
    /// A code is asked for.
    Wanted(Wanted),
}

/// Goes on with a sign-in whose password was right.
///
/// # Errors
/// The database's.
pub async fn begin(
    app: &App,
    account: &account::Model,
    kind: SessionKind,
    device_name: Option<&str>,
    origin: &Origin,
) -> Result<Begun, DbErr> {
    let factor = store::find(&app.db, account.id).await?;
    let now = app.clock.now();
    if factor.is_none() && !is_asked(app, account.id, now).await? {
        let opened = session::enter(app, account.id, kind, device_name, &origin.request_id).await?;
        return Ok(Begun::Open(opened));
    }
    let proposed = factor.is_none().then(random_bytes::<SECRET_BYTES>);
    let enrolment = match &proposed {
        Some(secret) => Some(enrolment(secret, &account.email)?),
        None => None,
    };
    let pending = Pending {
        account_id: account.id,
        version: account.version,
        kind,
        device_name: device_name.map(str::to_owned),
        expires_at: now + PATIENCE,
        proposed: proposed.map(Vec::from),
    };
    let plain = serde_json::to_vec(&pending).map_err(|error| DbErr::Custom(error.to_string()))?;
    let sealed = app.signing_key.seal(PENDING, &plain);
    Ok(Begun::Wanted(Wanted { pending: sealed, expires_at: pending.expires_at, enrolment }))
}

/// Whether an account needs a second factor, by the roles that it holds or will hold.
async fn is_asked(app: &App, id: AccountId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    if app.is_demo {
        return Ok(false);
    }
    let roles = store::roles(&app.db, id, now.date_naive()).await?;
    Ok(roles.into_iter().any(domain::access::Role::sees_pupils))
}

fn enrolment(secret: &[u8], email: &str) -> Result<Enrolment, DbErr> {
    let unusable = |error: totp_rs::TotpError| DbErr::Custom(error.to_string());
    let generator = generator(secret, email).map_err(unusable)?;
    Ok(Enrolment { secret: generator.secret().to_base32(), uri: generator.to_url().map_err(unusable)? })
}

/// Ends a sign-in by a code. One audit row says so.
///
/// # Errors
/// See [`NotConfirmed`]; no session is open then.
pub async fn confirm(
    app: &App,
    pending: &str,
    kind: SessionKind,
    code: &str,
    origin: &Origin,
) -> Result<Confirmed, NotConfirmed> {
    let pending = opened(app, pending, kind).ok_or(NotConfirmed::Spent)?;
    let account = store::account(&app.db, pending.account_id).await?.ok_or(NotConfirmed::Spent)?;
    if !still_holds(account.state.0, pending.version, account.version) {
        return Err(NotConfirmed::Spent);
    }
    let subject = account.id.to_string();
    throttle::take(app, Limit::SECOND_FACTOR, &subject).await?.map_err(NotConfirmed::Throttled)?;
    let actor = Actor::without_session(account.id, app.clock.now().date_naive(), &origin.request_id);
    let mut write = Write::begin(app, &actor, "confirmSecondFactor").await?;
    let outcome = match store::find(&write.tx, account.id).await? {
        Some(factor) => answered(&write, &account, &factor, code).await.map(|()| Vec::new()),
        None => set_up(&mut write, &account, pending.proposed.as_deref(), code).await,
    };
    let recovery_codes = match outcome {
        Ok(codes) => codes,
        Err(refusal) => {
            write.tx.rollback().await?;
            tracing::info!(account = %account.id, reason = %refusal, "a second factor was refused");
            return Err(refusal);
        }
    };
    let opened = session::open(&write.tx, app, account.id, kind, pending.device_name.as_deref()).await?;
    write.created(None::<AuthorityId>, opened.session.id);
    write.commit(opened.session.id).await?;
    throttle::give_back(app, Limit::SECOND_FACTOR, &subject).await?;
    Ok(Confirmed { opened, account, recovery_codes })
}

fn opened(app: &App, sealed: &str, kind: SessionKind) -> Option<Pending> {
    let pending: Pending = serde_json::from_slice(&app.signing_key.open(PENDING, sealed)?).ok()?;
    (pending.kind == kind && app.clock.now() < pending.expires_at).then_some(pending)
}

/// Takes the code of a factor that is in force.
async fn answered(
    write: &Write<'_>,
    account: &account::Model,
    factor: &second_factor::Model,
    code: &str,
) -> Result<(), NotConfirmed> {
    let taken = match read(code) {
        Some(Typed::Code(code)) => {
            let secret = write.app().signing_key.open(&secret_of(account.id), &factor.sealed_secret);
            let secret = secret.ok_or_else(|| DbErr::Custom("a second factor cannot be unsealed".to_owned()))?;
            match step(&secret, &account.email, &code, write.now)? {
                Some(step) => store::take_step(&write.tx, account.id, step).await?,
                None => false,
            }
        }
        Some(Typed::Recovery(code)) => {
            let hash = code_hash(write.app(), account.id, &code);
            store::use_code(&write.tx, account.id, &hash, write.now).await?
        }
        None => false,
    };
    if taken { Ok(()) } else { Err(NotConfirmed::WrongCode) }
}

/// Puts the proposed secret in force, once its app has shown that it holds it; answers the recovery codes.
async fn set_up(
    write: &mut Write<'_>,
    account: &account::Model,
    proposed: Option<&[u8]>,
    code: &str,
) -> Result<Vec<String>, NotConfirmed> {
    let secret = proposed.ok_or(NotConfirmed::Spent)?;
    let Some(Typed::Code(code)) = read(code) else { return Err(NotConfirmed::WrongCode) };
    let step = step(secret, &account.email, &code, write.now)?.ok_or(NotConfirmed::WrongCode)?;
    let row = second_factor::Model {
        account_id: account.id,
        sealed_secret: write.app().signing_key.seal(&secret_of(account.id), secret),
        last_step: step,
        created_at: write.now,
    };
    if !store::insert(&write.tx, row).await? {
        return Err(NotConfirmed::Spent);
    }
    let codes = renew_codes(&write.tx, write.app(), account.id).await?;
    write.updated(None::<AuthorityId>, account.id);
    Ok(codes)
}

async fn renew_codes(db: &impl ConnectionTrait, app: &App, account_id: AccountId) -> Result<Vec<String>, DbErr> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| hex::encode(random_bytes::<8>())).collect();
    let hashes = codes.iter().map(|code| code_hash(app, account_id, code)).collect();
    store::insert_codes(db, account_id, hashes).await?;
    let grouped = |code: String| format!("{}-{}-{}-{}", &code[..4], &code[4..8], &code[8..12], &code[12..]);
    Ok(codes.into_iter().map(grouped).collect())
}

/// The half-minute whose code this is, if it is one of now, just before or just after.
fn step(secret: &[u8], email: &str, code: &str, now: DateTime<Utc>) -> Result<Option<i64>, DbErr> {
    let generator = generator(secret, email).map_err(|error| DbErr::Custom(error.to_string()))?;
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Ok(generator.check(code, seconds).and_then(|step| i64::try_from(step).ok()))
}

/// Takes an account's factor and its sessions away, within the caller's transaction; whether there was a factor.
///
/// # Errors
/// The database's.
pub async fn reset(db: &impl ConnectionTrait, account_id: AccountId, now: DateTime<Utc>) -> Result<bool, DbErr> {
    session::end_all(db, account_id, now).await?;
    store::remove(db, account_id).await
}
