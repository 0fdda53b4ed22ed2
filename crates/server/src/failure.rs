//! How the process ends when it cannot go on.

use std::fmt;

/// A fatal error with the exit code: 1 when something failed, 2 when it was started wrongly and starting it the
/// same way again cannot help.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) code: u8,
    error: anyhow::Error,
}

impl Failure {
    /// Started wrongly: configuration, data directory, programs.
    pub(crate) fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self { code: 2, error: error.into() }
    }

    /// Started wrongly, in words.
    pub(crate) fn usage_text(text: impl fmt::Display + fmt::Debug + Send + Sync + 'static) -> Self {
        Self { code: 2, error: anyhow::Error::msg(text) }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { code: 1, error }
    }
}

/// The error and its causes, one per line.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&causes(&self.error).join("\n  because: "))
    }
}

/// The error and its causes on one line, for the log.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    causes(error).join(": ")
}

/// A cause that only repeats what was said is left out: some errors show their source themselves.
fn causes(error: &anyhow::Error) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        if !said.iter().any(|earlier| earlier.contains(&text)) {
            said.push(text);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_a_chain_without_repetition() {
        let error =
            anyhow::anyhow!("disk full").context("write PG_VERSION: disk full").context("make the cluster");
        assert_eq!(chain(&error), "make the cluster: write PG_VERSION: disk full");
        assert_eq!(
            Failure::from(error).to_string(),
            "make the cluster\n  because: write PG_VERSION: disk full"
        );
    }
}
