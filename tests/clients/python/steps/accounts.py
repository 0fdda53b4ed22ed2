"""Accounts, sign-ins, tokens, and what is written down about them."""

from howdah_client.api.accounts import create_account, delete_account, list_accounts, update_account
from howdah_client.api.audit import list_audit
from howdah_client.api.databases import create_database, list_databases
from howdah_client.api.events import get_trace
from howdah_client.api.sign_in import (
    change_password, create_token, delete_token, end_session, get_session, list_sessions, list_tokens, sign_in, sign_out,
)
from howdah_client.api.tables import list_schemas
from howdah_client.models import (
    Account, AccountFormData, AccountUpdateData, AuditRecord, Database, DatabaseFormData, NewToken, Outcome, PasswordChangeData,
    Permission, PermissionSet, Session, SessionInfo, SignInData, Token, TokenFormData, Trace,
)

from .kit import call, connect, cookies, data, empty, equal, known, problem, several

NAME = "report"
FIRST, SECOND = "battery staple horse", "horse battery correct"


def steps(context):
    client, name = context.client, context.name
    own = []

    def signed_in(password):
        answer = call(sign_in, client=connect(context), body=SignInData(account=NAME, password=password))
        assert isinstance(answer.parsed, Session) and known(answer.parsed.expires_at) is not None, answer
        return connect(context, cookies=cookies(answer))

    def create():
        body = AccountFormData(name=NAME, password=FIRST, permission_set=PermissionSet.VIEWER)
        made = data(Account, create_account, status=201, client=client, body=body)
        equal((made.permission_set, known(made.databases), made.disabled), (PermissionSet.VIEWER, None, False))
        equal(data(Account, update_account, NAME, client=client, body=AccountUpdateData(databases=[name])).databases, [name])
        equal([account.name for account in several(Account, list_accounts, client=client)], ["admin", NAME])

    def sign():
        own.append(signed_in(FIRST))
        session = data(Session, get_session, client=own[0])
        equal((session.permission_set, session.databases), (PermissionSet.VIEWER, [name]))
        equal([database.name for database in several(Database, list_databases, client=own[0])], [name])
        problem(403, "permission.denied", create_database, client=own[0], body=DatabaseFormData(name="not mine"))

    def end():
        other = signed_in(FIRST)
        sessions = several(SessionInfo, list_sessions, client=own[0])
        equal([session.current for session in sessions], [False, True])
        empty(end_session, sessions[0].id, client=own[0])
        problem(401, "session.required", get_session, client=other)

    def tokens():
        body = TokenFormData(name="nightly", expires_in_days=1, permissions=[Permission.DATABASE_READ])
        made = data(NewToken, create_token, status=201, client=own[0], body=body)
        robot = connect(context, token=made.secret)
        equal(data(Session, get_session, client=robot).permissions, [Permission.DATABASE_READ])
        equal([token.id for token in several(Token, list_tokens, client=own[0])], [made.token.id])
        empty(delete_token, made.token.id, client=own[0])
        problem(401, "session.required", get_session, client=robot)

    def password():
        empty(change_password, client=own[0], body=PasswordChangeData(current=FIRST, new=SECOND))
        again = signed_in(SECOND)
        empty(sign_out, client=again)
        problem(401, "session.required", get_session, client=again)

    def delete():
        empty(delete_account, NAME, client=client)
        equal([account.name for account in several(Account, list_accounts, client=client)], ["admin"])

    def audit():
        records = several(AuditRecord, list_audit, client=client, limit=20)
        equal((records[0].action, records[0].outcome, records[0].object_), ("account.delete", Outcome.DONE, NAME))
        assert any(one.action == "database.create" and one.outcome == Outcome.REFUSED for one in records), records
        equal(several(AuditRecord, list_audit, client=client, limit=1, before=records[0].id), records[1:2])

    def trace():
        id = call(list_schemas, name, client=client).headers["x-request-id"]
        found = data(Trace, get_trace, id, client=client)
        equal((found.method, found.status, found.request_id), ("GET", 200, id))
        assert any(one.database == name and "pg_namespace" in one.sql for one in found.statements), found

    return [
        ("create, change and list accounts", create), ("sign in, and see less", sign), ("end another sign-in", end), ("tokens", tokens),
        ("change the password and sign out", password), ("delete an account", delete), ("the audit log", audit),
        ("the SQL of a request", trace),
    ]
