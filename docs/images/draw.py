"""Draws docs/images/graph.svg: a part of the graph, with what is only hoped for set apart.

python docs/images/draw.py | dot -Kdot -Tsvg -o docs/images/graph.svg        (Graphviz, a font with Chinese)
"""

from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader, memory_store

SHOWN = [
    "Company",
    "CompanyGroup",
    "District",
    "IndustrialCluster",
    "SpecialtyBusinessZone",
    "Industry",
    "Town",
    "Township",
    "Subdistrict",
    "PrefectureLevelCity",
    "Project",
    "Title",
]
QUERY = """
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX yho: <https://w3id.org/yuanhui-kg/ontology#>
SELECT ?s ?st ?p ?o ?ot ?m {
  ?x a rdf:Statement ; rdf:subject ?sn ; rdf:predicate ?pn ; rdf:object ?on ; yho:modality ?m .
  ?sn a ?st ; skos:prefLabel ?s . ?pn skos:prefLabel ?p . ?on a ?ot ; skos:prefLabel ?o .
  FILTER (lang(?s) = "zh" && lang(?p) = "zh" && lang(?o) = "zh")
} ORDER BY ?x"""
COLOURS = {
    "Company": "#f6d7b0",
    "CompanyGroup": "#f6d7b0",
    "Industry": "#cfe3c8",
    "Project": "#e3d3ee",
    "Title": "#f4efb3",
}
EDGES = {"asserted": "#333333", "inferred": "#8a8a8a"}


def main() -> None:
    settings = Settings.load()
    rows = StoreReader(memory_store(settings.graph_files)).select(QUERY)
    nodes: dict[str, str] = {}
    edges: list[str] = []
    for s, st, p, o, ot, m in rows:
        kinds = [node.value.rpartition("#")[2] for node in (st, ot)]
        if not all(kind in SHOWN for kind in kinds) or ("Title" in kinds and "District" in kinds):
            continue
        nodes |= dict(zip((s.value, o.value), kinds, strict=True))
        modality = m.value.rpartition("#")[2]
        style = {"asserted": "solid", "inferred": "dashed"}.get(modality, "dotted")
        colour = EDGES.get(modality, "#c0392b")
        edges.append(
            f'"{s.value}" -> "{o.value}" [label="{p.value}", style={style}, color="{colour}", fontcolor="{colour}"]'
        )
    font = 'fontname="Noto Sans CJK SC"'
    print(
        f'digraph {{ rankdir=RL; nodesep=.12; ranksep=1.1; node [shape=box, style="rounded,filled", {font}, fontsize=11]'
    )
    print(f"edge [{font}, fontsize=8, arrowsize=.6]")
    for label, kind in nodes.items():
        print(f'"{label}" [fillcolor="{COLOURS.get(kind, "#cddcec")}"]')
    print("\n".join(dict.fromkeys(edges)), "}")


if __name__ == "__main__":
    main()
