//! Doing a change, or showing what it would do.

use std::fmt::Write;

use howdah_types::changes::{ChangePreview, Dependent, PlannedStatement};

use super::dependents::{self, Address};
use super::object::Doer;
use super::plan::Plan;
use crate::error::Error;
use crate::ident::Ident;
use crate::server::Server;
use crate::session::{Param, Session};
use crate::trace::Trace;
use crate::trust::schema_must_be_trusted;

/// How a change is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Only say what would be done.
    pub dry_run: bool,
    /// The most time that one statement waits for a lock, in milliseconds; 0 means no limit.
    pub lock_timeout_ms: u32,
    /// The account may give expressions and queries of its own.
    pub may_query: bool,
    /// Also where they run with a superuser's rights.
    pub may_query_as_superuser: bool,
}

/// What may go with what is dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DropOptions<'a> {
    /// Everything that depends on it goes as well, if that is the list that was shown.
    pub cascade: bool,
    /// The name of that list, from the preview.
    pub expect: Option<&'a str>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is done.
    Done,
    /// With `dry_run`: what would be done.
    Preview(Box<ChangePreview>),
}

/// A change that is about to be made.
pub(crate) struct Change<'a> {
    pub(crate) server: &'a Server,
    pub(crate) trace: &'a Trace,
    pub(crate) database: &'a str,
    pub(crate) options: Options,
    /// With whose rights.
    pub(crate) doer: &'a Doer,
    /// Where names without a schema are looked for.
    pub(crate) schema: &'a str,
    /// The relation whose code the change may run, of something that exists.
    pub(crate) relation: Option<u32>,
    /// The relation that somebody else may hold locks on.
    pub(crate) locked: Option<(&'a str, &'a str)>,
}

/// The part of a change that takes things away.
#[derive(Debug, Default)]
pub(crate) struct Drop<'a> {
    pub(crate) of: Vec<Address>,
    pub(crate) options: DropOptions<'a>,
    /// Keeps others from adding to the list meanwhile.
    pub(crate) lock: Option<String>,
}

/// Makes a change in one transaction, or shows it.
pub(crate) async fn change(change: &Change<'_>, plan: Plan) -> Result<Changed, Error> {
    drop(change, plan, &Drop::default()).await
}

/// The same for one that drops something.
pub(crate) async fn drop(change: &Change<'_>, plan: Plan, dropped: &Drop<'_>) -> Result<Changed, Error> {
    Box::pin(show_or_do(change, plan, dropped)).await
}

/// Makes the change and leaves its transaction open; for one that gives nothing to another role afterwards.
pub(crate) async fn begin(change: &Change<'_>, plan: Plan) -> Result<Session, Error> {
    change.may_touch(&plan)?;
    let session = change.session().await?;
    plan.pieces.prove(&session).await?;
    let path = change.path_of(&session, &plan).await?;
    session.begin("").await?;
    if let Err(error) = change.transaction(&session, &plan, path.as_deref(), &Drop::default()).await {
        return Err(change.who_is_in_the_way(error).await);
    }
    Ok(session)
}

async fn show_or_do(change: &Change<'_>, plan: Plan, dropped: &Drop<'_>) -> Result<Changed, Error> {
    change.may_touch(&plan)?;
    change.may_be_given(&plan).await?;
    let session = change.session().await?;
    plan.pieces.prove(&session).await?;
    let path = change.path_of(&session, &plan).await?;
    if change.options.dry_run {
        change.look(&session, &plan, path.as_deref().unwrap_or_default(), false).await?;
        let list = dependents::of_all(&session, &dropped.of).await?;
        return Ok(Changed::Preview(Box::new(change.preview(plan, path.as_deref(), dropped, list))));
    }
    session.begin("").await?;
    let run = change.transaction(&session, &plan, path.as_deref(), dropped).await;
    if let Err(error) = run {
        return Err(change.who_is_in_the_way(error).await);
    }
    session.commit().await?;
    std::mem::drop(session);
    if !plan.hand_over.is_empty() {
        let own = change.server.session(change.database, change.trace).await?;
        let own = own.with_limit(change.server.ddl_timeout());
        own.begin("").await?;
        own.limit_transaction().await?;
        own.execute_one("setting the time limit", &change.lock_timeout()).await?;
        if let Err(error) = execute(&own, &plan.hand_over).await {
            return Err(change.who_is_in_the_way(error).await);
        }
        own.commit().await?;
    }
    Ok(Changed::Done)
}

/// A superuser could do harm there for good.
fn is_systems_own(schema: &str) -> bool {
    schema.starts_with("pg_") || schema == "information_schema"
}

/// `search_path = …`.
pub(crate) fn path_sql(path: &[String]) -> String {
    let mut sql = "search_path = pg_catalog".to_owned();
    for schema in path {
        // Writing to a string does not fail.
        let _ = write!(sql, ", {}", Ident(schema));
    }
    sql.push_str(", pg_temp");
    sql
}

async fn execute(session: &Session, statements: &[PlannedStatement]) -> Result<(), Error> {
    for statement in statements {
        session.execute_one("changing the structure", &statement.sql).await?;
    }
    Ok(())
}

impl Change<'_> {
    fn may_touch(&self, plan: &Plan) -> Result<(), Error> {
        if is_systems_own(self.schema) {
            let what = format!("changing what lies in PostgreSQL’s own schema “{}”", self.schema);
            return Err(Error::Unsupported { what, needs: "another schema".to_owned() });
        }
        self.allowed(plan)
    }

    /// What an ordinary role made of SQL of somebody's choice would run with a superuser's rights once it belongs to one.
    async fn may_be_given(&self, plan: &Plan) -> Result<(), Error> {
        let Some(owner) = &plan.new_owner else { return Ok(()) };
        if self.options.may_query_as_superuser {
            return Ok(());
        }
        let session = self.server.session(self.database, self.trace).await?;
        let new = Doer::role(&session, Some(owner)).await?;
        if new.superuser || new.owner.trusted {
            return Err(Error::NotAllowed { needs: "query.superuser" });
        }
        Ok(())
    }

    /// Expressions of one's own are a right of their own.
    pub(crate) fn allowed(&self, plan: &Plan) -> Result<(), Error> {
        if !plan.pieces.computes || (self.options.may_query && !self.doer.superuser) {
            return Ok(());
        }
        if !self.options.may_query {
            return Err(Error::NotAllowed { needs: "query.run" });
        }
        if self.options.may_query_as_superuser {
            return Ok(());
        }
        Err(Error::NotAllowed { needs: "query.superuser" })
    }

    pub(crate) async fn session(&self) -> Result<Session, Error> {
        let session = self.server.acting_for(&self.doer.owner, self.database, self.trace).await?;
        Ok(session.with_limit(self.server.ddl_timeout()))
    }

    fn lock_timeout(&self) -> String {
        format!("SET LOCAL lock_timeout = '{}ms'", self.options.lock_timeout_ms)
    }

    async fn path_of(&self, session: &Session, plan: &Plan) -> Result<Option<Vec<String>>, Error> {
        if plan.pieces.names { self.path(session).await.map(Some) } else { Ok(None) }
    }

    /// Schemas in which what is typed may be looked for without naming them: those in which nobody else has put something
    /// that could take the place of what was meant.
    pub(crate) async fn path(&self, session: &Session) -> Result<Vec<String>, Error> {
        let mut path: Vec<String> = Vec::new();
        for schema in [self.schema, "public"] {
            if schema == "pg_catalog" || path.iter().any(|known| known == schema) {
                continue;
            }
            match schema_must_be_trusted(session, schema, self.doer.owner.oid).await {
                Ok(()) => path.push(schema.to_owned()),
                Err(Error::UntrustedCode { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(path)
    }

    async fn transaction(
        &self,
        session: &Session,
        plan: &Plan,
        path: Option<&[String]>,
        dropped: &Drop<'_>,
    ) -> Result<(), Error> {
        session.limit_transaction().await?;
        session.execute_one("setting the time limit", &self.lock_timeout()).await?;
        self.look(session, plan, path.unwrap_or_default(), true).await?;
        if let Some(path) = path {
            let sql = format!("SET LOCAL {}", path_sql(path));
            session.execute_one("setting the search path", &sql).await?;
        }
        if dropped.options.cascade {
            if let Some(lock) = &dropped.lock {
                session.execute_one("locking what is dropped", lock).await?;
            }
            let list = dependents::of_all(session, &dropped.of).await?;
            if dropped.options.expect != Some(dependents::name(&list).as_str()) {
                return Err(Error::OthersDepend { list });
            }
        }
        let Some((number, name)) = &plan.filled else { return execute(session, &plan.statements).await };
        let (before, after) = plan.statements.split_at((*number).min(plan.statements.len()));
        execute(session, before).await?;
        self.look_at_made(session, name).await?;
        execute(session, after).await
    }

    fn preview(
        &self,
        plan: Plan,
        path: Option<&[String]>,
        dropped: &Drop<'_>,
        dependents: Vec<Dependent>,
    ) -> ChangePreview {
        let free = |sql: String| PlannedStatement {
            sql,
            locks: Vec::new(),
            rewrites: false,
            scans: false,
            warnings: Vec::new(),
        };
        let mut statements = Vec::new();
        if !plan.statements.is_empty() {
            statements.extend([free("BEGIN".to_owned()), free(self.lock_timeout())]);
            statements.extend(path.map(|path| free(format!("SET LOCAL {}", path_sql(path)))));
            statements.extend(plan.statements);
            statements.push(free("COMMIT".to_owned()));
        }
        if !plan.hand_over.is_empty() {
            statements.extend([free("BEGIN".to_owned()), free(self.lock_timeout())]);
            statements.extend(plan.hand_over);
            statements.push(free("COMMIT".to_owned()));
        }
        let expect = (!dropped.of.is_empty()).then(|| dependents::name(&dependents));
        ChangePreview {
            in_transaction: !statements.is_empty(),
            statements,
            runs_as: self.doer.owner.name.clone(),
            as_superuser: self.doer.superuser,
            dependents,
            expect,
        }
    }

    /// A lock that was not had in time: says who holds it.
    async fn who_is_in_the_way(&self, error: Error) -> Error {
        let (Some("55P03"), Some(name)) = (error.sqlstate(), self.locked) else { return error };
        let holders = self.holders(name).await.unwrap_or_default();
        Error::Locked { name: name.1.to_owned(), holders }
    }

    async fn holders(&self, (schema, name): (&str, &str)) -> Result<Vec<String>, Error> {
        let doing = "looking who holds the lock";
        let session = self.server.session(self.database, self.trace).await?;
        let params = [Param::Text(schema), Param::Text(name)];
        let rows = session.query(doing, include_str!("holders.sql"), &params).await?;
        let read = |row: &tokio_postgres::Row| {
            let text = |index| row.try_get::<_, Option<String>>(index);
            let mut who = format!("process {}", row.try_get::<_, i32>(0)?);
            let more = [text(1)?, text(2)?, text(3)?];
            let more: Vec<_> = more.into_iter().flatten().filter(|text| !text.is_empty()).collect();
            if !more.is_empty() {
                let _ = write!(who, " ({})", more.join(", "));
            }
            if let Some(since) = text(4)? {
                let _ = write!(who, " since {since}");
            }
            Ok(who)
        };
        rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| Error::shape(doing, error))
    }
}
