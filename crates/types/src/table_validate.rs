//! The rules of tables that are to be made or changed, as far as they can be told without a server.

use crate::table_form::{
    CheckFormData, ColumnFormData, ForeignKeyFormData, GeneratedKind, IndexFormData, IndexKeyFormData,
    KeyFormData, PartitionBound, StorageOption, TableFormData,
};
use crate::table_update::{ColumnUpdateData, TableUpdateData};
use crate::validate::{self, FieldError, Validate};

type Errors = Vec<FieldError>;

impl Validate for TableFormData {
    fn validate(&self) -> Errors {
        let mut errors = Errors::new();
        validate::name("name", &self.name, &mut errors);
        for (field, value) in
            [("schema", &self.schema), ("owner", &self.owner), ("tablespace", &self.tablespace)]
        {
            validate::optional_name(field, value.as_deref(), &mut errors);
        }
        validate::optional_text("description", self.description.as_deref(), &mut errors);
        each("columns", &self.columns, column, &mut errors);
        if let Some(one) = &self.primary_key {
            key("primaryKey", one, true, &mut errors);
        }
        each("unique", &self.unique, |field, one, errors| key(field, one, false, errors), &mut errors);
        each("checks", &self.checks, check, &mut errors);
        each("foreignKeys", &self.foreign_keys, foreign_key, &mut errors);
        each("indexes", &self.indexes, index, &mut errors);
        if let Some(by) = &self.partition_by {
            required_list("partitionBy.keys", by.keys.is_empty(), &mut errors);
            each("partitionBy.keys", &by.keys, index_key, &mut errors);
        }
        if let Some(of) = &self.partition_of {
            validate::optional_name("partitionOf.schema", of.schema.as_deref(), &mut errors);
            validate::name("partitionOf.table", &of.table, &mut errors);
            bound(&of.bound, &mut errors);
            for (field, given) in
                [("columns", !self.columns.is_empty()), ("inherits", !self.inherits.is_empty())]
            {
                if given {
                    errors.push(FieldError::new(field, "invalid", "A partition has them from its parent."));
                }
            }
        }
        for (number, parent) in self.inherits.iter().enumerate() {
            validate::optional_name(
                &format!("inherits[{number}].schema"),
                parent.schema.as_deref(),
                &mut errors,
            );
            validate::name(&format!("inherits[{number}].name"), &parent.name, &mut errors);
        }
        options(&self.options, true, &mut errors);
        errors
    }
}

impl Validate for TableUpdateData {
    fn validate(&self) -> Errors {
        let mut errors = Errors::new();
        for (field, value) in [
            ("name", &self.name),
            ("schema", &self.schema),
            ("owner", &self.owner),
            ("tablespace", &self.tablespace),
        ] {
            validate::optional_name(field, value.as_deref(), &mut errors);
        }
        validate::optional_text("description", self.description.as_deref(), &mut errors);
        each("addColumns", &self.add_columns, column, &mut errors);
        each("changeColumns", &self.change_columns, column_change, &mut errors);
        names("dropColumns", &self.drop_columns, &mut errors);
        if !self.column_order.is_empty() {
            let message = "PostgreSQL cannot reorder the columns of a table. Make a view with the order you want, or a \
                new table.";
            errors.push(FieldError::new("columnOrder", "impossible", message));
        }
        if let Some(one) = &self.add_primary_key {
            key("addPrimaryKey", one, true, &mut errors);
        }
        each("addUnique", &self.add_unique, |field, one, errors| key(field, one, false, errors), &mut errors);
        each("addChecks", &self.add_checks, check, &mut errors);
        each("addForeignKeys", &self.add_foreign_keys, foreign_key, &mut errors);
        each("addIndexes", &self.add_indexes, index, &mut errors);
        for (field, renames) in
            [("renameConstraints", &self.rename_constraints), ("renameIndexes", &self.rename_indexes)]
        {
            for (number, rename) in renames.iter().enumerate() {
                validate::name(&format!("{field}[{number}].from"), &rename.from, &mut errors);
                validate::name(&format!("{field}[{number}].to"), &rename.to, &mut errors);
            }
        }
        names("validateConstraints", &self.validate_constraints, &mut errors);
        names("dropConstraints", &self.drop_constraints, &mut errors);
        names("dropIndexes", &self.drop_indexes, &mut errors);
        options(&self.options, false, &mut errors);
        if let Some(partition) = &self.detach_partition {
            validate::optional_name("detachPartition.schema", partition.schema.as_deref(), &mut errors);
            validate::name("detachPartition.name", &partition.name, &mut errors);
        }
        errors
    }
}

impl Validate for IndexFormData {
    fn validate(&self) -> Errors {
        let mut errors = Errors::new();
        index("", self, &mut errors);
        errors
    }
}

fn each<T>(field: &str, items: &[T], check: impl Fn(&str, &T, &mut Errors), errors: &mut Errors) {
    for (number, item) in items.iter().enumerate() {
        check(&format!("{field}[{number}]"), item, errors);
    }
}

/// `columns[0]` and `name` as `columns[0].name`.
fn below(field: &str, name: &str) -> String {
    if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") }
}

fn names(field: &str, names: &[String], errors: &mut Errors) {
    for (number, name) in names.iter().enumerate() {
        validate::name(&format!("{field}[{number}]"), name, errors);
    }
}

fn required_list(field: &str, empty: bool, errors: &mut Errors) {
    if empty {
        errors.push(FieldError::new(field, "required", "Give at least one."));
    }
}

fn optional_sql(field: &str, value: Option<&str>, errors: &mut Errors) {
    if let Some(value) = value {
        validate::sql(field, value, errors);
    }
}

fn column(field: &str, column: &ColumnFormData, errors: &mut Errors) {
    validate::name(&below(field, "name"), &column.name, errors);
    validate::sql(&below(field, "type"), &column.type_name, errors);
    optional_sql(&below(field, "default"), column.default.as_deref(), errors);
    optional_sql(&below(field, "collation"), column.collation.as_deref(), errors);
    validate::optional_name(&below(field, "compression"), column.compression.as_deref(), errors);
    validate::optional_text(&below(field, "description"), column.description.as_deref(), errors);
    if let Some(identity) = &column.identity {
        validate::whole_number(&below(field, "identity.start"), identity.start.as_deref(), errors);
        validate::whole_number(&below(field, "identity.increment"), identity.increment.as_deref(), errors);
    }
    if let Some(generated) = &column.generated {
        validate::sql(&below(field, "generated.expression"), &generated.expression, errors);
        if generated.kind == Some(GeneratedKind::Virtual) && column.compression.is_some() {
            let message = "A virtual column keeps no values that could be compressed.";
            errors.push(FieldError::new(&below(field, "compression"), "invalid", message));
        }
    }
    let values = [column.default.is_some(), column.identity.is_some(), column.generated.is_some()];
    if values.into_iter().filter(|given| *given).count() > 1 {
        let message = "Give one of default, identity and generated.";
        errors.push(FieldError::new(field, "invalid", message));
    }
}

fn column_change(field: &str, change: &ColumnUpdateData, errors: &mut Errors) {
    validate::name(&below(field, "column"), &change.column, errors);
    validate::optional_name(&below(field, "name"), change.name.as_deref(), errors);
    optional_sql(&below(field, "type"), change.type_name.as_deref(), errors);
    optional_sql(&below(field, "using"), change.using.as_deref(), errors);
    optional_sql(&below(field, "collation"), change.collation.as_deref(), errors);
    for (name, value) in [("default", &change.default), ("generated", &change.generated)] {
        optional_sql(&below(field, name), value.as_deref().filter(|value| !value.is_empty()), errors);
    }
    validate::optional_name(&below(field, "compression"), change.compression.as_deref(), errors);
    validate::optional_text(&below(field, "description"), change.description.as_deref(), errors);
    for (name, given) in [("using", change.using.is_some()), ("collation", change.collation.is_some())] {
        if given && change.type_name.is_none() {
            errors.push(FieldError::new(&below(field, name), "invalid", "Only together with a type."));
        }
    }
    if change.statistics_target.is_some_and(|target| !(-1..=10_000).contains(&target)) {
        errors.push(FieldError::new(&below(field, "statisticsTarget"), "outOfRange", "From -1 to 10000."));
    }
}

fn key(field: &str, key: &KeyFormData, primary: bool, errors: &mut Errors) {
    validate::optional_name(&below(field, "name"), key.name.as_deref(), errors);
    required_list(&below(field, "columns"), key.columns.is_empty(), errors);
    names(&below(field, "columns"), &key.columns, errors);
    names(&below(field, "include"), &key.include, errors);
    if primary && key.nulls_not_distinct {
        let message = "A primary key has no nulls.";
        errors.push(FieldError::new(&below(field, "nullsNotDistinct"), "invalid", message));
    }
}

fn check(field: &str, check: &CheckFormData, errors: &mut Errors) {
    validate::optional_name(&below(field, "name"), check.name.as_deref(), errors);
    validate::sql(&below(field, "expression"), &check.expression, errors);
}

fn foreign_key(field: &str, key: &ForeignKeyFormData, errors: &mut Errors) {
    validate::optional_name(&below(field, "name"), key.name.as_deref(), errors);
    validate::optional_name(&below(field, "referencesSchema"), key.references_schema.as_deref(), errors);
    validate::name(&below(field, "referencesTable"), &key.references_table, errors);
    required_list(&below(field, "columns"), key.columns.is_empty(), errors);
    names(&below(field, "columns"), &key.columns, errors);
    names(&below(field, "referencesColumns"), &key.references_columns, errors);
    names(&below(field, "onDeleteColumns"), &key.on_delete_columns, errors);
    if !key.references_columns.is_empty() && key.references_columns.len() != key.columns.len() {
        let message = "As many as there are columns.";
        errors.push(FieldError::new(&below(field, "referencesColumns"), "invalid", message));
    }
}

fn index(field: &str, index: &IndexFormData, errors: &mut Errors) {
    for (name, value) in [("name", &index.name), ("method", &index.method), ("tablespace", &index.tablespace)]
    {
        validate::optional_name(&below(field, name), value.as_deref(), errors);
    }
    required_list(&below(field, "keys"), index.keys.is_empty(), errors);
    each(&below(field, "keys"), &index.keys, index_key, errors);
    names(&below(field, "include"), &index.include, errors);
    optional_sql(&below(field, "where"), index.predicate.as_deref(), errors);
    validate::optional_text(&below(field, "description"), index.description.as_deref(), errors);
    options_of(&below(field, "options"), &index.options, true, errors);
    if index.description.is_some() && index.name.is_none() {
        let message = "Only an index with a name of your choice can be described.";
        errors.push(FieldError::new(&below(field, "description"), "invalid", message));
    }
}

fn index_key(field: &str, key: &IndexKeyFormData, errors: &mut Errors) {
    validate::optional_name(&below(field, "column"), key.column.as_deref(), errors);
    optional_sql(&below(field, "expression"), key.expression.as_deref(), errors);
    optional_sql(&below(field, "collation"), key.collation.as_deref(), errors);
    optional_sql(&below(field, "operatorClass"), key.operator_class.as_deref(), errors);
    if key.column.is_some() == key.expression.is_some() {
        errors.push(FieldError::new(field, "invalid", "Give a column or an expression."));
    }
}

fn bound(bound: &PartitionBound, errors: &mut Errors) {
    let range = !bound.from.is_empty() || !bound.to.is_empty();
    let hash = bound.modulus.is_some() || bound.remainder.is_some();
    let given = [bound.default, !bound.values.is_empty(), range, hash];
    let complete =
        bound.from.is_empty() == bound.to.is_empty() && bound.modulus.is_some() == bound.remainder.is_some();
    let count = given.into_iter().filter(|given| *given).count();
    if count != 1 || !complete {
        let message = "Give one of: default; in; from and to; modulus and remainder.";
        let code = if count < 2 { "required" } else { "invalid" };
        errors.push(FieldError::new("partitionOf.bound", code, message));
    }
    for (field, values) in [("in", &bound.values), ("from", &bound.from), ("to", &bound.to)] {
        for (number, value) in values.iter().enumerate() {
            validate::sql(&format!("partitionOf.bound.{field}[{number}]"), value, errors);
        }
    }
}

fn options(options: &[StorageOption], new: bool, errors: &mut Errors) {
    options_of("options", options, new, errors);
}

/// The names of storage parameters are PostgreSQL's, or those of an access method: plain words, perhaps with `toast.`.
fn options_of(field: &str, options: &[StorageOption], new: bool, errors: &mut Errors) {
    for (number, option) in options.iter().enumerate() {
        let field = format!("{field}[{number}]");
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '.';
        if option.name.is_empty() || !option.name.chars().all(plain) {
            let message = "Lower-case letters, digits, _ and a dot.";
            errors.push(FieldError::new(&below(&field, "name"), "invalid", message));
        }
        validate::optional_text(&below(&field, "value"), option.value.as_deref(), errors);
        if new && option.value.is_none() {
            errors.push(FieldError::new(&below(&field, "value"), "required", "Give a value."));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: serde_json::Value) -> Vec<String> {
        let form: TableFormData = serde_json::from_value(json).unwrap();
        form.validate().into_iter().map(|error| format!("{}:{}", error.field, error.code)).collect()
    }

    #[test]
    fn a_table_is_refused_field_by_field() {
        let column = |more: serde_json::Value| {
            let mut column = serde_json::json!({"name": "a", "type": "int"});
            column.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            serde_json::json!({"name": "t", "columns": [column]})
        };
        assert!(fields(column(serde_json::json!({}))).is_empty());
        assert_eq!(fields(column(serde_json::json!({"name": ""}))), ["columns[0].name:required"]);
        assert_eq!(fields(column(serde_json::json!({"type": " "}))), ["columns[0].type:required"]);
        let two = serde_json::json!({"default": "1", "identity": {"kind": "always"}});
        assert_eq!(fields(column(two)), ["columns[0]:invalid"]);
        let part = |bound: serde_json::Value| serde_json::json!({"name": "p", "partitionOf": {"table": "t", "bound": bound}});
        let half = serde_json::json!({"from": ["1"]});
        assert_eq!(fields(part(half)), ["partitionOf.bound:required"]);
        let two = serde_json::json!({"default": true, "in": ["1"]});
        assert_eq!(fields(part(two)), ["partitionOf.bound:invalid"]);
        let whole = serde_json::json!({"from": ["1"], "to": ["2"]});
        assert!(fields(part(whole)).is_empty());
        let option = serde_json::json!({"name": "p", "options": [{"name": "a) ; --", "value": "1"}]});
        assert_eq!(fields(option), ["options[0].name:invalid"]);
    }

    #[test]
    fn columns_cannot_be_reordered() {
        let update: TableUpdateData =
            serde_json::from_value(serde_json::json!({"columnOrder": ["b", "a"]})).unwrap();
        let errors = update.validate();
        assert_eq!((errors[0].field.as_str(), errors[0].code.as_str()), ("columnOrder", "impossible"));
    }
}
