//! What connections of ours are set to, and the two ways to say it.

/// Name and value of each; values are bare words of SQL, without quotes and blanks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings(Vec<(&'static str, String)>);

impl Settings {
    /// Those of any connection, so that values are written the same everywhere.
    pub(crate) fn plain() -> Self {
        let list = [
            ("idle_in_transaction_session_timeout", "60000"),
            ("DateStyle", "ISO"),
            ("IntervalStyle", "postgres"),
            ("bytea_output", "hex"),
            ("standard_conforming_strings", "on"),
        ];
        Self::default().with(&list)
    }

    /// Those of connections to a managed server. The settings of a database or role (`ALTER DATABASE … SET`), which a
    /// stranger may own, must not change what our SQL means or how values are written.
    pub(crate) fn managed(statement_timeout_ms: u64) -> Self {
        let list = [
            ("lock_timeout", "0"),
            ("search_path", "pg_catalog,pg_temp"),
            ("extra_float_digits", "1"),
            ("client_encoding", "UTF8"),
            ("quote_all_identifiers", "off"),
            ("transform_null_equals", "off"),
            ("row_security", "on"),
        ];
        let mut settings = Self::plain().with(&list);
        settings.0.push(("statement_timeout", statement_timeout_ms.to_string()));
        settings
    }

    /// Those of a connection in an owner's stead: its default search path stays what it is, because code that was
    /// written for it must find its tables; ours is set for each request.
    pub(crate) fn in_stead(statement_timeout_ms: u64) -> Self {
        let mut settings = Self::managed(statement_timeout_ms);
        settings.0.retain(|(name, _)| *name != "search_path");
        settings
    }

    fn with(mut self, list: &[(&'static str, &str)]) -> Self {
        self.0.extend(list.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self
    }

    /// For the first message of a connection: they hold for all of it, and go before what a database or role is set to.
    pub(super) fn options(&self) -> String {
        let words: Vec<_> = self.0.iter().map(|(name, value)| format!("-c {name}={value}")).collect();
        words.join(" ")
    }

    /// For a transaction: they end with it.
    pub(crate) fn local(&self) -> String {
        let statements: Vec<_> =
            self.0.iter().map(|(name, value)| format!("SET LOCAL {name} = {value}")).collect();
        statements.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_say_the_same() {
        let settings = Settings::managed(30_000);
        let (options, local) = (settings.options(), settings.local());
        assert!(options.contains("-c search_path=pg_catalog,pg_temp ") && options.ends_with("timeout=30000"));
        assert!(local.contains("SET LOCAL search_path = pg_catalog,pg_temp; "));
        assert_eq!(options.matches("-c ").count(), local.matches("SET LOCAL ").count());
        assert!(!local.contains(['\'', '\\']), "nothing that the first message would need to escape");
    }
}
