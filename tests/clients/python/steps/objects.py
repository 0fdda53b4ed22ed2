"""Views, sequences and extensions; functions and triggers, which the API only reads."""

from howdah_client.api.rows import count_rows, delete_rows
from howdah_client.api.tables import (
    create_extension, create_sequence, create_view, delete_extension, delete_sequence, delete_view, get_extension, get_function,
    get_sequence, get_trigger, get_view, list_extensions, list_functions, list_sequences, list_triggers, list_views, refresh_view,
    update_extension, update_sequence, update_view,
)
from howdah_client.models import (
    DatabaseFunction, DatabaseTable, Extension, ExtensionDetails, ExtensionFormData, ExtensionUpdateData, FunctionDetails,
    RefreshData, RowsChanged, RowsCount, RowsDeleteData, Sequence, SequenceDetails, SequenceFormData, SequenceNumbers,
    SequenceUpdateData, TableDetails, TableKind, Trigger, TriggerEnabled, ViewFormData, ViewUpdateData,
)

from .kit import data, empty, equal, known, preview, several
from .rows import delete
from .schemas import DESK


def steps(context):
    return views(context) + sequences(context) + extensions(context) + code(context)


def views(context):
    client, name = context.client, context.name

    def create():
        body = ViewFormData(name="paid", query="SELECT id FROM public.orders WHERE note = 'paid'")
        preview(create_view, name, client=client, body=body)
        equal(data(TableDetails, create_view, name, status=201, client=client, body=body).kind, TableKind.VIEW)
        query = "SELECT customer, sum(total) AS total FROM public.orders GROUP BY customer"
        body = ViewFormData(name="totals", materialized=True, query=query)
        kept = data(TableDetails, create_view, name, status=201, client=client, body=body)
        equal((kept.kind, [column.type_ for column in kept.columns]), (TableKind.MATERIALIZEDVIEW, ["bigint", "numeric"]))

    def change():
        body = ViewUpdateData(query="SELECT id, total FROM public.orders WHERE note = 'paid'", description="Paid ones")
        equal(data(TableDetails, update_view, name, "paid", client=client, body=body).description, "Paid ones")
        assert "total" in data(TableDetails, get_view, name, "paid", client=client).definition
        equal([view.name for view in several(DatabaseTable, list_views, name, client=client)], ["paid", "totals"])

    def refresh():
        def count():
            return data(RowsCount, count_rows, name, "totals", client=client).count

        equal(count(), 3)
        body = RowsDeleteData(deletes=delete(*(str(id) for id in range(3, 28, 3))))
        equal(data(RowsChanged, delete_rows, name, "orders", client=client, body=body).deleted, 9)
        equal(count(), 3)
        preview(refresh_view, name, "totals", client=client, body=RefreshData())
        empty(refresh_view, name, "totals", client=client, body=RefreshData(concurrently=False))
        equal(count(), 2)

    def drop():
        preview(delete_view, name, "paid", client=client)
        for view in ("paid", "totals"):
            empty(delete_view, name, view, client=client)
        equal(data(list, list_views, name, client=client), [])

    return [("create views", create), ("change and read a view", change), ("refresh a view", refresh), ("drop views", drop)]


def sequences(context):
    client, name = context.client, context.name

    def create():
        body = SequenceFormData(name="numbers", numbers=SequenceNumbers(start="9007199254740993", increment="2"))
        preview(create_sequence, name, client=client, schema=DESK, body=body)
        made = data(SequenceDetails, create_sequence, name, status=201, client=client, schema=DESK, body=body).sequence
        equal((made.schema, made.start, made.increment), (DESK, "9007199254740993", "2"))

    def change():
        body = SequenceUpdateData(numbers=SequenceNumbers(cycle=True), description="Of invoices")
        changed = data(SequenceDetails, update_sequence, name, "numbers", client=client, schema=DESK, body=body)
        assert changed.sequence.cycle, changed
        equal(data(SequenceDetails, get_sequence, name, "numbers", client=client, schema=DESK).sequence.description, "Of invoices")
        equal([one.name for one in several(Sequence, list_sequences, name, client=client, schema=DESK)], ["numbers"])

    def drop():
        preview(delete_sequence, name, "numbers", client=client, schema=DESK)
        empty(delete_sequence, name, "numbers", client=client, schema=DESK)
        equal(data(list, list_sequences, name, client=client, schema=DESK), [])
        body = SequenceFormData(name="left behind", schema=DESK)
        data(SequenceDetails, create_sequence, name, status=201, client=client, body=body)

    return [("create a sequence", create), ("change, read and list sequences", change), ("drop a sequence", drop)]


def extensions(context):
    client, name = context.client, context.name

    def version():
        listed = several(Extension, list_extensions, name, client=client)
        return next(known(extension.version) for extension in listed if extension.name == "plpgsql")

    def drop():
        assert version() is not None, "plpgsql is there from the beginning"
        preview(delete_extension, name, "plpgsql", client=client)
        empty(delete_extension, name, "plpgsql", client=client)
        equal(version(), None)

    def create():
        body = ExtensionFormData(name="plpgsql")
        preview(create_extension, name, client=client, body=body)
        made = data(ExtensionDetails, create_extension, name, status=201, client=client, body=body)
        equal(made.extension.version, version())
        read = data(ExtensionDetails, get_extension, name, "plpgsql", client=client)
        assert made.extension.version in read.versions and read.members, read

    def update():
        now = version()
        changed = data(ExtensionDetails, update_extension, name, "plpgsql", client=client, body=ExtensionUpdateData(version=now))
        equal(changed.extension.version, now)

    return [("drop an extension", drop), ("create and read an extension", create), ("update an extension", update)]


CODE = """
    CREATE FUNCTION public.stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER stamps BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.stamp()"""


def code(context):
    client, name = context.client, context.name

    def functions():
        context.execute(name, CODE)
        [listed] = several(DatabaseFunction, list_functions, name, client=client, schema="public")
        equal((listed.name, listed.language, listed.trigger), ("stamp", "plpgsql", True))
        read = data(FunctionDetails, get_function, name, listed.oid, client=client)
        assert "RETURN new" in read.source and len(read.dependents) == 1, read

    def triggers():
        [listed] = several(Trigger, list_triggers, name, client=client, table="orders")
        equal((listed.table, listed.trigger.name, listed.trigger.enabled), ("orders", "stamps", TriggerEnabled.ORIGIN))
        read = data(Trigger, get_trigger, name, "stamps", client=client, table="orders")
        assert "BEFORE UPDATE" in read.trigger.definition, read

    return [("functions", functions), ("triggers", triggers)]
