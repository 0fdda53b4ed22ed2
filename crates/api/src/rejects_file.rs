//! The file of rows that an import refused: the records as they were, with line and reason in front.

use howdah_jobs::ImportWork;
use howdah_types::imports::{ImportKind, ImportReject};
use serde::de::IgnoredAny;
use serde_json::json;

/// How the file that was imported was written.
pub(crate) struct Dialect {
    keyed: bool,
    delimiter: String,
    quote: String,
    columns: Vec<String>,
    header: bool,
}

impl Dialect {
    pub(crate) fn of(work: &ImportWork) -> Self {
        let format = &work.data.format;
        let keyed = matches!(format.kind, Some(ImportKind::Json | ImportKind::Ndjson));
        let tab = format.kind == Some(ImportKind::Tsv);
        Self {
            keyed,
            delimiter: if tab { "\t".into() } else { format.delimiter.clone().unwrap_or_else(|| ",".into()) },
            quote: format.quote.clone().unwrap_or_else(|| "\"".into()),
            columns: work.seen.clone(),
            header: format.header.unwrap_or(true),
        }
    }

    pub(crate) fn media_type(&self) -> &'static str {
        if self.keyed { "application/x-ndjson" } else { "text/csv; charset=utf-8" }
    }

    /// The names of the columns, where the file had them.
    pub(crate) fn head(&self) -> String {
        if self.keyed || !self.header {
            return String::new();
        }
        let names = ["line", "reason"].into_iter().chain(self.columns.iter().map(String::as_str));
        let names: Vec<_> = names.map(|name| self.value(name)).collect();
        format!("{}\n", names.join(&self.delimiter))
    }

    pub(crate) fn row(&self, reject: &ImportReject, text: &mut String) {
        let too_long = "(the record is longer than 64 KiB and was not kept)";
        let line = if self.keyed {
            // Line breaks stand between the parts of JSON, never in them.
            let record = match &reject.record {
                Some(record) if serde_json::from_str::<IgnoredAny>(record).is_ok() => {
                    record.replace(['\n', '\r'], " ")
                }
                Some(record) => json!(record).to_string(),
                None => json!(too_long).to_string(),
            };
            format!("{{\"line\":{},\"reason\":{},\"record\":{record}}}", reject.line, json!(reject.reason))
        } else {
            let record = reject.record.clone().unwrap_or_else(|| self.value(too_long));
            let (line, reason) = (reject.line.to_string(), self.value(&reject.reason));
            [line, reason, record].join(&self.delimiter)
        };
        text.push_str(&line);
        text.push('\n');
    }

    /// A text as one value of the file.
    fn value(&self, text: &str) -> String {
        if self.quote.is_empty() {
            // Without quotes nothing can stand for the delimiter or a line break.
            return text.replace(&self.delimiter, " ").replace(['\n', '\r'], " ");
        }
        let special =
            text.contains(&self.delimiter) || text.contains(&self.quote) || text.contains(['\n', '\r']);
        if !special {
            return text.to_owned();
        }
        let doubled = text.replace(&self.quote, &self.quote.repeat(2));
        format!("{0}{doubled}{0}", self.quote)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(quote: &str) -> Dialect {
        Dialect {
            keyed: false,
            delimiter: ";".into(),
            quote: quote.into(),
            columns: vec!["id".into(), "a;b".into()],
            header: true,
        }
    }

    fn reject(record: Option<&str>) -> ImportReject {
        ImportReject {
            number: 1,
            line: 7,
            column: None,
            sqlstate: None,
            reason: "say \"why\"; twice\nover".into(),
            record: record.map(Into::into),
        }
    }

    #[test]
    fn records_stay_as_they_were() {
        let mut text = dialect("\"").head();
        dialect("\"").row(&reject(Some("1;\"x\ny\"")), &mut text);
        assert_eq!(text, "line;reason;id;\"a;b\"\n7;\"say \"\"why\"\"; twice\nover\";1;\"x\ny\"\n");
        let mut text = String::new();
        dialect("").row(&reject(None), &mut text);
        assert_eq!(text, "7;say \"why\"  twice over;(the record is longer than 64 KiB and was not kept)\n");
    }

    #[test]
    fn objects_stay_objects_and_what_is_none_is_text() {
        let keyed = Dialect { keyed: true, ..dialect("\"") };
        let mut text = keyed.head();
        keyed.row(
            &ImportReject {
                reason: "no".into(),
                ..reject(Some("{\"a\": 12345678901234567890.10,\n \"a\": 1}"))
            },
            &mut text,
        );
        keyed.row(&ImportReject { reason: "no".into(), ..reject(Some("{\"a\": ")) }, &mut text);
        assert_eq!(
            text,
            "{\"line\":7,\"reason\":\"no\",\"record\":{\"a\": 12345678901234567890.10,  \"a\": 1}}\n{\"line\":7,\"reason\":\"no\",\"record\":\"{\\\"a\\\": \"}\n"
        );
    }
}
