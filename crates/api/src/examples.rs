//! Examples for the reference. They are values of the real types, and so are always valid.

pub(crate) mod structure;

use howdah_types::accounts::{Account, AccountFormData, AccountUpdateData};
use howdah_types::audit::{AuditRecord, Outcome};
use howdah_types::databases::{
    Connection, Database, DatabaseCopyData, DatabaseFormData, DatabaseOptions, DatabaseUpdateData,
    LocaleProvider, Preview,
};
use howdah_types::jobs::{Job, JobLogLine, JobState, LogLevel};
use howdah_types::permissions::{Permission, PermissionSet, PermissionSetInfo};
use howdah_types::rows::{Cell, Column, RowsPage, TruncatedCell};
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
    };
    RowsPage {
        columns: vec![column("id", "bigint", 20, 1, true), column("note", "text", 25, 2, false)],
        rows: vec![vec![Some("1".into()), Some("Long text …".into())], vec![Some("2".into()), None]],
        addresses: vec![Some("(0,1)".into()), Some("(0,2)".into())],
        truncated: vec![TruncatedCell { row: 0, column: 1, bytes: 40_112 }],
        has_more: true,
        row_estimate: Some(5_104_332),
        time_zone: "Etc/UTC".into(),
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
