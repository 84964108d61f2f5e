"""Saved views: what a document may hold, how it travels in a URL, and what becomes of it in an export."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exported import EAST, MILL, ZONE, Exported
from yuanhui_kg import views
from yuanhui_kg.errors import DataError, NotFoundError, UsageError
from yuanhui_kg.export import layout, picture
from yuanhui_kg.export.scene import Box
from yuanhui_kg.namespaces import YHO
from yuanhui_kg.settings import Settings
from yuanhui_kg.views import View

LEAST: dict[str, Any] = {"view": 1, "title": {"en": "A view"}, "from": ["mill"]}


@pytest.fixture(scope="module")
def small() -> Exported:
    return Exported()


def seen(small: Exported, **members: Any) -> Any:
    """What a view shows."""
    document = {"view": 1, "title": {"zh": "视图"}, **members}
    from yuanhui_kg.export.choosing import choose

    return choose(small.reader, small.index, View.from_json(document).choice)


# --- documents --------------------------------------------------------------------------------------------------------


def test_a_view_names_its_things_as_people_do() -> None:
    choice = View.from_json({**LEAST, "predicates": ["locatedIn"], "pinned": [MILL], "depth": 2}).choice
    assert choice.start == choice.pinned == (MILL,)
    assert choice.predicates == (YHO.locatedIn,)
    assert (choice.depth, choice.direction, choice.title) == (2, "both", {"zh": "A view", "en": "A view"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"view": 2}, "The view's view is 2; it is 1 in this version"),
        ({"view": True}, "in this version"),
        ({"title": {}}, "The view's title is {}; it takes zh or en"),
        ({"title": {"fr": "x"}}, "has a member 'fr'"),
        ({"title": "x"}, "it takes an object"),
        ({"from": []}, "it takes 1 to 100 values, not 0"),
        ({"from": ["a", "a"]}, "names something twice"),
        ({"from": ["a", 7]}, "The view's from, value 2, is 7; it takes a text"),
        ({"from": ["no thing"]}, "The view's from: "),
        ({"depth": 11}, "The view's depth is 11; it takes 1 to 10"),
        ({"depth": True}, "it takes a whole number"),
        ({"direction": "up"}, "it takes one of in, out, both"),
        ({"colour": "red"}, "The view has a member 'colour'"),
        ({"positions": {"mill": [1]}}, "The view's positions mill is [1]; it takes 2 values, not 1"),
        ({"positions": {"mill": [1, 1e9]}}, "it takes -1,000,000.0 to 1,000,000.0"),
        ({"paths": [["a", "b"]]}, "this one has from and paths"),
        ({"parameters": {"a": "b"}}, "parameters goes with query"),
        ({"modalities": [""]}, "1 to 100 characters"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as error:
        View.from_json({**LEAST, **change})
    assert message in error.value.message


@pytest.mark.parametrize("text", ["", "[]", "null", '"x"', "{", '{"view": NaN}', "[" * 100_000, '{"title": "\\ud800"}'])
def test_what_is_no_view_is_an_error_of_one_sentence(text: str) -> None:
    with pytest.raises(UsageError):
        View.parse(text, 200_000)


MEMBERS = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(
            st.none(),
            st.booleans(),
            st.integers(-2, 20),
            st.sampled_from(["both", "zh", "x", ""]),
            st.lists(st.sampled_from(["mill", "east", 1, ""]), max_size=3),
            st.lists(st.lists(st.sampled_from(["mill", "east"]), max_size=3), max_size=2),
            st.dictionaries(st.sampled_from(["zh", "en", "mill"]), st.sampled_from(["x", 1, [1, 2], [1]]), max_size=2),
        )
        for name in (*views.SCHEMA["properties"], "other")
    },
)


@given(MEMBERS)
def test_the_schema_means_the_same_to_other_validators(document: dict[str, Any]) -> None:
    try:
        views._check(document, views.SCHEMA, "The view")
        valid = True
    except UsageError:
        valid = False
    assert valid == jsonschema.Draft202012Validator(views.SCHEMA).is_valid(document)


# --- in a URL ---------------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers()))
def test_a_document_comes_back_from_a_url(document: dict[str, int]) -> None:
    text = views.encoded(document)
    assert text.isascii()
    assert not set(text) & set("+/=&?#% ")
    assert views.decoded(text) == document


def test_a_bomb_is_not_unpacked() -> None:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflate.compress(b" " * 40_000_000) + deflate.flush()
    assert len(packed) < 50_000
    with pytest.raises(UsageError, match=r"longer than 65,536 bytes \(setting max_view_bytes\)"):
        views.decoded(views.INLINE + base64.urlsafe_b64encode(packed).decode())


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_half_an_address_is_refused(cut: int) -> None:
    with pytest.raises(UsageError):
        views.decoded(views.encoded(LEAST)[:-cut])


@given(st.text(max_size=60))
def test_any_other_text_in_a_url_is_a_clear_error(text: str) -> None:
    with pytest.raises(UsageError, match=r"\.$|: "):
        View.from_json(views.decoded(text))


# --- in a folder ------------------------------------------------------------------------------------------------------


def test_the_views_that_come_along_can_be_read() -> None:
    found = views.load(Settings().view_folder)
    assert len(found) >= 3
    for view in found.values():
        assert view.document["title"].keys() == {"zh", "en"}


def test_a_file_that_is_no_view_is_named(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(json.dumps(LEAST))
    assert views.load(tmp_path).keys() == {"good"}
    assert views.load(tmp_path / "none") == {}
    (tmp_path / "wrong.json").write_text("{}")
    with pytest.raises(DataError, match=r"wrong\.json: The view has no view"):
        views.load(tmp_path)
    with pytest.raises(NotFoundError, match=r"no saved view '\.\./good'"):
        views.find(tmp_path, "../good")


# --- in an export -----------------------------------------------------------------------------------------------------


def test_hidden_things_are_gone_with_their_relations(small: Exported) -> None:
    every, fewer = seen(small, **{"from": ["mill"]}), seen(small, **{"from": ["mill"], "hidden": ["zone"]})
    assert {node.iri for node in every.nodes()} - {node.iri for node in fewer.nodes()} == {ZONE}
    assert fewer.edge_count == len([edge for edge in every.edges() if ZONE not in (edge.source, edge.target)])
    assert fewer.title["zh"] == "视图"


def test_things_are_just_these_and_pinned_ones_stand_out(small: Exported) -> None:
    graph = seen(small, things=["mill", "zone"], pinned=["zone"])
    assert {node.iri: node.start for node in graph.nodes()} == {MILL: False, ZONE: True}
    only = seen(small, things=["mill", "zone"], modalities=["asserted"])
    assert 0 < only.edge_count < graph.edge_count


def test_things_stand_where_the_view_says_unless_boxes_would_touch(small: Exported) -> None:
    places = {"mill": [500, 0], "zone": [0, 300], "east": [0, 310]}
    scene = picture.draw(seen(small, things=[*places], positions=places), "zh")
    boxes = {item.link: item for item in scene.items if isinstance(item, Box) and item.link}
    assert boxes[MILL].x > boxes[ZONE].x + 300
    assert boxes[ZONE].y > boxes[MILL].y + 100
    assert abs(boxes[ZONE].y - boxes[EAST].y) > boxes[ZONE].height  # pushed apart
    without = picture.draw(seen(small, things=[*places]), "zh")
    few = picture.draw(seen(small, things=[*places], positions={"mill": [500, 0]}), "zh")
    assert few.items == without.items  # places are kept where all things have one


def test_places_that_are_kept_are_not_moved() -> None:
    centres = np.array([[50.0, 20.0], [250.0, 20.0]])
    assert layout.kept(centres, np.full((2, 2), 40.0)).tolist() == [[20.0, 20.0], [220.0, 20.0]]


def test_cytoscape_and_cx2_have_the_places(small: Exported) -> None:
    import io

    from yuanhui_kg.export import network_json

    graph = seen(small, things=["mill", "zone"], positions={"mill": [1.5, -2]})
    out = io.BytesIO()
    network_json.write_cyjs(graph, out)
    nodes = {node["data"]["id"]: node.get("position") for node in json.loads(out.getvalue())["elements"]["nodes"]}
    assert nodes == {MILL: {"x": 1.5, "y": -2.0}, ZONE: None}
    out = io.BytesIO()
    network_json.write_cx2(graph, out)
    (aspect,) = [part["nodes"] for part in json.loads(out.getvalue()) if "nodes" in part]
    assert [(node.get("x"), node.get("y")) for node in aspect] == [(1.5, -2.0), (None, None)]
