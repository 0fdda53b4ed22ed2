//! Managed servers: `/api/servers`.

use actix_web::web::Json;
use howdah_types::servers::Server;

use crate::examples;
use crate::extract::access::ServerRead;
use crate::extract::actor::Actor;
use crate::openapi::{Doc, Tag};

pub(crate) async fn list(actor: Actor<ServerRead>) -> Json<Vec<Server>> {
    Json(vec![actor.server().info()])
}

pub(crate) fn list_doc() -> Doc {
    let text = "With what is known of their state, without asking them.";
    Doc::new("listServers", Tag::Servers, "List servers", text).list("The servers.", &[examples::server()])
}
