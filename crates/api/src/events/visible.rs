//! Who sees which event.

use howdah_store::Principal;
use howdah_types::events::{Event, EventBody};
use howdah_types::permissions::Permission;

use crate::extract::actor::sees;

/// The event as `who` may see it: names outside of the account's databases are left out. None where nothing is left.
pub(super) fn visible(who: &Principal, mut event: Event) -> Option<Event> {
    let shown = match &mut event.body {
        EventBody::DatabasesChanged { names } => {
            names.retain(|name| sees(who, Some(name)));
            who.may(Permission::DatabaseRead) && !names.is_empty()
        }
        EventBody::TablesChanged { database, .. } => {
            who.may(Permission::TableRead) && sees(who, Some(database))
        }
        EventBody::DatabaseSizes { sizes } => {
            sizes.retain(|size| sees(who, Some(&size.name)));
            who.may(Permission::DatabaseRead) && !sizes.is_empty()
        }
        EventBody::JobChanged { job } => who.may(Permission::JobRead) && sees(who, job.database.as_deref()),
        EventBody::ServerChanged { .. } => who.may(Permission::ServerRead),
        EventBody::Reset => true,
        // Lines of a log are only in the job's own stream; that a sign-in has ended is said to its own stream only.
        EventBody::JobLog { .. } | EventBody::SessionEnded => false,
    };
    shown.then_some(event)
}

#[cfg(test)]
mod tests {
    use howdah_store::Via;
    use howdah_types::permissions::PermissionSet;

    use super::*;
    use crate::events::now;
    use crate::examples;

    fn who(permissions: &[Permission], databases: Option<&[&str]>) -> Principal {
        Principal {
            account_id: String::new(),
            account: "ann".into(),
            permission_set: PermissionSet::Viewer,
            permissions: permissions.to_vec(),
            databases: databases.map(|names| names.iter().map(|&name| name.to_owned()).collect()),
            via: Via::Token { id: String::new(), expires_at: None },
        }
    }

    #[test]
    fn names_outside_of_the_scope_are_left_out() {
        let changed = |names: &[&str]| {
            now(EventBody::DatabasesChanged { names: names.iter().map(|&name| name.to_owned()).collect() })
        };
        let ann = who(&[Permission::DatabaseRead], Some(&["shop"]));
        let seen = visible(&ann, changed(&["hr", "shop"])).unwrap();
        assert_eq!(seen.body, changed(&["shop"]).body);
        assert!(visible(&ann, changed(&["hr"])).is_none());
        assert!(visible(&who(&[], None), changed(&["shop"])).is_none());
    }

    #[test]
    fn changes_of_tables_are_seen_with_permission_and_scope() {
        let changed = || now(EventBody::TablesChanged { database: "shop".into(), schema: None });
        assert!(visible(&who(&[Permission::TableRead], None), changed()).is_some());
        assert!(visible(&who(&[Permission::TableRead], Some(&["shop"])), changed()).is_some());
        assert!(visible(&who(&[Permission::TableRead], Some(&["hr"])), changed()).is_none());
        assert!(visible(&who(&[Permission::DatabaseRead], None), changed()).is_none());
    }

    #[test]
    fn jobs_are_seen_with_permission_and_scope() {
        let job = || now(EventBody::JobChanged { job: examples::job() });
        assert!(visible(&who(&[Permission::JobRead], None), job()).is_some());
        assert!(visible(&who(&[Permission::JobRead], Some(&["shop"])), job()).is_some());
        assert!(visible(&who(&[Permission::JobRead], Some(&["hr"])), job()).is_none());
        assert!(visible(&who(&[Permission::DatabaseRead], None), job()).is_none());
        let mut homeless = examples::job();
        homeless.database = None;
        let homeless = now(EventBody::JobChanged { job: homeless });
        assert!(visible(&who(&[Permission::JobRead], Some(&["shop"])), homeless).is_none());
    }
}
