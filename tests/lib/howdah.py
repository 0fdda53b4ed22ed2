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
    def __init__(self, url, token, output=None):
        self.url, self.token, self.output = url, token, output or []


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
def running(**variables):
    """The Howdah of HOWDAH_URL and HOWDAH_TOKEN, or a new one with a private cluster."""
    if "HOWDAH_URL" in os.environ:
        yield Howdah(os.environ["HOWDAH_URL"], os.environ["HOWDAH_TOKEN"])
        return
    folder = tempfile.mkdtemp(prefix="hd-", dir="/tmp")
    os.chmod(folder, 0o755)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": folder,
        "HOWDAH_LISTEN": "127.0.0.1:0",
        "HOWDAH_DATA_DIR": folder + "/data",
        "HOWDAH_ADMIN_PASSWORD": PASSWORD,
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
        url, end = None, time.monotonic() + 120
        while url is None:
            text = "".join(lines)
            found = re.search(r"Howdah listens on (http:\S+)", text)
            if found and "Sign in at " in text:
                url = found.group(1).rstrip("/")
            elif child.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"Howdah does not start:\n{text}")
            time.sleep(0.05)
        yield Howdah(url, make_token(url), lines)
    finally:
        child.stdin.close()
        child.wait()
        shutil.rmtree(folder, ignore_errors=True)
