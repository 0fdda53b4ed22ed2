//! What is being typed in the dialog that makes or changes a database, and the bodies that come of it.

use howdah_types::databases::{Database, DatabaseFormData, DatabaseUpdateData, LocaleProvider};
use howdah_types::validate::{FieldError, Validate};

/// The dialog's fields as they are typed. An empty text means PostgreSQL's default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) owner: String,
    pub(super) encoding: String,
    pub(super) collation: String,
    pub(super) provider: String,
    pub(super) template: String,
    pub(super) limit: String,
    pub(super) closed: bool,
    pub(super) tablespace: String,
}

/// What a draft asks of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Request {
    Create(DatabaseFormData),
    Update(String, DatabaseUpdateData),
}

/// The body for a draft, with the rules it breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Checked<T> {
    pub(super) body: T,
    pub(super) errors: Vec<FieldError>,
}

impl<T> Checked<T> {
    fn map<U>(self, to: impl FnOnce(T) -> U) -> Checked<U> {
        Checked { body: to(self.body), errors: self.errors }
    }
}

impl Request {
    /// Nothing would be changed.
    pub(super) fn is_idle(&self) -> bool {
        matches!(self, Self::Update(_, data) if *data == DatabaseUpdateData::default())
    }
}

impl Draft {
    /// A draft that changes nothing of `database`.
    pub(super) fn of(database: &Database) -> Self {
        let limit = database.connection_limit;
        Self {
            name: database.name.clone(),
            description: database.description.clone().unwrap_or_default(),
            owner: database.owner.clone(),
            limit: if limit < 0 { String::new() } else { limit.to_string() },
            closed: !database.allow_connections,
            ..Self::default()
        }
    }

    /// What is asked: a new database, or changes to `existing`.
    pub(super) fn request(&self, existing: Option<&Database>) -> Checked<Request> {
        match existing {
            None => self.create().map(Request::Create),
            Some(database) => self.update(database).map(|body| Request::Update(database.name.clone(), body)),
        }
    }

    /// The body that makes a database.
    fn create(&self) -> Checked<DatabaseFormData> {
        let (limit, error) = self.limit();
        let body = DatabaseFormData {
            name: self.name.clone(),
            description: given(&self.description),
            owner: given(&self.owner),
            encoding: given(&self.encoding),
            collation: given(&self.collation),
            locale_provider: provider(&self.provider),
            template: given(&self.template),
            connection_limit: limit,
            allow_connections: self.closed.then_some(false),
            tablespace: given(&self.tablespace),
        };
        let errors = body.validate().into_iter().chain(error).collect();
        Checked { body, errors }
    }

    /// The body that changes `database`: only what differs from it.
    fn update(&self, database: &Database) -> Checked<DatabaseUpdateData> {
        let (limit, error) = self.limit();
        let limit = limit.unwrap_or(-1);
        let changed = |text: &str, now: &str| (text != now).then(|| text.to_owned());
        let body = DatabaseUpdateData {
            name: changed(&self.name, &database.name),
            description: changed(&self.description, database.description.as_deref().unwrap_or_default()),
            owner: changed(&self.owner, &database.owner),
            connection_limit: (limit != database.connection_limit).then_some(limit),
            allow_connections: (self.closed == database.allow_connections).then_some(!self.closed),
            ..DatabaseUpdateData::default()
        };
        let errors = body.validate().into_iter().chain(error).collect();
        Checked { body, errors }
    }

    fn limit(&self) -> (Option<i32>, Option<FieldError>) {
        let text = self.limit.trim();
        if text.is_empty() {
            return (None, None);
        }
        if let Ok(limit) = text.parse() {
            return (Some(limit), None);
        }
        let message = "A whole number, or nothing for no limit.";
        (None, Some(FieldError::new("connectionLimit", "invalid", message)))
    }
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// How a provider is written in the select and on screen.
pub(super) fn provider_name(provider: LocaleProvider) -> &'static str {
    match provider {
        LocaleProvider::Libc => "libc",
        LocaleProvider::Icu => "icu",
        LocaleProvider::Builtin => "builtin",
    }
}

fn provider(text: &str) -> Option<LocaleProvider> {
    [LocaleProvider::Libc, LocaleProvider::Icu, LocaleProvider::Builtin]
        .into_iter()
        .find(|provider| provider_name(*provider) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop() -> Database {
        Database {
            name: "shop".to_owned(),
            owner: "app_owner".to_owned(),
            description: Some("Orders".to_owned()),
            size_bytes: None,
            encoding: "UTF8".to_owned(),
            collation: "C".to_owned(),
            is_template: false,
            allow_connections: true,
            connection_limit: -1,
            connections: None,
            tablespace: "pg_default".to_owned(),
            protection: None,
        }
    }

    #[test]
    fn an_untouched_draft_changes_nothing() {
        let checked = Draft::of(&shop()).update(&shop());
        assert_eq!(checked.body, DatabaseUpdateData::default());
        assert!(checked.errors.is_empty());
    }

    #[test]
    fn only_what_differs_is_sent_and_an_emptied_description_is_sent_as_empty() {
        let mut draft = Draft::of(&shop());
        draft.description.clear();
        draft.limit = " 20 ".to_owned();
        draft.closed = true;
        let body = draft.update(&shop()).body;
        assert_eq!(body.description.as_deref(), Some(""));
        assert_eq!((body.connection_limit, body.allow_connections), (Some(20), Some(false)));
        assert_eq!((body.name, body.owner), (None, None));
    }

    #[test]
    fn what_is_left_empty_is_left_out() {
        let draft =
            Draft { name: "o'brien \"test\"".to_owned(), provider: "icu".to_owned(), ..Draft::default() };
        let body = draft.create().body;
        assert_eq!(body.name, "o'brien \"test\"");
        assert_eq!(body.locale_provider, Some(LocaleProvider::Icu));
        assert_eq!((body.owner, body.encoding, body.connection_limit), (None, None, None));
    }

    #[test]
    fn rules_are_named_by_field() {
        let draft = Draft { limit: "many".to_owned(), ..Draft::default() };
        let fields: Vec<String> = draft.create().errors.into_iter().map(|e| e.field).collect();
        assert_eq!(fields, ["name", "connectionLimit"]);
    }
}
