//! What can go wrong with jobs.

/// What can go wrong with jobs: in starting and cancelling them, and in their work.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store refused or could not be reached.
    #[error(transparent)]
    Store(#[from] howdah_store::Error),
    /// The managed server refused or could not be reached.
    #[error(transparent)]
    Server(#[from] howdah_pg::Error),
    /// What a job was given does not fit its kind.
    #[error("the job’s input does not fit its kind")]
    Input(#[from] serde_json::Error),
    /// The work itself failed; the text is for people.
    #[error("{0}")]
    Work(String),
}

impl Error {
    /// For the people who see the job: what happened, with PostgreSQL's own detail and hint.
    pub(crate) fn for_people(&self) -> String {
        let mut text = sentence(&self.to_string());
        if let Self::Server(howdah_pg::Error::Sql { source, .. }) = self {
            for more in [&source.detail, &source.hint].into_iter().flatten() {
                text.push(' ');
                text.push_str(&sentence(more));
            }
        }
        text
    }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.trim_end().chars();
    let mut sentence: String = chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn failures_read_as_sentences() {
        assert_eq!(Error::Work("no room on disk".to_owned()).for_people(), "No room on disk.");
        assert_eq!(
            Error::Server(howdah_pg::Error::DatabaseNotFound("shop".to_owned())).for_people(),
            "There is no database “shop” on this server."
        );
    }
}
