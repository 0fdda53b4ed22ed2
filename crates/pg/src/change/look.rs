//! Whose code a change would run with Howdah's own rights, looked for before anything of it runs.
//!
//! What is changed is not all: a new column's type brings the checks of its domains and the casts that its owner planted,
//! a foreign key reads the other table, a partition gets triggers, defaults and indexes of its parent, and typed SQL calls
//! what it names.

use super::plan::{NamedAs, Plan};
use super::run::Change;
use crate::error::Error;
use crate::ident::Qualified;
use crate::session::Session;
use crate::trust::{self, Look, Named};

impl Change<'_> {
    /// [`Error::UntrustedCode`]. `path`: where names without a schema are looked for. `lock`: within the transaction of
    /// the change, so that what a foreign key refers to stays what it is.
    pub(crate) async fn look(
        &self,
        session: &Session,
        plan: &Plan,
        path: &[String],
        lock: bool,
    ) -> Result<(), Error> {
        if !self.doer.owner.trusted {
            return Ok(());
        }
        let Named { types, functions } = named_in(session, plan.pieces.words()?, path).await?;
        let mut changed: Vec<u32> = self.relation.filter(|_| plan.evaluates).into_iter().collect();
        let mut read = Vec::new();
        for (name, named_as) in &plan.named {
            let name = (name.0.as_str(), name.1.as_str());
            let Some(mut found) = trust::relation(session, name).await? else { continue };
            match named_as {
                NamedAs::Referenced => {
                    if lock && found.lockable {
                        let sql =
                            format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", Qualified(name.0, name.1));
                        session.execute_one("locking what is referred to", &sql).await?;
                        let Some(now) = trust::relation(session, name).await? else { continue };
                        found = now;
                    }
                    read.push(found.oid);
                }
                // Whatever its owner adds to it comes to the child.
                NamedAs::Parent if !found.trusted => {
                    return Err(Error::UntrustedCode { what: found.what, role: found.owner });
                }
                NamedAs::Parent => changed.push(found.oid),
            }
        }
        if !(changed.is_empty() && read.is_empty() && types.is_empty() && functions.is_empty()) {
            let structure = !plan.only_fills;
            let (changed, read, types, functions) = (&changed, &read, &types, &functions);
            Look { changed, read, types, functions, structure }.must_be_trusted(session).await?;
        }
        // A view that is made runs nothing but what reads the constants in its query.
        let read = named_in(session, plan.pieces.words_of_queries()?, path).await?;
        if read.types.is_empty() {
            return Ok(());
        }
        Look { types: &read.types, ..Look::default() }.must_be_trusted(session).await
    }

    /// The same for a relation that the statements before have made, and the next one fills.
    pub(super) async fn look_at_made(&self, session: &Session, name: &(String, String)) -> Result<(), Error> {
        if !self.doer.owner.trusted {
            return Ok(());
        }
        let Some(found) = trust::relation(session, (&name.0, &name.1)).await? else { return Ok(()) };
        Look { changed: &[found.oid], ..Look::default() }.must_be_trusted(session).await
    }
}

async fn named_in(session: &Session, words: Vec<String>, path: &[String]) -> Result<Named, Error> {
    if words.is_empty() { Ok(Named::default()) } else { trust::named(session, &words, path).await }
}
