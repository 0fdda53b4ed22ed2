"""Databases, copies of them, and events about them."""

from howdah_client.api.databases import (
    copy_database, create_database, delete_database, get_database, get_database_options, list_connections, list_databases,
    update_database,
)
from howdah_client.api.events import stream_events
from howdah_client.api.tables import list_tables
from howdah_client.models import (
    Connection, Database, DatabaseCopyData, DatabaseFormData, DatabaseOptions, DatabasesChanged, DatabaseUpdateData, Sizes,
)

from .kit import connect, data, empty, equal, events, preview, problem, several, succeeded


def found(context):
    databases = several(Database, list_databases, client=context.client, sizes=Sizes.WAIT)
    return next((database for database in databases if database.name == context.name), None)


def steps(context):
    client, name = context.client, context.name

    def options():
        choices = data(DatabaseOptions, get_database_options, client=client)
        assert "template0" in choices.templates and choices.default_owner in choices.owners, choices

    def create():
        body = DatabaseFormData(name=name, description="made by Python", connection_limit=5)
        preview(create_database, client=client, body=body)
        made = data(Database, create_database, status=201, client=client, body=body)
        assert made.name == name and made.connection_limit == 5, made

    def listed():
        database = found(context)
        assert database is not None and database.description == "made by Python", database
        assert isinstance(database.size_bytes, int), database
        equal(data(Database, get_database, name, client=client).owner, database.owner)

    def change():
        body = DatabaseUpdateData(description="changed", connection_limit=-1)
        changed = data(Database, update_database, name, client=client, body=body)
        assert changed.description == "changed" and changed.connection_limit == -1, changed

    def copy():
        made = f"{name} copy"
        job = succeeded(client, copy_database, name, body=DatabaseCopyData(name=made, end_connections=True))
        assert job.kind == "database.copy", job
        equal(data(Database, get_database, made, client=client).name, made)
        empty(delete_database, made, client=client)

    def connections():
        equal(data(list, list_tables, name, client=client), [])
        assert any(one.own and one.pid > 0 for one in several(Connection, list_connections, name, client=client))

    def stream():
        made, seen = f"{name} event", events(client, stream_events)
        next(seen)
        data(Database, create_database, status=201, client=client, body=DatabaseFormData(name=made))
        assert any(isinstance(event.body, DatabasesChanged) and made in event.body.names for event in seen)
        seen.close()
        empty(delete_database, made, client=client)

    return [
        ("choices for a database", options), ("create a database", create), ("list and read databases", listed),
        ("change a database", change), ("copy a database, as a job", copy), ("connections to a database", connections),
        ("events while a database is made", stream),
    ]


def end(context):
    """Last of all: the database goes, and asking for it is a problem."""
    client, name = context.client, context.name

    def drop():
        preview(delete_database, name, client=client)
        empty(delete_database, name, client=client)
        assert found(context) is None

    def refused():
        problem(404, "database.not_found", get_database, name, client=client)
        problem(401, "session.required", list_databases, client=connect(context, token="nonsense"))

    return [("drop a database", drop), ("a problem is a problem", refused)]
