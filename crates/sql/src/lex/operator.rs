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

/// How much of a run of such characters is the first operator, and how many single `+` and `-` follow it.
///
/// Two rules (documentation of `PostgreSQL`, "Lexical Structure", operators): a comment may begin in the middle, and an
/// operator of several characters ends in `+` or `-` only if it holds one of those that standard SQL has no use for.
/// So `=-` is two operators, `@-` is one. What is cut off for the second rule are operators of one character each; they
/// are told at once, because a long run would be read again for each of them.
pub(super) fn length(run: &[u8]) -> (usize, usize) {
    let comment = run.windows(2).position(|pair| matches!(pair, b"/*" | b"--"));
    let whole = comment.unwrap_or(run.len()).max(1);
    let operator = run.get(..whole).unwrap_or(run);
    if operator
        .iter()
        .any(|byte| matches!(byte, b'~' | b'!' | b'@' | b'#' | b'^' | b'&' | b'|' | b'`' | b'?' | b'%'))
    {
        return (whole, 0);
    }
    let length = operator.iter().rposition(|byte| !matches!(byte, b'+' | b'-')).map_or(1, |last| last + 1);
    (length, whole - length)
}
