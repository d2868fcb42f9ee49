//! `waymark demo`: a synthetic county on this machine, to look at.

use anyhow::{Result, bail};
use domain::{Code, access::Role};
use entity::local_authority;
use sea_orm::{EntityTrait, PaginatorTrait};

use super::{
    seed::{self, Seed},
    serve,
};
use crate::{app::App, county::DEMO_PASSWORD, server, upkeep::start};

pub(super) async fn run(app: &App, county: Seed) -> Result<()> {
    let app = &App { is_demo: true, ..app.clone() };
    if !app.config.listen.ip().is_loopback() {
        bail!(
            "The demo's password is known to everybody, so it is shown on this machine only: WAYMARK_LISTEN must be an \
             address like 127.0.0.1:8080."
        );
    }
    let _alone = start::lock(&app.config)?;
    super::migrate::up(app).await?;
    let files = server::files(app.clone()).await?;
    if local_authority::Entity::find().count(&app.db).await? == 0 {
        seed::fill(app, &*files.objects, county).await?;
    } else if !serve::has_demo_accounts(app).await? {
        bail!(
            "This database holds an authority of its own, and no demo accounts. Run `waymark serve`, or let WAYMARK_DATA \
             or DATABASE_URL name another place."
        );
    }
    let running = server::start(files).await?;
    let address = &app.config.public_url;
    println!("\nWaymark is at {address}");
    println!("  the graph, to ask by hand   {address}/graphql");
    println!("  uploads, by tus 1.0         {address}/uploads");
    println!("  is it ready?                {address}/health/ready");
    println!("\nSign in as one of these, with the password {DEMO_PASSWORD}");
    for role in Role::ALL {
        println!("  {:<24}  {}", format!("{role}{}", serve::DEMO_DOMAIN), role.doc());
    }
    println!();
    running.until_stopped().await
}
