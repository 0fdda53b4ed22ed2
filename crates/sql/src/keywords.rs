//! The key words of `PostgreSQL` 13 to 18, as `pg_get_keywords()` lists them.
//!
//! A word that only some versions know stands here as the newest has it: the list colours and completes, nothing
//! depends on it.

use std::sync::OnceLock;

/// Where a key word may stand without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// Never a name, except after `AS` or a dot.
    Reserved,
    /// A column or table may have this name, a function or type may not.
    ColumnName,
    /// A function or type may have this name, a column or table may not.
    FunctionName,
    /// Anything may have this name.
    Unreserved,
}

/// Never names.
const RESERVED: &str = "\
    all analyse analyze and any array as asc asymmetric both case cast check collate column constraint \
    create current_catalog current_date current_role current_time current_timestamp current_user default \
    deferrable desc distinct do else end except false fetch for foreign from grant group having in \
    initially intersect into lateral leading limit localtime localtimestamp not null offset on only or \
    order placing primary references returning select session_user some symmetric system_user table then \
    to trailing true union unique user using variadic when where window with";

/// Names of columns and tables, but not of functions and types.
const COLUMN_NAMES: &str = "\
    between bigint bit boolean char character coalesce dec decimal exists extract float greatest \
    grouping inout int integer interval json json_array json_arrayagg json_exists json_object \
    json_objectagg json_query json_scalar json_serialize json_table json_value least merge_action \
    national nchar none normalize nullif numeric out overlay position precision real row setof smallint \
    substring time timestamp treat trim values varchar xmlattributes xmlconcat xmlelement xmlexists \
    xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable";

/// Names of functions and types, but not of columns and tables.
const FUNCTION_NAMES: &str = "\
    authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull \
    join left like natural notnull outer overlaps right similar tablesample verbose";

/// Key words only where the grammar expects them.
const UNRESERVED: &str = "\
    abort absent absolute access action add admin after aggregate also alter always asensitive assertion \
    assignment at atomic attach attribute backward before begin breadth by cache call called cascade \
    cascaded catalog chain characteristics checkpoint class close cluster columns comment comments \
    commit committed compression conditional configuration conflict connection constraints content \
    continue conversion copy cost csv cube current cursor cycle data database day deallocate declare \
    defaults deferred definer delete delimiter delimiters depends depth detach dictionary disable \
    discard document domain double drop each empty enable encoding encrypted enforced enum error escape \
    event exclude excluding exclusive execute explain expression extension external family filter \
    finalize first following force format forward function functions generated global granted groups \
    handler header hold hour identity if immediate immutable implicit import include including increment \
    indent index indexes inherit inherits inline input insensitive insert instead invoker isolation keep \
    key keys label language large last leakproof level listen load local location lock locked logged \
    mapping match matched materialized maxvalue merge method minute minvalue mode month move name names \
    nested new next nfc nfd nfkc nfkd no normalized nothing notify nowait nulls object objects of off \
    oids old omit operator option options ordinality others over overriding owned owner parallel \
    parameter parser partial partition passing password path period plan plans policy preceding prepare \
    prepared preserve prior privileges procedural procedure procedures program publication quote quotes \
    range read reassign recheck recursive ref referencing refresh reindex relative release rename repeatable \
    replace replica reset restart restrict return returns revoke role rollback rollup routine routines \
    rows rule savepoint scalar schema schemas scroll search second security sequence sequences \
    serializable server session set sets share show simple skip snapshot source sql stable standalone \
    start statement statistics stdin stdout storage stored strict string strip subscription support \
    sysid system tables tablespace target temp template temporary text ties transaction transform \
    trigger truncate trusted type types uescape unbounded uncommitted unconditional unencrypted unknown \
    unlisten unlogged until update vacuum valid validate validator value varying version view views \
    virtual volatile whitespace within without work wrapper write xml year yes zone";

/// All key words in the order of the alphabet.
pub fn keywords() -> &'static [(&'static str, Category)] {
    static ALL: OnceLock<Vec<(&'static str, Category)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let lists = [
            (RESERVED, Category::Reserved),
            (COLUMN_NAMES, Category::ColumnName),
            (FUNCTION_NAMES, Category::FunctionName),
            (UNRESERVED, Category::Unreserved),
        ];
        let mut all: Vec<_> = lists
            .iter()
            .flat_map(|(words, category)| words.split(' ').map(|word| (word, *category)))
            .collect();
        all.sort_unstable_by_key(|(word, _)| *word);
        all
    })
}

/// The category of a word in any case, if it is a key word.
pub fn keyword(word: &str) -> Option<Category> {
    const LONGEST: usize = 32;
    if word.len() > LONGEST || !word.is_ascii() {
        return None;
    }
    let mut lower = [0; LONGEST];
    let lower = lower.get_mut(..word.len())?;
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let all = keywords();
    let index = all.binary_search_by(|(known, _)| known.as_bytes().cmp(lower)).ok()?;
    all.get(index).map(|(_, category)| *category)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        assert_eq!(keyword("SeLecT"), Some(Category::Reserved));
        assert_eq!(keyword("coalesce"), Some(Category::ColumnName));
        assert_eq!(keyword("left"), Some(Category::FunctionName));
        assert_eq!(keyword("ABORT"), Some(Category::Unreserved));
        assert_eq!(keyword("zone"), Some(Category::Unreserved));
        for word in ["", "selec", "selects", "ſelect", "a_word_that_is_longer_than_any_key_word_is"] {
            assert_eq!(keyword(word), None, "{word}");
        }
    }

    #[test]
    fn each_word_stands_in_one_list() {
        assert!(keywords().windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(keywords().len() > 490);
    }
}
