//! Errors on the wire: `application/problem+json` (RFC 9457).

use serde::{Deserialize, Serialize};

use crate::row_changes::{CountMismatch, RowConflict};
use crate::validate::FieldError;

/// The media type of [`Problem`].
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was not done, and what to do about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A relative address that names the kind of problem: `/api/docs#` and the code.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(example = "/api/docs#database.not_found"))]
    pub type_: String,
    #[cfg_attr(feature = "openapi", schema(example = "There is no such database"))]
    pub title: String,
    #[cfg_attr(feature = "openapi", schema(example = 404))]
    pub status: u16,
    /// For a person: what happened and what to do.
    #[cfg_attr(feature = "openapi", schema(example = "There is no database “shop” on this server."))]
    pub detail: String,
    /// A stable code; see [`Code`].
    #[cfg_attr(feature = "openapi", schema(example = "database.not_found"))]
    pub code: String,
    /// Finds the request in the log and its SQL in the trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// PostgreSQL's five-character code, where PostgreSQL refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "3D000"))]
    pub sqlstate: Option<String>,
    /// PostgreSQL's hint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Character position in the statement, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// The constraint that was violated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<String>,
    /// For `row.changed`: the row as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Box<RowConflict>>,
    /// For `row.count_mismatch`: both numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<CountMismatch>,
    /// The fields of the body that were refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $status:literal, $title:literal;)+) => {
        /// Every problem code with its HTTP status and title: the one table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant),+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$variant),+];
            /// The stable text, for example `database.not_found`.
            pub fn as_str(self) -> &'static str { match self { $(Code::$variant => $text),+ } }
            /// The HTTP status.
            pub fn status(self) -> u16 { match self { $(Code::$variant => $status),+ } }
            /// The title, the same for each problem of the code.
            pub fn title(self) -> &'static str { match self { $(Code::$variant => $title),+ } }
        }
    };
}

codes! {
    BadRequest = "request.invalid", 400, "The request cannot be read";
    Invalid = "request.fields", 422, "Some fields were refused";
    TooLarge = "request.too_large", 413, "The request is too large";
    MediaType = "request.media_type", 415, "The body must be application/json";
    NotFound = "request.not_found", 404, "There is nothing at this address";
    MethodNotAllowed = "request.method", 405, "This address does not know this method";
    HostRefused = "request.host", 421, "This host name is not served here";
    OriginRefused = "request.origin", 403, "The request comes from another site";
    RateLimited = "request.rate", 429, "Too many requests";
    SignInRequired = "session.required", 401, "Sign in first";
    SignInFailed = "session.refused", 401, "Account or password is wrong";
    SignInLocked = "session.locked", 429, "Too many failed sign-ins";
    SetupRefused = "setup.refused", 403, "The set-up link is not valid";
    Forbidden = "permission.denied", 403, "Not allowed";
    AccountNotFound = "account.not_found", 404, "There is no such account";
    AccountExists = "account.exists", 409, "The account exists already";
    LastAdministrator = "account.last_administrator", 409, "One administrator must remain";
    PasswordWrong = "account.password_wrong", 422, "The current password is wrong";
    SessionNotFound = "session.not_found", 404, "There is no such sign-in";
    TokenNotFound = "token.not_found", 404, "There is no such token";
    ServerNotFound = "server.not_found", 404, "There is no such server";
    ServerDown = "server.down", 503, "The PostgreSQL server cannot be reached";
    ServerBusy = "server.busy", 503, "All connections are in use";
    StoreDown = "store.down", 503, "Howdah’s own database cannot be reached";
    DatabaseNotFound = "database.not_found", 404, "There is no such database";
    DatabaseExists = "database.exists", 409, "A database of this name exists already";
    DatabaseProtected = "database.protected", 403, "This database is protected";
    DatabaseInUse = "database.in_use", 409, "The database is in use";
    SchemaNotFound = "schema.not_found", 404, "There is no such schema";
    TableNotFound = "table.not_found", 404, "There is no such table";
    TableLocked = "table.locked", 409, "Somebody else holds a lock";
    ObjectNotFound = "object.not_found", 404, "There is no such object";
    ObjectNeeded = "object.needed", 409, "Other objects depend on it";
    OwnerRights = "postgres.owner_rights", 403, "The rights of the owner cannot be had";
    ViewUntrusted = "table.untrusted_view", 403, "It would run code of another role";
    CellNotFound = "row.not_found", 404, "The row is not there any more";
    RowChanged = "row.changed", 409, "The row has been changed meanwhile";
    RowGone = "row.gone", 409, "The row has been deleted meanwhile";
    RowCountMismatch = "row.count_mismatch", 409, "It is not as many rows as expected";
    RowLocked = "row.locked", 409, "Another transaction holds the row";
    JobNotFound = "job.not_found", 404, "There is no such job";
    JobFinished = "job.finished", 409, "The job has already ended";
    UploadNotFound = "upload.not_found", 404, "There is no such upload";
    UploadIncomplete = "upload.incomplete", 400, "The file did not come whole";
    UploadUnreadable = "upload.unreadable", 422, "The file cannot be read like this";
    UploadLimit = "upload.limit", 507, "There is no room for more uploads";
    ImportNotFound = "import.not_found", 404, "There is no report of such an import";
    ExportNotFound = "export.not_found", 404, "There is no such export";
    TraceNotFound = "trace.not_found", 404, "There is no trace of this request";
    SqlDenied = "postgres.denied", 403, "PostgreSQL denied it";
    SqlInvalid = "postgres.invalid", 422, "PostgreSQL refused it";
    SqlConflict = "postgres.conflict", 409, "PostgreSQL refused it as things stand";
    SqlRetry = "postgres.retry", 409, "Another transaction was in the way; try again";
    SqlCancelled = "postgres.cancelled", 409, "The statement was cancelled";
    SqlTimeout = "postgres.timeout", 504, "The statement took too long";
    SqlResources = "postgres.resources", 507, "The PostgreSQL server has run out of something";
    Unsupported = "postgres.unsupported", 422, "This PostgreSQL version cannot do it";
    ShuttingDown = "server.stopping", 503, "Howdah is stopping";
    Internal = "internal", 500, "Something went wrong inside Howdah";
}
