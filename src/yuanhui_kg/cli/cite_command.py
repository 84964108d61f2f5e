"""The command ``cite``: a ready-made citation of anything in the graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from . import output
from .commands import _reader, setting, settings

_STYLES: Final = ("gbt7714", "bibtex", "csl", "text")


@click.command()
@click.argument("thing", metavar="IRI|ID")
@click.option(
    "--style", type=click.Choice(_STYLES), default="gbt7714", show_default=True, help="How the citation is written."
)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), help="Language of bibtex, csl and text; the locale's if not given."
)
@click.option("--accessed", metavar="DATE", help="The day on which you looked it up, such as 2026-11-22.")
@click.option("-o", "--output", "path", type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@setting("store")
@setting("endpoint", metavar="URL")
def cite(thing: str, style: str, lang: str | None, accessed: str | None, path: Path | None, **flags: Any) -> int:
    """Cite a figure, a statement or a thing: the fact in this data set, and the text that is its source.

    GB/T 7714—2015 is in Chinese. What the graph does not know is shown as unknown; without --accessed the day of access
    is left to be filled in.

    \b
    Example:
      yuanhui-kg cite yuanhui-district
      yuanhui-kg cite yuanhui-district --style bibtex --accessed 2026-11-22 -o district.bib
    """
    from .. import cite
    from ..terms import iri_of

    iri, day = iri_of(thing), cite.access_date(accessed)
    with _reader(settings(flags)) as reader:
        citation = cite.cite(reader, iri)
    with output.destination(path) as stream:
        stream.write(cite.styled(citation, style, lang or output.language(), day).encode())
    return 0
