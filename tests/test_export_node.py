"""Exports opened by JavaScript libraries, which npm brings into a temporary folder: Cytoscape.js, graphology, N3.js, D3."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chromium import CHROMIUM, FLAGS
from exported import EAST, EDGES, MILL, NODES, Exported
from graphs import yh

PACKAGES = ("cytoscape@3", "d3-force@3", "graphology@0.26", "graphology-gexf@0.13", "n3@2")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("node") or not shutil.which("npm"), reason="Node is not installed"),
]


@pytest.fixture(scope="module")
def small() -> Exported:
    return Exported()


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages; where the registry cannot be reached the tests are skipped."""
    folder = tmp_path_factory.mktemp("npm")
    (folder / "package.json").write_text("{}")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"npm cannot install {' '.join(PACKAGES)}: {done.stderr[-300:]}")
    return folder


@pytest.fixture
def node(modules: Path) -> Callable[[str, bytes], Any]:
    """Runs a script to whose ``input`` some bytes are given; the JSON that it prints."""

    def run(script: str, data: bytes) -> Any:
        head = "const input = require('fs').readFileSync(0, 'utf8');\n"
        done = subprocess.run(["node", "-e", head + script], cwd=modules, input=data, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return run


def test_graphology_reads_gexf(small: Exported, node: Callable[[str, bytes], Any]) -> None:
    script = """
    const {parse} = require('graphology-gexf');
    const graph = parse(require('graphology'), input, {allowUndeclaredAttributes: true});
    const edges = graph.mapEdges((edge, told, source, target) => [source, target, told]);
    console.log(JSON.stringify({order: graph.order, size: graph.size, type: graph.type, edges,
                                mill: graph.getNodeAttributes('%s')}));
    """
    found = node(script % MILL, small.write("gexf"))
    assert (found["order"], found["size"], found["type"]) == (NODES, EDGES, "directed")
    assert found["mill"]["label"] == "绿源公司"
    (edge,) = [told for _, _, told in found["edges"] if told.get("statement") == yh("doc-statement-2")]
    assert (edge["modality"], edge["span_start"], edge["prospect"]) == ("asserted", 1, False)


@pytest.mark.parametrize(
    ("format", "name"), [("ttl", "Turtle"), ("nt", "N-Triples"), ("trig", "TriG"), ("nq", "N-Quads")]
)
def test_n3_reads_rdf(small: Exported, node: Callable[[str, bytes], Any], format: str, name: str) -> None:
    script = f"""
    const {{Parser, Store}} = require('n3');
    const store = new Store(new Parser({{format: '{name}'}}).parse(input));
    const labels = store.getObjects('{EAST}', 'http://www.w3.org/2004/02/skos/core#prefLabel', null);
    console.log(JSON.stringify([store.size, labels.map(label => label.value).sort()]));
    """
    data = small.write(format, start=(MILL,), depth=2)
    size, labels = node(script, data)
    assert size == len(small.write("nt", start=(MILL,), depth=2).splitlines())
    assert labels == ["Lindong District", "临东区"]


def test_the_force_layout_of_d3_takes_node_link_json(small: Exported, node: Callable[[str, bytes], Any]) -> None:
    script = """
    import('d3-force').then(d3 => {
      const {nodes, links} = JSON.parse(input);
      const force = d3.forceLink(links).id(d => d.id);
      d3.forceSimulation(nodes).force('link', force).force('charge', d3.forceManyBody()).stop().tick(20);
      console.log(JSON.stringify([nodes.length, links.length, nodes.every(d => isFinite(d.x)), links[0].source.label]));
    });
    """
    nodes, links, finite, label = node(script, small.write("json"))
    assert (nodes, links, finite) == (NODES, EDGES, True)
    assert label == "重庆银行"


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser.new_page()
        browser.close()


def test_cytoscape_js_shows_cyjs(small: Exported, modules: Path, page: Any) -> None:
    page.set_content("<div id='cy' style='width:600px;height:400px'></div>")
    page.add_script_tag(path=modules / "node_modules" / "cytoscape" / "dist" / "cytoscape.min.js")
    script = """document => {
      const cy = cytoscape({container: document_.getElementById('cy'), elements: document.elements, layout: {name: 'cose', animate: false}});
      const mill = cy.getElementById('%s');
      return [cy.nodes().length, cy.edges().length, cy.edges('[modality = "planned"]').length, cy.edges('[?prospect]').length,
              mill.data('label_en'), mill.outgoers('edge').length, cy.nodes().every(n => isFinite(n.position('x')))];
    }"""
    script = (script % MILL).replace("document_", "window.document")
    found = page.evaluate(script, json.loads(small.write("cyjs")))
    assert found == [NODES, EDGES, 1, 1, "Lvyuan Company", 4, True]
