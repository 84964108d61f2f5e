"""The wheel is enough: installed away from the checkout, without what development needs, it queries and serves."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
import urllib.parse
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from yuanhui_kg import __version__

PROJECT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
NAME = r"[a-z0-9.\-]+(?:\[[a-z,\-]+\])?"  # with its extras
CARRIED = {"ontology": "*.ttl", "data": "*.ttl", "queries": "*.rq", "views": "*.json"}


def without_package_settings() -> dict[str, str]:
    """The environment without what points at this checkout's package or its virtual environment."""
    hidden = ("PYTHON", "VIRTUAL_ENV", "COVERAGE", "COV_CORE", "YUANHUI_KG_")
    return {name: value for name, value in os.environ.items() if not name.startswith(hidden)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in a fresh environment that holds the wheel and the locked runtime dependencies only."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    lock = PROJECT / "requirements.lock"
    for what in (["--require-hashes", "-r", lock], ["--no-deps", "--no-index", wheel]):
        subprocess.run([*pip, *what], check=True, env=without_package_settings(), cwd=folder)
    return folder / "bin" / "yuanhui-kg"


def call(command: Path, *arguments: str) -> str:
    done = subprocess.run(
        [command, *arguments], check=True, capture_output=True, text=True, env=without_package_settings(), cwd="/"
    )
    return done.stdout


# --- the wheel and the locks --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_wheel_carries_what_serving_needs_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, pattern in CARRIED.items():
        files = {path.relative_to(PROJECT).as_posix() for path in (PROJECT / folder).rglob(pattern)}
        assert files, folder
        assert {f"yuanhui_kg/resources/{name}" for name in files} <= names
    package = PROJECT / "src"
    source = {p for p in (package / "yuanhui_kg").rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert {path.relative_to(package).as_posix() for path in source} <= names
    assert {"py.typed", "LICENSE", "LICENSE-DATA"} <= {name.rpartition("/")[2] for name in names}
    assert {name.split("/")[0] for name in names} == {"yuanhui_kg", f"yuanhui_kg-{__version__}.dist-info"}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_hashes_and_no_place(name: str) -> None:
    text = (PROJECT / name).read_text()
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|/", text)
    pinned = re.findall(rf"^{NAME}==\S+.*\\\n    --hash=sha256:[0-9a-f]{{64}}", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^\S", text, re.MULTILINE)) > 0


def test_the_locks_hold_every_dependency_and_the_same_versions() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    runtime, development = ((PROJECT / name).read_text() for name in LOCKS)

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[<>=!~ ;\[]", requirement)[0].lower() for requirement in requirements}

    def versions(text: str) -> set[str]:
        return set(re.findall(rf"^({NAME}==\S+(?: ;[^\\]*)?)", text, re.MULTILINE))

    def pinned(text: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9.\-]+)(?:\[[a-z,\-]+\])?==", text, re.MULTILINE))

    assert names(project["dependencies"]) <= pinned(runtime)
    assert names(project["optional-dependencies"]["dev"]) <= pinned(development)
    assert {v.split(" ;")[0] for v in versions(runtime)} <= {v.split(" ;")[0] for v in versions(development)}


# --- the wheel installed ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_installed_command_tells_its_version(installed: Path) -> None:
    assert call(installed, "--version") == f"yuanhui-kg, version {__version__}\n"
    assert call(installed.with_name("python"), "-m", "yuanhui_kg", "--version") == call(installed, "--version")


@pytest.mark.slow
def test_the_installed_command_answers_saved_queries_from_the_wheels_graph(installed: Path) -> None:
    for id in ("figures", "mentions", "statements"):
        assert len(list(csv.reader(call(installed, "query", id).splitlines()))) > 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "extension", ["ttl", "jsonld", "graphml", "svg", "png", "pdf", "html", "csv", "xlsx", "parquet"]
)
def test_the_installed_command_exports_without_any_extra(installed: Path, tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"part.{extension}"
    call(installed, "export", str(path), "--from", "yuanhui-district", "--limit", "20", "--lang", "zh")
    assert path.stat().st_size > 1000
    text = "".join(part.decode("utf-8", "replace") for part in [path.read_bytes()] if extension in ("svg", "html"))
    assert ("源汇区" in text) == (extension in ("svg", "html"))


@pytest.mark.slow
def test_the_installed_command_serves_and_ends_on_ctrl_c(installed: Path) -> None:
    server = subprocess.Popen(
        [installed, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True, env=without_package_settings(), cwd="/"
    )
    with server:
        try:
            found, triples = ask(server)
            server.send_signal(signal.SIGINT)
            assert server.wait(30) == 0
        finally:
            server.kill()
    assert found == triples > 0


def ask(server: subprocess.Popen[str]) -> tuple[int, int]:
    """How many triples a running service finds, and how many it has announced."""
    assert server.stdout
    announced = re.search(r"([\d,]+) triples at (http://\S+/)", server.stdout.readline())
    assert announced
    query = urllib.parse.urlencode({"query": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"})
    with urllib.request.urlopen(f"{announced[2]}sparql?{query}", timeout=30) as response:
        found = json.load(response)
    with urllib.request.urlopen(announced[2], timeout=30) as response:
        assert response.headers.get_content_type() == "text/html"
    return int(found["results"]["bindings"][0]["n"]["value"]), int(announced[1].replace(",", ""))
