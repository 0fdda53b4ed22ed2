//! HTML as text, with everything that is not ours escaped by one function.

/// Text for an element or for a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Prose: escaped, with `code` in backquotes and blank lines between paragraphs.
pub(super) fn prose(text: &str) -> String {
    let paragraphs = text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty());
    paragraphs.flat_map(|paragraph| ["<p>".to_owned(), line(paragraph), "</p>".to_owned()]).collect()
}

/// One line of prose.
pub(super) fn line(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            html.push_str("<code>");
            html.push_str(&escape(part));
            html.push_str("</code>");
        } else {
            html.push_str(&escape(part));
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_a_tag_or_leaves_an_attribute() {
        assert_eq!(
            escape("<img src=x onerror='a' b=\"c\">&"),
            "&lt;img src=x onerror=&#39;a&#39; b=&quot;c&quot;&gt;&amp;"
        );
        assert_eq!(prose("a `<b>` c\n\n<d>"), "<p>a <code>&lt;b&gt;</code> c</p><p>&lt;d&gt;</p>");
        assert_eq!(line("open ` quote <x>"), "open <code> quote &lt;x&gt;</code>");
    }
}
