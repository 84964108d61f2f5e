"""``neighbours``, ``path``, ``subgraph``, ``common`` and ``analyse``: the graph as a graph, on the command line."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from . import output
from .commands import job_answer, json_job, print_json, setting, settings

_Option = Callable[[Callable[..., int]], Callable[..., int]]

_THINGS: Final = click.argument("things", nargs=-1, required=True, metavar="IRI|ID…")
_FORMAT: Final = click.option(
    "--format", "format", type=click.Choice(["table", "json", "csv"]), help="Table on a terminal, else JSON."
)
#: What tables say, in Chinese and English.
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "from": ("主体", "from"),
    "relation": ("关系", "relation"),
    "to": ("客体", "to"),
    "modality": ("情态", "modality"),
    "evidence": ("出处", "evidence"),
    "thing": ("事物", "thing"),
    "kind": ("类别", "kind"),
    "of": ("关联数", "of"),
    "group": ("组", "group"),
    "size": ("大小", "size"),
    "centre": ("关联最多者", "best connected"),
    "counted": ("{nodes:,} 个事物，{edges:,} 条关系", "{nodes:,} things, {edges:,} relations"),
    "more": (
        "还有更多：可提高 --limit、--per-hop 或 --per-node。",
        "There are more: raise --limit, --per-hop or --per-node.",
    ),
    "hop": ("第 {hop} 步：{found:,} 个中保留 {kept:,} 个", "Hop {hop}: {kept:,} of {found:,} kept"),
    "path": ("第 {number} 条路径，{length} 步：{footing}", "Path {number}, {length} steps: {footing}"),
    "asserted": ("原文有据", "stated in the text"),
    "inferred": ("含推断", "rests on an inference"),
    "prospect": ("含规划、争取或在谈", "rests on what is only planned, sought or in talks"),
    "more_paths": ("还有更多路径：可提高 -k。", "There are more paths: raise -k."),
    "shortest": ("最短 {length} 步，共 {count} 条", "The shortest has {length} steps; there are {count} of these"),
    "rows": ("{shown:,} / {total:,} 个事物", "{shown:,} of {total:,} things"),
}


def _iri(name: str) -> str:
    from ..terms import iri_of

    return iri_of(name)


def _label(labels: dict[str, str], otherwise: str) -> str:
    from ..terms import label

    return label(labels, output.language(), otherwise)


def _say(word: str, **values: Any) -> str:
    return _WORDS[word][0 if output.language() == "zh" else 1].format(**values)


#: Which relations count (``_RELATIONS``), and which things (``_SCOPE``).
_RELATIONS: Final = {
    "predicates": click.option(
        "--predicate", "predicates", multiple=True, metavar="IRI|ID", help="Only these relations."
    ),
    "modalities": click.option(
        "--modality", "modalities", multiple=True, metavar="NAME", help="Only relations that are asserted, inferred, …"
    ),
}
_SCOPE: Final = {
    "direction": click.option(
        "--direction", type=click.Choice(["in", "out", "both"]), default="both", show_default=True
    ),
    "types": click.option("--type", "types", multiple=True, metavar="IRI|ID", help="Only things of these classes."),
    **_RELATIONS,
}
#: Where the graph is, and how long it may take.
_SETTINGS: Final = (setting("store"), setting("endpoint", metavar="URL"), setting("query_timeout", "--timeout"))


def _scoped(options: Mapping[str, _Option]) -> _Option:
    """Options as one argument of the command, ``scope``: the job's parameters of the same names. And ``_SETTINGS``."""

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(command)
        def run(**given: Any) -> int:
            scope = {name: _parameter(name, given.pop(name)) for name in options}
            return command(scope=scope, **given)

        decorated: Callable[..., int] = run
        every: list[_Option] = [*options.values(), *_SETTINGS]
        for option in reversed(every):
            decorated = option(decorated)
        return decorated

    return decorate


def _parameter(name: str, value: Any) -> Any:
    from ..terms import term_of

    if name in ("predicates", "types"):
        return [term_of(one) for one in value]
    return list(value) if isinstance(value, tuple) else value


@click.command()
@_THINGS
@click.option("--depth", type=click.IntRange(min=1), default=1, show_default=True, help="How many steps to go.")
@click.option("--limit", type=click.IntRange(min=1), default=200, show_default=True, help="Most things to return.")
@click.option("--per-hop", type=click.IntRange(min=1), help="Most new things of one step.")
@click.option("--per-node", type=click.IntRange(min=1), help="Most new things that one thing leads to.")
@_FORMAT
@_scoped(_SCOPE)
def neighbours(
    things: tuple[str, ...],
    depth: int,
    limit: int,
    per_hop: int | None,
    per_node: int | None,
    format: str | None,
    scope: dict[str, Any],
    **flags: Any,
) -> int:
    """Show what stands near a thing in the graph, with modality and evidence on each relation.

    \b
    Example:
      yuanhui-kg neighbours yuanhui-district --depth 2
      yuanhui-kg neighbours yuanhui-district --direction in --predicate isLocatedIn --modality asserted --format json
    """
    parameters = {
        "iri": [_iri(thing) for thing in things],
        "depth": depth,
        **scope,
        "limit": limit,
        "per_hop": per_hop,
        "per_node": per_node,
    }
    found = json_job(settings(flags), "neighbours", parameters)
    _print_graph(found, format)
    if found["truncated"] and _chosen(format) != "json":
        for hop in found["left_out"].get("hops", ()):
            print(_say("hop", **{name: hop[name] for name in ("hop", "found", "kept")}), file=sys.stderr)
        print(_say("more"), file=sys.stderr)
    return 0


@click.command()
@_THINGS
@_FORMAT
@_scoped(_RELATIONS)
def subgraph(things: tuple[str, ...], format: str | None, scope: dict[str, Any], **flags: Any) -> int:
    """Show some things and all relations between any two of them.

    \b
    Example:
      yuanhui-kg subgraph yuanhui-district medical-devices leading-industries
    """
    parameters = {"iri": [_iri(thing) for thing in things], **scope}
    _print_graph(json_job(settings(flags), "subgraph", parameters), format)
    return 0


@click.command()
@_THINGS
@click.option("--at-least", type=click.IntRange(min=1), help="With how many of the things; with all by default.")
@click.option("--limit", type=click.IntRange(min=1), default=200, show_default=True, help="Most things to return.")
@_FORMAT
@_scoped(_SCOPE)
def common(
    things: tuple[str, ...],
    at_least: int | None,
    limit: int,
    format: str | None,
    scope: dict[str, Any],
    **flags: Any,
) -> int:
    """Show what several things are all directly related to.

    \b
    Example:
      yuanhui-kg common yuanhui-district medical-devices
    """
    parameters = {"iri": [_iri(thing) for thing in things], **scope, "at_least": at_least, "limit": limit}
    found = json_job(settings(flags), "common", parameters)
    nodes = {node["iri"]: node for node in found["nodes"]}
    rows = [[*_named(nodes[one["iri"]]), str(one["of"])] for one in found["common"]]
    _print(found, [_say(word) for word in ("thing", "kind", "of")], rows, format, numbers=[2])
    return 0


@click.command()
@click.argument("start", metavar="FROM")
@click.argument("end", metavar="TO")
@click.option("-k", type=click.IntRange(min=1), default=3, show_default=True, help="How many paths, the best first.")
@click.option("--max-length", type=click.IntRange(min=1), default=8, show_default=True, help="Most steps of a path.")
@_FORMAT
@_scoped(_SCOPE)
def path(
    start: str,
    end: str,
    k: int,
    max_length: int,
    format: str | None,
    scope: dict[str, Any],
    **flags: Any,
) -> int:
    """Show how two things hang together: the shortest paths, of equally short ones what the text asserts first.

    That there is no path is told, and is no error.

    \b
    Example:
      yuanhui-kg path medical-devices yuanhui-district
      yuanhui-kg path medical-devices yuanhui-district -k 10 --modality asserted --format json
    """
    parameters = {"start": _iri(start), "end": _iri(end), "k": k, "max_length": max_length, **scope}
    found = json_job(settings(flags), "paths", parameters)
    chosen = _chosen(format)
    if chosen == "json":
        print_json(found)
    elif chosen == "csv":
        output.print_csv(["path", "step", *_COLUMNS], ([*place, *row] for place, row in _path_rows(found)))
    else:
        _print_paths(found)
    if found["notice"] and chosen != "json":
        print(found["notice"][output.language()], file=sys.stderr)
    return 0


@click.command()
@click.argument("measure", metavar="MEASURE")
@click.argument("thing", required=False, metavar="[IRI|ID]")
@click.option("--from", "around", multiple=True, metavar="IRI|ID", help="Only what lies around these things.")
@click.option("--depth", type=click.IntRange(min=1), default=2, show_default=True, help="How far around, in steps.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=100, show_default=True, help="Most rows, the highest first."
)
@click.option("--all", "everything", is_flag=True, help="All rows.")
@click.option("--samples", type=click.IntRange(min=1), help="Of betweenness: from how many things paths are counted.")
@click.option(
    "--resolution", type=float, default=1.0, show_default=True, help="Of communities: more makes smaller ones."
)
@click.option("--damping", type=float, default=0.85, show_default=True, help="Of PageRank.")
@click.option(
    "--metric", type=click.Choice(["jaccard", "cosine"]), default="jaccard", show_default=True, help="Of similarity."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of what is left to chance.")
@click.option(
    "-o", "--output", "file", type=click.Path(path_type=Path, dir_okay=False), help="File to write: .csv or .json."
)
@_FORMAT
@_scoped(_SCOPE)
def analyse(
    measure: str,
    thing: str | None,
    around: tuple[str, ...],
    depth: int,
    limit: int,
    everything: bool,
    samples: int | None,
    resolution: float,
    damping: float,
    metric: str,
    seed: int,
    file: Path | None,
    format: str | None,
    scope: dict[str, Any],
    **flags: Any,
) -> int:
    """Measure the things of the graph, or of a part of it.

    MEASURE is degree, components, pagerank, betweenness, communities, core, or similarity (to the thing that follows).

    \b
    Example:
      yuanhui-kg analyse pagerank --limit 20
      yuanhui-kg analyse communities --all -o communities.csv
      yuanhui-kg analyse similarity medical-devices --metric cosine
      yuanhui-kg analyse betweenness --from yuanhui-district --depth 2 --modality asserted
    """
    parameters = {
        "measure": measure,
        "thing": _iri(thing) if thing else None,
        "iri": [_iri(one) for one in around],
        "depth": depth,
        **scope,
        "limit": None if everything else limit,
        "samples": samples,
        "resolution": resolution,
        "damping": damping,
        "metric": metric,
        "seed": seed,
    }
    chosen = format or (output.extension(file) if file else _chosen(None))
    asked = settings(flags)
    if chosen == "table":
        _print_measured(json_job(asked, "analytics", parameters))
        return 0
    if chosen not in ("csv", "json"):
        raise click.UsageError(f"{chosen!r} is no format of a measure; take csv or json.")
    with job_answer(asked, "analytics", {**parameters, "format": chosen}) as answer, output.destination(file) as stream:
        for piece in answer:
            stream.write(piece)
    return 0


# --- printing -----------------------------------------------------------------------------------------------------------


_COLUMNS: Final = ("source", "predicate", "target", "modality", "evidence")


def _chosen(format: str | None) -> str:
    return format or ("table" if output.on_terminal() else "json")


def _print_graph(found: dict[str, Any], format: str | None) -> None:
    """The relations of an answer."""
    if _chosen(format) == "csv":
        output.print_csv(_COLUMNS, (_ids(edge) for edge in found["edges"]))
        return
    names = _names(found)
    rows = [_row(edge, names) for edge in found["edges"]]
    _print(found, [_say(word) for word in ("from", "relation", "to", "modality", "evidence")], rows, format)


def _print(
    found: dict[str, Any],
    columns: Sequence[str],
    rows: list[list[str]],
    format: str | None,
    numbers: Sequence[int] = (),
) -> None:
    chosen = _chosen(format)
    if chosen == "json":
        print_json(found)
    elif chosen == "csv":
        output.print_csv(columns, rows)
    else:
        output.print_table(columns, rows, numbers=numbers)
        print(_say("counted", **found["counts"]))


def _print_paths(found: dict[str, Any]) -> None:
    names = _names(found)
    columns = [_say(word) for word in ("from", "relation", "to", "modality", "evidence")]
    for number, taken in enumerate(found["paths"], 1):
        title = _say("path", number=number, length=taken["length"], footing=_say(taken["rests_on"]))
        edges = [found["edges"][place] for step in taken["steps"] for place in step["edges"]]
        output.print_table(columns, [_row(edge, names) for edge in edges], title=title)
    if found["shortest"]:
        print(_say("shortest", **found["shortest"]))
    if found["truncated"]:
        print(_say("more_paths"), file=sys.stderr)


def _path_rows(found: dict[str, Any]) -> Iterable[tuple[tuple[int, int], list[str]]]:
    for number, taken in enumerate(found["paths"], 1):
        for place, step in enumerate(taken["steps"], 1):
            for edge in step["edges"]:
                yield (number, place), _ids(found["edges"][edge])


def _print_measured(found: dict[str, Any]) -> None:
    rows = found["rows"]
    measured = [name for name in (rows[0] if rows else ()) if name not in ("iri", "id", "label", "type")]
    table = [[*_named(row), *(_number(row[name]) for name in measured)] for row in rows]
    columns = [_say("thing"), _say("kind"), found["measure"], *measured[1:]]
    output.print_table(columns[: 2 + len(measured)], table, numbers=range(2, len(columns)))
    groups = [
        [str(g["value"]), f"{g['size']:,}", _label(g["centre"]["label"], g["centre"]["id"])]
        for g in found.get("groups", ())
    ]
    if groups:
        output.print_table([_say(word) for word in ("group", "size", "centre")], groups, numbers=[0, 1])
    for name, value in found["summary"].items():
        print(f"{name}: {value}")
    print(_say("rows", shown=len(rows), total=found["total"]))


def _names(found: dict[str, Any]) -> dict[str, str]:
    return {node["iri"]: _label(node["label"], node["id"]) for node in found["nodes"]}


def _named(node: dict[str, Any]) -> list[str]:
    kind = _label(node["type"]["label"], node["type"]["id"]) if node["type"] else ""
    return [_label(node["label"], node["id"]), kind]


def _row(edge: dict[str, Any], names: dict[str, str]) -> list[str]:
    predicate = _label(edge["predicate"]["label"], edge["predicate"]["id"])
    spans = " ".join(f"{span['start']}–{span['end']}" for span in edge["evidence"])
    return [names[edge["source"]], predicate, names[edge["target"]], edge["modality"] or "", spans]


def _ids(edge: dict[str, Any]) -> list[str]:
    spans = " ".join(f"{span['start']}-{span['end']}" for span in edge["evidence"])
    return [edge["source"], edge["predicate"]["iri"], edge["target"], edge["modality"] or "", spans]


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"
