//! Indexes that are built and dropped while others write (`CONCURRENTLY`). It takes long and runs in no transaction, so
//! it is work for a job; a build that fails or is cancelled leaves an invalid index behind, which is taken away again.

use std::time::Duration;

use howdah_types::changes::{ChangePreview, LockMode, PlannedStatement};
use howdah_types::table_form::IndexFormData;

use crate::change::existing::existing;
use crate::change::object::{Kind, Object};
use crate::change::{At, Change, Plan, lock, path_sql, warning};
use crate::error::Error;
use crate::ident::Qualified;
use crate::server::Server;
use crate::session::{Param, Session};
use crate::tables::concurrent_index;
use crate::trace::Trace;

const POLL: Duration = Duration::from_millis(500);
/// How often it is looked whether a cancelled build has ended.
const LOOKS: u32 = 120;

/// What is done to which table.
struct Work<'a> {
    at: At<'a>,
    table: (&'a str, &'a str),
    object: Object,
    plan: Plan,
}

/// What [`build`] would do. Also says whether it may be done, and proves what was typed.
pub async fn preview_build(
    at: At<'_>,
    table: (&str, &str),
    form: &IndexFormData,
) -> Result<ChangePreview, Error> {
    let work = Work::build(at, table, form).await?;
    let session = work.change().session().await?;
    work.plan.pieces.prove(&session).await?;
    let path = work.change().path(&session).await?;
    work.change().look(&session, &work.plan, &path, false).await?;
    Ok(work.preview())
}

/// What [`remove`] would do.
pub async fn preview_remove(at: At<'_>, table: (&str, &str), index: &str) -> Result<ChangePreview, Error> {
    Ok(Work::remove(at, table, index).await?.preview())
}

/// Builds an index that has a name of the caller's choice. `table` is schema and table. `progress` gets the part that is
/// done (0 to 1, None where it cannot be seen) and what is being done. Dropping the future cancels the build at the server
/// and takes away what it leaves.
pub async fn build(
    at: At<'_>,
    table: (&str, &str),
    form: &IndexFormData,
    mut progress: impl FnMut(Option<f64>, &str) + Send,
) -> Result<(), Error> {
    progress(Some(0.0), "Checking");
    let name = form.name.as_deref().unwrap_or_default();
    let work = Work::build(at, table, form).await?;
    let own = at.server.session(at.database, at.trace).await?;
    if own.is_pooled() {
        return Err(through_a_pooler());
    }
    if find(&own, table, name).await?.is_some() {
        // What is there already must not be taken for what a failed build left.
        let what = format!("building an index “{name}”, which is there already,");
        return Err(Error::Unsupported { what, needs: "another name".to_owned() });
    }
    drop(own);
    let session = work.session().await?;
    work.plan.pieces.prove(&session).await?;
    let path = work.change().path(&session).await?;
    work.change().look(&session, &work.plan, &path, false).await?;
    session.execute("setting the search path", &format!("SET {}", path_sql(&path))).await?;
    let pid = backend_pid(&session).await?;
    let mut left = Left::new(at, table, name, pid);
    let built = {
        let run = work.run(&session);
        let watch = watch(at.server, at.database, pid, &mut progress);
        tokio::select! { built = run => built, never = watch => match never {} }
    };
    left.ended = true;
    let reset = session.execute("setting up the connection", RESET).await;
    match built.and(reset) {
        Ok(()) => {
            left.keep = true;
            progress(Some(1.0), "Built");
            Ok(())
        }
        Err(error) => {
            progress(None, "Taking away what was built");
            left.take_away().await?;
            Err(error)
        }
    }
}

/// It runs outside of a transaction, and needs settings that a pooler would hand to others.
fn through_a_pooler() -> Error {
    let what = "building or dropping an index CONCURRENTLY through a pooler".to_owned();
    Error::Unsupported { what, needs: "a connection to PostgreSQL itself (HOWDAH_DATABASE_URL)".to_owned() }
}

/// Brings back what each connection of ours is set to.
const RESET: &str = "RESET ALL";

/// Drops an index. `table` is schema and table.
pub async fn remove(at: At<'_>, table: (&str, &str), index: &str) -> Result<(), Error> {
    let work = Work::remove(at, table, index).await?;
    let session = work.session().await?;
    if session.is_pooled() {
        return Err(through_a_pooler());
    }
    work.run(&session).await?;
    session.execute("setting up the connection", RESET).await
}

impl<'a> Work<'a> {
    async fn build(at: At<'a>, table: (&'a str, &'a str), form: &IndexFormData) -> Result<Self, Error> {
        let object = existing(at, Kind::Relation, table.0, table.1).await?;
        let mut plan = Plan { evaluates: true, ..Plan::default() };
        let sql = concurrent_index(form, table, at.server.version().await?, &mut plan.pieces)?;
        let statement = plan.add(sql, vec![lock(table, LockMode::ShareUpdateExclusive)]);
        statement.scans = true;
        let message = "Others read and write meanwhile. It reads the table twice and waits for all transactions that are \
            older; a failed build is taken away again.";
        statement.warnings.push(warning("scan", message));
        let work = Self { at, table, object, plan };
        work.change().allowed(&work.plan)?;
        Ok(work)
    }

    async fn remove(at: At<'a>, table: (&'a str, &'a str), index: &str) -> Result<Self, Error> {
        let object = existing(at, Kind::Relation, table.0, table.1).await?;
        let session = at.server.session(at.database, at.trace).await?;
        match find(&session, table, index).await? {
            None => return Err(Error::ObjectNotFound { kind: "index", name: index.to_owned() }),
            Some((_, Some(constraint))) => {
                let what = format!("dropping the index of the constraint “{constraint}” by itself");
                return Err(Error::Unsupported { what, needs: "the constraint to be dropped".to_owned() });
            }
            Some(_) => {}
        }
        let mut plan = Plan::default();
        let sql = format!("DROP INDEX CONCURRENTLY {}", Qualified(table.0, index));
        let statement = plan.add(sql, vec![lock(table, LockMode::ShareUpdateExclusive)]);
        let message = "Others read and write meanwhile. It waits for all transactions that use the table.";
        statement.warnings.push(warning("waits", message));
        Ok(Self { at, table, object, plan })
    }

    fn change(&self) -> Change<'_> {
        let (relation, locked) = (Some(self.object.oid), Some(self.table));
        Change { relation, locked, ..self.at.change(&self.object.doer, self.table.0) }
    }

    /// A connection without limits of time, for this may take hours.
    async fn session(&self) -> Result<Session, Error> {
        let session = self.change().session().await?.with_limit(Duration::ZERO);
        // What is set here is set for the session: nobody gets it afterwards.
        session.close_at_end();
        session.execute("setting the time limit", "SET statement_timeout = 0").await?;
        Ok(session)
    }

    async fn run(&self, session: &Session) -> Result<(), Error> {
        for PlannedStatement { sql, .. } in &self.plan.statements {
            session.execute_one("changing the indexes", sql).await?;
        }
        Ok(())
    }

    fn preview(self) -> ChangePreview {
        ChangePreview {
            statements: self.plan.statements,
            in_transaction: false,
            runs_as: self.object.doer.owner.name,
            as_superuser: self.object.doer.superuser,
            dependents: Vec::new(),
            expect: None,
        }
    }
}

/// Whether the index is valid, and its constraint.
async fn find(
    session: &Session,
    table: (&str, &str),
    index: &str,
) -> Result<Option<(bool, Option<String>)>, Error> {
    let doing = "looking for the index";
    let params = [Param::Text(table.0), Param::Text(table.1), Param::Text(index)];
    let row = session.query_opt(doing, include_str!("indexes/find.sql"), &params).await?;
    let read = |row: tokio_postgres::Row| Ok((row.try_get(0)?, row.try_get(1)?));
    row.map(read).transpose().map_err(|error| Error::shape(doing, error))
}

async fn backend_pid(session: &Session) -> Result<i32, Error> {
    let doing = "asking for the connection's number";
    let row = session.query_opt(doing, "SELECT pg_catalog.pg_backend_pid()", &[]).await?;
    row.map_or(Ok(0), |row| row.try_get(0)).map_err(|error| Error::shape(doing, error))
}

/// Tells the progress for as long as it is polled.
async fn watch(
    server: &Server,
    database: &str,
    pid: i32,
    progress: &mut (impl FnMut(Option<f64>, &str) + Send),
) -> std::convert::Infallible {
    loop {
        tokio::time::sleep(POLL).await;
        let Some((phase, part)) = look(server, database, pid).await else { continue };
        progress(part, &phase);
    }
}

/// Not in the job's trace: it is asked again and again.
async fn look(server: &Server, database: &str, pid: i32) -> Option<(String, Option<f64>)> {
    let session = server.session(database, &Trace::new()).await.ok()?;
    let sql = include_str!("indexes/progress.sql");
    let row = session.query_opt("looking at the progress", sql, &[Param::Int8(pid.into())]).await.ok()??;
    Some((row.try_get::<_, Option<String>>(0).ok()??, row.try_get(1).ok()?))
}

/// What a build leaves when it does not come to its end. Dropped in the middle of it, it is taken away in the background.
struct Left {
    server: Server,
    database: String,
    options: crate::change::Options,
    table: (String, String),
    index: String,
    pid: i32,
    /// The statement has ended, well or not.
    ended: bool,
    keep: bool,
}

impl Left {
    fn new(at: At<'_>, table: (&str, &str), index: &str, pid: i32) -> Self {
        Self {
            server: at.server.clone(),
            database: at.database.to_owned(),
            options: at.options,
            table: (table.0.to_owned(), table.1.to_owned()),
            index: index.to_owned(),
            pid,
            ended: false,
            keep: false,
        }
    }

    /// Drops the index if it is there and was not built to the end.
    async fn take_away(&mut self) -> Result<(), Error> {
        self.keep = true;
        self.drop_invalid().await
    }

    async fn drop_invalid(&self) -> Result<(), Error> {
        let trace = Trace::new();
        let table = (self.table.0.as_str(), self.table.1.as_str());
        let session = self.server.session(&self.database, &trace).await?;
        let found = find(&session, table, &self.index).await?;
        drop(session);
        if !matches!(found, Some((false, _))) {
            return Ok(());
        }
        let at = At { server: &self.server, trace: &trace, database: &self.database, options: self.options };
        remove(at, table, &self.index).await
    }

    /// The cancelled statement may need a moment to end.
    async fn until_ended(&self) {
        let sql = "SELECT 1 FROM pg_catalog.pg_stat_activity a WHERE a.pid = $1 AND a.state = 'active'";
        for _ in 0..LOOKS {
            tokio::time::sleep(POLL).await;
            let Ok(session) = self.server.session(&self.database, &Trace::new()).await else { continue };
            let found =
                session.query_opt("looking for the build", sql, &[Param::Int8(self.pid.into())]).await;
            if matches!(found, Ok(None)) {
                return;
            }
        }
    }
}

impl Drop for Left {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let left = Self {
            server: self.server.clone(),
            database: self.database.clone(),
            table: self.table.clone(),
            index: self.index.clone(),
            keep: true,
            ..*self
        };
        runtime.spawn(async move {
            if !left.ended {
                left.until_ended().await;
            }
            if let Err(error) = left.drop_invalid().await {
                tracing::warn!(%error, index = left.index, database = left.database, "an unfinished index stays");
            }
        });
    }
}
