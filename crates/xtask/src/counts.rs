//! Reads the closing lines of test runners.

/// How many tests passed, failed and were skipped, and which failed.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
    /// The lines that name what failed, to be said again at the end, where a long log is read.
    pub(crate) failures: Vec<String>,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.failures.extend(other.failures);
    }

    /// Adds what a closing line says: cargo's "test result: ok. 3 passed; 0 failed; 1 ignored; …",
    /// pytest's "== 1 failed, 2 passed in 3 s ==", or the plain "3 passed, 0 failed". Other lines
    /// say nothing, even if they hold such words.
    pub(crate) fn read(&mut self, line: &str) {
        let line = line.trim();
        if names_a_failure(line) {
            self.failures.push(line.to_owned());
            return;
        }
        let text = if let Some(rest) = line.strip_prefix("test result:") {
            rest
        } else if line.starts_with("==") {
            line.trim_matches('=')
        } else if is_plain(line) {
            line
        } else {
            return;
        };
        let words: Vec<&str> = text.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            if let Ok(number) = pair[0].parse::<u64>() {
                match pair[1] {
                    "passed" => self.passed += number,
                    "failed" | "error" | "errors" => self.failed += number,
                    "skipped" | "ignored" => self.skipped += number,
                    _ => {}
                }
            }
        }
    }
}

/// "test name ... FAILED" of cargo, "FAIL name" of our own runners, "FAILED name" of pytest.
fn names_a_failure(line: &str) -> bool {
    (line.starts_with("test ") && line.ends_with("... FAILED"))
        || line.starts_with("FAIL ")
        || line.starts_with("FAILED ")
}

/// "3 passed, 0 failed", perhaps with ", 1 skipped".
fn is_plain(line: &str) -> bool {
    let known = |part: &str| {
        part.trim().split_once(' ').is_some_and(|(number, word)| {
            number.parse::<u64>().is_ok() && matches!(word, "passed" | "failed" | "skipped")
        })
    };
    line.contains(" passed") && line.split(',').all(known)
}

#[cfg(test)]
mod tests {
    use super::Counts;

    fn read(line: &str) -> (u64, u64, u64) {
        let mut counts = Counts::default();
        counts.read(line);
        (counts.passed, counts.failed, counts.skipped)
    }

    #[test]
    fn closing_lines_are_counted() {
        assert_eq!(
            read("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out"),
            (12, 0, 1)
        );
        assert_eq!(read("===== 1 failed, 4 passed in 0.31s ====="), (4, 1, 0));
        assert_eq!(read("7 passed, 2 failed"), (7, 2, 0));
        assert_eq!(read("7 passed, 0 failed, 3 skipped"), (7, 0, 3));
    }

    #[test]
    fn what_failed_is_kept_by_name() {
        let mut counts = Counts::default();
        for line in [
            "test rows::a ... ok",
            "test rows::b ... FAILED",
            "FAIL   export, dark (3 ms): gone",
            "test result: FAILED. 1 passed; 1 failed;",
        ] {
            counts.read(line);
        }
        assert_eq!(counts.failures, ["test rows::b ... FAILED", "FAIL   export, dark (3 ms): gone"]);
        assert_eq!((counts.passed, counts.failed), (1, 1));
    }

    #[test]
    fn other_lines_say_nothing() {
        assert_eq!(read("the 3 passed tests, 1 failed"), (0, 0, 0));
        assert_eq!(read("5 passed the gate"), (0, 0, 0));
    }
}
