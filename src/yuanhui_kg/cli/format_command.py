"""``yuanhui-kg format``: curated Turtle in its one fixed order."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import DataError
from ..files import alone
from . import output


@click.command("format")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 where a file is not in order.")
def format_files(files: tuple[Path, ...], only_check: bool) -> int:
    """Rewrite Turtle files in the fixed order of curated data, so that a changed fact changes only its own lines.

    Comments are not kept, and nodes without a name are refused: it is for data, not for the ontology's own files.

    \b
    Example:
      yuanhui-kg format data/triples.ttl
      yuanhui-kg format --check data/*.ttl
    """
    found = [path for path in files if _ordered(path) is not None]
    for path in found:
        if not only_check:
            _put_in_order(path)
        output.tell(f"{path}: {'is not in order' if only_check else 'put in order'}")
    return 1 if found and only_check else 0


def _put_in_order(path: Path) -> None:
    with alone(path):  # a merge may have changed it meanwhile
        after = _ordered(path)
        if after is not None:
            with output.destination(path) as stream:
                stream.write(after)


def _ordered(path: Path) -> bytes | None:
    """A file in its order; ``None`` where it is. Raises :class:`DataError`."""
    from ..turtle import canonical

    try:
        before = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.", "Check the path.") from None
    after = canonical(before, str(path)).encode()
    return None if after == before else after
