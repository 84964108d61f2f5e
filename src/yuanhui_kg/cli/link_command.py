"""The commands ``link``, which rows of a register the names in a table mean, and ``publish-links``."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import NotAcceptableError
from . import output

if TYPE_CHECKING:
    from ..link import Entry


@click.command()
@click.argument("mentions", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--to", "register", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The register.")
@click.option("-o", "--output", "path", type=click.Path(path_type=Path, dir_okay=False), help="SSSOM table to write.")
def link(mentions: Path, register: Path, path: Path | None) -> int:
    """Link the names in a table to the rows of a register.

    Both are tab-separated. MENTIONS has the columns id, name and, where known, context (names of the surrounding places,
    outermost first, separated by /), kind, lat, lon, year; the register has id, name and, where known, parent_id, kind,
    alt_names (separated by |), lat, lon, valid_from, valid_to.

    Writes an SSSOM table: a row for each candidate, the best first, with confidence, justification and decision: accept
    (sure enough to be taken without a look), review, or none.

    \b
    Example:
      yuanhui-kg link mentions.tsv --to register.tsv -o links.sssom.tsv
    """
    from ..link import Matcher, read_mentions, read_register, write_sssom

    if path is not None and path.suffix != ".tsv":
        raise NotAcceptableError(
            f"Links cannot be written as {path.suffix or path.name!r}.", "Use a name that ends in .tsv."
        )
    asked = read_mentions(mentions)
    rows = read_register(register)
    _tell_orphans(rows)
    matcher = Matcher(rows)
    with output.destination(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n", write_through=True)
        counts = write_sssom(matcher.match_all(asked), text)
        text.detach()
    click.echo("; ".join(f"{decision}: {count}" for decision, count in counts.items()), err=True)
    return 0


@click.command("publish-links")
@click.argument("links", type=click.Path(path_type=Path, dir_okay=False), metavar="LINKS")
@click.option("-o", "--output", "path", type=click.Path(path_type=Path, dir_okay=False), help="Turtle to write.")
def publish_links(links: Path, path: Path | None) -> int:
    """Make RDF of a table of links: the accepted ones, each with its reason, and the description of their set.

    LINKS is a table in SSSOM/TSV, such as the command link writes. What it makes goes into a named graph with dataset add.

    \b
    Example:
      yuanhui-kg publish-links links.sssom.tsv -o links.ttl
      yuanhui-kg dataset add links links.ttl --store ./store
    """
    from ..link.publishing import read_sssom, write_links

    text = write_links(read_sssom(links))
    with output.destination(path) as stream:
        stream.write(text)
    return 0


def _tell_orphans(rows: list[Entry]) -> None:
    known = {row.id for row in rows}
    orphans = [row.parent_id for row in rows if row.parent_id and row.parent_id not in known]
    if orphans:
        told = f"{len(orphans)} rows of the register name a parent that is not in it, such as {orphans[0][:100]!r}."
        click.echo(f"Warning: {told} They are taken to have none.", err=True)
