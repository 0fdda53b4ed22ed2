//! Where an operator ends.

/// The characters of operators.
pub(super) fn is_operator_byte(byte: u8) -> bool {
    matches!(
        byte,
        b'~' | b'!'
            | b'@'
            | b'#'
            | b'^'
            | b'&'
            | b'|'
            | b'`'
            | b'?'
            | b'+'
            | b'-'
            | b'*'
            | b'/'
            | b'%'
            | b'<'
            | b'>'
            | b'='
    )
}

/// How much of a run of such characters is the first operator.
///
/// Two rules (documentation of `PostgreSQL`, "Lexical Structure", operators): a comment may begin in the middle, and an
/// operator of several characters ends in `+` or `-` only if it holds one of those that standard SQL has no use for.
/// So `=-` is two operators, `@-` is one.
pub(super) fn length(run: &[u8]) -> usize {
    let comment = run.windows(2).position(|pair| matches!(pair, b"/*" | b"--"));
    let mut length = comment.unwrap_or(run.len()).max(1);
    let odd = |byte: &u8| matches!(byte, b'~' | b'!' | b'@' | b'#' | b'^' | b'&' | b'|' | b'`' | b'?' | b'%');
    while let Some((b'+' | b'-', before)) = run.get(..length).and_then(<[u8]>::split_last) {
        if before.is_empty() || before.iter().any(odd) {
            break;
        }
        length -= 1;
    }
    length
}
