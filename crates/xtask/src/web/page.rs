//! The page, from frontend/index.html: one style sheet, no script inside of it, every file under its served name.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::publish::{Published, named, part_styles};

/// Writes index.html and what it names.
pub(super) fn write(frontend: &Path, staging: &Path, app: &Published) -> Result<()> {
    let page = frontend.join("index.html");
    let html = fs::read_to_string(&page).with_context(|| format!("reading {}", page.display()))?;
    let html = without(&html, "<!--", "-->");
    let html = one_stylesheet(frontend, staging, &html, app.loader.is_none())?;
    let html = served_files(frontend, staging, &html)?;
    let html = with_app(staging, &html, app)?;
    if html.contains("<style") {
        bail!("index.html has an inline style, which the content security policy forbids");
    }
    let html = html.lines().filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join("\n") + "\n";
    fs::write(staging.join("index.html"), html).context("writing index.html")
}

/// Joins all style sheets, in their order: a browser opens six connections to a server, and the
/// app waits for the last sheet. `whole`: those of the parts too.
fn one_stylesheet(frontend: &Path, staging: &Path, html: &str, whole: bool) -> Result<String> {
    let mut css = String::new();
    let mut place = None;
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(begin) = rest.find("<link") {
        let end = begin + rest[begin..].find('>').context("index.html: a link without an end")? + 1;
        let tag = &rest[begin..end];
        out.push_str(&rest[..begin]);
        match attribute(tag, "href") {
            Some(href) if attribute(tag, "rel") == Some("stylesheet") => {
                css.push_str(&sheet(&frontend.join(href))?);
                place.get_or_insert(out.len());
            }
            _ => out.push_str(tag),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    if whole {
        for file in part_styles(frontend)?.values() {
            css.push_str(&sheet(file)?);
        }
    }
    if let Some(place) = place {
        let name = named(staging, "style", "css", css.as_bytes())?;
        out.insert_str(place, &format!("<link rel=\"stylesheet\" href=\"/{name}\">"));
    }
    Ok(out)
}

/// A style sheet as it is served.
pub(super) fn sheet(file: &Path) -> Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    if text.contains("@import") {
        bail!("{} imports another style sheet: name that in index.html instead", file.display());
    }
    Ok(without_comments(&text))
}

/// The icon and the scripts that stand in the page's source. A script must be a file: the content security policy
/// allows none inside of the page.
fn served_files(frontend: &Path, staging: &Path, html: &str) -> Result<String> {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(begin) = rest.find("<link").into_iter().chain(rest.find("<script")).min() {
        let end = begin + rest[begin..].find('>').context("index.html: a tag without an end")? + 1;
        let tag = &rest[begin..end];
        out.push_str(&rest[..begin]);
        let source = if tag.starts_with("<link") { attribute(tag, "href") } else { attribute(tag, "src") };
        let source = source.with_context(|| format!("index.html: {tag} names no file"))?;
        if source.starts_with('/') {
            out.push_str(tag);
        } else {
            let file = frontend.join(source);
            let content = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
            let part =
                |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
            let name = named(staging, &part(file.file_stem()), &part(file.extension()), &content)?;
            out.push_str(&tag.replace(source, &format!("/{name}")));
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    Ok(out)
}

/// The app, at the end of the head: everything begins to load at once, and a script of one line starts it.
fn with_app(staging: &Path, html: &str, app: &Published) -> Result<String> {
    let Published { script, module, loader } = app;
    let start =
        format!("import init from \"/{script}\";\nawait init({{ module_or_path: \"/{module}\" }});\n");
    let start = named(staging, "start", "js", start.as_bytes())?;
    let mut tags = String::new();
    for script in [Some(script), loader.as_ref()].into_iter().flatten() {
        writeln!(tags, "<link rel=\"modulepreload\" href=\"/{script}\">")?;
    }
    writeln!(
        tags,
        "<link rel=\"preload\" href=\"/{module}\" as=\"fetch\" type=\"application/wasm\" crossorigin>"
    )?;
    writeln!(tags, "<script type=\"module\" src=\"/{start}\"></script>")?;
    let end = html.find("</head>").context("index.html has no </head>")?;
    let (head, body) = html.split_at(end);
    Ok(format!("{head}{tags}{body}"))
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

/// The text without what stands between `open` and `close`.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once(open) {
        out.push_str(before);
        rest = inside.split_once(close).map_or("", |(_, after)| after);
    }
    out + rest
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
    use super::{attribute, without, without_comments};

    #[test]
    fn comments_go_and_strings_stay() {
        let css = "/* why */\na { content: \"/* no */\"; /* gone */ b: 'it\\'s /*' }\n\n/**/";
        assert_eq!(without_comments(css), "a { content: \"/* no */\";  b: 'it\\'s /*' }\n");
    }

    #[test]
    fn comments_of_the_page_go() {
        assert_eq!(without("a <!-- b --> c <!-- d -->", "<!--", "-->"), "a  c ");
        assert_eq!(without("a", "<!--", "-->"), "a");
    }

    #[test]
    fn attributes_are_read_with_and_without_quotes() {
        assert_eq!(attribute("<link rel=\"stylesheet\" href=\"/a.css\">", "href"), Some("/a.css"));
        assert_eq!(attribute("<link href=/a.css rel=stylesheet>", "rel"), Some("stylesheet"));
        assert_eq!(attribute("<link rel=icon>", "href"), None);
    }
}
