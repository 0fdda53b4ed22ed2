//! Proofs that a typed piece of SQL is what it is said to be.
//!
//! The server's own parser gives them: a statement with the piece in it is sent to be parsed (`Parse`), and never run.
//! Of `ALTER TABLE … ADD CHECK` and `CREATE VIEW` the server looks at nothing but the grammar then, so columns that do
//! not exist yet do not matter, and no code of the database runs.
//!
//! One frame is not enough: `1), CHECK (2` fits into `CHECK (…)`. So each piece must fit into two frames, one that ends
//! with a parenthesis and one that ends with a bracket. To break out of the first it would need a `)` without its `(`,
//! which no text can have that fits between brackets, and the other way round: in the grammar all parentheses and
//! brackets come in pairs. What fits both is balanced in itself, and the frames leave room for exactly one type, or one
//! expression, there. Comments and quotes that do not end swallow the end of the frame and fail; a line break after the
//! piece ends a comment of two dashes.

use super::words::words;
use crate::error::Error;
use crate::session::Session;

/// What a piece is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Type,
    Expression,
    Collation,
    OperatorClass,
    Query,
}

/// A typed piece of SQL with the field that it came in.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    field: String,
    text: String,
    said: Said,
}

/// What was typed, for the proofs; the text to be put into statements comes back.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    list: Vec<Piece>,
    /// Some of it is computed by the server: an expression or a query.
    pub(crate) computes: bool,
    /// Names in it may need a search path.
    pub(crate) names: bool,
}

/// `serial` and its kin are no types, but known words.
const SERIAL: [&str; 6] = ["smallserial", "serial", "bigserial", "serial2", "serial4", "serial8"];

impl Pieces {
    fn add(&mut self, field: impl Into<String>, text: &str, said: Said) -> String {
        // What is proven is what is used. Only PostgreSQL's own white space may go.
        let text = text.trim_matches([' ', '\t', '\n', '\r', '\x0c']);
        self.list.push(Piece { field: field.into(), text: text.to_owned(), said });
        self.names = true;
        // The end of the line ends a comment.
        if text.contains("--") { format!("{text}\n") } else { text.to_owned() }
    }

    /// A type, as it is to be written.
    pub(crate) fn type_name(&mut self, field: impl Into<String>, text: &str) -> String {
        let word = text.trim().to_ascii_lowercase();
        if SERIAL.contains(&word.as_str()) { word } else { self.add(field, text, Said::Type) }
    }

    /// An expression, to be written between parentheses.
    pub(crate) fn expression(&mut self, field: impl Into<String>, text: &str) -> String {
        self.computes = true;
        self.add(field, text, Said::Expression)
    }

    /// A collation.
    pub(crate) fn collation(&mut self, field: impl Into<String>, text: &str) -> String {
        self.add(field, text, Said::Collation)
    }

    /// An operator class by name.
    pub(crate) fn operator_class(&mut self, field: impl Into<String>, text: &str) -> String {
        self.add(field, text, Said::OperatorClass)
    }

    /// A query, to be written at the end of `CREATE VIEW … AS`.
    pub(crate) fn query(&mut self, field: impl Into<String>, text: &str) -> String {
        self.computes = true;
        self.add(field, text.trim_end().trim_end_matches(';'), Said::Query)
    }

    /// Words that may be names, of all but queries.
    pub(super) fn words(&self) -> Result<Vec<String>, Error> {
        words_of(self.list.iter().filter(|piece| piece.said != Said::Query))
    }

    /// The same of queries.
    pub(super) fn words_of_queries(&self) -> Result<Vec<String>, Error> {
        words_of(self.list.iter().filter(|piece| piece.said == Said::Query))
    }

    /// Lets the server prove each piece; [`Error::Piece`] names the field of the first that is not what it is said to be.
    pub(crate) async fn prove(&self, session: &Session) -> Result<(), Error> {
        for piece in &self.list {
            piece.prove(session).await?;
        }
        Ok(())
    }
}

fn words_of<'a>(pieces: impl Iterator<Item = &'a Piece>) -> Result<Vec<String>, Error> {
    let mut list = Vec::new();
    for piece in pieces {
        list.extend(words(&piece.text).ok_or_else(|| Error::Unsupported {
            what: "a name written as U&\"…\" in SQL that runs with Howdah’s own rights".to_owned(),
            needs: "the name itself".to_owned(),
        })?);
    }
    Ok(list)
}

impl Piece {
    async fn prove(&self, session: &Session) -> Result<(), Error> {
        for frame in self.frames() {
            session.parse("reading what was typed", &frame).await.map_err(|error| match error {
                Error::Sql { source, .. } => Error::Piece {
                    field: self.field.clone(),
                    said: self.said.as_str(),
                    position: source.position.and_then(|at| self.position(&frame, at)),
                    source,
                },
                other => other,
            })?;
        }
        Ok(())
    }

    fn frames(&self) -> Vec<String> {
        let text = &self.text;
        let check = |inner: String| format!("ALTER TABLE x ADD CHECK ({inner})");
        match self.said {
            Said::Type => vec![
                check(format!("CAST(NULL AS {text}\n) IS NULL")),
                check(format!("ARRAY[NULL::{text}\n] IS NULL")),
            ],
            Said::Expression => vec![check(format!("{text}\n")), check(format!("ARRAY[{text}\n] IS NULL"))],
            // Both must be names to their end: nothing else can stand there.
            Said::Collation => vec![format!("CREATE COLLATION x FROM {text}\n")],
            Said::OperatorClass => vec![format!("ALTER OPERATOR CLASS {text}\n USING y OWNER TO z")],
            Said::Query => vec![format!("CREATE VIEW x AS {text}\n")],
        }
    }

    /// A position in a frame as one in the piece.
    fn position(&self, frame: &str, at: u32) -> Option<u32> {
        let before = frame.find(&self.text)?;
        let before = u32::try_from(frame.get(..before)?.chars().count()).ok()?;
        at.checked_sub(before).filter(|at| *at > 0)
    }
}

impl Said {
    fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Expression => "expression",
            Self::Collation => "collation",
            Self::OperatorClass => "operator class",
            Self::Query => "query",
        }
    }
}
