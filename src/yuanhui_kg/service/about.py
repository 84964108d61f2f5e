"""``/about``: what the data set is, what it rests on, how to cite it, what it cannot do, and where programs ask."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from .. import __version__
from ..namespaces import ONTOLOGY
from . import html, sources, thing
from .core import Service, base_url

PATH: Final = "/about"


def blueprint(service: Service) -> Blueprint:
    """The route of the page."""
    routes = Blueprint("about", __name__)

    @routes.get(PATH)
    def about() -> Response:
        said = sources.header(service)
        language = html.language()
        return html.page(
            "about.html",
            tag=service.tag("about"),
            title=sources.in_language(said.get("dcterms:title", []), language),
            description=sources.in_language(said.get("dcterms:description", []), language),
            licences=sources.licences(service),
            creators=[value["value"] for value in said.get("dcterms:creator", [])],
            versions=[value["value"] for value in said.get("owl:versionInfo", [])],
            modified=[value["value"] for value in said.get("dcterms:modified", [])],
            stats=service.data("stats", {}),
            texts=sources.texts(service),
            beside=sources.datasets(service),
            base=base_url(service.settings),
            citation=thing.citation(service, ONTOLOGY, language),
            software=__version__,
            start=thing.start(service),
            limits=sources.limits(service),
        )

    return routes
