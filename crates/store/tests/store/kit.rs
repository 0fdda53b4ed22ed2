//! A store of its own for each test, on the cluster of the test process.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use howdah_store::{BoxError, Connect, Store};
use howdah_testkit::{Cluster, unique};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_postgres::{AsyncMessage, Config, NoTls};

/// The connections that the binary gives the store, without TLS.
struct Plain(Config);

#[async_trait]
impl Connect for Plain {
    fn pool(&self) -> Pool {
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(self.0.clone(), NoTls, config);
        Pool::builder(manager).max_size(8).build().unwrap()
    }

    async fn listen(&self, channel: &str) -> Result<mpsc::Receiver<String>, BoxError> {
        let (client, mut connection) = self.0.connect(NoTls).await?;
        let (sender, receiver) = mpsc::channel(64);
        let (give, given) = tokio::sync::oneshot::channel::<tokio_postgres::Client>();
        tokio::spawn(async move {
            // The connection ends with its client: held here, and given up when nobody listens any more.
            let _given = given;
            loop {
                tokio::select! {
                    () = sender.closed() => return,
                    message = std::future::poll_fn(|context| connection.poll_message(context)) => match message {
                        Some(Ok(AsyncMessage::Notification(notification))) => {
                            let _ = sender.send(notification.payload().to_owned()).await;
                        }
                        Some(Ok(_)) => {}
                        Some(Err(_)) | None => return,
                    },
                }
            }
        });
        client.batch_execute(&format!("LISTEN {channel}")).await?;
        let _ = give.send(client);
        Ok(receiver)
    }
}

/// A store in a new database.
pub(crate) struct Kit {
    pub(crate) cluster: &'static Cluster,
    pub(crate) database: String,
}

impl Kit {
    /// A new database on the shared cluster, not migrated.
    pub(crate) async fn empty() -> Self {
        Self::on(Cluster::shared()).await
    }

    pub(crate) async fn on(cluster: &'static Cluster) -> Self {
        let database = unique("store");
        cluster.execute("postgres", &format!("CREATE DATABASE {database}")).await;
        Self { cluster, database }
    }

    /// A migrated store in a new database.
    pub(crate) async fn migrated() -> (Self, Store) {
        let kit = Self::empty().await;
        let store = kit.process();
        store.migrate().await.unwrap();
        (kit, store)
    }

    /// A handle as another process would have it: nothing is shared but the database.
    pub(crate) fn process(&self) -> Store {
        Store::new(self.connect())
    }

    /// What a [`Store`] is made of.
    pub(crate) fn connect(&self) -> Arc<dyn Connect> {
        let mut config: Config = self.cluster.url(&self.database).parse().unwrap();
        config.connect_timeout(Duration::from_secs(3));
        Arc::new(Plain(config))
    }

    pub(crate) async fn value(&self, sql: &str) -> String {
        self.cluster.value(&self.database, sql).await
    }

    pub(crate) async fn execute(&self, sql: &str) {
        self.cluster.execute(&self.database, sql).await;
    }
}

/// [`Store::run`] in the background, until the value is dropped. Ready when it listens.
pub(crate) struct Running(JoinHandle<()>);

impl Running {
    pub(crate) async fn start(store: &Store) -> Self {
        let mut events = howdah_store::events::subscribe(store);
        let store = store.clone();
        let task = tokio::spawn(async move { store.run(std::future::pending()).await });
        // The first event says that the channel is listened to.
        let first = tokio::time::timeout(Duration::from_secs(10), events.recv()).await.unwrap().unwrap();
        assert_eq!(first.event.body, howdah_types::events::EventBody::Reset);
        Self(task)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}
