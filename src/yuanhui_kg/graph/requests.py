"""What can be asked of the index: each request checks itself, and names the parameter that does not fit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final, Self

from ..errors import UsageError
from ..terms import is_iri

DIRECTIONS: Final = ("in", "out", "both")
MAX_DEPTH: Final = 10
MAX_STARTS: Final = 100
MAX_LENGTH: Final = 20  # of a path, in steps
UNSTATED: Final = "unstated"  #: Stands for the modality of a relation that no statement is about.

_WORD: Final = re.compile(r"[^\W\d_][\w.-]{0,99}")


class Request:
    """What all requests share: they are made from JSON, and their parameters are checked."""

    LISTS: ClassVar[tuple[str, ...]] = ("iri", "predicates", "types")

    @classmethod
    def from_json(cls, parameters: Mapping[str, Any]) -> Self:
        """The request that a JSON object tells. Raises :class:`UsageError`, also for a parameter unknown here."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in parameters.items()
        }
        known = {field.name: field for field in fields(cls)}  # type: ignore[arg-type] # every subclass is a dataclass
        for name in sorted(values.keys() - known.keys()):
            raise UsageError(f"There is no parameter {name}.")
        try:
            return cls(**values)
        except TypeError:
            missing = next(name for name in known if name not in values)
            raise UsageError(f"Parameter {missing} is missing.", "Give the IRI of a thing.") from None

    def _check_scope(self) -> None:
        """The parameters that say which relations and things count."""
        for name in self.LISTS:
            if hasattr(self, name):
                self._check_iris(name)
        self._check_choice("direction", DIRECTIONS)
        for value in self._tuple("modalities"):
            if not isinstance(value, str) or not _WORD.fullmatch(value):
                raise UsageError(
                    f"Parameter modalities must hold names such as asserted, not {str(value)[:100]!r}.",
                    f"What no statement is about is called {UNSTATED}.",
                )

    def _check_starts(self, name: str, least: int, most: int) -> None:
        number = len(getattr(self, name))
        if not least <= number <= most:
            raise UsageError(f"Parameter {name} must name {least} to {most} things, not {number}.")

    def _check_iris(self, name: str) -> None:
        for value in self._tuple(name):
            if not isinstance(value, str) or not is_iri(value):
                raise UsageError(f"Parameter {name} must hold absolute IRIs, not {str(value)[:200]!r}.")

    def _tuple(self, name: str) -> tuple[Any, ...]:
        values = getattr(self, name, ())
        if not isinstance(values, tuple):
            raise UsageError(f"Parameter {name} must be a list, not {values!r}.")
        return values

    def _check_iri(self, name: str) -> None:
        value = getattr(self, name)
        if not isinstance(value, str) or not is_iri(value):
            raise UsageError(f"Parameter {name} must be an absolute IRI, not {str(value)[:200]!r}.")

    def _check_number(self, name: str, low: int, high: int | None = None, optional: bool = False) -> None:
        value = getattr(self, name)
        if optional and value is None:
            return
        if not isinstance(value, int) or isinstance(value, bool) or value < low or (high is not None and value > high):
            between = f"of at least {low}" if high is None else f"from {low} to {high}"
            raise UsageError(f"Parameter {name} must be a whole number {between}, not {value!r}.")

    def _check_choice(self, name: str, options: tuple[str, ...]) -> None:
        value = getattr(self, name, options[0])
        if value not in options:
            raise UsageError(f"Parameter {name} must be one of {', '.join(options)}, not {value!r}.")


@dataclass(frozen=True)
class NeighbourRequest(Request):
    """What is asked of :meth:`NeighbourIndex.neighbours`.

    :param iri: where the walk starts; always part of the answer.
    :param depth: most hops, 1 to 10.
    :param direction: ``out`` follows relations from subject to object, ``in`` against that, ``both`` either way.
    :param predicates: only relations of these kinds are followed and returned, their sub-properties included.
    :param types: the walk stays within things of these classes, their subclasses included: every node returned but the
        starts is of one of them, and is reached through such nodes only (so whatever is returned is connected).
    :param limit: most nodes returned, the starts among them.
    :param modalities: only relations that a statement with one of these modalities is about (``asserted``, …);
        ``unstated`` names those that no statement is about.
    :param per_hop: most new nodes of one hop.
    :param per_node: most new nodes that one node leads to.
    :raises UsageError: naming the parameter that does not fit.
    """

    iri: tuple[str, ...]
    depth: int = 1
    direction: str = "both"
    predicates: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    limit: int = 1000
    modalities: tuple[str, ...] = ()
    per_hop: int | None = None
    per_node: int | None = None

    def __post_init__(self) -> None:
        self._check_scope()
        self._check_starts("iri", 1, MAX_STARTS)
        self._check_number("depth", 1, MAX_DEPTH)
        self._check_number("limit", 1)
        self._check_number("per_hop", 1, optional=True)
        self._check_number("per_node", 1, optional=True)


@dataclass(frozen=True)
class SubgraphRequest(Request):
    """What is asked of :meth:`NeighbourIndex.subgraph`: some things, and all relations between any two of them.

    :param most_edges: most relations returned.
    """

    iri: tuple[str, ...]
    predicates: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    most_edges: int = 200_000

    def __post_init__(self) -> None:
        self._check_scope()
        if not self.iri:
            raise UsageError("Parameter iri must name at least one thing.")
        self._check_number("most_edges", 1)


@dataclass(frozen=True)
class CommonRequest(Request):
    """What is asked of :meth:`NeighbourIndex.common`: what several things are all directly related to.

    :param at_least: with how many of the things it must be related; all of them by default.
    """

    iri: tuple[str, ...]
    direction: str = "both"
    predicates: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    at_least: int | None = None
    limit: int = 1000

    def __post_init__(self) -> None:
        self._check_scope()
        number = len(set(self.iri))
        if not 2 <= number <= MAX_STARTS:
            raise UsageError(f"Parameter iri must name 2 to {MAX_STARTS} different things, not {number}.")
        self._check_number("at_least", 1, number, optional=True)
        self._check_number("limit", 1)


@dataclass(frozen=True)
class PathRequest(Request):
    """What is asked of :meth:`NeighbourIndex.paths`.

    :param start: where every path begins.
    :param end: where it ends; another thing than ``start``.
    :param k: how many paths, the best first.
    :param max_length: most steps of a path, 1 to 20.
    :param direction: ``out`` goes from subject to object only, ``in`` against that, ``both`` either way.
    :param types: what lies between start and end is of these classes.
    :param most_steps: how much work the search may be, in steps looked at.
    """

    start: str
    end: str
    k: int = 3
    max_length: int = 8
    direction: str = "both"
    predicates: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    most_steps: int = 2_000_000

    def __post_init__(self) -> None:
        self._check_scope()
        self._check_iri("start")
        self._check_iri("end")
        if self.start == self.end:
            raise UsageError(
                "A path's start and end are the same thing.",
                "Give two different things; what surrounds one thing is a question for its neighbours.",
            )
        self._check_number("k", 1)
        self._check_number("max_length", 1, MAX_LENGTH)
        self._check_number("most_steps", 1)


MEASURES: Final = ("degree", "components", "pagerank", "betweenness", "communities", "core", "similarity")
METRICS: Final = ("jaccard", "cosine")


@dataclass(frozen=True)
class AnalysisRequest(Request):
    """What is asked of :func:`yuanhui_kg.graph.analyse`.

    :param measure: one of :data:`MEASURES`.
    :param iri: only what lies within ``depth`` hops of these things; the whole graph without them.
    :param thing: for ``similarity``, what others are compared with.
    :param metric: for ``similarity``: ``jaccard`` or ``cosine`` of the sets of neighbours.
    :param limit: most rows, the highest first; ``None`` for all.
    :param samples: for ``betweenness``, how many things shortest paths are counted from; ``None`` takes all where that is
        little enough work, else 256.
    :param seed: of what is left to chance (samples, communities): the same seed gives the same answer.
    :param resolution: for ``communities``: higher than 1 makes more and smaller ones.
    :param damping: for ``pagerank``: the share of walks that follow a relation.
    :param most_exact: things times relations up to which ``betweenness`` takes all.
    """

    measure: str
    iri: tuple[str, ...] = ()
    depth: int = 2
    direction: str = "both"
    predicates: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    thing: str | None = None
    metric: str = "jaccard"
    limit: int | None = 100
    samples: int | None = None
    seed: int = 1
    resolution: float = 1.0
    damping: float = 0.85
    most_exact: int = 20_000_000

    def __post_init__(self) -> None:
        self._check_choice("measure", MEASURES)
        self._check_scope()
        self._check_choice("metric", METRICS)
        self._check_starts("iri", 0, MAX_STARTS)
        self._check_number("depth", 1, MAX_DEPTH)
        self._check_number("limit", 1, optional=True)
        self._check_number("samples", 1, optional=True)
        self._check_number("seed", 0, 2**32 - 1)
        self._check_number("most_exact", 0)
        self._check_share("resolution", 0.001, 1000.0)
        self._check_share("damping", 0.0, 0.999)
        if self.measure == "similarity":
            if self.thing is None:
                raise UsageError("Parameter thing is missing.", "Give the thing that others are compared with.")
            self._check_iri("thing")
        elif self.thing is not None:
            raise UsageError("Parameter thing goes with the measure similarity only.", "Leave it out.")

    def _check_share(self, name: str, low: float, high: float) -> None:
        value = getattr(self, name)
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            raise UsageError(f"Parameter {name} must be a number from {low:g} to {high:g}, not {value!r}.")
