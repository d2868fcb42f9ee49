//! `waymark schema`: the graph's contract, as text.

use async_graphql::SDLExportOptions;
use sea_orm::DatabaseConnection;

use crate::{access::secrets::SigningKey, app::App, config::Config, graph};

/// The schema in the schema language, in an order that does not change by itself.
pub(super) fn text() -> String {
    // The schema is the same whatever it stands on: no database is opened and no setting read.
    let config = Config::for_testing(std::path::Path::new("data"));
    let key = SigningKey::throw_away();
    let app = App::new(DatabaseConnection::default(), config, key);
    graph::schema(app).sdl_with_options(SDLExportOptions::new().sorted_fields().sorted_enum_items())
}
