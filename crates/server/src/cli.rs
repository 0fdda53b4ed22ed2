//! The command line: every flag, its variable and its default stand here and nowhere else.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::BoolishValueParser;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::config::values::{self, HostName, PublicUrl, SecretText};

/// The seat on the elephant: manages PostgreSQL from a browser and by a documented REST API.
///
/// Without --database-url a private PostgreSQL cluster is made under the data directory and started.
/// Every flag has a variable; flags win over variables.
#[derive(Debug, Parser)]
#[command(name = "howdah", version, disable_help_subcommand = true, max_term_width = 100)]
pub(crate) struct Cli {
    /// What to do; `serve` when left out.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) args: ConfigArgs,
}

/// What the binary can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the app and the API (what happens when no command is given).
    Serve,
    /// Bring the store to this version and end.
    Migrate,
    /// Print the OpenAPI description; needs no database.
    Openapi,
    /// Print the configuration with where each value comes from, and end.
    Config,
    /// Repair what cannot be repaired from the app.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Make API tokens.
    #[command(subcommand)]
    Token(TokenCommand),
}

/// `howdah admin …`
#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Give an account a new password and end its sign-ins. Asks on the terminal, or reads one line from
    /// standard input. Works beside a running server.
    ResetPassword(ResetPasswordArgs),
}

/// `howdah admin reset-password …`
#[derive(Debug, Args)]
pub(crate) struct ResetPasswordArgs {
    /// The account.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: String,
    /// Make a password up and print it.
    #[arg(long)]
    pub(crate) generate: bool,
}

/// `howdah token …`
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token and print it, and nothing else. Works beside a running server.
    Create(TokenCreateArgs),
}

/// `howdah token create …`
#[derive(Debug, Args)]
pub(crate) struct TokenCreateArgs {
    /// The account that the token acts for.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: String,
    /// What the token is for.
    #[arg(long, value_name = "LABEL")]
    pub(crate) name: String,
    /// When it ends, in whole days, for example 30d; never when left out.
    #[arg(long, value_name = "DAYS", value_parser = values::days)]
    pub(crate) expires: Option<i32>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Human,
    /// One JSON object per line.
    Json,
}

impl std::fmt::Display for LogFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Human => "human",
            Self::Json => "json",
        })
    }
}

/// The configuration. `HOWDAH_ADMIN_PASSWORD` is a variable only: a flag would show it in the process list.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    /// Address and port of the app; port 0 takes a free one.
    #[arg(long, env = "HOWDAH_LISTEN", global = true, help_heading = "HTTP", value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:8080", value_parser = values::listen)]
    pub(crate) listen: SocketAddr,
    /// The address people type, when it is not the listening one (behind a proxy, for example).
    #[arg(long, env = "HOWDAH_PUBLIC_URL", global = true, help_heading = "HTTP", value_name = "URL",
        value_parser = values::public_url)]
    pub(crate) public_url: Option<PublicUrl>,
    /// Host names under which the app may be called besides the listening address and the public URL.
    #[arg(long, env = "HOWDAH_ALLOWED_HOST", global = true, help_heading = "HTTP", value_name = "HOST",
        value_delimiter = ',', value_parser = values::host)]
    pub(crate) allowed_host: Vec<HostName>,
    /// Proxies whose X-Forwarded-For and Forwarded headers are believed.
    #[arg(long, env = "HOWDAH_TRUSTED_PROXY", global = true, help_heading = "HTTP", value_name = "IP",
        value_delimiter = ',', value_parser = values::ip)]
    pub(crate) trusted_proxy: Vec<IpAddr>,
    /// Threads that answer requests; one per processor, at most 4, when left out.
    #[arg(long, env = "HOWDAH_WORKERS", global = true, help_heading = "HTTP", value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) workers: Option<u16>,
    /// How long a stop waits for running requests and jobs.
    #[arg(long, env = "HOWDAH_SHUTDOWN_TIMEOUT", global = true, help_heading = "HTTP", value_name = "TIME",
        default_value = "10s", value_parser = values::duration)]
    pub(crate) shutdown_timeout: Duration,

    /// The PostgreSQL server to manage, as URL or key=value; a private cluster when left out. Prefer the
    /// variable: flags are seen in the process list.
    #[arg(
        long,
        env = "HOWDAH_DATABASE_URL",
        global = true,
        help_heading = "PostgreSQL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(crate) database_url: Option<SecretText>,
    /// Howdah's own database; the database `howdah` on the managed server when left out.
    #[arg(
        long,
        env = "HOWDAH_STORE_URL",
        global = true,
        help_heading = "PostgreSQL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub(crate) store_url: Option<SecretText>,
    /// Connections kept to each managed database at most.
    #[arg(long, env = "HOWDAH_POOL_SIZE", global = true, help_heading = "PostgreSQL", value_name = "N",
        default_value = "8", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) pool_size: u16,
    /// Connections kept to the store at most.
    #[arg(long, env = "HOWDAH_STORE_POOL_SIZE", global = true, help_heading = "PostgreSQL", value_name = "N",
        default_value = "10", value_parser = clap::value_parser!(u16).range(2..=1000))]
    pub(crate) store_pool_size: u16,
    /// How long a request waits for a free connection.
    #[arg(long, env = "HOWDAH_ACQUIRE_TIMEOUT", global = true, help_heading = "PostgreSQL", value_name = "TIME",
        default_value = "5s", value_parser = values::duration)]
    pub(crate) acquire_timeout: Duration,
    /// How long one statement of a request may run.
    #[arg(long, env = "HOWDAH_STATEMENT_TIMEOUT", global = true, help_heading = "PostgreSQL", value_name = "TIME",
        default_value = "30s", value_parser = values::duration)]
    pub(crate) statement_timeout: Duration,
    /// Jobs that run at the same time in this process.
    #[arg(long, env = "HOWDAH_JOB_WORKERS", global = true, help_heading = "PostgreSQL", value_name = "N",
        default_value = "2", value_parser = clap::value_parser!(u16).range(0..=64))]
    pub(crate) job_workers: u16,

    /// Where the private cluster and Howdah's own files lie.
    #[arg(
        long,
        env = "HOWDAH_DATA_DIR",
        global = true,
        help_heading = "Private cluster",
        value_name = "DIR"
    )]
    pub(crate) data_dir: Option<PathBuf>,
    /// Leave the sample database out at the first start.
    #[arg(long, env = "HOWDAH_NO_SAMPLE", global = true, help_heading = "Private cluster",
        value_parser = BoolishValueParser::new())]
    pub(crate) no_sample: bool,
    /// Directory of the PostgreSQL programs (initdb, postgres …); found by itself when left out.
    #[arg(
        long,
        env = "HOWDAH_POSTGRES_BIN",
        global = true,
        help_heading = "Private cluster",
        value_name = "DIR"
    )]
    pub(crate) postgres_bin: Option<PathBuf>,
    /// The operating-system account that runs PostgreSQL when Howdah is started by root; `postgres`, else
    /// `nobody`, when left out.
    #[arg(
        long,
        env = "HOWDAH_POSTGRES_ACCOUNT",
        global = true,
        help_heading = "Private cluster",
        value_name = "NAME"
    )]
    pub(crate) postgres_account: Option<String>,

    /// How log lines look; they go to standard error.
    #[arg(long, env = "HOWDAH_LOG_FORMAT", global = true, help_heading = "Log", value_name = "FORMAT",
        default_value_t = LogFormat::Human)]
    pub(crate) log_format: LogFormat,
    /// What is logged, for example `info` or `howdah=debug,warn`.
    #[arg(long, env = "HOWDAH_LOG", global = true, help_heading = "Log", value_name = "FILTER",
        default_value = "info", value_parser = values::log_filter)]
    pub(crate) log: String,
}

/// The command of clap, with variables that are set but empty taken as not set: compose files write
/// `HOWDAH_STORE_URL=` when they mean "none".
pub(crate) fn command() -> clap::Command {
    Cli::command().mut_args(|arg| {
        let empty = arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
        if empty { arg.env(None::<&'static str>) } else { arg }
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_holds_together() {
        super::command().debug_assert();
    }
}
