//! Sequences: `/api/database/{name}/sequences`.

use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use howdah_pg::sequences;
use howdah_types::problem::Code;
use howdah_types::sequences::{SequenceDetails, SequenceFormData, SequenceUpdateData};
use serde_json::json;

use super::Answer;
use super::changes::{
    ChangeQuery, ListQuery, SchemaQuery, Target, Wanted, changed, created, gone, in_schema, must_be_possible,
    with_cascade, with_change, with_list,
};
use super::table::address;
use crate::examples::structure;
use crate::extract::access::{SchemaManage, TableRead};
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::params::{DatabasePath, Path, Query, SequencePath};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

pub(crate) async fn list(
    actor: Actor<TableRead>,
    path: Path<DatabasePath>,
    query: Query<ListQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let wanted = query.0.wanted()?;
    let found = sequences::list(actor.server(), actor.trace(), &path.0.name, wanted.part()).await?;
    Ok(Wanted::page(&request, found))
}

pub(crate) fn list_doc() -> Doc {
    let text = "With their numbers as text: they may be larger than a browser’s.";
    let doc = Doc::new("listSequences", Tag::Tables, "List sequences", text)
        .list("A page of sequences.", &[structure::sequence()]);
    with_list(doc)
}

pub(crate) async fn read(
    actor: Actor<TableRead>,
    path: Path<SequencePath>,
    query: Query<SchemaQuery>,
) -> Answer<SequenceDetails> {
    let (SequencePath { name: database, sequence }, schema) = (path.0, query.0.schema);
    must_be_possible(&[(&schema, Code::SchemaNotFound), (&sequence, Code::ObjectNotFound)])?;
    Ok(Json(sequences::details(actor.server(), actor.trace(), &database, (&schema, &sequence)).await?))
}

pub(crate) fn read_doc() -> Doc {
    let text = "With rights, what depends on it, and the statements that make it anew.";
    let doc = Doc::new("getSequence", Tag::Tables, "Describe a sequence", text)
        .answer(200, "The sequence.", &structure::sequence_details())
        .problems(&[Code::ObjectNotFound]);
    in_schema(doc)
}

pub(crate) async fn create(
    actor: Actor<SchemaManage>,
    path: Path<DatabasePath>,
    query: Query<ChangeQuery>,
    body: ValidJson<SequenceFormData>,
) -> Result<HttpResponse, Failure> {
    let (database, query, mut data) = (path.0.name, query.0, body.0);
    let schema = data.schema.get_or_insert_with(|| query.schema.clone()).clone();
    must_be_possible(&[(&schema, Code::SchemaNotFound)])?;
    let at = query.at(&actor, &database)?;
    let target = Target { database: &database, schema: Some(&schema), name: &data.name };
    let answer = async {
        let details =
            sequences::details(actor.server(), actor.trace(), &database, (&schema, &data.name)).await?;
        Ok(created(address(&database, "sequences", &data.name, &schema), &details))
    };
    let detail = Some(json!(data));
    changed(&actor, target, (query.dry_run, detail), sequences::create(at, &data), answer).await
}

pub(crate) fn create_doc() -> Doc {
    let text = "Numbers are given as text. What is left out is PostgreSQL’s default.";
    let doc = Doc::new("createSequence", Tag::Tables, "Create a sequence", text)
        .body(&structure::sequence_form())
        .answer(201, "The sequence.", &structure::sequence_details())
        .header("Location", "The address of what was made.")
        .answer(
            200,
            "With `dryRun`: what would be sent.",
            &structure::preview("CREATE SEQUENCE \"public\".\"invoice_numbers\""),
        );
    with_change(in_schema(doc), "CREATE SEQUENCE")
}

pub(crate) async fn update(
    actor: Actor<SchemaManage>,
    path: Path<SequencePath>,
    query: Query<ChangeQuery>,
    body: ValidJson<SequenceUpdateData>,
) -> Result<HttpResponse, Failure> {
    let (SequencePath { name: database, sequence }, query, data) = (path.0, query.0, body.0);
    let target = query.target(&database, &sequence, Code::ObjectNotFound)?;
    let at = query.at(&actor, &database)?;
    let now = target.renamed(data.schema.as_deref(), data.name.as_deref());
    let answer = async {
        Ok(HttpResponse::Ok().json(sequences::details(actor.server(), actor.trace(), &database, now).await?))
    };
    let detail = Some(json!(data));
    changed(&actor, target, (query.dry_run, detail), sequences::update(at, target.qualified(), &data), answer)
        .await
}

pub(crate) fn update_doc() -> Doc {
    let text = "What is left out stays.";
    let doc = Doc::new("updateSequence", Tag::Tables, "Change a sequence", text)
        .body(&structure::sequence_update())
        .answer(
            200,
            "The sequence as it is now; with `dryRun` a `ChangePreview`.",
            &structure::sequence_details(),
        )
        .or_change_preview("ALTER SEQUENCE \"public\".\"invoice_numbers\" INCREMENT BY 2")
        .problems(&[Code::ObjectNotFound]);
    with_change(in_schema(doc), "ALTER SEQUENCE")
}

pub(crate) async fn delete(
    actor: Actor<SchemaManage>,
    path: Path<SequencePath>,
    query: Query<ChangeQuery>,
) -> Result<HttpResponse, Failure> {
    let (SequencePath { name: database, sequence }, query) = (path.0, query.0);
    let target = query.target(&database, &sequence, Code::ObjectNotFound)?;
    let at = query.at(&actor, &database)?;
    let work = sequences::delete(at, target.qualified(), query.dropping());
    changed(&actor, target, (query.dry_run, query.dropping_detail()), work, gone()).await
}

pub(crate) fn delete_doc() -> Doc {
    let doc = Doc::new(
        "deleteSequence",
        Tag::Tables,
        "Drop a sequence",
        "One behind an identity column goes only with the column.",
    )
    .gone_or_preview("DROP SEQUENCE \"public\".\"invoice_numbers\"")
    .problems(&[Code::ObjectNotFound]);
    with_cascade(with_change(in_schema(doc), "DROP SEQUENCE"))
}
