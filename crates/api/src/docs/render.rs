//! The page `/api/docs`: static, no script, readable at 390 px and in both themes.

use std::fmt::Write as _;

use howdah_types::problem::Code;
use serde_json::Value;

use super::html::{escape, line, prose};

/// The whole page.
pub(super) fn page(document: &Value) -> String {
    let mut html = String::with_capacity(200_000);
    let version = text(&document["info"]["version"]);
    // Writing to a `String` cannot fail, here and below.
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Howdah API reference</title>\
         <link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"/api/docs.css\"></head><body>\
         <a class=\"skip\" href=\"#content\">Skip to the content</a>{}<main id=\"content\" tabindex=\"-1\">\
         <h1>Howdah API <small>{}</small></h1>{}<p><a href=\"/api/openapi.json\">openapi.json</a> for generated \
         clients · <a href=\"/\">back to Howdah</a></p>",
        navigation(document),
        escape(version),
        prose(text(&document["info"]["description"])),
    );
    for tag in list(&document["tags"]) {
        let name = text(&tag["name"]);
        let _ = write!(
            html,
            "<section aria-labelledby=\"tag-{0}\"><h2 id=\"tag-{0}\">{1}</h2>",
            escape(name),
            escape(&title(name))
        );
        html.push_str(&prose(text(&tag["description"])));
        for (path, method, operation) in operations(document, name) {
            html.push_str(&operation_section(document, path, method, operation));
        }
        html.push_str("</section>");
    }
    html.push_str(&schemas(document));
    html.push_str(&problems());
    html.push_str("</main></body></html>\n");
    html
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn title(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn operations<'a>(document: &'a Value, tag: &'a str) -> impl Iterator<Item = (&'a str, &'a str, &'a Value)> {
    entries(&document["paths"]).flat_map(move |(path, item)| {
        let of_tag = entries(item).filter(move |(_, operation)| operation["tags"][0] == tag);
        of_tag.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

fn navigation(document: &Value) -> String {
    let mut html = String::from("<nav aria-label=\"Contents\"><ul>");
    for tag in list(&document["tags"]) {
        let name = text(&tag["name"]);
        let _ = write!(html, "<li><a href=\"#tag-{}\">{}</a></li>", escape(name), escape(&title(name)));
    }
    html.push_str(
        "<li><a href=\"#schemas\">Schemas</a></li><li><a href=\"#problems\">Problems</a></li></ul></nav>",
    );
    html
}

fn operation_section(document: &Value, path: &str, method: &str, operation: &Value) -> String {
    let id = escape(text(&operation["operationId"]));
    let mut html = format!(
        "<article aria-labelledby=\"{id}\"><h3 id=\"{id}\"><a href=\"#{id}\">{}</a></h3>\
         <p class=\"address\"><span class=\"method {}\">{}</span> <code>{}</code></p>\
         <p class=\"needs\">Permission: <code>{}</code></p>{}",
        escape(text(&operation["summary"])),
        escape(method),
        escape(&method.to_uppercase()),
        escape(path),
        escape(text(&operation["x-permission"])),
        prose(text(&operation["description"])),
    );
    html.push_str(&parameters(list(&operation["parameters"]), &id));
    for (media, content) in entries(&operation["requestBody"]["content"]) {
        let _ = write!(html, "<h4>Body</h4>{}", self::content(document, media, content));
    }
    for (status, response) in entries(&operation["responses"]) {
        // Problems have a chapter of their own.
        let bodies =
            entries(&response["content"]).filter(|(media, _)| *media != howdah_types::problem::MEDIA_TYPE);
        let bodies: String = bodies.map(|(media, content)| self::content(document, media, content)).collect();
        if !bodies.is_empty() || status.starts_with('2') {
            let description = line(text(&response["description"]));
            let _ = write!(html, "<h4>Answer {}</h4><p>{description}</p>{bodies}", escape(status));
        }
    }
    let codes = list(&operation["x-problem-codes"]).iter().map(|code| {
        let code = escape(text(code));
        format!("<li><a href=\"#{code}\"><code>{code}</code></a></li>")
    });
    let _ = write!(html, "<h4>Problems</h4><ul class=\"codes\">{}</ul></article>", codes.collect::<String>());
    html
}

fn parameters(parameters: &[Value], operation: &str) -> String {
    if parameters.is_empty() {
        return String::new();
    }
    let mut html = format!(
        "<h4>Parameters</h4>\
         <div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"Parameters of {operation}\"><table>\
         <thead><tr><th>Name</th><th>In</th><th>Type</th><th>Meaning</th></tr></thead><tbody>"
    );
    for parameter in parameters {
        let required =
            if parameter["required"] == true { " <span class=\"required\">required</span>" } else { "" };
        let _ = write!(
            html,
            "<tr><td><code>{}</code>{required}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(text(&parameter["name"])),
            escape(text(&parameter["in"])),
            type_of(&parameter["schema"]),
            line(text(&parameter["description"])),
        );
    }
    html.push_str("</tbody></table></div>");
    html
}

fn content(_: &Value, media: &str, content: &Value) -> String {
    let example = match &content["example"] {
        Value::String(text) => text.clone(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    };
    format!(
        "<p><code>{}</code> {}</p><pre tabindex=\"0\"><code>{}</code></pre>",
        escape(media),
        type_of(&content["schema"]),
        escape(&example),
    )
}

/// A type in a few words, with links to named schemas.
fn type_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#schema-{0}\">{0}</a>", escape(name));
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if schema[key].is_array() {
            return list(&schema[key]).iter().map(type_of).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<_> =
            values.iter().map(|value| format!("<code>{}</code>", escape(&value.to_string()))).collect();
        return values.join(" or ");
    }
    let one = |name: &str| match name {
        "array" => format!("list of {}", type_of(&schema["items"])),
        name => escape(name),
    };
    match &schema["type"] {
        Value::String(name) => one(name),
        Value::Array(names) => names.iter().map(|name| one(text(name))).collect::<Vec<_>>().join(" or "),
        _ => "any".into(),
    }
}

fn schemas(document: &Value) -> String {
    let mut html = String::from("<section aria-labelledby=\"schemas\"><h2 id=\"schemas\">Schemas</h2>");
    for (name, schema) in entries(&document["components"]["schemas"]) {
        let name = escape(name);
        let _ =
            write!(html, "<article aria-labelledby=\"schema-{name}\"><h3 id=\"schema-{name}\">{name}</h3>");
        html.push_str(&prose(text(&schema["description"])));
        html.push_str(&schema_body(schema, &name));
        html.push_str("</article>");
    }
    html.push_str("</section>");
    html
}

fn schema_body(schema: &Value, name: &str) -> String {
    if schema["oneOf"].is_array() {
        let items = list(&schema["oneOf"]).iter().zip(1..).map(|(variant, number): (_, u32)| {
            let words = line(text(&variant["description"]));
            format!("<li>{words}{}</li>", properties(variant, &format!("{name}, form {number}")))
        });
        return format!("<p>One of:</p><ul>{}</ul>", items.collect::<String>());
    }
    if schema["properties"].is_object() {
        properties(schema, name)
    } else {
        format!("<p>{}</p>", type_of(schema))
    }
}

fn properties(schema: &Value, name: &str) -> String {
    if !schema["properties"].is_object() {
        return if schema["type"].is_string() { String::new() } else { type_of(schema) };
    }
    let required = list(&schema["required"]);
    let mut html = format!(
        "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"Fields of {name}\"><table>\
         <thead><tr><th>Field</th><th>Type</th><th>Meaning</th></tr></thead><tbody>"
    );
    for (field, property) in entries(&schema["properties"]) {
        let mark = if required.iter().any(|one| one == field) {
            " <span class=\"required\">required</span>"
        } else {
            ""
        };
        let _ = write!(
            html,
            "<tr><td><code>{}</code>{mark}</td><td>{}</td><td>{}</td></tr>",
            escape(field),
            type_of(property),
            line(text(&property["description"])),
        );
    }
    html.push_str("</tbody></table></div>");
    html
}

fn problems() -> String {
    let mut html = String::from(
        "<section aria-labelledby=\"problems\"><h2 id=\"problems\">Problems</h2><p>What is refused is answered as \
         <code>application/problem+json</code> with one of these codes, and with <code>errors</code> that name the \
         fields, where fields were refused.</p>\
         <div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"Problem codes\"><table><thead><tr><th>Code</th>\
         <th>Status</th><th>Title</th><th>What to do</th></tr></thead><tbody>",
    );
    for code in Code::ALL {
        let _ = write!(
            html,
            "<tr id=\"{0}\"><td><a href=\"#{0}\"><code>{0}</code></a></td><td>{1}</td><td>{2}</td><td>{3}</td></tr>",
            escape(code.as_str()),
            code.status(),
            escape(code.title()),
            escape(crate::problem::usual(*code)),
        );
    }
    html.push_str("</tbody></table></div></section>");
    html
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{openapi, router};

    #[test]
    fn the_page_names_every_operation_and_code_and_its_links_lead_somewhere() {
        let document = openapi::document(&router::routes());
        let html = page(&document);
        for route in router::routes() {
            assert!(html.contains(&format!("<h3 id=\"{}\">", route.doc.id)), "{}", route.doc.id);
        }
        for code in Code::ALL {
            assert!(html.contains(&format!("<tr id=\"{}\">", code.as_str())));
        }
        let after = |start: &str| -> Vec<String> {
            html.split(start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
        };
        let anchors = after(" id=\"");
        let unique: BTreeSet<_> = anchors.iter().collect();
        assert_eq!(unique.len(), anchors.len(), "an id comes twice");
        for link in after("href=\"#") {
            assert!(unique.contains(&link), "#{link} leads nowhere");
        }
    }

    #[test]
    fn the_page_keeps_the_content_security_policy() {
        let html = page(&openapi::document(&router::routes()));
        for forbidden in ["<script", "<style", " style=", " onclick", "http://", "https://"] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
    }
}
