//! Asks for a password: on the terminal without showing it, else one line of standard input.

use std::io::{BufRead, IsTerminal};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::failure::Failure;
use crate::say;

/// A new password, asked twice on a terminal.
pub(crate) async fn new_password(account: &str) -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        return Ok(read_line().await?);
    }
    let echo = Echo::off();
    let asked = async {
        let first = ask(&format!("New password for {account}: ")).await?;
        let second = ask("Once more: ").await?;
        if first == second { Ok(first) } else { Err(Failure::usage_text("the two passwords differ")) }
    };
    let result = tokio::select! {
        asked = asked => asked,
        _ = tokio::signal::ctrl_c() => Err(Failure::usage_text("nothing was changed")),
    };
    drop(echo);
    result
}

async fn ask(prompt: &str) -> anyhow::Result<String> {
    say::prompt(prompt);
    let line = read_line().await;
    // The key that ended the line was not shown either.
    say::aside("");
    line
}

async fn read_line() -> anyhow::Result<String> {
    let read = || {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map(|_| line)
    };
    let line = tokio::task::spawn_blocking(read).await?.context("read the password from standard input")?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        bail!("no password was given");
    }
    Ok(line.to_owned())
}

/// The terminal does not show what is typed while this lives.
struct Echo;

impl Echo {
    fn off() -> Self {
        stty("-echo");
        Self
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        stty("echo");
    }
}

/// Works on the terminal at standard input. Without it the password is shown, which is no reason to refuse.
fn stty(argument: &str) {
    let place = ["/bin/stty", "/usr/bin/stty"].into_iter().find(|path| std::path::Path::new(path).is_file());
    if let Some(program) = place {
        let _ = Command::new(program).arg(argument).env_clear().stderr(Stdio::null()).status();
    }
}
