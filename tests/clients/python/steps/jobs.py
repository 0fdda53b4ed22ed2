"""Indexes, which are built and dropped as jobs, and jobs themselves."""

from howdah_client.api.jobs import cancel_job, list_job_log, list_jobs, stream_job_events
from howdah_client.api.tables import create_index, delete_index, get_table
from howdah_client.models import IndexFormData, IndexKeyFormData, Job, JobChanged, JobLogLine, JobState, LogLevel, TableDetails

from .kit import data, ended, equal, events, eventually, preview, several, succeeded


def steps(context):
    client, orders = context.client, (context.name, "orders")
    built = []

    def indexes():
        return sorted(index.name for index in data(TableDetails, get_table, *orders, client=client).indexes)

    def create():
        keys = [IndexKeyFormData(column="total", descending=True), IndexKeyFormData(expression="lower(note)")]
        body = IndexFormData(name="by_total", keys=keys, where="total > 0")
        assert not preview(create_index, *orders, client=client, body=body).in_transaction
        job = succeeded(client, create_index, *orders, body=body)
        equal((job.kind, job.database, job.progress), ("index.create", context.name, 1))
        equal(indexes(), ["by_customer", "by_total", "orders_pkey"])
        built.append(job.id)

    def stream():
        # The stream ends after the final state.
        seen = [event.body.job for event in events(client, stream_job_events, built[0]) if event and isinstance(event.body, JobChanged)]
        assert seen and seen[-1].id == built[0] and seen[-1].state == JobState.SUCCEEDED, seen

    def log():
        lines = several(JobLogLine, list_job_log, built[0], client=client)
        assert any(line.level == LogLevel.INFO and line.message for line in lines), lines
        equal(data(list, list_job_log, built[0], client=client, after=lines[0].id), lines[1:])

    def drop():
        preview(delete_index, *orders, "by_total", client=client)
        succeeded(client, delete_index, *orders, "by_total")
        equal(indexes(), ["by_customer", "orders_pkey"])

    def cancel():
        # Each row of the index takes seconds to compute, and there are twenty.
        body = IndexFormData(name="slow", keys=[IndexKeyFormData(expression="(factorial(id + 32000) IS NULL)")])
        started = data(Job, create_index, *orders, status=202, client=client, body=body)
        eventually("the index is begun", lambda: "slow" in indexes())
        asked = data(Job, cancel_job, started.id, client=client)
        assert asked.state in (JobState.CANCELLING, JobState.CANCELLED), asked
        equal(ended(client, started.id).state, JobState.CANCELLED)
        eventually("nothing is left", lambda: "slow" not in indexes())
        equal(cancel_job.sync_detailed(started.id, client=client).status_code, 409)

    def listed():
        [newest] = several(Job, list_jobs, client=client, limit=1)
        equal((newest.kind, newest.state), ("index.create", JobState.CANCELLED))
        older = [job.id for job in several(Job, list_jobs, client=client, before=newest.id)]
        assert built[0] in older and newest.id not in older, older

    return [
        ("create an index, as a job", create), ("events of a job", stream), ("the log of a job", log), ("drop an index, as a job", drop),
        ("cancel a job", cancel), ("list jobs", listed),
    ]
