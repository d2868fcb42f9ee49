//! `waymark serve`: the server for real accounts.

use anyhow::{Result, bail};
use entity::account;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::{app::App, server, upkeep::start};

/// The domain of the accounts whose password everybody knows.
pub(super) const DEMO_DOMAIN: &str = "@demo.example";

pub(super) async fn run(app: &App) -> Result<()> {
    let _alone = start::lock(&app.config)?;
    start::check_schema(&app.db).await?;
    if has_demo_accounts(app).await? {
        bail!(
            "This database holds demo accounts, whose password everybody knows. Real records do not belong beside \
             them: let WAYMARK_DATA or DATABASE_URL name another place and run `waymark migrate`, or run `waymark demo`."
        );
    }
    let files = server::files(app.clone()).await?;
    if let Some(sentence) = start::missing_objects(&files).await? {
        tracing::error!("{sentence}");
    }
    let running = server::start(files).await?;
    println!("Waymark listens on {} and is reached at {}", running.address(), app.config.public_url);
    running.until_stopped().await
}

/// Whether anybody could sign in with the demo's password.
pub(super) async fn has_demo_accounts(app: &App) -> Result<bool> {
    let count = account::Entity::find().filter(account::Column::Email.ends_with(DEMO_DOMAIN)).count(&app.db).await?;
    Ok(count > 0)
}
