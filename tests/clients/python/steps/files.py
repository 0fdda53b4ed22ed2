"""Files: uploads, imports and exports."""

import io
import json

from howdah_client.api.jobs import download_import_rejects, get_import, list_import_rejects
from howdah_client.api.rows import export_rows, get_export, import_rows, list_rows
from howdah_client.api.uploads import create_upload, delete_upload, list_uploads, preview_upload
from howdah_client.models import (
    ColumnFormData, Export, ExportRowsFormat, ExportState, ImportData, ImportFormat, ImportKind, ImportMode, ImportReject,
    ImportReport, Job, JobState, Problem, RowsPage, TableFormData, Upload, UploadPreview,
)
from howdah_client.types import File

from .kit import call, data, empty, ended, equal, several, succeeded

CSV = b"id,customer,total,note\n201,1,2.50,one\n202,1,a lot,two\n203,2,3.50,\n"


def steps(context):
    client, name = context.client, context.name
    uploads, jobs = [], []

    def upload():
        made = data(Upload, create_upload, status=201, client=client, body=File(payload=io.BytesIO(CSV)), name="orders ü.csv")
        equal((made.name, made.bytes_), ("orders ü.csv", len(CSV)))
        assert made in several(Upload, list_uploads, client=client)
        uploads.append(made)

    def preview():
        known = json.dumps(ImportFormat(kind=ImportKind.CSV, header=True).to_dict())
        seen = data(UploadPreview, preview_upload, uploads[0].id, client=client, format_=known)
        equal((seen.format_.delimiter, [column.name for column in seen.columns]), (",", ["id", "customer", "total", "note"]))
        equal((len(seen.rows), seen.whole), (3, True))

    def imported():
        body = ImportData(upload=uploads[0].id, table="orders", max_rejects=1, mode=ImportMode.TRANSACTION)
        jobs.append(succeeded(client, import_rows, name, body=body))
        report = data(ImportReport, get_import, jobs[0].id, client=client)
        equal((report.rows_read, report.rows_written, report.rows_rejected, report.dry_run), (3, 2, 1, False))
        rows = data(RowsPage, list_rows, name, "orders", client=client, where="id > 200").rows
        equal([row[:4] for row in rows], [["201", "1", "2.50", "one"], ["203", "2", "3.50", None]])

    def refused():
        [one] = several(ImportReject, list_import_rejects, jobs[0].id, client=client)
        equal((one.line, one.column, one.sqlstate), (3, "total", "22P02"))
        head, line = data(str, download_import_rejects, jobs[0].id, client=client).splitlines()
        assert head == "line,reason,id,customer,total,note" and line.endswith(",202,1,a lot,two"), (head, line)

    def looked_at():
        columns = [ColumnFormData(name=column, type_="text") for column in ("id", "customer", "total", "note")]
        body = ImportData(upload=uploads[0].id, create=TableFormData(name="taken", columns=columns), dry_run=True)
        job = succeeded(client, import_rows, name, body=body)
        report = data(ImportReport, get_import, job.id, client=client)
        equal((report.table, report.rows_accepted, report.rows_written, report.dry_run), ("taken", 3, 0, True))

    def gone():
        empty(delete_upload, uploads[0].id, client=client)
        assert uploads[0] not in several(Upload, list_uploads, client=client)
        answer = import_rows.sync_detailed(name, client=client, body=ImportData(upload=uploads[0].id, table="orders")).parsed
        if isinstance(answer, Job):
            equal(ended(client, answer.id).state, JobState.FAILED)
        else:
            assert isinstance(answer, Problem) and answer.status < 500, answer

    def exported():
        order = json.dumps([{"column": "id"}])
        answer = call(
            export_rows, name, "orders", client=client, format_=ExportRowsFormat.CSV, columns=json.dumps(["id", "total"]), where="id > 200",
            sort=order,
        )
        equal(answer.parsed, "id,total\n201,2.50\n203,3.50\n")
        read = data(Export, get_export, answer.headers["x-export-id"], client=client)
        equal((read.state, read.table, read.rows, read.bytes_), (ExportState.DONE, "orders", 2, len(answer.content)))

    def exported_bytes():
        # Without the long note: a cell of a spreadsheet has its limits. `content` holds the bytes, `parsed` text.
        answer = call(export_rows, name, "orders", client=client, format_=ExportRowsFormat.XLSX, columns=json.dumps(["id", "total"]))
        equal(answer.content[:4], b"PK\x03\x04")

    return [
        ("upload a file", upload), ("preview a file", preview), ("import a file with a row that is refused", imported),
        ("read what was refused", refused), ("import into a new table, for a look", looked_at), ("delete an upload", gone),
        ("export rows as text", exported), ("export rows as a file of bytes", exported_bytes),
    ]
