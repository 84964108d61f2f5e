"""Many texts at once: the same stages for each of them, in several processes of one machine or in the tasks of Spark (``spark``).

A text that cannot be read, and a process that is killed over one, fail that text alone.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ..errors import YuanhuiError
from ..settings import Settings
from ..turtle import write
from . import drafting
from .known import Known, known_in
from .loading import decode, load
from .pipeline import Draft, extract
from .records import Source
from .tagging import TIMEOUT, tag

_AHEAD: Final = 2  # texts that wait for each process


@dataclass(frozen=True)
class Options:
    """What is given for all texts of a corpus, as for one (:func:`~yuanhui_kg.extract.pipeline.extract`).

    :param code: the six-digit division code of the area; ``place`` its name, where there is no code.
    :param graph: Turtle files whose things the drafts are joined to; ``None``: those of the package.
    """

    place: str = ""
    code: str = ""
    published: str = ""
    period: str = ""
    tagger: str = ""
    tagger_timeout: float = TIMEOUT
    graph: tuple[Path, ...] | None = None


@dataclass(frozen=True)
class Drafted:
    """What became of a text: its draft as Turtle and how much is in it, or in one sentence why there is none."""

    name: str
    sha256: str = ""
    turtle: str = ""
    figures: int = 0
    entities: int = 0
    relations: int = 0
    error: str = ""
    #: What the text is taken for: genre, area, publication and the time reported on; which of them were guessed, by commas.
    genre: str = ""
    place: str = ""
    published: str = ""
    period: str = ""
    guessed: str = ""
    #: How many numbers in its tables were passed over.
    passed_over: int = 0
    #: Whether the text names the place that it is said to be about.
    names_its_place: bool = True


@functools.lru_cache(maxsize=4)
def known(files: tuple[Path, ...] | None = None) -> Known:
    """The things of a graph's files, read once in each process."""
    triples = (
        quad
        for file in (Settings().graph_files if files is None else files)
        for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE)
    )
    return known_in(triples)


def draft(source: Source, options: Options) -> Draft:
    """The draft of one text. Raises what :func:`extract` and :func:`~yuanhui_kg.extract.tagging.tag` raise."""
    codes = known(options.graph).by_code
    place = codes[options.code][1] if options.code in codes else options.place
    made = extract(source, place=place, published=options.published, period=options.period)
    return tag(made, options.tagger, options.tagger_timeout) if options.tagger else made


def drafted(name: str, content: bytes | Path, options: Options) -> Drafted:
    """What becomes of one text, given as bytes or as a file; errors are told, none is raised."""
    try:
        source = load(content) if isinstance(content, Path) else decode(bytes(content), name)
        made = draft(source, options)
        text = write(drafting.triples(made, known(options.graph), options.code))
    except YuanhuiError as error:
        return Drafted(name, error=str(error))
    except Exception as error:  # a fault of ours: it must not end the others
        return Drafted(name, error=f"{name} cannot be drafted: {type(error).__name__}: {error}.")
    counts = len(made.figures), len(made.entities), len(made.relations)
    anchor = made.anchor
    times = anchor.published, anchor.reporting.edtf
    guessed = ",".join(anchor.guessed)
    return Drafted(
        name,
        source.sha256,
        text,
        *counts,
        "",
        anchor.genre,
        anchor.place,
        *times,
        guessed,
        made.passed_over,
        made.names_its_place,
    )


def processes() -> int:
    """How many processes this one may keep busy."""
    return len(os.sched_getaffinity(0))


def drafts(paths: Sequence[Path], options: Options, jobs: int | None = None) -> Iterator[tuple[Path, Drafted]]:
    """What becomes of many files, as they get ready, in ``jobs`` processes."""
    jobs = min(jobs or processes(), len(paths))
    if jobs < 2:
        yield from ((path, drafted(path.name, path, options)) for path in paths)
        return
    waiting = iter(paths)
    suspects: list[Path] = []
    while True:
        yield from _in_a_pool(waiting, options, jobs, suspects)
        if not suspects:
            return
        for path in suspects:  # one of them ended a process: each alone tells which
            alone: list[Path] = []
            yield from _in_a_pool(iter([path]), options, 1, alone)
            if alone:
                yield path, Drafted(path.name, error=f"{path} ended the process that read it.")
        suspects.clear()


def _in_a_pool(
    waiting: Iterator[Path], options: Options, jobs: int, lost: list[Path]
) -> Iterator[tuple[Path, Drafted]]:
    """Draft files until there are no more, or a process dies: then ``lost`` gets those that were under way."""
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))
    running: dict[Future[Drafted], Path] = {}
    try:
        while True:
            for path in islice(waiting, jobs * _AHEAD - len(running)):
                lost.append(path)  # until it is taken in
                running[pool.submit(drafted, path.name, path, options)] = lost.pop()
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                found = future.result()
                yield running.pop(future), found
    except BrokenProcessPool:
        lost += running.values()
    finally:
        pool.shutdown(cancel_futures=True)


def rows(name_and_content: Iterable[tuple[str, bytes]], options: Options) -> Iterator[Drafted]:
    """What becomes of texts one after another, in this process."""
    return (replace(drafted(name, content, options), name=name) for name, content in name_and_content)
