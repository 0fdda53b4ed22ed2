//! Examples of uploads, imports and exports.

use howdah_types::exports::{Export, ExportState};
use howdah_types::imports::{
    ImportColumn, ImportData, ImportFormat, ImportKind, ImportMode, ImportReject, ImportReport, Instead,
};
use howdah_types::jobs::{Job, JobState};
use howdah_types::uploads::{PreviewProblem, SourceColumn, Upload, UploadPreview};

use super::{AT, ID, LATER, job};

pub(crate) fn upload() -> Upload {
    Upload {
        id: ID.into(),
        name: "orders.csv".into(),
        bytes: 48_213,
        created_at: AT.into(),
        expires_at: LATER.into(),
    }
}

fn format() -> ImportFormat {
    ImportFormat {
        kind: Some(ImportKind::Csv),
        encoding: Some("utf-8".into()),
        delimiter: Some(",".into()),
        quote: Some("\"".into()),
        header: Some(true),
        null: Some(String::new()),
        skip_lines: Some(0),
    }
}

pub(crate) fn preview() -> UploadPreview {
    let column = |name: &str, type_name: &str, nullable| SourceColumn {
        name: name.into(),
        type_name: type_name.into(),
        nullable,
    };
    UploadPreview {
        format: format(),
        columns: vec![column("id", "integer", false), column("Total", "numeric", true)],
        rows: vec![vec![Some("16".into()), Some("9.50".into())], vec![Some("17".into()), None]],
        problems: vec![PreviewProblem { line: 17, reason: "This row has 3 values, the head has 2.".into() }],
        looked_at: 1000,
        whole: false,
    }
}

pub(crate) fn import() -> ImportData {
    let column = |source: &str, target: &str| ImportColumn {
        source: source.into(),
        target: target.into(),
        when_null: Instead::Keep,
        when_empty: Instead::Null,
        when_missing: Instead::Default,
        trim: false,
    };
    ImportData {
        upload: ID.into(),
        format: format(),
        schema: Some("public".into()),
        table: Some("orders".into()),
        create: None,
        columns: Some(vec![column("id", "id"), column("Total", "total")]),
        mode: ImportMode::Transaction,
        dry_run: false,
        max_rejects: Some(10),
    }
}

pub(crate) fn import_job() -> Job {
    Job { kind: "rows.import".into(), title: "Import orders.csv into public.orders".into(), ..job() }
}

pub(crate) fn report() -> ImportReport {
    ImportReport {
        state: JobState::Succeeded,
        schema: "public".into(),
        table: "orders".into(),
        file: "orders.csv".into(),
        dry_run: false,
        mode: ImportMode::Transaction,
        rows_read: 1000,
        rows_written: 990,
        rows_accepted: 990,
        rows_rejected: 10,
        rejects_kept: 10,
    }
}

pub(crate) fn reject() -> ImportReject {
    ImportReject {
        number: 1,
        line: 17,
        column: Some("total".into()),
        sqlstate: Some("22P02".into()),
        reason: "invalid input syntax for type numeric: \"a lot\"".into(),
        record: Some("17,a lot".into()),
    }
}

pub(crate) fn export() -> Export {
    Export {
        id: ID.into(),
        state: ExportState::Done,
        schema: "public".into(),
        table: "orders".into(),
        rows: 5104,
        bytes: 482_130,
        neutralised: 0,
        started_at: AT.into(),
        finished_at: Some(LATER.into()),
        error: None,
    }
}
