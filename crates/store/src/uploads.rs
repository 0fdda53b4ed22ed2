//! Files that were sent to be worked on.

use std::time::Duration;

use howdah_types::uploads::Upload;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::Store;
use crate::db::{self, clean, column, rfc3339, time};
use crate::error::Error;

/// Bytes of a piece; the last may be shorter.
pub const PART: usize = 1024 * 1024;

/// How long an upload is kept.
pub(crate) const KEPT: Duration = Duration::from_hours(24);

/// Bytes that one account's uploads may have.
const MOST: i64 = 16 * 1024 * 1024 * 1024;

/// Files that one account may have, so that empty ones do not pile up either.
const FILES: u32 = 100;

const COLUMNS: &str = "id::text, name, bytes, created_at";

/// An upload that is under way. Parts follow one another.
#[derive(Debug)]
pub struct Receiving {
    id: String,
    account: String,
    parts: i32,
    bytes: i64,
}

/// Begins an upload of the account. [`Error::Limit`] when it has too many.
pub async fn begin(store: &Store, account: &str, name: &str) -> Result<Receiving, Error> {
    let client = store.client().await?;
    let id = Uuid::now_v7().to_string();
    let sql = "INSERT INTO howdah.upload (id, account, name)
               SELECT $1::text::uuid, $2, $3
               WHERE (SELECT count(*) FROM howdah.upload WHERE account = $2) < $4";
    let params: db::Params<'_> = &[&id, &account, &clean(name), &i64::from(FILES)];
    if db::execute(&client, "beginning an upload", sql, params).await? == 0 {
        return Err(Error::Limit { what: "uploads of one account", limit: FILES });
    }
    Ok(Receiving { id, account: account.to_owned(), parts: 0, bytes: 0 })
}

impl Receiving {
    /// The next piece: [`PART`] bytes, the last one fewer. [`Error::Full`] when the account's uploads grow too large.
    pub async fn part(&mut self, store: &Store, bytes: &[u8]) -> Result<(), Error> {
        let client = store.client().await?;
        let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let sql = "SELECT COALESCE(sum(bytes), 0)::int8 AS bytes FROM howdah.upload
                   WHERE account = $1 AND id <> $2::text::uuid";
        let row = db::query_one(&client, "looking for room", sql, &[&self.account, &self.id]).await?;
        if column::<i64>(&row, "bytes")? + self.bytes + length > MOST {
            return Err(Error::Full { bytes: MOST });
        }
        let sql = "INSERT INTO howdah.upload_part (upload, number, bytes) VALUES ($1::text::uuid, $2, $3)";
        db::execute(&client, "keeping a piece of an upload", sql, &[&self.id, &self.parts, &bytes]).await?;
        self.parts += 1;
        self.bytes += length;
        let sql = "UPDATE howdah.upload SET bytes = $2 WHERE id = $1::text::uuid";
        db::execute(&client, "counting an upload", sql, &[&self.id, &self.bytes]).await?;
        Ok(())
    }

    /// All pieces are there.
    pub async fn finish(&self, store: &Store) -> Result<Upload, Error> {
        let client = store.client().await?;
        let sql =
            format!("UPDATE howdah.upload SET complete = true WHERE id = $1::text::uuid RETURNING {COLUMNS}");
        let row = db::query_opt(&client, "ending an upload", &sql, &[&self.id]).await?;
        from_row(&row.ok_or(Error::NotFound)?)
    }

    /// Takes away what has come: the rest never will.
    pub async fn give_up(self, store: &Store) -> Result<(), Error> {
        delete(store, &self.account, &self.id).await
    }
}

/// An upload of the account. [`Error::NotFound`], also while it is under way.
pub async fn get(store: &Store, account: &str, id: &str) -> Result<Upload, Error> {
    let client = store.client().await?;
    let sql = format!(
        "SELECT {COLUMNS} FROM howdah.upload WHERE id = $1::text::uuid AND account = $2 AND complete"
    );
    let row = db::query_opt(&client, "reading an upload", &sql, &[&parse(id)?, &account]).await?;
    from_row(&row.ok_or(Error::NotFound)?)
}

/// The account's uploads, the newest first.
pub async fn list(store: &Store, account: &str) -> Result<Vec<Upload>, Error> {
    let client = store.client().await?;
    let sql = format!("SELECT {COLUMNS} FROM howdah.upload WHERE account = $1 AND complete ORDER BY id DESC");
    db::query(&client, "listing uploads", &sql, &[&account]).await?.iter().map(from_row).collect()
}

/// A piece of an upload, from 0; `None` behind the last.
pub async fn part(store: &Store, id: &str, number: i32) -> Result<Option<Vec<u8>>, Error> {
    let client = store.client().await?;
    let sql = "SELECT bytes FROM howdah.upload_part WHERE upload = $1::text::uuid AND number = $2";
    let row = db::query_opt(&client, "reading an upload", sql, &[&parse(id)?, &number]).await?;
    row.map(|row| column(&row, "bytes")).transpose()
}

/// Takes an upload of the account away. [`Error::NotFound`].
pub async fn delete(store: &Store, account: &str, id: &str) -> Result<(), Error> {
    let client = store.client().await?;
    let sql = "DELETE FROM howdah.upload WHERE id = $1::text::uuid AND account = $2";
    match db::execute(&client, "removing an upload", sql, &[&parse(id)?, &account]).await? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// What is not an id names no upload.
fn parse(id: &str) -> Result<String, Error> {
    Uuid::parse_str(id).map(|id| id.to_string()).map_err(|_| Error::NotFound)
}

fn from_row(row: &Row) -> Result<Upload, Error> {
    let created: std::time::SystemTime = column(row, "created_at")?;
    Ok(Upload {
        id: column(row, "id")?,
        name: column(row, "name")?,
        bytes: column(row, "bytes")?,
        created_at: time(row, "created_at")?,
        expires_at: rfc3339("created_at", created + KEPT)?,
    })
}
