//! What the API works with. Handlers never see it whole: an `Actor` hands out the parts (see `extract::actor`).

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use howdah_jobs::Jobs;
use howdah_pg::Server;
use howdah_store::Store;
use tokio::sync::watch;

use crate::events::streams::Streams;
use crate::export_log::ExportLog;
use crate::metrics::Metrics;
use crate::rate::{Limiter, Rate};
use crate::trace_log::TraceLog;

/// Limits and names that the API keeps to. `Default` is what a single person on one machine wants.
#[derive(Debug, Clone)]
pub struct ApiOptions {
    /// Host names under which Howdah is reached, without port. `localhost` and addresses always work: neither can be
    /// used for DNS rebinding.
    pub allowed_hosts: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Worker threads; `None` means one for each core.
    pub workers: Option<usize>,
    /// The most bytes of a request body.
    pub body_limit: usize,
    /// How long running requests may take to end at a graceful stop.
    pub shutdown_timeout: Duration,
    /// Requests without a valid sign-in, per client address.
    pub anonymous_rate: Rate,
    /// Attempts to sign in, per client address and account (on top of the store's lockout).
    pub sign_in_rate: Rate,
    /// Open event streams per account.
    pub event_streams: usize,
    /// How often the server is asked for changes that other clients made, while somebody listens.
    pub watch_interval: Duration,
}

impl Default for ApiOptions {
    fn default() -> Self {
        Self {
            allowed_hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            workers: None,
            body_limit: 1 << 20,
            shutdown_timeout: Duration::from_secs(10),
            anonymous_rate: Rate { burst: 2000, per_second: 200.0 },
            sign_in_rate: Rate { burst: 20, per_second: 0.5 },
            event_streams: 50,
            watch_interval: Duration::from_secs(2),
        }
    }
}

/// What [`crate::serve`] needs. Cheap to clone; all clones share one state.
#[derive(Clone)]
pub struct Context {
    state: Arc<State>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("options", &self.state.options).finish_non_exhaustive()
    }
}

impl Context {
    /// Puts the parts together; does no IO.
    pub fn new(store: Store, server: Server, jobs: Jobs, options: ApiOptions) -> Self {
        Self { state: Arc::new(State::new(store, server, jobs, options)) }
    }

    /// The store is migrated and the first account, or the link to it, is made: from now on `/api/ready` may say so.
    pub fn begin_service(&self) {
        self.state.in_service.store(true, Ordering::Relaxed);
    }

    /// Ends all event streams and answers further requests with 503 `server.stopping`. Call it before the HTTP
    /// server's handle is told to stop.
    pub fn begin_stop(&self) {
        self.state.stop.send_replace(true);
    }

    pub(crate) fn into_state(self) -> Arc<State> {
        self.state
    }
}

/// Everything that the workers share.
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) server: Server,
    pub(crate) jobs: Jobs,
    pub(crate) options: ApiOptions,
    pub(crate) traces: TraceLog,
    pub(crate) exports: Arc<ExportLog>,
    pub(crate) metrics: Metrics,
    pub(crate) streams: Arc<Streams>,
    pub(crate) anonymous: Limiter<IpAddr>,
    pub(crate) sign_ins: Limiter<(IpAddr, String)>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) in_service: AtomicBool,
}

impl State {
    fn new(store: Store, server: Server, jobs: Jobs, options: ApiOptions) -> Self {
        Self {
            traces: TraceLog::new(2_000, 16 << 20),
            exports: Arc::default(),
            metrics: Metrics::new(),
            streams: Arc::new(Streams::new(options.event_streams)),
            anonymous: Limiter::new(options.anonymous_rate),
            sign_ins: Limiter::new(options.sign_in_rate),
            stop: watch::Sender::new(false),
            in_service: AtomicBool::new(false),
            store,
            server,
            jobs,
            options,
        }
    }
}
