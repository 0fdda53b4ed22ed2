//! The one wrapper around changes: who, from where, what, on what, how it ended and how long it took.

use std::time::Instant;

use howdah_store::Store;
use howdah_store::audit::{self, NewRecord};
use howdah_types::audit::Outcome;
use howdah_types::problem::Code;
use serde_json::Value;

use crate::extract::access::{Grant, SignedGrant};
use crate::extract::actor::{Actor, RequestInfo};
use crate::problem::Failure;

/// Does `work` and records it, whatever the outcome; also when the client goes away in the middle of it.
///
/// The action's name comes from the route. A change is refused before it is made while the store does not answer.
/// What remains: the store can be lost between that question and the record. The change is then done and stands in
/// the log of the process only, as an error with all that the record would have said.
pub(crate) async fn audited<P: Grant, T>(
    actor: &Actor<P>,
    object: Option<&str>,
    detail: Option<Value>,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    Box::pin(audited_rows(actor, object, detail, |_| None, work)).await
}

/// The same for work that changes rows; `rows` says how many.
pub(crate) async fn audited_rows<P: Grant, T>(
    actor: &Actor<P>,
    object: Option<&str>,
    detail: Option<Value>,
    rows: impl Fn(&T) -> Option<u64>,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let info = actor.request();
    let action = info.action.take().unwrap_or("unnamed");
    if !actor.store().ping().await {
        return Err(Failure::of(Code::StoreDown));
    }
    let mut record = record_of(info, action, object.map(str::to_owned));
    record.detail = detail;
    let mut pending = Pending { store: actor.store().clone(), record: Some(record), started: Instant::now() };
    let result = work.await;
    if let Some(mut record) = pending.record.take() {
        record.duration_ms = howdah_types::milliseconds(pending.started.elapsed());
        record.rows = result.as_ref().ok().and_then(rows).and_then(|count| i64::try_from(count).ok());
        match &result {
            // Whoever has just signed in is the one who did it.
            Ok(_) if record.account.is_none() => record.account.clone_from(&record.object),
            Ok(_) => {}
            Err(failure) => fail(&mut record, failure.code()),
        }
        write(&pending.store, record).await;
    }
    result
}

/// The record of work that goes on after its handler has answered. Dropped before its end, it says so.
pub(crate) struct Later(Pending);

impl Later {
    /// Refused while the store does not answer: nothing is done that cannot be recorded.
    pub(crate) async fn begin<P: SignedGrant>(
        actor: &Actor<P>,
        action: &str,
        object: String,
        detail: Value,
    ) -> Result<Self, Failure> {
        if !actor.store().ping().await {
            return Err(Failure::of(Code::StoreDown));
        }
        let mut record = record_of(actor.request(), action, Some(object));
        record.detail = Some(detail);
        Ok(Self(Pending { store: actor.store().clone(), record: Some(record), started: Instant::now() }))
    }

    /// Records the end; without a code it went well.
    pub(crate) async fn end(mut self, rows: u64, code: Option<Code>) {
        let Some(mut record) = self.0.record.take() else { return };
        record.duration_ms = howdah_types::milliseconds(self.0.started.elapsed());
        record.rows = i64::try_from(rows).ok();
        if let Some(code) = code {
            fail(&mut record, code);
        }
        write(&self.0.store, record).await;
    }
}

/// Records a change that was refused before it came to its handler's work: no permission, a body that does not fit.
pub(crate) async fn refused(
    store: &Store,
    info: &RequestInfo,
    action: &str,
    object: Option<String>,
    code: Code,
) {
    let mut record = record_of(info, action, object);
    record.duration_ms = howdah_types::milliseconds(info.started.elapsed());
    fail(&mut record, code);
    write(store, record).await;
}

/// Writes its record when the work is dropped before it ended, since the client went away.
struct Pending {
    store: Store,
    record: Option<NewRecord>,
    started: Instant,
}

impl Drop for Pending {
    fn drop(&mut self) {
        let Some(mut record) = self.record.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        record.duration_ms = howdah_types::milliseconds(self.started.elapsed());
        fail(&mut record, Code::SqlCancelled);
        let store = self.store.clone();
        runtime.spawn(async move { write(&store, record).await });
    }
}

fn record_of(info: &RequestInfo, action: &str, object: Option<String>) -> NewRecord {
    NewRecord {
        account: info.account().map(str::to_owned),
        address: Some(info.address.to_string()),
        action: action.to_owned(),
        object,
        detail: None,
        outcome: Outcome::Done,
        code: None,
        rows: None,
        duration_ms: 0.0,
        request_id: Some(info.id.to_string()),
    }
}

fn fail(record: &mut NewRecord, code: Code) {
    // 4xx: somebody was told no. 5xx and a cancelled statement: it was allowed and did not work.
    let refused = code.status() < 500 && code != Code::SqlCancelled;
    record.outcome = if refused { Outcome::Refused } else { Outcome::Failed };
    record.code = Some(code.as_str().to_owned());
}

async fn write(store: &Store, record: NewRecord) {
    if let Err(error) = audit::append(store, record.clone()).await {
        let error: &dyn std::error::Error = &error;
        tracing::error!(error, ?record, "an audit record could not be written");
    }
}
