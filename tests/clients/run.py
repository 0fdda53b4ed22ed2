"""A Python client is generated from the program's own OpenAPI document and does everything that the document offers."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
sys.path.insert(0, str(HERE / "python"))
import howdah  # noqa: E402

passed = failed = 0


def test(name, run):
    global passed, failed
    begun = time.monotonic()
    try:
        run()
    except Exception:
        failed += 1
        print(f"FAIL Python: {name}\n     " + "     ".join(traceback.format_exc().splitlines(True)[-12:]))
        return False
    passed += 1
    print(f"ok   Python: {name} ({(time.monotonic() - begun) * 1000:.0f} ms)")
    return True


def generate(work):
    document = work / "openapi.json"
    document.write_bytes(subprocess.run([howdah.BINARY, "openapi"], check=True, stdout=subprocess.PIPE).stdout)
    config = work / "config.yml"
    # The generator's own formatting would need a program that is not installed.
    config.write_text(
        "package_name_override: howdah_client\npost_hooks: []\n"
        "content_type_overrides:\n  application/openmetrics-text: text/plain\n"
    )
    program = pathlib.Path(os.environ.get("HOWDAH_VENV", sys.prefix)) / "bin/openapi-python-client"
    result = subprocess.run(
        [str(program), "generate", "--path", str(document), "--output-path", str(work / "howdah_client"), "--meta", "none",
         "--config", str(config), "--fail-on-warning"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    if result.returncode != 0:
        raise AssertionError(result.stdout[-3000:])


with tempfile.TemporaryDirectory(prefix="howdah-py-") as folder:
    work = pathlib.Path(folder)
    if test("the client is generated", lambda: generate(work)):
        sys.path.insert(0, str(work))
        document = json.loads((work / "openapi.json").read_text())
        # Without an administrator: the client makes it.
        with howdah.running(set_up=False, HOWDAH_NO_SAMPLE="true") as server:
            import client

            for name, run in client.steps(server.url, server.setup_link, server.execute, document):
                if not test(name, run):
                    break

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
