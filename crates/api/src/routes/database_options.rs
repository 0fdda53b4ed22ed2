//! What a new database can be made of: `/api/database-options`.

use actix_web::web::Json;
use howdah_pg::databases;
use howdah_types::databases::DatabaseOptions;

use super::Answer;
use crate::examples;
use crate::extract::access::DatabaseRead;
use crate::extract::actor::Actor;
use crate::openapi::{Doc, Tag};

pub(crate) async fn read(actor: Actor<DatabaseRead>) -> Answer<DatabaseOptions> {
    let mut options = databases::options(actor.server(), actor.trace()).await?;
    options.templates.retain(|name| name == "template0" || name == "template1" || actor.sees(name));
    Ok(Json(options))
}

pub(crate) fn read_doc() -> Doc {
    let text = "Owners, encodings, collations, templates and tablespaces of this server, and what is taken where nothing \
        is chosen.";
    Doc::new("getDatabaseOptions", Tag::Databases, "Tell what a new database can be made of", text).answer(
        200,
        "The choices.",
        &examples::database_options(),
    )
}
