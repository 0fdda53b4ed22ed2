//! Every failure, whoever it comes from, becomes a problem here: one table from errors of `pg`, `store`, `jobs` and
//! actix to [`Code`]s. What is only for us goes to the log, never into an answer.

use std::fmt;
use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use howdah_types::problem::{Code, MEDIA_TYPE, Problem};
use howdah_types::row_changes::{CountMismatch, RowConflict};
use howdah_types::validate::FieldError;

mod jobs;
mod postgres;
mod store;

pub(crate) use postgres::{in_body, missing, of_rename};
pub(crate) use store::NotFoundAs;

/// Why a request is not done. Boxed, because every handler returns it.
#[derive(Debug, Clone)]
pub(crate) struct Failure(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    code: Code,
    /// For the caller.
    detail: String,
    /// For the log only.
    internal: Option<String>,
    sqlstate: Option<String>,
    hint: Option<String>,
    position: Option<u32>,
    constraint: Option<String>,
    conflict: Option<Box<RowConflict>>,
    count: Option<CountMismatch>,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    allow: Option<String>,
}

impl Failure {
    /// A problem of `code` with a sentence for the caller.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            detail: detail.into(),
            internal: None,
            sqlstate: None,
            hint: None,
            position: None,
            constraint: None,
            conflict: None,
            count: None,
            errors: Vec::new(),
            retry_after: None,
            allow: None,
        }))
    }

    /// A problem of `code` with the sentence that always fits it.
    pub(crate) fn of(code: Code) -> Self {
        Self::new(code, usual(code))
    }

    /// Our own fault. `why` goes to the log only.
    pub(crate) fn internal(why: impl Into<String>) -> Self {
        let mut failure = Self::of(Code::Internal);
        failure.0.internal = Some(why.into());
        failure
    }

    /// Fields of the body or the query that were refused.
    pub(crate) fn fields(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => format!("{}: {}", one.field, one.message),
            many => format!("{} fields were refused; see errors.", many.len()),
        };
        let mut failure = Self::new(Code::Invalid, detail);
        failure.0.errors = errors;
        failure
    }

    /// One too many; to be tried again after `wait`.
    pub(crate) fn too_many(wait: Duration) -> Self {
        let mut failure = Self::of(Code::RateLimited);
        failure.0.retry_after = Some(wait);
        failure
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        Self::new(Code::TooLarge, format!("At most {limit} bytes are read."))
    }

    /// The method is not among `allowed`.
    pub(crate) fn method(allowed: String) -> Self {
        let mut failure = Self::new(Code::MethodNotAllowed, format!("Here one may: {allowed}."));
        failure.0.allow = Some(allowed);
        failure
    }

    /// Adds the error behind it, for the log.
    pub(crate) fn because(mut self, error: &dyn std::error::Error) -> Self {
        self.0.internal = Some(chain(error));
        self
    }

    fn with_retry(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    fn with_field(mut self, field: &str, code: &str) -> Self {
        let message = self.0.detail.clone();
        self.0.errors.push(FieldError::new(field, code, message));
        self
    }

    /// The fields are those of a part of the body.
    pub(crate) fn in_part(mut self, part: &str) -> Self {
        for error in &mut self.0.errors {
            error.field = format!("{part}.{}", error.field);
        }
        self
    }

    /// For who may not read rows: without the row as it is now, and without what PostgreSQL quotes of one ("Failing row
    /// contains …", "Key (name)=(Ann) already exists").
    pub(crate) fn without_rows(mut self) -> Self {
        self.0.conflict = None;
        if self.0.sqlstate.as_deref().is_some_and(|state| state.starts_with("23")) {
            let text = match &self.0.constraint {
                Some(constraint) => format!("The constraint “{constraint}” does not allow it."),
                None => usual(self.0.code).to_owned(),
            };
            self.0.errors.iter_mut().for_each(|error| error.message.clone_from(&text));
            self.0.detail = text;
        }
        self
    }

    pub(crate) fn code(&self) -> Code {
        self.0.code
    }

    /// What the caller reads, where it is not sent as a body.
    pub(crate) fn sentence(&self) -> String {
        self.0.detail.clone()
    }

    #[cfg(test)]
    pub(crate) fn detail(&self) -> &str {
        &self.0.detail
    }

    #[cfg(test)]
    pub(crate) fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    fn log(&self) {
        let Inner { code, detail, internal, sqlstate, .. } = self.0.as_ref();
        let (code, status) = (code.as_str(), code.status());
        let internal = internal.as_deref().unwrap_or_default();
        if matches!(self.0.code, Code::Internal) {
            tracing::error!(code, detail, internal, "request failed");
        } else if status >= 500 {
            tracing::warn!(code, detail, internal, sqlstate, "request failed");
        } else {
            tracing::debug!(code, detail, internal, sqlstate, "request refused");
        }
    }

    /// The answer with its body; logs what is behind it.
    pub(crate) fn respond(&self, request_id: Option<String>) -> HttpResponse {
        self.log();
        let inner = self.0.as_ref();
        let code = inner.code;
        let problem = Problem {
            type_: format!("/api/docs#{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            detail: inner.detail.clone(),
            code: code.as_str().to_owned(),
            request_id,
            sqlstate: inner.sqlstate.clone(),
            hint: inner.hint.clone(),
            position: inner.position,
            constraint: inner.constraint.clone(),
            conflict: inner.conflict.clone(),
            count: inner.count,
            errors: inner.errors.clone(),
        };
        let mut answer = HttpResponse::build(self.status_code());
        if code == Code::SignInRequired {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        let passes = matches!(code, Code::StoreDown | Code::ServerDown | Code::ShuttingDown);
        if let Some(wait) = inner.retry_after.or(passes.then_some(Duration::from_secs(2))) {
            answer.insert_header((header::RETRY_AFTER, wait.as_secs_f64().ceil().max(1.0).to_string()));
        }
        if let Some(allow) = &inner.allow {
            answer.insert_header((header::ALLOW, allow.as_str()));
        }
        // A `Problem` is text and numbers: it always becomes JSON.
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        answer.content_type(MEDIA_TYPE).body(body)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.as_str(), self.0.detail)
    }
}

impl std::error::Error for Failure {}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Without a body: the front writes it, since only the front knows the request's id.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// The problem behind an error of actix or of ours.
pub(crate) fn from_actix(error: &actix_web::Error) -> Failure {
    if let Some(failure) = error.as_error::<Failure>() {
        return failure.clone();
    }
    let status = error.as_response_error().status_code();
    let code = match status.as_u16() {
        404 => Code::NotFound,
        405 => Code::MethodNotAllowed,
        413 => Code::TooLarge,
        415 => Code::MediaType,
        400..500 => Code::BadRequest,
        _ => Code::Internal,
    };
    let mut failure = Failure::of(code);
    failure.0.internal = Some(error.to_string());
    failure
}

/// An error with all its sources, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let part = source.to_string();
        if !text.ends_with(&part) {
            text.push_str(": ");
            text.push_str(&part);
        }
        next = source.source();
    }
    text
}

/// What to say when there is nothing special to say.
pub(crate) fn usual(code: Code) -> &'static str {
    match code {
        Code::BadRequest => "The request cannot be read.",
        Code::Invalid => "Some fields were refused; see errors.",
        Code::TooLarge => "Send less.",
        Code::MediaType => "Send the body with Content-Type: application/json.",
        Code::NotFound => "There is nothing at this address; /api/docs lists what there is.",
        Code::MethodNotAllowed => "This address does not know this method; /api/docs lists what there is.",
        Code::HostRefused => {
            "Howdah is not told to answer to this host name. Whoever runs it can allow the name in its configuration."
        }
        Code::OriginRefused => "Changes are only taken from Howdah’s own pages. Programs use an API token.",
        Code::RateLimited => "Wait a moment, then try again.",
        Code::SignInRequired => "Sign in, or send an API token as Authorization: Bearer.",
        Code::SignInFailed => "Account or password is wrong.",
        Code::SignInLocked => "Too many attempts failed. Wait before you try again.",
        Code::SetupRefused => {
            "The link was used already, or a newer one was made. A restart prints a new one."
        }
        Code::Forbidden => "Your account or token does not have the permission for this.",
        Code::LastAdministrator => "This is the last administrator that can sign in; make another one first.",
        Code::PasswordWrong => "The current password is not the one you gave.",
        Code::AccountNotFound => "There is no account of this name.",
        Code::AccountExists => "There is an account of this name already.",
        Code::SessionNotFound => "You have no such sign-in.",
        Code::TokenNotFound => "You have no such token.",
        Code::ServerNotFound => "The only server is “default”.",
        Code::ServerDown => "The PostgreSQL server cannot be reached now. Howdah keeps trying.",
        Code::ServerBusy => "All connections to the server are in use. Try again in a moment.",
        Code::StoreDown => "Howdah cannot reach the database in which it keeps accounts, jobs and audit.",
        Code::DatabaseNotFound => "There is no such database on this server.",
        Code::SchemaNotFound => "There is no such schema in this database.",
        Code::TableNotFound => "There is no such table or view here.",
        Code::TableLocked => "Somebody else holds a lock on it. Nothing was changed; try again.",
        Code::ObjectNotFound => "There is no such object here.",
        Code::CellNotFound => "The row has been changed or deleted; read the page again.",
        Code::RowChanged => {
            "Somebody has changed the row since you read it. Nothing was changed; `conflict` shows it to those who may read rows."
        }
        Code::RowGone => "The row is not there any more. Nothing was changed; read the page again.",
        Code::RowCountMismatch => "It would be another number of rows than expected. Nothing was changed.",
        Code::RowLocked => "Another transaction holds the row. Nothing was changed; try again.",
        Code::JobNotFound => "There is no such job.",
        Code::JobFinished => "The job has already ended.",
        Code::UploadNotFound => "You have no such upload (any more); send the file again.",
        Code::UploadIncomplete => "The file did not come whole, and nothing of it was kept. Send it again.",
        Code::ImportNotFound => "No import of yours has a report under this job.",
        Code::ExportNotFound => "No export of yours is remembered under this id (any more).",
        Code::TraceNotFound => "No trace of this request of yours is kept (any more).",
        Code::SqlTimeout => "The statement took longer than allowed and was stopped.",
        Code::SqlCancelled => "The statement was cancelled.",
        Code::SqlRetry => "Another transaction was in the way. Nothing was changed; try again.",
        Code::ShuttingDown => "Howdah is stopping. Try again when it is back.",
        Code::Internal => "Something went wrong inside Howdah. The log has the details under the request id.",
        Code::DatabaseExists
        | Code::DatabaseProtected
        | Code::DatabaseInUse
        | Code::ViewUntrusted
        | Code::ObjectNeeded
        | Code::OwnerRights
        | Code::SqlDenied
        | Code::SqlInvalid
        | Code::SqlConflict
        | Code::SqlResources
        | Code::Unsupported
        | Code::UploadUnreadable
        | Code::UploadLimit => code.title(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_text_stays_inside() {
        let failure = Failure::internal("password=secret");
        let response = failure.respond(Some("id".into()));
        let body = actix_web::body::MessageBody::try_into_bytes(response.into_body()).unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(!text.contains("secret"), "{text}");
        let problem: Problem = serde_json::from_str(&text).unwrap();
        assert_eq!((problem.status, problem.code.as_str()), (500, "internal"));
        assert_eq!(problem.request_id.as_deref(), Some("id"));
    }

    #[test]
    fn every_code_has_a_sentence_and_a_valid_status() {
        for code in Code::ALL {
            assert!(!usual(*code).is_empty());
            assert_eq!(Failure::of(*code).status_code().as_u16(), code.status());
        }
    }
}
