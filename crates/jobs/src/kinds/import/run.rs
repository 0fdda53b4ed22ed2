//! The work of an import.

use std::time::Duration;

use howdah_formats::read::{Reader, Record, Unreadable};
use howdah_pg::change::Options;
use howdah_pg::rows::import::{self, Importing, Outcome, Target};
use howdah_pg::rows::{Batch, Place};
use howdah_pg::{Server, Trace};
use howdah_store::imports::{self as kept, Counts, Reject, State};
use howdah_store::{Store, events, uploads};
use howdah_types::events::EventBody;
use howdah_types::imports::ImportMode;
use howdah_types::jobs::LogLevel;
use howdah_types::rows::Column;

use super::ImportWork;
use super::mapping::{Mapping, Value};
use crate::{Error, JobContext};

/// What is written together.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
const BATCH_ROWS: usize = 20_000;

/// How long the connection of a process that died may take to be gone.
const UNTIL_GONE: Duration = Duration::from_mins(2);
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How often batches are begun again when the server has gone, and how long that is waited for each time.
const TRIES: u32 = 60;
const WAIT: Duration = Duration::from_secs(5);

pub(super) async fn run(server: &Server, context: &JobContext, work: &ImportWork) -> Result<(), Error> {
    let server = &server.for_long_work();
    let trace = Trace::new();
    let (mut away, mut read) = (0, 0);
    loop {
        let result = once(server, &trace, context, work).await;
        let Err(error) = result else { return Ok(()) };
        // What was committed is known or can be asked for: the import goes on where it was. One transaction begins again
        // only where nothing is lost by it: not when the managed server has gone.
        let passes = match &error {
            Error::Server(howdah_pg::Error::Unreachable { .. }) => work.data.mode == ImportMode::Batches,
            Error::Store(howdah_store::Error::Unavailable { .. }) => true,
            _ => false,
        };
        if !passes || away >= TRIES {
            return Err(error);
        }
        context.log(LogLevel::Warning, format!("{error}. The import goes on when it is back."));
        tokio::time::sleep(WAIT).await;
        away += 1;
        if let Ok(state) = kept::get(context.store(), context.id()).await
            && state.counts.read > read
        {
            (away, read) = (0, state.counts.read);
        }
    }
}

async fn once(server: &Server, trace: &Trace, context: &JobContext, work: &ImportWork) -> Result<(), Error> {
    let (state, mut counts) = take_up(server, trace, context, work).await?;
    let known = (state.pending.as_ref().map(|(transaction, _)| transaction.as_str()), state.counts.written);
    let whole = work.data.mode == ImportMode::Transaction;
    // Nothing but a commit that went through leads from what was pending to its counts.
    let committed = state.pending.as_ref().is_some_and(|(_, after)| *after == counts);
    if whole && !committed && counts.written == 0 {
        counts = Counts::default();
    }
    // Refused rows behind the counts are those of a part that was taken back.
    settle(context, known, counts).await?;
    if whole && (committed || counts.written > 0) {
        // Only the job's end had not been written.
        return announce(context, work, counts).await;
    }
    let mut running = Running {
        server,
        trace,
        context,
        work,
        skip: counts.read,
        counts,
        rejects: Vec::new(),
        notes: Notes::default(),
        batch: Batch::default(),
        open: None,
        read: 0,
        pending: None,
        unknown: false,
    };
    let result = running.whole().await;
    if let Err(error) = result {
        let before = running.open.take().map(|open| open.before);
        if running.unknown {
            return Err(error);
        }
        let (counts, mode) = (running.counts, work.data.mode);
        let written = if mode == ImportMode::Batches { counts.written } else { 0 };
        let known = (running.pending.as_deref(), before.map_or(written, |before| before.written));
        // What ended the import counts more than that its counts cannot be written now.
        if let Err(more) = settle(context, known, Counts { written, ..counts }).await {
            tracing::warn!(job = context.id(), error = %more, "the counts of an import could not be written");
        }
        return Err(error);
    }
    let counts = running.counts;
    announce(context, work, counts).await
}

/// Writes down what is known for sure, unless another process has gone on with the import.
async fn settle(context: &JobContext, known: (Option<&str>, i64), counts: Counts) -> Result<(), Error> {
    let set = kept::settle(context.store(), context.id(), known, counts).await?;
    if set { Ok(()) } else { Err(elsewhere()) }
}

fn elsewhere() -> Error {
    Error::Work("Another process of Howdah has gone on with this import.".to_owned())
}

/// Where a process that died had come to: what the store says, and what is so.
async fn take_up(
    server: &Server,
    trace: &Trace,
    context: &JobContext,
    work: &ImportWork,
) -> Result<(State, Counts), Error> {
    let state = kept::open(context.store(), context.id()).await?;
    let counts = match &state.pending {
        None => state.counts,
        Some((transaction, after)) => match outcome(server, trace, &work.database, transaction).await? {
            Outcome::Committed => *after,
            Outcome::Aborted => state.counts,
            Outcome::Running | Outcome::Forgotten => return Err(not_known(transaction, *after)),
        },
    };
    if counts.read > 0 && work.data.mode == ImportMode::Batches {
        context.log(LogLevel::Info, format!("Taken up again behind row {} of the file.", counts.read));
    }
    Ok((state, counts))
}

/// What became of a transaction; waits for a connection to be gone, and for a server to be back.
async fn outcome(
    server: &Server,
    trace: &Trace,
    database: &str,
    transaction: &str,
) -> Result<Outcome, Error> {
    let mut waited = Duration::ZERO;
    loop {
        let found = import::outcome(server, trace, database, transaction).await;
        match found {
            Ok(Outcome::Running) | Err(howdah_pg::Error::Unreachable { .. }) if waited < UNTIL_GONE => {
                tokio::time::sleep(LOOK_AGAIN).await;
                waited += LOOK_AGAIN;
            }
            found => return Ok(found?),
        }
    }
}

fn not_known(transaction: &str, after: Counts) -> Error {
    Error::Work(format!(
        "It is not known whether the last part of this import was committed (transaction {transaction}). Look into the table \
         whether row {} of the file is there before importing the rest.",
        after.read
    ))
}

async fn announce(context: &JobContext, work: &ImportWork, counts: Counts) -> Result<(), Error> {
    let Counts { accepted, written, rejected, .. } = counts;
    let text = if work.data.dry_run {
        format!("{accepted} rows would have been written, {rejected} refused; everything was taken back.")
    } else {
        format!("{written} rows were written, {rejected} refused.")
    };
    let level = if rejected > 0 { LogLevel::Warning } else { LogLevel::Info };
    context.log(level, text);
    if !work.data.dry_run {
        let body =
            EventBody::TablesChanged { database: work.database.clone(), schema: Some(work.schema.clone()) };
        if let Err(error) = events::publish(context.store(), &body, Some(&work.database)).await {
            tracing::debug!(%error, "the news of an import was not published");
        }
    }
    Ok(())
}

struct Running<'a> {
    server: &'a Server,
    trace: &'a Trace,
    context: &'a JobContext,
    work: &'a ImportWork,
    /// Rows of the file that were dealt with before.
    skip: i64,
    /// As they will be when what is open is committed.
    counts: Counts,
    /// Refused before PostgreSQL saw them, since the last batch.
    rejects: Vec<(u64, Reject)>,
    notes: Notes,
    batch: Batch,
    open: Option<Open>,
    /// Bytes of the file that were read.
    read: usize,
    /// The transaction whose commit is noted in the store.
    pending: Option<String>,
    /// Nobody knows whether the last commit went through: what is noted of it stays.
    unknown: bool,
}

/// The transaction that is open, and what had been there before it.
struct Open {
    importing: Importing,
    columns: Vec<Column>,
    before: Counts,
}

/// Where the rows of a batch stand in the file.
#[derive(Default)]
struct Notes {
    text: String,
    /// By number from `first` on: line, and the end of the record in the text.
    rows: Vec<(u64, usize)>,
    first: u64,
}

impl Notes {
    fn add(&mut self, number: u64, record: &Record) {
        if self.rows.is_empty() {
            self.first = number;
        }
        self.text.push_str(record.raw());
        self.rows.push((record.line(), self.text.len()));
    }

    fn of(&self, number: u64) -> (i64, &str) {
        let Some(at) = number.checked_sub(self.first).and_then(|at| usize::try_from(at).ok()) else {
            return (0, "");
        };
        let begin = at.checked_sub(1).and_then(|at| self.rows.get(at)).map_or(0, |row| row.1);
        let Some((line, end)) = self.rows.get(at) else { return (0, "") };
        (i64::try_from(*line).unwrap_or(i64::MAX), self.text.get(begin..*end).unwrap_or_default())
    }

    fn clear(&mut self) {
        self.text.clear();
        self.rows.clear();
    }
}

impl Running<'_> {
    async fn whole(&mut self) -> Result<(), Error> {
        let data = &self.work.data;
        let (store, upload) = (self.context.store().clone(), data.upload.clone());
        let columns = data.columns.as_deref().unwrap_or_default();
        let mapping = Mapping::new(data.format.kind, columns, &self.work.seen);
        let mut reader = Reader::new(&data.format).map_err(|error| unreadable(&error))?;
        let (mut record, mut number) = (Record::new(), 0_u64);
        let skip = u64::try_from(self.skip).unwrap_or_default();
        self.context.progress(Some(0.0), "Writing rows");
        self.open().await?;
        let mut part = 0;
        loop {
            if let Some(bytes) = self.part(&store, &upload, part).await? {
                reader.push(&bytes);
            }
            let last = self.read >= usize::try_from(self.work.bytes).unwrap_or_default();
            part += 1;
            if last {
                reader.finish();
            }
            while reader.next(&mut record).map_err(|error| unreadable(&error))? {
                number += 1;
                if number > skip {
                    self.row(number, &record, &mapping).await?;
                }
            }
            if last {
                break;
            }
        }
        self.write().await?;
        self.end().await
    }

    /// A piece of the file; None where there is none, which only an empty file has.
    async fn part(&mut self, store: &Store, upload: &str, number: i32) -> Result<Option<Vec<u8>>, Error> {
        if self.work.bytes == 0 {
            return Ok(None);
        }
        let bytes = uploads::part(store, upload, number).await?.ok_or_else(|| {
            Error::Work(
                "The file that was sent is not there any more. Send it again, then import.".to_owned(),
            )
        })?;
        self.read += bytes.len();
        Ok(Some(bytes))
    }

    async fn row(&mut self, number: u64, record: &Record, mapping: &Mapping<'_>) -> Result<(), Error> {
        if self.open.is_none() {
            self.open().await?;
        }
        self.notes.add(number, record);
        {
            let columns = self.open.as_ref().map(|open| open.columns.as_slice()).unwrap_or_default();
            let mut values = Vec::with_capacity(columns.len());
            match mapping.values(record, columns, &mut values) {
                Ok(()) => {
                    let given: Vec<_> = values.iter().map(Value::given).collect();
                    self.batch.push(number, &given);
                }
                Err(refused) => {
                    let (line, record) = self.notes.of(number);
                    let (column, reason) = (refused.column, refused.reason);
                    let reject = Reject { line, column, sqlstate: None, reason, record: record.to_owned() };
                    self.rejects.push((number, reject));
                }
            }
        }
        if self.batch.bytes() >= BATCH_BYTES
            || self.notes.rows.len() >= BATCH_ROWS
            || self.notes.text.len() >= 2 * BATCH_BYTES
        {
            self.write().await?;
            if self.work.data.mode == ImportMode::Batches {
                self.end().await?;
            }
        }
        Ok(())
    }

    /// Begins a transaction. The table is made in the first one that is committed.
    async fn open(&mut self) -> Result<(), Error> {
        let ImportWork { database, schema, table, data, .. } = self.work;
        let names: Vec<_> = data.columns.iter().flatten().map(|column| column.target.clone()).collect();
        let options = Options {
            dry_run: false,
            lock_timeout_ms: 3000,
            may_query: self.work.may_query,
            may_query_as_superuser: self.work.may_query_as_superuser,
        };
        let target = match &data.create {
            Some(form) if self.counts.read == 0 => Target::New(form, options),
            _ => Target::Existing,
        };
        let place = Place { database, schema, table };
        let importing = import::begin(self.server, self.trace, place, target, &names).await?;
        let columns = importing.columns().cloned().collect();
        self.open = Some(Open { importing, columns, before: self.counts });
        Ok(())
    }

    /// Writes what has come together into the open transaction.
    async fn write(&mut self) -> Result<(), Error> {
        let Some(open) = &self.open else { return Ok(()) };
        let before = u64::try_from(self.counts.rejected).unwrap_or_default() + self.rejects.len() as u64;
        let most = self.work.data.max_rejects.map(|most| most.saturating_sub(before));
        let written = match open.importing.write(&mut self.batch, most).await {
            Ok(written) => written,
            Err(error @ (howdah_pg::Error::Unreachable { .. } | howdah_pg::Error::Unexpected { .. })) => {
                return Err(self.explained(error).await);
            }
            Err(error) => return Err(error.into()),
        };
        for refusal in written.refused {
            let (line, record) = self.notes.of(refusal.number);
            let mut reason = refusal.error.message.clone();
            if let Some(detail) = &refusal.error.detail {
                reason = format!("{reason} ({detail})");
            }
            let reject = Reject {
                line,
                column: refusal.column,
                sqlstate: Some(refusal.error.sqlstate),
                reason,
                record: record.to_owned(),
            };
            self.rejects.push((refusal.number, reject));
        }
        self.rejects.sort_by_key(|(number, _)| *number);
        let rejects: Vec<_> = self.rejects.drain(..).map(|(_, reject)| reject).collect();
        let (store, job) = (self.context.store(), self.context.id());
        self.counts.kept = kept::reject(store, job, self.counts.kept, &rejects).await?;
        self.counts.read += i64::try_from(self.notes.rows.len()).unwrap_or_default();
        self.counts.accepted += i64::try_from(written.rows).unwrap_or_default();
        self.counts.rejected += i64::try_from(rejects.len()).unwrap_or_default();
        self.notes.clear();
        if let Some(most) = self.work.data.max_rejects
            && u64::try_from(self.counts.rejected).unwrap_or_default() > most
        {
            return Err(self.too_many(most));
        }
        #[expect(clippy::cast_precision_loss, reason = "a share of the file")]
        let share = self.read as f64 / self.work.bytes.max(1) as f64;
        self.context.progress(Some(share * 0.99), "Writing rows");
        if self.work.data.mode == ImportMode::Transaction {
            // For those who look on; nothing of it is committed.
            kept::look_on(store, job, self.counts).await?;
        }
        Ok(())
    }

    /// The refusal behind a connection that was closed, where there is one.
    async fn explained(&self, error: howdah_pg::Error) -> Error {
        let ImportWork { database, schema, table, data, .. } = self.work;
        let names: Vec<_> = data.columns.iter().flatten().map(|column| column.target.clone()).collect();
        let place = Place { database, schema, table };
        match import::refused_as_a_whole(self.server, self.trace, place, &names).await {
            Err(found @ howdah_pg::Error::Sql { .. }) => found.into(),
            _ => error.into(),
        }
    }

    /// Takes back what is not committed, and says so.
    fn too_many(&mut self, most: u64) -> Error {
        let refused = self.counts.rejected;
        let before = self.open.as_ref().map_or(self.counts, |open| open.before);
        let stays = match self.work.data.mode {
            ImportMode::Transaction => "Nothing was written.".to_owned(),
            ImportMode::Batches => {
                format!("The {} rows of the batches before stay written.", before.written)
            }
        };
        if self.work.data.mode == ImportMode::Batches {
            let Counts { rejected, kept, .. } = self.counts;
            self.counts = Counts { rejected, kept, ..before };
        }
        let allowed = match most {
            0 => "none may be".to_owned(),
            most => format!("at most {most} may be"),
        };
        Error::Work(format!(
            "{} and {allowed}. {stays} The report names each refused row with its reason.",
            if refused == 1 {
                "One row was refused".to_owned()
            } else {
                format!("{refused} rows were refused")
            }
        ))
    }

    /// Ends the open transaction.
    async fn end(&mut self) -> Result<(), Error> {
        let Some(Open { importing, before, .. }) = self.open.take() else { return Ok(()) };
        let result = self.commit(importing, before).await;
        if result.is_err() {
            // A deferred constraint, or the connection: what is settled is what stayed.
            let Counts { rejected, kept, .. } = self.counts;
            self.counts = match self.work.data.mode {
                ImportMode::Batches => before,
                ImportMode::Transaction => Counts { rejected, kept, written: 0, ..self.counts },
            };
            return result;
        }
        if !self.work.data.dry_run {
            self.counts.written = self.counts.accepted;
        }
        let known = (self.pending.take(), before.written);
        if let Err(error) = settle(self.context, (known.0.as_deref(), known.1), self.counts).await {
            // It is committed, and its note is all that says so: the next look finds it.
            self.unknown = true;
            return Err(error);
        }
        Ok(())
    }

    async fn commit(&mut self, importing: Importing, before: Counts) -> Result<(), Error> {
        importing.check().await?;
        if self.work.data.dry_run {
            return Ok(importing.roll_back().await?);
        }
        let transaction = importing.transaction().await?;
        let (store, job, counts) = (self.context.store(), self.context.id(), (before, self.counts));
        let whole = self.work.data.mode == ImportMode::Transaction;
        if !kept::prepare(store, job, &transaction, counts, whole).await? {
            // What it has noted is not ours to change.
            self.unknown = true;
            return Err(elsewhere());
        }
        self.pending = Some(transaction.clone());
        let Err(error) = importing.commit().await else { return Ok(()) };
        // The answer may have been lost, not the commit.
        match outcome(self.server, self.trace, &self.work.database, &transaction).await {
            Ok(Outcome::Committed) => Ok(()),
            Ok(Outcome::Aborted) => Err(error.into()),
            _ => {
                self.unknown = true;
                Err(not_known(&transaction, self.counts))
            }
        }
    }
}

fn unreadable(error: &Unreadable) -> Error {
    Error::Work(format!("The file cannot be read on: {error}"))
}
