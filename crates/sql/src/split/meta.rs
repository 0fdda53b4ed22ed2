//! Commands of psql, which are not for the server.

use std::fmt;

/// A line such as `\c shop`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetaCommand {
    /// The command with its backslash, for example `\c`.
    pub name: String,
    /// Why it is not run.
    pub reason: MetaReason,
}

/// Why a command of psql is not run; its `Display` is a sentence for the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetaReason {
    /// `\c`: another database is another connection.
    Connect,
    /// `\copy`: files lie with the account, not here.
    Copy,
    /// `\i`, `\ir`: a script runs as one text.
    Include,
    /// `\.` where no data ends.
    EndOfData,
    /// `\restrict` and `\unrestrict`, which `pg_dump` writes around its scripts: may be left out, nothing is lost.
    Restrict,
    /// `\g`, `\gx`, `\gexec` and the like: run what stands before. Here a semicolon does.
    Run,
    /// `\set` and its kin: there are no variables.
    Variable,
    /// `\if` and its kin: everything is run.
    Condition,
    /// `\d…`, `\l`, `\z`: the lists of psql.
    List,
    /// `\!`, `\o`, `\w` and the like: programs and files of the machine.
    Machine,
    /// `\echo`, `\timing`, `\pset`, `\x` and the like: they change what psql shows.
    Display,
    /// Anything else.
    Unknown,
}

impl MetaCommand {
    /// Of the text from the backslash to the end of its line.
    pub(super) fn of(line: &str) -> Self {
        let rest = line.get(1..).unwrap_or_default();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic() && c != '_').unwrap_or(rest.len());
        let length = if letters == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { letters };
        let word = rest.get(..length).unwrap_or_default();
        Self { name: format!("\\{word}"), reason: MetaReason::of(word) }
    }
}

impl MetaReason {
    fn of(word: &str) -> Self {
        match word {
            "c" | "connect" => Self::Connect,
            "copy" => Self::Copy,
            "i" | "ir" | "include" | "include_relative" => Self::Include,
            "." => Self::EndOfData,
            "restrict" | "unrestrict" => Self::Restrict,
            "g" | "gx" | "gset" | "gexec" | "gdesc" | "crosstabview" | "watch" | "bind" | ";" => Self::Run,
            "set" | "unset" | "prompt" | "getenv" | "setenv" => Self::Variable,
            "if" | "elif" | "else" | "endif" => Self::Condition,
            "l" | "z" | "sf" | "sv" | "h" | "help" | "?" | "conninfo" | "encoding" => Self::List,
            "!" | "o" | "out" | "w" | "write" | "cd" | "e" | "edit" | "ef" | "ev" | "s" => Self::Machine,
            "echo" | "qecho" | "warn" | "timing" | "pset" | "x" | "a" | "t" | "f" | "H" | "C" | "q"
            | "quit" => Self::Display,
            _ if word.starts_with('d') => Self::List,
            _ => Self::Unknown,
        }
    }

    /// Whether a script does the same without it.
    pub fn may_be_left_out(self) -> bool {
        matches!(self, Self::Restrict | Self::Display)
    }
}

impl fmt::Display for MetaReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => {
                "A script runs in one database. Choose the other one and run the rest of the script there."
            }
            Self::Copy => {
                "\\copy reads and writes files of the machine that psql runs on. Use import or export."
            }
            Self::Include => "Other files cannot be read from a script. Paste what they hold.",
            Self::EndOfData => "\\. ends the data of a COPY … FROM stdin, and there is none before it.",
            Self::Restrict => "pg_dump writes this for psql. Nothing is lost without it.",
            Self::Run => "A semicolon ends a statement here; commands that run it are psql's.",
            Self::Variable => "There are no variables of psql here. Use parameters, such as $1.",
            Self::Condition => "There are no conditions of psql here. Choose the statements and run those.",
            Self::List => "Lists of objects are on their own screens; commands that show them are psql's.",
            Self::Machine => "Programs and files of a machine cannot be reached from a script.",
            Self::Display => "This changes what psql shows. Nothing is lost without it.",
            Self::Unknown => "Commands with a backslash are psql's. Only SQL is run here.",
        })
    }
}
