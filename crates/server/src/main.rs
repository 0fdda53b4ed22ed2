//! The binary `howdah`: command line, configuration, the private cluster, wiring.

mod cli;
mod cluster;
mod commands;
mod config;
mod failure;
mod first_run;
mod link;
mod logging;
mod memory;
mod offline;
mod sample;
mod say;
mod serve;
mod stop;
mod terminal;

use std::process::ExitCode;

use anyhow::Context;
use clap::{ArgMatches, FromArgMatches};

use cli::{AdminCommand, Cli, Command, TokenCommand};
use config::Settings;
use failure::Failure;

/// Requests are answered by threads of their own: these two are for connections, jobs and the cluster.
const THREADS: usize = 2;

fn main() -> ExitCode {
    let matches = cli::command().get_matches();
    let result = Cli::from_arg_matches(&matches).map_err(Failure::usage).and_then(|cli| run(cli, &matches));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say::aside(format!("howdah: {failure}"));
            ExitCode::from(failure.code)
        }
    }
}

fn run(cli: Cli, matches: &ArgMatches) -> Result<(), Failure> {
    let command = cli.command.unwrap_or(Command::Serve);
    if matches!(command, Command::Openapi) {
        say::text(&howdah_api::openapi_json());
        return Ok(());
    }
    let settings = Settings::new(cli.args, matches)?;
    if matches!(command, Command::Config) {
        settings.lines.iter().for_each(say::line);
        return Ok(());
    }
    let serving = matches!(command, Command::Serve);
    if serving {
        memory::give_back();
    }
    logging::start(&settings, !serving);
    if serving {
        logging::configuration(&settings);
    }
    settings.warnings(matches).iter().for_each(|warning| tracing::warn!("{warning}"));

    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .context("start the asynchronous runtime")?;
    let result = runtime.block_on(async {
        match command {
            Command::Serve => serve::run(&settings).await,
            Command::Migrate => commands::migrate(&settings).await,
            Command::Admin(AdminCommand::ResetPassword(args)) => {
                commands::reset_password(&settings, args).await
            }
            Command::Token(TokenCommand::Create(args)) => commands::create_token(&settings, args).await,
            Command::Openapi | Command::Config => Ok(()),
        }
    });
    // A thread may still wait for a line from the terminal.
    runtime.shutdown_background();
    result
}
