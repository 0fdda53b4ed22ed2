"""Tables, with a foreign key and an enum."""

from howdah_client.api.tables import create_table, delete_table, get_relations, get_table, list_tables, update_table
from howdah_client.models import (
    CheckFormData, ColumnFormData, ColumnUpdateData, DatabaseTable, ForeignKeyAction, ForeignKeyFormData, IdentityFormData,
    IdentityKind, IndexFormData, IndexKeyFormData, KeyFormData, Relations, TableDetails, TableFormData, TableKind, TableUpdateData,
)

from .kit import data, empty, equal, known, preview, problem, several
from .schemas import DESK

CUSTOMERS = TableFormData(
    name="customers",
    description="Who orders",
    columns=[
        ColumnFormData(name="id", type_="bigint", identity=IdentityFormData(kind=IdentityKind.BYDEFAULT)),
        ColumnFormData(name="name", type_="text", nullable=False),
        ColumnFormData(name="mood", type_="mood", default="'ok'::public.mood"),
    ],
    primary_key=KeyFormData(columns=["id"]),
    unique=[KeyFormData(columns=["name"])],
)
ORDERS = TableFormData(
    name="orders",
    columns=[
        ColumnFormData(name="id", type_="int", nullable=False),
        ColumnFormData(name="customer", type_="bigint", nullable=False),
        ColumnFormData(name="total", type_="numeric(10,2)", default="0"),
        ColumnFormData(name="note", type_="text"),
    ],
    primary_key=KeyFormData(columns=["id"]),
    checks=[CheckFormData(name="not_negative", expression="total >= 0")],
    foreign_keys=[
        ForeignKeyFormData(name="of_customer", columns=["customer"], references_table="customers", on_delete=ForeignKeyAction.RESTRICT),
    ],
    indexes=[IndexFormData(name="by_customer", keys=[IndexKeyFormData(column="customer")])],
)


def steps(context):
    client, name = context.client, context.name

    def create():
        shown = preview(create_table, name, client=client, body=CUSTOMERS)
        assert any(statement.sql.startswith("CREATE TABLE") for statement in shown.statements), shown
        made = data(TableDetails, create_table, name, status=201, client=client, body=CUSTOMERS)
        equal([known(column.enum_labels) for column in made.columns], [None, None, ["bad", "ok", "happy"]])
        second = data(TableDetails, create_table, name, status=201, client=client, body=ORDERS)
        [key] = second.foreign_keys
        equal((key.name, key.references_table, key.on_delete), ("of_customer", "customers", ForeignKeyAction.RESTRICT))

    def change():
        body = TableUpdateData(
            add_columns=[ColumnFormData(name="placed", type_="date")],
            change_columns=[ColumnUpdateData(column="note", description="For the desk")],
            description="One row for each order",
        )
        changed = data(TableDetails, update_table, name, "orders", client=client, body=body)
        equal((changed.description, changed.columns[-1].type_), ("One row for each order", "date"))

    def listed():
        read = data(TableDetails, get_table, name, "orders", client=client)
        equal((read.kind, read.primary_key.columns, known(read.partition_of)), (TableKind.TABLE, ["id"], None))
        tables = several(DatabaseTable, list_tables, name, client=client, schema="public", kind="table,partitioned", search="er")
        equal([table.name for table in tables], ["customers", "orders"])

    def relations():
        found = data(Relations, get_relations, name, client=client, table="orders")
        equal([(key.table, key.references_table) for key in found.foreign_keys], [("orders", "customers")])
        equal(sorted(table.name for table in found.tables), ["customers", "orders"])

    def elsewhere():
        body = TableFormData(name="spare", schema=DESK, columns=[ColumnFormData(name="a", type_="int")])
        equal(data(TableDetails, create_table, name, status=201, client=client, body=body).schema, DESK)
        empty(delete_table, name, "spare", client=client, schema=DESK)

    return [
        ("create tables with an enum and a foreign key", create), ("change a table", change), ("read and list tables", listed),
        ("relations of the tables", relations), ("create and drop a table in another schema", elsewhere),
    ]


def end(context):
    client, name = context.client, context.name

    def drop():
        for table in ("orders", "customers"):
            shown = preview(delete_table, name, table, client=client)
            assert f'DROP TABLE "public"."{table}"' in [statement.sql for statement in shown.statements], shown
            empty(delete_table, name, table, client=client)
            problem(404, "table.not_found", get_table, name, table, client=client)

    return [("drop tables", drop)]
