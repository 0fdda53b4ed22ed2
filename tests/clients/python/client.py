"""What a program does with Howdah through the generated client, until it has done everything that the document offers."""

import time

from steps import about, accounts, databases, files, jobs, objects, rows, schemas, setup, tables
from steps.kit import Context, Operations, equal

# Operations that no step calls, each with the reason.
LEFT_OUT = {}

AREAS = [
    setup.steps, about.steps, databases.steps, schemas.steps, tables.steps, rows.steps, objects.steps, jobs.steps, files.steps,
    accounts.steps, tables.end, schemas.end, databases.end,
]


def steps(url, setup_link, execute, document):
    operations = Operations(document)
    context = Context(url, setup_link, execute, f"python 'client'/ü %41 {time.time_ns()}", operations)
    # One area after the other: set-up leaves the client behind with which the others go on.
    for area in AREAS:
        yield from area(context)

    def everything():
        equal(operations.ids - operations.called, set(LEFT_OUT))
        assert len(operations.ids) > 90, operations.ids

    yield "every operation was called", everything
