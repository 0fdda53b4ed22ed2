//! The configuration after it was checked, with where each value came from.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ArgMatches;
use clap::parser::ValueSource;
use howdah_pg::ConnectConfig;

use crate::cli::{ConfigArgs, LogFormat};
use crate::failure::Failure;
use values::{PublicUrl, SecretText, show_duration};

pub(crate) mod values;

/// The variable that makes the account `admin` at the first start. There is no such flag on purpose.
pub(crate) const ADMIN_PASSWORD: &str = "HOWDAH_ADMIN_PASSWORD";
/// What `cargo xtask run` reads before it starts us.
const OF_SET_UP: [&str; 2] = ["HOWDAH_CACHE_DIR", "HOWDAH_WASM"];

/// Checked configuration.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<PublicUrl>,
    /// As configured; what follows from the listening address is added when it is known.
    pub(crate) allowed_hosts: Vec<String>,
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// HTTP threads.
    pub(crate) workers: usize,
    pub(crate) shutdown_timeout: Duration,
    /// The managed server; none means the private cluster.
    pub(crate) database: Option<ConnectConfig>,
    /// The store; none means database `howdah` on the managed server.
    pub(crate) store: Option<ConnectConfig>,
    pub(crate) pool_size: usize,
    pub(crate) store_pool_size: usize,
    pub(crate) acquire_timeout: Duration,
    pub(crate) statement_timeout: Duration,
    pub(crate) job_workers: usize,
    /// Absolute.
    pub(crate) data_dir: PathBuf,
    pub(crate) sample: bool,
    pub(crate) postgres_bin: Option<PathBuf>,
    pub(crate) postgres_account: Option<String>,
    pub(crate) log_format: LogFormat,
    pub(crate) log: String,
    /// What is printed at the start.
    pub(crate) lines: Vec<Line>,
}

/// One value of the configuration as it may be shown: without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// The flag without dashes.
    pub(crate) name: &'static str,
    pub(crate) value: String,
    /// `flag`, `HOWDAH_…` or `default`.
    pub(crate) origin: String,
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "  {:<18} {} ({})", self.name, self.value, self.origin)
    }
}

impl Settings {
    /// Checks what clap has parsed.
    pub(crate) fn new(args: ConfigArgs, matches: &ArgMatches) -> Result<Self, Failure> {
        // Every field by name: one that is added and forgotten here does not compile.
        let ConfigArgs {
            listen,
            public_url,
            allowed_host,
            trusted_proxy,
            workers,
            shutdown_timeout,
            database_url,
            store_url,
            pool_size,
            store_pool_size,
            acquire_timeout,
            statement_timeout,
            job_workers,
            data_dir,
            no_sample,
            postgres_bin,
            postgres_account,
            log_format,
            log,
        } = args;

        let workers = workers.map_or_else(default_workers, usize::from);
        let database = connection("database-url", database_url, matches)?;
        let store = connection("store-url", store_url, matches)?;
        let data_dir = match data_dir {
            Some(dir) => dir,
            None => default_data_dir()?,
        };
        let data_dir = std::path::absolute(&data_dir).map_err(|error| {
            Failure::usage(anyhow::Error::new(error).context(format!("--data-dir {}", data_dir.display())))
        })?;
        let allowed_hosts: Vec<String> = allowed_host.into_iter().map(|host| host.0).collect();

        let mut lines = Lines { matches, lines: Vec::new() };
        lines.add("listen", &listen);
        lines.add_or("public-url", public_url.as_ref().map(|url| &url.origin), "the listening address");
        lines.add_list("allowed-host", &allowed_hosts);
        lines.add_list("trusted-proxy", &trusted_proxy);
        lines.add("workers", &workers);
        lines.add("shutdown-timeout", &show_duration(shutdown_timeout));
        lines.add_or("database-url", database.as_ref(), "a private cluster");
        lines.add_or("store-url", store.as_ref(), "database howdah on the managed server");
        lines.add("pool-size", &pool_size);
        lines.add("store-pool-size", &store_pool_size);
        lines.add("acquire-timeout", &show_duration(acquire_timeout));
        lines.add("statement-timeout", &show_duration(statement_timeout));
        lines.add("job-workers", &job_workers);
        lines.add("data-dir", &data_dir.display());
        lines.add("no-sample", &no_sample);
        lines.add_or("postgres-bin", postgres_bin.as_ref().map(|dir| dir.display()), "found by itself");
        lines.add_or(
            "postgres-account",
            postgres_account.as_ref(),
            "postgres or nobody, when started by root",
        );
        lines.add("log-format", &log_format);
        lines.add("log", &log);
        let lines = lines.lines;

        Ok(Self {
            listen,
            public_url,
            allowed_hosts,
            trusted_proxies: trusted_proxy,
            workers,
            shutdown_timeout,
            database,
            store,
            pool_size: pool_size.into(),
            store_pool_size: store_pool_size.into(),
            acquire_timeout,
            statement_timeout,
            job_workers: job_workers.into(),
            data_dir,
            sample: !no_sample,
            postgres_bin,
            postgres_account,
            log_format,
            log,
            lines,
        })
    }

    /// What deserves a warning although it works.
    pub(crate) fn warnings(&self, matches: &ArgMatches) -> Vec<String> {
        let mut warnings =
            unknown_variables(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()));
        for (id, flag, variable) in [
            ("database_url", "--database-url", "HOWDAH_DATABASE_URL"),
            ("store_url", "--store-url", "HOWDAH_STORE_URL"),
        ] {
            if matches.value_source(id) == Some(ValueSource::CommandLine) {
                warnings.push(format!(
                    "a password in {flag} can be read in the process list; {variable} keeps it out of there"
                ));
            }
        }
        if !self.listen.ip().is_loopback() && self.public_url.is_none() {
            warnings.push(format!(
                "{} is reachable from outside without TLS of its own: put a proxy in front and give --public-url",
                self.listen
            ));
        }
        warnings
    }
}

struct Lines<'a> {
    matches: &'a ArgMatches,
    lines: Vec<Line>,
}

impl Lines<'_> {
    fn add(&mut self, name: &'static str, value: &dyn std::fmt::Display) {
        let origin = match self.matches.value_source(&name.replace('-', "_")) {
            Some(ValueSource::CommandLine) => "flag".to_owned(),
            Some(ValueSource::EnvVariable) => variable(name),
            _ => "default".to_owned(),
        };
        self.lines.push(Line { name, value: value.to_string(), origin });
    }

    fn add_or(&mut self, name: &'static str, value: Option<impl std::fmt::Display>, otherwise: &str) {
        match value {
            Some(value) => self.add(name, &value),
            None => self.add(name, &otherwise),
        }
    }

    fn add_list(&mut self, name: &'static str, values: &[impl std::fmt::Display]) {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        self.add_or(name, (!values.is_empty()).then(|| values.join(", ")), "none");
    }
}

fn variable(flag: &str) -> String {
    format!("HOWDAH_{}", flag.replace('-', "_").to_ascii_uppercase())
}

/// Parses a connection string without ever repeating it in the message.
fn connection(
    flag: &str,
    text: Option<SecretText>,
    matches: &ArgMatches,
) -> Result<Option<ConnectConfig>, Failure> {
    let Some(SecretText(text)) = text else { return Ok(None) };
    let parsed = text.parse::<ConnectConfig>().map_err(|error| {
        let from_flag = matches.value_source(&flag.replace('-', "_")) == Some(ValueSource::CommandLine);
        let place = if from_flag { format!("--{flag}") } else { variable(flag) };
        Failure::usage(
            anyhow::Error::new(error).context(format!("{place} is not a connection string of PostgreSQL")),
        )
    })?;
    Ok(Some(parsed))
}

/// Beyond four threads a manager of databases gains nothing and pays in memory.
fn default_workers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(4)
}

/// Variables that look like ours and are not: most likely a typing error.
fn unknown_variables(names: impl Iterator<Item = String>) -> Vec<String> {
    let command = crate::cli::command();
    let known: Vec<String> = command
        .get_arguments()
        .filter_map(|arg| Some(arg.get_env()?.to_str()?.to_owned()))
        .chain([ADMIN_PASSWORD].into_iter().chain(OF_SET_UP).map(str::to_owned))
        .collect();
    let mut unknown: Vec<String> = names.filter(|name| name.starts_with("HOWDAH_")).collect();
    // An empty variable counts as not set and has been taken out of the command.
    unknown
        .retain(|name| !known.contains(name) && std::env::var_os(name).is_none_or(|value| !value.is_empty()));
    unknown.sort();
    unknown.into_iter().map(|name| format!("the variable {name} is not known and has no effect")).collect()
}

fn default_data_dir() -> Result<PathBuf, Failure> {
    if crate::cluster::account::is_root() {
        return Ok(PathBuf::from("/var/lib/howdah"));
    }
    let home = std::env::home_dir().filter(|home| home.is_absolute());
    let data_home = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|dir| dir.is_absolute());
    data_dir_of(home.as_deref(), data_home.as_deref(), cfg!(target_os = "macos")).ok_or_else(|| {
        Failure::usage_text("there is no home directory: say with --data-dir where Howdah may keep its data")
    })
}

fn data_dir_of(home: Option<&Path>, data_home: Option<&Path>, macos: bool) -> Option<PathBuf> {
    match (home, data_home) {
        (_, Some(data_home)) => Some(data_home.join("howdah")),
        (Some(home), None) if macos => Some(home.join("Library/Application Support/Howdah")),
        (Some(home), None) => Some(home.join(".local/share/howdah")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches;

    use super::*;

    fn settings(args: &[&str]) -> Result<Settings, Failure> {
        let matches = crate::cli::command().try_get_matches_from(args).unwrap();
        let cli = crate::cli::Cli::from_arg_matches(&matches).unwrap();
        Settings::new(cli.args, &matches)
    }

    fn line(settings: &Settings, name: &str) -> String {
        settings.lines.iter().find(|line| line.name == name).unwrap().to_string().trim().to_owned()
    }

    #[test]
    fn flags_work_before_and_after_the_command() {
        for args in [
            &["howdah", "--data-dir", "/srv/h"][..],
            &["howdah", "serve", "--data-dir", "/srv/h"],
            &["howdah", "--data-dir", "/srv/h", "migrate"],
            &["howdah", "token", "create", "--account", "a", "--name", "n", "--data-dir", "/srv/h"],
        ] {
            let settings = settings(args).unwrap();
            assert_eq!(settings.data_dir, Path::new("/srv/h"));
            assert!(line(&settings, "data-dir").ends_with("/srv/h (flag)"), "{args:?}");
            assert!(line(&settings, "listen").ends_with("127.0.0.1:8080 (default)"));
        }
    }

    #[test]
    fn every_flag_is_printed_at_the_start() {
        let settings = settings(&["howdah"]).unwrap();
        let printed: Vec<&str> = settings.lines.iter().map(|line| line.name).collect();
        for arg in crate::cli::command().get_arguments().filter(|arg| arg.is_global_set()) {
            assert!(printed.contains(&arg.get_long().unwrap()), "{} is not printed", arg.get_id());
            assert_eq!(arg.get_env().unwrap().to_str().unwrap(), variable(arg.get_long().unwrap()));
        }
    }

    #[test]
    fn passwords_are_not_printed() {
        let url = "postgres://howdah:canary-1@db.example.org:5433/postgres?sslmode=disable";
        let dsn = "host=db.example.org user=howdah password=canary-2 dbname=store sslmode=disable";
        let settings = settings(&["howdah", "--database-url", url, "--store-url", dsn]).unwrap();
        let printed: String = settings.lines.iter().map(ToString::to_string).collect();
        assert!(!printed.contains("canary"), "{printed}");
        assert!(!format!("{settings:?}").contains("canary"));
        assert!(line(&settings, "database-url").contains("db.example.org"));
    }

    #[test]
    fn a_wrong_connection_string_is_refused_without_being_repeated() {
        for url in
            ["postgres://howdah:canary@[nonsense", "canary", "host=x password=canary sslmode=sometimes"]
        {
            let failure = settings(&["howdah", "--database-url", url]).unwrap_err();
            assert_eq!(failure.code, 2);
            let text = format!("{failure} {failure:?}");
            assert!(!text.contains("canary"), "{text}");
            assert!(text.contains("--database-url"), "{text}");
        }
    }

    #[test]
    fn data_directories_follow_the_system() {
        let home = Some(Path::new("/home/ada"));
        let of = |data_home, macos| data_dir_of(home, data_home, macos).unwrap();
        assert_eq!(of(None, false), Path::new("/home/ada/.local/share/howdah"));
        assert_eq!(of(Some(Path::new("/data")), false), Path::new("/data/howdah"));
        assert_eq!(of(None, true), Path::new("/home/ada/Library/Application Support/Howdah"));
        assert_eq!(data_dir_of(None, None, false), None);
    }

    #[test]
    fn variables_that_are_mistyped_are_named() {
        let names = ["HOWDAH_LISTN", "HOWDAH_LISTEN", "HOWDAH_ADMIN_PASSWORD", "HOWDAH_CACHE_DIR", "PATH"]
            .map(str::to_owned);
        let warnings = unknown_variables(names.into_iter());
        assert_eq!(warnings, ["the variable HOWDAH_LISTN is not known and has no effect"]);
    }
}
