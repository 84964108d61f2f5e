"""What the checks of figures found, for the pages that show these figures."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

import pyoxigraph as ox

from ..cache import Cached
from ..errors import OverloadedError, YuanhuiError
from . import behind
from .core import Service

Finding = dict[str, Any]
_LABELS: Final = """\
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label WHERE {{ VALUES ?thing {{ {} }} ?thing skos:prefLabel ?label }}"""
_LABELLED: Final = 500


def found(service: Service) -> list[Finding] | None:
    """All findings but those of figures that agree; ``None`` where they are not there yet, or take too long."""
    return behind.found(service, "checks", lambda: _ask(service))


def _ask(service: Service) -> list[Finding] | None:
    """The findings; ``None`` where they take too long. Raises :class:`OverloadedError`: another time there may be a place."""
    try:
        answer = service.ask("checks", {"rules": [], "problems": True})
    except OverloadedError:
        raise
    except YuanhuiError:
        return None
    if isinstance(answer, Cached):
        body = answer.body
    else:
        with answer:
            body = answer.read()
    findings: list[Finding] = json.loads(body)["findings"]
    return findings


def about(service: Service, figures: Collection[str]) -> tuple[list[Finding], bool]:
    """The findings that concern any of these figures, and whether they are not there yet, so that a later page is another."""
    wanted = set(figures)
    told = found(service) if wanted else []
    return [one for one in told or () if wanted.intersection(one["observations"])], told is None


def labels(service: Service, findings: Collection[Finding]) -> dict[str, dict[str, str]]:
    """The labels of the figures that findings concern."""
    figures = dict.fromkeys(figure for one in findings for figure in one["observations"])
    values = " ".join(str(ox.NamedNode(iri)) for iri in list(figures)[:_LABELLED])
    told: dict[str, dict[str, str]] = {}
    for row in service.select(_LABELS.format(values)) if values else ():
        told.setdefault(row["thing"]["value"], {})[row["label"].get("xml:lang", "")] = row["label"]["value"]
    return told


def by_figure(findings: Collection[Finding]) -> dict[str, list[int]]:
    """By the IRI of a figure the places of the findings that concern it."""
    places: dict[str, list[int]] = {}
    for number, one in enumerate(findings):
        for figure in one["observations"]:
            places.setdefault(figure, []).append(number)
    return places
