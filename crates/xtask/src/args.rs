//! The command line: a command, flags, options, and what is handed on.

use anyhow::{Result, bail};

/// What has not been taken yet.
#[derive(Debug)]
pub(crate) struct Args(Vec<String>);

impl Args {
    pub(crate) fn from_env() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// The first word.
    pub(crate) fn command(&mut self) -> Option<String> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }

    /// Whether the flag is there; takes it.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|argument| argument != name);
        self.0.len() != before
    }

    /// The comma-separated values of `--name a,b` or `--name=a,b`; takes them.
    pub(crate) fn list(&mut self, name: &str) -> Result<Option<Vec<String>>> {
        let prefix = format!("{name}=");
        let Some(at) = self.0.iter().position(|argument| argument == name || argument.starts_with(&prefix))
        else {
            return Ok(None);
        };
        let argument = self.0.remove(at);
        let value = match argument.strip_prefix(&prefix) {
            Some(value) => value.to_owned(),
            None if at < self.0.len() => self.0.remove(at),
            None => bail!("{name} needs a value"),
        };
        Ok(Some(value.split(',').map(|part| part.trim().to_owned()).collect()))
    }

    /// Everything that is left.
    pub(crate) fn rest(&mut self) -> Vec<String> {
        let mut rest = std::mem::take(&mut self.0);
        if rest.first().is_some_and(|first| first == "--") {
            rest.remove(0);
        }
        rest
    }

    /// An error if anything is left.
    pub(crate) fn finish(&self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(argument) => bail!("{argument:?} is not understood here; cargo xtask help lists what is"),
        }
    }
}
