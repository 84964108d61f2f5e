"""OpenRefine (Debian's ``openrefine``) as a client of ``/reconcile``: it reconciles a column, and extends it by a property."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any, Final

import browsing
import pytest

from yuanhui_kg.namespaces import YH, YHO

pytestmark = pytest.mark.slow

PROGRAM: Final = shutil.which("openrefine")
TABLE: Final = "place,around\n青禾區,\n沈河镇,青禾区\n栢林乡,青禾区\n云杉食品,\n没有这个地方,\n"
#: What our text does not state, and a register of divisions would.
WITHIN: Final = f"""
<{YH}shenhe-town> <{YHO.isWithin}> <{YH}qinghe-district> .
<{YH}bailin-township> <{YHO.isWithin}> <{YH}qinghe-district> .
"""
EVERY: Final = {"engine": json.dumps({"facets": [], "mode": "row-based"})}
_SECONDS: Final = 60


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = browsing.resources(tmp_path_factory.mktemp("qinghe"))
    (folder / "data" / "within.ttl").write_text(WITHIN, encoding="utf-8")
    yield from browsing.serving(folder)


class Refine:
    """An OpenRefine without a window, on loopback."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"

    def get(self, command: str, **parameters: str) -> Any:
        return json.loads(self._send(f"{command}?{urllib.parse.urlencode(parameters)}", None, {})[1])

    def post(self, command: str, form: dict[str, str], **parameters: str) -> Any:
        query = urllib.parse.urlencode({**parameters, **self._token()})
        return json.loads(self._send(f"{command}?{query}", urllib.parse.urlencode(form).encode(), {})[1])

    def project(self, table: str) -> str:
        """The number of a new project that holds a table in CSV."""
        mark = "----table"
        fields = {"project-name": "table", "format": "text/line-based/*sv"}
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
        parts.append(
            f'--{mark}\r\nContent-Disposition: form-data; name="project-file"; filename="table.csv"\r\n'
            f"Content-Type: text/csv; charset=UTF-8\r\n\r\n{table}\r\n--{mark}--\r\n"
        )
        options = json.dumps({"separator": ",", "encoding": "UTF-8"})
        query = urllib.parse.urlencode({"options": options, **self._token()})
        kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        address, _ = self._send(f"create-project-from-upload?{query}", "".join(parts).encode(), kind)
        found = re.search(r"project=(\d+)", address)
        assert found, address
        return found[1]

    def rows(self, project: str) -> list[list[Any]]:
        """Cells, each with ``v`` and, where it was reconciled, ``r``."""
        found = self.post("get-rows", EVERY, project=project, start="0", limit="50")
        for row in found["rows"]:
            for cell in filter(None, row["cells"]):
                if not isinstance(cell.get("r"), dict | None):
                    cell["r"] = found["pool"]["recons"][str(cell["r"])]
        return [row["cells"] for row in found["rows"]]

    def done(self, project: str) -> None:
        """Wait until nothing runs any more."""
        end = time.monotonic() + _SECONDS
        while self.get("get-processes", project=project)["processes"]:
            assert time.monotonic() < end
            time.sleep(0.2)

    def _token(self) -> dict[str, str]:
        return {"csrf_token": self.get("get-csrf-token")["token"]}

    def _send(self, command: str, body: bytes | None, headers: dict[str, str]) -> tuple[str, bytes]:
        """Where an answer came from, and its body."""
        request = urllib.request.Request(f"{self._base}/command/core/{command}", body, headers)
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            return answer.geturl(), answer.read()


@pytest.fixture(scope="module")
def refine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refine]:
    if PROGRAM is None:
        pytest.skip("OpenRefine is not installed: apt-get install openrefine")
    folder = tmp_path_factory.mktemp("refine")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        PROGRAM,
        "-i",
        "127.0.0.1",
        "-p",
        str(port),
        "-d",
        str(folder),
        "-m",
        "512M",
        "-x",
        "refine.headless=true",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env=os.environ | {"HOME": str(folder)}, start_new_session=True
        )
    try:
        started = Refine(port)
        end = time.monotonic() + _SECONDS
        while True:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                started.get("get-version")
                break
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.3)
        yield started
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # a script and the Java that it started
        process.wait()


@pytest.fixture(scope="module")
def project(refine: Refine, service: str) -> str:
    """A project whose first column was reconciled, the second being its surroundings."""
    made = refine.project(TABLE)
    with urllib.request.urlopen(f"{service}/reconcile", timeout=30) as answer:
        manifest = json.loads(answer.read())
    config = {
        "mode": "standard-service",
        "service": f"{service}/reconcile",
        "identifierSpace": manifest["identifierSpace"],
        "schemaSpace": manifest["schemaSpace"],
        "type": None,
        "autoMatch": True,
        "batchSize": 3,
        "columnDetails": [{"column": "around", "property": {"id": "yho:isWithin", "name": "within"}}],
        "limit": 0,
    }
    told = refine.post("reconcile", {"columnName": "place", "config": json.dumps(config), **EVERY}, project=made)
    assert told["code"] in ("ok", "pending"), told
    refine.done(made)
    return made


def test_openrefine_reconciles_a_column(refine: Refine, project: str) -> None:
    found = {row[0]["v"]: row[0]["r"] for row in refine.rows(project)}
    matched = {name: recon["m"]["id"] for name, recon in found.items() if recon["j"] == "matched"}
    assert matched == {
        "青禾區": "qinghe-district",
        "沈河镇": "shenhe-town",
        "栢林乡": "bailin-township",  # misprinted, but the only one in its surroundings
        "云杉食品": "yunshan-foods",
    }
    nothing = found["没有这个地方"]
    assert (nothing["j"], nothing["c"]) == ("none", [])


def test_openrefine_extends_by_a_property(refine: Refine, project: str, service: str) -> None:
    with urllib.request.urlopen(f"{service}/reconcile", timeout=30) as answer:
        manifest = json.loads(answer.read())
    form = {
        "baseColumnName": "place",
        "endpoint": f"{service}/reconcile",
        "identifierSpace": manifest["identifierSpace"],
        "schemaSpace": manifest["schemaSpace"],
        "extension": json.dumps({"properties": [{"id": "yho:isWithin", "name": "within"}]}),
        "columnInsertIndex": "1",
        **EVERY,
    }
    told = refine.post("extend-data", form, project=project)
    assert told["code"] in ("ok", "pending"), told
    refine.done(project)
    cells = [row for row in refine.rows(project) if row[2:] and row[2] is not None]  # a new column's cells come last
    assert {row[0]["v"]: row[2]["r"]["m"]["id"] for row in cells} == {
        "青禾區": "lincheng-city",
        "沈河镇": "qinghe-district",
        "栢林乡": "qinghe-district",
    }
