"""Schemas and enums."""

from howdah_client.api.tables import (
    create_enum, create_schema, delete_schema, delete_type, get_schema, get_type, list_schemas, list_types, update_schema,
    update_type,
)
from howdah_client.models import (
    DatabaseType, DatabaseTypeKind, EnumFormData, LabelRename, NewLabel, Schema, SchemaDetails, SchemaFormData, SchemaUpdateData,
    TypeDetails, TypeUpdateData,
)

from .kit import data, empty, equal, preview, problem, several

DESK = "order desk"


def steps(context):
    client, name = context.client, context.name

    def create():
        body = SchemaFormData(name="desk", description="Orders")
        shown = preview(create_schema, name, client=client, body=body)
        assert 'CREATE SCHEMA "desk"' in [statement.sql for statement in shown.statements] and shown.in_transaction, shown
        equal(data(SchemaDetails, create_schema, name, status=201, client=client, body=body).tables, 0)

    def change():
        changed = data(SchemaDetails, update_schema, name, "desk", client=client, body=SchemaUpdateData(name=DESK))
        assert changed.name == DESK and changed.description == "Orders", changed
        read = data(SchemaDetails, get_schema, name, DESK, client=client)
        assert read.oid == changed.oid and read.ddl, read

    def listed():
        equal([schema.name for schema in several(Schema, list_schemas, name, client=client)], [DESK, "public"])

    def create_mood():
        body = EnumFormData(name="mood", labels=["sad", "happy"], description="How it went")
        preview(create_enum, name, client=client, body=body)
        made = data(TypeDetails, create_enum, name, status=201, client=client, body=body)
        equal((made.type_.kind, made.type_.labels), (DatabaseTypeKind.ENUM, ["sad", "happy"]))

    def change_mood():
        body = TypeUpdateData(add_labels=[NewLabel(label="ok", before="happy")], rename_labels=[LabelRename(from_="sad", to="bad")])
        changed = data(TypeDetails, update_type, name, "mood", client=client, body=body)
        equal(changed.type_.labels, ["bad", "ok", "happy"])

    def list_moods():
        equal(data(TypeDetails, get_type, name, "mood", client=client).type_.description, "How it went")
        equal([one.name for one in several(DatabaseType, list_types, name, client=client, schema="public")], ["mood"])

    return [
        ("create a schema", create), ("change and read a schema", change), ("list schemas", listed), ("create an enum", create_mood),
        ("change an enum", change_mood), ("read and list types", list_moods),
    ]


def end(context):
    """Once no table needs them any more. A schema with something in it goes only with the `expect` of a preview."""
    client, name = context.client, context.name

    def drop_type():
        preview(delete_type, name, "mood", client=client)
        empty(delete_type, name, "mood", client=client)
        equal(data(list, list_types, name, client=client), [])

    def drop_schema():
        problem(409, "object.needed", delete_schema, name, DESK, client=client)
        shown = preview(delete_schema, name, DESK, client=client, cascade=True)
        assert shown.dependents and isinstance(shown.expect, str), shown
        empty(delete_schema, name, DESK, client=client, cascade=True, expect=shown.expect)
        problem(404, "schema.not_found", get_schema, name, DESK, client=client)

    return [("drop a type", drop_type), ("drop a schema with what is in it", drop_schema)]
