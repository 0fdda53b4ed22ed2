//! The narrowest type of PostgreSQL that values fit.

use super::json;

/// Types, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u16);

impl Types {
    const INTEGER: Self = Self(1);
    const BIGINT: Self = Self(1 << 1);
    const NUMERIC: Self = Self(1 << 2);
    const DOUBLE: Self = Self(1 << 3);
    const BOOLEAN: Self = Self(1 << 4);
    const DATE: Self = Self(1 << 5);
    const TIMESTAMP: Self = Self(1 << 6);
    const TIMESTAMPTZ: Self = Self(1 << 7);
    const TIME: Self = Self(1 << 8);
    const UUID: Self = Self(1 << 9);
    const JSONB: Self = Self(1 << 10);
    /// Nothing but text.
    pub(super) const TEXT: Self = Self(0);
    pub(super) const ALL: Self = Self((1 << 11) - 1);

    /// From the narrowest on.
    const NAMES: [(Self, &str); 11] = [
        (Self::BOOLEAN, "boolean"),
        (Self::INTEGER, "integer"),
        (Self::BIGINT, "bigint"),
        (Self::NUMERIC, "numeric"),
        (Self::DOUBLE, "double precision"),
        (Self::DATE, "date"),
        (Self::TIMESTAMP, "timestamp"),
        (Self::TIMESTAMPTZ, "timestamptz"),
        (Self::TIME, "time"),
        (Self::UUID, "uuid"),
        (Self::JSONB, "jsonb"),
    ];

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The narrowest of them.
    pub(super) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(types, _)| self.and(*types) != Self::TEXT).map_or("text", |(_, name)| name)
    }
}

/// What a text fits. `loose`: the file has texts only, so that digits may be a number.
pub(super) fn of_text(text: &str, loose: bool) -> Types {
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else {
        return Types::TEXT;
    };
    if matches!(first, b'{' | b'[') {
        return if loose && json::is_postgres_json(text) { Types::JSONB } else { Types::TEXT };
    }
    if loose {
        let number = of_number(text);
        if number != Types::TEXT {
            return number;
        }
        let boolean = ["true", "false", "t", "f", "yes", "no"];
        if boolean.iter().any(|word| word.eq_ignore_ascii_case(text)) {
            return Types::BOOLEAN;
        }
    }
    if is_uuid(bytes) { Types::UUID } else { of_moment(bytes) }
}

/// What a value of JSON fits that is no string.
pub(super) fn of_json(json: &str) -> Types {
    let narrow = match json.as_bytes().first() {
        Some(b'{' | b'[') => Types::TEXT,
        Some(b't' | b'f') => Types::BOOLEAN,
        _ => of_number(json),
    };
    narrow.or(Types::JSONB)
}

fn of_number(text: &str) -> Types {
    if ["nan", "infinity", "-infinity"].iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return Types::DOUBLE;
    }
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(rest);
    if whole > 1 && rest.starts_with('0') {
        // A number would lose the zeros.
        return Types::TEXT;
    }
    let rest = &rest[whole..];
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) if digits(rest) > 0 => (digits(rest), &rest[digits(rest)..]),
        Some(_) => return Types::TEXT,
        None => (0, rest),
    };
    if whole + fraction == 0 || text.len() > 1000 {
        return Types::TEXT;
    }
    if rest.is_empty() {
        let mut types = Types::NUMERIC;
        if fraction == 0 && text.parse::<i64>().is_ok() {
            types = types.or(Types::BIGINT);
            if text.parse::<i32>().is_ok() {
                types = types.or(Types::INTEGER);
            }
        }
        // Among numbers with exponents it must not lose digits.
        return if whole + fraction <= 15 { types.or(Types::DOUBLE) } else { types };
    }
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else {
        return Types::TEXT;
    };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if exponent.is_empty() || digits(exponent) < exponent.len() {
        return Types::TEXT;
    }
    let mantissa = &text[..text.len() - rest.len()];
    let zero = mantissa.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    match text.parse::<f64>() {
        Ok(number) if zero || number.is_normal() => Types::DOUBLE,
        _ => Types::TEXT,
    }
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn of_moment(bytes: &[u8]) -> Types {
    let Some(after_date) = date(bytes) else {
        return if time(bytes).is_some_and(<[u8]>::is_empty) { Types::TIME } else { Types::TEXT };
    };
    let after_time = match after_date {
        [] => return Types::DATE.or(Types::TIMESTAMP),
        [b' ' | b'T', rest @ ..] => time(rest),
        _ => None,
    };
    match after_time {
        Some([]) => Types::TIMESTAMP,
        Some(zone) if is_zone(zone) => Types::TIMESTAMPTZ,
        _ => Types::TEXT,
    }
}

/// So many digits at the beginning, as a number, and what comes after them.
fn number(bytes: &[u8], digits: usize) -> Option<(u32, &[u8])> {
    let (head, rest) = bytes.split_at_checked(digits)?;
    let mut number = 0;
    for byte in head {
        number = number * 10 + u32::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    Some((number, rest))
}

/// `2026-01-31`; what comes after it.
fn date(bytes: &[u8]) -> Option<&[u8]> {
    let (year, rest) = number(bytes, 4)?;
    let (month, rest) = number(rest.strip_prefix(b"-")?, 2)?;
    let (day, rest) = number(rest.strip_prefix(b"-")?, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (year > 0 && (1..=days).contains(&day)).then_some(rest)
}

/// `08:15`, `08:15:00`, `08:15:00.123456`; what comes after it. More digits than PostgreSQL keeps are no time.
fn time(bytes: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = number(bytes, 2)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?, 2)?;
    let Some(seconds) = rest.strip_prefix(b":") else {
        return (hour < 24 && minute < 60).then_some(rest);
    };
    let (second, mut rest) = number(seconds, 2)?;
    if let Some(fraction) = rest.strip_prefix(b".") {
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=6).contains(&digits) {
            return None;
        }
        rest = &fraction[digits..];
    }
    (hour < 24 && minute < 60 && second < 60).then_some(rest)
}

/// `Z`, `+01`, `+0100`, `-07:30`.
fn is_zone(bytes: &[u8]) -> bool {
    let [b'+' | b'-', rest @ ..] = bytes else {
        return bytes == b"Z";
    };
    let Some((hours, rest)) = number(rest, 2) else {
        return false;
    };
    let minutes = rest.strip_prefix(b":").unwrap_or(rest);
    let whole = rest.is_empty() || matches!(number(minutes, 2), Some((0..60, [])));
    hours < 16 && whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fit_the_narrowest_type() {
        for (text, name) in [
            ("0", "integer"),
            ("-12", "integer"),
            ("2147483647", "integer"),
            ("2147483648", "bigint"),
            ("9223372036854775808", "numeric"),
            ("1.50", "numeric"),
            (".5", "numeric"),
            ("1e5", "double precision"),
            ("NaN", "double precision"),
            ("-Infinity", "double precision"),
            ("1e400", "text"),
            ("1e-400", "text"),
            ("007", "text"),
            ("+4930123456", "text"),
            ("1.", "text"),
            ("1,5", "text"),
            ("-", "text"),
            ("", "text"),
            ("true", "boolean"),
            ("No", "boolean"),
            ("on", "text"),
            ("2024-02-29", "date"),
            ("2023-02-29", "text"),
            ("0000-01-01", "text"),
            ("2026-01-31 08:15", "timestamp"),
            ("2026-01-31T08:15:00.123456", "timestamp"),
            ("2026-01-31T08:15:00.1234567", "text"),
            ("2026-01-31T08:15:00Z", "timestamptz"),
            ("2026-01-31 08:15:00+01", "timestamptz"),
            ("2026-01-31 08:15:00-07:30", "timestamptz"),
            ("2026-01-31 25:15:00", "text"),
            ("08:15", "time"),
            ("08:15:60", "text"),
            ("0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f", "uuid"),
            ("0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0", "text"),
            ("{\"a\": 1}", "jsonb"),
            ("[1, 2]", "jsonb"),
            ("{1,2}", "text"),
            ("[\"\\u0000\"]", "text"),
            ("é", "text"),
        ] {
            assert_eq!(of_text(text, true).name(), name, "{text}");
        }
        assert_eq!(of_text("12", false).name(), "text", "JSON says that it is a string");
        assert_eq!(of_text("2024-02-29", false).name(), "date");
        for (json, name) in
            [("12", "integer"), ("1.5E3", "double precision"), ("true", "boolean"), ("[]", "jsonb")]
        {
            assert_eq!(of_json(json).name(), name);
        }
    }

    #[test]
    fn a_column_gets_what_fits_all() {
        let column = |texts: &[&str]| {
            texts.iter().fold(Types::ALL, |types, text| types.and(of_text(text, true))).name()
        };
        assert_eq!(column(&["1", "3000000000"]), "bigint");
        assert_eq!(column(&["1", "1.5"]), "numeric");
        assert_eq!(column(&["1", "1.5", "1e3"]), "double precision");
        assert_eq!(column(&["12345678901234567", "1e3"]), "text");
        assert_eq!(column(&["2026-01-31", "2026-01-31 08:15"]), "timestamp");
        assert_eq!(column(&["2026-01-31 08:15", "2026-01-31 08:15Z"]), "text");
        assert_eq!(column(&["1", "007"]), "text");
        assert_eq!(column(&["t", "1"]), "text");
        assert_eq!(of_json("1").and(of_json("{}")).name(), "jsonb");
    }
}
