"""What can be asked of figures in groups: apart from the columns that answer it, since who asks needs no numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .errors import UsageError
from .namespaces import PREFIXES, YHO

SOURCE: Final = "source"
#: What figures can be chosen and grouped by, and the properties that say it; in a named graph, that graph is the source (:mod:`.origins`).
DIMENSIONS: Final[Mapping[str, str]] = {
    "subject": YHO.subject,
    "indicator": YHO.indicator,
    "period": YHO.period,
    "kind": YHO.kind,
    "base": YHO.basePeriod,
    "breakdown": YHO.breakdown,
    "unit": YHO.unit,
    SOURCE: PREFIXES["qb"] + "dataSet",
}
MEASURES: Final = ("count", "sum", "mean", "min", "max")
#: Values are put together only where these are the same: nothing else has a sum.
ALIKE: Final = ("indicator", "kind", "unit", "breakdown")
MAX_GROUPS: Final = 10_000


@dataclass(frozen=True)
class Question:
    """What is asked of the figures.

    :param where: of a dimension any of these values (IRI, CURIE, name or code); all where it is not named.
    :param by: dimensions, each combination of whose values is a group.
    :param measures: of :data:`MEASURES`.
    :param sort: a measure by which the groups are sorted, the largest first with ``-`` before it; else by dimension.
    """

    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    measures: tuple[str, ...] = ("count",)
    sort: str = ""
    limit: int = 1000

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Question:
        """Raises :class:`UsageError` where something is asked for that there is not."""
        asked = cls(
            dict(given.get("where", {})),
            tuple(dict.fromkeys(given.get("by", ()))),
            tuple(dict.fromkeys(given.get("measures", ()))) or ("count",),
            given.get("sort", "") or "",
            given.get("limit", 1000),
        )
        for name, values, known in (
            ("by", asked.by, tuple(DIMENSIONS)),
            ("where", tuple(asked.where), tuple(DIMENSIONS)),
            ("measure", asked.measures, MEASURES),
            ("sort", (asked.sort.removeprefix("-"),) if asked.sort else (), asked.measures),
        ):
            for value in values:
                if value not in known:
                    raise UsageError(f"Parameter {name} is {value[:100]!r}.", f"It takes one of {', '.join(known)}.")
        if not 1 <= asked.limit <= MAX_GROUPS:
            raise UsageError(f"limit must be between 1 and {MAX_GROUPS}, not {asked.limit}.")
        return asked

    @property
    def apart(self) -> tuple[str, ...]:
        """The dimensions by which groups are made: those of :data:`ALIKE` too where values are put together."""
        return tuple(dict.fromkeys((*self.by, *(ALIKE if self.together else ()))))

    @property
    def together(self) -> bool:
        """Whether values are put together."""
        return any(measure != "count" for measure in self.measures)
