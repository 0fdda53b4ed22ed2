//! Rows of one column that holds an object of the wire as JSON text: for catalogs with many columns the names stand
//! where the values are made, in the `.sql` file.

use serde::de::DeserializeOwned;
use tokio_postgres::Row;

use crate::error::Error;

/// The objects in column `index` of the rows.
pub(crate) fn objects<T: DeserializeOwned>(
    doing: &'static str,
    rows: &[Row],
    index: usize,
) -> Result<Vec<T>, Error> {
    rows.iter().map(|row| object(doing, row, index)).collect()
}

/// The object in column `index` of a row.
pub(crate) fn object<T: DeserializeOwned>(doing: &'static str, row: &Row, index: usize) -> Result<T, Error> {
    let text: &str = row.try_get(index).map_err(|error| Error::shape(doing, error))?;
    serde_json::from_str(text).map_err(|error| Error::Unexpected { doing, source: error.into() })
}
