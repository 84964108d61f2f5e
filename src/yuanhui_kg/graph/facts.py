"""What is said of many resources, read in few queries and remembered. Default and named graphs are taken together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox

from ..store import Reader
from .reading import LABELS, Labels, anywhere, is_node

_BATCH: Final = 500  # resources that one query asks about

Said = Mapping[str, Sequence[Any]]  # predicate → objects, in a stable order


class Facts:
    """Reads through ``reader``; asks of each resource once."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._said: dict[Any, dict[str, list[Any]]] = {}

    def load(self, resources: Iterable[Any], *then: str) -> None:
        """Read what is said of resources, and of those they point to by the first of ``then``, and so on."""
        known = list(dict.fromkeys(r for r in resources if isinstance(r, ox.NamedNode | ox.BlankNode)))
        self._read([resource for resource in known if resource not in self._said])
        if then and known:
            self.load([o for resource in known for o in self.about(resource).get(then[0], ())], *then[1:])

    def about(self, resource: Any) -> Said:
        """All that is said of a resource; nothing of a literal."""
        if resource not in self._said:
            self.load([resource])
        return self._said.get(resource, {})

    def objects(self, resource: Any, *predicates: str) -> list[Any]:
        """What a resource points to by any of ``predicates``."""
        said = self.about(resource)
        return [o for predicate in predicates for o in said.get(predicate, ())]

    def one(self, resource: Any, *predicates: str) -> Any:
        """The first such object, ``None`` where there is none."""
        return next(iter(self.objects(resource, *predicates)), None)

    def label(self, resource: Any) -> dict[str, str]:
        """A resource's label in ``zh`` and ``en``; a literal's own text."""
        if isinstance(resource, ox.Literal):
            return {"zh": resource.value, "en": resource.value}
        labels = Labels()
        for rank, predicate in enumerate(LABELS):
            for value in self.objects(resource, predicate):
                if isinstance(value, ox.Literal):
                    labels.offer(rank, value)
        return labels.as_dict(resource.value)

    def pointing(self, predicate: str, target: ox.NamedNode) -> list[Any]:
        """What points to a resource by ``predicate``."""
        query = f"SELECT DISTINCT ?s ?p ?o WHERE {{ {anywhere('?s ?p ?o')} }}"
        rows = self.reader.select(query, {"p": ox.NamedNode(predicate), "o": target})
        return sorted((s for s, _, _ in rows), key=str)

    def _read(self, resources: Sequence[Any]) -> None:
        found: dict[Any, dict[str, list[Any]]] = {resource: {} for resource in resources}
        for s, p, o in self._rows(resources):
            found[s].setdefault(p.value, []).append(o)
        for said in found.values():
            for objects in said.values():
                objects.sort(key=str)
        self._said.update(found)

    def _rows(self, resources: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        nodes = [resource for resource in resources if is_node(resource)]
        for start in range(0, len(nodes), _BATCH):
            # Written by pyoxigraph itself (`<…>`): an IRI cannot end early in it.
            values = " ".join(map(str, nodes[start : start + _BATCH]))
            yield from self.reader.select(_all(f"VALUES ?s {{ {values} }} ?s ?p ?o"))
        for blank in (resource for resource in resources if not is_node(resource)):
            yield from self.reader.select(_all("?s ?p ?o"), {"s": blank})


def _all(pattern: str) -> str:
    return f"SELECT DISTINCT ?s ?p ?o WHERE {{ {anywhere(pattern)} }}"
