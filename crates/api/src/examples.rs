//! Examples for the reference. They are values of the real types, and so are always valid.

pub(crate) mod files;
pub(crate) mod structure;

use howdah_types::accounts::{Account, AccountFormData, AccountUpdateData};
use howdah_types::audit::{AuditRecord, Outcome};
use howdah_types::databases::{
    Connection, Database, DatabaseCopyData, DatabaseFormData, DatabaseOptions, DatabaseUpdateData,
    LocaleProvider, Preview,
};
use howdah_types::jobs::{Job, JobLogLine, JobState, LogLevel};
use howdah_types::permissions::{Permission, PermissionSet, PermissionSetInfo};
use howdah_types::row_changes::{
    NewValue, RowChanges, RowDelete, RowImage, RowInsert, RowUpdate, RowUpdated, RowsChanged, RowsDeleteData,
    RowsFormData, RowsUpdateData,
};
use howdah_types::rows::{
    Cell, Column, ColumnTraits, Lookup, LookupRow, Reference, RowKey, RowKeyKind, RowsPage, TruncatedCell,
    TypeKind,
};
use howdah_types::servers::{Server, ServerState};
use howdah_types::session::{
    NewToken, PasswordChangeData, Session, SessionInfo, SetupData, SignInData, Token, TokenFormData,
};
use howdah_types::tables::{DatabaseTable, Schema, TableKind};
use howdah_types::trace::{Statement, Trace};

/// A request id.
pub(crate) const REQUEST_ID: &str = "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f";
/// Any other id.
pub(crate) const ID: &str = "0199b2bf-1c2d-7e3f-8a4b-5c6d7e8f9a0b";
/// The cursor of the table `public.orders`.
pub(crate) const AFTER: &str = "WyJwdWJsaWMiLCJvcmRlcnMiXQ";
/// The cursor behind the row 2.
pub(crate) const CURSOR: &str = "eyJzIjoxLCJiIjpmYWxzZSwidiI6WyIyIl0sIm4iOjB9";
const AT: &str = "2026-01-31T08:15:00.123456Z";
const LATER: &str = "2026-02-01T08:15:00.123456Z";
const PASSWORD: &str = "correct horse battery";

pub(crate) fn database() -> Database {
    Database {
        name: "shop".into(),
        owner: "app_owner".into(),
        description: Some("Orders, stock and customers".into()),
        size_bytes: Some(8_123_456),
        encoding: "UTF8".into(),
        collation: "en_US.UTF-8".into(),
        is_template: false,
        allow_connections: true,
        connection_limit: -1,
        connections: Some(14),
        tablespace: "pg_default".into(),
        protection: None,
    }
}

pub(crate) fn database_form() -> DatabaseFormData {
    DatabaseFormData {
        name: "shop".into(),
        description: Some("Orders, stock and customers".into()),
        encoding: Some("UTF8".into()),
        template: Some("template0".into()),
        ..DatabaseFormData::default()
    }
}

pub(crate) fn database_update() -> DatabaseUpdateData {
    DatabaseUpdateData { description: Some("Orders and stock".into()), ..DatabaseUpdateData::default() }
}

pub(crate) fn database_copy() -> DatabaseCopyData {
    DatabaseCopyData { name: "shop_copy".into(), end_connections: false }
}

pub(crate) fn database_options() -> DatabaseOptions {
    DatabaseOptions {
        owners: vec!["app_owner".into(), "postgres".into()],
        encodings: vec!["UTF8".into(), "LATIN1".into()],
        collations: vec!["C".into(), "en_US.UTF-8".into()],
        icu_locales: vec!["und".into(), "de-DE".into()],
        locale_providers: vec![LocaleProvider::Libc, LocaleProvider::Icu],
        templates: vec!["template0".into(), "template1".into()],
        tablespaces: vec!["pg_default".into()],
        default_owner: "postgres".into(),
        default_encoding: "UTF8".into(),
        default_collation: "en_US.UTF-8".into(),
    }
}

pub(crate) fn preview(statement: &str) -> Preview {
    Preview { statements: vec![statement.into()] }
}

pub(crate) fn connection() -> Connection {
    Connection {
        pid: 4711,
        role: Some("app_owner".into()),
        application_name: Some("shop-web".into()),
        client_address: Some("10.0.0.7".into()),
        state: Some("idle".into()),
        connected_at: Some(AT.into()),
        own: false,
    }
}

pub(crate) fn schema() -> Schema {
    Schema { name: "public".into(), owner: "pg_database_owner".into(), description: None, tables: 12 }
}

pub(crate) fn table() -> DatabaseTable {
    DatabaseTable {
        schema: "public".into(),
        name: "orders".into(),
        kind: TableKind::Table,
        owner: "app_owner".into(),
        description: Some("One row per order".into()),
        row_estimate: Some(5_104_332),
        size_bytes: Some(1_912_602_624),
        partitions: None,
        has_primary_key: true,
    }
}

pub(crate) fn rows() -> RowsPage {
    let column = |name: &str, type_name: &str, type_oid, number, primary_key: bool| Column {
        name: name.into(),
        type_name: type_name.into(),
        type_oid,
        table_oid: Some(16_402),
        attribute_number: Some(number),
        nullable: !primary_key,
        primary_key,
        description: None,
        details: Some(details(type_oid)),
    };
    RowsPage {
        columns: vec![column("id", "bigint", 20, 1, true), column("note", "text", 25, 2, false)],
        rows: vec![vec![Some("1".into()), Some("Long text …".into())], vec![Some("2".into()), None]],
        addresses: vec![Some("16402:(0,1)".into()), Some("16402:(0,2)".into())],
        versions: vec![Some("731".into()), Some("731".into())],
        truncated: vec![TruncatedCell { row: 0, column: 1, bytes: 40_112 }],
        row_key: RowKey { kind: RowKeyKind::PrimaryKey, columns: vec!["id".into()] },
        has_more: true,
        next: Some(CURSOR.into()),
        previous: None,
        row_estimate: Some(5_104_332),
        time_zone: "Etc/UTC".into(),
    }
}

fn details(base_type_oid: u32) -> ColumnTraits {
    ColumnTraits {
        kind: TypeKind::Base,
        base_type_oid,
        element_type_oid: None,
        writable: true,
        sortable: true,
        default: None,
        identity: None,
        generated: false,
        enum_labels: None,
        references: None,
    }
}

fn image(note: Option<&str>, version: &str) -> RowImage {
    RowImage {
        values: vec![Some("1".into()), note.map(Into::into)],
        address: Some("16402:(0,3)".into()),
        version: Some(version.into()),
        truncated: Vec::new(),
    }
}

pub(crate) fn rows_changed() -> RowsChanged {
    let updated = RowUpdated { before: image(None, "731"), after: image(Some("paid"), "744") };
    RowsChanged { columns: rows().columns, updated: 1, updates: vec![updated], ..RowsChanged::default() }
}

pub(crate) fn rows_form() -> RowsFormData {
    let values = [("note".to_owned(), NewValue::Text("new".into()))].into();
    RowsFormData { inserts: vec![RowInsert { values, overriding_system_value: false }] }
}

fn row_update() -> RowUpdate {
    RowUpdate {
        key: [("id".to_owned(), Some("1".to_owned()))].into(),
        was: [("note".to_owned(), None)].into(),
        set: [("note".to_owned(), NewValue::Text("paid".into()))].into(),
        ..RowUpdate::default()
    }
}

pub(crate) fn rows_update() -> RowsUpdateData {
    RowsUpdateData { updates: vec![row_update()], ..RowsUpdateData::default() }
}

pub(crate) fn rows_delete() -> RowsDeleteData {
    let key = [("id".to_owned(), Some("2".to_owned()))].into();
    RowsDeleteData { deletes: vec![RowDelete { key, ..RowDelete::default() }], matching: None }
}

pub(crate) fn row_changes() -> RowChanges {
    RowChanges { updates: vec![row_update()], ..RowChanges::default() }
}

pub(crate) fn lookup() -> Lookup {
    Lookup {
        reference: Reference {
            constraint: "orders_customer_id_fkey".into(),
            columns: vec!["customer_id".into()],
            schema: "public".into(),
            table: "customers".into(),
            referenced: vec!["id".into()],
        },
        labels: vec!["name".into(), "email".into()],
        rows: vec![LookupRow {
            key: vec![Some("17".into())],
            labels: vec![Some("Ada Lovelace".into()), Some("ada@example.com".into())],
        }],
        has_more: false,
    }
}

pub(crate) fn cell() -> Cell {
    Cell { value: Some("Long text, whole".into()) }
}

pub(crate) fn job() -> Job {
    Job {
        id: ID.into(),
        kind: "database.copy".into(),
        title: "Copy shop to shop_copy".into(),
        state: JobState::Running,
        progress: Some(0.4),
        phase: Some("Copying".into()),
        account: "admin".into(),
        database: Some("shop".into()),
        created_at: AT.into(),
        started_at: Some(AT.into()),
        finished_at: None,
        error: None,
    }
}

pub(crate) fn job_log_line() -> JobLogLine {
    JobLogLine { id: 7, at: AT.into(), level: LogLevel::Info, message: "2 connections were ended".into() }
}

pub(crate) fn server() -> Server {
    Server {
        id: "default".into(),
        name: "Private cluster".into(),
        state: ServerState::Up,
        detail: None,
        version: Some("15.18".into()),
        version_number: Some(150_018),
        role: Some("postgres".into()),
        superuser: true,
        private: true,
    }
}

pub(crate) fn setup() -> SetupData {
    SetupData { token: "the-secret-from-the-link".into(), account: "admin".into(), password: PASSWORD.into() }
}

pub(crate) fn sign_in() -> SignInData {
    SignInData { account: "admin".into(), password: PASSWORD.into() }
}

pub(crate) fn session() -> Session {
    Session {
        account: "admin".into(),
        permission_set: PermissionSet::Administrator,
        permissions: Permission::ALL.to_vec(),
        databases: None,
        expires_at: Some(LATER.into()),
    }
}

pub(crate) fn session_info() -> SessionInfo {
    SessionInfo {
        id: ID.into(),
        created_at: AT.into(),
        last_used_at: AT.into(),
        expires_at: LATER.into(),
        address: Some("127.0.0.1".into()),
        user_agent: Some("Mozilla/5.0".into()),
        current: true,
    }
}

pub(crate) fn password_change() -> PasswordChangeData {
    PasswordChangeData { current: PASSWORD.into(), new: "battery staple horse".into() }
}

pub(crate) fn token() -> Token {
    Token {
        id: ID.into(),
        name: "nightly report".into(),
        created_at: AT.into(),
        last_used_at: None,
        expires_at: Some(LATER.into()),
        permissions: Some(vec![Permission::DatabaseRead]),
    }
}

pub(crate) fn token_form() -> TokenFormData {
    TokenFormData {
        name: "nightly report".into(),
        expires_in_days: Some(30),
        permissions: Some(vec![Permission::DatabaseRead]),
    }
}

pub(crate) fn new_token() -> NewToken {
    NewToken { secret: "howdah_…".into(), token: token() }
}

pub(crate) fn account() -> Account {
    Account {
        name: "report".into(),
        permission_set: PermissionSet::Viewer,
        databases: Some(vec!["shop".into()]),
        disabled: false,
        created_at: AT.into(),
        last_sign_in_at: Some(AT.into()),
        locked_until: None,
    }
}

pub(crate) fn account_form() -> AccountFormData {
    AccountFormData {
        name: "report".into(),
        password: PASSWORD.into(),
        permission_set: PermissionSet::Viewer,
        databases: Some(vec!["shop".into()]),
    }
}

pub(crate) fn account_update() -> AccountUpdateData {
    AccountUpdateData { permission_set: Some(PermissionSet::Operator), ..AccountUpdateData::default() }
}

pub(crate) fn permission_set() -> PermissionSetInfo {
    let name = PermissionSet::Viewer;
    PermissionSetInfo { name, permissions: name.permissions().to_vec() }
}

pub(crate) fn audit_record() -> AuditRecord {
    AuditRecord {
        id: 1234,
        at: AT.into(),
        account: Some("admin".into()),
        address: Some("127.0.0.1".into()),
        action: "database.update".into(),
        object: Some("shop".into()),
        detail: Some(serde_json::json!({ "description": "Orders and stock" })),
        outcome: Outcome::Done,
        code: None,
        rows: None,
        duration_ms: 3.2,
        request_id: Some(REQUEST_ID.into()),
    }
}

pub(crate) fn trace() -> Trace {
    Trace {
        request_id: REQUEST_ID.into(),
        method: "GET".into(),
        path: "/api/database".into(),
        status: 200,
        started_at: AT.into(),
        duration_ms: 3.2,
        statements: vec![Statement {
            database: "postgres".into(),
            sql: "SELECT datname FROM pg_catalog.pg_database".into(),
            parameters: vec![],
            duration_ms: 0.8,
            rows: Some(4),
            error: None,
        }],
        dropped: 0,
    }
}
