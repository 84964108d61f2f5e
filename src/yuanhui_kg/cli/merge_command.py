"""The command ``merge``: a reviewed draft joins a graph."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import NotAcceptableError, UsageError, YuanhuiError
from . import output
from .commands import print_json, settings
from .targets import changed, dry

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ..fusion import Outcome
    from ..fusion.conflicts import Reading
    from ..fusion.linking import Decided

_FILE = click.Path(path_type=Path)
_OUTPUT = click.Path(path_type=Path, dir_okay=False)
_TITLES: Final = {
    "linked": "Linked to things of the graph",
    "review": "To be decided by a person; things of their own until then",
    "conflicts": "Figures that contradict each other; both are kept",
    "kept": "Other values of properties; the graph's are kept",
}
_COLUMNS: Final = {
    "linked": ("name", "thing of the graph", "reason", "probability"),
    "review": ("name", "may be", "why not accepted", "probability"),
    "conflicts": ("figure", "in the graph", "source", "new", "source", "status"),
    "kept": ("thing", "property", "in the graph", "in the draft"),
}
_REASONS: Final = {
    "code": "same code", "iri": "the draft uses its IRI", "before": "merged before", "person": "decided by a person", "name": "name",
    "unsure": "not sure enough", "class": "another class", "elsewhere": "in another area", "codes": "another code",
    "twice": "another name of the draft is it", "differ": "differ", "rounding": "rounding explains it", "units": "units differ",
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
    output.apart(target, propose)
    for written in (target, propose):
        output.spare(written, *files, links)
    aside = output.is_answer(target) and not dry_run
    if aside and format == "json":
        raise UsageError("The graph and JSON cannot both go to standard output.", "Write the graph to a file.")
    decided = linking.decisions(links) if links else {}
    read = [drafts.read(path) for path in files]

    def change(store: ox.Store) -> tuple[tuple[ox.Triple, ...], list[ox.Triple], list[Outcome]]:
        additions, outcomes = _merged(store, zip(files, read, strict=True), decided)
        if propose:  # before the graph is written: where this cannot be, nothing is
            _propose(propose, outcomes)
        return (), additions, outcomes

    with output.progress("Merging …"):
        outcomes = dry(graph, settings({}), change) if dry_run else changed(graph, settings({}), change, target)
    if format == "json":
        print_json([_as_dict(path, outcome) for path, outcome in zip(files, outcomes, strict=True)])
    else:
        for path, outcome in zip(files, outcomes, strict=True):
            _tell(path, outcome, dry_run, aside)
    return 0


def _merged(
    store: ox.Store, drafts: Iterable[tuple[Path, Iterable[ox.Triple]]], decided: Decided
) -> tuple[list[ox.Triple], list[Outcome]]:
    """What drafts add one after another, each to the graph with those before it. The file of one that is at fault is told."""
    import pyoxigraph as ox

    from ..fusion import merge as merged

    copy = ox.Store()
    copy.bulk_extend(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    additions: list[ox.Triple] = []
    outcomes = []
    for path, draft in drafts:
        try:
            outcome = merged(copy, draft, decided)
        except YuanhuiError:
            output.tell(f"{path} cannot be merged.", aside=True)
            raise
        copy.extend(ox.Quad(*triple) for triple in outcome.additions)
        additions += outcome.additions
        outcomes.append(outcome)
    return additions, outcomes


def _propose(path: Path, outcomes: Iterable[Outcome]) -> None:
    from ..link import write_sssom

    asked = [
        (outcome.documents[0], link.match)
        for outcome in outcomes
        for link in outcome.links
        if link.decision == "review"
    ]
    matches = [
        dataclasses.replace(match, decision="review", candidates=_undecided(match.candidates)) for _, match in asked
    ]
    with output.text_destination(path) as text:
        write_sssom(matches, text, sources=[text_iri for text_iri, _ in asked])


def _undecided(candidates: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dataclasses.replace(candidate, decision="review") for candidate in candidates)


# --- telling --------------------------------------------------------------------------------------------------------------


def _tell(path: Path, outcome: Outcome, dry_run: bool, aside: bool) -> None:
    figures, statements, mentions, things = outcome.counts.values()
    output.tell(
        f"{path}: Would add {figures} figures, {statements} statements, {mentions} mentions, {things} things; nothing was written."
        if dry_run
        else f"{path}: Added {figures} figures, {statements} statements, {mentions} mentions, {things} things.",
        aside=aside,
    )
    if outcome.same:
        output.tell(f"The same as those of other sources in the graph: {outcome.same:,} figures.", aside=aside)
    for name, rows in _lists(outcome):
        if rows:
            title = f"{output.said(_TITLES[name])} ({len(rows):,})"
            columns = [output.said(column) for column in _COLUMNS[name]]
            output.print_table(columns, rows, title=title, aside=aside)
    if outcome.versions:
        output.tell(
            f"The graph has another text of this headline, {', '.join(map(_id, outcome.versions))}; "
            "where this is that text published anew, retract what the earlier one says.",
            aside=aside,
        )
    if outcome.absent:
        output.tell(
            f"Kept in the graph, of this text, though the draft has them no more ({len(outcome.absent):,}): "
            f"{', '.join(map(_id, outcome.absent))}",
            aside=aside,
        )
    if outcome.left_out:
        left = ", ".join(map(_id, outcome.left_out))
        output.tell(f"Corrected or retracted in the graph, and left out: {left}", aside=aside)


def _lists(outcome: Outcome) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    accepted = [link for link in outcome.links if link.decision == "accept"]
    yield "linked", [(k.name, _id(k.target), _why(k.reason), _share(k.confidence)) for k in accepted]
    review = [link for link in outcome.links if link.decision == "review"]
    yield "review", [(k.name, _candidates(k), _why(k.reason), _share(k.confidence)) for k in review]
    yield (
        "conflicts",
        [
            (c.new.label, _number(c.there), _id(c.there.dataset), _number(c.new), _id(c.new.dataset), _why(c.status))
            for c in outcome.conflicts
        ],
    )
    yield "kept", [(_id(k.thing), _id(k.predicate), k.there, k.given) for k in outcome.kept]


def _why(code: str) -> str:
    return output.said(_REASONS[code])


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
        "absent": list(outcome.absent),
        "versions": list(outcome.versions),
    }  # fmt: skip


def _reading(reading: Reading) -> dict[str, Any]:
    from ..figures import plain

    return {
        **dataclasses.asdict(reading),
        "value": plain(reading.value),
        "low": plain(reading.low),
        "high": None if reading.high is None else plain(reading.high),
    }
