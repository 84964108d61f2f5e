"""The command ``dataset``: other people's data sets beside the graph."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import UsageError
from . import output
from .commands import setting, settings

if TYPE_CHECKING:
    import pyoxigraph as ox

    from ..datasets.catalogue import Fetching, Held, Wanted
    from ..settings import Settings

    Change = Callable[[ox.Store, Fetching], Held]

_MAPPING: Final = click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="CSVW metadata: what the columns of a table mean.",
)
_MOST: Final = click.option(
    "--max-bytes", type=click.IntRange(1), default=2**31, show_default=True, help="Most that is fetched or unpacked."
)
_SHOWN: Final = ("name", "title", "triples", "vintage", "licence", "source", "sha256", "added", "graph")


@click.group()
def dataset() -> None:
    """Data sets of others, each in a named graph with its source, licence, vintage and checksum.

    \b
    Example:
      yuanhui-kg dataset add towns towns.csv --mapping towns.json --store ./store
      yuanhui-kg dataset list --store ./store
    """


@dataset.command()
@click.argument("name")
@click.argument("source", metavar="FILE|URL|PACKAGE")
@_MAPPING
@click.option("--title", default="", help="What people call it.")
@click.option("--licence", "--license", default="", metavar="IRI|SPDX", help="Such as CC-BY-4.0, or an IRI.")
@click.option("--vintage", default="", metavar="DATE", help="The year, month or day of which the data tell.")
@click.option("--publisher", default="", help="Who publishes it.")
@click.option("--graph", default="", metavar="IRI", help="The named graph, instead of one after the name.")
@click.option("-f", "--format", "format", metavar="F", help="RDF syntax, where the file's name does not tell.")
@_MOST
@setting("store", required=True)
def add(name: str, source: str, max_bytes: int, **given: Any) -> int:
    """Fetch a data set and add it: RDF in any syntax, or a table (CSV, Excel, Parquet) with --mapping.

    PACKAGE is npm:NAME@VERSION or pypi:NAME==VERSION, with /PATH for one file of it. A new store starts with the
    graph that comes along. Everything is added, or on an error nothing.

    \b
    Example:
      yuanhui-kg dataset add towns towns.csv --mapping towns.json --licence CC0-1.0 --vintage 2023 --store ./store
      yuanhui-kg dataset add others https://example.org/others.ttl --store ./store
    """
    from ..datasets.catalogue import Wanted
    from ..datasets.catalogue import add as added

    store = given.pop("store")
    syntax = output.needed_rdf_format(given.pop("format")) if given["format"] else given.pop("format")
    wanted = Wanted(name, source, format=syntax, **given)
    found = _change(settings({"store": store}), wanted, max_bytes, added)
    output.tell(_sentence("Added", found))
    return 0


@dataset.command()
@click.argument("name")
@click.argument("source", required=False, metavar="[FILE|URL|PACKAGE]")
@_MAPPING
@click.option("--vintage", metavar="DATE", help="The year, month or day of which the new data tell.")
@_MOST
@setting("store", required=True)
def update(name: str, source: str | None, max_bytes: int, **given: Any) -> int:
    """Fetch a data set again, or its new SOURCE, and put it in the place of what is there.

    \b
    Example:
      yuanhui-kg dataset update others --store ./store
    """
    from ..datasets import catalogue

    asked = settings({"store": given.pop("store")})
    with _opened(asked) as store:
        held = catalogue.one(store, name)
    news = {key: value for key, value in {"source": source, **given}.items() if value is not None}
    wanted = dataclasses.replace(catalogue.as_wanted(held), **news)

    def change(store: ox.Store, fetching: Fetching) -> Held:
        catalogue.remove(store, name)
        return catalogue.add(store, fetching)

    with catalogue.Fetching(wanted, max_bytes) as fetching:
        if fetching.is_what(held) and wanted.vintage == held.vintage:
            output.tell(f"{name} has not changed since {held.added}.")
            return 0
        found = _written(asked, fetching, change)
    output.tell(_sentence("Updated", found))
    return 0


@dataset.command("list")
@click.option(
    "-f", "--format", "format", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
@setting("store", required=True)
def list_(format: str, **flags: Any) -> int:
    """List the data sets of a store."""
    from ..datasets import catalogue

    with _opened(settings(flags)) as store:
        found = [dataclasses.asdict(one) for one in catalogue.held(store)]
    if format == "json":
        json.dump(found, sys.stdout, ensure_ascii=False, indent=1)
        print()
    elif format == "csv":
        output.print_csv(_SHOWN, ([one[key] for key in _SHOWN] for one in found))
    else:
        shown = _SHOWN[:-3]
        output.print_table(shown, [[str(one[key]) for key in shown] for one in found], numbers=[shown.index("triples")])
    return 0


@dataset.command()
@click.argument("name")
@setting("store", required=True)
def remove(name: str, **flags: Any) -> int:
    """Take a data set out again, with what is said of it."""
    from ..datasets import catalogue
    from ..store import StoreFolder

    asked = settings(flags)
    with _opened(asked) as store:
        catalogue.one(store, name)  # before a generation is written for nothing
    found = StoreFolder(_folder(asked)).write(lambda store: catalogue.remove(store, name))
    output.tell(_sentence("Removed", found))
    return 0


def _change(asked: Settings, wanted: Wanted, most_bytes: int, change: Change) -> Held:
    from ..datasets.catalogue import Fetching

    with Fetching(wanted, most_bytes) as fetching:
        return _written(asked, fetching, change)


def _written(asked: Settings, fetching: Fetching, change: Change) -> Held:
    from ..store import StoreFolder

    with output.progress(f"Writing to {asked.store} …"):
        found: Held = StoreFolder(_folder(asked)).write(lambda store: change(store, fetching), new=asked.served_files)
    return found


@contextlib.contextmanager
def _opened(asked: Settings) -> Iterator[ox.Store]:
    """The store, to be read."""
    from ..store import StoreFolder

    with contextlib.closing(StoreFolder(_folder(asked)).read()) as generation:
        yield generation.open()


def _folder(asked: Settings) -> Path:
    if asked.store is None:
        raise UsageError("A store must be named.", "Give its folder: --store DIR.")
    return asked.store


def _sentence(done: str, found: Held) -> str:
    return f"{done} {found.name}: {found.triples:,} triples in <{found.graph}>, from {found.source} (SHA-256 {found.sha256})."
