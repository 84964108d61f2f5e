"""``/reconcile``: the Reconciliation Service API 0.2, as OpenRefine uses it."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient

from yuanhui_kg.service import reconcile

TYPE = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
    "additionalProperties": False,
}
#: As the specification's result: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
RESULTS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["result"],
        "properties": {
            "result": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id", "name", "score"],
                    "properties": {
                        "id": {"type": "string"},
                        "name": {"type": "string"},
                        "description": {"type": "string"},
                        "score": {"type": "number"},
                        "match": {"type": "boolean"},
                        "type": {"type": "array", "items": TYPE},
                        "features": {
                            "type": "array",
                            "items": {"type": "object", "required": ["id", "value"]},
                        },
                    },
                    "additionalProperties": False,
                },
            }
        },
    },
}


def asked(client: FlaskClient, queries: Any, **more: str) -> Any:
    answer = client.post("/reconcile", data={"queries": json.dumps(queries), **more})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    found = answer.get_json()
    jsonschema.validate(found, RESULTS)
    return found


def test_the_manifest_tells_what_clients_need(client: FlaskClient) -> None:
    manifest = client.get("/reconcile").get_json()
    assert "0.2" in manifest["versions"]
    assert {"name", "identifierSpace", "schemaSpace", "view", "preview", "suggest", "extend"} <= manifest.keys()
    assert "{{id}}" in manifest["view"]["url"]
    for what, where in manifest["suggest"].items():
        path = (where["service_url"] + where["service_path"]).removeprefix("http://localhost")
        assert client.get(f"{path}?prefix=a").status_code == 200, what


def test_a_batch_is_answered_by_form_url_and_json(client: FlaskClient) -> None:
    queries = {
        "q0": {"query": "臨東區"},
        "q1": {"query": "Lindong District", "limit": 1},
        "q2": {"query": "nothing like it"},
    }
    found = asked(client, queries)
    assert [(found[name]["result"] or [{}])[0].get("id") for name in queries] == ["east", "east", None]
    best = found["q0"]["result"][0]
    assert (best["match"], best["name"], best["type"]) == (
        True,
        "临东区",
        [{"id": "yho:District", "name": "区"}],
    )
    assert client.get("/reconcile", query_string={"queries": json.dumps(queries)}).get_json() == found
    assert client.post("/reconcile", json={"queries": queries}).get_json() == found
    assert client.post("/reconcile", json=queries).get_json() == found


def test_types_and_properties_narrow_a_query(client: FlaskClient) -> None:
    properties = [{"pid": "yho:isLocatedIn", "v": {"id": "east", "name": "临东区"}}, {"pid": "x", "v": ["a", 1, None]}]
    queries = {
        "right": {"query": "绿源", "type": "yho:Company", "properties": properties},
        "other": {"query": "绿源公司", "type": ["yho:District"]},
        "none": {"query": "  ", "limit": -1},
    }
    found = asked(client, queries)
    assert found["right"]["result"][0]["id"] == "mill"
    assert found["other"]["result"] == found["none"]["result"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"queries": "["},
        {"queries": "[]"},
        {"queries": '{"q": {}}'},
        {"queries": '{"q": "\\ud800"}'},
        {"queries": "[" * 9_000},
        {"queries": json.dumps({str(n): {"query": "x"} for n in range(501)})},
        {"extend": "{}"},
        {"extend": json.dumps({"ids": ["a b"], "properties": [{"id": "skos:prefLabel"}]})},
        {"extend": json.dumps({"ids": ["x"] * 501, "properties": []})},
    ],
)
def test_what_cannot_be_read_is_a_bad_request(client: FlaskClient, body: dict[str, str]) -> None:
    answer = client.post("/reconcile", data=body)
    assert answer.status_code == 400
    assert answer.get_json()["error"]["hint"]


@pytest.mark.parametrize(
    ("what", "typed", "expected"),
    [
        ("entity", "临东", "east"),
        ("entity", "lindong", "east"),
        ("type", "dist", "yho:District"),
        ("property", "label", "skos:prefLabel"),
    ],
)
def test_suggestions(client: FlaskClient, what: str, typed: str, expected: str) -> None:
    found = client.get(f"/reconcile/suggest/{what}", query_string={"prefix": typed, "callback": "x"}).get_json()[
        "result"
    ]
    assert expected in [one["id"] for one in found]
    assert all({"id", "name"} <= one.keys() <= {"id", "name", "description", "notable"} for one in found)


def test_suggestions_go_on_at_a_cursor_and_keep_to_a_type(client: FlaskClient) -> None:
    every = client.get("/reconcile/suggest/property?prefix=").get_json()["result"]
    assert client.get("/reconcile/suggest/property?prefix=&cursor=2").get_json()["result"][:3] == every[2:5]
    assert client.get("/reconcile/suggest/entity?prefix=临东&type=yho:Company").get_json()["result"] == []
    assert client.get("/reconcile/suggest/no").status_code == 404


def test_properties_are_proposed_and_values_fetched(client: FlaskClient) -> None:
    proposed = client.get("/reconcile/properties?type=yho:Company&limit=3").get_json()
    assert (proposed["type"], len(proposed["properties"])) == ("yho:Company", 3)
    extend = {"ids": ["mill", "nowhere"], "properties": [{"id": "yho:locatedIn"}, {"id": "skos:prefLabel"}]}
    found = client.post("/reconcile", data={"extend": json.dumps(extend)}).get_json()
    assert [one["id"] for one in found["meta"]] == ["yho:locatedIn", "skos:prefLabel"]
    assert found["rows"]["mill"]["yho:locatedIn"] == [{"id": "east", "name": "临东区"}]
    assert {"str": "绿源公司"} in found["rows"]["mill"]["skos:prefLabel"]
    assert found["rows"]["nowhere"] == {"yho:locatedIn": [], "skos:prefLabel": []}


#: What a value of a property may be, by the specification of both versions: nothing else, and a moment to the second.
VALUE = {
    "type": "object",
    "oneOf": [
        {
            "required": ["id", "name"],
            "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
            "additionalProperties": False,
        },
        *(
            {"required": [name], "properties": {name: kind}, "additionalProperties": False}
            for name, kind in {
                "str": {"type": "string"},
                "float": {"type": "number"},
                "int": {"type": "integer"},
                "date": {"type": "string", "pattern": r"^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$"},
            }.items()
        ),
    ],
}
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("2021-06-30", "date", {"date": "2021-06-30T00:00:00"}),
        ("2021-06-30Z", "date", {"date": "2021-06-30T00:00:00Z"}),
        ("2021-06-30+08:00", "date", {"date": "2021-06-30T00:00:00+08:00"}),
        ("2021-06-30T12:30:00.5", "dateTime", {"date": "2021-06-30T12:30:00.5"}),
        ("2021-06-30T24:00:00", "dateTime", {"str": "2021-06-30T24:00:00"}),
        ("2021-13-30", "date", {"str": "2021-13-30"}),
        ("true", "boolean", {"str": "true"}),
        ("2021", "gYear", {"str": "2021"}),
        ("7", "integer", {"int": 7}),
        ("7.5", "integer", {"str": "7.5"}),
        ("many", "integer", {"str": "many"}),
        ("9" * 400, "integer", {"str": "9" * 400}),
        ("1.5", "decimal", {"float": 1.5}),
        ("NaN", "double", {"str": "NaN"}),
    ],
)
def test_values_are_what_the_specification_knows(text: str, kind: str, value: dict[str, Any]) -> None:
    found = reconcile._value(None, {"type": "literal", "value": text, "datatype": XSD + kind})  # type: ignore[arg-type]
    assert found == value
    jsonschema.validate(found, VALUE)


# --- the draft of 1.0 -------------------------------------------------------------------------------------------------


DRAFT = "/reconcile/1.0-draft"


def test_the_draft_tells_what_it_can_do(client: FlaskClient) -> None:
    manifest = client.get(DRAFT).get_json()
    assert manifest["versions"] == ["1.0-draft"]
    assert manifest["suggest"] == {"entity": True, "property": True, "type": True}
    assert manifest["standardizedScore"] is True
    assert {"width", "height"} == manifest["preview"].keys()
    for what in manifest["suggest"]:
        assert client.get(f"{DRAFT}/suggest/{what}?prefix=a").status_code == 200
    assert client.get(f"{DRAFT}/preview?id=east").status_code == 200
    assert client.get(f"{DRAFT}/extend/propose?type=yho:Company").get_json()["properties"]


@pytest.mark.parametrize(("route", "key"), [("match", "propertyValue"), ("reconcile", "v")])
def test_the_draft_answers_queries_in_their_order(client: FlaskClient, route: str, key: str) -> None:
    within = {"matchType": "property", "propertyId": "yho:isLocatedIn", key: {"id": "east", "name": "临东区"}}
    queries = [
        {"conditions": [{"matchType": "name", key: "臨東區"}]},
        {"conditions": [{"matchType": "name", key: "nothing like it"}], "limit": 3},
        {"type": "yho:Company", "conditions": [within, {"matchType": "name", key: ["绿源"]}]},
    ]
    answer = client.post(f"{DRAFT}/{route}", json={"queries": queries})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    results = answer.get_json()["results"]
    assert [[one["id"] for one in result["candidates"]][:1] for result in results] == [["east"], [], ["mill"]]
    best = results[0]["candidates"][0]
    assert best["match"] is True
    assert 0 <= best["score"] <= 100
    assert all({"id", "name", "value"} == feature.keys() for feature in best["features"])
    old = asked(client, {"q0": {"query": "臨東區"}})["q0"]["result"]
    assert [one["score"] for one in old] == [one["score"] for one in results[0]["candidates"]]


def test_the_draft_extends_by_rows(client: FlaskClient) -> None:
    body = {"ids": ["mill"], "properties": [{"id": "yho:locatedIn"}]}
    found = client.post(f"{DRAFT}/extend", json=body).get_json()
    values = [{"id": "east", "name": "临东区"}]
    assert found["rows"] == [{"id": "mill", "properties": [{"id": "yho:locatedIn", "values": values}]}]
    assert [one["id"] for one in found["meta"]] == ["yho:locatedIn"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"queries": {"q0": {"query": "x"}}}',
        '{"queries": [{}]}',
        '{"queries": ["x"]}',
        '{"queries": [{"conditions": ["x"]}]}',
        "[" * 9_000,
        '{"queries": [{"conditions": [{"matchType": "name", "propertyValue": 1e999}]}]}',
        json.dumps({"queries": [{"conditions": []}] * 501}),
    ],
)
def test_the_draft_tells_what_it_cannot_read(client: FlaskClient, body: str) -> None:
    answer = client.post(f"{DRAFT}/match", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["hint"]
    assert "q0" not in answer.get_json()["error"]["hint"]  # as clients of 0.2 write


def test_a_preview_may_be_framed_and_runs_nothing(client: FlaskClient) -> None:
    answer = client.get("/reconcile/preview?id=evil")
    text = answer.get_data(as_text=True)
    assert "<script" not in text
    assert "<img" not in text
    assert "frame-ancestors" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "临东区" in client.get("/reconcile/preview?id=east").get_data(as_text=True)
    assert client.get("/reconcile/preview?id=nowhere").status_code == 404
    assert client.get("/reconcile/preview").status_code == 404
