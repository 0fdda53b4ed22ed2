//! What is said about one operation, beside its handler.

use std::collections::BTreeMap;

use howdah_types::changes::ChangePreview;
use howdah_types::databases::Preview;
use howdah_types::problem::{Code, MEDIA_TYPE, Problem};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::parameters;
use super::schemas::{Content, Lookup, Schemas, any_object, bytes, many, one, plain_text};
use crate::extract::access::Access;

/// The chapters of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Databases,
    Tables,
    Rows,
    Uploads,
    Jobs,
    Events,
    Servers,
    SignIn,
    Accounts,
    Audit,
    Howdah,
}

impl Tag {
    pub(crate) const ALL: [Self; 11] = [
        Self::Databases,
        Self::Tables,
        Self::Rows,
        Self::Uploads,
        Self::Jobs,
        Self::Events,
        Self::Servers,
        Self::SignIn,
        Self::Accounts,
        Self::Audit,
        Self::Howdah,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Databases => "databases",
            Self::Tables => "tables",
            Self::Rows => "rows",
            Self::Uploads => "uploads",
            Self::Jobs => "jobs",
            Self::Events => "events",
            Self::Servers => "servers",
            Self::SignIn => "sign-in",
            Self::Accounts => "accounts",
            Self::Audit => "audit",
            Self::Howdah => "howdah",
        }
    }

    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Databases => "Create, describe, change, copy and drop databases.",
            Self::Tables => "Schemas, tables and views of a database.",
            Self::Rows => "Rows of a table or view: read, count, insert, change, delete, import, export.",
            Self::Uploads => "Files that are sent to be imported.",
            Self::Jobs => "Long work with progress, log and cancel.",
            Self::Events => "What happens, as server-sent events, and the SQL that one’s own requests ran.",
            Self::Servers => "The PostgreSQL servers that Howdah manages.",
            Self::SignIn => "Set-up, signing in and out, one’s own sign-ins, tokens and password.",
            Self::Accounts => "Who may sign in to Howdah, and what they may do.",
            Self::Audit => "Who did what, and how it ended.",
            Self::Howdah => "The state and the description of Howdah itself.",
        }
    }
}

struct Answer {
    status: u16,
    description: &'static str,
    /// One for each media type.
    content: Vec<Content>,
    headers: Vec<(&'static str, &'static str)>,
}

/// One operation for the reference.
pub(crate) struct Doc {
    pub(crate) id: &'static str,
    pub(crate) tag: Tag,
    pub(crate) summary: &'static str,
    pub(crate) description: String,
    parameters: Vec<Value>,
    body: Option<Content>,
    answers: Vec<Answer>,
    problems: Vec<Code>,
    /// Schemas that parameters refer to.
    mentioned: Vec<Lookup>,
}

impl Doc {
    /// `id` is the operation id for generated clients, `summary` a line, `description` what one must know to use it.
    pub(crate) fn new(id: &'static str, tag: Tag, summary: &'static str, description: &'static str) -> Self {
        let (parameters, answers, problems) = (Vec::new(), Vec::new(), Vec::new());
        let description = description.to_owned();
        Self {
            id,
            tag,
            summary,
            description,
            parameters,
            body: None,
            answers,
            problems,
            mentioned: Vec::new(),
        }
    }

    /// An optional parameter of the query. `schema` is JSON Schema.
    #[expect(clippy::needless_pass_by_value, reason = "`json!` makes values")]
    pub(crate) fn query(mut self, name: &str, description: &str, schema: Value, example: Value) -> Self {
        self.parameters.push(json!({
            "name": name, "in": "query", "required": false, "description": description,
            "schema": schema, "example": example,
        }));
        self
    }

    /// The same for a parameter that must be given.
    pub(crate) fn required(mut self, name: &str, description: &str, schema: Value, example: Value) -> Self {
        self = self.query(name, description, schema, example);
        if let Some(last) = self.parameters.last_mut().and_then(Value::as_object_mut) {
            last.insert("required".into(), json!(true));
        }
        self
    }

    /// More about it.
    pub(crate) fn description_more(mut self, text: &str) -> Self {
        self.description.push_str(text);
        self
    }

    /// A schema that a parameter refers to.
    pub(crate) fn mentions<T: ToSchema>(mut self) -> Self {
        self.mentioned.push(one::<T>);
        self
    }

    /// The last answer may also be a preview.
    pub(crate) fn or_preview(mut self, statement: &str) -> Self {
        if let Some(content) = self.answers.last_mut().and_then(|answer| answer.content.last_mut()) {
            content.or_preview = Some((one::<Preview>, json!(crate::examples::preview(statement))));
        }
        self
    }

    /// The last answer may also be the preview of a change of structure.
    pub(crate) fn or_change_preview(mut self, statement: &str) -> Self {
        if let Some(content) = self.answers.last_mut().and_then(|answer| answer.content.last_mut()) {
            let example = json!(crate::examples::structure::preview(statement));
            content.or_preview = Some((one::<ChangePreview>, example));
        }
        self
    }

    /// `Last-Event-ID`.
    pub(crate) fn last_event_id(mut self) -> Self {
        self.parameters.push(json!({
            "name": "Last-Event-ID", "in": "header", "required": false,
            "description": "The `id:` of the last event that was received; what followed comes first.",
            "schema": { "type": "integer", "format": "int64", "minimum": 0 }, "example": 41,
        }));
        self
    }

    /// The JSON body.
    pub(crate) fn body<T: ToSchema + Serialize>(mut self, example: &T) -> Self {
        self.body = Some(Content::new("application/json", one::<T>, json!(example)));
        self
    }

    /// A body of any media type, as it is.
    pub(crate) fn binary_body(mut self) -> Self {
        self.body = Some(Content::new("application/octet-stream", bytes, json!("id,total\n17,9.50\n")));
        self
    }

    fn answered(mut self, status: u16, description: &'static str, content: Vec<Content>) -> Self {
        self.answers.push(Answer { status, description, content, headers: Vec::new() });
        self
    }

    /// An answer with one object.
    pub(crate) fn answer<T: ToSchema + Serialize>(
        self,
        status: u16,
        text: &'static str,
        example: &T,
    ) -> Self {
        let example = json!(example);
        self.answered(status, text, vec![Content::new("application/json", one::<T>, example)])
    }

    /// An answer with an array.
    pub(crate) fn list<T: ToSchema + Serialize>(self, text: &'static str, example: &[T]) -> Self {
        let example = json!(example);
        self.answered(200, text, vec![Content::new("application/json", many::<T>, example)])
    }

    /// An answer without a body.
    pub(crate) fn empty(self, status: u16, text: &'static str) -> Self {
        self.answered(status, text, Vec::new())
    }

    /// An answer in another media type.
    pub(crate) fn text(self, media: &'static str, text: &'static str, example: &str) -> Self {
        self.answered(200, text, vec![Content::new(media, plain_text, json!(example))])
    }

    /// An answer that is a file in the format that was asked for. `*/*` would say the same, but generators of clients
    /// leave such an answer out, and nobody would know that most formats are text.
    pub(crate) fn file(self, text: &'static str, example: &str) -> Self {
        let example = json!(example);
        let of_text = Content::new("text/*", plain_text, example.clone());
        self.answered(200, text, vec![of_text, Content::new("application/*", bytes, example)])
    }

    /// Any JSON object.
    pub(crate) fn object(self, text: &'static str, example: Value) -> Self {
        self.answered(200, text, vec![Content::new("application/json", any_object, example)])
    }

    /// A header of the last answer.
    pub(crate) fn header(mut self, name: &'static str, description: &'static str) -> Self {
        if let Some(answer) = self.answers.last_mut() {
            answer.headers.push((name, description));
        }
        self
    }

    /// The header that leads to the next page, and the parameter `limit`.
    pub(crate) fn paged(self, default: u32, max: u32) -> Self {
        let schema =
            json!({ "type": "integer", "format": "int32", "minimum": 1, "maximum": max, "default": default });
        self.header("Link", "Where there is more: the next page, with `rel=\"next\"`.")
            .query("limit", "The most items of one page.", schema, json!(default))
            .problems(&[Code::Invalid])
    }

    /// Codes of this operation alone; those that all operations of its kind have are added.
    pub(crate) fn problems(mut self, codes: &[Code]) -> Self {
        self.problems.extend_from_slice(codes);
        self
    }

    /// All parameters: those of the path, `?server=` where the address is about a server, and the operation's own.
    pub(crate) fn parameters(&self, path: &str) -> Vec<Value> {
        parameters::of_path(path).into_iter().chain(self.parameters.iter().cloned()).collect()
    }

    pub(super) fn request_body(&self, schemas: &mut Schemas) -> Option<Value> {
        let body = self.body.as_ref()?;
        let content = json!({ body.media: body.to_value(schemas) });
        Some(json!({ "required": true, "description": "What is to be done.", "content": content }))
    }

    /// Every code that the operation can answer, in the order of [`Code::ALL`].
    pub(crate) fn codes(&self, access: Access, safe: bool, path: &str) -> Vec<Code> {
        let mut codes = self.problems.clone();
        codes.extend([
            Code::HostRefused,
            Code::TooLarge,
            Code::RateLimited,
            Code::ShuttingDown,
            Code::Internal,
        ]);
        if access != Access::Public {
            codes.extend([Code::SignInRequired, Code::StoreDown]);
        }
        if matches!(access, Access::Needs(_)) {
            codes.push(Code::Forbidden);
        }
        if !safe {
            codes.push(Code::OriginRefused);
        }
        if self.body.is_some() {
            codes.extend([Code::BadRequest, Code::Invalid, Code::MediaType]);
        }
        if !self.parameters.is_empty() {
            codes.push(Code::BadRequest);
        }
        if parameters::about_server(path) {
            codes.extend([Code::ServerNotFound, Code::ServerDown, Code::ServerBusy, Code::SqlTimeout]);
            codes.extend([
                Code::SqlDenied,
                Code::SqlInvalid,
                Code::SqlConflict,
                Code::SqlRetry,
                Code::SqlCancelled,
            ]);
            codes.extend([Code::SqlResources, Code::Unsupported]);
        }
        if path.contains("/database/{name}") {
            codes.push(Code::DatabaseNotFound);
        }
        Code::ALL.iter().copied().filter(|code| codes.contains(code)).collect()
    }

    pub(super) fn responses(&self, codes: &[Code], schemas: &mut Schemas) -> Value {
        for mention in &self.mentioned {
            mention(schemas);
        }
        let mut responses: BTreeMap<String, Value> = BTreeMap::new();
        for answer in &self.answers {
            let mut headers = json!({ "X-Request-Id": request_id() });
            for (name, description) in &answer.headers {
                headers[*name] = header(description);
            }
            let mut response = json!({ "description": answer.description, "headers": headers });
            for content in &answer.content {
                response["content"][content.media] = content.to_value(schemas);
            }
            responses.insert(answer.status.to_string(), response);
        }
        let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        for code in codes {
            by_status.entry(code.status()).or_default().push(*code);
        }
        for (status, codes) in by_status {
            // A status may be an answer as well: not ready is 503 with a body of its own.
            let problem = json!({ "schema": one::<Problem>(schemas), "examples": problem_examples(&codes) });
            let text: Vec<_> =
                codes.iter().map(|code| format!("`{}`: {}.", code.as_str(), code.title())).collect();
            let response = responses.entry(status.to_string()).or_insert_with(|| {
                let headers = json!({ "X-Request-Id": request_id() });
                json!({ "description": text.join(" "), "headers": headers })
            });
            response["content"][MEDIA_TYPE] = problem;
        }
        json!(responses)
    }
}

fn header(description: &str) -> Value {
    json!({ "description": description, "schema": { "type": "string" } })
}

fn request_id() -> Value {
    json!({ "$ref": "#/components/headers/X-Request-Id" })
}

/// Headers that operations refer to.
pub(super) fn shared_headers() -> Value {
    json!({ "X-Request-Id": header("Names this request in the log and in the trace.") })
}

fn problem_examples(codes: &[Code]) -> Value {
    let example = |code: &Code| {
        let name = code.as_str();
        (name.to_owned(), json!({ "$ref": format!("#/components/examples/{name}") }))
    };
    // One is enough to show the shape; the description names them all.
    Value::Object(codes.iter().take(1).map(example).collect())
}

/// An example of each problem, which operations refer to.
pub(super) fn shared_examples() -> Value {
    let example = |code: &Code| {
        let problem = Problem {
            type_: format!("/api/docs#{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            detail: crate::problem::usual(*code).to_owned(),
            code: code.as_str().to_owned(),
            request_id: Some(crate::examples::REQUEST_ID.to_owned()),
            ..Problem::default()
        };
        (code.as_str().to_owned(), json!({ "summary": code.title(), "value": problem }))
    };
    Value::Object(Code::ALL.iter().map(example).collect())
}
