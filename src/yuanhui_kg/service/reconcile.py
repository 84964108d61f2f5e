"""``/reconcile``: the Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/)
over the things of the graph, for OpenRefine and other clients; ``/reconcile/datasets/NAME``: over those of a data set beside it.

A text that is a code is the things that have it. Names are matched by :mod:`yuanhui_kg.link`; the values of a query's properties are its surroundings, unless the property
is a coordinate or a year. The score is the probability in percent, ``match`` the decision to accept. The things are read once
for each version of the data.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from flask import Blueprint, Response, request

from ..errors import AnswerTooLargeError, NotFoundError, UsageError
from ..link import Match, Mention, things
from ..link.things import Thing, Things
from ..namespaces import YH, YHO
from ..terms import id_of, iri_of
from . import encoding, sources
from .core import Service, base_url, respond, respond_json
from .links import page_url
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
_HITS: Final = 200  # of a search, among which types are chosen
_MOST_DIGITS: Final = 300
_HTML: Final = "text/html"
_DAY: Final = re.compile(r"(-?\d{4,}-\d\d-\d\d)(Z|[+-]\d\d:\d\d|)", re.ASCII)
_MOMENT: Final = re.compile(
    r"-?([1-9]\d*)?\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?",
    re.ASCII,
)
#: What a property of a query tells beside surroundings, by the last part of its id.
_ROLES: Final = {
    **dict.fromkeys(("lat", "latitude"), "lat"),
    **dict.fromkeys(("lon", "long", "lng", "longitude"), "lon"),
    **dict.fromkeys(("year", "date"), "year"),
}
_BOUNDS: Final = {"lat": 90, "lon": 180, "year": 9999}
_NUMBER: Final = re.compile(r"-?\d{1,4}(\.\d{1,20})?", re.ASCII)
PREVIEW: Final = {"width": 420, "height": 220}


@dataclass(frozen=True)
class Register:
    """What names are reconciled with: the graph that is served, or a data set beside it (``graph`` is its named graph)."""

    service: Service
    dataset: str = ""
    graph: str = ""

    @property
    def path(self) -> str:
        return f"{PREFIX}/datasets/{self.dataset}" if self.dataset else PREFIX

    def select(self, query: str, bindings: Mapping[str, str] | None = None) -> list[dict[str, dict[str, str]]]:
        """The solutions of a query over it."""
        return self.service.select(query, bindings, self.graph)

    def things(self) -> Things:
        """Its things, read once for each version of the data.

        :raises AnswerTooLargeError: where a data set has more of them than are read.
        """
        version = self.service.backend.data_version
        found: Things = self.service.described.get(f"things {self.graph}", version, self._read)
        if self.dataset and found.truncated:
            raise AnswerTooLargeError(
                f"The data set {self.dataset!r} has too many names to be reconciled with.",
                "Link a table to it by yuanhui-kg link --store.",
            )
        return found

    def _read(self) -> Things:
        found = things.read(self.select, everything=bool(self.dataset), most=things.MOST)
        if self.dataset:
            found = found.described_by(Register(self.service).things())
        if not found.truncated:
            found.matcher  # noqa: B018 -- made here, once
        return found


def register_of(service: Service, dataset: str) -> Register:
    """The data set of a name; the graph itself for none. Raises :class:`NotFoundError`."""
    if not dataset:
        return Register(service)
    known = sources.datasets(service)
    if dataset not in known:
        names = f"There is {', '.join(list(known)[:_SUGGESTED])}." if known else "There is none yet."
        raise NotFoundError(f"There is no data set {dataset[:100]!r} here.", names)
    return Register(service, dataset, known[dataset]["graph"])


def blueprint(service: Service) -> Blueprint:
    """The routes of ``/reconcile``, and the same of each data set below it."""
    routes = _routes(service, Blueprint("reconcile", __name__, url_prefix=PREFIX))
    routes.register_blueprint(_routes(service, Blueprint("dataset", __name__, url_prefix="/datasets/<dataset>")))
    return routes


def _routes(service: Service, routes: Blueprint) -> Blueprint:
    @routes.get("")
    @routes.post("")
    def reconcile(dataset: str = "") -> Response:
        register, given = register_of(service, dataset), _given(service)
        if "queries" in given:
            return respond_json(results(register.things(), parsed(given["queries"], "queries")))
        if "extend" in given:
            return respond_json(extended(register, parsed(given["extend"], "extend")))
        return respond_json(manifest(register))

    @routes.get("/suggest/<any(entity, type, property):what>")
    def suggest(what: str, dataset: str = "") -> Response:
        return suggested(register_of(service, dataset), what)

    @routes.get("/properties")
    def properties(dataset: str = "") -> Response:
        return proposed(register_of(service, dataset))

    @routes.get("/preview")
    def preview(dataset: str = "") -> Response:
        return previewed(register_of(service, dataset), _given(service).get("id", ""))

    return routes


def manifest(register: Register) -> dict[str, Any]:
    """What this service is, as clients ask for it first."""
    base = base_url(register.service.settings)
    here = base + register.path
    preview = f"{here}/preview?id={{{{id}}}}"

    def suggested(what: str) -> dict[str, str]:
        return {"service_url": here, "service_path": f"/suggest/{what}"}

    return {
        "versions": ["0.1", "0.2"],
        "name": f"yuanhui-kg: {register.dataset}" if register.dataset else "yuanhui-kg",
        "identifierSpace": str(YH),
        "schemaSpace": str(YHO),
        "defaultTypes": [],
        "view": {"url": f"{base}/page?id={{{{id}}}}"},
        "preview": {"url": preview, **PREVIEW},
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


def parsed(text: str, name: str, example: str = '{"q0": {"query": "NAME"}}') -> dict[str, Any]:
    """A parameter that is a JSON object. Raises :class:`UsageError` where it is none, with what it could be."""
    try:
        found = json.loads(text)
        # Half characters (\\ud800) are no text, and what is larger than any number (1e999, NaN) is none.
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UsageError(f"Parameter {name} is no JSON object.", f"Send for instance {example}.")
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
    if not text.strip() or len(text) > _LONGEST:
        return []
    if coded := [thing for thing in known.coded(text) if known.is_a(thing, types)]:
        return [_coded(known, thing, len(coded) == 1) for thing in coded[:most]]
    match = known.matcher.match(_mention(name, text, query.get("properties")))
    return [_result(known, match, place) for place in _chosen(known, match, types)][:most]


def _mention(name: str, text: str, properties: Any) -> Mention:
    """A query's text with what its properties tell: coordinates, a year, and else the surroundings."""
    told: dict[str, float] = {}
    context: list[str] = []
    for one in properties[:MOST_PROPERTIES] if isinstance(properties, list) else []:
        if not isinstance(one, dict):
            continue
        values = texts(one.get("v"))
        role = _ROLES.get(re.split("[:/#]", str(one.get("pid", "")))[-1].lower())
        if role is None:
            context += [part for value in values for part in value.split("/") if any(map(str.isalpha, part))]
        elif (number := _told(role, values)) is not None:
            told[role] = number
    lat, lon, year = told.get("lat"), told.get("lon"), told.get("year")
    if lat is None or lon is None:
        lat = lon = None
    return Mention(name, text, tuple(context), "", lat, lon, None if year is None else int(year))


def _told(role: str, values: Sequence[str]) -> float | None:
    """The number in the first of some values; of a date, the year. None where it can be no such thing."""
    found = _NUMBER.match(values[0].strip()) if values else None
    number = float(found[0]) if found else None
    return number if number is not None and abs(number) <= _BOUNDS[role] else None


def _chosen(known: Things, match: Match, types: Sequence[str]) -> list[int]:
    return [
        place for place, candidate in enumerate(match.candidates) if known.is_a(known.things[candidate.entry.id], types)
    ]


def _result(known: Things, match: Match, place: int) -> dict[str, Any]:
    candidate = match.candidates[place]
    found = _reference(known, known.things[candidate.entry.id])
    told = (" › ".join(candidate.within), found.get("description", ""))
    return {
        **found,
        **({"description": " · ".join(filter(None, told))} if any(told) else {}),
        "score": round(100 * candidate.confidence, 2),
        "match": place == 0 and match.decision == "accept",
        "features": [{"id": feature, "value": True} for feature in candidate.features],
    }


def _coded(known: Things, thing: Thing, alone: bool) -> dict[str, Any]:
    return {**_reference(known, thing), "score": 100.0, "match": alone, "features": [{"id": "code", "value": True}]}


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


def suggested(register: Register, what: str) -> Response:
    given, known = _given(register.service), register.things()
    found = {"entity": _entities, "type": _types, "property": _properties}[what](register, known, given)
    start = _whole(given.get("cursor", ""), 0, 10_000)
    return respond_json({"result": found[start : start + _SUGGESTED]})


def proposed(register: Register) -> Response:
    given = _given(register.service)
    limit = _whole(given.get("limit", ""), _SUGGESTED, 200)
    kind = given.get("type", "")
    every = _of_type(register, iri_of(kind)) if kind else _all_properties(register)
    named = [{"id": id_of(one), "name": _label(register.things(), one)} for one in every]
    return respond_json({"limit": limit, "type": kind, "properties": named[:limit]})


def _entities(register: Register, known: Things, given: Mapping[str, str]) -> list[dict[str, Any]]:
    prefix = given.get("prefix", "").strip()[:200]
    if not prefix:
        return []
    hits = known.beginning(prefix, _HITS) if register.dataset else _searched(register.service, known, prefix)
    types = [iri_of(one) for one in [given.get("type", "")] if one]
    return [_suggestion(_reference(known, thing)) for thing in hits if known.is_a(thing, types)]


def _searched(service: Service, known: Things, text: str) -> list[Thing]:
    """The things that the index of the served graph finds."""
    found = service.data("search", {"q": text, "limit": _HITS, "types": []})
    return [known.things[one["iri"]] for one in found["results"] if one["iri"] in known.things]


def _suggestion(reference: dict[str, Any]) -> dict[str, Any]:
    return {("notable" if key == "type" else key): value for key, value in reference.items()}


def _types(register: Register, known: Things, given: Mapping[str, str]) -> list[dict[str, Any]]:
    used = {kind for thing in known.things.values() for kind in thing.types}
    every = used | {above for kind in used for above in known.classes.get(kind, frozenset())}
    return _beginning(known, sorted(every), given.get("prefix", ""))


def _properties(register: Register, known: Things, given: Mapping[str, str]) -> list[dict[str, Any]]:
    return _beginning(known, _all_properties(register), given.get("prefix", ""))


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


def _all_properties(register: Register) -> list[str]:
    rows = register.select("SELECT DISTINCT ?p { ?s ?p ?o } ORDER BY ?p LIMIT 2000")
    return [row["p"]["value"] for row in rows]


def _of_type(register: Register, kind: str) -> list[str]:
    query = "SELECT DISTINCT ?p ?kind { ?s a ?kind ; ?p ?o } ORDER BY ?p LIMIT 2000"
    return [row["p"]["value"] for row in register.select(query, {"kind": f"<{kind}>"})]


# --- extend, preview --------------------------------------------------------------------------------------------------


def extended(register: Register, asked: Mapping[str, Any]) -> dict[str, Any]:
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not isinstance(properties, list):
        raise UsageError(
            "Parameter extend has no lists ids and properties.", 'Send {"ids": [...], "properties": [{"id": ...}]}.'
        )
    if len(ids) > MOST_IDS or len(properties) > MOST_PROPERTIES:
        raise UsageError(
            "Parameter extend asks for too much.", f"Ask for at most {MOST_IDS} ids and {MOST_PROPERTIES} properties."
        )
    known = register.things()
    wanted = {
        one["id"]: iri_of(one["id"]) for one in properties if isinstance(one, dict) and isinstance(one.get("id"), str)
    }
    rows = {text: _values_of(register, known, iri_of(text), wanted) for text in ids if isinstance(text, str)}
    return {"meta": [{"id": text, "name": _label(known, iri)} for text, iri in wanted.items()], "rows": rows}


def _values_of(
    register: Register, known: Things, iri: str, wanted: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """The values of some properties of a thing, each property by the id under which it was asked for."""
    found: dict[str, list[dict[str, Any]]] = {text: [] for text in wanted}
    listed = " ".join(f"<{one}>" for one in wanted.values())
    query = f"SELECT ?s ?p ?o {{ VALUES ?p {{ {listed} }} ?s ?p ?o }} ORDER BY ?p ?o LIMIT 5000"
    for row in register.select(query, {"s": f"<{iri}>"}):
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


def previewed(register: Register, text: str) -> Response:
    """A small page about a thing, to be shown inside a client's own."""
    known = register.things()
    thing = known.things.get(iri_of(text)) if text else None
    if thing is None:
        raise NotFoundError(f"There is nothing with the id {text[:200]!r} here.", "Take an id from a result.")
    names = " · ".join(dict.fromkeys((thing.name("zh"), thing.name("en"))))
    kinds = "、".join(_label(known, kind) for kind in thing.types)
    described = "".join(
        f'<p lang="{escape(lang)}">{escape(told)}</p>' for lang, told in sorted(thing.description.items(), reverse=True)
    )
    link = base_url(register.service.settings) + page_url(thing.iri)
    named = f'<a href="{escape(link)}" target="_blank" rel="noopener">{escape(names)}</a>'
    page = (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{escape(names)}</title>'
        f"<h1>{named}</h1><p>{escape(kinds)}</p>{described}</html>"
    )
    response = respond(page.encode(), _HTML)
    # Clients show it in a frame; nothing in it runs or loads.
    response.headers["Content-Security-Policy"] = "default-src 'none'; base-uri 'none'; form-action 'none'"
    return response
