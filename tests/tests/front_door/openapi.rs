//! The OpenAPI document: complete, the same as the committed one, and true.

use howdah_testkit::{Client, Cluster, TestApp, eventually, unique};
use howdah_types::permissions::Permission;
use serde_json::{Value, json};

use crate::support::{path, scratch};

/// Calls `each` with method, path and operation.
fn operations(document: &Value, mut each: impl FnMut(&str, &str, &Value)) {
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            each(method, path, operation);
        }
    }
}

#[test]
fn the_committed_document_is_what_the_program_prints() {
    let printed = TestApp::run_program(&["openapi"], &[]);
    let printed = String::from_utf8(printed.stdout).unwrap();
    let committed =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json")).unwrap();
    let line = committed.lines().zip(printed.lines()).position(|(one, two)| one != two);
    assert!(
        line.is_none() && committed.trim_end() == printed.trim_end(),
        "from line {line:?} on; run cargo xtask openapi"
    );
}

#[tokio::test]
async fn each_operation_is_described_in_full() {
    let app = TestApp::shared();
    let answer = app.nobody().get("/api/openapi.json").await.status(200);
    let document = answer.value();
    let mut wrong = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    let permissions: Vec<&str> =
        Permission::ALL.iter().map(|one| one.as_str()).chain(["public", "self"]).collect();
    let mut count = 0;
    operations(&document, |method, path, operation| {
        count += 1;
        let mut check = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{method} {path}: {what}"));
            }
        };
        let text = |key: &str| operation[key].as_str().unwrap_or_default();
        check(text("summary").len() > 5 && !text("summary").ends_with('.'), "summary");
        check(operation["tags"].as_array().is_some_and(|tags| tags.len() == 1), "one tag");
        let id = text("operationId");
        check(
            id.chars().next().is_some_and(char::is_lowercase) && id.chars().all(char::is_alphanumeric),
            "operationId in camelCase",
        );
        check(ids.insert(id.to_owned()), "operationId is unique");
        check(permissions.contains(&text("x-permission")), "x-permission");
        check(operation["x-problem-codes"].is_array(), "x-problem-codes");
        for variable in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
            let declared = operation["parameters"].as_array().into_iter().flatten().any(|one| {
                one["name"] == variable
                    && one["in"] == "path"
                    && one["required"] == true
                    && one.get("example").is_some()
            });
            check(declared, &format!("path variable {variable} with an example"));
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            check(
                parameter["description"].is_string() || parameter["in"] == "path",
                "parameters are described",
            );
        }
        if let Some(body) = operation.get("requestBody") {
            for content in body["content"].as_object().into_iter().flat_map(|all| all.values()) {
                check(
                    content.get("example").is_some() || content.get("examples").is_some(),
                    "an example of the body",
                );
            }
        }
        let responses = operation["responses"].as_object().cloned().unwrap_or_default();
        check(responses.keys().any(|status| status.starts_with('2')), "a 2xx");
        for (status, response) in &responses {
            let problem = status.starts_with(['4', '5']);
            let content = response["content"].as_object().cloned().unwrap_or_default();
            if problem && !content.contains_key("application/problem+json") && !path.ends_with("/ready") {
                check(false, &format!("{status} is a problem"));
            }
            for (kind, media) in &content {
                let shown = media.get("example").is_some() || media.get("examples").is_some();
                check(shown || !kind.contains("json"), &format!("an example for {status} {kind}"));
            }
        }
        if text("x-permission") != "public" {
            check(responses.contains_key("401"), "401");
        }
    });
    assert!(wrong.is_empty(), "{} of {count} operations:\n{}", wrong.len(), wrong.join("\n"));
    println!("{count} operations");
}

#[tokio::test]
async fn examples_fit_their_schemas() {
    let document = TestApp::shared().nobody().get("/api/openapi.json").await.status(200).value();
    let (mut wrong, mut count) = (Vec::new(), 0);
    operations(&document, |method, path, operation| {
        let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
        let answers = operation["responses"].as_object().into_iter().flatten();
        let media: Vec<&Value> = bodies
            .map(|(_, media)| media)
            .chain(answers.flat_map(|(_, response)| {
                response["content"].as_object().into_iter().flatten().map(|(_, media)| media)
            }))
            .collect();
        for media in media {
            let many = media["examples"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(_, one)| &resolved(&document, one)["value"]);
            for example in media.get("example").into_iter().chain(many) {
                count += 1;
                fits(&document, &media["schema"], example, &format!("{method} {path}"), &mut wrong);
            }
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{count} examples");
}

/// Real answers, checked against what the document says about them.
#[tokio::test]
async fn answers_are_what_the_document_says() {
    let app = TestApp::on(Cluster::shared()).start();
    let admin = app.administrator().await;
    let document = app.nobody().get("/api/openapi.json").await.status(200).value();
    let name = scratch("documented").await;
    Cluster::shared()
        .execute(
            &name,
            "CREATE TABLE t (a int PRIMARY KEY, b text); INSERT INTO t VALUES (1, NULL); CREATE VIEW v AS SELECT * FROM t;
             CREATE SEQUENCE s; CREATE TYPE e AS ENUM ('x'); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        )
        .await;
    let function = Cluster::shared().value(&name, "SELECT 'f'::regproc::oid").await;
    let job = admin
        .post(&format!("{}/copy", path(&name)), json!({"name": unique("documented_copy")}))
        .await
        .status(202)
        .value();
    let job = job["id"].as_str().unwrap().to_owned();
    eventually("the job ends", 20, async || {
        admin.get(&format!("/api/jobs/{job}")).await.value()["finishedAt"].is_string().then_some(())
    })
    .await;
    let request = admin.get(&format!("{}/tables", path(&name))).await.request_id();
    let rows = admin.get(&format!("{}/tables/t/rows", path(&name))).await.status(200).value();
    let address = rows["addresses"][0].as_str().unwrap().to_owned();
    let mut paths = Vec::new();
    operations(&document, |method, template, _| {
        if method == "get" && !template.ends_with("/events") {
            paths.push(template.to_owned());
        }
    });
    let (mut wrong, mut count) = (Vec::new(), 0);
    for template in &paths {
        let id = if template.starts_with("/api/jobs") { &job } else { &request };
        let mut at = template
            .replace("{name}", &name)
            .replace("{table}", "t")
            .replace("{schema}", "public")
            .replace("{view}", "v")
            .replace("{sequence}", "s")
            .replace("{type}", "e")
            .replace("{function}", &function)
            .replace("{extension}", "plpgsql")
            .replace("{id}", id)
            .replace("{requestId}", &request);
        at = at.replace("{trigger}", "x?table=t");
        if at.ends_with("/cell") {
            at = format!("{at}?column=b&address={}", howdah_testkit::segment(&address));
        }
        for client in [&admin, &app.nobody()] {
            count += check_answer(&document, client, template, &at, &mut wrong).await;
        }
        let missing = template
            .replace("{name}", "missing")
            .replace("{table}", "missing")
            .replace("{schema}", "missing")
            .replace("{view}", "missing")
            .replace("{sequence}", "missing")
            .replace("{type}", "missing")
            .replace("{function}", "missing")
            .replace("{extension}", "missing")
            .replace("{trigger}", "missing?table=t")
            .replace("{id}", "x")
            .replace("{requestId}", "x");
        count += check_answer(&document, &admin, template, &missing, &mut wrong).await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{count} answers");
}

async fn check_answer(
    document: &Value,
    client: &Client,
    template: &str,
    at: &str,
    wrong: &mut Vec<String>,
) -> u32 {
    let answer = client.get(at).await;
    let response = &document["paths"][template]["get"]["responses"][answer.status.to_string()];
    let kind =
        answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default().to_owned();
    let content = &response["content"];
    // Files are of whatever type they are asked for in: the document has ranges of types.
    let range = format!("{}/*", kind.split('/').next().unwrap_or_default());
    let file = content[kind.as_str()].is_null() && !content[range.as_str()].is_null();
    let media = if file { &content[range.as_str()] } else { &content[kind.as_str()] };
    if file {
        assert!(answer.header("content-disposition").is_some_and(|text| text.starts_with("attachment")));
    } else if media.is_null() {
        wrong.push(format!("{} {kind} is not documented: {answer}", answer.status));
    } else if kind.ends_with("json") {
        fits(document, &media["schema"], &answer.value(), at, wrong);
    }
    if let (Some(code), true) = (answer.value_or_null()["code"].as_str(), answer.status >= 400) {
        let codes = &document["paths"][template]["get"]["x-problem-codes"];
        if !codes.as_array().is_some_and(|codes| codes.iter().any(|one| one == code)) {
            wrong.push(format!("the code {code} is not documented for {template}"));
        }
    }
    1
}

/// What a reference leads to, or the value itself.
fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let Some(reference) = value["$ref"].as_str() else { return value };
    document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

/// As much of JSON Schema as the document uses. Unknown fields count as wrong: the document must name them.
fn fits(document: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let schema = resolved(document, schema);
    for key in ["oneOf", "anyOf"] {
        if let Some(options) = schema[key].as_array() {
            let tries: Vec<Vec<String>> = options
                .iter()
                .map(|option| {
                    let mut errors = Vec::new();
                    fits(document, option, value, at, &mut errors);
                    errors
                })
                .collect();
            if !tries.iter().any(Vec::is_empty) {
                wrong.push(format!("{at}: {value} fits none of {key}: {tries:?}"));
            }
            return;
        }
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        fits(document, part, value, at, wrong);
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let right = types.contains(&kind) || (kind == "integer" && types.contains(&"number"));
    if !types.is_empty() && !right {
        wrong.push(format!("{at}: {value} is {kind}, not {types:?}"));
        return;
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        wrong.push(format!("{at}: {value} is none of {allowed:?}"));
    }
    if let Some(fixed) = schema.get("const")
        && fixed != value
    {
        wrong.push(format!("{at}: {value} is not {fixed}"));
    }
    if let Value::Array(items) = value {
        for (index, item) in items.iter().enumerate() {
            fits(document, &schema["items"], item, &format!("{at}[{index}]"), wrong);
        }
    }
    if let (Value::Object(fields), Some(properties)) = (value, schema["properties"].as_object()) {
        for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !fields.contains_key(required) {
                wrong.push(format!("{at}: {required} is missing"));
            }
        }
        for (name, field) in fields {
            match properties.get(name) {
                Some(property) => fits(document, property, field, &format!("{at}.{name}"), wrong),
                None => wrong.push(format!("{at}: {name} is not documented")),
            }
        }
    }
}
