use howdah_types::imports::ImportKind;

use crate::read::tests::{All, Value, of_kind};

fn json(file: &str) -> All {
    crate::read::tests::read(&of_kind(ImportKind::Json), file)
}

fn lines(file: &str) -> All {
    crate::read::tests::read(&of_kind(ImportKind::Ndjson), file)
}

fn raw(text: &str) -> Value {
    Value::Json(text.to_owned())
}

#[test]
fn an_array_of_objects_is_read_digit_for_digit() {
    let all = json(
        "\u{feff} \r\n[\n {\"id\": 12345678901234567890.10, \"na\\u006de\" :\"a\\\"\\u00e4\\ud83d\\ude00\\n/\\/\"},\r\n\n\
         {\"id\":-1e400,\"x\":\n[1,\r{\"y\":\"]\"}],\"n\":null, \"t\":true,\"e\":\"\" } , {}\n] \n",
    );
    let places: Vec<u64> = all.records.iter().map(|got| got.line).collect();
    assert_eq!(places, [3, 5, 7]);
    assert_eq!(all.records[0].keys, ["id", "name"]);
    assert_eq!(all.records[1].keys, ["id", "x", "n", "t", "e"]);
    assert_eq!(all.records[2].raw, "{}");
    let expected = [
        vec![raw("12345678901234567890.10"), Value::Quoted("a\"ä😀\n//".to_owned())],
        vec![
            raw("-1e400"),
            raw("[1,\r{\"y\":\"]\"}]"),
            Value::Null,
            raw("true"),
            Value::Quoted(String::new()),
        ],
        vec![],
    ];
    assert_eq!(all.values(), expected);
}

#[test]
fn one_object_and_nothing_are_read_as_well() {
    assert_eq!(json("\n{\n\"a\": 1}\n").values(), [[raw("1")]]);
    assert_eq!(json("[]").values().len(), 0);
    assert_eq!(json(" \n").values().len(), 0);
}

#[test]
fn what_is_no_row_is_a_problem_and_reading_goes_on() {
    let values = [
        "1",
        "\"{\"",
        "[{}]",
        "nul",
        "{a:1}",
        "{\"a\":1,\n\"a\":2}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":[{\"\\u0000\":1}]}",
        "{\"a\":\"\\ud800x\"}",
        "{\"a\":[\"\\udc00\\ud800\"]}",
        "{\"a\":\"\\udc00\\udc00\"}",
        "{\"a\":01}",
        "{\"a\":1 2}",
        "{\"a\":\"\t\"}",
    ];
    let problems = [
        "This is no JSON object.",
        "This is no JSON object.",
        "This is no JSON object.",
        "This is no valid JSON: it ends too early.",
        "This is no valid JSON: key must be a string.",
        "The key “a” comes twice.",
        "PostgreSQL cannot hold the character NUL.",
        "PostgreSQL cannot hold the character NUL.",
        "The escape \\ud800 is half a character.",
        "The escape \\udc00 is half a character.",
        "The escape \\udc00 is half a character.",
        "This is no valid JSON: invalid number.",
        "This is no valid JSON: expected `,` or `}`.",
        "This is no valid JSON: control character (\\u0000-\\u001F) found while parsing a string.",
    ];
    let array = json(&format!("[{},{{\"b\":1}}]", values.join(",")));
    assert_eq!(array.failed, None);
    assert_eq!(array.problems().into_iter().map(|(_, problem)| problem).collect::<Vec<_>>(), problems);
    assert_eq!(array.records.last().unwrap().values, [raw("1")]);
    for (value, problem) in values.iter().zip(problems) {
        let file = format!("{{}}\n \n{}\n{{}}", value.replace('\n', " "));
        let all = lines(&file);
        assert_eq!(all.problems(), [(3, problem)], "{value}");
        assert_eq!(all.records.len(), 3);
    }
    let later = json("[\n{\"a\":\n1,\nb:2}]");
    assert_eq!(later.problems(), [(2, "This is no valid JSON: key must be a string (line 4).")]);
}

#[test]
fn many_keys_may_not_come_twice_either() {
    let keys: Vec<String> = (0..40).map(|key| format!("\"k{key}\":0")).collect();
    assert_eq!(lines(&format!("{{{}}}", keys.join(","))).values()[0].len(), 40);
    let twice = lines(&format!("{{{},\"k\\u0037\":1}}", keys.join(",")));
    assert_eq!(twice.problems(), [(1, "The key “k7” comes twice.")]);
}

#[test]
fn what_is_no_array_of_values_cannot_be_read_on() {
    for (file, records, line, message) in [
        ("\n7", 0, 2, "This is no JSON array of objects."),
        ("a,b\n1,2", 0, 1, "This is no JSON array of objects."),
        ("[{}\n{}]", 1, 2, "There must be a comma between two values."),
        ("[{},\n]", 1, 2, "A value is missing here."),
        ("[\n,{}]", 0, 2, "A value is missing here."),
        ("[{}]\n]", 1, 2, "There is more after the end of the JSON."),
        ("{}\n{}", 1, 2, "There is more after the end of the JSON. Is it one object on each line?"),
        ("[{},\n{\"a\":\n1]}]", 1, 3, "“]” closes what was not opened."),
        ("[{}\n", 1, 2, "The file ends before its array does."),
        ("[{},\n\n{\"a\":\n1", 1, 3, "The file ends before the value that begins here."),
        ("[{\"a\":\n\"x\n}]", 0, 2, "This quote is never closed."),
    ] {
        let all = json(file);
        assert_eq!(all.records.len(), records, "{file}");
        let failed = all.failed.unwrap();
        assert_eq!((failed.line, failed.message.as_str()), (Some(line), message), "{file}");
    }
}

#[test]
fn lines_are_objects_and_blank_ones_are_nothing() {
    let all = lines(" {\"a\":1} \r\n\r\n\t\n{\"a\":\"2\"}\r{\"a\":null}");
    let places: Vec<(u64, &str)> = all.records.iter().map(|got| (got.line, got.raw.as_str())).collect();
    assert_eq!(places, [(1, " {\"a\":1} "), (4, "{\"a\":\"2\"}"), (5, "{\"a\":null}")]);
    assert_eq!(all.values(), [[raw("1")], [Value::Quoted("2".to_owned())], [Value::Null]]);
}
