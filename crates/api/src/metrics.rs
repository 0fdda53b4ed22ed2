//! Figures for Prometheus.

use std::sync::PoisonError;
use std::sync::RwLock;
use std::time::Duration;

use actix_web::http::Method;
use howdah_jobs::Jobs;
use howdah_pg::Server;
use howdah_store::Store;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::problem::Failure;

/// The text format of `OpenMetrics`.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the histogram's buckets in seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];

// Labels are static texts: counting a request allocates nothing.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct PoolLabels {
    database: String,
    state: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct JobLabels {
    state: &'static str,
}

type Durations = Family<RouteLabels, Histogram, fn() -> Histogram>;

/// What is counted.
pub(crate) struct Metrics {
    registry: RwLock<Registry>,
    requests: Family<RequestLabels, Counter>,
    durations: Durations,
    sign_in_failures: Counter,
    streams: Gauge,
    pools: Family<PoolLabels, Gauge>,
    jobs: Family<JobLabels, Gauge>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let metrics = Self {
            registry: RwLock::new(Registry::with_prefix("howdah")),
            requests: Family::default(),
            durations: Family::new_with_constructor(histogram),
            sign_in_failures: Counter::default(),
            streams: Gauge::default(),
            pools: Family::default(),
            jobs: Family::default(),
        };
        {
            let mut registry = metrics.registry.write().unwrap_or_else(PoisonError::into_inner);
            registry.register("http_requests", "Requests answered", metrics.requests.clone());
            registry.register(
                "http_request_duration_seconds",
                "Time to the answer’s head",
                metrics.durations.clone(),
            );
            registry.register("sign_in_failures", "Refused sign-ins", metrics.sign_in_failures.clone());
            registry.register("event_streams", "Open event streams", metrics.streams.clone());
            registry.register("pool_connections", "Connections to databases", metrics.pools.clone());
            registry.register(
                "jobs",
                "Jobs that wait and run, and those that have ended since the start of this process",
                metrics.jobs.clone(),
            );
        }
        metrics
    }

    /// Counts an answered request.
    pub(crate) fn count(&self, method: &Method, route: &'static str, status: u16, took: Duration) {
        let labels = RequestLabels { method: method_label(method), route, status: status_class(status) };
        self.requests.get_or_create(&labels).inc();
        self.durations.get_or_create(&RouteLabels { route }).observe(took.as_secs_f64());
    }

    pub(crate) fn sign_in_failed(&self) {
        self.sign_in_failures.inc();
    }

    pub(crate) fn set_streams(&self, open: usize) {
        self.streams.set(i64::try_from(open).unwrap_or(i64::MAX));
    }

    /// The page; the gauges are read now.
    pub(crate) fn text(&self, server: &Server, store: &Store, jobs: &Jobs) -> Result<String, Failure> {
        self.read_pools(server, store);
        let howdah_jobs::Counts { queued, running, succeeded, failed, cancelled, interrupted } =
            jobs.counts();
        let ended = [
            ("succeeded", succeeded),
            ("failed", failed),
            ("cancelled", cancelled),
            ("interrupted", interrupted),
        ];
        for (state, count) in [("queued", queued), ("running", running)].into_iter().chain(ended) {
            self.jobs.get_or_create(&JobLabels { state }).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        let registry = self.registry.read().unwrap_or_else(PoisonError::into_inner);
        encode(&mut text, &registry).map_err(|error| Failure::internal(error.to_string()))?;
        Ok(text)
    }

    fn read_pools(&self, server: &Server, store: &Store) {
        // Pools come and go with their databases.
        self.pools.clear();
        let set = |database: &str, state: &'static str, count: usize| {
            let labels = PoolLabels { database: database.to_owned(), state };
            self.pools.get_or_create(&labels).set(i64::try_from(count).unwrap_or(i64::MAX));
        };
        for pool in server.pool_status() {
            set(&pool.database, "open", pool.size);
            set(&pool.database, "idle", pool.available);
            set(&pool.database, "waiting", pool.waiting);
        }
        let status = store.pool().status();
        set("(store)", "open", status.size);
        set("(store)", "idle", status.available);
        set("(store)", "waiting", status.waiting);
    }
}

/// Methods of our routes; others could be any text.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn status_class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_class() {
        let metrics = Metrics::new();
        metrics.count(&Method::GET, "/api/database", 200, Duration::from_millis(2));
        metrics.count(&Method::GET, "/api/database", 204, Duration::from_millis(2));
        let mut text = String::new();
        encode(&mut text, &metrics.registry.read().unwrap()).unwrap();
        let line = "howdah_http_requests_total{method=\"GET\",route=\"/api/database\",status=\"2xx\"} 2";
        assert!(text.contains(line), "{text}");
        assert!(text.contains(
            "howdah_http_request_duration_seconds_bucket{le=\"0.0025\",route=\"/api/database\"} 2"
        ));
    }
}
