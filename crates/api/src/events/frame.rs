//! The text of server-sent events (HTML standard, 9.2).

use bytes::Bytes;
use howdah_types::events::Event;

/// An event with its name and data.
pub(super) fn event(id: Option<i64>, event: &Event) -> Bytes {
    // An `Event` is text and numbers: it always becomes JSON.
    let data = serde_json::to_string(event).unwrap_or_default();
    Bytes::from(text(id, event.body.kind(), &data))
}

/// A comment, and where to go on from: a block without data sets the last event id and nothing else.
pub(super) fn heartbeat(last: Option<i64>) -> Bytes {
    match last {
        Some(id) => Bytes::from(format!(":\nid: {id}\n\n")),
        None => Bytes::from_static(b":\n\n"),
    }
}

fn text(id: Option<i64>, kind: &str, data: &str) -> String {
    let mut frame = String::with_capacity(data.len() + 64);
    if let Some(id) = id {
        frame.push_str("id: ");
        frame.push_str(&id.to_string());
        frame.push('\n');
    }
    frame.push_str("event: ");
    frame.push_str(kind);
    // Each line of the data needs its own field name, else the rest of it would be read as fields.
    for line in data.split(['\n', '\r']) {
        frame.push_str("\ndata: ");
        frame.push_str(line);
    }
    frame.push_str("\n\n");
    frame
}

#[cfg(test)]
mod tests {
    use howdah_types::events::EventBody;

    use super::*;

    #[test]
    fn line_feeds_in_data_start_no_fields() {
        assert_eq!(
            text(Some(7), "x", "a\nevent: evil\rb"),
            "id: 7\nevent: x\ndata: a\ndata: event: evil\ndata: b\n\n"
        );
        assert_eq!(text(None, "x", ""), "event: x\ndata: \n\n");
    }

    #[test]
    fn names_with_line_feeds_stay_in_their_line() {
        let names = vec!["a\n\nevent: evil".to_owned()];
        let body = EventBody::DatabasesChanged { names };
        let bytes = event(Some(1), &Event { id: Some(1), at: "t".into(), body });
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(text.starts_with("id: 1\nevent: databasesChanged\ndata: {"));
        let data = text.lines().nth(2).unwrap().strip_prefix("data: ").unwrap();
        assert!(serde_json::from_str::<Event>(data).is_ok());
    }
}
