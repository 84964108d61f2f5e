"""The same data in other shapes: citations, the table of all figures, JSON-LD's context, statements as RDF 1.2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response

from .. import cite, grouping, terms
from ..errors import NotFoundError, UsageError
from ..export import tables
from ..namespaces import YH
from . import formats, links, paging
from .api import iris, known_as, resource
from .core import JSON, Service, accepted, base_url, not_modified, respond
from .paging import MOST, Page
from .parameters import Parameters, query_pairs, seconds

API: Final = "/api/v1"
LD_JSON: Final = "application/ld+json"
CONTEXT_PATH: Final = "/context.jsonld"
METADATA_PATH: Final = "/data/figures.csv" + tables.METADATA_SUFFIX
_TABLES: Final = {"json": JSON, "csv": tables.CSV_TYPE, "xlsx": tables.XLSX_TYPE}
_RDF12: Final = {
    "ttl": "text/turtle; version=1.2; charset=utf-8",
    "nt": "application/n-triples; version=1.2",
}
_YES: Final = ("1", "true")
_NO: Final = ("0", "false")


def blueprint(service: Service) -> Blueprint:
    """The routes of what is published beside the graph itself."""
    routes = Blueprint("publish", __name__)

    @routes.get(f"{API}/citations")
    def citations() -> Response:
        given = Parameters(query_pairs(), ("iri", "id", "style", "lang", "accessed", "timeout"))
        name = given.one("iri") or given.one("id")
        if not name:
            raise UsageError("Parameter iri (or id) is missing.", "Give the thing that is to be cited.")
        cite.access_date(given.one("accessed"))
        job = {
            "iri": terms.iri_of(name),
            "style": given.choice("style", list(cite.STYLES), "") or None,
            "lang": given.choice("lang", cite.LANGUAGES, "") or None,
            "accessed": given.one("accessed"),
        }
        return _citation(service, job, _timeout(service, given))

    @routes.get(f"{API}/figures")
    def figures() -> Response:
        fields = ("subject", "indicator", "period", "kind", "breakdown", "source")
        given = Parameters(query_pairs(), (*fields, "format", "bom", "limit", "offset", "timeout"))
        format = given.choice("format", list(_TABLES), "")
        if not format:
            wanted = accepted(list(_TABLES.values()))
            format = next(name for name, media_type in _TABLES.items() if media_type == wanted)
        job: dict[str, Any] = {f"{name}s": given.many(name) for name in fields}
        page = Page(
            given.integer("offset", 0, 0, MOST), given.integer("limit", 0, 1, MOST) if given.has("limit") else None
        )
        job |= {"format": format, "bom": _bom(given, format), "offset": page.offset, "limit": page.limit}
        return _table(service, job, _timeout(service, given), page)

    @routes.get(f"{API}/figures/groups")
    def groups() -> Response:
        given = Parameters(query_pairs(), (*grouping.DIMENSIONS, "by", "measure", "sort", "limit", "timeout"))
        job = {
            "where": {name: values for name in grouping.DIMENSIONS if (values := given.many(name))},
            "by": given.many("by"),
            "measures": given.many("measure"),
            "sort": given.one("sort"),
            "limit": given.integer("limit", 1000, 1, grouping.MAX_GROUPS),
        }
        return _answer(service, "figure-groups", job, accepted([JSON]), _timeout(service, given))

    @routes.get(f"{API}/compare")
    def compare() -> Response:
        given = Parameters(query_pairs(), ("indicator", "subject", "period", "kind", "timeout"))
        if not given.many("indicator"):
            raise UsageError("Parameter indicator is missing.", "Give an indicator, such as yho:grossRegionalProduct.")
        job = {
            "indicators": iris(given, "indicator", terms.term_of),
            "subjects": iris(given, "subject"),
            "periods": given.many("period"),
            "kinds": given.many("kind"),
        }
        return _answer(service, "compare", job, accepted([JSON]), _timeout(service, given))

    @routes.get("/data/figures.<any(csv, xlsx):format>")
    def table(format: str) -> Response:
        given = Parameters(query_pairs(), ("bom",))
        response = _table(service, {"format": format, "bom": _bom(given, format)})
        if format == "csv":
            link = f'<{METADATA_PATH}>; rel="describedby"; type="{tables.CSVW_TYPE}"'
            response.headers.add("Link", link)
        return response

    @routes.get(METADATA_PATH)
    def description() -> Response:
        Parameters(query_pairs(), ())
        return _answer(service, "figures-description", {"url": "figures.csv"}, tables.CSVW_TYPE)

    @routes.get("/data/statements-rdf12.<any(ttl, nt):format>")
    def statements(format: str) -> Response:
        Parameters(query_pairs(), ())
        return _answer(service, "statements", {"format": format}, _RDF12[format])

    @routes.get(CONTEXT_PATH)
    @routes.get("/ontology" + CONTEXT_PATH)
    def context() -> Response:
        Parameters(query_pairs(), ())
        return _answer(service, "context", {}, LD_JSON)

    for style, (_, extension) in cite.STYLES.items():
        _add_citation_file(routes, service, style, extension)
    return routes


def _add_citation_file(routes: Blueprint, service: Service, style: str, extension: str) -> None:
    @routes.get(f"/data/<path:name>.{extension}", endpoint=f"citation-{style}")
    def citation(name: str) -> Response:
        Parameters(query_pairs(), ())
        whole = known_as(service, f"{name}.{extension}")
        if whole is not None:
            return resource(service, whole, accepted(tuple(formats.GRAPH_LABELS)))
        iri = str(YH) + name
        if not terms.is_iri(iri):
            raise NotFoundError(f"{name[:200]!r} names nothing here.", "Names are those of IRIs in the graph.")
        response = _citation(service, {"iri": iri, "style": style, "lang": None, "accessed": None})
        return links.of_citation(response, iri)


def compact(service: Service, iri: str, context: str) -> Response:
    """One resource as JSON-LD under the project's context, which is named (``reference``) or carried (``inline``)."""
    if context not in ("reference", "inline"):
        raise UsageError(f"Parameter context is {context[:100]!r}.", "It takes one of reference, inline.")
    reference = base_url(service.settings) + CONTEXT_PATH if context == "reference" else None
    return _answer(service, "compact", {"iri": iri, "reference": reference}, LD_JSON)


def _citation(service: Service, job: Mapping[str, Any], timeout: float | None = None) -> Response:
    if job["style"] is None:
        return _answer(service, "citation", job, accepted([JSON]), timeout)
    media_type = cite.STYLES[job["style"]][0]
    return _answer(service, "citation", job, f"{media_type}; charset=utf-8", timeout)


def _table(
    service: Service, job: Mapping[str, Any], timeout: float | None = None, page: Page | None = None
) -> Response:
    format = job["format"]
    media_type = _TABLES[format]
    tag = service.tag("figures", job, media_type)
    unchanged = not_modified(tag)
    if unchanged is not None:
        return unchanged
    found = service.ask("figures", job, timeout=timeout)
    total = found.head["total"]
    response = respond(found, media_type, tag=tag)
    if page is not None:
        paging.tell(response, page, total)
    if format != "json":
        response.headers["Content-Disposition"] = f"attachment; filename=figures.{format}"
    return response


def _answer(
    service: Service, job: str, parameters: Mapping[str, Any], media_type: str, timeout: float | None = None
) -> Response:
    tag = service.tag(job, parameters, media_type)
    return not_modified(tag) or respond(service.ask(job, parameters, timeout=timeout), media_type, tag=tag)


def _bom(given: Parameters, format: str) -> bool:
    wanted = given.choice("bom", (*_YES, *_NO), "0") in _YES
    if wanted and format != "csv":
        raise UsageError(f"Parameter bom does not go with {format}.", "Only CSV takes a byte-order mark.")
    return wanted


def _timeout(service: Service, given: Parameters) -> float | None:
    text = given.one("timeout")
    return None if text is None else seconds(text, "timeout", service.settings.query_timeout)
