//! The store for commands that end by themselves. They work beside a running server and without one: then the private
//! cluster is started for as long as they need it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use howdah_pg::ConnectConfig;
use howdah_store::Store;

use crate::cluster::Cluster;
use crate::cluster::layout::Layout;
use crate::cluster::lock::Lock;
use crate::config::Settings;
use crate::failure::Failure;
use crate::link::{self, StoreLink};

/// Commands need no more.
const CONNECTIONS: usize = 2;
/// How long a server that has just been started beside us may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What a command needs of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// The store as it is; nothing is made.
    Existing,
    /// Cluster and database are made if they are missing, and the schema is brought to this version.
    Migrated,
}

/// Opens the store, lets `work` use it, and closes everything again.
pub(crate) async fn with_store<T>(
    settings: &Settings,
    need: Need,
    work: impl AsyncFnOnce(&Store) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut cluster = own_cluster(settings, need).await?;
    let result = async {
        let managed = match &mut cluster {
            Some(cluster) => {
                cluster.start().await?;
                Some(cluster.connect_config()?)
            }
            None => managed(settings).await?,
        };
        let config = link::store_config(settings, managed.as_ref())?;
        if need == Need::Migrated {
            link::ensure_database(&config, managed.as_ref().unwrap_or(&config)).await?;
        }
        let store = Store::new(Arc::new(StoreLink::new(&config, CONNECTIONS)?));
        if need == Need::Migrated {
            store.migrate().await.context("bring the store to this version")?;
        }
        work(&store).await
    };
    let result = result.await;
    if let Some(cluster) = cluster {
        cluster.stop(settings.shutdown_timeout, std::future::pending()).await;
    }
    result
}

/// The private cluster, if this command has to start it.
async fn own_cluster(settings: &Settings, need: Need) -> Result<Option<Cluster>, Failure> {
    if settings.database.is_some() || (settings.store.is_some() && need == Need::Existing) {
        return Ok(None);
    }
    let layout = Layout { root: settings.data_dir.clone() };
    if need == Need::Existing && !layout.cluster().exists() {
        return Err(Failure::usage_text(format!(
            "there is no private cluster in {}: name the place with --data-dir, or the server with HOWDAH_DATABASE_URL",
            layout.root.display()
        )));
    }
    // Only a look: the lock goes at once, and the cluster takes it for itself.
    let busy = layout.lock().exists() && Lock::try_take(&layout.lock())?.is_err();
    if busy { Ok(None) } else { Cluster::prepare(settings).await.map(Some) }
}

/// The managed server beside which this command works.
async fn managed(settings: &Settings) -> anyhow::Result<Option<ConnectConfig>> {
    if let Some(database) = &settings.database {
        return Ok(Some(database.clone()));
    }
    if settings.store.is_some() {
        return Ok(None);
    }
    let begun = std::time::Instant::now();
    loop {
        let attempt = async {
            let config = Cluster::beside(settings)?;
            config.connect_raw().await?;
            anyhow::Ok(config)
        };
        match attempt.await {
            Ok(config) => return Ok(Some(config)),
            // The other process may have begun a moment ago.
            Err(error) if begun.elapsed() > PATIENCE => {
                return Err(anyhow!(error)
                    .context("reach the private cluster of the Howdah that runs in this data directory"));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(250)).await,
        }
    }
}
