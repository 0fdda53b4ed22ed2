"""What a program does with Howdah, step by step, through the generated client."""

import time

from howdah_client import AuthenticatedClient
from howdah_client.api.databases import create_database, delete_database, get_database, list_databases, update_database
from howdah_client.api.tables import list_tables
from howdah_client.models import Database, DatabaseFormData, DatabaseUpdateData, Preview, Problem, Sizes


def steps(url, token):
    client = AuthenticatedClient(base_url=url, token=token)
    name = f"python 'client' {time.time_ns()}"

    def find():
        databases = list_databases.sync(client=client, sizes=Sizes.WAIT)
        assert isinstance(databases, list), databases
        return next((database for database in databases if database.name == name), None)

    def create():
        body = DatabaseFormData(name=name, description="made by Python", connection_limit=5)
        made = create_database.sync(client=client, body=body)
        assert isinstance(made, Database) and made.name == name, made

    def listed():
        found = find()
        assert found is not None and found.description == "made by Python" and found.connection_limit == 5, found
        assert isinstance(found.size_bytes, int), found

    def change():
        changed = update_database.sync(name, client=client, body=DatabaseUpdateData(description="changed", connection_limit=-1))
        assert isinstance(changed, Database) and changed.description == "changed", changed

    def preview():
        shown = delete_database.sync(name, client=client, dry_run=True)
        assert isinstance(shown, Preview) and shown.statements, shown

    def tables():
        assert list_tables.sync(name, client=client) == []

    def delete():
        answer = delete_database.sync_detailed(name, client=client)
        assert answer.status_code == 204, answer
        assert find() is None

    def problem():
        shown = get_database.sync(name, client=client)
        assert isinstance(shown, Problem) and shown.code == "database.not_found", shown

    return [
        ("create", create), ("list", listed), ("change", change), ("preview", preview), ("tables", tables),
        ("delete", delete), ("a problem is a problem", problem),
    ]
