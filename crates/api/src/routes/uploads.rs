//! Files that are sent to be worked on: `/api/uploads`.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Json, Payload};
use bytes::BytesMut;
use futures_util::StreamExt as _;
use howdah_formats::read;
use howdah_store::uploads::{self, PART, Receiving};
use howdah_store::{Error, Store};
use howdah_types::imports::ImportFormat;
use howdah_types::problem::Code;
use howdah_types::uploads::{Upload, UploadPreview};
use howdah_types::validate::FieldError;
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use super::rows::from_json;
use crate::audited::audited;
use crate::examples;
use crate::extract::access::{RowCreate, SignedGrant};
use crate::extract::actor::Actor;
use crate::extract::params::{IdPath, Path, Query};
use crate::openapi::{Doc, Tag};
use crate::problem::{Failure, NotFoundAs as _};

/// The longest name of a file, in characters; longer ones are cut, they only help people.
const NAME: usize = 200;

/// The most columns of a table.
const COLUMNS: usize = 1600;

#[derive(Deserialize)]
pub(crate) struct CreateQuery {
    name: String,
}

/// What has come of an upload; taken away again when the rest does not.
struct Unfinished {
    store: Store,
    receiving: Option<Receiving>,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(receiving) = self.receiving.take() {
            let store = self.store.clone();
            tokio::spawn(async move {
                if let Err(error) = receiving.give_up(&store).await {
                    tracing::debug!(%error, "a broken upload stays until it expires");
                }
            });
        }
    }
}

pub(crate) async fn create(
    actor: Actor<RowCreate>,
    query: Query<CreateQuery>,
    payload: Payload,
) -> Result<HttpResponse, Failure> {
    let name: String = query.0.name.chars().take(NAME).collect();
    let detail = Some(json!({ "file": name }));
    let upload = audited(&actor, None, detail, receive(&actor, &name, payload)).await?;
    let location = format!("/api/uploads/{}", upload.id);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(upload))
}

async fn receive(actor: &Actor<RowCreate>, name: &str, mut payload: Payload) -> Result<Upload, Failure> {
    let store = actor.store().clone();
    let receiving = uploads::begin(&store, actor.account(), name).await.map_err(no_room)?;
    let mut unfinished = Unfinished { store: store.clone(), receiving: Some(receiving) };
    let Some(receiving) = unfinished.receiving.as_mut() else { return Err(Failure::of(Code::Internal)) };
    let mut waiting = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Failure::of(Code::UploadIncomplete).because(&error))?;
        waiting.extend_from_slice(&chunk);
        while waiting.len() >= PART {
            receiving.part(&store, &waiting.split_to(PART)).await.map_err(no_room)?;
        }
    }
    if !waiting.is_empty() {
        receiving.part(&store, &waiting).await.map_err(no_room)?;
    }
    let upload = receiving.finish(&store).await?;
    unfinished.receiving = None;
    Ok(upload)
}

fn no_room(error: Error) -> Failure {
    match error {
        Error::Limit { .. } | Error::Full { .. } => Failure::new(
            Code::UploadLimit,
            format!("There may be no more: {error}. Delete one, or wait a day."),
        ),
        other => other.into(),
    }
}

pub(crate) fn create_doc() -> Doc {
    let text = "The body is the file, of any media type and size; it is streamed. An upload is the sender’s own, is kept for \
        a day, and 16 GiB of them at the most. What does not come whole is not kept.";
    Doc::new("createUpload", Tag::Uploads, "Send a file", text)
        .binary_body()
        .answer(201, "The upload.", &examples::files::upload())
        .header("Location", "The address of the upload.")
        .required("name", "What the file is called.", json!({ "type": "string" }), json!("orders.csv"))
        .problems(&[Code::UploadIncomplete, Code::UploadLimit])
}

pub(crate) async fn list(actor: Actor<RowCreate>) -> Answer<Vec<Upload>> {
    Ok(Json(uploads::list(actor.store(), actor.account()).await?))
}

pub(crate) fn list_doc() -> Doc {
    Doc::new("listUploads", Tag::Uploads, "List one’s uploads", "The newest first; at most 100 are there.")
        .list("The uploads.", &[examples::files::upload()])
}

pub(crate) async fn delete(actor: Actor<RowCreate>, path: Path<IdPath>) -> Result<HttpResponse, Failure> {
    let work = async {
        uploads::delete(actor.store(), actor.account(), &path.0.id).await.or_not_found(Code::UploadNotFound)
    };
    audited(&actor, Some(&path.0.id), None, work).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(crate) fn delete_doc() -> Doc {
    let text = "An import that reads it fails then.";
    Doc::new("deleteUpload", Tag::Uploads, "Delete an upload", text)
        .empty(204, "It is gone.")
        .problems(&[Code::UploadNotFound])
}

#[derive(Deserialize)]
pub(crate) struct PreviewQuery {
    format: Option<String>,
}

pub(crate) async fn preview(
    actor: Actor<RowCreate>,
    path: Path<IdPath>,
    query: Query<PreviewQuery>,
) -> Answer<UploadPreview> {
    let format: ImportFormat = from_json("format", query.0.format.as_deref())?.unwrap_or_default();
    let mut errors = Vec::new();
    format.check("format", &mut errors);
    if !errors.is_empty() {
        return Err(Failure::fields(errors));
    }
    Ok(Json(look(&actor, &path.0.id, &format).await?.1))
}

/// The upload, and what lies in it.
pub(super) async fn look<P: SignedGrant>(
    actor: &Actor<P>,
    id: &str,
    format: &ImportFormat,
) -> Result<(Upload, UploadPreview), Failure> {
    let upload = uploads::get(actor.store(), actor.account(), id).await.or_not_found(Code::UploadNotFound)?;
    let beginning = uploads::part(actor.store(), id, 0).await?.unwrap_or_default();
    let whole = upload.bytes <= i64::try_from(beginning.len()).unwrap_or(i64::MAX);
    let name = upload.name.clone();
    let format = format.clone();
    // A thousand rows of some size take their time, and others wait on this thread.
    let looked = tokio::task::spawn_blocking(move || {
        let format = read::guess(&name, &beginning, &format);
        read::preview(&format, &beginning, whole)
    });
    let looked = looked.await.map_err(|error| Failure::internal(error.to_string()))?;
    let preview = looked.map_err(|error| unreadable(&error))?;
    if preview.columns.len() > COLUMNS {
        let detail = format!("It has {} columns; a table can have {COLUMNS}.", preview.columns.len());
        return Err(Failure::new(Code::UploadUnreadable, detail));
    }
    Ok((upload, preview))
}

fn unreadable(error: &read::Unreadable) -> Failure {
    if let Some(field) = error.field {
        return Failure::fields(vec![FieldError::new(
            &format!("format.{field}"),
            "invalid",
            error.to_string(),
        )]);
    }
    Failure::new(Code::UploadUnreadable, error.to_string())
}

pub(crate) fn preview_doc() -> Doc {
    let text = "Reads the beginning of the file, up to 1 MiB and 1,000 rows. What `format` leaves out is guessed, and stands \
        in the answer: change it and ask again until the rows are right, then import with that format.";
    let format = json!({ "kind": "csv", "delimiter": ";" });
    Doc::new("previewUpload", Tag::Uploads, "Look into a file", text)
        .answer(200, "What lies in it.", &examples::files::preview())
        .query(
            "format",
            "An `ImportFormat` in JSON, with what is known.",
            json!({ "type": "string" }),
            json!(format.to_string()),
        )
        .mentions::<ImportFormat>()
        .problems(&[Code::UploadNotFound, Code::UploadUnreadable, Code::Invalid])
}
