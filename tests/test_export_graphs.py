"""Graphs in the formats of other programs, opened by these programs."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import igraph
import networkx
import numpy as np
import pyoxigraph as ox
import pytest
import rdflib
from lxml import etree

from exported import EAST, EDGES, MILL, NASTY, NODES, ZONE, Exported
from graphs import reader, yh, yho
from yuanhui_kg.errors import NotAcceptableError, NotFoundError, UsageError
from yuanhui_kg.export import network, reading, whole
from yuanhui_kg.export.blocks import Column, rows
from yuanhui_kg.export.choosing import Answer
from yuanhui_kg.export.exporting import RDF
from yuanhui_kg.export.formats import FORMATS
from yuanhui_kg.export.model import EDGE_FIELDS, NODE_FIELDS, Source

SCHEMAS = Path(__file__).parent / "schemas"
FORBIDDEN_IN_XML = {"line": "两行\n与\t制表\ufffd"}
LABELS = {name: text.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"') for name, text in NASTY.items()}


@pytest.fixture(scope="module")
def small() -> Exported:
    return Exported()


def label(name: str, xml: bool = False) -> str:
    """A label as the graph has it, or as XML can hold it."""
    text = LABELS[name].replace("\\\\", "\\").replace("\\u0001", "\u0001")
    return text.replace("\u0001", "\ufffd") if xml else text


def as_networkx(small: Exported, format: str, data: bytes) -> networkx.MultiDiGraph[Any]:
    """A file read by networkx, its nodes under their IRIs."""
    if format == "json":
        return networkx.node_link_graph(json.loads(data), edges="links")
    read = networkx.read_graphml if format == "graphml" else networkx.read_gexf
    graph = read(io.BytesIO(data))
    return networkx.relabel_nodes(graph, {node: told["iri"] for node, told in graph.nodes(data=True)})


# --- networkx, igraph -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["graphml", "gexf", "json"])
def test_networkx_reads_the_same_graph_from_every_format(small: Exported, format: str) -> None:
    expected = network.to_networkx(small.choose())
    graph = as_networkx(small, format, small.write(format))
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (NODES, EDGES)
    assert graph.is_directed()
    assert graph.is_multigraph()
    names = {field.name for field in NODE_FIELDS} - {"status"}  # in GEXF a status has a time
    for iri, told in expected.nodes(data=True):
        kept = {name: value for name, value in told.items() if name in names and "\u0001" not in str(value)}
        assert {name: value for name, value in graph.nodes[iri].items() if name in kept} == kept
    assert facts(graph) == facts(expected)


def facts(graph: networkx.MultiDiGraph[Any]) -> list[tuple[Any, ...]]:
    """Every relation with all its attributes, sorted."""
    names = [field.name for field in EDGE_FIELDS]
    return sorted((s, o, *(str(told.get(name)) for name in names)) for s, o, told in graph.edges(data=True))


def test_igraph_reads_graphml_with_types(small: Exported, tmp_path: Path) -> None:
    path = tmp_path / "graph.graphml"
    path.write_bytes(small.write("graphml"))
    graph = igraph.Graph.Read_GraphML(str(path))
    assert (graph.vcount(), graph.ecount(), graph.is_directed()) == (NODES, EDGES, True)
    assert graph.vs.find(iri=EAST)["codes"] == "411199"
    (edge,) = graph.es.select(statement=yh("doc-statement-2"))
    assert (edge["modality"], edge["span_start"], edge["span_end"], edge["prospect"]) == ("asserted", 1, 3, False)
    for name in NASTY:
        assert graph.vs.find(iri=yh(name))["label_zh"] == label(name, xml=True)


# --- columns ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("piece", [1, 4, 1000])
def test_the_whole_graph_in_columns_says_what_its_things_say_one_by_one(
    small: Exported, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "_PIECE", piece)
    graph = small.choose()
    every = np.arange(EDGES, dtype=np.int64)
    part = reading.part(small.reader, small.index.told(whole.things(small.index), every), graph.title)
    assert list(graph.nodes()) == list(part.nodes())
    assert list(graph.edges()) == list(part.edges())
    assert (graph.node_count, graph.edge_count, graph.dated, graph.placed) == (NODES, EDGES, part.dated, part.placed)


def test_things_without_a_relation_are_there_and_what_is_no_thing_is_not(small: Exported) -> None:
    alone = {node.iri for node in small.choose().nodes() if node.degree == 0}
    assert alone == {yh("alone"), yh("period-2020")}
    assert small.index.knows(yh("doc-statement-1"))


def test_of_many_documents_a_file_names_some_and_counts_the_rest() -> None:
    titles = tuple({"zh": f"报道{number}", "en": f"Report {number}"} for number in range(5012))
    line = Source(titles).line("zh")
    assert "报道11；另有 5,000 篇" in line
    assert len(Source(titles).line("en")) < 300
    assert "more" not in Source(titles[:12]).line("en")


def test_a_column_keeps_its_order_whether_values_are_shared_or_not() -> None:
    shared = Column(["a", None], [1, 0, 0])
    assert list(shared) == [None, "a", "a"]
    assert list(shared.map(lambda value: value and value * 2)) == [None, "aa", "aa"]
    assert list(Column.sparse(4, {2: "x", 3: "y"}, "")) == ["", "", "x", "y"]
    assert list(rows("<", shared.map(str), Column(["1", "2", "3"]), ">")) == ["<None1>", "<a2>", "<a3>"]


# --- schemas ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_what_is_written_keeps_to_the_schema(small: Exported, format: str) -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMAS / f"{format}.xsd"))
    for choice in ({}, {"start": (MILL,)}, {"start": (yh("alone"),)}):
        document = etree.fromstring(small.write(format, **choice))
        schema.assertValid(document)
    broken = small.write(format).replace(b"<edge ", b"<edge missing='1' ")
    assert not schema.validate(etree.fromstring(broken))


def test_gexf_has_a_time_line(small: Exported) -> None:
    document = etree.fromstring(small.write("gexf"))
    space = {"g": "http://gexf.net/1.3"}

    def found(path: str) -> Any:
        return document.xpath(path, namespaces=space)

    assert found("g:graph/@mode") == ["dynamic"]
    assert found(f"//g:node[@id='{MILL}']/@start | //g:node[@id='{MILL}']/@end") == ["2016-01-01", "2020-12-31"]
    spells = found(f"//g:node[@id='{ZONE}']/g:spells/g:spell")
    assert [dict(spell.attrib) for spell in spells] == [
        {"start": "2016-01-01", "end": "2020-12-31"},
        {"start": "2021-01-01"},
    ]
    (status,) = found(f"//g:node[@id='{ZONE}']//g:attvalue[@for='status']")
    assert dict(status.attrib) == {"for": "status", "value": "operating", "start": "2020-01-01", "end": "2020-12-31"}
    assert found("//g:edge[@start]/@kind") == ["happensDuring", "invests", "happensDuring", "happensDuring"]


def test_a_graph_without_periods_is_static(small: Exported) -> None:
    assert b'mode="dynamic"' not in small.write("gexf", start=(yh("city"),))


# --- Graphviz, CX2, Cytoscape.js --------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_graphviz_reads_dot_and_shows_labels_as_they_are(small: Exported) -> None:
    done = subprocess.run(["dot", "-Tjson"], input=small.write("dot"), capture_output=True, check=True)
    assert done.stderr == b""
    found = json.loads(done.stdout)
    assert (len(found["objects"]), len(found["edges"])) == (NODES, EDGES)
    labels = {node["name"]: node["label"] for node in found["objects"]}
    assert labels[yh("script")] == label("script")
    assert labels[yh("quotes")].replace("\\\\", "\\") == label("quotes")
    styles = {edge.get("modality"): edge["style"] for edge in found["edges"]}
    assert styles == {None: "solid", "asserted": "solid", "planned": "dotted"}


def test_ndex2_reads_cx2(small: Exported) -> None:
    ndex2 = pytest.importorskip("ndex2.cx2")
    document = json.loads(small.write("cx2", "en"))
    assert [next(iter(aspect)) for aspect in document] == [
        *("CXVersion", "metaData", "attributeDeclarations", "networkAttributes", "nodes", "edges"),
        *("visualProperties", "status"),
    ]
    network = ndex2.RawCX2NetworkFactory().get_cx2network(document)
    assert (len(network.get_nodes()), len(network.get_edges())) == (NODES, EDGES)
    by_iri = {node["v"]["iri"]: node["v"] for node in network.get_nodes().values()}
    assert by_iri[EAST]["name"] == "Lindong District"
    declared = document[2]["attributeDeclarations"][0]
    for kind in ("nodes", "edges"):
        assert {name for thing in document[4 if kind == "nodes" else 5][kind] for name in thing["v"]} <= declared[
            kind
        ].keys()


def test_cytoscape_json_has_unique_ids_and_both_ends_of_each_edge(small: Exported) -> None:
    found = json.loads(small.write("cyjs"))["elements"]
    ids = [thing["data"]["id"] for kind in ("nodes", "edges") for thing in found[kind]]
    assert len(ids) == len(set(ids)) == NODES + EDGES
    assert {edge["data"][end] for edge in found["edges"] for end in ("source", "target")} <= set(ids[:NODES])


# --- GeoJSON ----------------------------------------------------------------------------------------------------------


def test_geojson_holds_what_has_coordinates_and_nothing_else(small: Exported) -> None:
    found = json.loads(small.write("geojson"))
    (feature,) = found["features"]
    assert (feature["id"], feature["geometry"]) == (MILL, {"type": "Point", "coordinates": [114.0, 33.5]})
    assert found["notices"] == []


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("schema:geo [ schema:latitude 33.1 ; schema:longitude 114.1 ]", [114.1, 33.1]),
        ("geo:lat 33.5 ; geo:long 114.0 ; schema:latitude 33.50001 ; schema:longitude 114.00001", [114.0, 33.5]),
        ("geo:lat 33.5 , 34.5 ; geo:long 114.0 , 115.0", None),
        ("geo:lat 33.5 , 34.5 ; geo:long 114.0 ; schema:latitude 33.1 ; schema:longitude 114.1", [114.1, 33.1]),
        ("geo:lat 33.5 ; schema:longitude 114.1", None),
        ("geo:lat 114.0 ; geo:long 33.5", None),
        ("geo:lat '33_5' ; geo:long 33.5", None),
    ],
)
def test_coordinates_are_those_of_one_pair_and_none_where_several_are_told(
    said: str, place: list[float] | None
) -> None:
    turtle = f"@prefix geo: <http://www.w3.org/2003/01/geo/wgs84_pos#> . yh:place {said} ; yho:locatedIn yh:town ."
    details = reading.Details(reader(turtle), [yh("place")])
    found = details.places.get(yh("place"))
    assert (found and [found[1], found[0]]) == place


def test_geojson_without_coordinates_is_empty_and_says_so(small: Exported) -> None:
    found = json.loads(small.write("geojson", "en", start=(yh("city"),)))
    assert found["features"] == []
    assert "coordinates" in found["notices"][0]


# --- RDF of a part ----------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:.*(Dataset|ConjunctiveGraph):DeprecationWarning")  # rdflib's own
@pytest.mark.parametrize("format", sorted(RDF))
def test_a_part_as_rdf_stands_on_its_own(small: Exported, format: str) -> None:
    data = small.write(format, start=(MILL,))
    found = {quad.triple for quad in ox.parse(data, format=RDF[format])}
    whole = {quad.triple for quad in small.reader.store}
    assert found < whole
    said = {(t.subject.value, t.predicate.value) for t in found if isinstance(t.subject, ox.NamedNode)}
    assert (yh("doc-statement-2"), yho("evidence")) in said
    assert (yh("doc-selector-30-32"), "http://www.w3.org/ns/oa#end") in said
    assert (yho("invests"), "http://www.w3.org/2004/02/skos/core#prefLabel") in said
    name = {"nt": "nt", "nq": "nquads", "ttl": "turtle", "rdf": "xml", "trig": "trig", "jsonld": "json-ld"}[format]
    graph = rdflib.Dataset() if format in ("nq", "trig", "jsonld") else rdflib.Graph()
    graph.parse(data=data, format=name)
    assert len(graph) == len(found)


# --- what is chosen ---------------------------------------------------------------------------------------------------


def test_a_part_that_was_cut_says_so_in_every_format_with_room(small: Exported) -> None:
    cut = small.choose(start=(EAST,), limit=3)
    assert (cut.node_count, len(cut.notes)) == (3, 1)
    for format in ("graphml", "gexf", "cyjs", "cx2", "json", "dot", "geojson", "svg", "html"):
        assert cut.notes[0]["en"] in small.write(format, "en", start=(EAST,), limit=3).decode()


def test_a_path_is_exported_with_its_ends(small: Exported) -> None:
    path = small.choose(paths=((yh("bank"), yh("city")),))
    assert {node.iri for node in path.nodes()} >= {yh("bank"), ZONE, EAST, yh("city")}
    apart = small.choose(paths=((MILL, yh("alone")),))
    assert [node.iri for node in apart.nodes()] == [yh("alone"), MILL]
    assert apart.edge_count == 0


def test_an_answer_is_exported_as_its_things_and_the_relations_between_them(small: Exported) -> None:
    def uri(iri: str) -> dict[str, str]:
        return {"type": "uri", "value": iri}

    row = {
        "a": uri(MILL),
        "b": uri(ZONE),
        "p": uri(yho("invests")),
        "s": uri(yh("doc-span-1-3")),
        "x": uri(yh("nobody")),
    }
    graph = small.choose(answer=Answer({"head": {"vars": list(row)}, "results": {"bindings": [row]}}))
    assert [node.iri for node in graph.nodes()] == [MILL, ZONE]
    assert sorted(edge.predicate.iri for edge in graph.edges()) == [*[yho("invests")], *2 * [yho("locatedIn")]]
    nothing = small.choose(answer=Answer({"head": {"vars": []}, "results": {"bindings": []}}))
    assert (nothing.node_count, nothing.edge_count) == (0, 0)


def test_triples_of_an_answer_are_the_only_relations(small: Exported) -> None:
    mill, zone, invests = map(ox.NamedNode, (MILL, ZONE, yho("invests")))
    triples = [ox.Triple(mill, invests, zone), ox.Triple(zone, invests, mill)]
    graph = small.choose(answer=Answer(triples=triples))
    assert [(e.source, e.target) for e in graph.edges()] == [(MILL, ZONE)]
    assert "1 triples" in graph.notes[0]["en"]


def test_communities_are_told_on_request(small: Exported) -> None:
    assert all(node.community is None for node in small.choose().nodes())
    told = [node.community for node in small.choose(communities=True).nodes() if node.degree]
    assert all(isinstance(number, int) for number in told)


def test_what_is_not_there_or_does_not_go_together_is_refused(small: Exported) -> None:
    with pytest.raises(NotFoundError):
        small.choose(start=(yh("nobody"),))
    with pytest.raises(UsageError, match="Only one"):
        small.choose(start=(MILL,), paths=((MILL, ZONE),))
    for arguments in ({"format": "doc"}, {"language": "fr"}, {"format": "svg", "table": "nodes"}, {"bom": True}):
        with pytest.raises(UsageError):
            small.write(**{"format": "svg", **arguments})


# --- every format -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", [*sorted(FORMATS), *sorted(RDF), "csv", "parquet"])
def test_the_same_graph_gives_the_same_bytes(small: Exported, format: str) -> None:
    choice: dict[str, Any] = {"start": (yh("alone"),)} if format == "rdf" else {"start": (EAST,), "depth": 2}
    assert small.write(format, **choice) == Exported().write(format, **choice)


def test_rdf_xml_is_refused_where_a_label_holds_what_xml_cannot(small: Exported) -> None:
    with pytest.raises(NotAcceptableError, match=r"U\+0001"):
        small.write("rdf", start=(EAST,), depth=2)


@pytest.mark.parametrize("format", [*sorted(FORMATS), "csv", "parquet"])
def test_a_thing_without_relations_can_be_exported(small: Exported, format: str) -> None:
    assert small.write(format, start=(yh("alone"),))


def test_every_format_is_documented_with_what_it_loses() -> None:
    text = (Path(__file__).parents[1] / "docs" / "exports.md").read_text(encoding="utf-8")
    for format in FORMATS.values():
        assert re.search(rf"^\| `{format.name}` ", text, re.MULTILINE)
        assert all(format.loses.values())
    for name in (*RDF, "csv", "parquet"):
        assert f"`{name}`" in text
    for field in (*NODE_FIELDS, *EDGE_FIELDS):
        assert f"`{field.name}`" in text
