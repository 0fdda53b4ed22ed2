//! What a managed server said, as a problem.

use howdah_pg::{Error, SqlError};
use howdah_types::problem::Code;
use howdah_types::validate::FieldError;

use super::{Failure, chain, usual};

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::Unreachable { .. } | Error::Config(_) => Self::of(Code::ServerDown).because(&error),
            Error::PoolTimeout => {
                Self::of(Code::ServerBusy).because(&error).with_retry(std::time::Duration::from_secs(1))
            }
            Error::DatabaseNotFound(_) => Self::new(Code::DatabaseNotFound, sentence(&text)),
            Error::DatabaseExists(_) => Self::new(Code::DatabaseExists, sentence(&text)),
            Error::Protected { .. } => Self::new(Code::DatabaseProtected, sentence(&text)),
            Error::InUse { .. } => Self::new(Code::DatabaseInUse, sentence(&text)),
            Error::SchemaNotFound(_) => Self::new(Code::SchemaNotFound, sentence(&text)),
            Error::TableNotFound(_) => Self::new(Code::TableNotFound, sentence(&text)),
            Error::UntrustedCode { .. } => {
                let detail = format!(
                    "{} Nothing was run. Give that to a role whose code may run so (a superuser), or the table to its owner: \
                     then Howdah works on it with that owner’s rights.",
                    sentence(&text)
                );
                Self::new(Code::ViewUntrusted, detail)
            }
            Error::ObjectNotFound { kind: "role", .. } => missing("owner", &error),
            Error::ObjectNotFound { .. } => Self::new(Code::ObjectNotFound, sentence(&text)),
            Error::Piece { field, position, source, .. } => {
                let mut failure = Self::fields(vec![FieldError::new(&field, "invalid", sentence(&text))]);
                failure.0.sqlstate = Some(source.sqlstate);
                failure.0.hint = source.hint;
                failure.0.position = position;
                failure
            }
            Error::NotAllowed { .. } => Self::new(Code::Forbidden, sentence(&text)),
            Error::Locked { .. } => {
                let detail = format!(
                    "{} Nothing was changed; try again, or wait longer for the lock.",
                    sentence(&text)
                );
                Self::new(Code::TableLocked, detail)
            }
            Error::OthersDepend { .. } => Self::new(Code::ObjectNeeded, sentence(&text)),
            Error::StandIn { .. } => {
                let detail = format!(
                    "It belongs to a role whose rights Howdah cannot work with here: {} Howdah’s own role must be able to \
                     make roles and to grant them that one (a superuser can).",
                    sentence(&text)
                );
                Self::new(Code::OwnerRights, detail).because(&error)
            }
            Error::CellNotFound => Self::of(Code::CellNotFound),
            Error::Unsupported { .. } => Self::new(Code::Unsupported, sentence(&text)),
            Error::Cancelled => Self::of(Code::SqlCancelled),
            Error::Timeout => Self::of(Code::SqlTimeout),
            Error::Sql { doing, source } => of_sql(doing, *source),
            Error::Fields(errors) => Self::fields(errors),
            Error::InField { field, source } => Self::from(*source).with_field(&field, "refused"),
            Error::SuperuserCondition => Self::new(
                Code::Forbidden,
                "A condition of one’s own would run here with the rights of a superuser; that needs the permission \
                 query.superuser. Filters need none.",
            ),
            Error::RowChanged(conflict) => {
                let mut failure = Self::of(Code::RowChanged).with_field(&conflict.change, "changed");
                failure.0.conflict = Some(conflict);
                failure
            }
            Error::RowGone { change } => Self::of(Code::RowGone).with_field(&change, "gone"),
            Error::RowCount { change, count } => {
                let text = format!("{} Nothing was changed.", sentence(&text));
                let failure = Self::new(Code::RowCountMismatch, text);
                let mut failure =
                    if change.is_empty() { failure } else { failure.with_field(&change, "count") };
                failure.0.count = Some(count);
                failure
            }
            Error::RowLocked { change } => {
                let failure = Self::of(Code::RowLocked);
                if change.is_empty() { failure } else { failure.with_field(&change, "locked") }
            }
            // `Unexpected`, and what is added to the enum before it is added here.
            other => Self::internal(chain(&other)),
        }
    }
}

/// A refusal of PostgreSQL, in its own words: these are about the caller's own statement and hold nothing of ours.
fn of_sql(doing: &str, source: SqlError) -> Failure {
    let code = code_of(&source.sqlstate);
    if code == Code::ServerDown {
        return Failure::of(code).because(&source);
    }
    let mut failure = Failure::new(code, sentence(&source.message));
    if let Some(more) = &source.detail {
        failure.0.detail.push(' ');
        failure.0.detail.push_str(&sentence(more));
    }
    if matches!(code, Code::SqlTimeout | Code::SqlCancelled | Code::SqlRetry) {
        usual(code).clone_into(&mut failure.0.detail);
    }
    failure.0.internal = Some(format!("{doing}: {source}"));
    failure.0.sqlstate = Some(source.sqlstate);
    failure.0.hint = source.hint;
    failure.0.position = source.position;
    failure.0.constraint = source.constraint;
    failure
}

/// What each SQLSTATE means to a caller (PostgreSQL's appendix A).
fn code_of(sqlstate: &str) -> Code {
    match sqlstate {
        "40001" | "40P01" => Code::SqlRetry,
        "57014" => Code::SqlCancelled,
        "25P03" | "25P04" | "57P05" => Code::SqlTimeout,
        "42501" => Code::SqlDenied,
        "55P03" => Code::TableLocked,
        "2BP01" => Code::ObjectNeeded,
        // Duplicates: the statement is right, the name is taken.
        "42P03" | "42P04" | "42P05" | "42P06" | "42P07" | "42701" | "42710" | "42712" | "42723" => {
            Code::SqlConflict
        }
        _ => match sqlstate.get(..2).unwrap_or_default() {
            "08" | "28" | "57" => Code::ServerDown,
            "53" | "58" => Code::SqlResources,
            "0A" => Code::Unsupported,
            "23" | "25" | "27" | "2B" | "40" | "55" => Code::SqlConflict,
            _ => Code::SqlInvalid,
        },
    }
}

/// Names the field of the body that PostgreSQL complained about. `given` holds the fields with their values, in the
/// order in which they are looked at: the complaint is about the first whose value it quotes. Messages may be in any
/// language, the values in them are not translated.
pub(crate) fn in_body(error: Error, given: &[(&'static str, Option<&str>)]) -> Failure {
    let field = match &error {
        Error::DatabaseExists(_) => Some(("name", "exists")),
        // 404 would speak of the address; what is missing is named in the body.
        Error::DatabaseNotFound(_) if find(given, "template").is_some() => {
            return missing("template", &error);
        }
        Error::InUse { .. } => find(given, "template").map(|field| (field, "inUse")),
        Error::Sql { source, .. } => of_message(source, given),
        _ => None,
    };
    let failure = Failure::from(error);
    match field {
        Some((field, code)) => failure.with_field(field, code),
        None => failure,
    }
}

/// A thing that a field of the body names and that is not there.
pub(crate) fn missing(field: &str, error: &Error) -> Failure {
    Failure::fields(vec![FieldError::new(field, "notFound", sentence(&error.to_string()))])
}

/// The same for a rename, where only the new name can be in the way.
pub(crate) fn of_rename(error: Error, given: &[(&'static str, Option<&str>)]) -> Failure {
    match error {
        Error::DatabaseNotFound(_) | Error::InUse { .. } => Failure::from(error),
        other => in_body(other, given),
    }
}

fn find(given: &[(&'static str, Option<&str>)], name: &str) -> Option<&'static str> {
    given.iter().find(|(field, value)| *field == name && value.is_some()).map(|(field, _)| *field)
}

fn of_message(
    source: &SqlError,
    given: &[(&'static str, Option<&str>)],
) -> Option<(&'static str, &'static str)> {
    let code = match source.sqlstate.as_str() {
        "42704" | "3D000" => "notFound",
        "42501" => "denied",
        "42809" | "22023" | "42939" | "0A000" | "42622" => "invalid",
        _ => return None,
    };
    let quoted = given
        .iter()
        .find(|(_, value)| value.is_some_and(|value| !value.is_empty() && source.message.contains(value)));
    match quoted {
        Some((field, _)) => Some((field, code)),
        None if source.sqlstate == "3D000" => find(given, "template").map(|field| (field, code)),
        None => None,
    }
}

/// A message of PostgreSQL or of our own as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let mut sentence: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    sentence.push_str(letters.as_str());
    if !sentence.ends_with(['.', '!', '?', '…']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(sqlstate: &str, message: &str) -> Error {
        let source = SqlError {
            sqlstate: sqlstate.into(),
            message: message.into(),
            detail: None,
            hint: Some("a hint".into()),
            position: Some(7),
            constraint: None,
            column: None,
            context: None,
            severity: "ERROR".into(),
        };
        Error::Sql { doing: "creating the database", source: Box::new(source) }
    }

    #[test]
    fn states_are_told_apart() {
        for (state, code) in [
            ("40001", Code::SqlRetry),
            ("40P01", Code::SqlRetry),
            ("57014", Code::SqlCancelled),
            ("57P01", Code::ServerDown),
            ("57P03", Code::ServerDown),
            ("08006", Code::ServerDown),
            ("53100", Code::SqlResources),
            ("53300", Code::SqlResources),
            ("42501", Code::SqlDenied),
            ("42704", Code::SqlInvalid),
            ("22023", Code::SqlInvalid),
            ("23505", Code::SqlConflict),
            ("55006", Code::SqlConflict),
            ("42P04", Code::SqlConflict),
            ("0A000", Code::Unsupported),
            ("XX000", Code::SqlInvalid),
        ] {
            assert_eq!(Failure::from(sql(state, "no")).code(), code, "{state}");
        }
    }

    #[test]
    fn fields_are_found_by_their_value() {
        let given = [("owner", Some("nobody")), ("template", Some("t")), ("name", Some("shop"))];
        let failure = in_body(sql("42704", "Rolle »nobody« existiert nicht"), &given);
        assert_eq!(failure.errors()[0].field, "owner");
        assert_eq!(failure.code(), Code::SqlInvalid);
        assert_eq!(in_body(sql("3D000", "es gibt sie nicht"), &given).errors()[0].field, "template");
        assert_eq!(in_body(Error::DatabaseNotFound("t".into()), &given).code(), Code::Invalid);
        assert_eq!(in_body(Error::DatabaseExists("shop".into()), &given).errors()[0].field, "name");
        assert!(in_body(sql("53100", "disk full: nobody"), &given).errors().is_empty());
    }

    #[test]
    fn a_server_that_stops_is_not_quoted() {
        let failure = Failure::from(sql("28P01", "password authentication failed for user \"secret_role\""));
        assert!(!failure.detail().contains("secret_role"));
    }

    #[test]
    fn sentences() {
        assert_eq!(sentence("role \"x\" does not exist"), "Role \"x\" does not exist.");
        assert_eq!(sentence("ärger!"), "Ärger!");
    }
}
