//! How many columns of a terminal a character takes.

/// Characters of two columns: East Asian scripts and symbols, emoji. Ranges of code points, both ends included.
const WIDE: &[(u32, u32)] = &[
    (0x1100, 0x115f),
    (0x231a, 0x231b),
    (0x2329, 0x232a),
    (0x23e9, 0x23ec),
    (0x2e80, 0x303e),
    (0x3041, 0x33ff),
    (0x3400, 0x4dbf),
    (0x4e00, 0x9fff),
    (0xa000, 0xa4cf),
    (0xa960, 0xa97c),
    (0xac00, 0xd7a3),
    (0xf900, 0xfaff),
    (0xfe10, 0xfe19),
    (0xfe30, 0xfe6f),
    (0xff00, 0xff60),
    (0xffe0, 0xffe6),
    (0x1_6fe0, 0x1_6fe4),
    (0x1_7000, 0x1_8cd5),
    (0x1_b000, 0x1_b2fb),
    (0x1_f300, 0x1_f320),
    (0x1_f32d, 0x1_f335),
    (0x1_f337, 0x1_f37c),
    (0x1_f37e, 0x1_f393),
    (0x1_f3a0, 0x1_f3ca),
    (0x1_f400, 0x1_f43e),
    (0x1_f442, 0x1_f4fc),
    (0x1_f4ff, 0x1_f53d),
    (0x1_f5fb, 0x1_f64f),
    (0x1_f680, 0x1_f6c5),
    (0x1_f900, 0x1_f9ff),
    (0x2_0000, 0x3_fffd),
];

/// Two for a wide character, else one: also for characters that take none, as psql counts when it marks an error.
pub(crate) fn columns(character: char) -> usize {
    let code = u32::from(character);
    let after = WIDE.partition_point(|(first, _)| *first <= code);
    let wide = after.checked_sub(1).and_then(|index| WIDE.get(index)).is_some_and(|(_, last)| code <= *last);
    1 + usize::from(wide)
}
