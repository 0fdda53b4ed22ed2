//! The audit record of a job whose work changes rows, written with its end.

use deadpool_postgres::GenericClient;
use howdah_types::jobs::Job;

use crate::db;
use crate::error::Error;

/// The kind whose end is recorded: its start is too, but what came of it is known only now.
const IMPORT: &str = "rows.import";

/// Records an import that has ended, in the transaction that ends it: rows that stayed in the table, how it ended, and
/// whether it was a try. The request that started it has its own record, `row.import`.
pub(super) async fn record<C: GenericClient>(client: &C, job: &Job) -> Result<(), Error> {
    if job.kind != IMPORT || job.finished_at.is_none() {
        return Ok(());
    }
    let sql = "INSERT INTO howdah.audit (account, action, object, detail, outcome, code, rows, duration_ms)
        SELECT j.account, 'row.imported',
               left(concat(j.input ->> 'database', '/', j.input ->> 'schema', '.', j.input ->> 'table'), 1024),
               jsonb_build_object('job', j.id, 'file', left(j.input ->> 'file', 1024),
                   'dryRun', coalesce((j.input -> 'data' ->> 'dryRun')::boolean, false),
                   'mode', j.input -> 'data' -> 'mode', 'state', j.state, 'rowsRead', coalesce(i.rows_read, 0),
                   'rowsAccepted', coalesce(i.rows_accepted, 0), 'rowsRejected', coalesce(i.rows_rejected, 0)),
               CASE j.state WHEN 'succeeded' THEN 'done' ELSE 'failed' END,
               CASE j.state WHEN 'cancelled' THEN 'postgres.cancelled' END,
               coalesce(i.rows_written, 0),
               extract(epoch FROM j.finished_at - coalesce(j.started_at, j.created_at)) * 1000
        FROM howdah.job AS j LEFT JOIN howdah.import AS i ON i.job = j.id
        WHERE j.id = $1::text::uuid";
    db::execute(client, "writing the audit log", sql, &[&job.id]).await.map(|_| ())
}
