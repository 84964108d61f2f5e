"""What the pages show: what is said of one thing, and the answer to a query as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from .. import plots, terms
from ..cache import Cached
from ..errors import NotFoundError
from ..frames import Answer
from ..namespaces import SCHEMA, YH, YHO
from . import sources
from .core import Service

#: Of dimensions of figures any of these values.
Where = Mapping[str, Sequence[str]]
#: Figures of one thing that are shown.
MOST_FIGURES: Final = 500
#: Figures that a page has read: a table of more takes seconds to make (some 1 ms each).
MOST_READ: Final = 5000
_DEFINITIONS: Final = """\
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term ?definition WHERE {{ VALUES ?term {{ {} }} ?term skos:definition ?definition }}"""
_SAID: Final = """\
SELECT ?thing WHERE {{
  VALUES ?thing {{ {} }}
  FILTER (EXISTS {{ ?thing ?p ?o }} || EXISTS {{ GRAPH ?graph {{ ?thing ?p ?o }} }})
}}"""
_ASKED: Final = 500
_VARIABLE: Final = str(SCHEMA.StatisticalVariable)
#: Properties that lead to the same thing, or to more about it, elsewhere.
_ELSEWHERE: Final = frozenset(
    [
        *("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"),
        *("owl:sameAs", "rdfs:seeAlso", "schema:sameAs", "schema:url", "foaf:homepage"),
    ]
)
_SHARES: Final = """\
PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#>
SELECT ?structure ?part WHERE {{ VALUES ?share {{ {} }} ?share yho:isShareIn ?structure ; yho:fallsWithin ?part }}"""
_PAGE_BYTES: Final = 16 * 1024 * 1024  # of an answer that is laid out as a table


def modalities(service: Service) -> dict[str, dict[str, Any]]:
    """The modalities of the data's statements, as nodes, by IRI."""
    rows = service.data("stats", {})["statements"]["by_modality"]
    return {row["modality"]["iri"]: row["modality"] for row in rows}


def view(service: Service, iri: str) -> dict[str, Any]:
    """What is said of ``iri`` (as the job ``entity`` tells it), with labels for the modalities.

    Raises :class:`NotFoundError`.
    """
    thing: dict[str, Any] = service.data("entity", {"iri": iri})
    labels = modalities(service)
    for edge in (*thing["relations"]["out"], *thing["relations"]["in"], *thing["status"]):
        name = edge["modality"]
        edge["modality"] = name and labels.get(str(YHO) + name, {"iri": "", "id": name, "label": {}})
    return thing


@dataclass(frozen=True)
class Facts:
    """The relations of a thing that the text puts in the same way.

    :param modality: what way that is, ``None`` where none is stated; ``definition`` explains it.
    :param groups: for each predicate its edges.
    """

    modality: dict[str, Any] | None
    definition: dict[str, str]
    groups: tuple[tuple[dict[str, Any], tuple[dict[str, Any], ...]], ...]


def facts(service: Service, edges: Sequence[dict[str, Any]]) -> list[Facts]:
    """Edges (of :func:`view`) by modality: what is asserted first, what is implied next, then what is not so yet."""
    ways: dict[str, list[dict[str, Any]]] = {}
    for edge in edges:
        ways.setdefault(edge["modality"]["iri"] if edge["modality"] else "", []).append(edge)
    definitions = _definitions(service, ways)
    found = [
        Facts(said[0]["modality"], definitions.get(iri, {}), _by_predicate(said)) for iri, said in sorted(ways.items())
    ]
    return sorted(found, key=lambda one: _firmness(one.modality))


def _firmness(modality: Mapping[str, Any] | None) -> int:
    names = [str(YHO.asserted), str(YHO.inferred)]
    return 1 if modality is None else names.index(modality["iri"]) * 2 if modality["iri"] in names else 3


def _by_predicate(edges: Iterable[dict[str, Any]]) -> tuple[tuple[dict[str, Any], tuple[dict[str, Any], ...]], ...]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for edge in edges:
        groups.setdefault(edge["predicate"]["iri"], []).append(edge)
    return tuple((said[0]["predicate"], tuple(said)) for said in groups.values())


def _definitions(service: Service, iris: Iterable[str]) -> dict[str, dict[str, str]]:
    """The definitions of terms, by language."""
    values = " ".join(str(ox.NamedNode(iri)) for iri in iris if iri)
    return by_language(service.select(_DEFINITIONS.format(values)), "term", "definition") if values else {}


def by_language(rows: Iterable[Mapping[str, Mapping[str, str]]], name: str, text: str) -> dict[str, dict[str, str]]:
    """Of what each row calls ``name`` the texts that rows give it, by their languages."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        if said := row.get(text):
            found.setdefault(row[name]["value"], {})[said.get("xml:lang", "")] = said["value"]
    return found


def figures(service: Service, most: int | None = None, **chosen: Sequence[str]) -> list[plots.Figure]:
    """The figures that are about certain subjects, indicators, periods, kinds, breakdowns; at most :data:`MOST_FIGURES`.

    None where there are more than ``most`` (:data:`MOST_READ` unless told): they are to be had as data.
    """
    if not 0 < number_of_figures(service, chosen) <= (MOST_READ if most is None else most):
        return []
    job = {f"{name}s": list(values) for name, values in chosen.items()}
    found = service.data("figures", {**job, "format": "json", "limit": MOST_FIGURES})
    files = sources.files(service)
    return [plots.Figure.of(row, files) for row in found["figures"]]


def has_sources(service: Service) -> bool:
    """Whether there are figures that are no text's, or of several data sets, so that whose they are has to be told."""
    told = service.data("stats", {})["figures"]["by_source"]
    return len(told) > 1 or (bool(told) and not sources.texts(service))


def number_of_figures(service: Service, chosen: Mapping[str, Sequence[str]]) -> int:
    """How many figures are chosen; counted from columns, which takes milliseconds."""
    where = {name: list(values) for name, values in chosen.items() if values}
    job = {"where": where, "by": [], "measures": ["count"], "sort": None, "limit": 1}
    return int(service.data("figure-groups", job)["figures"])


def own_figures(service: Service, thing: Mapping[str, Any]) -> list[plots.Figure]:
    """The figures about a thing; of a figure itself, and of an indicator, those that it is to be seen with."""
    figure = thing.get("figure")
    if figure and figure["subject"] and figure["indicator"]:
        return figures(service, subject=[figure["subject"]["iri"]], indicator=[figure["indicator"]["iri"]])
    if figure:
        return []
    if thing["figures"]:
        return figures(service, subject=[thing["iri"]])
    measured = any(use["predicate"]["iri"] == str(YHO.indicator) for use in thing["uses"])
    as_part = as_parts(service, [thing["iri"]]) if any(one["iri"] == _VARIABLE for one in thing["types"]) else []
    wheres = [*([{"indicator": [thing["iri"]]}] if measured else []), *as_part]
    return [figure for where in wheres for figure in figures(service, None, **where)]


def as_parts(service: Service, indicators: Sequence[str]) -> list[Where]:
    """Where structures give the shares of parts that some of the indicators are."""
    values = " ".join(str(ox.NamedNode(iri)) for iri in indicators)
    rows = service.select(_SHARES.format(values))
    return [
        {"indicator": [row["structure"]["value"]], "breakdown": [terms.local_name(row["part"]["value"])]}
        for row in rows
    ]


def start(service: Service) -> str | None:
    """The id of the thing of which the most is said: an example of a start for walks."""
    found = service.select(
        "SELECT ?s (COUNT(*) AS ?n) WHERE { ?x <http://www.w3.org/1999/02/22-rdf-syntax-ns#object> ?s } "
        "GROUP BY ?s ORDER BY DESC(?n) ?s LIMIT 1"
    )
    iris = [row["s"]["value"] for row in found if row.get("s", {}).get("type") == "uri"]
    return terms.id_of(iris[0]) if iris else None


def elsewhere(thing: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The properties of a thing that lead to other data sets and sites."""
    found: list[dict[str, Any]] = [one for one in thing["properties"] if one["predicate"]["id"] in _ELSEWHERE]
    return found


def citation(service: Service, iri: str, language: str) -> dict[str, str] | None:
    """Ready-made citations of a thing by style; ``None`` where it cannot be cited."""
    try:
        told = service.data("citation", {"iri": iri, "style": None, "lang": language, "accessed": None})
    except NotFoundError:
        return None
    styles = told["styles"]
    return {
        "gbt7714": styles["gbt7714"],
        "bibtex": styles["bibtex"],
        "csl": json.dumps(styles["csl"], ensure_ascii=False, indent=1),
        "text": styles["text"][language],
    }


def _cell(value: Mapping[str, Any]) -> dict[str, Any]:
    """One value of a query's answer: a node for an IRI, else ``value`` with its language."""
    if value["type"] == "uri":
        return {"iri": value["value"], "id": terms.id_of(value["value"]), "label": {}}
    if value["type"] == "triple":
        return {"value": json.dumps(value["value"], ensure_ascii=False), "language": None}
    text = f"_:{value['value']}" if value["type"] == "bnode" else value["value"]
    return {"value": text, "language": value.get("xml:lang")}


def tell_known(service: Service, nodes: Iterable[dict[str, Any]]) -> None:
    """Say of nodes from elsewhere whether the graph says anything of them; only the first :data:`_ASKED` are looked up."""
    foreign = [node for node in nodes if node.get("iri") and not node["iri"].startswith(YH)]
    iris = list(dict.fromkeys(node["iri"] for node in foreign if terms.is_iri(node["iri"])))[:_ASKED]
    values = " ".join(str(ox.NamedNode(iri)) for iri in iris)
    known = {row["thing"]["value"] for row in service.select(_SAID.format(values))} if iris else set()
    for node in foreign:
        node["known"] = node["iri"] in known


def table(service: Service, answer: Cached | Answer, most_rows: int, most_characters: int) -> dict[str, Any]:
    """A query's answer as the page shows it.

    ``{"kind", …}`` with ``value`` for a boolean, ``text`` for a graph, ``variables`` and ``rows`` for solutions;
    ``cut`` tells that there is more than is shown.
    """
    kind = answer.head["kind"]
    size = len(answer.body) if isinstance(answer, Cached) else answer.size
    if size > _PAGE_BYTES:
        if isinstance(answer, Answer):
            answer.close()
        return {"kind": "large", "size": size}
    if isinstance(answer, Cached):
        body = answer.body
    else:
        with answer:
            body = answer.read()
    if kind == "graph":
        text = body.decode("utf-8", "replace")
        most = most_rows * 200
        return {"kind": kind, "text": text[:most], "cut": len(text) > most}
    found = json.loads(body)
    if kind == "boolean":
        return {"kind": kind, "value": bool(found["boolean"])}
    variables = found["head"]["vars"]
    rows = found["results"]["bindings"]
    shown = [
        [_shortened(_cell(row[name]), most_characters) if name in row else None for name in variables]
        for row in rows[:most_rows]
    ]
    tell_known(service, (cell for row in shown for cell in row if cell))
    return {
        "kind": kind,
        "variables": variables,
        "rows": shown,
        "total": len(rows),
        "cut": len(rows) > most_rows,
    }


def _shortened(cell: dict[str, Any], most: int) -> dict[str, Any]:
    if "value" in cell and len(cell["value"]) > most:
        cell["value"] = cell["value"][:most] + "…"
    return cell
