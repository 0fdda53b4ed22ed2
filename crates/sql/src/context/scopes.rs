//! The queries of a statement, with what each of them reads.

use crate::keywords::Category;
use crate::lex::Kind;
use crate::significant::Significant;

use super::{Expected, Relation};

/// What was read of a statement.
#[derive(Debug)]
pub(super) struct Scopes {
    queries: Vec<Query>,
    /// The query that the cursor is in.
    at_cursor: usize,
    pub(super) expected: Expected,
}

/// One SELECT, INSERT, UPDATE, DELETE or MERGE.
#[derive(Debug, Default)]
struct Query {
    around: Option<usize>,
    relations: Vec<Relation>,
    with: Vec<Relation>,
    /// The first of several that a set operation joins: its WITH is that of all of them.
    first: Option<usize>,
}

/// What is open: the statement, and each parenthesis.
#[derive(Debug, Clone, Copy)]
struct Frame {
    query: usize,
    clause: Clause,
    /// Whether it holds no query but a part of one.
    inline: bool,
    /// Whether it stands where a relation does, so that an alias may follow.
    relation: bool,
    /// Whether it holds the names of columns, of the WITH query or relation that was read last.
    names: Names,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    No,
    With,
    Relation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clause {
    /// Nothing that is known.
    Other,
    /// A relation comes next.
    Relation,
    /// A relation was read: an alias or the next clause comes.
    AfterRelation,
    /// An expression.
    Expression,
    /// The name of a WITH query.
    WithName,
    /// What follows its name.
    WithBody,
}

/// Words behind which a relation stands.
const BEFORE_RELATION: &[&str] = &[
    "from",
    "join",
    "into",
    "update",
    "using",
    "truncate",
    "copy",
    "references",
    "table",
    "view",
    "only",
    "lateral",
];
/// Words behind which expressions stand.
const BEFORE_EXPRESSION: &[&str] = &[
    "select",
    "where",
    "on",
    "having",
    "by",
    "set",
    "returning",
    "values",
    "and",
    "or",
    "not",
    "case",
    "when",
    "then",
    "else",
    "distinct",
    "all",
    "limit",
    "offset",
    "between",
    "in",
    "like",
    "ilike",
    "check",
    "default",
];
/// Words that begin a query in parentheses.
const QUERIES: &[&str] = &["select", "with", "values", "insert", "update", "delete", "merge", "table"];

impl Scopes {
    /// `cut` is how many tokens stand before the cursor, the last `qualifier` of them names with dots.
    pub(super) fn read(tokens: &[Significant<'_>], cut: usize, qualifier: usize) -> Self {
        let mut reading = Reading {
            tokens,
            cut,
            queries: vec![Query::default()],
            frames: vec![Frame {
                query: 0,
                clause: Clause::Other,
                inline: false,
                relation: false,
                names: Names::No,
            }],
        };
        let (mut at_cursor, mut expected) = (0, Expected::Keyword);
        let mut index = 0;
        while index < tokens.len() || index <= cut {
            if index <= cut - qualifier {
                at_cursor = reading.frame().query;
                expected = reading.expected(cut - qualifier);
            }
            if index >= tokens.len() {
                break;
            }
            index =
                reading.token(index).min(if index < cut - qualifier { cut - qualifier } else { usize::MAX });
            if index >= cut - qualifier && index < cut {
                // What is before the dot is no relation and no clause.
                at_cursor = reading.frame().query;
                expected = reading.expected(cut - qualifier);
                index = cut;
            }
        }
        Self { queries: reading.queries, at_cursor, expected }
    }

    /// What can be named at the cursor: relations, and WITH queries.
    pub(super) fn visible(&self) -> (Vec<Relation>, Vec<Relation>) {
        let (mut relations, mut with) = (Vec::new(), Vec::new());
        let mut next = Some(self.at_cursor);
        while let Some(query) = next.and_then(|index| self.queries.get(index)) {
            relations.extend(query.relations.iter().cloned());
            let first = query.first.and_then(|index| self.queries.get(index)).unwrap_or(query);
            with.extend(first.with.iter().cloned());
            next = query.around;
        }
        (relations, with)
    }
}

struct Reading<'s, 'a> {
    tokens: &'s [Significant<'a>],
    cut: usize,
    queries: Vec<Query>,
    frames: Vec<Frame>,
}

impl<'s, 'a> Reading<'s, 'a> {
    fn frame(&self) -> Frame {
        let outermost =
            Frame { query: 0, clause: Clause::Other, inline: false, relation: false, names: Names::No };
        self.frames.last().copied().unwrap_or(outermost)
    }

    fn at(&self, index: usize) -> Option<&'s Significant<'a>> {
        self.tokens.get(index)
    }

    fn set(&mut self, clause: Clause) {
        if let Some(frame) = self.frames.last_mut() {
            frame.clause = clause;
        }
    }

    /// What is expected before this token.
    fn expected(&self, index: usize) -> Expected {
        let before = index.checked_sub(1).and_then(|index| self.at(index));
        if before.is_some_and(|one| one.is_mark("::")) {
            return Expected::Type;
        }
        match self.frame().clause {
            Clause::Relation => Expected::Relation,
            Clause::Expression => Expected::Column,
            _ if self.frame().names == Names::Relation => Expected::Column,
            _ => Expected::Keyword,
        }
    }

    /// Reads a token, and says which is the next to be read.
    fn token(&mut self, index: usize) -> usize {
        let Some(one) = self.at(index) else { return index + 1 };
        // A name before the cursor and the dot behind it would take the next key word for a column.
        let before =
            if index == self.cut { None } else { index.checked_sub(1).and_then(|index| self.at(index)) };
        let clause = self.frame().clause;
        if one.is_mark("(") {
            self.open(index);
        } else if one.is_mark(")") {
            return self.close(index);
        } else if one.is_mark(",") {
            match clause {
                Clause::AfterRelation => self.set(Clause::Relation),
                Clause::WithBody => self.set(Clause::WithName),
                _ => {}
            }
        } else if before.is_some_and(|before| before.is_mark(".")) {
            // A part of a longer name.
        } else if self.frame().names != Names::No && one.is_name() {
            self.column(one.text);
        } else if clause == Clause::WithName && one.is_name() && !one.is("recursive") {
            let name = Relation { name: vec![one.text.to_owned()], ..Relation::default() };
            self.query().with.push(name);
            self.set(Clause::WithBody);
        } else if one.is("with")
            && !self.at(index + 1).is_some_and(|next| next.is_any(&["ordinality", "ties", "time", "check"]))
        {
            self.set(Clause::WithName);
        } else if one.is_any(&["union", "intersect", "except"]) {
            self.next_query();
        } else if one.is_any(BEFORE_RELATION) && !self.is_no_relation(one, before) {
            self.set(Clause::Relation);
        } else if one.is_any(BEFORE_EXPRESSION) && clause != Clause::WithBody {
            let of_index = one.is("on") && self.at(0).is_some_and(|first| first.is("create"));
            self.set(if of_index { Clause::Relation } else { Clause::Expression });
        } else if one.is("select") || one.is("values") {
            self.set(Clause::Expression);
        } else if clause == Clause::Relation && one.is_name() && !Self::is_reserved(one) {
            return self.relation(index);
        } else if matches!(one.token.kind, Kind::Operator) && clause == Clause::AfterRelation {
            self.set(Clause::Other);
        }
        index + 1
    }

    fn query(&mut self) -> &mut Query {
        let index = self.frame().query.min(self.queries.len() - 1);
        &mut self.queries[index]
    }

    /// `IS DISTINCT FROM`, `FOR UPDATE`, `USING (…)` and the like.
    fn is_no_relation(&self, one: &Significant<'_>, before: Option<&Significant<'_>>) -> bool {
        let after = |words: &[&str]| before.is_some_and(|before| before.is_any(words));
        match one.text.to_ascii_lowercase().as_str() {
            "from" => after(&["distinct"]) || self.frame().inline,
            "update" => after(&["for", "do", "then", "no", "key", "on"]),
            "table" => after(&["create", "unlogged", "temp", "temporary"]),
            "view" => after(&["create", "replace"]),
            "copy" | "truncate" => before.is_some(),
            "only" | "lateral" => self.frame().clause != Clause::Relation,
            _ => false,
        }
    }

    fn is_reserved(one: &Significant<'_>) -> bool {
        matches!(one.token.kind, Kind::Keyword(Category::Reserved | Category::FunctionName))
    }

    /// A set operation: what follows reads relations of its own, and sees the same around it.
    fn next_query(&mut self) {
        let index = self.frame().query;
        let old = self.query();
        let next = Query { around: old.around, first: old.first.or(Some(index)), ..Query::default() };
        self.queries.push(next);
        let query = self.queries.len() - 1;
        if let Some(frame) = self.frames.last_mut() {
            (frame.query, frame.clause) = (query, Clause::Other);
        }
    }

    fn open(&mut self, index: usize) {
        let frame = self.frame();
        let mut inner = Frame { inline: true, relation: false, names: Names::No, ..frame };
        let before = index.checked_sub(1).and_then(|index| self.at(index));
        if self.at(index + 1).is_some_and(|next| next.is_any(QUERIES)) {
            self.queries.push(Query { around: Some(frame.query), ..Query::default() });
            inner.query = self.queries.len() - 1;
            inner.inline = false;
            inner.relation = frame.clause == Clause::Relation;
            inner.clause = Clause::Other;
        } else if frame.clause == Clause::WithBody && before.is_some_and(Significant::is_name) {
            inner.names = if before.is_some_and(|one| one.is_any(&["as", "materialized"])) {
                Names::No
            } else {
                Names::With
            };
            inner.clause = if inner.names == Names::No { Clause::Other } else { Clause::WithBody };
        } else if frame.clause == Clause::AfterRelation || before.is_some_and(|one| one.is("using")) {
            // The columns of an INSERT, of an index, of a join.
            inner.clause = Clause::Expression;
        }
        self.frames.push(inner);
    }

    /// Behind a subquery that stands where a relation does, an alias may follow.
    fn close(&mut self, index: usize) -> usize {
        if self.frames.len() < 2 {
            return index + 1;
        }
        let closed = self.frames.pop();
        if closed.is_some_and(|frame| frame.relation) {
            self.set(Clause::AfterRelation);
            return self.alias(index + 1, Relation::default());
        }
        if self.frame().clause == Clause::Relation {
            self.set(Clause::AfterRelation);
        }
        index + 1
    }

    fn column(&mut self, name: &str) {
        let names = self.frame().names;
        let query = self.query();
        let last = if names == Names::With { query.with.last_mut() } else { query.relations.last_mut() };
        if let Some(last) = last {
            last.columns.push(name.to_owned());
        }
    }

    /// A relation with its alias; says which token comes behind.
    fn relation(&mut self, mut index: usize) -> usize {
        let mut relation = Relation::default();
        while let Some(one) = self.at(index).filter(|one| one.is_name()) {
            relation.name.push(one.text.to_owned());
            index += 1;
            if index == self.cut || !self.at(index).is_some_and(|dot| dot.is_mark(".")) {
                break;
            }
            index += 1;
            if index == self.cut {
                // The name is still being typed: there is none yet.
                return index;
            }
        }
        self.set(Clause::AfterRelation);
        let introduced = index.checked_sub(2 * relation.name.len()).and_then(|index| self.at(index));
        let inserts = introduced.is_some_and(|one| one.is("into"));
        if !inserts && self.at(index).is_some_and(|one| one.is_mark("(")) && index != self.cut {
            // A function, or the columns of an index: an alias follows its arguments.
            let function =
                self.queries.len() > 1 || !self.at(0).is_some_and(|one| one.is_any(&["create", "copy"]));
            if function {
                relation.name.clear();
                self.frames.push(Frame {
                    inline: true,
                    relation: true,
                    names: Names::No,
                    clause: Clause::Expression,
                    ..self.frame()
                });
                return index + 1;
            }
        }
        self.alias(index, relation)
    }

    fn alias(&mut self, mut index: usize, mut relation: Relation) -> usize {
        let after_as = self.at(index).is_some_and(|one| one.is("as")) && index != self.cut;
        let at = index + usize::from(after_as);
        let is_alias = |one: &&Significant<'_>| {
            let word = matches!(one.token.kind, Kind::Keyword(Category::Unreserved | Category::ColumnName));
            let clause =
                one.is_any(&["set", "values", "using", "when", "tablesample", "cascade", "restrict"]);
            one.is_name() && !Self::is_reserved(one) && !(word && clause && !after_as)
        };
        if index != self.cut
            && at != self.cut
            && let Some(alias) = self.at(at).filter(is_alias)
        {
            relation.alias = Some(alias.text.to_owned());
            index = at + 1;
        }
        let has_alias = relation.alias.is_some();
        if has_alias || !relation.name.is_empty() {
            self.query().relations.push(relation);
        }
        if has_alias && self.at(index).is_some_and(|one| one.is_mark("(")) && index != self.cut {
            self.frames.push(Frame { inline: true, relation: false, names: Names::Relation, ..self.frame() });
            return index + 1;
        }
        index
    }
}
