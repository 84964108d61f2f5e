"""A small graph with everything that is hard to write: what the tests of exports read."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO, Any

from graphs import DATA, ONTOLOGY, SPANS, reader, yh
from yuanhui_kg.export import choosing, exporting, jsonld
from yuanhui_kg.export.choosing import Choice
from yuanhui_kg.export.model import Subgraph
from yuanhui_kg.graph import NeighbourIndex
from yuanhui_kg.store import StoreReader

#: Labels that end a script, a string, a tag, a formula or a line where they are not escaped.
NASTY = {
    "script": "</script><script>document.title='broken'</script>",
    "quotes": "\\\\N \\\"quoted\\\" & <b>'bold'</b> ]]> -->",
    "formula": '=HYPERLINK(\\"x\\")',
    "line": "两行\\n与\\t制表\\u0001",
    "plane": "𠮷野家 🏭",
}
MORE = (
    """
yho:firstYear a owl:DatatypeProperty . yho:happensDuring rdfs:subPropertyOf yho:relatedTo ; skos:prefLabel "发生于"@zh .
yh:mill yho:happensDuring yh:plan ; yho:locatedIn yh:mill ; <https://schema.org/latitude> 33.5 ; <https://schema.org/longitude> 114.0 .
yh:plan a yho:Period ; skos:prefLabel "规划期"@zh, "plan period"@en ; yho:firstYear 2016 ; yho:lastYear 2020 .
yh:later a yho:Period ; skos:prefLabel "后期"@zh ; yho:firstYear 2021 .
yh:zone yho:happensDuring yh:plan, yh:later .
yh:doc-statement-2 yho:period yh:plan .
yh:doc-statement-9 a rdf:Statement ; rdf:subject yh:zone ; rdf:predicate adms:status ; rdf:object yho:operating ;
    yho:statusPeriod yh:period-2020 .
yh:period-2020 yho:firstYear 2020 ; yho:lastYear 2020 .
yh:doc-text schema:encodesCreativeWork yh:doc . yh:doc skos:prefLabel "临东报道"@zh, "A report on Lindong"@en .
<https://w3id.org/yuanhui-kg/ontology> dcterms:license <https://creativecommons.org/licenses/by/4.0/> .
"""
    + "\n".join(f'yh:{name} yho:locatedIn yh:east ; skos:prefLabel "{label}"@zh .' for name, label in NASTY.items())
    + "\n"
)
NODES = 14  # among them two without a relation, of classes that others with relations have
EDGES = 15


def graph_reader() -> StoreReader:
    return reader(ONTOLOGY + DATA + SPANS + MORE)


class Exported:
    """The small graph, to be written in any format."""

    def __init__(self) -> None:
        self.reader = graph_reader()
        self.index = NeighbourIndex.build(self.reader)

    def choose(self, **choice: Any) -> Subgraph:
        return choosing.choose(self.reader, self.index, Choice(**choice))

    def write(
        self,
        format: str,
        language: str = "zh",
        table: str = "",
        bom: bool = False,
        most_drawn: int = 600,
        **choice: Any,
    ) -> bytes:
        out = io.BytesIO()
        export = exporting.Export(format, Choice(**choice), language, table, bom, most_drawn)
        context = (jsonld.make_context(self.reader), None)
        exporting.run(export, self.reader, lambda: self.index, out, context)
        return out.getvalue()


def written(write: Callable[[IO[bytes]], object]) -> bytes:
    out = io.BytesIO()
    write(out)
    return out.getvalue()


MILL, ZONE, EAST = yh("mill"), yh("zone"), yh("east")
