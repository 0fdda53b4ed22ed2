"""What the steps share: clients that keep count, and answers that are looked at."""

import dataclasses
import json
import re
import time
from typing import Any, Callable

from howdah_client import AuthenticatedClient, Client
from howdah_client.api.jobs import get_job
from howdah_client.models import ChangePreview, Event, Job, JobState, Preview, Problem
from howdah_client.types import UNSET

# The secret of the first administrator, as the set-up page would send it.
ADMIN_PASSWORD = "correct horse battery"


@dataclasses.dataclass
class Context:
    """What the steps are given, and hand on to each other."""

    url: str
    # The link that the first start prints.
    setup_link: str
    # Runs SQL beside the API, for what the API only reads.
    execute: Callable[[str, str], str]
    # The database of the steps, with a name that must be escaped in an address.
    name: str
    operations: "Operations"
    # With an API token of the administrator; there once set-up is over.
    client: Any = None


class Operations:
    """The document's operations, and those of them that were answered with success."""

    def __init__(self, document):
        self.called = set()
        self._all = []
        for path, item in document["paths"].items():
            # The fewer variables, the better the template fits.
            pattern = re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(path)))
            for method, operation in item.items():
                self._all.append((path.count("{"), method.upper(), pattern, operation["operationId"]))
        self._all.sort(key=lambda one: one[0])
        self.ids = {one[3] for one in self._all}

    def count(self, response):
        path = response.request.url.raw_path.decode().partition("?")[0]
        fits = (id for _, method, pattern, id in self._all if method == response.request.method and pattern.fullmatch(path))
        if response.is_success:
            self.called.add(next(fits))


def connect(context, token=None, cookies=None):
    """A generated client, with a token, with cookies, or with neither."""
    options = {"base_url": context.url, "httpx_args": {"event_hooks": {"response": [context.operations.count]}}}
    if token is not None:
        return AuthenticatedClient(token=token, **options)
    return Client(headers={"Origin": context.url}, cookies=cookies or {}, **options)


def cookies(answer):
    """What a browser would keep of the answer. The cookie is for HTTPS and localhost, so a plain cookie jar refuses it."""
    name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
    return {name: value}


def call(operation, /, *path, status=200, **given):
    """The answer of an operation, which has this status."""
    answer = operation.sync_detailed(*path, **given)
    assert answer.status_code == status, (answer.status_code, answer.parsed or answer.content[:500])
    return answer


def data(kind, operation, /, *path, status=200, **given):
    """The body, which is of this kind."""
    body = call(operation, *path, status=status, **given).parsed
    assert isinstance(body, kind), body
    return body


def several(kind, operation, /, *path, **given):
    """The list, of which each item is of this kind."""
    items = data(list, operation, *path, **given)
    assert all(isinstance(item, kind) for item in items), items
    return items


def empty(operation, *path, **given):
    """That there is no body."""
    answer = call(operation, *path, status=204, **given)
    assert answer.parsed is None and answer.content == b"", answer


def preview(operation, *path, **given):
    """What `dryRun` shows, which holds SQL."""
    shown = data((ChangePreview, Preview), operation, *path, dry_run=True, **given)
    assert shown.statements, shown
    return shown


def problem(status, code, operation, /, *path, **given):
    """The problem of an operation that is refused."""
    body = data(Problem, operation, *path, status=status, **given)
    assert body.code == code and body.status == status, body
    return body


def equal(found, expected):
    assert found == expected, f"{found!r} where {expected!r} is expected"


def known(value):
    """What may be absent, as None."""
    return None if value is UNSET else value


def eventually(what, ask):
    """Asks again until there is an answer; the number of turns ends what never comes."""
    for _ in range(1200):
        found = ask()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what}: it does not come")


FINAL = {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED}


def ended(client, id):
    """The job once it has ended."""

    def ask():
        job = data(Job, get_job, id, client=client)
        return job if job.state in FINAL else None

    return eventually("the job ends", ask)


def succeeded(client, operation, *path, **given):
    """The job that the operation starts, once it has succeeded."""
    answer = call(operation, *path, status=202, client=client, **given)
    started = answer.parsed
    assert isinstance(started, Job) and answer.headers["location"] == f"/api/jobs/{started.id}", answer
    job = ended(client, started.id)
    assert job.state == JobState.SUCCEEDED, job
    return job


def events(client, operation, *path):
    """Server-sent events as they come. The generated function would wait for the end of the stream, so its request is sent
    through the generated client's own httpx client."""
    with client.get_httpx_client().stream(**operation._get_kwargs(*path)) as answer:
        assert answer.status_code == 200, answer
        yield None
        for line in answer.iter_lines():
            if line.startswith("data:"):
                yield Event.from_dict(json.loads(line[5:]))
