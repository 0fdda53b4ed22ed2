//! The private cluster's settings. They stand in a file of their own that is written anew at each start, so that the
//! data directory may be moved, and so that `ALTER SYSTEM` still has the last word.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;

use super::account::Runner;
use super::layout::{Endpoint, write_private};
use super::programs::Programs;

const FILE: &str = "howdah.conf";

/// Writes `howdah.conf` and has it read at the end of `postgresql.conf`.
pub(crate) fn write(
    cluster: &Path,
    endpoint: &Endpoint,
    programs: &Programs,
    runner: Option<Runner>,
) -> anyhow::Result<()> {
    let own = |path: &Path| runner.map_or(Ok(()), |runner| runner.own(path));
    let ours = cluster.join(FILE);
    write_private(&ours, &text(endpoint, programs.has_statistics()))?;
    own(&ours)?;

    let main = cluster.join("postgresql.conf");
    let kind = std::fs::symlink_metadata(&main).with_context(|| format!("look at {}", main.display()))?;
    anyhow::ensure!(kind.is_file(), "{} is not a file of its own", main.display());
    let conf = std::fs::read_to_string(&main).with_context(|| format!("read {}", main.display()))?;
    let include = format!("include_if_exists = '{FILE}'");
    if !conf.lines().any(|line| line.trim() == include) {
        let conf = format!(
            "{conf}\n# Howdah's settings for its private cluster; what stands below wins.\n{include}\n"
        );
        write_private(&main, &conf)?;
        own(&main)?;
    }
    Ok(())
}

fn text(endpoint: &Endpoint, statistics: bool) -> String {
    let mut text = String::from(
        "# Written by Howdah at each start: changes here are lost. Change postgresql.conf below its include instead.\n",
    );
    let mut set = |name: &str, value: &str| {
        let value = value.replace('\'', "''");
        // Writing to a String does not fail.
        let _ = writeln!(text, "{name} = '{value}'");
    };
    match endpoint {
        Endpoint::Socket(dir) => {
            set("listen_addresses", "");
            // Quoted inside as well: the setting is a list, and a path may hold a comma.
            let dir = dir.to_string_lossy().replace('"', "\"\"");
            set("unix_socket_directories", &format!("\"{dir}\""));
        }
        Endpoint::Loopback(_) => {
            set("listen_addresses", "127.0.0.1");
            set("unix_socket_directories", "");
        }
    }
    set("port", &endpoint.port().to_string());
    set("unix_socket_permissions", "0700");
    set("password_encryption", "scram-sha-256");
    set("cluster_name", "howdah");
    set("max_connections", "100");
    if statistics {
        set("shared_preload_libraries", "pg_stat_statements");
    }
    set("track_io_timing", "on");
    set("logging_collector", "off");
    set("log_destination", "stderr");
    set("log_line_prefix", "%m [%p] %q%a %u@%d ");
    set("log_checkpoints", "off");
    // Statements may hold passwords: the log shows errors without them.
    set("log_statement", "none");
    set("log_min_error_statement", "fatal");
    text
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn odd_paths_stay_one_directory() {
        let text = text(&Endpoint::Socket(PathBuf::from("/srv/o'brien, \"x\"/run")), false);
        assert!(text.contains(r#"unix_socket_directories = '"/srv/o''brien, ""x""/run"'"#), "{text}");
        assert!(text.contains("listen_addresses = ''"));
        assert!(!text.contains("shared_preload_libraries"));
    }

    #[test]
    fn without_a_socket_only_loopback_is_open() {
        let text = text(&Endpoint::Loopback(40_001), true);
        assert!(
            text.contains("listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nport = '40001'"),
            "{text}"
        );
        assert!(text.contains("pg_stat_statements"));
    }
}
