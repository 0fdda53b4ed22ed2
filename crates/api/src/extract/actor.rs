//! Who asks, and the only way to data.

use std::cell::{Cell, OnceCell};
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use howdah_jobs::Jobs;
use howdah_pg::{Server, Trace};
use howdah_store::{Principal, Store};
use howdah_types::permissions::Permission;
use howdah_types::problem::Code;
use uuid::Uuid;

use crate::context::State;
use crate::export_log::ExportLog;
use crate::extract::access::{Access, Grant, SignedGrant};
use crate::metrics::Metrics;
use crate::problem::{self, Failure};
use crate::trace_log::TraceLog;

/// What is known about a request from its first moment on. The front makes it, the gate completes it.
pub(crate) struct RequestInfo {
    pub(crate) id: Uuid,
    pub(crate) method: Method,
    pub(crate) address: IpAddr,
    pub(crate) user_agent: Option<String>,
    pub(crate) started: Instant,
    pub(crate) trace: Trace,
    /// The pattern of the route, for metrics.
    pub(crate) route: Cell<&'static str>,
    /// What the audit log calls this operation; None for one that changes nothing.
    pub(crate) action: Cell<Option<&'static str>>,
    /// Set once the gate has let it through.
    granted: OnceCell<Granted>,
}

struct Granted {
    access: Access,
    state: Arc<State>,
    who: Option<(Arc<Principal>, Credential)>,
}

/// What a request showed to prove who it is.
#[derive(Clone)]
pub(crate) enum Credential {
    Session(String),
    Token(String),
}

impl RequestInfo {
    pub(crate) fn new(method: Method, address: IpAddr, user_agent: Option<String>) -> Self {
        Self {
            id: Uuid::now_v7(),
            method,
            address,
            user_agent,
            started: Instant::now(),
            trace: Trace::new(),
            route: Cell::new("other"),
            action: Cell::new(None),
            granted: OnceCell::new(),
        }
    }

    /// The gate's decision. Only the first one counts.
    pub(crate) fn grant(&self, access: Access, state: Arc<State>, who: Option<(Arc<Principal>, Credential)>) {
        let _ = self.granted.set(Granted { access, state, who });
    }

    /// The account that is signed in, once the gate knows it.
    pub(crate) fn account(&self) -> Option<&str> {
        self.who().map(|principal| principal.account.as_str())
    }

    /// Its id.
    pub(crate) fn account_id(&self) -> Option<&str> {
        self.who().map(|principal| principal.account_id.as_str())
    }

    fn who(&self) -> Option<&Principal> {
        self.granted.get()?.who.as_ref().map(|(principal, _)| &**principal)
    }
}

/// The info that the front left in the request.
pub(crate) fn info(request: &HttpRequest) -> Result<Rc<RequestInfo>, Failure> {
    let info = request.extensions().get::<Rc<RequestInfo>>().cloned();
    info.ok_or_else(|| Failure::internal("a request has not come through the front"))
}

/// Who asks, checked against the permission `P`. Hands out server, store and jobs: nothing else does.
pub(crate) struct Actor<P: Grant> {
    who: P::Who,
    request: Rc<RequestInfo>,
    state: Arc<State>,
    credential: Option<Credential>,
}

impl<P: Grant> Actor<P> {
    pub(crate) fn request(&self) -> &Rc<RequestInfo> {
        &self.request
    }

    pub(crate) fn server(&self) -> &Server {
        &self.state.server
    }

    pub(crate) fn trace(&self) -> &Trace {
        &self.request.trace
    }

    pub(crate) fn store(&self) -> &Store {
        &self.state.store
    }

    pub(crate) fn jobs(&self) -> &Jobs {
        &self.state.jobs
    }

    /// This request only looks, whatever its method: nothing for the audit log.
    pub(crate) fn changes_nothing(&self) {
        self.request.action.set(None);
    }

    /// The store is set up: see [`crate::Context::begin_service`].
    pub(crate) fn in_service(&self) -> bool {
        self.state.in_service.load(std::sync::atomic::Ordering::Relaxed)
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.state.metrics
    }

    /// One attempt to sign in as `account` from this address: refused when there were too many.
    pub(crate) fn count_sign_in(&self, account: &str) -> Result<(), Failure> {
        let key = (self.request.address, account.to_owned());
        self.state.sign_ins.take(key).map_err(Failure::too_many)
    }

    /// The page for Prometheus.
    pub(crate) fn metrics_text(&self) -> Result<String, Failure> {
        let State { metrics, server, store, jobs, streams, .. } = self.state.as_ref();
        metrics.set_streams(streams.total());
        metrics.text(server, store, jobs)
    }
}

impl<P: SignedGrant> Actor<P> {
    pub(crate) fn who(&self) -> &Principal {
        &self.who
    }

    pub(crate) fn account(&self) -> &str {
        &self.who.account
    }

    /// Another account may have the name of one that is gone, not its id.
    pub(crate) fn account_id(&self) -> &str {
        &self.who.account_id
    }

    pub(crate) fn traces(&self) -> &TraceLog {
        &self.state.traces
    }

    /// Refuses tokens, for what would let a token outgrow itself.
    pub(crate) fn signed_in_by_password(&self) -> Result<(), Failure> {
        if self.who.session_id().is_some() {
            return Ok(());
        }
        Err(Failure::new(
            Code::Forbidden,
            "An API token cannot do this; sign in with the account’s password.",
        ))
    }

    pub(crate) fn exports(&self) -> Arc<ExportLog> {
        self.state.exports.clone()
    }

    /// What an event stream needs to live on after the handler has answered.
    pub(crate) fn listener(&self) -> Option<(Arc<State>, Arc<Principal>, Credential)> {
        Some((self.state.clone(), self.who.clone(), self.credential.clone()?))
    }

    /// The account may see this database.
    pub(crate) fn sees(&self, database: &str) -> bool {
        sees(&self.who, Some(database))
    }

    /// Refuses what needs a further permission.
    pub(crate) fn needs(&self, permission: Permission) -> Result<(), Failure> {
        if self.who.may(permission) {
            return Ok(());
        }
        Err(Failure::new(Code::Forbidden, format!("This needs the permission {}.", permission.as_str())))
    }

    /// A database that the account may not see is no template for it either, in the words of one that is not there.
    pub(crate) fn may_copy(&self, template: &str) -> Result<(), Failure> {
        if self.sees(template) {
            return Ok(());
        }
        Err(problem::missing("template", &howdah_pg::Error::DatabaseNotFound(template.to_owned())))
    }

    /// Refuses a name outside of the account's databases, for what is to be made there.
    pub(crate) fn may_make(&self, database: &str) -> Result<(), Failure> {
        if self.sees(database) {
            return Ok(());
        }
        let detail =
            format!("Your account is limited to certain databases, and “{database}” is not one of them.");
        Err(Failure::new(Code::Forbidden, detail))
    }
}

/// Whether `who` may see what belongs to `database`; what belongs to none is seen by those without a limit only.
pub(crate) fn sees(who: &Principal, database: Option<&str>) -> bool {
    match (&who.databases, database) {
        (None, _) => true,
        (Some(list), Some(name)) => list.iter().any(|one| one == name),
        (Some(_), None) => false,
    }
}

impl<P: Grant> FromRequest for Actor<P> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(info(request).and_then(extract))
    }
}

fn extract<P: Grant>(request: Rc<RequestInfo>) -> Result<Actor<P>, Failure> {
    let Some(granted) = request.granted.get() else {
        return Err(Failure::internal("a handler was reached without passing the gate"));
    };
    if granted.access != P::ACCESS {
        return Err(Failure::internal("a handler asks for another permission than its route declares"));
    }
    let (principal, credential) = match &granted.who {
        Some((principal, credential)) => (Some(principal.clone()), Some(credential.clone())),
        None => (None, None),
    };
    let state = granted.state.clone();
    let who = P::who(principal).ok_or_else(|| Failure::of(Code::SignInRequired))?;
    Ok(Actor { who, request, state, credential })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::access::{Anyone, SignedIn};

    #[test]
    fn without_the_gate_there_is_no_actor() {
        let request = Rc::new(RequestInfo::new(Method::GET, IpAddr::from([127, 0, 0, 1]), None));
        assert!(extract::<Anyone>(request.clone()).is_err());
        assert!(extract::<SignedIn>(request).is_err());
    }
}
