//! What permission sets and permissions mean, in words.

use howdah_types::permissions::{Permission, PermissionSet};

/// The set's name on screen.
pub(super) fn set_name(set: PermissionSet) -> &'static str {
    match set {
        PermissionSet::Administrator => "Administrator",
        PermissionSet::Operator => "Operator",
        PermissionSet::Viewer => "Viewer",
    }
}

/// What the set is for, in one sentence.
pub(super) fn set_sentence(set: PermissionSet) -> &'static str {
    match set {
        PermissionSet::Administrator => "Everything, accounts and the audit log included.",
        PermissionSet::Operator => {
            "Everything about databases and jobs, nothing about accounts and the audit log."
        }
        PermissionSet::Viewer => "Looks at databases, tables, rows and jobs, and changes nothing.",
    }
}

/// What the set allows, in words, one permission after the other.
pub(super) fn set_allows(set: PermissionSet) -> String {
    let mut words: Vec<&str> = set.permissions().iter().map(|permission| allows(*permission)).collect();
    let last = words.pop().unwrap_or("nothing");
    if words.is_empty() { last.to_owned() } else { format!("{} and {last}", words.join(", ")) }
}

fn allows(permission: Permission) -> &'static str {
    match permission {
        Permission::ServerRead => "see the server’s state",
        Permission::DatabaseRead => "list databases and connections",
        Permission::DatabaseCreate => "create and copy databases",
        Permission::DatabaseUpdate => "change and rename databases",
        Permission::DatabaseDelete => "delete databases",
        Permission::TableRead => "list tables",
        Permission::TableCreate => "create tables and views",
        Permission::TableUpdate => "change tables and views",
        Permission::TableDelete => "delete tables and views",
        Permission::SchemaManage => "manage schemas, types and extensions",
        Permission::RowRead => "read rows",
        Permission::RowCreate => "insert rows",
        Permission::RowUpdate => "change rows",
        Permission::RowDelete => "delete rows",
        Permission::QueryRun => "give SQL of their own",
        Permission::QuerySuperuser => "let it run with a superuser’s rights",
        Permission::JobRead => "see jobs",
        Permission::JobCancel => "cancel jobs",
        Permission::MonitoringRead => "read metrics",
        Permission::AuditRead => "read the audit log",
        Permission::AccountRead => "list accounts",
        Permission::AccountManage => "manage accounts",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_explained_as_one_sentence() {
        let want =
            "see the server’s state, list databases and connections, list tables, read rows and see jobs";
        assert_eq!(set_allows(PermissionSet::Viewer), want);
    }
}
