//! Numbers for people. Figures are shown in tabular width by the style sheet.

/// A size in bytes: `8.1 MB`, `512 bytes`. 1 kB is 1024 bytes, as in PostgreSQL's `pg_size_pretty`.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
pub fn bytes(bytes: i64) -> String {
    let mut size = bytes as f64;
    if size.abs() < 1024.0 {
        return format!("{bytes} bytes");
    }
    let mut unit = "";
    for next in ["kB", "MB", "GB", "TB", "PB"] {
        if size.abs() < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = next;
    }
    if size.abs() < 9.95 { format!("{size:.1} {unit}") } else { format!("{size:.0} {unit}") }
}

/// A count with thousands separated: `5,104,332`.
pub fn count(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('−');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 database`, `12 databases`.
pub fn plural(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A duration: `0.4 ms`, `12 ms`, `1.2 s`, `3 min 5 s`.
#[expect(clippy::cast_possible_truncation, reason = "durations of this app are far below the limit")]
pub fn duration(ms: f64) -> String {
    if ms < 10.0 {
        format!("{ms:.1} ms")
    } else if ms < 1_000.0 {
        format!("{ms:.0} ms")
    } else if ms < 60_000.0 {
        format!("{:.1} s", ms / 1_000.0)
    } else {
        let seconds = (ms / 1_000.0) as i64;
        let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
        if hours > 0 {
            format!("{hours} h {minutes} min")
        } else {
            format!("{minutes} min {} s", seconds % 60)
        }
    }
}

/// A part of a whole from 0 to 1: `42 %`.
pub fn percent(part: f64) -> String {
    format!("{:.0} %", part.clamp(0.0, 1.0) * 100.0)
}

/// Without the difference between capital and small letters, for searching. The browser's tables are used for it: the
/// ones of Rust would make the app larger.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    #[cfg(target_arch = "wasm32")]
    return js_sys::JsString::from(text).to_lower_case().into();
    #[cfg(not(target_arch = "wasm32"))]
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_two_or_three_digits() {
        assert_eq!(bytes(0), "0 bytes");
        assert_eq!(bytes(1023), "1023 bytes");
        assert_eq!(bytes(8_123_456), "7.7 MB");
        assert_eq!(bytes(10_234), "10 kB");
        assert_eq!(bytes(126_701_535_232), "118 GB");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(5_104_332), "5,104,332");
        assert_eq!(count(999), "999");
        assert_eq!(count(-1_000), "−1,000");
        assert_eq!(plural(1, "job", "jobs"), "1 job");
    }

    #[test]
    fn durations_grow_in_unit() {
        assert_eq!(duration(0.42), "0.4 ms");
        assert_eq!(duration(1_234.0), "1.2 s");
        assert_eq!(duration(185_000.0), "3 min 5 s");
        assert_eq!(duration(7_320_000.0), "2 h 2 min");
    }
}
