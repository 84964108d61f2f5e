"""``/figures``: all figures of the graph to choose from, with charts, and what the checks have against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response

from .. import terms
from ..plots import Figure
from . import charts, findings, html, sources, thing
from .core import Service
from .paging import MOST
from .parameters import Parameters, query_pairs

PATH: Final = "/figures"
#: Parameters that choose, as ``/api/v1/figures`` knows them too.
CHOICE: Final = ("indicator", "subject", "period", "kind", "source")
#: The most figures that are put in order and drawn; of more, pages are told in the order of the texts.
DRAWN: Final = 1000
#: Of more, a page is not told: putting them in order would take long. They are to be chosen among, or had as data.
MOST_READ: Final = 20_000
_PAGE: Final = 50
_OPTIONS: Final = 500  # of each choice
_READ: Final[Mapping[str, Callable[[str], str]]] = {
    "indicator": terms.term_of,
    "subject": terms.iri_of,
    "source": terms.iri_of,
}
_FORMATS: Final = (("csv", "CSV"), ("csv&bom=1", "CSV (Excel)"), ("xlsx", "XLSX"), ("json", "JSON"))

Order = Callable[[Figure], Any]
_ORDERS: Final[Mapping[str, Order | None]] = {
    "place": None,
    "value": lambda figure: (figure.unit, -figure.value if figure.value is not None else 0),
    "indicator": lambda figure: _name(figure.indicator),
    "subject": lambda figure: _name(figure.subject),
    "period": lambda figure: figure.period.rpartition("/")[2],
}


def blueprint(service: Service) -> Blueprint:
    """The route of the page."""
    routes = Blueprint("figures_page", __name__)

    @routes.get(PATH)
    def figures() -> Response:
        known = (*CHOICE, "sort", "offset")
        given = Parameters([pair for pair in query_pairs() if pair[0] in known], known)
        chosen = {name: values_of(given, name) for name in CHOICE}
        order = given.choice("sort", list(_ORDERS), "place")
        return _page(service, chosen, order, given.integer("offset", 0, 0, MOST))

    return routes


def values_of(given: Parameters, name: str) -> list[str]:
    """What is chosen, each once and in one form. Raises :class:`UsageError` where it can be no name."""
    read = _READ.get(name, str)
    return list(dict.fromkeys(read(value) for value in given.many(name) if value))


def _page(service: Service, chosen: Mapping[str, Sequence[str]], order: str, offset: int) -> Response:
    job = {**{f"{name}s": list(values) for name, values in chosen.items()}, "format": "json"}
    total = thing.number_of_figures(service, chosen)
    few = total <= DRAWN
    part = {"limit": DRAWN} if few else {"offset": offset, "limit": _PAGE}
    read: dict[str, Any] = {"figures": []}
    if total <= MOST_READ:
        read = service.data("figures", {**job, **part})
        total = read["count"]
    files = sources.files(service)
    figures = [Figure.of(row, files) for row in read["figures"]]
    shown = _sorted(figures, order)[offset : offset + _PAGE] if few else figures
    about, late = findings.about(service, [figure.iri for figure in figures] if few else [])
    query = urlencode(
        [(name, terms.id_of(value) if name in _READ else value) for name in chosen for value in chosen[name]]
    )
    sourced = thing.has_sources(service)
    return html.page(
        "figures.html",
        tag=service.tag("figures-page", dict(chosen), order, offset, late),
        chosen=chosen,
        order=order,
        orders=list(_ORDERS) if few else ["place"],
        options={name: options(service, name) for name in CHOICE if sourced or name != "source"},
        sourced=sourced,
        total=total,
        shown=shown,
        labels=findings.labels(service, about),
        few=few,
        many=total > MOST_READ,
        **charts.of(figures if few else []),
        findings=about,
        late=late,
        places=findings.by_figure(about),
        query=query,
        formats=[(f"/api/v1/figures?{query}&format={format}" if query else f"/api/v1/figures?format={format}", name) for format, name in _FORMATS],
        start=offset + 1,
        before=max(0, offset - _PAGE) if offset else None,
        after=offset + _PAGE if offset + _PAGE < total else None,
    )  # fmt: skip


def _sorted(figures: Sequence[Figure], order: str) -> list[Figure]:
    key = _ORDERS[order]
    return sorted(figures, key=key) if key else list(figures)


def _name(node: Mapping[str, Any] | None) -> str:
    return terms.label(node["label"], html.language(), node["id"]) if node else ""


def options(service: Service, name: str) -> list[dict[str, Any]]:
    """What can be chosen: the values of a dimension, with how many figures each has."""
    job = {"where": {}, "by": [name], "measures": ["count"], "sort": "-count", "limit": _OPTIONS}
    groups = service.data("figure-groups", job)["groups"]
    alike = Counter(group.get(f"{name}_zh") for group in groups)
    return [
        {
            "value": group[name],
            "id": terms.id_of(group[name]) if name in _READ else group[name],
            "label": {
                tag: group[f"{name}_{tag}"]
                + (f" ({terms.id_of(group[name])})" if alike[group.get(f"{name}_zh")] > 1 else "")
                for tag in ("zh", "en")
                if group.get(f"{name}_{tag}")
            },
            "count": group["count"],
        }
        for group in groups
        if group[name]
    ]
