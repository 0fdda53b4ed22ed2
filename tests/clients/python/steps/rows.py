"""Rows: read page by page, insert, change, delete, count, look up."""

import json

from howdah_client.api.rows import (
    change_rows, count_rows, delete_rows, get_cell, insert_rows, list_rows, lookup_rows, update_rows,
)
from howdah_client.models import (
    Cell, Filter, FilterOp, ListRowsFrom, Lookup, Matching, RowChanges, RowDelete, RowDeleteKey, RowInsert, RowInsertValues,
    RowsChanged, RowsCount, RowsDeleteData, RowsFormData, RowsPage, RowsUpdateData, RowsUpdateDataSet, RowUpdate, RowUpdateKey,
    RowUpdateSet, RowUpdateWas, SortKey, UseDefault,
)

from .kit import data, equal, preview, problem

DEFAULT = UseDefault(default=True)


def insert(**values):
    row = RowInsertValues()
    row.additional_properties = values
    return RowInsert(values=row)


def update(id, values, was=None):
    new = RowUpdateSet()
    new.additional_properties = values
    row = RowUpdate(set_=new, key=RowUpdateKey.from_dict({"id": id}))
    if was is not None:
        row.was = RowUpdateWas.from_dict(was)
    return row


def delete(*ids):
    return [RowDelete(key=RowDeleteKey.from_dict({"id": id})) for id in ids]


def steps(context):
    client, name = context.client, context.name
    orders = (name, "orders")

    def page(table, **query):
        return data(RowsPage, list_rows, name, table, client=client, **query)

    def inserted():
        body = RowsFormData(inserts=[
            insert(id="1", name="Ada", mood="happy"), insert(id="2", name="Grace", mood=None), insert(id="3", name="Edsger", mood=DEFAULT),
        ])
        preview(insert_rows, name, "customers", client=client, body=body)
        made = data(RowsChanged, insert_rows, name, "customers", client=client, body=body)
        equal([row.values for row in made.inserts], [["1", "Ada", "happy"], ["2", "Grace", None], ["3", "Edsger", "ok"]])
        many = RowsFormData(inserts=[
            insert(id=str(i + 1), customer=str(i % 3 + 1), total=f"{i}.50", note="long " * 20_000 if i == 7 else None) for i in range(30)
        ])
        equal(data(RowsChanged, insert_rows, *orders, client=client, body=many).inserted, 30)

    def pages():
        sort = json.dumps([SortKey(column="total", descending=True).to_dict()])
        some = json.dumps([Filter(column="id", op=FilterOp.LESS_OR_EQUAL, value="25").to_dict()])
        first = page("orders", limit=10, sort=sort, filter_=some)
        equal((len(first.rows), first.rows[0][0], first.has_more), (10, "25", True))
        equal([column.name for column in first.columns], ["id", "customer", "total", "note", "placed"])
        second = page("orders", limit=10, sort=sort, filter_=some, cursor=first.next_)
        assert second.rows[0][0] == "15" and isinstance(second.previous, str), second
        equal(page("orders", from_=ListRowsFrom.END, limit=1).rows[0][0], "30")
        equal(len(page("orders", where="total < 2").rows), 2)

    def cell():
        found = page("orders", columns=json.dumps(["id", "note"]), where="id = 8")
        [cut] = found.truncated
        equal((cut.row, cut.column, cut.bytes_), (0, 1, 100_000))
        whole = data(Cell, get_cell, *orders, client=client, column="note", address=found.addresses[0])
        equal(whole.value, "long " * 20_000)

    def count():
        some = json.dumps([Filter(column="customer", op=FilterOp.IN, values=["1", "2"]).to_dict()])
        equal(data(RowsCount, count_rows, *orders, client=client, filter_=some).count, 20)

    def lookup():
        found = data(Lookup, lookup_rows, *orders, client=client, column="customer", search="grac")
        equal((found.reference.table, [row.key for row in found.rows]), ("customers", [["2"]]))
        assert "Grace" in found.rows[0].labels, found

    def changed():
        body = RowsUpdateData(updates=[update("1", {"note": "paid", "placed": "2026-01-31"}, was={"note": None})])
        done = data(RowsChanged, update_rows, *orders, client=client, body=body)
        equal((done.updated, done.updates[0].before.values[3], done.updates[0].after.values[3]), (1, None, "paid"))
        late = problem(409, "row.changed", update_rows, *orders, client=client, body=body)
        equal(late.conflict.differing, ["note"])
        zero = RowsUpdateDataSet()
        zero["total"] = DEFAULT
        body = RowsUpdateData(matching=Matching(expect=10, where="customer = 3"), set_=zero)
        equal(data(RowsChanged, update_rows, *orders, client=client, body=body).updated, 10)

    def deleted():
        body = RowsDeleteData(deletes=delete("30"))
        preview(delete_rows, *orders, client=client, body=body)
        gone = data(RowsChanged, delete_rows, *orders, client=client, body=body)
        equal((gone.deleted, gone.deletes[0].values[0]), (1, "30"))

    def batch():
        body = RowChanges(
            deletes=delete("29"), updates=[update("2", {"note": ""})], inserts=[insert(id="100", customer="1", total="1.00")],
        )
        done = data(RowsChanged, change_rows, *orders, client=client, body=body)
        equal((done.deleted, done.updated, done.inserted), (1, 1, 1))

    return [
        ("insert rows", inserted), ("read rows page by page", pages), ("read a cell that was cut", cell), ("count rows", count),
        ("look up a foreign key", lookup), ("change rows", changed), ("delete rows", deleted), ("changes of many kinds at once", batch),
    ]
