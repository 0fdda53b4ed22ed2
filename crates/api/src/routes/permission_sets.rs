//! What accounts can be allowed: `/api/permission-sets`.

use actix_web::web::Json;
use howdah_types::permissions::{PermissionSet, PermissionSetInfo};

use crate::examples;
use crate::extract::access::SignedIn;
use crate::extract::actor::Actor;
use crate::openapi::{Doc, Tag};

pub(crate) async fn list(_: Actor<SignedIn>) -> Json<Vec<PermissionSetInfo>> {
    let sets = PermissionSet::ALL.into_iter();
    Json(sets.map(|name| PermissionSetInfo { name, permissions: name.permissions().to_vec() }).collect())
}

pub(crate) fn list_doc() -> Doc {
    let text = "The built-in sets, with the permissions in each.";
    Doc::new("listPermissionSets", Tag::Accounts, "List permission sets", text)
        .list("The sets.", &[examples::permission_set()])
}
