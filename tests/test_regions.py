"""The benchmark's generator of regional graphs."""

from __future__ import annotations

import importlib.util
import io
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from yuanhui_kg.graph import NeighbourIndex
from yuanhui_kg.graph.reading import Relations
from yuanhui_kg.namespaces import PREFIXES
from yuanhui_kg.settings import Settings
from yuanhui_kg.store import StoreReader, load_file

ROOT = Path(__file__).parents[1]


def _regions() -> Any:
    spec = importlib.util.spec_from_file_location("regions", ROOT / "bench" / "regions.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["regions"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


regions = _regions()


def _made(format: str = "nt", seed: int = 42, **wanted: Any) -> tuple[str, Any]:
    shape = regions.Shape(seed, wanted.pop("statements", 1.0), wanted.pop("figures", 1.0))
    out = io.StringIO()
    size = regions.generate(out, format, shape, **wanted)
    return out.getvalue(), size


def _store(text: str, format: ox.RdfFormat = ox.RdfFormat.N_TRIPLES) -> ox.Store:
    store = ox.Store()
    for path in Settings().ontology_files:
        load_file(store, path)
    store.load(input=text, format=format)
    return store


def test_the_same_seed_gives_the_same_graph_and_another_seed_another() -> None:
    assert _made(triples=3000) == _made(triples=3000)
    assert _made(triples=3000)[0] != _made(triples=3000, seed=7)[0]


def test_a_larger_graph_begins_with_a_smaller_one_of_its_seed() -> None:
    assert _made(triples=9000)[0].startswith(_made(triples=4000)[0])


def test_the_size_wanted_is_reached_and_hardly_passed_and_no_triple_comes_twice() -> None:
    text, size = _made(triples=20_000)
    assert 20_000 <= size.triples < 20_030
    store = ox.Store()
    store.load(input=text, format=ox.RdfFormat.N_TRIPLES)
    assert len(store) == size.triples == text.count("\n")


def test_turtle_and_ntriples_say_the_same() -> None:
    turtle = ox.parse(input=_made("ttl", triples=6000)[0], format=ox.RdfFormat.TURTLE)
    ntriples = ox.parse(input=_made("nt", triples=6000)[0], format=ox.RdfFormat.N_TRIPLES)
    assert set(turtle) == set(ntriples)


def test_its_relations_are_those_that_the_neighbour_index_finds() -> None:
    text, size = _made(edges=2000, statements=0, figures=0)
    reader = StoreReader(_store(text))
    assert 2000 <= size.edges < 2010
    assert {regions._Terms()(name)[1:-1] for name in regions.RELATIONS} <= Relations.read(reader).related
    assert NeighbourIndex.build(reader).edges == size.edges


def test_every_figure_has_each_dimension_and_its_value_within_its_bounds() -> None:
    store = _store(_made(triples=8000)[0])
    names = ("subject", "indicator", "period", "kind", "basePeriod", "breakdown", "unit", "evidence")
    pattern = " ".join(f"?f yho:{name} ?{name} ." for name in names)
    prefixes = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}> " for prefix in ("qb", "schema", "sdmx-measure", "yho"))
    whole = f"?f sdmx-measure:obsValue ?v ; schema:minValue ?low ; schema:maxValue ?high . {pattern} FILTER(?low <= ?v && ?v <= ?high)"
    ((counted,),) = StoreReader(store).select(
        f"{prefixes} SELECT (COUNT(?f) AS ?n) {{ ?f a qb:Observation . {whole} }}"
    )
    ((every,),) = StoreReader(store).select(f"{prefixes} SELECT (COUNT(?f) AS ?n) {{ ?f a qb:Observation }}")
    assert int(counted.value) == int(every.value) > 100


@pytest.mark.slow
def test_the_shapes_miss_only_mentions_and_the_statements_of_registers(tmp_path: Path) -> None:
    from yuanhui_kg.validate import graph_of_files, validate

    path = tmp_path / "regions.nt"
    path.write_text(_made(triples=8000)[0], encoding="utf-8")
    settings = Settings()
    data = graph_of_files([*settings.ontology_files, path])
    found = validate(data, graph_of_files(settings.shape_files)).violations
    amiss = [v for v in found if "no mention" not in v.message and "isWithin" not in v.message]
    amiss = [v for v in amiss if "isSegmentOf" not in v.message and "example.org/regions#investsIn" not in v.focus]
    # The county that was being written when the size was reached.
    assert [v for v in amiss if "report-00002" not in v.focus + v.value] == []
