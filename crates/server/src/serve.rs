//! `howdah serve`: starts everything, keeps it going, stops it in order.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use howdah_api::{ApiOptions, Context};
use howdah_jobs::{Jobs, JobsOptions};
use howdah_pg::{ConnectConfig, Server, ServerOptions};
use howdah_store::Store;
use tokio::sync::watch;

use crate::cluster::Cluster;
use crate::config::Settings;
use crate::failure::{Failure, chain};
use crate::first_run::{self, AdminPassword};
use crate::link::{self, StoreLink};
use crate::stop::Stop;
use crate::{sample, say};

/// The longest wait between two tries to reach the store.
const BACK_OFF_MAX: Duration = Duration::from_secs(15);

/// Runs until a signal asks to stop, or something fatal happens.
pub(crate) async fn run(settings: &Settings) -> Result<(), Failure> {
    let password = first_run::admin_password()?;
    let stop = Stop::listen()?;
    let mut cluster = None;
    if settings.database.is_none() {
        cluster = tokio::select! {
            prepared = Cluster::prepare(settings) => Some(prepared?),
            () = stop.requested() => return Ok(()),
        };
    }
    let listener = bind(settings.listen)?;
    let result = with_cluster(settings, listener, cluster.as_mut(), password, &stop).await;
    if let Some(cluster) = cluster {
        cluster.stop(settings.shutdown_timeout, stop.insisted()).await;
    }
    result
}

async fn with_cluster(
    settings: &Settings,
    listener: TcpListener,
    mut cluster: Option<&mut Cluster>,
    password: Option<AdminPassword>,
    stop: &Stop,
) -> Result<(), Failure> {
    if let Some(cluster) = cluster.as_deref_mut() {
        let ready = async {
            cluster.start().await?;
            sample::make_once(cluster, settings.sample).await;
            anyhow::Ok(())
        };
        tokio::select! {
            started = ready => started?,
            () = stop.requested() => return Ok(()),
        }
    }
    let app = App::new(settings, cluster.as_deref())?;
    let address = listener.local_addr().context("ask for the listening address")?;
    if let Some(cluster) = cluster.as_deref_mut() {
        cluster.describe(&format!(
            "process {}, {}",
            std::process::id(),
            first_run::app_address(settings, address)
        ));
    }
    app.run(settings, listener, address, cluster, password, stop).await
}

fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    // The standard library sets SO_REUSEADDR, so that a restart does not wait for old connections.
    TcpListener::bind(address).map_err(|error| {
        let what = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("{address} is taken by another program: choose another address with --listen")
            }
            std::io::ErrorKind::PermissionDenied => {
                format!("this account may not listen on {address}: choose a port from 1024 on with --listen")
            }
            std::io::ErrorKind::AddrNotAvailable => format!(
                "{address} is not an address of this machine: choose one with --listen, or 0.0.0.0 for all"
            ),
            _ => format!("listen on {address}"),
        };
        Failure::usage(anyhow!(error).context(what))
    })
}

/// The parts, wired.
struct App {
    store: Store,
    store_config: ConnectConfig,
    managed: ConnectConfig,
    server: Server,
    jobs: Jobs,
    context: Context,
    shutdown_timeout: Duration,
}

impl App {
    fn new(settings: &Settings, cluster: Option<&Cluster>) -> anyhow::Result<Self> {
        let managed = match (cluster, &settings.database) {
            (Some(cluster), _) => cluster.connect_config()?,
            (None, Some(database)) => database.clone(),
            (None, None) => return Err(anyhow!("there is neither a private cluster nor a server")),
        };
        let store_config = link::store_config(settings, Some(&managed))?;
        let private = cluster.is_some();
        let server = Server::new(ServerOptions {
            id: "default".to_owned(),
            name: if private { "Private cluster".to_owned() } else { managed.address() },
            private,
            config: managed.clone(),
            pool_size: settings.pool_size,
            statement_timeout: settings.statement_timeout,
            acquire_timeout: settings.acquire_timeout,
            // Until it is known to lie elsewhere; the same server can be called by many names.
            store_database: Some(store_config.database().to_owned()),
        })
        .context("prepare the connections to the server")?;
        let store = Store::new(Arc::new(StoreLink::new(&store_config, settings.store_pool_size)?));
        let options = JobsOptions { workers: settings.job_workers, ..JobsOptions::default() };
        let jobs = Jobs::new(store.clone(), server.clone(), options);
        let options = ApiOptions {
            allowed_hosts: allowed_hosts(settings),
            trusted_proxies: settings.trusted_proxies.clone(),
            workers: Some(settings.workers),
            shutdown_timeout: settings.shutdown_timeout,
            ..ApiOptions::default()
        };
        let context = Context::new(store.clone(), server.clone(), jobs.clone(), options);
        Ok(Self {
            store,
            store_config,
            managed,
            server,
            jobs,
            context,
            shutdown_timeout: settings.shutdown_timeout,
        })
    }

    async fn run(
        self,
        settings: &Settings,
        listener: TcpListener,
        address: SocketAddr,
        cluster: Option<&mut Cluster>,
        password: Option<AdminPassword>,
        stop: &Stop,
    ) -> Result<(), Failure> {
        let http = howdah_api::serve(listener, self.context.clone()).context("start the HTTP server")?;
        let handle = http.handle();
        let mut http = tokio::spawn(http);
        say::line(format!("Howdah listens on http://{address}"));

        let (background, ended) = watch::channel(false);
        let monitor = tokio::spawn({
            let (server, ended) = (self.server.clone(), until(ended.clone()));
            async move { server.monitor(ended).await }
        });
        let app_address = first_run::app_address(settings, address);
        let mut work = tokio::spawn(self.work(password, app_address, stop.clone(), ended));

        let supervised = async {
            match cluster {
                Some(cluster) => cluster.supervise(stop.requested()).await,
                None => stop.requested().await,
            }
        };
        let result = tokio::select! {
            () = supervised => Ok(()),
            ended = &mut http => Err(Failure::from(http_failure(ended))),
            ended = &mut work => work_ended(ended, stop).await,
        };
        stop.ask();

        let graceful = async {
            // Event streams end first: they would use up the time of those who only need a moment.
            self.context.begin_stop();
            let _ = tokio::time::timeout(self.shutdown_timeout, handle.stop(true)).await;
            // Jobs are handed back after the last request that could start one.
            background.send_replace(true);
            if !work.is_finished() {
                let _ =
                    tokio::time::timeout(self.shutdown_timeout.max(Duration::from_secs(11)), &mut work).await;
            }
            let _ = tokio::time::timeout(Duration::from_secs(1), monitor).await;
        };
        tokio::select! {
            () = graceful => tracing::info!("stopped"),
            () = stop.insisted() => tracing::warn!("stopped at once; jobs that were running are marked interrupted later"),
        }
        self.server.close();
        result
    }

    /// Waits for the store, then works with it until `ended`.
    fn work(
        &self,
        password: Option<AdminPassword>,
        address: String,
        stop: Stop,
        ended: watch::Receiver<bool>,
    ) -> impl Future<Output = Result<(), Failure>> + Send + 'static {
        let (store, jobs, context) = (self.store.clone(), self.jobs.clone(), self.context.clone());
        let managed_server = self.server.clone();
        let server = self.server.subscribe();
        let (store_config, managed) = (self.store_config.clone(), self.managed.clone());
        async move {
            let ready = bring_up(&store, &store_config, &managed, password.as_ref(), &address, server);
            tokio::select! {
                ready = ready => ready?,
                () = stop.requested() => return Ok(()),
            }
            context.begin_service();
            let locate = locate_store(&managed_server, &store_config, &managed);
            // The store goes on listening while jobs are handed back.
            let (jobs_done, store_may_end) = watch::channel(false);
            let run_jobs = async {
                jobs.run(until(ended)).await;
                jobs_done.send_replace(true);
            };
            let work = async { tokio::join!(run_jobs, store.run(until(store_may_end))) };
            let mut work = std::pin::pin!(work);
            tokio::select! {
                _ = &mut work => return Ok(()),
                () = locate => {}
            }
            work.await;
            Ok(())
        }
    }
}

/// Makes the store ready, however long that takes. Only a store that this program must not touch is fatal.
async fn bring_up(
    store: &Store,
    store_config: &ConnectConfig,
    managed: &ConnectConfig,
    password: Option<&AdminPassword>,
    address: &str,
    mut server: watch::Receiver<howdah_types::servers::Server>,
) -> Result<(), Failure> {
    let mut said = String::new();
    let mut pause = Duration::from_millis(200);
    loop {
        let attempt = async {
            link::ensure_database(store_config, managed).await?;
            store.migrate().await.context("bring the store to this version")?;
            first_run::welcome(store, password, address).await
        };
        let Err(error) = attempt.await else { return Ok(()) };
        if let Some(newer @ howdah_store::Error::Newer { .. }) = error.downcast_ref() {
            return Err(Failure::usage(newer.clone()));
        }
        let error = chain(&error);
        // Said once: what stays the same would only fill the log.
        if error == said {
            tracing::debug!(error, retry_in = ?pause, "the store is still not ready");
        } else {
            tracing::warn!(error, "the store is not ready; Howdah tries again by itself");
            said = error;
        }
        // A server that comes back is most likely the store's as well.
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            Ok(()) = server.changed() => {}
        }
        pause = (pause * 2).min(BACK_OFF_MAX);
    }
}

/// Finds out whether the store lies on the managed server, and if not, takes the protection off that was for its name.
async fn locate_store(server: &Server, store: &ConnectConfig, managed: &ConnectConfig) {
    loop {
        match link::same_cluster(store, managed).await {
            Ok(true) => return,
            Ok(false) => return server.store_is_elsewhere(),
            Err(error) => tracing::debug!(error = chain(&error), "cannot tell yet where the store lies"),
        }
        tokio::time::sleep(BACK_OFF_MAX).await;
    }
}

/// Ready once the value is true or nobody can set it any more.
async fn until(mut flag: watch::Receiver<bool>) {
    let _ = flag.wait_for(|set| *set).await;
}

fn http_failure(ended: Result<std::io::Result<()>, tokio::task::JoinError>) -> anyhow::Error {
    match ended {
        Ok(Ok(())) => anyhow!("the HTTP server ended by itself"),
        Ok(Err(error)) => anyhow!(error).context("the HTTP server failed"),
        Err(error) => anyhow!(error).context("the HTTP server failed"),
    }
}

/// The work in the background ends by itself only when a stop was asked for.
async fn work_ended(
    ended: Result<Result<(), Failure>, tokio::task::JoinError>,
    stop: &Stop,
) -> Result<(), Failure> {
    ended.map_err(|error| anyhow!(error).context("the work in the background failed"))??;
    stop.requested().await;
    Ok(())
}

/// Host names for the check against DNS rebinding, without ports.
fn allowed_hosts(settings: &Settings) -> Vec<String> {
    let public = settings.public_url.iter().map(|url| url.host.0.clone());
    settings.allowed_hosts.iter().cloned().chain(public).map(|host| without_port(&host).to_owned()).collect()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, _)) if !name.contains(':') || name.ends_with(']') => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::without_port;

    #[test]
    fn hosts_lose_their_port_only() {
        for (host, name) in [
            ("a.example", "a.example"),
            ("a.example:8443", "a.example"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(without_port(host), name);
        }
    }
}
