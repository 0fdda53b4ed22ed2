//! The store goes away and comes back.

use std::sync::OnceLock;
use std::time::Duration;

use howdah_store::{events, sessions, tokens};
use howdah_testkit::{Cluster, eventually};
use howdah_types::events::EventBody;
use howdah_types::session::TokenFormData;

use crate::accounts::{PASSWORD, administrator};
use crate::kit::{Kit, Running};

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_again_by_itself_when_the_store_is_back() {
    // A cluster of its own: the others need theirs. What was committed has to outlive a crash here.
    static OWN: OnceLock<Cluster> = OnceLock::new();
    let cluster = OWN.get_or_init(|| Cluster::builder().setting("synchronous_commit", "on").start());
    let kit = Kit::on(cluster).await;
    let store = kit.process();
    store.migrate().await.unwrap();
    administrator(&store).await;
    let _running = Running::start(&store).await;
    let mut receiver = events::subscribe(&store);
    let token =
        tokens::create(&store, "admin", &TokenFormData { name: "t".into(), ..Default::default() }).await;
    let token = token.unwrap().secret;
    assert!(store.ping().await);
    assert!(tokens::by_secret(&store, &token).await.unwrap().is_some());

    cluster.kill();
    eventually("the loss is noticed", 15, async || {
        tokens::by_secret(&store, &token).await.is_err_and(|error| error.is_unavailable()).then_some(())
    })
    .await;
    assert!(!store.ping().await);
    let error = sessions::sign_in(&store, "admin", PASSWORD, None, None).await.unwrap_err();
    assert!(error.is_unavailable(), "{error:?}");
    assert!(std::error::Error::source(&error).is_some());

    cluster.start();
    let reset = tokio::time::timeout(Duration::from_secs(15), receiver.recv()).await.unwrap().unwrap();
    assert_eq!((reset.event.id, &reset.event.body), (None, &EventBody::Reset));
    assert!(tokens::by_secret(&store, &token).await.unwrap().is_some());
    sessions::sign_in(&store, "admin", PASSWORD, None, None).await.unwrap();
    let id = events::publish(&store, &EventBody::DatabasesChanged { names: vec![] }, None).await.unwrap();
    let next = tokio::time::timeout(Duration::from_secs(5), receiver.recv()).await.unwrap().unwrap();
    assert_eq!(next.event.id, Some(id));
}

/// What nobody waits for any more is ended by the server itself.
#[tokio::test(flavor = "multi_thread")]
async fn statements_are_limited_at_the_server() {
    let (_kit, store) = Kit::migrated().await;
    assert!(store.ping().await);
    let client = store.pool().get().await.unwrap();
    let limit: String = client.query_one("SHOW statement_timeout", &[]).await.unwrap().get(0);
    assert_eq!(limit, "20s");
}
