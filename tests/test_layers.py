"""The layer table: a module imports only modules of its own layer or below."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import yuanhui_kg

PACKAGE = Path(yuanhui_kg.__file__).parent
LAYERS = [
    {"errors", "settings", "namespaces", "translating"},
    {
        "store",
        "exchange",
        "journal",
        "remote",
        "courier",
        "terms",
        "screening",
        "subselects",
        "patterns",
        "services",
        "cache",
        "fingerprint",
        "sandbox",
        "running",
        "pinyin",
        "variants",
        "intervals",
        "files",
        "charsets",
        "nesting",
        "turtle",
        "tabular",
        "xml_stream",
        "folders",
    },
    {
        "workers",
        "spawning",
        "dispatch",
        "frames",
        "zygote",
        "processes",
        "writing",
        "jobs",
        "passing",
        "rdflib_store",
        "federation",
        "rewriting",
        "nearby",
        "query",
        "merging",
        "tallies",
        "catalog",
        "search",
        "entities",
        "graph",
        "graph_jobs",
        "check",
        "rules",
        "citations",
        "marks",
        "alignment",
        "digest",
        "evidence",
        "cite",
        "figures",
        "compare",
        "plots",
        "columns",
        "origins",
        "grouping",
        "export",
        "views",
    },
    {
        "validate",
        "describe",
        "verify",
        "coverage",
        "session",
        "link",
        "datasets",
        "extract",
        "releases",
    },
    {"fusion", "revision"},
    {"service", "cli", "writer"},
]
STAGES = [  # of extraction
    {"records", "tables", "facts"},
    {"furniture", "weighing", "mentions", "numerals", "vocabulary", "deeds", "grids"},
    {"normalising", "measures", "tokens"},
    {"compounds"},
    {"loading", "structure", "quantities", "times", "lexicon", "codes"},
    {"boundaries", "english", "known", "period_nodes", "gold"},
    {"divisions"},
    {"places"},
    {"appositions", "area", "bodies", "honours", "relating", "scene"},
    {"phrases", "wording", "contexts"},
    {"entities", "clauses"},
    {"rows", "thresholds", "naming", "framing", "aiming", "comparing", "standing", "subjects"},
    {"kinds", "periods", "completing", "around", "lasting", "per_head", "anchoring", "certainty"},
    {"shares", "amounts", "counts", "dimensions"},
    {"proposing", "composing"},
    {"choosing"},
    {"claims"},
    {"reading", "tabulated"},
    {"pipeline", "equivalence"},
    {"passages", "evaluation", "decisions", "tagging"},
    {"review"},
    {"drafting"},
    {"report", "longest_name", "corpus"},
    {"spark"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
SEPARATE = 3  # modules of this layer do not import each other
ONLY_IN = {
    "flask": "service",
    "httptools": "service",
    "jinja2": "service",
    "werkzeug": "service",
    "click": "cli",
    "rich": "cli",
}


def module_of(path: Path, package: Path) -> str:
    """The name in the table of the module that a file belongs to: ``service`` for all of ``service/``."""
    return path.relative_to(package).parts[0].removesuffix(".py")


def imports(path: Path, package: Path) -> Iterator[tuple[int, str]]:
    """Line and absolute dotted name of everything that a file imports, in functions too."""
    inside = [package.name, *path.relative_to(package).parts[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = inside[: len(inside) - node.level + 1] if node.level else []
            start = [*base, node.module] if node.module else base
            yield from ((node.lineno, ".".join([*start, alias.name])) for alias in node.names)


def violations(package: Path) -> list[str]:
    """What breaks the table in a package, one sentence each."""
    found = []
    for path in sorted(package.rglob("*.py")):
        module = module_of(path, package)
        if module in ("__init__", "__main__"):
            continue
        if module not in LEVEL:
            found.append(f"{path.name} is in no layer")
            continue
        for line, name in imports(path, package):
            if problem := _problem(module, name.split("."), package.name):
                found.append(f"{path.name}:{line}: {problem}")
    return found


def _problem(module: str, name: list[str], package: str) -> str | None:
    top = name[0]
    if top != package:
        return f"{top} belongs to {ONLY_IN[top]}" if ONLY_IN.get(top, module) != module else None
    target = name[1] if len(name) > 1 else ""
    if target in (module, "__version__", "") or (target not in LEVEL and not target.islower()):
        return None
    if target not in LEVEL:
        return f"{target} is in no layer"
    if LEVEL[target] > LEVEL[module]:
        return f"{module} (layer {LEVEL[module]}) imports {target} (layer {LEVEL[target]})"
    if LEVEL[target] == LEVEL[module] == SEPARATE:
        return f"{module} and {target} are both in layer {SEPARATE}"
    return None


def test_the_package_keeps_to_the_table() -> None:
    assert violations(PACKAGE) == []


def test_the_table_names_no_module_that_is_gone() -> None:
    modules = {module_of(path, PACKAGE) for path in PACKAGE.rglob("*.py")}
    assert modules - {"__init__", "__main__"} == LEVEL.keys()


def test_the_stages_of_extraction_import_only_earlier_ones() -> None:
    stage = {name: number for number, names in enumerate(STAGES) for name in names}
    files = {path.stem: path for path in (PACKAGE / "extract").glob("*.py") if path.stem != "__init__"}
    assert stage.keys() == files.keys()
    used = [
        (name, parts[2])
        for name, path in files.items()
        for _, target in imports(path, PACKAGE)
        if (parts := target.split("."))[:2] == [PACKAGE.name, "extract"]
    ]
    assert len(used) > 50
    assert [(name, other) for name, other in used if stage[other] >= stage[name]] == []


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("store.py", "from .query import evaluate", "store.py:1: store (layer 1) imports query (layer 2)"),
        ("store.py", "from . import query", "store.py:1: store (layer 1) imports query (layer 2)"),
        ("store.py", "import yuanhui_kg.query", "store.py:1: store (layer 1) imports query (layer 2)"),
        ("graph/paths.py", "def f():\n    from ..cli import run", "paths.py:2: graph (layer 2) imports cli (layer 5)"),
        ("verify.py", "from .validate import Report", "verify.py:1: verify and validate are both in layer 3"),
        ("query.py", "from flask import Flask", "query.py:1: flask belongs to service"),
        ("service/pages.py", "import click", "pages.py:1: click belongs to cli"),
        ("service/pages.py", "from . import html\nfrom .. import __version__, errors\nimport flask", None),
        ("novel.py", "", "novel.py is in no layer"),
    ],
)
def test_a_violation_is_found(tmp_path: Path, name: str, source: str, expected: str | None) -> None:
    path = tmp_path / "yuanhui_kg" / name
    path.parent.mkdir(parents=True)
    path.write_text(source)
    assert violations(tmp_path / "yuanhui_kg") == ([expected] if expected else [])
