"""Linked Data: what the graph's IRIs lead to, under this service's own address.

``/id/<name>`` stands for the thing and answers 303 with its page or its data; ``/data/<name>.<ext>`` and
``/page/<name>`` are documents about it. The ontology's terms are hash IRIs: they all live in ``/ontology``.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from .. import describe, terms
from ..errors import NotFoundError
from ..namespaces import ONTOLOGY, YH
from . import api, formats, links, publish
from .core import Service, accepted, base_url, not_modified, respond, see_other, sparql_job
from .sparql import counts

_GRAPH_OFFERS: Final = tuple(formats.GRAPH_LABELS)
#: The dumps that descriptions name; the others are there too.
_DUMPS: Final = ("ttl", "nt", "rdf", "jsonld")
_ONTOLOGY: Final = f"""\
CONSTRUCT {{ ?term ?property ?value }}
WHERE {{
  {{ ?term <http://www.w3.org/2000/01/rdf-schema#isDefinedBy> <{ONTOLOGY}> }} UNION {{ BIND(<{ONTOLOGY}> AS ?term) }}
  ?term ?property ?value
}}"""


def blueprint(service: Service) -> Blueprint:
    """The routes under which things and their descriptions are found."""
    routes = Blueprint("resources", __name__)

    @routes.get("/id/<path:name>")
    def thing(name: str) -> Response:
        iri = _iri(name)
        if not api.knows(service, iri):
            raise NotFoundError(f"The graph says nothing of <{iri}>.", "Search for it at /search.")
        # RDF comes first for clients that take anything: /id/ is asked by programs, browsers name text/html.
        label = accepted([*_GRAPH_OFFERS, "text/html"])
        there = links.addresses(iri)
        return links.of_thing(see_other(there.page if label == "text/html" else there.data[_extension(label)]), iri)

    @routes.get("/data/<path:name>")
    def data(name: str) -> Response:
        stem, _, extension = name.rpartition(".")
        if stem and extension in formats.EXTENSIONS and api.known_as(service, name) is None:
            label = formats.EXTENSIONS[extension]
        else:
            stem, label = name, accepted(_GRAPH_OFFERS)
        context = request.args.get("context") if label == publish.LD_JSON else None
        if context is None:
            response = api.resource(service, _iri(stem), label)
        else:
            response = publish.compact(service, _iri(stem), context)
        if stem == name:  # a name without its extension stands for all formats
            response.headers["Content-Location"] = links.addresses(_iri(stem)).data[_extension(label)]
        return links.of_data(response, _iri(stem))

    @routes.get("/ontology")
    @routes.get("/ontology/")
    def ontology() -> Response:
        label = accepted([*_GRAPH_OFFERS, "text/html"])
        return see_other("/ontology.html" if label == "text/html" else f"/ontology.{_extension(label)}")

    @routes.get("/ontology.<extension>")
    def ontology_data(extension: str) -> Response:
        if extension not in formats.EXTENSIONS:
            raise NotFoundError(
                f"The ontology has no form .{extension[:20]}.", f"There are: {', '.join(formats.EXTENSIONS)} and html."
            )
        label = formats.EXTENSIONS[extension]
        tag = service.data_tag("ontology", label)
        unchanged = not_modified(tag)
        if unchanged is not None:
            return unchanged
        found = service.ask("sparql", sparql_job(_ONTOLOGY, graph_type=formats.GRAPH_LABELS[label]))
        response = respond(found, label, tag=tag)
        response.headers.add("Link", '</ontology.html>; rel="alternate"; type="text/html"')
        return response

    @routes.get("/dump.<extension>")
    def dump(extension: str) -> Response:
        if extension not in formats.EXTENSIONS:
            raise NotFoundError(f"There is no dump .{extension[:20]}.", f"There are: {', '.join(formats.EXTENSIONS)}.")
        label = formats.EXTENSIONS[extension]
        tag = service.data_tag("dump", label)
        job = {"media_type": formats.GRAPH_LABELS[label]}
        return not_modified(tag) or respond(service.ask("dump", job, remember=False), label, tag=tag)

    @routes.get("/.well-known/void")
    def void() -> Response:
        label = accepted(_GRAPH_OFFERS)
        base = base_url(service.settings)
        tag = service.data_tag("void", base, label)
        unchanged = not_modified(tag)
        if unchanged is not None:
            return unchanged
        dumps = [
            (f"{base}/dump.{extension}", formats.GRAPH_LABELS[formats.EXTENSIONS[extension]]) for extension in _DUMPS
        ]
        triples = describe.void(base, counts(service), dumps)
        return respond(describe.serialize(triples, formats.GRAPH_LABELS[label]), label, tag=tag)

    return routes


def _iri(name: str) -> str:
    iri = str(YH) + name
    if not name or not terms.is_iri(iri):
        raise NotFoundError(f"{name[:200]!r} names nothing here.", "Names are those of IRIs in the graph.")
    return iri


def _extension(label: str) -> str:
    return formats.extension_of(formats.GRAPH_LABELS[label])
