//! What every operation of the document must have. Run by `cargo test`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{document, text};
use crate::router::routes;

fn each(mut check: impl FnMut(&str, &str, &Value)) {
    let document = document(&routes());
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            check(path, method, operation);
        }
    }
}

fn has_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

#[test]
fn every_operation_is_described() {
    let mut ids = BTreeSet::new();
    each(|path, method, operation| {
        let at = format!("{method} {path}");
        for key in ["summary", "description", "operationId", "x-permission"] {
            assert!(has_text(&operation[key]), "{at} has no {key}");
        }
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{at}: one tag");
        let id = operation["operationId"].as_str().unwrap().to_owned();
        assert!(id.chars().all(|letter| letter.is_ascii_alphanumeric()), "{at}: {id}");
        assert!(id.starts_with(|letter: char| letter.is_ascii_lowercase()), "{at}: {id}");
        assert!(!operation["summary"].as_str().unwrap().ends_with('.'), "{at}: a summary is no sentence");
        assert!(
            operation["description"].as_str().unwrap().ends_with(['.', '?']),
            "{at}: a description is sentences"
        );
        assert!(ids.insert(id), "{at}: the id comes twice");
    });
}

#[test]
fn every_parameter_is_described_and_every_variable_is_a_parameter() {
    each(|path, method, operation| {
        let at = format!("{method} {path}");
        let parameters = operation["parameters"].as_array().unwrap();
        for parameter in parameters {
            for key in ["name", "in", "description"] {
                assert!(has_text(&parameter[key]), "{at}: a parameter without {key}: {parameter}");
            }
            assert!(parameter["schema"].is_object() && !parameter["example"].is_null(), "{at}: {parameter}");
        }
        for variable in path.split('{').skip(1).filter_map(|part| part.split('}').next()) {
            let found = parameters.iter().any(|one| one["name"] == variable && one["in"] == "path");
            assert!(found, "{at}: {variable} is not described");
        }
    });
}

#[test]
fn every_body_and_answer_has_a_named_schema_and_an_example() {
    each(|path, method, operation| {
        let at = format!("{method} {path}");
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with('2')), "{at}: no success");
        for (status, answer) in answers {
            assert!(has_text(&answer["description"]), "{at} {status}");
            assert!(answer["headers"]["X-Request-Id"].is_object(), "{at} {status}");
            for (media, content) in answer["content"].as_object().into_iter().flatten() {
                check_content(&at, media, content);
            }
        }
        for (media, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
            check_content(&at, media, content);
        }
    });
}

fn check_content(at: &str, media: &str, content: &Value) {
    assert!(!content["example"].is_null() || content["examples"].is_object(), "{at} {media}: no example");
    let schema = &content["schema"];
    if media.ends_with("json") {
        let named = |schema: &Value| schema["$ref"].is_string();
        let union = schema["oneOf"].as_array().is_some_and(|all| all.iter().all(named));
        let any = schema["additionalProperties"] == true;
        assert!(named(schema) || named(&schema["items"]) || union || any, "{at} {media}: {schema}");
    }
}

/// What generators of clients leave out, number, or ask for without need.
#[test]
fn generated_clients_are_of_use() {
    each(|path, method, operation| {
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let all = answer["content"].get("*/*");
            assert!(all.is_none(), "{method} {path} {status}: the Python generator leaves */* out");
        }
    });
    let document = document(&routes());
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (property, given) in schema["properties"].as_object().into_iter().flatten() {
            let default = given.get("default");
            assert!(
                default.is_none(),
                "{name}.{property}: the TypeScript generator asks for what has a default"
            );
        }
        for variant in schema["oneOf"].as_array().into_iter().flatten() {
            let named = variant["type"] != "object" || has_text(&variant["title"]);
            assert!(named, "{name}: the Python generator numbers what has no title: {variant}");
        }
        let names = schema.get("x-enum-varnames").unwrap_or(&schema["enum"]);
        for name_of in names.as_array().into_iter().flatten().filter_map(Value::as_str) {
            let sign =
                name_of.chars().any(|letter| !letter.is_ascii_alphanumeric() && !".-_".contains(letter));
            assert!(!sign, "{name}: {name_of} is no name");
        }
    }
}

#[test]
fn every_code_has_its_status_among_the_answers() {
    use howdah_types::problem::{Code, MEDIA_TYPE};
    each(|path, method, operation| {
        let codes = operation["x-problem-codes"].as_array().unwrap();
        assert!(!codes.is_empty());
        for code in codes {
            let known = Code::ALL.iter().find(|one| one.as_str() == code).unwrap();
            let answer = &operation["responses"][known.status().to_string()];
            assert!(answer["content"][MEDIA_TYPE]["examples"].is_object(), "{method} {path}: {code}");
            let shared = answer["description"].as_str().unwrap().contains(&format!("`{}`", known.as_str()));
            assert!(shared || path == "/api/ready", "{method} {path}: {code} is not among the words");
        }
    });
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_described() {
    let document = document(&routes());
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(schemas.contains_key(reference), "{reference}");
    }
    for (name, schema) in schemas {
        assert!(has_text(&schema["description"]), "{name} has no description");
    }
}

#[test]
fn permissions_are_written_as_on_the_wire() {
    use howdah_types::permissions::Permission;
    let names: Vec<_> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    assert_eq!(document(&routes())["components"]["schemas"]["Permission"]["enum"], serde_json::json!(names));
}

#[test]
fn secrets_are_no_examples() {
    assert!(!text(&routes()).contains("howdah_A"));
}

/// `openapi/openapi.json` is what the code says. `HOWDAH_WRITE_OPENAPI=1 cargo test -p howdah-api` writes it.
#[test]
fn the_committed_document_is_up_to_date() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/openapi.json");
    let now = text(&routes());
    if std::env::var_os("HOWDAH_WRITE_OPENAPI").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &now).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == now,
        "openapi/openapi.json is not up to date: run `just openapi` and look at the difference"
    );
}
