"""A running Howdah for scripts, as in howdah.mjs: `with running() as howdah: howdah.url, howdah.token`."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("HOWDAH_BIN", str(ROOT / "target/debug/howdah"))
PASSWORD = "correct horse battery"

KEEPER = """
dir=$1; shift
"$@" </dev/null & pid=$!
trap : TERM INT HUP
read -r _
kill -TERM $pid 2>/dev/null
wait $pid
rm -rf "$dir"
"""


class Howdah:
    def __init__(self, url, token, output=None, folder=None, setup_link=None):
        self.url, self.token, self.output, self.folder, self.setup_link = url, token, output or [], folder, setup_link

    def execute(self, database, sql):
        """Runs SQL in a database of the private cluster, as its superuser: for what the API does not do."""
        data = pathlib.Path(self.folder) / "data"
        given = [pathlib.Path(os.environ["HOWDAH_TEST_PG_BIN"])] if "HOWDAH_TEST_PG_BIN" in os.environ else []
        installed = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: -int(one.parent.name))
        psql = next(one / "psql" for one in given + installed if (one / "psql").exists())
        return subprocess.run(
            [psql, "-h", data / "run", "-U", "postgres", "-d", database, "-qXAt", "-v", "ON_ERROR_STOP=1", "-c", sql],
            env={"PATH": os.environ["PATH"], "PGPASSWORD": (data / "superuser-password").read_text().strip()},
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout.strip()


def _request(url, path, body, headers):
    request = urllib.request.Request(url + path, data=json.dumps(body).encode(), method="POST")
    for name, value in {"Content-Type": "application/json", "Origin": url, **headers}.items():
        request.add_header(name, value)
    return urllib.request.urlopen(request, timeout=30)


def make_token(url):
    with _request(url, "/api/session", {"account": "admin", "password": PASSWORD}, {}) as answer:
        cookie = answer.headers["Set-Cookie"].split(";")[0]
    with _request(url, "/api/tokens", {"name": "test"}, {"Cookie": cookie}) as answer:
        return json.load(answer)["secret"]


@contextlib.contextmanager
def running(set_up=True, **variables):
    """The Howdah of HOWDAH_URL and HOWDAH_TOKEN, or a new one with a private cluster; always a new one where the first
    administrator is still to be made (`set_up=False`)."""
    if set_up and "HOWDAH_URL" in os.environ:
        yield Howdah(os.environ["HOWDAH_URL"], os.environ["HOWDAH_TOKEN"])
        return
    folder = tempfile.mkdtemp(prefix="hd-", dir="/tmp")
    os.chmod(folder, 0o755)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "HOWDAH_LISTEN": "127.0.0.1:0",
        "HOWDAH_DATA_DIR": folder + "/data",
        **({"HOWDAH_ADMIN_PASSWORD": PASSWORD} if set_up else {}),
        **variables,
    }
    if "HOWDAH_TEST_PG_BIN" in os.environ:
        environment["HOWDAH_POSTGRES_BIN"] = os.environ["HOWDAH_TEST_PG_BIN"]
    child = subprocess.Popen(
        ["sh", "-c", KEEPER, "keeper", folder, BINARY],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )
    lines = []
    threading.Thread(target=lambda: lines.extend(iter(child.stdout.readline, "")), daemon=True).start()
    try:
        url, link, end = None, None, time.monotonic() + 120
        while url is None:
            text = "".join(lines)
            found = re.search(r"Howdah listens on (http:\S+)", text)
            link = re.search(r"http:\S+/setup#\S+\n", text)
            if found and (link or "Sign in at " in text):
                url = found.group(1).rstrip("/")
            elif child.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"Howdah does not start:\n{text}")
            time.sleep(0.05)
        yield Howdah(url, make_token(url) if set_up else None, lines, folder, link and link[0].strip())
    finally:
        child.stdin.close()
        child.wait()
        shutil.rmtree(folder, ignore_errors=True)
