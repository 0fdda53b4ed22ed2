//! What all changes of structure have in common: `?dryRun=`, `?lockTimeoutMs=`, `?cascade=` with `?expect=`, the audit
//! record and the event.

use std::pin::Pin;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use howdah_pg::Error;
use howdah_pg::change::{At, Changed, DropOptions, Options};
use howdah_pg::listed::Part;
use howdah_pg::tables::Page;
use howdah_types::permissions::Permission;
use howdah_types::problem::Code;
use howdah_types::validate::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::tables::{decode, encode, public};
use crate::audited::audited;
use crate::events::publish::tables_changed;
use crate::examples::structure;
use crate::extract::access::SignedGrant;
use crate::extract::actor::Actor;
use crate::extract::paging::{limit, page};
use crate::extract::params::possible_name;
use crate::openapi::Doc;
use crate::problem::Failure;

const LOCK_TIMEOUT_MS: u32 = 3_000;
/// Items of one page.
const LIST: u32 = 500;
const LONGEST_LIST: u32 = 2000;
const LONGEST_LOCK_TIMEOUT_MS: u32 = 600_000;

/// The query of a change. Where something has no schema, `schema` means nothing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeQuery {
    #[serde(default = "public")]
    pub(crate) schema: String,
    #[serde(default)]
    pub(crate) dry_run: bool,
    lock_timeout_ms: Option<i64>,
    #[serde(default)]
    pub(crate) cascade: bool,
    pub(crate) expect: Option<String>,
}

/// `?schema=` of what is only read.
#[derive(Deserialize)]
pub(crate) struct SchemaQuery {
    #[serde(default = "public")]
    pub(crate) schema: String,
}

impl ChangeQuery {
    pub(crate) fn options<P: SignedGrant>(&self, actor: &Actor<P>) -> Result<Options, Failure> {
        let lock_timeout_ms = match self.lock_timeout_ms {
            None => LOCK_TIMEOUT_MS,
            Some(given) => u32::try_from(given)
                .ok()
                .filter(|given| *given <= LONGEST_LOCK_TIMEOUT_MS)
                .ok_or_else(|| {
                    let message = format!("From 0 (no limit) to {LONGEST_LOCK_TIMEOUT_MS}.");
                    Failure::fields(vec![FieldError::new("lockTimeoutMs", "outOfRange", message)])
                })?,
        };
        Ok(Options {
            dry_run: self.dry_run,
            lock_timeout_ms,
            may_query: actor.who().may(Permission::QueryRun),
            may_query_as_superuser: actor.who().may(Permission::QuerySuperuser),
        })
    }

    /// Where the change is to happen, and how.
    pub(crate) fn at<'a, P: SignedGrant>(
        &self,
        actor: &'a Actor<P>,
        database: &'a str,
    ) -> Result<At<'a>, Failure> {
        let options = self.options(actor)?;
        Ok(At { server: actor.server(), trace: actor.trace(), database, options })
    }

    /// What the audit log says of a drop.
    pub(crate) fn dropping_detail(&self) -> Option<Value> {
        self.cascade.then(|| json!({ "cascade": true }))
    }

    /// What lies in the schema under this name; `missing` says that it cannot be there.
    pub(crate) fn target<'a>(
        &'a self,
        database: &'a str,
        name: &'a str,
        missing: Code,
    ) -> Result<Target<'a>, Failure> {
        must_be_possible(&[(&self.schema, Code::SchemaNotFound), (name, missing)])?;
        Ok(Target { database, schema: Some(&self.schema), name })
    }

    pub(crate) fn dropping(&self) -> DropOptions<'_> {
        DropOptions { cascade: self.cascade, expect: self.expect.as_deref() }
    }
}

/// The query of a list of what lies in schemas.
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default = "public")]
    pub(crate) schema: String,
    pub(crate) after: Option<String>,
    pub(crate) limit: Option<i64>,
}

/// The same, understood.
pub(crate) struct Wanted {
    schema: Option<String>,
    after: Option<(String, String)>,
    limit: u32,
}

impl ListQuery {
    pub(crate) fn wanted(self) -> Result<Wanted, Failure> {
        let limit = limit(self.limit, LIST, LONGEST_LIST)?;
        let after = self.after.as_deref().map(decode).transpose()?;
        let schema = (self.schema != "*").then_some(self.schema);
        if !schema.as_deref().is_none_or(possible_name) {
            return Err(Failure::of(Code::SchemaNotFound));
        }
        Ok(Wanted { schema, after, limit })
    }
}

impl Wanted {
    pub(crate) fn part(&self) -> Part<'_> {
        let after = self.after.as_ref().map(|(schema, key)| (schema.as_str(), key.as_str()));
        Part { schema: self.schema.as_deref(), after, limit: self.limit }
    }

    /// The page as a bare array, with a link to the next.
    pub(crate) fn page<T: Serialize>(request: &HttpRequest, found: Page<T>) -> HttpResponse {
        page(request, &found.items, found.next.map(|key| ("after", encode(&key))))
    }
}

/// The parameters of such a list.
pub(crate) fn with_list(doc: Doc) -> Doc {
    doc.paged(LIST, LONGEST_LIST)
        .query(
            "schema",
            "The schema; `*` means all.",
            json!({ "type": "string", "default": "public" }),
            json!("public"),
        )
        .query(
            "after",
            "Where the last page ended, from its `Link`.",
            json!({ "type": "string" }),
            json!(crate::examples::AFTER),
        )
        .problems(&[Code::SchemaNotFound])
}

/// What a change is about.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) database: &'a str,
    /// None for what lies in no schema.
    pub(crate) schema: Option<&'a str>,
    pub(crate) name: &'a str,
}

impl<'a> Target<'a> {
    /// Schema and name, of what lies in a schema.
    pub(crate) fn qualified(&self) -> (&'a str, &'a str) {
        (self.schema.unwrap_or_default(), self.name)
    }

    /// The same after a change to these, where they are given.
    pub(crate) fn renamed(&self, schema: Option<&'a str>, name: Option<&'a str>) -> (&'a str, &'a str) {
        let before = self.qualified();
        (schema.unwrap_or(before.0), name.unwrap_or(before.1))
    }

    /// As the audit log names it: `shop/public.orders`.
    fn audited(&self) -> String {
        let schema = self.schema.map(|schema| format!("{schema}.")).unwrap_or_default();
        format!("{}/{schema}{}", self.database, self.name)
    }
}

/// A name that cannot exist needs no question to the server.
pub(crate) fn must_be_possible(names: &[(&str, Code)]) -> Result<(), Failure> {
    match names.iter().find(|(name, _)| !possible_name(name)) {
        Some((_, code)) => Err(Failure::of(*code)),
        None => Ok(()),
    }
}

/// An answer that is on its way, on the heap: changes hold whole forms and their SQL.
type Pending<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, Failure>> + 'a>>;

/// Shows or makes the change; `answer` says how a change that was made is answered.
pub(crate) fn changed<'a, P: SignedGrant>(
    actor: &'a Actor<P>,
    target: Target<'a>,
    (dry_run, detail): (bool, Option<Value>),
    work: impl Future<Output = Result<Changed, Error>> + 'a,
    answer: impl Future<Output = Result<HttpResponse, Failure>> + 'a,
) -> Pending<'a> {
    Box::pin(async move {
        if dry_run {
            actor.changes_nothing();
            return match work.await? {
                Changed::Preview(preview) => Ok(HttpResponse::Ok().json(preview)),
                Changed::Done => Err(Failure::internal("a dry run did something")),
            };
        }
        let object = target.audited();
        audited(actor, Some(&object), detail, async { Ok(work.await?) }).await?;
        tables_changed(actor.store(), target.database, target.schema).await;
        answer.await
    })
}

/// 201 with the address of what was made.
pub(crate) fn created<T: Serialize>(location: String, body: &T) -> HttpResponse {
    HttpResponse::Created().insert_header((header::LOCATION, location)).json(body)
}

/// 204.
pub(crate) async fn gone() -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::NoContent().finish())
}

/// The parameters of all changes. `statement` is one that the preview could show.
pub(crate) fn with_change(doc: Doc, statement: &str) -> Doc {
    doc.query(
        "dryRun",
        "Answer the statements with their locks and warnings, and do nothing.",
        json!({ "type": "boolean", "default": false }),
        json!(false),
    )
    .query(
        "lockTimeoutMs",
        "The most time that a statement waits for a lock; 0 means no limit.",
        json!({ "type": "integer", "format": "int32", "minimum": 0, "maximum": LONGEST_LOCK_TIMEOUT_MS,
                "default": LOCK_TIMEOUT_MS }),
        json!(LOCK_TIMEOUT_MS),
    )
    .description_more(&format!(
        " With `?dryRun=true` the answer is a `ChangePreview` with status 200, for example of `{statement}`. It runs {}, with \
         the rights of the owner of what is changed.",
        if statement.contains("CONCURRENTLY") { "outside of a transaction" } else { "in one transaction" }
    ))
    .problems(&[Code::TableLocked, Code::OwnerRights, Code::ViewUntrusted, Code::DatabaseProtected, Code::Invalid])
}

/// The parameters of what may take other things along.
pub(crate) fn with_cascade(doc: Doc) -> Doc {
    doc.query(
        "cascade",
        "Drop what depends on it as well; only together with `expect`.",
        json!({ "type": "boolean", "default": false }),
        json!(false),
    )
    .with_expect()
    .description_more(
        " What depends on it keeps it, unless `cascade` is given with the `expect` of a preview, and the list of \
         dependents is still the same.",
    )
}

/// `?schema=`.
pub(crate) fn in_schema(doc: Doc) -> Doc {
    doc.query("schema", "The schema.", json!({ "type": "string", "default": "public" }), json!("public"))
        .problems(&[Code::SchemaNotFound])
}

impl Doc {
    /// `?expect=`.
    pub(crate) fn with_expect(self) -> Self {
        self.query(
            "expect",
            "`expect` of the preview that showed what depends on it.",
            json!({ "type": "string" }),
            json!(structure::EXPECT),
        )
        .problems(&[Code::ObjectNeeded])
    }

    /// 204, or a preview.
    pub(crate) fn gone_or_preview(self, statement: &str) -> Self {
        self.empty(204, "It is dropped.").answer(
            200,
            "With `dryRun`: what would be sent.",
            &structure::preview(statement),
        )
    }
}
