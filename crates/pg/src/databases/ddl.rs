//! The SQL that makes, changes and drops databases: the same text for the preview and for the server.

use std::fmt::Write;

use howdah_types::databases::{DatabaseFormData, DatabaseUpdateData, LocaleProvider};

use crate::error::Error;
use crate::ident::{Ident, Literal};

const PG_15: i32 = 150_000;
const PG_17: i32 = 170_000;

/// What it takes to make a database on a server of this version (`server_version_num`).
pub(super) fn create(data: &DatabaseFormData, version: i32) -> Result<Vec<String>, Error> {
    supported(data, version)?;
    let mut sql = format!("CREATE DATABASE {}", Ident(&data.name));
    let mut option = |name: &str, value: &dyn std::fmt::Display| {
        // Writing to a string does not fail.
        let _ = write!(sql, " {name} = {value}");
    };
    if let Some(owner) = &data.owner {
        option("OWNER", &Ident(owner));
    }
    // template1 may hold text that another encoding or collation would spoil, so PostgreSQL wants template0 then.
    let other_text = data.encoding.is_some() || data.collation.is_some() || data.locale_provider.is_some();
    match &data.template {
        Some(template) => option("TEMPLATE", &Ident(template)),
        None if other_text => option("TEMPLATE", &"template0"),
        None => {}
    }
    if let Some(encoding) = &data.encoding {
        option("ENCODING", &Literal(encoding));
    }
    locale(data, version, &mut option);
    if let Some(tablespace) = &data.tablespace {
        option("TABLESPACE", &Ident(tablespace));
    }
    if let Some(limit) = data.connection_limit {
        option("CONNECTION LIMIT", &limit);
    }
    if let Some(allow) = data.allow_connections {
        option("ALLOW_CONNECTIONS", &allow);
    }
    let mut statements = vec![sql];
    statements.extend(
        data.description.as_deref().filter(|text| !text.is_empty()).map(|text| comment(&data.name, text)),
    );
    Ok(statements)
}

fn supported(data: &DatabaseFormData, version: i32) -> Result<(), Error> {
    let (what, needs, least) = match data.locale_provider {
        Some(LocaleProvider::Icu) => ("the locale provider icu", "PostgreSQL 15 or later", PG_15),
        Some(LocaleProvider::Builtin) => ("the locale provider builtin", "PostgreSQL 17 or later", PG_17),
        Some(LocaleProvider::Libc) | None => return Ok(()),
    };
    if version >= least {
        return Ok(());
    }
    Err(Error::Unsupported { what: what.to_owned(), needs: needs.to_owned() })
}

fn locale(data: &DatabaseFormData, version: i32, option: &mut dyn FnMut(&str, &dyn std::fmt::Display)) {
    let provider = data.locale_provider.or(data.collation.is_some().then_some(LocaleProvider::Libc));
    let key = match provider {
        None => return,
        Some(LocaleProvider::Libc) => {
            // Before 15 there is no other provider, and no word for this one.
            if version >= PG_15 {
                option("LOCALE_PROVIDER", &"libc");
            }
            "LOCALE"
        }
        Some(LocaleProvider::Icu) => {
            option("LOCALE_PROVIDER", &"icu");
            "ICU_LOCALE"
        }
        Some(LocaleProvider::Builtin) => {
            option("LOCALE_PROVIDER", &"builtin");
            "BUILTIN_LOCALE"
        }
    };
    if let Some(collation) = &data.collation {
        option(key, &Literal(collation));
    }
}

/// What it takes to change a database, to be run in one transaction. The owner goes last: a role that gives a
/// database away may do no more with it.
pub(super) fn update(name: &str, data: &DatabaseUpdateData) -> Vec<String> {
    let mut statements = Vec::new();
    statements.extend(data.description.as_deref().map(|text| comment(name, text)));
    let mut attributes = String::new();
    if let Some(limit) = data.connection_limit {
        let _ = write!(attributes, " CONNECTION LIMIT {limit}");
    }
    if let Some(allow) = data.allow_connections {
        let _ = write!(attributes, " ALLOW_CONNECTIONS {allow}");
    }
    if !attributes.is_empty() {
        statements.push(format!("ALTER DATABASE {} WITH{attributes}", Ident(name)));
    }
    let mut current = name;
    if let Some(new) = new_name(name, data) {
        statements.push(format!("ALTER DATABASE {} RENAME TO {}", Ident(name), Ident(new)));
        current = new;
    }
    if let Some(owner) = &data.owner {
        statements.push(format!("ALTER DATABASE {} OWNER TO {}", Ident(current), Ident(owner)));
    }
    statements
}

/// The new name, where it is another one.
pub(super) fn new_name<'a>(name: &str, data: &'a DatabaseUpdateData) -> Option<&'a str> {
    data.name.as_deref().filter(|new| *new != name)
}

/// An empty text removes the comment.
pub(super) fn comment(name: &str, text: &str) -> String {
    if text.is_empty() {
        return format!("COMMENT ON DATABASE {} IS NULL", Ident(name));
    }
    format!("COMMENT ON DATABASE {} IS {}", Ident(name), Literal(text).to_string().trim_start())
}

/// PostgreSQL 13+ ends the connections itself.
pub(super) fn drop(name: &str) -> String {
    format!("DROP DATABASE {} WITH (FORCE)", Ident(name))
}

/// Without ending connections: for taking back what was just made.
pub(super) fn drop_unused(name: &str) -> String {
    format!("DROP DATABASE {}", Ident(name))
}

pub(super) fn copy(source: &str, name: &str) -> String {
    format!("CREATE DATABASE {} TEMPLATE = {}", Ident(name), Ident(source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_is_all_defaults() {
        let data = DatabaseFormData { name: "a\"b".to_owned(), ..Default::default() };
        assert_eq!(create(&data, 130_000).ok(), Some(vec!["CREATE DATABASE \"a\"\"b\"".to_owned()]));
    }

    #[test]
    fn everything_given_is_said() {
        let data = DatabaseFormData {
            name: "shop".to_owned(),
            description: Some("it's \\ here".to_owned()),
            owner: Some("App Owner".to_owned()),
            encoding: Some("UTF8".to_owned()),
            collation: Some("de-x-icu".to_owned()),
            locale_provider: Some(LocaleProvider::Icu),
            connection_limit: Some(5),
            allow_connections: Some(false),
            tablespace: Some("fast".to_owned()),
            ..Default::default()
        };
        let sql = create(&data, 150_000).unwrap();
        assert_eq!(
            sql,
            [
                "CREATE DATABASE \"shop\" OWNER = \"App Owner\" TEMPLATE = template0 ENCODING = 'UTF8' \
                 LOCALE_PROVIDER = icu ICU_LOCALE = 'de-x-icu' TABLESPACE = \"fast\" CONNECTION LIMIT = 5 \
                 ALLOW_CONNECTIONS = false",
                "COMMENT ON DATABASE \"shop\" IS E'it''s \\\\ here'",
            ]
        );
        assert!(matches!(create(&data, 140_011), Err(Error::Unsupported { .. })));
    }

    #[test]
    fn libc_is_named_where_there_are_others() {
        let collation = Some("C".to_owned());
        let data = DatabaseFormData { name: "x".to_owned(), collation, ..Default::default() };
        let sql = |version| create(&data, version).unwrap().remove(0);
        assert_eq!(sql(140_000), "CREATE DATABASE \"x\" TEMPLATE = template0 LOCALE = 'C'");
        assert_eq!(
            sql(180_000),
            "CREATE DATABASE \"x\" TEMPLATE = template0 LOCALE_PROVIDER = libc LOCALE = 'C'"
        );
    }

    #[test]
    fn an_update_says_only_what_was_given_and_the_owner_last() {
        assert!(update("a", &DatabaseUpdateData::default()).is_empty());
        let data = DatabaseUpdateData {
            name: Some("b".to_owned()),
            description: Some(String::new()),
            owner: Some("o".to_owned()),
            connection_limit: Some(-1),
            allow_connections: Some(true),
            ..Default::default()
        };
        assert_eq!(
            update("a", &data),
            [
                "COMMENT ON DATABASE \"a\" IS NULL",
                "ALTER DATABASE \"a\" WITH CONNECTION LIMIT -1 ALLOW_CONNECTIONS true",
                "ALTER DATABASE \"a\" RENAME TO \"b\"",
                "ALTER DATABASE \"b\" OWNER TO \"o\"",
            ]
        );
        let same = DatabaseUpdateData { name: Some("a".to_owned()), ..Default::default() };
        assert!(update("a", &same).is_empty());
    }
}
