//! A condition of the caller's own, in SQL.
//!
//! It stands in parentheses in statements of ours and must not get out of them. The server's own parser decides: the text
//! is parsed between parentheses, and once more between brackets. Every bracket of SQL's grammar has its partner of the
//! same kind, so a text that closes the parenthesis before it (`true) OR (true`) does not parse between brackets, and
//! `1], ARRAY[2` not between parentheses. What parses in both is one expression with nothing open: no bracket, quote or
//! comment, and no second statement. A line break at its end closes `--`.

use howdah_types::validate::FieldError;

use super::Where;
use super::open::Opened;
use crate::error::Error;
use crate::ident::Qualified;

/// The condition as it may stand among others, after AND.
pub(super) async fn sealed(opened: &Opened, name: (&str, &str), given: &Where<'_>) -> Result<String, Error> {
    if opened.owner.trusted && !given.superuser {
        return Err(Error::SuperuserCondition);
    }
    // A lock or a setting that it takes for the session must not meet the next request, or wait for it.
    opened.session.close_at_end();
    let from = format!("SELECT FROM {} AS t WHERE ", Qualified(name.0, name.1));
    for (before, after) in [("(", ")"), ("(ARRAY[", "])[1]")] {
        let before = format!("{from}{before}\n");
        let sql = format!("{before}{}\n{after}", given.text);
        let parameters = opened.session.parse("reading the condition", &sql).await;
        let parameters = parameters.map_err(|error| here(error, before.chars().count(), given))?;
        if parameters > 0 {
            return Err(refused(given, "parameter", "There are no parameters here; write the value."));
        }
    }
    Ok(format!("(\n{}\n)", given.text))
}

fn refused(given: &Where<'_>, code: &str, message: &str) -> Error {
    Error::Fields(vec![FieldError::new(given.field, code, message)])
}

/// Positions count from the beginning of the condition.
fn here(error: Error, before: usize, given: &Where<'_>) -> Error {
    let Error::Sql { doing, mut source } = error else { return error };
    let position = source.position.and_then(|position| position.checked_sub(u32::try_from(before).ok()?));
    source.position =
        position.filter(|position| *position > 0 && *position as usize <= given.text.chars().count());
    Error::Sql { doing, source }.in_field(given.field.to_owned())
}
