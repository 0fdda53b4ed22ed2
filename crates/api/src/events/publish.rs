//! News of the API's own changes.

use howdah_store::{Store, events};
use howdah_types::events::EventBody;

/// Tells every open stream, of all processes, to read these databases again. A failure costs nothing but time: pages
/// read the list again now and then.
pub(crate) async fn databases_changed<T: AsRef<str>>(store: &Store, names: &[T]) {
    let names: Vec<String> = names.iter().map(|name| name.as_ref().to_owned()).collect();
    // Several names are filtered one by one where they are read; one name lets the store filter as well.
    let database = if let [one] = names.as_slice() { Some(one.clone()) } else { None };
    let body = EventBody::DatabasesChanged { names };
    if let Err(error) = events::publish(store, &body, database.as_deref()).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "an event could not be published");
    }
}

/// Tells every open stream that the structure of a database is another one.
pub(crate) async fn tables_changed(store: &Store, database: &str, schema: Option<&str>) {
    let (database, schema) = (database.to_owned(), schema.map(str::to_owned));
    let body = EventBody::TablesChanged { database: database.clone(), schema };
    if let Err(error) = events::publish(store, &body, Some(&database)).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "an event could not be published");
    }
}
