//! The sample database of the private cluster, so that no screen is empty on the first day.

use anyhow::Context;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls};

use crate::cluster::Cluster;
use crate::cluster::layout::write_private;
use crate::failure::chain;

const NAME: &str = "sample";
const PARTS: [&str; 3] = [
    include_str!("sample/1_tables.sql"),
    include_str!("sample/2_rows.sql"),
    include_str!("sample/3_views.sql"),
];

/// Makes the sample database once in the life of a data directory. Without it everything works as well: what goes
/// wrong is logged, and tried again at the next start.
pub(crate) async fn make_once(cluster: &Cluster, wanted: bool) {
    let marker = cluster.layout.sample_marker();
    if marker.exists() {
        return;
    }
    let result = async {
        if wanted {
            make(cluster).await?;
        }
        // Also when it is not wanted: the question is settled at the first start.
        write_private(&marker, if wanted { "made\n" } else { "left out\n" })
    };
    if let Err(error) = result.await {
        tracing::warn!(
            error = chain(&error),
            "the sample database could not be made; Howdah works without it"
        );
    }
}

async fn make(cluster: &Cluster) -> anyhow::Result<()> {
    let begun = std::time::Instant::now();
    let maintenance = connect(cluster, "postgres").await?;
    match maintenance.batch_execute(&format!("CREATE DATABASE {NAME}")).await {
        Ok(()) => {}
        // From a start that was broken off, or somebody's own: filled only if it is empty.
        Err(error) if error.code() == Some(&SqlState::DUPLICATE_DATABASE) => {}
        Err(error) => return Err(error).context("create the sample database"),
    }
    let sample = connect(cluster, NAME).await?;
    if sample.query_one(include_str!("sample/is_empty.sql"), &[]).await?.get(0) {
        fill(&sample).await.context("fill the sample database")?;
        maintenance
            .batch_execute(&format!(
                "COMMENT ON DATABASE {NAME} IS 'An elephant reserve, made by Howdah to look around in'"
            ))
            .await?;
        tracing::info!("the sample database was made in {} ms", begun.elapsed().as_millis());
    }
    Ok(())
}

/// All of it or nothing.
async fn fill(client: &Client) -> anyhow::Result<()> {
    // The zone decides about no row, and literals of dates read the same everywhere.
    client.batch_execute("BEGIN; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'").await?;
    for part in PARTS {
        // A connection that ends here takes the open transaction with it.
        client.batch_execute(part).await?;
    }
    client.batch_execute("COMMIT").await?;
    // Estimates of rows are shown everywhere; the visibility map makes index-only plans worth showing.
    client.batch_execute("VACUUM (ANALYZE)").await?;
    Ok(())
}

async fn connect(cluster: &Cluster, database: &str) -> anyhow::Result<Client> {
    let config = cluster.client_config(database);
    let (client, connection) =
        config.connect(NoTls).await.with_context(|| format!("connect to the database {database}"))?;
    // Ends when the client is dropped.
    tokio::spawn(connection);
    Ok(client)
}
