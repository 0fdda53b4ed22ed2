use howdah_types::rows::{RowKey, RowKeyKind};

use super::*;

fn page(from: usize, to: usize, all: usize) -> RowsPage {
    RowsPage {
        columns: Vec::new(),
        rows: (from..to).map(|n| vec![Some(n.to_string())]).collect(),
        addresses: Vec::new(),
        versions: Vec::new(),
        truncated: Vec::new(),
        row_key: RowKey { kind: RowKeyKind::PrimaryKey, columns: Vec::new() },
        has_more: to < all,
        next: (to < all).then(|| format!("after {to}")),
        previous: (from > 0).then(|| format!("before {from}")),
        row_estimate: None,
        time_zone: String::new(),
    }
}

fn id(record: &Record) -> Id {
    record.value(0).unwrap_or_default().to_owned()
}

fn none() -> BTreeSet<Id> {
    BTreeSet::new()
}

fn filled(pages: usize) -> Window {
    let mut window = Window::begin(Start::First, &page(0, 100, 10_000));
    for n in 1..pages {
        let start = window.next().unwrap();
        window.append(start, &page(n * 100, n * 100 + 100, 10_000), &none(), &id);
        window.forget(&(n * 100..n * 100 + 30), &id);
    }
    window
}

/// A page as it is read now: with rows that are no plain numbers, and a cursor after its last.
fn now(rows: &[String]) -> RowsPage {
    let mut page = page(0, 0, 10_000);
    page.rows = rows.iter().map(|text| vec![Some(text.clone())]).collect();
    page.next = rows.last().map(|text| format!("after {text} now"));
    page.previous = rows.first().map(|text| format!("before {text} now"));
    page
}

fn numbers(range: Range<usize>) -> Vec<String> {
    range.map(|n| n.to_string()).collect()
}

fn value(window: &Window, row: usize) -> Option<String> {
    window.row(row).and_then(|record| record.value(0).map(ToOwned::to_owned))
}

#[test]
fn memory_is_bounded_by_the_window_and_not_by_the_rows() {
    let window = filled(100);
    assert_eq!((window.length(), window.complete()), (10_000, true));
    assert!(window.held() <= 1_300, "{}", window.held());
    assert_eq!(value(&window, 9_950).as_deref(), Some("9950"));
    assert_eq!(value(&window, 50), None);
}

#[test]
fn what_was_forgotten_is_read_again_by_its_own_cursor() {
    let mut window = filled(100);
    assert_eq!(window.missing(9_900..9_930), None);
    let start = window.missing(120..150).unwrap();
    assert_eq!(start, Start::Cursor("after 100".to_owned()));
    let moved = window.fill(&start, &page(100, 200, 10_000), &none(), &id);
    assert_eq!((moved.by, value(&window, 120).as_deref()), (0, Some("120")));
    assert_eq!(window.missing(20..40), Some(Start::First));
}

#[test]
fn it_grows_to_both_sides() {
    let mut window = Window::begin(Start::Last, &page(200, 300, 300));
    assert!(!window.has_first() && window.has_last());
    let start = window.previous().unwrap();
    let moved = window.prepend(start, &page(100, 200, 300), &none(), &id);
    assert_eq!(moved, Moved { from: 0, by: 100 });
    assert_eq!((value(&window, 0).as_deref(), window.length()), (Some("100"), 200));
}

#[test]
fn a_row_is_changed_or_taken_away_where_it_stands() {
    let mut window = filled(2);
    let new = Arc::new(Record { values: vec![Some("new".to_owned())], ..Record::default() });
    let is = |record: &Record, text: &str| record.value(0) == Some(text);
    window.revise(|record| is(record, "150").then(|| Revised::Now(Arc::clone(&new))));
    assert_eq!(value(&window, 150).as_deref(), Some("new"));
    window.revise(|record| is(record, "new").then_some(Revised::Gone));
    assert_eq!((value(&window, 150).as_deref(), window.length()), (Some("151"), 199));
}

#[test]
fn a_forgotten_page_does_not_overlap_the_next_when_rows_came_or_went() {
    let start = Start::Cursor("after 100".to_owned());
    // Three came: the page reaches to where the next begins, and no row of it is lost.
    let mut window = filled(100);
    let mut rows = numbers(100..150);
    rows.extend(["a", "b", "c"].map(ToOwned::to_owned));
    rows.extend(numbers(150..197));
    let moved = window.fill(&start, &now(&rows), &none(), &id);
    assert_eq!((window.length(), moved.by), (10_000 + 1, 1));
    let rest = window.missing(200..201).unwrap();
    assert_eq!(rest, Start::Cursor("after 196 now".to_owned()));
    let moved = window.fill(&rest, &now(&numbers(197..297)), &none(), &id);
    assert_eq!((window.length(), moved), (10_003, Moved { from: 201, by: 2 }));
    let around: Vec<_> = (149..154).filter_map(|row| value(&window, row)).collect();
    assert_eq!(around, ["149", "a", "b", "c", "150"]);
    assert_eq!(value(&window, 196).as_deref(), Some("193"));
    assert_eq!(value(&window, 202).as_deref(), Some("199"));
    // Two went: the page runs into the next, and is cut where that begins.
    let mut window = filled(100);
    let mut rows = numbers(102..202);
    let moved = window.fill(&start, &now(&rows), &none(), &id);
    assert_eq!((window.length(), moved), (9_998, Moved { from: 200, by: -2 }));
    // The same, and the row after it is gone too.
    let mut window = filled(100);
    rows.remove(98);
    window.fill(&start, &now(&rows), &none(), &id);
    assert_eq!(window.length(), 9_998);
}

#[test]
fn pages_that_were_read_upwards_are_filled_from_their_end() {
    let mut window = Window::begin(Start::Last, &page(9_900, 10_000, 10_000));
    for n in (0..99).rev() {
        let start = window.previous().unwrap();
        window.prepend(start, &page(n * 100, n * 100 + 100, 10_000), &none(), &id);
        window.forget(&(0..30), &id);
    }
    let start = window.missing(9_000..9_010).unwrap();
    assert_eq!(start, Start::Cursor("before 9100".to_owned()));
    let mut rows = numbers(9_001..9_050);
    rows.push("a".to_owned());
    rows.extend(numbers(9_050..9_100));
    let moved = window.fill(&start, &now(&rows), &none(), &id);
    assert_eq!((window.length(), moved.by), (10_001, 1));
    let rest = window.missing(9_000..9_001).unwrap();
    assert_eq!(rest, Start::Cursor("before 9001 now".to_owned()));
    window.fill(&rest, &now(&numbers(8_901..9_001)), &none(), &id);
    assert_eq!(window.length(), 10_001);
    assert_eq!(value(&window, 9_000).as_deref(), Some("9000"));
    assert_eq!(value(&window, 9_050).as_deref(), Some("a"));
}

#[test]
fn a_row_that_is_shown_already_is_not_shown_again() {
    let mut window = filled(2);
    let shown = BTreeSet::from(["250".to_owned()]);
    window.append(window.next().unwrap(), &page(200, 300, 10_000), &shown, &id);
    assert_eq!((window.length(), value(&window, 250).as_deref()), (299, Some("251")));
    assert!(window.ids(&id).contains("299"));
}

#[test]
fn when_all_is_forgotten_the_page_in_sight_comes_back_first_and_its_rows_are_found() {
    let mut window = filled(3);
    let start = window.start_of(150).unwrap();
    assert_eq!(start, Start::Cursor("after 100".to_owned()));
    window.forget_all(&id);
    assert_eq!((window.length(), window.held()), (300, 0), "where they stood is known");
    // A row has come above, within the page: the one that was row 150 stands one lower.
    let rows: Vec<_> =
        numbers(100..149).into_iter().chain(["new".to_owned()]).chain(numbers(149..200)).collect();
    window.fill(&start, &now(&rows), &none(), &id);
    assert_eq!(window.find(&"150".to_owned(), &id), Some(151));
    assert_eq!(window.find(&"50".to_owned(), &id), None, "its page is not here");
    assert_eq!(window.missing(90..160), Some(Start::First));
}
