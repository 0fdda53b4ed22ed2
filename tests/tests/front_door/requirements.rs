//! `docs/requirements.md` names tests: they must be there.

use std::fs;
use std::path::Path;

#[test]
fn every_test_that_is_named_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("../docs/requirements.md")).unwrap();
    let browser: String = fs::read_dir(root.join("browser"))
        .unwrap()
        .filter_map(|entry| fs::read_to_string(entry.unwrap().path()).ok())
        .collect();
    let mut count = 0;
    let mut missing = Vec::new();
    for row in text.lines().filter(|line| line.starts_with("| R")) {
        let parts: Vec<_> = row.split('`').collect();
        for (before, name) in parts.iter().zip(parts.iter().skip(1)).step_by(2) {
            let there = if before.ends_with("browser ") {
                browser.contains(name)
            } else if let Some((file, test)) = name.split_once("::") {
                let path = root.join(format!("tests/front_door/{file}.rs"));
                fs::read_to_string(path).is_ok_and(|text| text.contains(&format!("fn {test}(")))
            } else {
                continue;
            };
            count += 1;
            if !there {
                missing.push(*name);
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(count > 40, "{count}");
}
