//! The log: to standard error, for people or as JSON.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::cli::LogFormat;
use crate::config::Settings;

/// Libraries that tell of each start and stop what Howdah tells in its own words.
const TALKATIVE: &str = "actix_server=warn,refinery_core=warn,deadpool.postgres=error";

/// Starts the log. `quiet` is for commands whose output somebody reads: then only warnings, unless a filter was given.
pub(crate) fn start(settings: &Settings, quiet: bool) {
    let given = settings.lines.iter().any(|line| line.name == "log" && line.origin != "default");
    let filter = match (given, quiet) {
        (true, _) => settings.log.clone(),
        (false, true) => "warn".to_owned(),
        (false, false) => format!("{},{TALKATIVE}", settings.log),
    };
    // The driver tells the parameters of each statement, password hashes among them; nobody gets to see that.
    // And a stranger who speaks bad HTTP is no error of ours.
    let filter = format!("{filter},tokio_postgres=info,actix_http=off");
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let result = match settings.log_format {
        LogFormat::Human => builder.with_ansi(std::io::stderr().is_terminal()).with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if let Err(error) = result {
        crate::say::aside(format!("the log cannot be started: {error}"));
    }
}

/// The configuration, one line each: for people on standard output, for programs into the log.
pub(crate) fn configuration(settings: &Settings) {
    match settings.log_format {
        LogFormat::Human => {
            crate::say::line(format!("Howdah {}", env!("CARGO_PKG_VERSION")));
            settings.lines.iter().for_each(crate::say::line);
        }
        LogFormat::Json => {
            for line in &settings.lines {
                tracing::info!(name = line.name, value = line.value, origin = line.origin, "configuration");
            }
        }
    }
}
