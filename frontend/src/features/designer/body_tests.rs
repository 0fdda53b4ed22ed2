use std::sync::Arc;

use howdah_types::table_details::TableDetails;
use leptos::prelude::*;
use serde_json::{Value, json};

use super::super::draft::{ColumnDraft, Draft, ForeignDraft, new_id};
use super::{Request, build};

fn column(name: &str, type_name: &str, more: &Value) -> Value {
    let mut column = json!({"number": 1, "name": name, "type": type_name, "typeOid": 23, "nullable": true,
        "generatedVirtual": false, "local": true, "storage": "plain"});
    let more = more.as_object().unwrap().clone();
    column.as_object_mut().unwrap().extend(more);
    column
}

fn table() -> Arc<TableDetails> {
    let key = json!({"name": "t_pkey", "columns": ["id"], "include": [], "nullsNotDistinct": false, "deferrable": false,
        "initiallyDeferred": false, "definition": "PRIMARY KEY (id)"});
    let details = json!({"oid": 1, "schema": "public", "name": "t", "kind": "table", "owner": "o",
        "columns": [column("id", "integer", &json!({"primaryKeyPosition": 1, "nullable": false})),
            column("a", "text", &json!({"default": "'x'::text"})),
            column("b", "integer", &json!({"identity": "always", "nullable": false}))],
        "primaryKey": key, "unique": [], "checks": [], "exclusions": [], "foreignKeys": [], "referencedBy": [],
        "indexes": [], "triggers": [], "rules": [], "policies": [], "rowSecurity": false, "forceRowSecurity": false,
        "partitions": [], "partitionCount": 0, "inherits": [], "inheritedBy": [], "extendedStatistics": [],
        "dependents": [], "storage": {"unlogged": false, "options": []}, "ddl": []});
    Arc::new(serde_json::from_value(details).unwrap())
}

fn body(draft: Draft) -> Value {
    match build(draft).request {
        Request::Create(data) => serde_json::to_value(data).unwrap(),
        Request::Update(data) => serde_json::to_value(data).unwrap(),
    }
}

#[test]
fn a_new_table_is_asked_for_as_it_was_designed() {
    Owner::new().with(|| {
        let draft = Draft::new("shop");
        draft.name.set("orders".into());
        let customer = ColumnDraft::new("customer", " bigint ");
        draft.columns.update(|columns| columns.push(customer));
        draft.foreign.set(vec![ForeignDraft {
            id: new_id(),
            columns: RwSignal::new(vec![customer.id]),
            schema: RwSignal::new("shop".into()),
            table: RwSignal::new("customers".into()),
            references: RwSignal::new(Vec::new()),
            on_delete: RwSignal::new("cascade".into()),
            on_update: RwSignal::new(String::new()),
            deferrable: RwSignal::new(String::new()),
            not_valid: RwSignal::new(false),
        }]);
        // A column is meant, not a name: it may be renamed after it was chosen.
        customer.name.set("buyer".into());
        let wanted = json!({"name": "orders", "schema": "shop", "columns": [
            {"name": "id", "type": "bigint", "identity": {"kind": "always"}}, {"name": "buyer", "type": "bigint"}],
            "primaryKey": {"columns": ["id"]}, "foreignKeys": [{"columns": ["buyer"], "referencesSchema": "shop",
            "referencesTable": "customers", "onDelete": "cascade"}]});
        assert_eq!(body(draft), wanted);
        assert!(build(draft).errors.is_empty());
    });
}

#[test]
fn a_table_that_is_left_as_it_is_changes_nothing() {
    Owner::new().with(|| {
        let built = build(Draft::of(&table()));
        assert!(built.idle && built.errors.is_empty(), "{built:?}");
    });
}

#[test]
fn only_what_differs_is_changed() {
    Owner::new().with(|| {
        let draft = Draft::of(&table());
        let columns = draft.columns.get_untracked();
        columns[1].type_name.set("varchar(9)".into());
        columns[1].using.set("left(a, 9)".into());
        columns[1].kind.set(String::new());
        columns[2].kind.set("byDefault".into());
        assert_eq!(
            body(draft),
            json!({"changeColumns": [
                {"column": "a", "type": "varchar(9)", "using": "left(a, 9)", "default": ""},
                {"column": "b", "identity": "byDefault"}]})
        );
    });
}

#[test]
fn an_error_is_found_beside_what_caused_it() {
    Owner::new().with(|| {
        let draft = Draft::of(&table());
        let new = ColumnDraft::new("", "int");
        draft.columns.update(|columns| columns.push(new));
        let built = build(draft);
        assert_eq!(built.errors[0].field, "addColumns[0].name");
        assert!(built.paths.contains(&(new.id, "addColumns[0]".to_owned())));
    });
}

#[test]
fn another_primary_key_takes_the_place_of_the_old_one() {
    Owner::new().with(|| {
        let draft = Draft::of(&table());
        draft.columns.get_untracked()[2].key.set(true);
        assert_eq!(
            body(draft),
            json!({"addPrimaryKey": {"columns": ["id", "b"]}, "dropConstraints": ["t_pkey"]})
        );
        draft.columns.get_untracked()[0].dropped.set(true);
        assert_eq!(body(draft), json!({"dropColumns": ["id"], "addPrimaryKey": {"columns": ["b"]}}));
    });
}

#[test]
fn a_partition_is_asked_for_without_columns_of_its_own() {
    Owner::new().with(|| {
        let draft = Draft::new("shop");
        draft.name.set("orders_2026".into());
        let layout = draft.layout();
        layout.relation.set("of".into());
        layout.parent.set("orders".into());
        assert_eq!(build(draft).errors[0].code, "required", "nothing is said to be wrong before it is typed");
        layout.first.set("'2026-01-01'".into());
        layout.second.set("'2027-01-01'".into());
        layout.options.set("fillfactor=90".into());
        let wanted = json!({"name": "orders_2026", "schema": "shop",
            "partitionOf": {"schema": "shop", "table": "orders",
                "bound": {"from": ["'2026-01-01'"], "to": ["'2027-01-01'"]}},
            "options": [{"name": "fillfactor", "value": "90"}]});
        assert_eq!(body(draft), wanted);
        assert!(build(draft).errors.is_empty());
    });
}

#[test]
fn a_new_collation_brings_its_type_and_a_new_type_keeps_its_collation() {
    Owner::new().with(|| {
        let details = table();
        let mut collated = TableDetails::clone(&details);
        collated.columns[1].collation = Some("\"C\"".to_owned());
        let draft = Draft::of(&Arc::new(collated));
        let columns = draft.columns.get_untracked();
        columns[1].type_name.set("varchar(9)".into());
        assert_eq!(
            body(draft),
            json!({"changeColumns": [{"column": "a", "type": "varchar(9)", "collation": "\"C\""}]})
        );
        columns[1].type_name.set("text".into());
        columns[1].collation.set("\"de-x-icu\"".into());
        columns[1].storage.set("external".into());
        assert_eq!(
            body(draft),
            json!({"changeColumns": [
                {"column": "a", "type": "text", "collation": "\"de-x-icu\"", "storage": "external"}]})
        );
    });
}

#[test]
fn what_is_there_can_be_renamed_and_proven() {
    Owner::new().with(|| {
        let mut details = TableDetails::clone(&table());
        let check = json!({"name": "ok", "expression": "a > ''", "columns": ["a"], "validated": false,
            "noInherit": false, "enforced": true, "local": true, "definition": "CHECK (a > '') NOT VALID"});
        details.checks = vec![serde_json::from_value(check).unwrap()];
        details.storage.options = vec!["fillfactor=70".to_owned()];
        let draft = Draft::of(&Arc::new(details));
        let old = draft.old.get_value();
        old[0].called.set("fine".into());
        old[0].validate.set(true);
        draft.layout().options.set(String::new());
        draft.layout().unlogged.set(true);
        let wanted = json!({"renameConstraints": [{"from": "ok", "to": "fine"}], "validateConstraints": ["fine"],
            "unlogged": true, "options": [{"name": "fillfactor"}]});
        assert_eq!(body(draft), wanted);
        assert!(build(draft).paths.contains(&(old[0].id, "renameConstraints[0]".to_owned())));
    });
}
