//! Changes tables.

use howdah_types::changes::LockMode;
use howdah_types::table_form::IdentityKind;
use howdah_types::table_update::{ColumnUpdateData, IdentityChange, TableUpdateData};

use super::parts::{PG_14, PG_17, Parts, identity_word, options};
use super::recreate::storage;
use super::{effects, noun_of};
use crate::change::dependents::{Address, PG_CLASS};
use crate::change::object::{Kind, Object};
use crate::change::{
    self, Change, Changed, Drop, DropOptions, NamedAs, Options, Plan, comment, lock, rename_or_move, warning,
};
use crate::error::Error;
use crate::ident::{Ident, Literal, Qualified};
use crate::server::Server;
use crate::session::{Param, Session};
use crate::stead::Owner;
use crate::trace::Trace;

/// Changes a table, in one transaction. `name` is schema and table; `expect` the name of the list of dependents that was
/// shown, for [`TableUpdateData::cascade`].
pub async fn update(
    server: &Server,
    trace: &Trace,
    database: &str,
    name: (&str, &str),
    data: &TableUpdateData,
    (given, expect): (Options, Option<&str>),
) -> Result<Changed, Error> {
    super::not_the_store(server, database)?;
    let session = server.session(database, trace).await?;
    let found = Object::find(&session, Kind::Relation, name.0, name.1).await?;
    if matches!(found.what.as_str(), "v" | "m") {
        let what = "changing the columns, constraints and storage of a view here".to_owned();
        return Err(Error::Unsupported { what, needs: "the route of views".to_owned() });
    }
    let columns = columns(&session, found.oid).await?;
    let constraints = constraints(&session, found.oid).await?;
    std::mem::drop(session);
    let alter =
        Alter { name, noun: noun_of(&found.what), data, columns: &columns, old_owner: &found.doer.owner };
    let plan = alter.plan(server.version().await?)?;
    let dropped = Drop {
        of: alter.dropped(found.oid, &constraints),
        options: DropOptions { cascade: data.cascade, expect },
        lock: Some(format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", Qualified(name.0, name.1))),
    };
    let change = Change {
        server,
        trace,
        database,
        options: given,
        doer: &found.doer,
        schema: name.0,
        relation: Some(found.oid),
        locked: Some(name),
    };
    change::drop(&change, plan, &dropped).await
}

/// A column as it is now.
pub(super) struct Known {
    pub(super) name: String,
    pub(super) number: i16,
    pub(super) identity: bool,
    pub(super) has_default: bool,
}

async fn columns(session: &Session, oid: u32) -> Result<Vec<Known>, Error> {
    let doing = "looking at the columns";
    let sql = "SELECT a.attname::text, a.attnum, a.attidentity <> '', a.atthasdef AND a.attgenerated = '' \
        FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped";
    let rows = session.query(doing, sql, &[Param::Oid(oid)]).await?;
    let read = |row: &tokio_postgres::Row| {
        Ok(Known {
            name: row.try_get(0)?,
            number: row.try_get(1)?,
            identity: row.try_get(2)?,
            has_default: row.try_get(3)?,
        })
    };
    rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| Error::shape(doing, error))
}

/// The constraints of a table: oid and name.
async fn constraints(session: &Session, oid: u32) -> Result<Vec<(u32, String)>, Error> {
    let doing = "looking at the constraints";
    let sql = "SELECT k.oid, k.conname::text FROM pg_catalog.pg_constraint k WHERE k.conrelid = $1";
    let rows = session.query(doing, sql, &[Param::Oid(oid)]).await?;
    let read = |row: &tokio_postgres::Row| Ok((row.try_get(0)?, row.try_get(1)?));
    rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| Error::shape(doing, error))
}

struct Alter<'a> {
    name: (&'a str, &'a str),
    /// `TABLE` or `FOREIGN TABLE`.
    noun: &'static str,
    data: &'a TableUpdateData,
    columns: &'a [Known],
    old_owner: &'a Owner,
}

/// The oid of `pg_constraint` itself.
const PG_CONSTRAINT: u32 = 2606;

impl Alter<'_> {
    fn known(&self, column: &str) -> Option<&Known> {
        self.columns.iter().find(|known| known.name == column)
    }

    /// What the change takes away, for the list of dependents.
    fn dropped(&self, oid: u32, constraints: &[(u32, String)]) -> Vec<Address> {
        let columns = self
            .data
            .drop_columns
            .iter()
            .filter_map(|column| self.known(column))
            .map(|column| Address { catalog: PG_CLASS, oid, column: i64::from(column.number) });
        let constraints = constraints
            .iter()
            .filter(|(_, name)| self.data.drop_constraints.contains(name))
            .map(|(oid, _)| Address { catalog: PG_CONSTRAINT, oid: *oid, column: 0 });
        columns.chain(constraints).collect()
    }

    fn alter(&self) -> String {
        format!("ALTER {} {}", self.noun, Qualified(self.name.0, self.name.1))
    }

    fn plan(&self, version: i32) -> Result<Plan, Error> {
        let mut plan = Plan::default();
        self.drops(&mut plan);
        for (number, change) in self.data.change_columns.iter().enumerate() {
            self.column(&mut plan, version, &format!("changeColumns[{number}]"), change)?;
        }
        self.renames(&mut plan);
        self.new_columns(&mut plan, version)?;
        self.new_constraints(&mut plan, version)?;
        self.properties(&mut plan);
        self.names(&mut plan);
        Ok(plan)
    }

    fn drops(&self, plan: &mut Plan) {
        let (name, data) = (self.name, self.data);
        let cascade = if data.cascade { " CASCADE" } else { "" };
        for index in &data.drop_indexes {
            let sql = format!("DROP INDEX {}", Qualified(name.0, index));
            plan.add(sql, vec![lock(name, LockMode::AccessExclusive)]);
        }
        for constraint in &data.drop_constraints {
            let sql = format!("{} DROP CONSTRAINT {}{cascade}", self.alter(), Ident(constraint));
            plan.add(sql, vec![lock(name, LockMode::AccessExclusive)]);
        }
        for column in &data.drop_columns {
            let sql = format!("{} DROP COLUMN {}{cascade}", self.alter(), Ident(column));
            let statement = plan.add(sql, vec![lock(name, LockMode::AccessExclusive)]);
            let message =
                format!("The values of “{column}” are lost, and its indexes and constraints go with it.");
            statement.warnings.push(warning("losesData", message));
        }
        if let Some(partition) = &data.detach_partition {
            let partition = (partition.schema.as_deref().unwrap_or(name.0), partition.name.as_str());
            let sql = format!("{} DETACH PARTITION {}", self.alter(), Qualified(partition.0, partition.1));
            plan.add(
                sql,
                vec![lock(name, LockMode::AccessExclusive), lock(partition, LockMode::AccessExclusive)],
            );
        }
    }

    fn renames(&self, plan: &mut Plan) {
        let name = self.name;
        for rename in &self.data.rename_constraints {
            let sql = format!(
                "{} RENAME CONSTRAINT {} TO {}",
                self.alter(),
                Ident(&rename.from),
                Ident(&rename.to)
            );
            plan.add(sql, vec![lock(name, LockMode::AccessExclusive)]);
        }
        for rename in &self.data.rename_indexes {
            let index = Qualified(name.0, &rename.from);
            let sql = format!("ALTER INDEX {index} RENAME TO {}", Ident(&rename.to));
            plan.add(sql, vec![lock((name.0, &rename.from), LockMode::ShareUpdateExclusive)]);
        }
        for change in &self.data.change_columns {
            let Some(new) = change.name.as_deref().filter(|new| *new != change.column) else { continue };
            let sql = format!("{} RENAME COLUMN {} TO {}", self.alter(), Ident(&change.column), Ident(new));
            let statement = plan.add(sql, vec![lock(name, LockMode::AccessExclusive)]);
            let message = "Views follow by themselves; functions and clients that use the old name break.";
            statement.warnings.push(warning("breaksClients", message));
        }
    }

    fn column(
        &self,
        plan: &mut Plan,
        version: i32,
        field: &str,
        change: &ColumnUpdateData,
    ) -> Result<(), Error> {
        let column = Ident(&change.column);
        let alter = format!("{} ALTER COLUMN {column}", self.alter());
        let exclusive = || vec![lock(self.name, LockMode::AccessExclusive)];
        self.retype(plan, field, change, &alter);
        match change.default.as_deref() {
            None => {}
            Some("") => {
                plan.add(format!("{alter} DROP DEFAULT"), exclusive());
            }
            Some(default) => {
                let default = plan.pieces.expression(format!("{field}.default"), default);
                plan.add(format!("{alter} SET DEFAULT ({default})"), exclusive());
            }
        }
        if let Some(generated) = &change.generated {
            if generated.is_empty() {
                plan.add(format!("{alter} DROP EXPRESSION"), exclusive());
            } else {
                let expression = plan.pieces.expression(format!("{field}.generated"), generated);
                Parts { version, pieces: &mut plan.pieces }
                    .since(PG_17, "a new expression of a generated column")?;
                plan.evaluates = true;
                effects::rewrite(plan.add(format!("{alter} SET EXPRESSION AS ({expression})"), exclusive()));
            }
        }
        self.nullable(plan, change, &alter);
        self.identity(plan, change, &alter);
        let light = || vec![lock(self.name, LockMode::ShareUpdateExclusive)];
        if let Some(target) = change.statistics_target {
            plan.add(format!("{alter} SET STATISTICS {target}"), light());
        }
        if let Some(kind) = change.storage {
            plan.add(format!("{alter} SET STORAGE {}", storage(kind)), exclusive());
        }
        if let Some(method) = &change.compression {
            Parts { version, pieces: &mut plan.pieces }.since(PG_14, "choosing a compression")?;
            plan.add(format!("{alter} SET COMPRESSION {}", Ident(method)), exclusive());
        }
        if let Some(text) = &change.description {
            let on = format!("COLUMN {}.{column}", Qualified(self.name.0, self.name.1));
            plan.add(comment(&on, text), light());
        }
        Ok(())
    }

    fn retype(&self, plan: &mut Plan, field: &str, change: &ColumnUpdateData, alter: &str) {
        let Some(type_name) = &change.type_name else { return };
        let exclusive = || vec![lock(self.name, LockMode::AccessExclusive)];
        // The old default may not fit the new type; where a new one is given, the old one goes first.
        let had_default = self.known(&change.column).is_some_and(|known| known.has_default);
        if had_default && change.default.as_deref().is_some_and(|default| !default.is_empty()) {
            plan.add(format!("{alter} DROP DEFAULT"), exclusive());
        }
        let type_name = plan.pieces.type_name(format!("{field}.type"), type_name);
        let mut sql = format!("{alter} TYPE {type_name}");
        if let Some(collation) = &change.collation {
            let collation = plan.pieces.collation(format!("{field}.collation"), collation);
            sql = format!("{sql} COLLATE {collation}");
        }
        if let Some(using) = &change.using {
            let using = plan.pieces.expression(format!("{field}.using"), using);
            sql = format!("{sql} USING ({using})");
        }
        plan.evaluates = true;
        effects::retype(plan.add(sql, exclusive()));
    }

    fn nullable(&self, plan: &mut Plan, change: &ColumnUpdateData, alter: &str) {
        let locks = vec![lock(self.name, LockMode::AccessExclusive)];
        match change.nullable {
            None => {}
            Some(true) => {
                plan.add(format!("{alter} DROP NOT NULL"), locks);
            }
            Some(false) => {
                effects::not_null(plan.add(format!("{alter} SET NOT NULL"), locks));
            }
        }
    }

    fn identity(&self, plan: &mut Plan, change: &ColumnUpdateData, alter: &str) {
        let Some(identity) = change.identity else { return };
        let has = self.known(&change.column).is_some_and(|known| known.identity);
        let kind = match identity {
            IdentityChange::None => None,
            IdentityChange::Always => Some(identity_word(IdentityKind::Always)),
            IdentityChange::ByDefault => Some(identity_word(IdentityKind::ByDefault)),
        };
        let sql = match (kind, has) {
            (None, _) => format!("{alter} DROP IDENTITY"),
            (Some(kind), true) => format!("{alter} SET GENERATED {kind}"),
            (Some(kind), false) => format!("{alter} ADD GENERATED {kind} AS IDENTITY"),
        };
        let statement = plan.add(sql, vec![lock(self.name, LockMode::AccessExclusive)]);
        if kind.is_some() && !has {
            let message = "Numbers begin at 1, whatever is there: the first new rows may collide.";
            statement.warnings.push(warning("mayFail", message));
        }
    }

    fn new_columns(&self, plan: &mut Plan, version: i32) -> Result<(), Error> {
        for (number, column) in self.data.add_columns.iter().enumerate() {
            let mut parts = Parts { version, pieces: &mut plan.pieces };
            let text = parts.column(&format!("addColumns[{number}]"), column)?;
            plan.evaluates = true;
            let sql = format!("{} ADD COLUMN {text}", self.alter());
            effects::add_column(plan.add(sql, vec![lock(self.name, LockMode::AccessExclusive)]), column);
            if let Some(text) = &column.description {
                let on = format!("COLUMN {}.{}", Qualified(self.name.0, self.name.1), Ident(&column.name));
                plan.add(comment(&on, text), vec![lock(self.name, LockMode::ShareUpdateExclusive)]);
            }
        }
        Ok(())
    }

    fn new_constraints(&self, plan: &mut Plan, version: i32) -> Result<(), Error> {
        let data = self.data;
        let alter = self.alter();
        let keys = data.add_primary_key.iter().map(|key| (key, "PRIMARY KEY"));
        for (key, word) in keys.chain(data.add_unique.iter().map(|key| (key, "UNIQUE"))) {
            let text = Parts { version, pieces: &mut plan.pieces }.key(key, word)?;
            plan.evaluates = true;
            effects::key(
                plan.add(format!("{alter} ADD {text}"), vec![lock(self.name, LockMode::AccessExclusive)]),
            );
        }
        for (number, check) in data.add_checks.iter().enumerate() {
            let text =
                Parts { version, pieces: &mut plan.pieces }.check(&format!("addChecks[{number}]"), check);
            plan.evaluates = true;
            let locks = vec![lock(self.name, LockMode::AccessExclusive)];
            effects::check(plan.add(format!("{alter} ADD {text}"), locks), check.not_valid);
        }
        for key in &data.add_foreign_keys {
            let text = Parts { version, pieces: &mut plan.pieces }.foreign_key(key, self.name.0)?;
            plan.evaluates = true;
            let other =
                (key.references_schema.as_deref().unwrap_or(self.name.0), key.references_table.as_str());
            let mut locks = vec![lock(self.name, LockMode::ShareRowExclusive)];
            if other != self.name {
                locks.push(lock(other, LockMode::ShareRowExclusive));
                plan.name(other, NamedAs::Referenced);
            }
            effects::foreign_key(plan.add(format!("{alter} ADD {text}"), locks), key.not_valid);
        }
        for constraint in &data.validate_constraints {
            plan.evaluates = true;
            let sql = format!("{alter} VALIDATE CONSTRAINT {}", Ident(constraint));
            let statement = plan.add(sql, vec![lock(self.name, LockMode::ShareUpdateExclusive)]);
            statement.scans = true;
            let message = "Reads the whole table, while others read and write it.";
            statement.warnings.push(warning("scan", message));
        }
        for (number, index) in data.add_indexes.iter().enumerate() {
            let mut parts = Parts { version, pieces: &mut plan.pieces };
            let sql = parts.index(&format!("addIndexes[{number}]"), index, self.name, false)?;
            plan.evaluates = true;
            effects::index(plan.add(sql, vec![lock(self.name, LockMode::Share)]), index.unique);
            if let (Some(name), Some(text)) = (&index.name, &index.description) {
                plan.add_free(comment(&format!("INDEX {}", Qualified(self.name.0, name)), text));
            }
        }
        Ok(())
    }

    fn properties(&self, plan: &mut Plan) {
        let (data, alter) = (self.data, self.alter());
        let exclusive = || vec![lock(self.name, LockMode::AccessExclusive)];
        if let Some(unlogged) = data.unlogged {
            let word = if unlogged { "UNLOGGED" } else { "LOGGED" };
            plan.evaluates = true;
            let statement = plan.add(format!("{alter} SET {word}"), exclusive());
            effects::rewrite(statement);
            if unlogged {
                let message = "A crash empties the table; standbys do not have it.";
                statement.warnings.push(warning("losesData", message));
            }
        }
        for (given, on, off) in
            [(data.row_security, "ENABLE", "DISABLE"), (data.force_row_security, "FORCE", "NO FORCE")]
        {
            if let Some(given) = given {
                let word = if given { on } else { off };
                plan.add(format!("{alter} {word} ROW LEVEL SECURITY"), exclusive());
            }
        }
        let mut set = String::new();
        options(&data.options, &mut set);
        let light = || vec![lock(self.name, LockMode::ShareUpdateExclusive)];
        if let Some(list) = set.strip_prefix(" WITH ") {
            plan.add(format!("{alter} SET {list}"), light());
        }
        let reset: Vec<_> =
            data.options.iter().filter(|one| one.value.is_none()).map(|one| one.name.as_str()).collect();
        if !reset.is_empty() {
            plan.add(format!("{alter} RESET ({})", reset.join(", ")), light());
        }
        if let Some(tablespace) = &data.tablespace {
            plan.evaluates = true;
            effects::copy(plan.add(format!("{alter} SET TABLESPACE {}", Ident(tablespace)), exclusive()));
        }
        if let Some(text) = &data.description {
            let on = format!("{} {}", self.noun, Qualified(self.name.0, self.name.1));
            let sql = if text.is_empty() {
                format!("COMMENT ON {on} IS NULL")
            } else {
                format!("COMMENT ON {on} IS {}", Literal(text))
            };
            plan.add(sql, light());
        }
    }

    /// Name, schema and owner, last: what is said before says the old name.
    fn names(&self, plan: &mut Plan) {
        let data = self.data;
        let (renames, now) =
            rename_or_move(self.noun, self.name, data.name.as_deref(), data.schema.as_deref());
        for sql in renames {
            let statement = plan.add(sql, vec![lock(self.name, LockMode::AccessExclusive)]);
            let message = "Views and foreign keys follow by themselves; functions and clients that use the old name break.";
            statement.warnings.push(warning("breaksClients", message));
        }
        if let Some(owner) = &data.owner {
            let sql = format!("ALTER {} {} OWNER TO {}", self.noun, Qualified(&now.0, &now.1), Ident(owner));
            let locks = vec![lock((&now.0, &now.1), LockMode::AccessExclusive)];
            plan.give(self.old_owner, owner, sql, locks);
        }
    }
}
