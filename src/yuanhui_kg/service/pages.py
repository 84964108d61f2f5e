"""The pages that people read: made on the server, in Chinese and English, without scripts."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, request

from .. import terms
from ..catalog import SavedQuery
from ..errors import NotFoundError, OverloadedError, UsageError, YuanhuiError
from ..namespaces import ONTOLOGY, YH
from ..plots import Figure
from ..screening import is_deterministic
from . import answerable, api, asking, charts, errors, figures_page, findings, formats, html, links, sources, thing
from .core import Service, base_url, leave_out, sparql_job
from .messages import MESSAGES, message
from .parameters import Parameters, query_pairs, seconds

_ROWS_SHOWN: Final = 500
_LISTED: Final = 500
_FEW: Final = 2  # saved queries that are no topic of their own
_READERS: Final = ("journalist", "analyst", "data-office")  # whom a query is for: tags that tell no topic
_EXAMPLES: Final = 10
_MISSING: Final = 20  # graphs that are named as not here
_DRAWN: Final = 24  # things in the picture of what surrounds one
_CELL: Final = 2000  # characters of a value that are shown

_MEMBERS: Final = """\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing (MIN(?zh) AS ?labelZh) (MIN(?en) AS ?labelEn)
WHERE {
  ?thing a ?class .
  OPTIONAL { ?thing skos:prefLabel|rdfs:label ?zh FILTER(LANG(?zh) = "zh") }
  OPTIONAL { ?thing skos:prefLabel|rdfs:label ?en FILTER(LANG(?en) = "en") }
}
GROUP BY ?thing
ORDER BY ?labelZh ?thing"""


def blueprint(service: Service) -> Blueprint:
    """The routes of the pages."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def home() -> Response:
        shown = _home(service, _figures(service))
        asked = [query.id for query in shown["saved"]]
        return html.page("home.html", tag=service.tag("home", shown["late"], asked), **shown)

    @routes.get("/page/<path:name>")
    def page(name: str) -> Response:
        iri = str(YH) + name
        if not terms.is_iri(iri):
            raise NotFoundError(f"{name[:200]!r} names nothing here.", "Search for it at /search.")
        return _thing(service, iri)

    @routes.get("/page")
    def page_by_parameter() -> Response:
        return _thing(service, api.thing_named(Parameters(query_pairs(), ("iri", "id", "lang"))))

    @routes.get("/search")
    def search() -> Response:
        given = Parameters(query_pairs(), ("q", "limit", "type", "lang"))
        if (given.one("q") or "").strip():
            found = service.data("search", api.search_job(given, 50))
            found["results"] = [{**result, "known": True} for result in found["results"]]
            return html.page(
                "search.html",
                tag=service.tag("search", query_pairs()),
                found=found,
                q=given.one("q"),
                sourced=thing.has_sources(service),
                asked=asking.answer(service, given.one("q") or "", found["results"]),
            )
        kind = given.one("type")
        if kind:
            return _members(service, terms.term_of(kind))
        return html.page("search.html", tag=service.tag("search", ""), found=None, q="")

    @routes.route("/query", methods=["GET", "POST"])
    def query() -> Response:
        return _query(service)

    return routes


def _thing(service: Service, iri: str) -> Response:
    """The page of a thing, whatever its IRI."""
    shown = _shown(service, thing.view(service, iri))
    response = html.page(
        "thing.html",
        tag=service.tag("page", iri, shown["late"]),
        there=links.addresses(iri),
        away=None if iri.startswith(YH) else terms.link(iri),
        extensions=formats.EXTENSIONS,
        drawn=_DRAWN,
        **shown,
    )
    return links.of_page(response, iri)


def _figures(service: Service) -> list[Figure]:
    """The figures that the landing page draws, where they are few, and there is a place for a heavy job just now."""
    if service.data("stats", {})["figures"]["total"] > figures_page.DRAWN:
        return []
    try:
        return thing.figures(service)
    except OverloadedError:
        leave_out()
        return []


def _home(service: Service, told: list[Figure]) -> dict[str, Any]:
    """What the landing page shows: how much there is, where to begin, and what the figures and checks have to say."""
    stats = service.data("stats", {})
    found, late = findings.about(service, [figure.iri for figure in told])
    return {
        "totals": [
            ("count_entities", stats["entities"]["total"]),
            ("count_relations", stats["relations"]),
            ("count_figures", stats["figures"]["total"]),
            ("count_mentions", stats["mentions"]),
            ("count_triples", stats["triples"]),
        ],
        "kinds": stats["entities"]["by_class"],
        **charts.of(told, most=1),
        "finding": next(iter(found), None),
        "late": late,
        "labels": findings.labels(service, found[:1]),
        "saved": _examples(service),
        "number_saved": len(service.queries),
        "texts": sources.texts(service),
        "sourced": thing.has_sources(service),
        "citation": thing.citation(service, ONTOLOGY, html.language()),
    }


def _examples(service: Service) -> list[SavedQuery]:
    """Some saved queries of different subjects that are to have rows here."""
    first: dict[tuple[str, ...], SavedQuery] = {}
    for query in answerable.here(service):
        if query.expect == "rows":
            first.setdefault(query.tags[-1:], query)
    return list(first.values())[:_EXAMPLES]


def _shown(service: Service, told: dict[str, Any]) -> dict[str, Any]:
    """What the page of a thing shows of it."""
    figures = thing.own_figures(service, told)
    relations = told["relations"]
    concerned = [told["iri"]] if told.get("figure") else [figure.iri for figure in figures]
    found, late = findings.about(service, concerned)
    return {
        "thing": told,
        "itself": next((figure for figure in figures if figure.iri == told["iri"]), None),
        "figures": figures,
        "sourced": thing.has_sources(service),
        **charts.of(figures),
        "findings": found,
        "late": late,
        "labels": findings.labels(service, found),
        "ways": [(way, thing.facts(service, relations[way])) for way in ("out", "in") if relations[way]],
        "elsewhere": thing.elsewhere(told),
        "citation": thing.citation(service, told["iri"], html.language()),
    }


def query_form(service: Service, **values: Any) -> Response:
    """The page with the form to ask SPARQL with; ``values`` say what it holds already."""
    defaults: dict[str, Any] = {
        "text": "",
        "saved_id": None,
        "table": None,
        "problem": None,
        "downloads": [],
        "calls": bool(service.settings.allow_service),
        "failed": [],
        "missing": [],
    }
    told = {
        "saved": values.get("saved_id"),
        "ran": "table" in values,
        "problem": values.get("problem"),
        "formats": {kind: _downloads(kind) for kind in ("solutions", "graph")},
    }
    return html.page("query.html", **{"topics": _topics(service), "told": told, **defaults, **values})


def _topics(service: Service) -> list[tuple[str, list[SavedQuery]]]:
    """The saved queries by topic, in the page's language, the larger ones first: the last of a query's tags that names no reader tells it.

    Last come those to which the data here have no answer as they stand.
    """
    here = answerable.here(service)
    found: dict[str, list[SavedQuery]] = {}
    for query in here:
        told = [tag for tag in query.tags if tag not in _READERS]
        found.setdefault(told[-1] if told else "", []).append(query)
    few = [query for queries in found.values() if len(queries) < _FEW for query in queries]
    topics = [(_topic(tag), queries) for tag, queries in found.items() if len(queries) >= _FEW]
    topics.sort(key=lambda topic: -len(topic[1]))
    elsewhere = [query for query in service.queries.values() if query not in here]
    return [
        *topics,
        *((_topic(key), queries) for key, queries in (("others", few), ("elsewhere", elsewhere)) if queries),
    ]


def _topic(tag: str) -> str:
    key = f"topic_{tag}"
    return message(key, html.language()) if key in MESSAGES else tag


def _members(service: Service, kind: str) -> Response:
    """The things of a class."""
    query = _MEMBERS.replace("?class .", f"{ox.NamedNode(kind)} .")
    rows = service.select(f"{query}\nLIMIT {_LISTED + 1}")
    things = [_node(row, "thing") for row in rows[:_LISTED]]
    about = service.select(
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?label WHERE { ?class skos:prefLabel ?label }".replace(
            "?class", str(ox.NamedNode(kind))
        )
    )
    labels = {row["label"].get("xml:lang", ""): row["label"]["value"] for row in about}
    found = {"results": things, "truncated": len(rows) > _LISTED}
    return html.page(
        "search.html",
        tag=service.tag("members", kind),
        found=found,
        q="",
        files=[(format, f"/sparql?{urlencode({'query': query, 'format': format})}") for format in ("csv", "json")],
        kind={"iri": kind, "id": terms.id_of(kind), "label": labels},
    )


def _node(row: dict[str, dict[str, str]], name: str) -> dict[str, Any]:
    iri = row[name]["value"] if row[name]["type"] == "uri" else ""
    labels = {tag: row[key]["value"] for tag, key in (("zh", "labelZh"), ("en", "labelEn")) if key in row}
    return {"iri": iri, "id": terms.id_of(iri) or f"_:{row[name]['value']}", "label": labels, "known": True}


# --- the query page ---------------------------------------------------------------------------------------------------


def _query(service: Service) -> Response:
    """The form and, where a query is given, its answer as a table. A wrong query is shown again with what is wrong."""
    given = [*query_pairs(), *request.form.items(multi=True)]
    values = dict(given)
    saved = service.queries.get(values.get("saved", ""))
    if saved is None and values.get("saved"):
        raise NotFoundError(f"There is no saved query {values['saved'][:100]!r}.", "See /query for the list.")
    text = saved.text if saved and values.get("run") is None else values.get("query", saved.text if saved else "")
    shown: dict[str, Any] = {"text": text, "saved_id": saved.id if saved else None}
    wanted = bool(text.strip()) and (saved is None or values.get("run") is not None)
    if not wanted:
        return query_form(service, **shown)
    try:
        return query_form(service, **shown, **_answer(service, text, saved, values))
    except YuanhuiError as error:
        return _with_status(query_form(service, **shown, problem=error.as_dict()), errors.status_of(error))


def _answer(service: Service, text: str, saved: SavedQuery | None, values: dict[str, str]) -> dict[str, Any]:
    if len(text.encode("utf-8", "surrogatepass")) > service.settings.max_query_bytes:
        raise UsageError("The query is too long.", "Send a shorter one.")
    timeout = seconds(values["timeout"], "timeout", service.settings.query_timeout) if values.get("timeout") else None
    bindings = saved.bindings() if saved is not None and text == saved.text else {}
    job = sparql_job(text, bindings=bindings, base=f"{base_url(service.settings)}/sparql")
    found = service.ask("sparql", job, timeout=timeout, remember=is_deterministic(text))
    return {
        "table": thing.table(service, found, _ROWS_SHOWN, _CELL),
        "downloads": _downloads(found.head["kind"]),
        "failed": list(found.head.get("failed_services", {}).values()),
        "missing": found.head.get("missing_graphs", [])[:_MISSING],
    }


def _downloads(kind: str) -> list[str]:
    return list(formats.EXTENSIONS) if kind == "graph" else ["json", "xml", "csv", "tsv"]


def _with_status(response: Response, status: int) -> Response:
    response.status_code = status
    return response
