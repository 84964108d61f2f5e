"""``/reconcile``: the Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/)
over the things of the graph, for OpenRefine and other clients.

Names are matched by :mod:`yuanhui_kg.link`; the values of a query's properties are its surroundings. The score is the
probability in percent, ``match`` the decision to accept. The things are read once for each version of the data.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, request

from ..errors import NotFoundError, UsageError
from ..link import Match, Mention, things
from ..link.things import Thing, Things
from ..namespaces import YH, YHO
from ..terms import id_of, iri_of
from . import encoding
from .core import Service, base_url, respond, respond_json
from .parameters import pairs, query_pairs
from .sparql import FORM, body_limit, media_type_of

PREFIX: Final = "/reconcile"
MOST_QUERIES: Final = 500
MOST_IDS: Final = 500
MOST_PROPERTIES: Final = 50
MOST_VALUES: Final = 100
_MOST_RESULTS: Final = 50
_USUAL_RESULTS: Final = 5
_LONGEST: Final = 500
_SUGGESTED: Final = 20
_MOST_DIGITS: Final = 300
_HTML: Final = "text/html"
_DAY: Final = re.compile(r"(-?\d{4,}-\d\d-\d\d)(Z|[+-]\d\d:\d\d|)", re.ASCII)
_MOMENT: Final = re.compile(
    r"-?([1-9]\d*)?\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?",
    re.ASCII,
)
PREVIEW: Final = {"width": 420, "height": 220}


def blueprint(service: Service) -> Blueprint:
    """The routes of ``/reconcile``."""
    routes = Blueprint("reconcile", __name__, url_prefix=PREFIX)

    @routes.get("")
    @routes.post("")
    def reconcile() -> Response:
        given = _given(service)
        if "queries" in given:
            return _answer(service, results(known_things(service), parsed(given["queries"], "queries")))
        if "extend" in given:
            return _answer(service, extended(service, parsed(given["extend"], "extend")))
        return _answer(service, manifest(base_url(service.settings)))

    @routes.get("/suggest/<any(entity, type, property):what>")
    def suggest(what: str) -> Response:
        return suggested(service, what)

    @routes.get("/properties")
    def properties() -> Response:
        return proposed(service)

    @routes.get("/preview")
    def preview() -> Response:
        return previewed(service, _given(service).get("id", ""))

    return routes


def manifest(base: str) -> dict[str, Any]:
    """What this service is, as clients ask for it first.

    :param base: the address of the service, without a slash at its end.
    """
    here = base + PREFIX

    def suggested(what: str) -> dict[str, str]:
        return {"service_url": here, "service_path": f"/suggest/{what}"}

    return {
        "versions": ["0.1", "0.2"],
        "name": "yuanhui-kg",
        "identifierSpace": str(YH),
        "schemaSpace": str(YHO),
        "defaultTypes": [],
        "view": {"url": f"{base}/id/{{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", **PREVIEW},
        "suggest": {what: suggested(what) for what in ("entity", "type", "property")},
        "extend": {"propose_properties": {"service_url": here, "service_path": "/properties"}, "property_settings": []},
    }


# --- requests ---------------------------------------------------------------------------------------------------------


def _given(service: Service) -> dict[str, str]:
    """The parameters of a request: clients send more than the specification has, which is passed over."""
    found = query_pairs()
    if request.method == "POST":
        media_type, _ = media_type_of(request.headers.get("Content-Type", ""))
        body = encoding.body(body_limit(service.settings))
        if media_type == FORM:
            found += pairs(body, "form")
        else:
            sent = parsed(body.decode("utf-8", "replace"), "body")
            found += [(name, json.dumps(sent[name])) for name in ("queries", "extend") if name in sent] or [
                ("queries", json.dumps(sent))
            ]
    return dict(reversed(found))


def parsed(text: str, name: str) -> dict[str, Any]:
    """Raises :class:`UsageError` where a parameter is no JSON object."""
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # half characters (\\ud800) are no text
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UsageError(f"Parameter {name} is no JSON object.", 'Send for instance {"q0": {"query": "NAME"}}.')
    return found


def _whole(text: str, usual: int, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 10 else usual


def texts(value: Any) -> list[str]:
    """The texts in a value of a query: a text, a number, a reference, or a list of them."""
    if isinstance(value, list):
        return [text for one in value[:MOST_VALUES] for text in texts(one) if not isinstance(one, list)]
    if isinstance(value, dict):
        return [text for key in ("name", "id") if isinstance(text := value.get(key), str)][:1]
    return [str(value)[:_LONGEST]] if isinstance(value, str | int | float) and not isinstance(value, bool) else []


def known_things(service: Service) -> Things:
    """The things of the graph, read once for each version of the data."""
    found: Things = service.described.get("things", service.backend.data_version, lambda: things.read(service.select))
    return found


def _answer(service: Service, value: Mapping[str, Any]) -> Response:
    return respond_json(value)


# --- queries ----------------------------------------------------------------------------------------------------------


def results(known: Things, queries: Mapping[str, Any]) -> dict[str, Any]:
    if len(queries) > MOST_QUERIES:
        raise UsageError(f"There are {len(queries)} queries.", f"Send at most {MOST_QUERIES} at once.")
    return {name: {"result": _matched(known, query, name)} for name, query in queries.items()}


def _matched(known: Things, query: Any, name: str) -> list[dict[str, Any]]:
    text = query.get("query") if isinstance(query, dict) else None
    if not isinstance(text, str):
        raise UsageError(f"The query {name[:100]} has no text.", 'Send for instance {"q0": {"query": "NAME"}}.')
    limit = query.get("limit")
    most = min(limit, _MOST_RESULTS) if isinstance(limit, int) and limit > 0 else _USUAL_RESULTS
    types = [iri_of(one) if ":" in one else YHO + one for one in texts(query.get("type") or [])]
    given = query.get("properties")
    values = (
        [one.get("v") for one in given[:MOST_PROPERTIES] if isinstance(one, dict)] if isinstance(given, list) else []
    )
    context = tuple(part for value in values for text_ in texts(value) for part in text_.split("/") if part.strip())
    if not text.strip() or len(text) > _LONGEST:
        return []
    match = known.matcher.match(Mention(name, text, context))
    return [_result(known, match, place) for place in _chosen(known, match, types)][:most]


def _chosen(known: Things, match: Match, types: Sequence[str]) -> list[int]:
    return [
        place for place, candidate in enumerate(match.candidates) if known.is_a(known.things[candidate.entry.id], types)
    ]


def _result(known: Things, match: Match, place: int) -> dict[str, Any]:
    candidate = match.candidates[place]
    found = _reference(known, known.things[candidate.entry.id])
    return {
        **found,
        "score": round(100 * candidate.confidence, 2),
        "match": place == 0 and match.decision == "accept",
        "features": [{"id": feature, "value": True} for feature in candidate.features],
    }


def _reference(known: Things, thing: Thing) -> dict[str, Any]:
    """A thing as results and suggestions have it."""
    found = {
        "id": id_of(thing.iri),
        "name": thing.name(),
        "type": [{"id": id_of(kind), "name": _label(known, kind)} for kind in thing.types],
    }
    text = thing.description.get("zh") or next(iter(thing.description.values()), "")
    return {**found, "description": text} if text else found


def _label(known: Things, iri: str) -> str:
    labels = known.labels.get(iri, {})
    return labels.get("zh") or labels.get("en") or next(iter(labels.values()), id_of(iri))


# --- suggestions ------------------------------------------------------------------------------------------------------


def suggested(service: Service, what: str) -> Response:
    given = _given(service)
    known = known_things(service)
    found = {"entity": _entities, "type": _types, "property": _properties}[what](service, known, given)
    start = _whole(given.get("cursor", ""), 0, 10_000)
    return _answer(service, {"result": found[start : start + _SUGGESTED]})


def proposed(service: Service) -> Response:
    given = _given(service)
    limit = _whole(given.get("limit", ""), _SUGGESTED, 200)
    kind = given.get("type", "")
    every = _of_type(service, iri_of(kind)) if kind else _all_properties(service)
    named = [{"id": id_of(one), "name": _label(known_things(service), one)} for one in every]
    return _answer(service, {"limit": limit, "type": kind, "properties": named[:limit]})


def _entities(service: Service, known: Things, given: Mapping[str, str]) -> list[dict[str, Any]]:
    prefix = given.get("prefix", "").strip()[:200]
    if not prefix:
        return []
    found = service.data("search", {"q": prefix, "limit": 200, "types": []})
    hits = [known.things[one["iri"]] for one in found["results"] if one["iri"] in known.things]
    types = [iri_of(one) for one in [given.get("type", "")] if one]
    return [_suggestion(_reference(known, thing)) for thing in hits if known.is_a(thing, types)]


def _suggestion(reference: dict[str, Any]) -> dict[str, Any]:
    return {("notable" if key == "type" else key): value for key, value in reference.items()}


def _types(service: Service, known: Things, given: Mapping[str, str]) -> list[dict[str, Any]]:
    used = {kind for thing in known.things.values() for kind in thing.types}
    every = used | {above for kind in used for above in known.classes.get(kind, frozenset())}
    return _beginning(known, sorted(every), given.get("prefix", ""))


def _properties(service: Service, known: Things, given: Mapping[str, str]) -> list[dict[str, Any]]:
    return _beginning(known, _all_properties(service), given.get("prefix", ""))


def _beginning(known: Things, iris: Sequence[str], prefix: str) -> list[dict[str, Any]]:
    """Those whose name or id has what was typed, those that begin with it first."""
    typed = prefix.strip().lower()
    found = []
    for iri in iris:
        texts = [text.lower() for text in (*known.labels.get(iri, {}).values(), id_of(iri).rpartition(":")[2])]
        if any(typed in text for text in texts):
            found.append(
                (not any(text.startswith(typed) for text in texts), {"id": id_of(iri), "name": _label(known, iri)})
            )
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1]["id"]))]


def _all_properties(service: Service) -> list[str]:
    rows = service.select("SELECT DISTINCT ?p { ?s ?p ?o } ORDER BY ?p LIMIT 2000")
    return [row["p"]["value"] for row in rows]


def _of_type(service: Service, kind: str) -> list[str]:
    query = "SELECT DISTINCT ?p ?kind { ?s a ?kind ; ?p ?o } ORDER BY ?p LIMIT 2000"
    return [row["p"]["value"] for row in service.select(query, {"kind": f"<{kind}>"})]


# --- extend, preview --------------------------------------------------------------------------------------------------


def extended(service: Service, asked: Mapping[str, Any]) -> dict[str, Any]:
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not isinstance(properties, list):
        raise UsageError(
            "Parameter extend has no lists ids and properties.", 'Send {"ids": [...], "properties": [{"id": ...}]}.'
        )
    if len(ids) > MOST_IDS or len(properties) > MOST_PROPERTIES:
        raise UsageError(
            "Parameter extend asks for too much.", f"Ask for at most {MOST_IDS} ids and {MOST_PROPERTIES} properties."
        )
    known = known_things(service)
    wanted = {
        one["id"]: iri_of(one["id"]) for one in properties if isinstance(one, dict) and isinstance(one.get("id"), str)
    }
    rows = {text: _values_of(service, known, iri_of(text), wanted) for text in ids if isinstance(text, str)}
    return {"meta": [{"id": text, "name": _label(known, iri)} for text, iri in wanted.items()], "rows": rows}


def _values_of(service: Service, known: Things, iri: str, wanted: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """The values of some properties of a thing, each property by the id under which it was asked for."""
    found: dict[str, list[dict[str, Any]]] = {text: [] for text in wanted}
    listed = " ".join(f"<{one}>" for one in wanted.values())
    query = f"SELECT ?s ?p ?o {{ VALUES ?p {{ {listed} }} ?s ?p ?o }} ORDER BY ?p ?o LIMIT 5000"
    for row in service.select(query, {"s": f"<{iri}>"}):
        for text, predicate in wanted.items():
            if predicate == row["p"]["value"] and len(found[text]) < MOST_VALUES:
                found[text].append(_value(known, row["o"]))
    return found


def _value(known: Things, term: Mapping[str, str]) -> dict[str, Any]:
    text = term["value"]
    if term["type"] == "uri":
        thing = known.things.get(text)
        return {"id": id_of(text), "name": thing.name() if thing else _label(known, text)}
    kind = term.get("datatype", "").rpartition("#")[2]
    if kind in ("integer", "decimal", "double", "float"):
        return _number(text, kind) or {"str": text}
    moment = _moment(text) if kind in ("date", "dateTime") else ""
    return {"date": moment} if moment else {"str": text}


def _number(text: str, kind: str) -> dict[str, Any] | None:
    """A number; none where the text is no number of its kind, or none that JSON could have."""
    try:
        number = int(text) if kind == "integer" and len(text) < _MOST_DIGITS else float(text)
    except ValueError:
        return None
    return {"int" if isinstance(number, int) else "float": number} if math.isfinite(number) else None


def _moment(text: str) -> str:
    """A day or a moment as the specification wants it, with hours, minutes and seconds; empty for what it cannot say."""
    day = _DAY.fullmatch(text)
    whole = f"{day[1]}T00:00:00{day[2]}" if day else text
    return whole if _MOMENT.fullmatch(whole) else ""


def previewed(service: Service, text: str) -> Response:
    """A small page about a thing, to be shown inside a client's own."""
    known = known_things(service)
    thing = known.things.get(iri_of(text)) if text else None
    if thing is None:
        raise NotFoundError(f"There is nothing with the id {text[:200]!r} here.", "Take an id from a result.")
    names = " · ".join(dict.fromkeys((thing.name("zh"), thing.name("en"))))
    kinds = "、".join(_label(known, kind) for kind in thing.types)
    described = "".join(
        f'<p lang="{escape(lang)}">{escape(told)}</p>' for lang, told in sorted(thing.description.items(), reverse=True)
    )
    link = (
        f"{base_url(service.settings)}/page/{quote(id_of(thing.iri), safe='')}"
        if thing.iri.startswith(YH)
        else thing.iri
    )
    named = (
        f'<a href="{escape(link)}" target="_blank" rel="noopener">{escape(names)}</a>'
        if link.startswith(("http:", "https:"))
        else escape(names)
    )
    page = (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{escape(names)}</title>'
        f"<h1>{named}</h1><p>{escape(kinds)}</p>{described}</html>"
    )
    response = respond(page.encode(), _HTML)
    # Clients show it in a frame; nothing in it runs or loads.
    response.headers["Content-Security-Policy"] = "default-src 'none'; base-uri 'none'; form-action 'none'"
    return response
