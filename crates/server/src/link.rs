//! How the store is reached: the bridge between `howdah-store` and `howdah-pg`, which do not know each other.

use anyhow::{Context, bail};
use async_trait::async_trait;
use deadpool_postgres::Pool;
use futures_util::StreamExt;
use howdah_pg::ConnectConfig;
use howdah_pg::ident::Ident;
use howdah_store::{BoxError, Connect};
use tokio::sync::mpsc;
use tokio_postgres::AsyncMessage;

use crate::config::Settings;

/// The store's database where none is named.
pub(crate) const STORE_DATABASE: &str = "howdah";
/// Notifications that wait for the store's listener.
const WAITING: usize = 256;

/// The store's connections.
pub(crate) struct StoreLink {
    config: ConnectConfig,
    pool: Pool,
}

impl StoreLink {
    /// Does not connect.
    pub(crate) fn new(config: &ConnectConfig, size: usize) -> anyhow::Result<Self> {
        let mut config = config.clone();
        config.set_application_name("store");
        let pool = config.pool(size).context("prepare the connections to the store")?;
        Ok(Self { config, pool })
    }
}

#[async_trait]
impl Connect for StoreLink {
    fn pool(&self) -> Pool {
        self.pool.clone()
    }

    async fn listen(&self, channel: &str) -> Result<mpsc::Receiver<String>, BoxError> {
        let mut config = self.config.clone();
        config.set_application_name("listen");
        let (client, mut messages) = config.connect_raw().await?;
        let (sender, receiver) = mpsc::channel(WAITING);
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    message = messages.next() => match message {
                        Some(Ok(AsyncMessage::Notification(notification))) => {
                            if sender.send(notification.payload().to_owned()).await.is_err() {
                                return;
                            }
                        }
                        Some(Ok(_)) => {}
                        Some(Err(error)) => {
                            tracing::debug!(%error, "the listening connection ended");
                            return;
                        }
                        None => return,
                    },
                    () = sender.closed() => return,
                }
            }
        });
        // The client answers only while the messages are polled: by the task.
        let client = match client.batch_execute(&format!("LISTEN {}", Ident(channel))).await {
            Ok(()) => client,
            Err(error) => {
                task.abort();
                return Err(error.into());
            }
        };
        // The connection ends when its client is dropped: it lives as long as the task.
        tokio::spawn(async move {
            let _client = client;
            let _ = task.await;
        });
        Ok(receiver)
    }
}

/// Where the store lies.
pub(crate) fn store_config(
    settings: &Settings,
    managed: Option<&ConnectConfig>,
) -> anyhow::Result<ConnectConfig> {
    match (&settings.store, managed) {
        (Some(store), _) if store.database_given() => Ok(store.clone()),
        (Some(store), _) => Ok(store.with_database(STORE_DATABASE)),
        (None, Some(managed)) => Ok(managed.with_database(STORE_DATABASE)),
        (None, None) => bail!("neither a store nor a server is configured"),
    }
}

/// Whether both lead to the same cluster, by whatever name: initdb gives each a number of its own, and a standby has
/// that of its primary. The store's rows must not be read through the front door of a server that is called by an alias.
pub(crate) async fn same_cluster(one: &ConnectConfig, other: &ConnectConfig) -> anyhow::Result<bool> {
    Ok(one.same_server(other) || system_identifier(one).await? == system_identifier(other).await?)
}

async fn system_identifier(config: &ConnectConfig) -> anyhow::Result<i64> {
    let (client, mut messages) = config.connect_raw().await.context("connect to a server")?;
    let driver = tokio::spawn(async move { while let Some(Ok(_)) = messages.next().await {} });
    let sql = "SELECT system_identifier FROM pg_catalog.pg_control_system()";
    let row = client.query_one(sql, &[]).await.context("ask a server for its identifier");
    driver.abort();
    Ok(row?.try_get(0)?)
}

/// The store listens and prepares statements, which poolers lose: it would seem to work and fail now and then. `config`
/// leads to a database that exists, where the store is to be.
async fn must_be_direct(store: &ConnectConfig, config: &ConnectConfig) -> anyhow::Result<()> {
    if config.is_pooled().await.context("connect to the store")? {
        bail!(
            "the store cannot be kept behind a pooler that shares its connections, as the one at {} does: name the \
             address of a PostgreSQL server itself with HOWDAH_STORE_URL",
            store.address()
        );
    }
    Ok(())
}

/// Makes the store's database if it is missing. `managed` leads to a database of the same server that exists.
pub(crate) async fn ensure_database(store: &ConnectConfig, managed: &ConnectConfig) -> anyhow::Result<()> {
    match store.connect_raw().await {
        Ok(_) => return must_be_direct(store, store).await,
        Err(howdah_pg::Error::DatabaseNotFound(_)) => {}
        Err(error) => {
            // A pooler has its own words for a database that is not there.
            if store.same_server(managed) {
                must_be_direct(store, managed).await?;
            }
            return Err(error).context("connect to the store");
        }
    }
    let name = store.database();
    let hint = || {
        format!(
            "the store's database “{name}” does not exist on {} and could not be made: have it made by a role that may, \
             or name another with HOWDAH_STORE_URL",
            store.address()
        )
    };
    if !store.same_server(managed) {
        bail!("{}", hint());
    }
    must_be_direct(store, managed).await?;
    let (client, mut messages) = managed.connect_raw().await.context("connect to the server")?;
    // The client answers only while the messages are polled.
    let driver = tokio::spawn(async move { while let Some(Ok(_)) = messages.next().await {} });
    // template0 and UTF8: the store keeps any text, whatever the server's default is.
    let sql = format!("CREATE DATABASE {} ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0", Ident(name));
    let result = client.batch_execute(&sql).await;
    driver.abort();
    match result {
        Ok(()) => {
            tracing::info!(database = name, "the store's database was made");
            Ok(())
        }
        // Another Howdah was quicker.
        Err(error) if error.code().is_some_and(|code| matches!(code.code(), "42P04" | "23505")) => Ok(()),
        Err(error) => Err(error).with_context(hint),
    }
}
