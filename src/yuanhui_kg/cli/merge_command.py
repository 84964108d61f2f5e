"""The command ``merge``: a reviewed draft joins a graph."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import NotAcceptableError
from . import output
from .commands import print_json, settings
from .targets import changed, dry

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ..fusion import Outcome
    from ..fusion.conflicts import Reading

_FILE = click.Path(path_type=Path)
_OUTPUT = click.Path(path_type=Path, dir_okay=False)
_TEXTS: Final = {
    "added": {"zh": "新增 {figures} 个数字、{statements} 条关系陈述、{mentions} 处提及、{things} 个事物。",
              "en": "Added {figures} figures, {statements} statements, {mentions} mentions, {things} things."},
    "would": {"zh": "将新增 {figures} 个数字、{statements} 条关系陈述、{mentions} 处提及、{things} 个事物；未写入。",
              "en": "Would add {figures} figures, {statements} statements, {mentions} mentions, {things} things; nothing was written."},
    "same": {"zh": "{n} 个数字与图中其他来源的相同。", "en": "{n} figures are the same as those of other sources in the graph."},
    "linked": {"zh": "已链接的事物", "en": "Linked to things of the graph"},
    "review": {"zh": "待人判断，暂作新事物", "en": "To be decided by a person; things of their own until then"},
    "conflicts": {"zh": "与图中数字不同，两者都保留", "en": "Different from figures of the graph; both are kept"},
    "kept": {"zh": "属性取值不同，保留图中的值", "en": "Other values of properties; the graph's are kept"},
    "left_out": {"zh": "图中已更正或撤回，未再加入", "en": "Corrected or retracted in the graph, and left out"},
}  # fmt: skip
_COLUMNS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "linked": {"zh": ("名称", "图中事物", "依据", "概率"), "en": ("name", "thing of the graph", "reason", "probability")},
    "review": {"zh": ("名称", "可能是", "原因", "概率"), "en": ("name", "may be", "why not accepted", "probability")},
    "conflicts": {
        "zh": ("数字", "图中", "出处", "新增", "出处", "判断"),
        "en": ("figure", "in the graph", "source", "new", "source", "status"),
    },
    "kept": {"zh": ("事物", "属性", "图中", "草稿"), "en": ("thing", "property", "in the graph", "in the draft")},
}  # fmt: skip
_REASONS: Final = {
    "code": {"zh": "区划代码相同", "en": "same code"}, "iri": {"zh": "草稿用图中标识", "en": "the draft uses its IRI"},
    "before": {"zh": "以前已并入", "en": "merged before"}, "person": {"zh": "人工决定", "en": "decided by a person"},
    "name": {"zh": "名称匹配", "en": "name"}, "unsure": {"zh": "不够确定", "en": "not sure enough"},
    "class": {"zh": "类别不同", "en": "another class"}, "elsewhere": {"zh": "在另一地区", "en": "in another area"},
    "codes": {"zh": "区划代码不同", "en": "another code"}, "twice": {"zh": "已有同名者链接", "en": "another name of the draft is it"},
    "differ": {"zh": "不同", "en": "differ"}, "rounding": {"zh": "舍入可解释", "en": "rounding explains it"},
    "units": {"zh": "单位不同", "en": "units differ"},
}  # fmt: skip


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="DRAFT…")
@click.option("--into", "graph", type=_FILE, required=True, metavar="FILE|DIR", help="The graph: Turtle, or a store.")
@click.option("-o", "--output", "target", type=_OUTPUT, metavar="TTL", help="Write there, and leave a file of --into.")
@click.option("--links", type=_FILE, metavar="TSV", help="A person's decisions on names: SSSOM with accept or none.")
@click.option("--propose", type=_OUTPUT, metavar="TSV", help="Write what names may mean as SSSOM, to be decided on.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and write no graph.")
@click.option("-f", "--format", "format", type=click.Choice(["table", "json"]), default="table", show_default=True)
def merge(
    files: tuple[Path, ...], graph: Path, target: Path | None, links: Path | None, propose: Path | None, dry_run: bool,
    format: str,
) -> int:  # fmt: skip
    """Merge reviewed drafts into a graph: all of them or, on an error, nothing.

    Names are linked to the things of the graph that they surely mean; the others are new things, listed for a person. Figures that
    differ from the graph's are shown side by side, and both are kept, each with its source. Nothing that the graph says is changed.

    \b
    Example:
      yuanhui-kg merge accepted.ttl --into data/triples.ttl --dry-run --propose names.sssom.tsv
      yuanhui-kg merge accepted.ttl --into data/triples.ttl --links names.sssom.tsv
      yuanhui-kg merge drafts/*.ttl --into ./store
    """
    from ..fusion import drafts, linking

    if propose is not None and propose.suffix != ".tsv":
        raise NotAcceptableError(f"Names cannot be written to {propose}.", "Use a name that ends in .tsv.")
    for written in (target, propose):
        output.spare(written, *files, links)
    decided = linking.decisions(links) if links else {}
    read = [drafts.read(path) for path in files]

    def change(store: ox.Store) -> tuple[tuple[ox.Triple, ...], list[ox.Triple], list[Outcome]]:
        additions, outcomes = _merged(store, read, decided)
        if propose:  # before the graph is written: where this cannot be, nothing is
            _propose(propose, outcomes)
        return (), additions, outcomes

    with output.progress("Merging …"):
        outcomes = dry(graph, settings({}), change) if dry_run else changed(graph, settings({}), change, target)
    if format == "json":
        print_json([_as_dict(path, outcome) for path, outcome in zip(files, outcomes, strict=True)])
    else:
        for path, outcome in zip(files, outcomes, strict=True):
            _tell(path, outcome, "would" if dry_run else "added")
    return 0


def _merged(
    store: ox.Store, drafts: Iterable[Iterable[ox.Triple]], decided: dict[str, str]
) -> tuple[list[ox.Triple], list[Outcome]]:
    """What drafts add one after another, each to the graph with those before it."""
    import pyoxigraph as ox

    from ..fusion import merge as merged

    copy = ox.Store()
    copy.bulk_extend(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    additions: list[ox.Triple] = []
    outcomes = []
    for draft in drafts:
        outcome = merged(copy, draft, decided)
        copy.extend(ox.Quad(*triple) for triple in outcome.additions)
        additions += outcome.additions
        outcomes.append(outcome)
    return additions, outcomes


def _propose(path: Path, outcomes: Iterable[Outcome]) -> None:
    from ..link import write_sssom

    matches = [
        dataclasses.replace(link.match, decision="review", candidates=_undecided(link.match.candidates))
        for outcome in outcomes
        for link in outcome.links
        if link.decision == "review"
    ]
    with output.destination(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n", write_through=True)
        write_sssom(matches, text)
        text.detach()


def _undecided(candidates: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dataclasses.replace(candidate, decision="review") for candidate in candidates)


# --- telling --------------------------------------------------------------------------------------------------------------


def _tell(path: Path, outcome: Outcome, done: str) -> None:
    language = output.language()
    output.show(f"{path}: {_TEXTS[done][language].format(**outcome.counts)}")
    if outcome.same:
        output.show(_TEXTS["same"][language].format(n=outcome.same))
    for name, rows in _lists(outcome, language):
        if rows:
            output.print_table(_COLUMNS[name][language], rows, title=f"{_TEXTS[name][language]} ({len(rows):,})")
    if outcome.left_out:
        output.show(f"{_TEXTS['left_out'][language]}: {', '.join(map(_id, outcome.left_out))}")


def _lists(outcome: Outcome, language: str) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    accepted = [link for link in outcome.links if link.decision == "accept"]
    yield "linked", [(k.name, _id(k.target), _REASONS[k.reason][language], _share(k.confidence)) for k in accepted]
    review = [link for link in outcome.links if link.decision == "review"]
    yield "review", [(k.name, _candidates(k), _REASONS[k.reason][language], _share(k.confidence)) for k in review]
    yield (
        "conflicts",
        [
            (c.new.label, _number(c.there), _id(c.there.dataset), _number(c.new), _id(c.new.dataset), _REASONS[c.status][language])
            for c in outcome.conflicts
        ],
    )  # fmt: skip
    yield "kept", [(_id(k.thing), _id(k.predicate), k.there, k.given) for k in outcome.kept]


def _candidates(link: Any) -> str:
    return ", ".join(f"{c.entry.name} {_id(c.entry.id)}" for c in link.match.candidates[:3])


def _share(confidence: float | None) -> str:
    return "" if confidence is None else f"{confidence:.2f}"


def _number(reading: Reading) -> str:
    from ..figures import plain

    return f"{plain(reading.value)} {_id(reading.unit).removeprefix('unit:').removeprefix('CCY_')} ({reading.printed})"


def _id(iri: str) -> str:
    from ..terms import id_of

    return id_of(iri)


def _as_dict(path: Path, outcome: Outcome) -> dict[str, Any]:
    return {
        "draft": str(path),
        "documents": list(outcome.documents),
        "added": dict(outcome.counts),
        "triples": len(outcome.additions),
        "same": outcome.same,
        "links": [
            {
                "entity": link.entity, "name": link.name, "decision": link.decision, "target": link.target or None,
                "reason": link.reason, "confidence": link.confidence,
                "candidates": [{"iri": c.entry.id, "name": c.entry.name, "confidence": c.confidence} for c in link.match.candidates],
            }
            for link in outcome.links
        ],
        "conflicts": [
            {"status": c.status, "there": _reading(c.there), "new": _reading(c.new)} for c in outcome.conflicts
        ],
        "kept": [dataclasses.asdict(kept) for kept in outcome.kept],
        "leftOut": list(outcome.left_out),
    }  # fmt: skip


def _reading(reading: Reading) -> dict[str, Any]:
    from ..figures import plain

    return {
        **dataclasses.asdict(reading),
        "value": plain(reading.value),
        "low": plain(reading.low),
        "high": None if reading.high is None else plain(reading.high),
    }
