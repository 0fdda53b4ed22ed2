//! Examples of structure: tables, views, schemas and what else lies in a database.

use howdah_types::changes::{ChangePreview, Dependent, LockMode, PlannedStatement, TakenLock, Warning};
use howdah_types::database_types::{
    DatabaseType, DatabaseTypeKind, EnumFormData, NewLabel, TypeDetails, TypeUpdateData,
};
use howdah_types::extensions::{Extension, ExtensionDetails, ExtensionFormData, ExtensionUpdateData};
use howdah_types::functions::{DatabaseFunction, FunctionDetails, FunctionKind, Volatility};
use howdah_types::schemas::{SchemaDetails, SchemaFormData, SchemaUpdateData};
use howdah_types::sequences::{
    Sequence, SequenceDetails, SequenceFormData, SequenceNumbers, SequenceUpdateData,
};
use howdah_types::table_details::{
    ColumnDetails, ColumnStorage, KeyDetails, Privilege, StorageDetails, TableDetails, TriggerDetails,
    TriggerEnabled,
};
use howdah_types::table_form::{
    ColumnFormData, IdentityFormData, IdentityKind, IndexFormData, IndexKeyFormData, KeyFormData,
    TableFormData,
};
use howdah_types::table_update::TableUpdateData;
use howdah_types::tables::TableKind;
use howdah_types::triggers::Trigger;
use howdah_types::views::{ViewFormData, ViewUpdateData};

/// The name of a list of dependents.
pub(crate) const EXPECT: &str = "6c1d0d7f0b7e3a52";

pub(crate) fn dependent() -> Dependent {
    Dependent {
        kind: "view".into(),
        schema: Some("public".into()),
        name: Some("open_orders".into()),
        identity: "public.open_orders".into(),
    }
}

pub(crate) fn preview(statement: &str) -> ChangePreview {
    let free = |sql: &str| PlannedStatement {
        sql: sql.into(),
        locks: Vec::new(),
        rewrites: false,
        scans: false,
        warnings: Vec::new(),
    };
    let locks =
        vec![TakenLock { schema: "public".into(), name: "orders".into(), mode: LockMode::AccessExclusive }];
    let warnings = vec![Warning { code: "losesData".into(), message: "All of its rows are lost.".into() }];
    ChangePreview {
        statements: vec![
            free("BEGIN"),
            free("SET LOCAL lock_timeout = '3000ms'"),
            PlannedStatement { locks, warnings, ..free(statement) },
            free("COMMIT"),
        ],
        in_transaction: true,
        runs_as: "app_owner".into(),
        as_superuser: false,
        dependents: vec![dependent()],
        expect: Some(EXPECT.into()),
    }
}

pub(crate) fn table_form() -> TableFormData {
    let column = |name: &str, type_name: &str| ColumnFormData {
        name: name.into(),
        type_name: type_name.into(),
        ..ColumnFormData::default()
    };
    let identity = IdentityFormData { kind: IdentityKind::Always, start: None, increment: None };
    TableFormData {
        name: "orders".into(),
        description: Some("One row for each order".into()),
        columns: vec![
            ColumnFormData { identity: Some(identity), ..column("id", "bigint") },
            ColumnFormData { nullable: Some(false), ..column("total", "numeric(10,2)") },
        ],
        primary_key: Some(KeyFormData { columns: vec!["id".into()], ..KeyFormData::default() }),
        ..TableFormData::default()
    }
}

pub(crate) fn table_update() -> TableUpdateData {
    let column =
        ColumnFormData { name: "note".into(), type_name: "text".into(), ..ColumnFormData::default() };
    TableUpdateData { add_columns: vec![column], ..TableUpdateData::default() }
}

pub(crate) fn privilege() -> Privilege {
    Privilege {
        grantee: Some("report".into()),
        grantor: "app_owner".into(),
        privilege: "SELECT".into(),
        grantable: false,
        column: None,
    }
}

pub(crate) fn table_details() -> TableDetails {
    TableDetails {
        oid: 16_402,
        schema: "public".into(),
        name: "orders".into(),
        kind: TableKind::Table,
        owner: "app_owner".into(),
        description: Some("One row for each order".into()),
        columns: vec![column()],
        primary_key: Some(KeyDetails {
            name: "orders_pkey".into(),
            columns: vec!["id".into()],
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrable: false,
            initially_deferred: false,
            description: None,
            definition: "PRIMARY KEY (id)".into(),
        }),
        unique: Vec::new(),
        checks: Vec::new(),
        exclusions: Vec::new(),
        foreign_keys: Vec::new(),
        referenced_by: Vec::new(),
        indexes: Vec::new(),
        triggers: Vec::new(),
        rules: Vec::new(),
        policies: Vec::new(),
        row_security: false,
        force_row_security: false,
        partition_key: None,
        partition_of: None,
        partitions: Vec::new(),
        partition_count: 0,
        inherits: Vec::new(),
        inherited_by: Vec::new(),
        privileges: Some(vec![privilege()]),
        statistics: None,
        extended_statistics: Vec::new(),
        dependents: vec![dependent()],
        storage: StorageDetails {
            total_bytes: Some(1_912_602_624),
            table_bytes: Some(1_702_887_424),
            indexes_bytes: Some(209_715_200),
            toast_bytes: Some(8_192),
            row_estimate: Some(5_104_332),
            access_method: Some("heap".into()),
            tablespace: None,
            unlogged: false,
            options: Vec::new(),
            replica_identity: Some("default".into()),
        },
        definition: None,
        foreign: None,
        ddl: vec!["CREATE TABLE \"public\".\"orders\" (\n    \"id\" bigint NOT NULL\n)".into()],
    }
}

fn column() -> ColumnDetails {
    ColumnDetails {
        number: 1,
        name: "id".into(),
        type_name: "bigint".into(),
        type_oid: 20,
        base_type: None,
        enum_labels: None,
        nullable: false,
        default: None,
        identity: None,
        sequence: None,
        generated: None,
        generated_virtual: false,
        collation: None,
        local: true,
        storage: ColumnStorage::Plain,
        compression: None,
        statistics_target: None,
        primary_key_position: Some(1),
        description: None,
    }
}

pub(crate) fn index_form() -> IndexFormData {
    let key = IndexKeyFormData { column: Some("total".into()), ..IndexKeyFormData::default() };
    IndexFormData { name: Some("by_total".into()), keys: vec![key], ..IndexFormData::default() }
}

pub(crate) fn view_details() -> TableDetails {
    TableDetails {
        name: "open_orders".into(),
        kind: TableKind::View,
        description: None,
        primary_key: None,
        dependents: Vec::new(),
        definition: Some(" SELECT orders.id\n   FROM orders;".into()),
        ddl: vec![
            "CREATE VIEW \"public\".\"open_orders\" AS\nSELECT orders.id\n   FROM public.orders".into(),
        ],
        ..table_details()
    }
}

pub(crate) fn view_form() -> ViewFormData {
    let query = "SELECT id, total FROM orders WHERE total > 0".into();
    ViewFormData { name: "open_orders".into(), query, ..ViewFormData::default() }
}

pub(crate) fn view_update() -> ViewUpdateData {
    ViewUpdateData { description: Some("Not paid yet".into()), ..ViewUpdateData::default() }
}

pub(crate) fn schema_details() -> SchemaDetails {
    SchemaDetails {
        oid: 16_400,
        name: "sales".into(),
        owner: "app_owner".into(),
        description: None,
        tables: 12,
        sequences: 3,
        functions: 1,
        types: 2,
        privileges: None,
        dependents: vec![dependent()],
        ddl: vec!["CREATE SCHEMA \"sales\" AUTHORIZATION \"app_owner\"".into()],
    }
}

pub(crate) fn schema_form() -> SchemaFormData {
    SchemaFormData { name: "sales".into(), description: Some("Orders and invoices".into()), owner: None }
}

pub(crate) fn schema_update() -> SchemaUpdateData {
    SchemaUpdateData { description: Some("Orders and invoices".into()), ..SchemaUpdateData::default() }
}

pub(crate) fn sequence() -> Sequence {
    Sequence {
        oid: 16_404,
        schema: "public".into(),
        name: "invoice_numbers".into(),
        owner: "app_owner".into(),
        description: None,
        data_type: "bigint".into(),
        start: "1".into(),
        minimum: "1".into(),
        maximum: "9223372036854775807".into(),
        increment: "1".into(),
        cache: "1".into(),
        cycle: false,
        last_value: Some("4711".into()),
        owned_by: None,
        identity: false,
    }
}

pub(crate) fn sequence_details() -> SequenceDetails {
    let ddl = vec!["CREATE SEQUENCE \"public\".\"invoice_numbers\" AS bigint".into()];
    SequenceDetails { sequence: sequence(), privileges: None, dependents: Vec::new(), ddl }
}

pub(crate) fn sequence_form() -> SequenceFormData {
    let numbers = SequenceNumbers { start: Some("1000".into()), ..SequenceNumbers::default() };
    SequenceFormData { name: "invoice_numbers".into(), numbers, ..SequenceFormData::default() }
}

pub(crate) fn sequence_update() -> SequenceUpdateData {
    let numbers = SequenceNumbers { increment: Some("2".into()), ..SequenceNumbers::default() };
    SequenceUpdateData { numbers, ..SequenceUpdateData::default() }
}

pub(crate) fn database_type() -> DatabaseType {
    DatabaseType {
        oid: 16_406,
        schema: "public".into(),
        name: "mood".into(),
        kind: DatabaseTypeKind::Enum,
        owner: "app_owner".into(),
        description: None,
        labels: Some(vec!["sad".into(), "ok".into(), "happy".into()]),
        base_type: None,
    }
}

pub(crate) fn database_type_details() -> TypeDetails {
    TypeDetails {
        summary: database_type(),
        not_null: false,
        default: None,
        collation: None,
        checks: Vec::new(),
        attributes: Vec::new(),
        privileges: None,
        dependents: Vec::new(),
        ddl: vec!["CREATE TYPE \"public\".\"mood\" AS ENUM ('sad', 'ok', 'happy')".into()],
    }
}

pub(crate) fn enum_form() -> EnumFormData {
    let labels = vec!["sad".into(), "ok".into(), "happy".into()];
    EnumFormData { name: "mood".into(), labels, ..EnumFormData::default() }
}

pub(crate) fn database_type_update() -> TypeUpdateData {
    let label = NewLabel { label: "angry".into(), before: Some("sad".into()), after: None };
    TypeUpdateData { add_labels: vec![label], ..TypeUpdateData::default() }
}

pub(crate) fn function() -> DatabaseFunction {
    DatabaseFunction {
        oid: 16_410,
        schema: "public".into(),
        name: "total_of".into(),
        kind: FunctionKind::Function,
        arguments: "customer bigint".into(),
        result: Some("numeric".into()),
        language: "sql".into(),
        owner: "app_owner".into(),
        description: None,
        security_definer: false,
        volatility: Volatility::Stable,
        trigger: false,
    }
}

pub(crate) fn function_details() -> FunctionDetails {
    FunctionDetails {
        function: function(),
        strict: false,
        parallel: "safe".into(),
        leakproof: false,
        cost: "100".into(),
        rows: "0".into(),
        settings: Vec::new(),
        source: Some("SELECT sum(total) FROM public.orders WHERE customer = $1".into()),
        privileges: None,
        dependents: Vec::new(),
        ddl: vec!["CREATE OR REPLACE FUNCTION public.total_of(customer bigint) …".into()],
    }
}

pub(crate) fn extension() -> Extension {
    Extension {
        name: "pg_trgm".into(),
        version: Some("1.6".into()),
        default_version: Some("1.6".into()),
        schema: Some("public".into()),
        owner: Some("postgres".into()),
        description: Some("text similarity measurement and index searching based on trigrams".into()),
    }
}

pub(crate) fn extension_details() -> ExtensionDetails {
    let member = Dependent {
        kind: "function".into(),
        schema: Some("public".into()),
        name: None,
        identity: "public.similarity(text,text)".into(),
    };
    ExtensionDetails {
        extension: extension(),
        relocatable: true,
        versions: vec!["1.5".into(), "1.6".into()],
        requires: Vec::new(),
        members: vec![member],
        dependents: Vec::new(),
    }
}

pub(crate) fn extension_form() -> ExtensionFormData {
    ExtensionFormData { name: "pg_trgm".into(), ..ExtensionFormData::default() }
}

pub(crate) fn extension_update() -> ExtensionUpdateData {
    ExtensionUpdateData { version: Some("1.6".into()), schema: None }
}

pub(crate) fn trigger() -> Trigger {
    let definition = "CREATE TRIGGER orders_audit AFTER UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION \
                      public.write_audit()";
    Trigger {
        schema: "public".into(),
        table: "orders".into(),
        trigger: TriggerDetails {
            name: "orders_audit".into(),
            enabled: TriggerEnabled::Origin,
            function: "public.write_audit()".into(),
            inherited: false,
            description: None,
            definition: definition.into(),
        },
    }
}
