//! What the statements of a change do to those who use the table meanwhile (PostgreSQL's documentation of ALTER TABLE,
//! CREATE INDEX and "Explicit Locking").

use howdah_types::changes::PlannedStatement;
use howdah_types::table_form::ColumnFormData;

use crate::change::warning;

pub(super) fn rewrite(statement: &mut PlannedStatement) {
    statement.rewrites = true;
    let message = "Writes the whole table and its indexes anew; nobody reads or writes it meanwhile, and it needs room on \
        disk for both.";
    statement.warnings.push(warning("rewrite", message));
}

pub(super) fn copy(statement: &mut PlannedStatement) {
    statement.rewrites = true;
    let message = "Copies the files of the table; nobody reads or writes it meanwhile.";
    statement.warnings.push(warning("rewrite", message));
}

/// Only a few changes of a type need no rewrite (`varchar(10)` to `varchar(20)` or `text`); which, the server decides.
pub(super) fn retype(statement: &mut PlannedStatement) {
    statement.rewrites = true;
    let message = "Writes the whole table and its indexes anew, unless the old values are valid as they are (a longer \
        varchar, text); nobody reads or writes it meanwhile.";
    statement.warnings.push(warning("rewrite", message));
    let message =
        "Fails where a value does not fit the new type, and where a view, rule or policy uses the column.";
    statement.warnings.push(warning("mayFail", message));
}

pub(super) fn not_null(statement: &mut PlannedStatement) {
    statement.scans = true;
    let message = "Reads the whole table to see that no row has a null there, unless a valid check says so; nobody reads or \
        writes it meanwhile.";
    statement.warnings.push(warning("scan", message));
    statement.warnings.push(warning("mayFail", "Fails where a row has a null there."));
}

pub(super) fn add_column(statement: &mut PlannedStatement, column: &ColumnFormData) {
    let serial = column.type_name.to_ascii_lowercase().contains("serial");
    if column.identity.is_some() || column.generated.is_some() || serial {
        return rewrite(statement);
    }
    if column.default.is_some() {
        // Which it is, the server finds out from the functions in it.
        let message = "A default that is the same for all rows (a constant, now()) is kept once; one that is not (random(), \
            gen_random_uuid(), nextval()), or a domain with a check, writes the whole table anew.";
        statement.warnings.push(warning("mayRewrite", message));
    } else if column.nullable == Some(false) {
        statement
            .warnings
            .push(warning("mayFail", "Fails where the table has rows: they would have a null there."));
    }
}

pub(super) fn key(statement: &mut PlannedStatement) {
    statement.scans = true;
    let message = "Builds a unique index; nobody reads or writes the table meanwhile. Build it concurrently first where that \
        takes too long.";
    statement.warnings.push(warning("scan", message));
    statement.warnings.push(warning("mayFail", "Fails where two rows have the same values."));
}

pub(super) fn check(statement: &mut PlannedStatement, not_valid: bool) {
    if not_valid {
        return;
    }
    statement.scans = true;
    let message = "Reads the whole table; nobody reads or writes it meanwhile. Added as not valid and validated afterwards, \
        it does not keep others out.";
    statement.warnings.push(warning("scan", message));
    statement.warnings.push(warning("mayFail", "Fails where a row does not fulfil it."));
}

pub(super) fn foreign_key(statement: &mut PlannedStatement, not_valid: bool) {
    let message = "Nobody writes to the two tables until the commit.";
    statement.warnings.push(warning("blocksWrites", message));
    if not_valid {
        return;
    }
    statement.scans = true;
    let message =
        "Reads the whole table. Added as not valid and validated afterwards, it does not keep writes out.";
    statement.warnings.push(warning("scan", message));
    statement.warnings.push(warning("mayFail", "Fails where a row refers to none."));
}

pub(super) fn index(statement: &mut PlannedStatement, unique: bool) {
    statement.scans = true;
    let message = "Nobody writes to the table while the index is built; built concurrently, it does not keep writes out.";
    statement.warnings.push(warning("blocksWrites", message));
    if unique {
        statement.warnings.push(warning("mayFail", "Fails where two rows have the same values."));
    }
}
