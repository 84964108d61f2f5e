"""The graphs that commands change: a Turtle file under version control, or a store's folder. All of a change, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..errors import DataError, NotFoundError
from ..settings import Settings
from . import output

if TYPE_CHECKING:
    import pyoxigraph as ox

Result = TypeVar("Result")
#: What is taken out of a graph and what is added to it, and what is to be told of that.
Change = Callable[["ox.Store"], tuple[Iterable["ox.Triple"], Iterable["ox.Triple"], Result]]


def changed(path: Path, asked: Settings, change: Change[Result], target: Path | None = None) -> Result:
    """Change the default graph of a store's folder, or a Turtle file; what the change tells.

    The graph that ``change`` sees has the ontology beside a file's own triples.

    :param target: the file to write instead of ``path``, which then stays as it is.
    :raises NotFoundError: where there is no such file or folder.
    :raises DataError: where the file is not in its fixed order: comments and blank nodes would be lost.
    """
    if not path.exists():
        raise NotFoundError(f"There is no file or folder {path}.", "Check the path.")
    if path.is_dir():
        if target is not None:
            raise DataError(f"{path} is a store, which is changed in place.", "Leave out --output, or give a file.")
        return _changed_store(path, change)
    from ..files import alone

    path = path.resolve()
    with alone(target or path):
        return _changed_file(path, asked, change, target or path)


def dry(path: Path, asked: Settings, change: Change[Result]) -> Result:
    """What a change of a graph would tell; nothing is changed."""
    import contextlib

    from ..store import StoreFolder

    if not path.exists():
        raise NotFoundError(f"There is no file or folder {path}.", "Check the path.")
    if path.is_dir():
        with contextlib.closing(StoreFolder(path).read()) as generation:
            return change(generation.open())[2]
    return change(_beside_ontology(asked, _triples(path, strictly=False)))[2]


def _changed_store(path: Path, change: Change[Result]) -> Result:
    import pyoxigraph as ox

    from ..store import StoreFolder

    def write(store: ox.Store) -> Result:
        gone, new, told = change(store)
        for triple in list(gone):
            store.remove(ox.Quad(*triple))
        store.extend(ox.Quad(*triple) for triple in list(new))
        return told

    return StoreFolder(path).write(write)


def _changed_file(path: Path, asked: Settings, change: Change[Result], target: Path) -> Result:
    from ..turtle import write

    triples = _triples(path, strictly=True)
    gone, new, told = change(_beside_ontology(asked, triples))
    text = write([*_without(triples, gone), *new])
    with output.destination(target) as stream:
        stream.write(text.encode())
    return told


def _without(triples: Iterable[ox.Triple], gone: Iterable[ox.Triple]) -> Iterable[ox.Triple]:
    """Triples without some that a store gave, which writes numbers in its own way."""
    left = dict.fromkeys(triples)
    for triple in gone:
        if triple in left:
            del left[triple]
            continue
        alike = [t for t in left if (t.subject, t.predicate) == (triple.subject, triple.predicate)]
        same = [t for t in alike if _stored(t) == triple]
        if not same:
            raise DataError(f"{triple} is not in the file.", "Load the file into a store, and dump it.")
        for one in same:
            del left[one]
    return left


def _stored(triple: ox.Triple) -> ox.Triple:
    """A triple as a store gives it back."""
    import pyoxigraph as ox

    store = ox.Store()
    store.add(ox.Quad(*triple))
    (quad,) = store
    found: ox.Triple = quad.triple
    return found


def _triples(path: Path, *, strictly: bool) -> list[ox.Triple]:
    """The triples of a Turtle file; ``strictly``: it must be as it would be written again."""
    from ..turtle import canonical, parsed

    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.", "Check the path.") from None
    if strictly and canonical(content, str(path)).encode() != content:
        raise DataError(
            f"{path} is not in the fixed order, so that its comments would be lost.",
            f"Put it in order first: yuanhui-kg format {path}.",
        )
    return [quad.triple for quad in parsed(content, str(path))]


def _beside_ontology(asked: Settings, triples: Iterable[ox.Triple]) -> ox.Store:
    import pyoxigraph as ox

    from ..store import memory_store

    store = memory_store(asked.ontology_files)
    store.bulk_extend(ox.Quad(*triple) for triple in triples)
    return store
