//! The parts of tables as SQL: columns, constraints, indexes, partition bounds. The same for new tables and changes.

use std::fmt::Write;

use howdah_types::table_form::{
    CheckFormData, ColumnFormData, Deferrable, ForeignKeyAction, ForeignKeyFormData, GeneratedKind,
    IdentityFormData, IdentityKind, IndexFormData, IndexKeyFormData, KeyFormData, PartitionBound,
    PartitionByFormData, PartitionStrategy, StorageOption,
};

use crate::change::proof::Pieces;
use crate::error::Error;
use crate::ident::{Ident, Literal, Qualified};

pub(crate) const PG_14: i32 = 140_000;
pub(crate) const PG_15: i32 = 150_000;
pub(crate) const PG_17: i32 = 170_000;
pub(crate) const PG_18: i32 = 180_000;

/// Turns parts into SQL for a server of one version, and keeps what was typed for the proofs.
pub(super) struct Parts<'a> {
    pub(super) version: i32,
    pub(super) pieces: &'a mut Pieces,
}

impl Parts<'_> {
    /// [`Error::Unsupported`] on a server that is older than `least`.
    pub(super) fn since(&self, least: i32, what: &str) -> Result<(), Error> {
        if self.version >= least {
            return Ok(());
        }
        let needs = format!("PostgreSQL {} or later", least / 10_000);
        Err(Error::Unsupported { what: what.to_owned(), needs })
    }

    /// `"name" type …`.
    pub(super) fn column(&mut self, field: &str, column: &ColumnFormData) -> Result<String, Error> {
        let type_name = self.pieces.type_name(format!("{field}.type"), &column.type_name);
        let mut sql = format!("{} {type_name}", Ident(&column.name));
        if let Some(method) = &column.compression {
            self.since(PG_14, "choosing a compression")?;
            let _ = write!(sql, " COMPRESSION {}", Ident(method));
        }
        if let Some(collation) = &column.collation {
            let collation = self.pieces.collation(format!("{field}.collation"), collation);
            let _ = write!(sql, " COLLATE {collation}");
        }
        if let Some(default) = &column.default {
            let default = self.pieces.expression(format!("{field}.default"), default);
            let _ = write!(sql, " DEFAULT ({default})");
        }
        if let Some(identity) = &column.identity {
            identity_sql(identity, &mut sql);
        }
        if let Some(generated) = &column.generated {
            let expression =
                self.pieces.expression(format!("{field}.generated.expression"), &generated.expression);
            let kind = match generated.kind {
                None | Some(GeneratedKind::Stored) => "STORED",
                Some(GeneratedKind::Virtual) => {
                    self.since(PG_18, "a virtual generated column")?;
                    "VIRTUAL"
                }
            };
            let _ = write!(sql, " GENERATED ALWAYS AS ({expression}) {kind}");
        }
        if column.nullable == Some(false) {
            sql.push_str(" NOT NULL");
        }
        Ok(sql)
    }

    /// `[CONSTRAINT "name"] PRIMARY KEY (…) …`, or `UNIQUE`.
    pub(super) fn key(&self, key: &KeyFormData, word: &str) -> Result<String, Error> {
        let mut sql = constraint(key.name.as_deref());
        sql.push_str(word);
        if key.nulls_not_distinct {
            self.since(PG_15, "NULLS NOT DISTINCT")?;
            sql.push_str(" NULLS NOT DISTINCT");
        }
        let _ = write!(sql, " ({})", idents(&key.columns));
        if !key.include.is_empty() {
            let _ = write!(sql, " INCLUDE ({})", idents(&key.include));
        }
        sql.push_str(deferrable(key.deferrable));
        Ok(sql)
    }

    pub(super) fn check(&mut self, field: &str, check: &CheckFormData) -> String {
        let expression = self.pieces.expression(format!("{field}.expression"), &check.expression);
        let mut sql = format!("{}CHECK ({expression})", constraint(check.name.as_deref()));
        if check.no_inherit {
            sql.push_str(" NO INHERIT");
        }
        if check.not_valid {
            sql.push_str(" NOT VALID");
        }
        sql
    }

    /// `schema` is that of the table.
    pub(super) fn foreign_key(&self, key: &ForeignKeyFormData, schema: &str) -> Result<String, Error> {
        let references = Qualified(key.references_schema.as_deref().unwrap_or(schema), &key.references_table);
        let mut sql = constraint(key.name.as_deref());
        let _ = write!(sql, "FOREIGN KEY ({}) REFERENCES {references}", idents(&key.columns));
        if !key.references_columns.is_empty() {
            let _ = write!(sql, " ({})", idents(&key.references_columns));
        }
        if key.match_full {
            sql.push_str(" MATCH FULL");
        }
        if let Some(action) = key.on_update {
            let _ = write!(sql, " ON UPDATE {}", action_sql(action));
        }
        if let Some(action) = key.on_delete {
            let _ = write!(sql, " ON DELETE {}", action_sql(action));
            if !key.on_delete_columns.is_empty() {
                self.since(PG_15, "ON DELETE SET NULL of some columns only")?;
                let _ = write!(sql, " ({})", idents(&key.on_delete_columns));
            }
        }
        sql.push_str(deferrable(key.deferrable));
        if key.not_valid {
            sql.push_str(" NOT VALID");
        }
        Ok(sql)
    }

    /// `CREATE [UNIQUE] INDEX [CONCURRENTLY] …`.
    pub(super) fn index(
        &mut self,
        field: &str,
        index: &IndexFormData,
        table: (&str, &str),
        concurrently: bool,
    ) -> Result<String, Error> {
        let at = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
        let mut sql = "CREATE".to_owned();
        sql.push_str(if index.unique { " UNIQUE INDEX" } else { " INDEX" });
        sql.push_str(if concurrently { " CONCURRENTLY" } else { "" });
        if let Some(name) = &index.name {
            let _ = write!(sql, " {}", Ident(name));
        }
        let _ = write!(sql, " ON {}", Qualified(table.0, table.1));
        if let Some(method) = &index.method {
            let _ = write!(sql, " USING {}", Ident(method));
        }
        let mut keys = Vec::new();
        for (number, key) in index.keys.iter().enumerate() {
            keys.push(self.index_key(&at(&format!("keys[{number}]")), key));
        }
        let _ = write!(sql, " ({})", keys.join(", "));
        if !index.include.is_empty() {
            let _ = write!(sql, " INCLUDE ({})", idents(&index.include));
        }
        if index.nulls_not_distinct {
            self.since(PG_15, "NULLS NOT DISTINCT")?;
            sql.push_str(" NULLS NOT DISTINCT");
        }
        options(&index.options, &mut sql);
        if let Some(tablespace) = &index.tablespace {
            let _ = write!(sql, " TABLESPACE {}", Ident(tablespace));
        }
        if let Some(predicate) = &index.predicate {
            let predicate = self.pieces.expression(at("where"), predicate);
            let _ = write!(sql, " WHERE ({predicate})");
        }
        Ok(sql)
    }

    fn index_key(&mut self, field: &str, key: &IndexKeyFormData) -> String {
        let mut sql = self.key_of(field, key);
        if key.descending {
            sql.push_str(" DESC");
        }
        match key.nulls_first {
            None => {}
            Some(true) => sql.push_str(" NULLS FIRST"),
            Some(false) => sql.push_str(" NULLS LAST"),
        }
        sql
    }

    fn key_of(&mut self, field: &str, key: &IndexKeyFormData) -> String {
        let mut sql = match (&key.column, &key.expression) {
            (_, Some(expression)) => {
                format!("({})", self.pieces.expression(format!("{field}.expression"), expression))
            }
            (column, None) => Ident(column.as_deref().unwrap_or_default()).to_string(),
        };
        if let Some(collation) = &key.collation {
            let collation = self.pieces.collation(format!("{field}.collation"), collation);
            let _ = write!(sql, " COLLATE {collation}");
        }
        if let Some(class) = &key.operator_class {
            let class = self.pieces.operator_class(format!("{field}.operatorClass"), class);
            let _ = write!(sql, " {class}");
        }
        sql
    }

    /// `PARTITION BY RANGE (…)`.
    pub(super) fn partition_by(&mut self, by: &PartitionByFormData) -> String {
        let strategy = match by.strategy {
            PartitionStrategy::Range => "RANGE",
            PartitionStrategy::List => "LIST",
            PartitionStrategy::Hash => "HASH",
        };
        let mut keys = Vec::new();
        for (number, key) in by.keys.iter().enumerate() {
            keys.push(self.key_of(&format!("partitionBy.keys[{number}]"), key));
        }
        format!("PARTITION BY {strategy} ({})", keys.join(", "))
    }

    /// `DEFAULT`, `FOR VALUES IN (…)` …
    pub(super) fn bound(&mut self, bound: &PartitionBound) -> String {
        if bound.default {
            return "DEFAULT".to_owned();
        }
        if let (Some(modulus), Some(remainder)) = (bound.modulus, bound.remainder) {
            return format!("FOR VALUES WITH (MODULUS {modulus}, REMAINDER {remainder})");
        }
        let mut list = |name: &str, values: &[String]| {
            let mut texts = Vec::new();
            for (number, value) in values.iter().enumerate() {
                // Two known words, which parentheses would turn into columns.
                let word = value.trim().to_ascii_uppercase();
                if matches!(word.as_str(), "MINVALUE" | "MAXVALUE") {
                    texts.push(word);
                } else {
                    let field = format!("partitionOf.bound.{name}[{number}]");
                    texts.push(format!("({})", self.pieces.expression(field, value)));
                }
            }
            texts.join(", ")
        };
        if bound.values.is_empty() {
            format!("FOR VALUES FROM ({}) TO ({})", list("from", &bound.from), list("to", &bound.to))
        } else {
            format!("FOR VALUES IN ({})", list("in", &bound.values))
        }
    }
}

/// `"a", "b"`.
pub(super) fn idents(names: &[String]) -> String {
    names.iter().map(|name| Ident(name).to_string()).collect::<Vec<_>>().join(", ")
}

fn constraint(name: Option<&str>) -> String {
    name.map(|name| format!("CONSTRAINT {} ", Ident(name))).unwrap_or_default()
}

fn deferrable(deferrable: Option<Deferrable>) -> &'static str {
    match deferrable {
        None => "",
        Some(Deferrable::InitiallyImmediate) => " DEFERRABLE",
        Some(Deferrable::InitiallyDeferred) => " DEFERRABLE INITIALLY DEFERRED",
    }
}

fn action_sql(action: ForeignKeyAction) -> &'static str {
    match action {
        ForeignKeyAction::NoAction => "NO ACTION",
        ForeignKeyAction::Restrict => "RESTRICT",
        ForeignKeyAction::Cascade => "CASCADE",
        ForeignKeyAction::SetNull => "SET NULL",
        ForeignKeyAction::SetDefault => "SET DEFAULT",
    }
}

fn identity_sql(identity: &IdentityFormData, sql: &mut String) {
    let _ = write!(sql, " GENERATED {} AS IDENTITY", identity_word(identity.kind));
    let numbers = [("START WITH", &identity.start), ("INCREMENT BY", &identity.increment)];
    // Validated as whole numbers; what is none is left out.
    let given: Vec<_> = numbers
        .iter()
        .filter_map(|(word, number)| Some(format!("{word} {}", number.as_ref()?.parse::<i64>().ok()?)))
        .collect();
    if !given.is_empty() {
        let _ = write!(sql, " ({})", given.join(" "));
    }
}

pub(super) fn identity_word(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Always => "ALWAYS",
        IdentityKind::ByDefault => "BY DEFAULT",
    }
}

/// ` WITH (fillfactor = '90')`. The names were validated as plain words.
pub(super) fn options(options: &[StorageOption], sql: &mut String) {
    let list: Vec<_> = options
        .iter()
        .filter_map(|option| Some(format!("{} = {}", option.name, Literal(option.value.as_deref()?))))
        .collect();
    if !list.is_empty() {
        let _ = write!(sql, " WITH ({})", list.join(", "));
    }
}
