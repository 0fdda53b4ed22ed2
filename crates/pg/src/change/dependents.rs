//! What hangs on an object.

use howdah_types::changes::Dependent;

use crate::error::Error;
use crate::json::objects;
use crate::session::{Param, Session};

/// The oid of `pg_class` itself, the same in every database.
pub(crate) const PG_CLASS: u32 = 1259;
/// Nobody reads more, and a name of the list is made of all of it.
const ALL: i64 = 100_000;

/// An object, or a column of a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) catalog: u32,
    pub(crate) oid: u32,
    /// 0 means the whole object.
    pub(crate) column: i64,
}

/// What hangs on a relation, at most `limit`.
pub(crate) async fn of_relation(session: &Session, oid: u32, limit: i64) -> Result<Vec<Dependent>, Error> {
    of(session, Address { catalog: PG_CLASS, oid, column: 0 }, limit).await
}

/// What hangs on an object, at most `limit`.
pub(crate) async fn of(session: &Session, address: Address, limit: i64) -> Result<Vec<Dependent>, Error> {
    let doing = "looking what depends on it";
    let Address { catalog, oid, column } = address;
    let params = [Param::Oid(catalog), Param::Oid(oid), Param::Int8(column), Param::Int8(limit)];
    let rows = session.query(doing, include_str!("dependents.sql"), &params).await?;
    objects(doing, &rows, 0)
}

/// What hangs on any of these, once each.
pub(crate) async fn of_all(session: &Session, addresses: &[Address]) -> Result<Vec<Dependent>, Error> {
    let mut found: Vec<Dependent> = Vec::new();
    for address in addresses {
        for one in of(session, *address, ALL).await? {
            if !found.contains(&one) {
                found.push(one);
            }
        }
    }
    Ok(found)
}

/// A short name for a list of dependents: another list has another name. It guards against surprise, not against malice
/// (FNV-1a).
pub(crate) fn name(list: &[Dependent]) -> String {
    let mut lines: Vec<String> = list.iter().map(|one| format!("{}\0{}", one.kind, one.identity)).collect();
    lines.sort();
    let hash = lines.join("\0\0").bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_list_has_another_name() {
        let one = |identity: &str| Dependent {
            kind: "view".to_owned(),
            schema: None,
            name: None,
            identity: identity.to_owned(),
        };
        let (a, b) = (one("public.a"), one("public.b"));
        assert_eq!(name(&[a.clone(), b.clone()]), name(&[b.clone(), a.clone()]));
        assert_ne!(name(std::slice::from_ref(&a)), name(&[a, b]));
        assert_ne!(name(&[one("x")]), name(&[]));
    }
}
