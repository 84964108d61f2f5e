"""The commands ``correct`` and ``retract``: published facts change, and their history is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from ..errors import ShapesError, UsageError
from . import output
from .commands import settings
from .targets import changed, dry

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ..revision import Act, Revision
    from ..settings import Settings

#: How far clocks may differ.
_CLOCKS: Final = timedelta(minutes=5)
#: What the name of a figure says.
_IN_NAMES: Final = frozenset(("yho:indicator", "yho:subject", "yho:period", "yho:kind"))
_SHAPES: Final = ("entities", "figures", "history")
Command = TypeVar("Command", bound=Callable[..., Any])


def _options(command: Command) -> Command:
    for option in (
        click.option("--dry-run", is_flag=True, help="Tell what would change, and write nothing."),
        click.option("-o", "--output", "target", type=click.Path(path_type=Path, dir_okay=False), metavar="TTL",
                     help="Write there, and leave a file of --in."),
        click.option("--on", "at", metavar="TIME", default="", help="When: 2026-11-27 or 2026-11-27T10:00:00+08:00; else now."),
        click.option("--why", required=True, metavar="TEXT", help="The reason; it is published."),
        click.option("--by", required=True, metavar="WHO", help="Who: a name or an IRI; it is published."),
        click.option("--in", "graph", type=click.Path(path_type=Path), required=True, metavar="FILE|DIR",
                     help="The graph: Turtle, or a store."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.argument("fact")
@click.argument("changes", nargs=-1, required=True, metavar="NAME=VALUE…")
@_options
def correct(fact: str, changes: tuple[str, ...], **given: Any) -> int:
    """Correct a published fact; what it said, who changed it, when and why stays in the graph.

    \b
    NAME is, of
      a figure     value, min, max, unit, kind, indicator, period, base, subject, breakdown, bound,
                   aggregation, period_basis, price_basis, scope, printed, name_zh, name_en
      a statement  subject, predicate, object, modality; its relation goes along
      a mention    thing
      a thing      name_zh, name_en, other_names_zh, other_names_en (separated by |), class

    Values are plain digits in the figure's unit, codes, EDTF, ids or Chinese labels. Limits that are not given move along with their
    value, and are told. A correction that breaks the shapes is refused. Queries go on seeing what holds; what held before is in the
    saved query revisions.

    \b
    Example:
      yuanhui-kg correct doc-figure-12-level value=12150000000 --in data/triples.ttl --by 李明 --why "原文更正启事"
      yuanhui-kg correct doc-statement-7 object=luohe-city --in ./store --by 李明 --why "误读"
      yuanhui-kg correct some-company name_zh=某某公司 class=Company --in ./store --by 李明 --why "原名有误"
    """
    from ..revision import correct as corrected
    from ..terms import iri_of

    wanted = dict(map(_pair, changes))
    if len(wanted) < len(changes):
        raise UsageError("A name is given twice.", "Give each NAME=VALUE once.")
    return _revise([fact], lambda store, _, act: corrected(store, iri_of(fact), wanted, act), **given)


@click.command()
@click.argument("facts", nargs=-1, required=True, metavar="FACT…")
@_options
def retract(facts: tuple[str, ...], **given: Any) -> int:
    """Retract published figures and statements, all of them or, on an error, none; their history stays in the graph.

    A relation goes with its statement, unless another statement states it too. The names of retracted facts stay, and tell.

    \b
    Example:
      yuanhui-kg retract doc-figure-12-level --in ./store --by https://orcid.org/0000-0002-1825-0097 --why "misread"
    """
    from ..revision import retract as retracted
    from ..terms import iri_of

    return _revise(facts, lambda store, fact, act: retracted(store, iri_of(fact), act), **given)


def _revise(
    facts: tuple[str, ...] | list[str], revise: Callable[[ox.Store, str, Act], Revision], graph: Path, target: Path | None,
    by: str, why: str, at: str, dry_run: bool,
) -> int:  # fmt: skip
    from ..revision import Act

    asked, act = settings({}), Act(by, why, _time(at))

    def change(store: ox.Store) -> tuple[list[ox.Triple], list[ox.Triple], list[Revision]]:
        return _all(store, facts, lambda copy, fact: revise(copy, fact, act), asked)

    with output.progress("Revising …"):
        revisions = dry(graph, asked, change) if dry_run else changed(graph, asked, change, target)
    aside = output.is_answer(target) and not dry_run
    for revision in revisions:
        _tell(revision, aside)
    if dry_run:
        output.tell("Nothing was written.")
    return 0


def _all(
    store: ox.Store, facts: tuple[str, ...] | list[str], revise: Callable[[ox.Store, str], Revision], asked: Settings
) -> tuple[list[ox.Triple], list[ox.Triple], list[Revision]]:
    """What revisions take out and add, each made on the graph with those before it."""
    import pyoxigraph as ox

    copy = ox.Store()
    copy.bulk_extend(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    gone: dict[ox.Triple, None] = {}
    new: dict[ox.Triple, None] = {}
    revisions = []
    for fact in dict.fromkeys(facts):
        revision = revise(copy, fact)
        for triple in revision.gone:
            copy.remove(ox.Quad(*triple))
            gone[triple] = new.pop(triple, None)
        copy.extend(ox.Quad(*triple) for triple in revision.new)
        new |= dict.fromkeys(revision.new)
        _check((store, copy), revision, asked)
        revisions.append(revision)
    return list(gone), list(new), revisions


def _check(stores: Sequence[ox.Store], revision: Revision, asked: Settings) -> None:
    """Raises :class:`ShapesError` where a revision, made from the first store to the second, breaks a shape that held."""
    from ..revision import surroundings

    before, after = (_violations(part, asked) for part in surroundings(stores, revision.fact))
    for message in sorted(after - before):
        raise ShapesError(f"After this, the fact would break the shapes: {message}.", "Correct the rest with it.")


def _violations(triples: Iterable[ox.Triple], asked: Settings) -> set[str]:
    import pyoxigraph as ox

    from .. import validate

    part = ox.Store()
    part.extend(ox.Quad(*triple) for triple in triples)
    shapes = validate.graph_of_files(path for path in asked.shape_files if path.stem in _SHAPES)
    report = validate.validate(validate.graph_of_store(part), shapes)
    return {f"{_local(violation.focus)}: {_local(violation.message)}" for violation in report.violations}


def _local(text: str) -> str:
    """A text on one line, IRIs of our own by their local names."""
    return re.sub(r"<?https://w3id\.org/yuanhui-kg/[a-z]+[#/]([^>\s]*)>?", r"\1", " ".join(text.split()))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"{text[:100]!r} is not of the form NAME=VALUE.", "For instance: value=12150000000.")
    return name.strip(), value


def _time(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
        at = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"--on {text[:60]!r} is no time.", "For instance 2026-11-27T10:00:00+08:00.") from None
    if at > datetime.now(UTC) + _CLOCKS:
        raise UsageError(f"--on {text[:60]!r} is still to come.", "Give when it was revised.")
    return at


def _tell(revision: Revision, aside: bool) -> None:
    from ..terms import id_of

    fact, number = id_of(revision.fact), revision.version
    corrected = revision.kind == "correction"
    output.tell(
        f"{fact} is corrected (revision {number})." if corrected else f"{fact} is retracted (revision {number}).",
        aside=aside,
    )
    for change in revision.changes:
        before, after = (text or output.said("(none)") for text in (change.before, change.after))
        along = "" if change.given else f" {output.said('(moved along)')}"
        output.show(f"  {id_of(change.predicate)}: {before} → {after}{along}", aside=aside)
    changed = {id_of(change.predicate) for change in revision.changes}
    if "sdmx-measure:obsValue" in changed and "yho:printedForm" not in changed:
        output.tell(
            "  The printed form stays, which is what the text prints; printed= corrects it where it was copied wrongly.",
            aside=aside,
        )
    if changed & _IN_NAMES and "skos:prefLabel" not in changed:
        output.tell("  Its name stays; name_zh= and name_en= correct it.", aside=aside)
