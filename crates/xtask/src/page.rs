//! What is done to the page that Trunk writes: one style sheet, and no script inside of it.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::hash::Fingerprint;

/// Makes index.html fit for the content security policy and quick to load.
pub(crate) fn finish(dist: &Path) -> Result<()> {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).with_context(|| format!("reading {}", page.display()))?;
    let html = one_stylesheet(dist, &html)?;
    let html = script_files(dist, &html)?;
    if html.contains("<style") {
        bail!("index.html has an inline style, which the content security policy forbids");
    }
    fs::write(&page, html).with_context(|| format!("writing {}", page.display()))
}

/// Joins all style sheets, in their order: a browser opens six connections to a server, and the
/// app waits for the last sheet.
fn one_stylesheet(dist: &Path, html: &str) -> Result<String> {
    let mut css = String::new();
    let mut out = String::with_capacity(html.len());
    let mut place = None;
    let mut rest = html;
    while let Some(begin) = rest.find("<link") {
        let end = begin + rest[begin..].find('>').context("index.html: a link without an end")? + 1;
        let tag = &rest[begin..end];
        out.push_str(&rest[..begin]);
        match attribute(tag, "href") {
            Some(href) if attribute(tag, "rel") == Some("stylesheet") && href.starts_with('/') => {
                let file = dist.join(href.trim_start_matches('/'));
                let text =
                    fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
                if text.contains("@import") {
                    bail!("{} imports another style sheet: name that in index.html instead", file.display());
                }
                css.push_str(&without_comments(&text));
                fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))?;
                place.get_or_insert(out.len());
            }
            _ => out.push_str(tag),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    if let Some(place) = place {
        let name = named(dist, "style", "css", &css)?;
        out.insert_str(place, &format!("<link rel=\"stylesheet\" href=\"/{name}\">"));
    }
    Ok(out)
}

/// Trunk starts the app with a script inside of the page. The content security policy allows none,
/// so each becomes a file, named by its content like all others.
fn script_files(dist: &Path, html: &str) -> Result<String> {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(begin) = rest.find("<script") {
        let open_end = begin + rest[begin..].find('>').context("index.html: a script tag without an end")?;
        let close = rest[open_end..].find("</script>").context("index.html: a script without an end")?;
        let close = open_end + close;
        let (tag, body) = (&rest[begin..open_end], rest[open_end + 1..close].trim());
        out.push_str(&rest[..begin]);
        if body.is_empty() {
            out.push_str(&rest[begin..close]);
        } else {
            let name = named(dist, "start", "js", body)?;
            // Without Trunk's placeholder for a nonce.
            let kept: Vec<&str> = tag.split_whitespace().filter(|part| !part.starts_with("nonce")).collect();
            write!(out, "{} src=\"/{name}\">", kept.join(" "))?;
        }
        out.push_str("</script>");
        rest = &rest[close + "</script>".len()..];
    }
    out.push_str(rest);
    Ok(out)
}

/// Writes a file whose name holds a fingerprint of its content, so that it may be cached for ever.
fn named(dist: &Path, stem: &str, extension: &str, content: &str) -> Result<String> {
    let mut fingerprint = Fingerprint::new();
    fingerprint.add(content.as_bytes());
    let name = format!("{stem}-{}.{extension}", fingerprint.hex());
    fs::write(dist.join(&name), content).with_context(|| format!("writing {name}"))?;
    Ok(name)
}

/// The value of a tag's attribute, quoted or not.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}="))? + name.len() + 2;
    let value = &tag[start..];
    match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next(),
        _ => value.split([' ', '>']).next(),
    }
}

/// The sheet without its comments; what looks like one inside of a string stays.
fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut quote = None;
    let mut rest = css.chars().peekable();
    while let Some(char) = rest.next() {
        match quote {
            None if char == '/' && rest.peek() == Some(&'*') => {
                rest.next();
                let mut last = ' ';
                for inside in rest.by_ref() {
                    if last == '*' && inside == '/' {
                        break;
                    }
                    last = inside;
                }
                continue;
            }
            None if char == '"' || char == '\'' => quote = Some(char),
            Some(open) if char == open => quote = None,
            Some(_) if char == '\\' => {
                out.push(char);
                out.extend(rest.next());
                continue;
            }
            _ => {}
        }
        out.push(char);
    }
    out.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::{attribute, without_comments};

    #[test]
    fn comments_go_and_strings_stay() {
        let css = "/* why */\na { content: \"/* no */\"; /* gone */ b: 'it\\'s /*' }\n\n/**/";
        assert_eq!(without_comments(css), "a { content: \"/* no */\";  b: 'it\\'s /*' }\n");
    }

    #[test]
    fn attributes_are_read_with_and_without_quotes() {
        assert_eq!(attribute("<link rel=\"stylesheet\" href=\"/a.css\">", "href"), Some("/a.css"));
        assert_eq!(attribute("<link href=/a.css rel=stylesheet>", "rel"), Some("stylesheet"));
        assert_eq!(attribute("<link rel=icon>", "href"), None);
    }
}
