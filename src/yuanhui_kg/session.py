"""The graph in Python: what :func:`yuanhui_kg.open` gives."""

from __future__ import annotations

import functools
import io
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import pyoxigraph as ox

from . import catalog
from .errors import UsageError
from .files import complete
from .query import QueryRequest, evaluate, syntax_error
from .settings import Settings
from .store import Generation, Reader, StoreFolder, StoreReader, memory_store
from .terms import iri_of, term_of

if TYPE_CHECKING:
    import networkx
    import pandas
    import rdflib
    import rdflib.query

    from .compare import Comparison
    from .export.choosing import Choice
    from .export.model import Subgraph
    from .graph import NeighbourIndex
    from .remote import RemoteReader

Source = str | os.PathLike[str] | None
_URL: Final = ("http://", "https://")


class Session:
    """A graph that is open for reading; made by :func:`yuanhui_kg.open`. Usable in a ``with`` block.

    Queries run in this process, without a deadline: what strangers send belongs to the service.
    """

    def __init__(self, settings: Settings, files: Sequence[Path] = ()) -> None:
        self.settings = settings
        self._generation: Generation | None = None
        self._store: ox.Store | None = None
        self._remote: RemoteReader | None = None
        if settings.endpoint:
            from .remote import RemoteReader

            self._remote = RemoteReader.open(settings.endpoint, settings.query_timeout, settings.max_answer_bytes)
        elif settings.store is not None:
            self._generation = StoreFolder(settings.store).read()
            self._generation.verify()
            self._store = self._generation.open()
        else:
            self._store = memory_store(files or settings.served_files)

    @classmethod
    def open(cls, source: Source = None, **settings: Any) -> Self:
        """See :func:`yuanhui_kg.open`."""
        if source is None:
            return cls(Settings.load(settings))
        if isinstance(source, str) and source.startswith(_URL):
            return cls(Settings.load({**settings, "endpoint": source}))
        path = Path(source)
        if path.is_file():
            made = Settings.load(settings)
            return cls(made, [*made.ontology_files, path])
        return cls(Settings.load({**settings, "store": path}))

    def close(self) -> None:
        """Let go of a store on disk or a connection."""
        self.__dict__.pop("dataset", None)
        self._store = None
        if self._generation is not None:
            self._generation.close()
        if self._remote is not None:
            self._remote.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- as RDF -------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def dataset(self) -> rdflib.Dataset:
        """An rdflib data set over the same store, without a copy.

        Changes to it are kept in memory alone; a store on disk and an endpoint are read only. A plain query sees the
        default graph, as everywhere here.
        """
        import rdflib

        if self._remote is not None:
            from .rdflib_store import RemoteStore

            return rdflib.Dataset(store=RemoteStore(self._remote, self.settings.endpoint))
        import oxrdflib

        return rdflib.Dataset(store=oxrdflib.OxigraphStore(store=self._opened))

    def query(self, query: str, **values: str) -> rdflib.query.Result:
        """The answer of a SPARQL text or of a saved query by its id, as rdflib has it.

        :param values: of the query's variables, as the command line takes them.
        :raises UsageError: for a value that does not fit, or where the text is neither.
        :raises QuerySyntaxError: with the position in the text.
        :raises RemoteError: and its kin, where another server fails.
        """
        import rdflib
        from rdflib.util import from_n3

        text, bindings = self._text(query, values)
        given = {rdflib.Variable(name): from_n3(term) for name, term in bindings.items()}
        try:
            return self.dataset.query(text, initBindings=given or None)  # type: ignore[arg-type]
        except SyntaxError as error:
            raise syntax_error(error, text) from None

    def _text(self, query: str, values: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        if query in catalog.ids(self.settings.queries):
            saved = catalog.find(self.settings.queries, query)
            return saved.text, saved.bindings(values)
        if "{" not in query:
            raise UsageError(f"There is no saved query {query!r}.", "Give an id from queries/, or SPARQL.")
        return query, {name: catalog.guessed_term(value) for name, value in values.items()}

    # --- as a graph ---------------------------------------------------------------------------------------------------

    @property
    def reader(self) -> Reader:
        """What the package's own functions read a graph through."""
        if self._remote is not None:
            return self._remote
        return StoreReader(self._opened)

    @property
    def _opened(self) -> ox.Store:
        if self._store is None:
            raise UsageError("This graph was closed.", "Open it again: yuanhui_kg.open().")
        return self._store

    @functools.cached_property
    def index(self) -> NeighbourIndex:
        """The index of relations: neighbours, paths, subgraphs. Made once; it does not follow later changes."""
        from .graph import NeighbourIndex

        return NeighbourIndex.build(self.reader)

    def part(
        self, start: str | Sequence[str] = (), *, depth: int = 1, limit: int = 1000, query: str = "", **values: str
    ) -> Subgraph:
        """What surrounds some things (IRIs or ids), or the things that a query answers; without either, the whole graph."""
        from .export.choosing import choose

        return choose(self.reader, self.index, self._choice(start, depth, limit, query, values))

    def _choice(
        self, start: str | Sequence[str], depth: int, limit: int, query: str, values: Mapping[str, str]
    ) -> Choice:
        from .export.choosing import Answer, Choice

        starts = tuple(map(iri_of, _several(start)))
        answer = Answer(**self._answered(query, values)) if query else None
        return Choice(starts, depth, limit=limit, answer=answer)

    def graph(self, start: str | Sequence[str] = (), **choice: Any) -> networkx.MultiDiGraph[str]:
        """The graph, or the part of it that :meth:`part` chooses, for networkx.

        Nodes are IRIs, the keys of edges those of their predicates; the attributes are those of every export
        (docs/exports.md), ``label_zh``, ``type``, ``modality``, ``spans`` and others.
        """
        from .export.network import to_networkx

        return to_networkx(self.part(start, **choice))

    def export(
        self, path: str | os.PathLike[str], start: str | Sequence[str] = (), **choice: Any
    ) -> list[Mapping[str, str]]:
        """Write a file in the format that its extension names, as ``yuanhui-kg export`` does: of a part of the graph ``csv`` and
        ``parquet`` hold the relations, and a file beside (``NAME-nodes``) the things.

        :param choice: as for :meth:`part`, and ``language`` (``zh`` or ``en``) and ``table``.
        :returns: what a reader must know, in both languages: that a limit cut the part, for instance.
        """
        from .export import exporting, jsonld, lists

        options = {name: choice.pop(name) for name in ("language", "table", "bom") if name in choice}
        written = Path(path)
        name = written.suffix.lstrip(".").lower()
        chosen = self._choice(start, choice.pop("depth", 1), choice.pop("limit", 1000), choice.pop("query", ""), choice)
        context = (jsonld.context(self.settings.context_file, self.reader), None)
        asked = exporting.Export(name, chosen, **options, most_drawn=self.settings.max_picture_nodes)
        with complete(written) as out:
            notes = exporting.run(asked, self.reader, lambda: self.index, out, context)
        if asked.chosen_table == lists.EDGES and not asked.table:
            with complete(written.with_name(f"{written.stem}-{lists.NODES}{written.suffix}")) as out:
                exporting.run(replace(asked, table=lists.NODES), self.reader, lambda: self.index, out, context)
        return list(notes)

    # --- as tables ----------------------------------------------------------------------------------------------------

    def frame(self, query: str, **values: str) -> pandas.DataFrame:
        """The rows of a SELECT query, or of a saved one, for pandas: IRIs as text, numbers as numbers, gaps as missing.

        :raises UsageError: where pandas is not installed, or the query has no rows.
        """
        from .export.lists import solutions_table

        solutions = self._answered(query, values).get("solutions")
        if solutions is None or "results" not in solutions:
            raise UsageError("Only the rows of a SELECT query make a table.", "Use query() for other queries.")
        return _frame(solutions_table(solutions))

    def figures(self) -> pandas.DataFrame:
        """All figures, one a row (docs/figures.md explains the columns)."""
        from . import figures
        from .export.lists import figures_table

        return _frame(figures_table(figures.read(self.reader)))

    def compare(
        self,
        *indicators: str,
        subjects: str | Sequence[str] = (),
        periods: str | Sequence[str] = (),
        kinds: str | Sequence[str] = (),
    ) -> Comparison:
        """What the graph and the data sets beside it say of an indicator, side by side (docs/datasets.md).

        :param indicators: names or IRIs; each is compared for itself.
        :param subjects: only of these things; ``periods`` (EDTF) and ``kinds`` (codes) likewise.
        :raises NotFoundError: where there is no figure of them.
        """
        from .compare import Selection, compare

        wanted = Selection(tuple(map(iri_of, _several(subjects))), _several(periods), _several(kinds))
        return compare(self.reader, [term_of(name) for name in indicators], wanted)

    def _answered(self, query: str, values: Mapping[str, str]) -> dict[str, Any]:
        """``solutions`` as SPARQL results' JSON, or ``triples``."""
        text, bindings = self._text(query, values)
        request = QueryRequest(text, graph_type="application/n-triples", bindings=bindings)
        found = io.BytesIO()
        if self._remote is not None:
            from . import passing

            head = passing.evaluate(self._remote, request, found)
        else:
            assert isinstance(self.reader, StoreReader)  # noqa: S101
            head = evaluate(self.reader.store, request, found)
        if head["kind"] != "graph":
            return {"solutions": json.loads(found.getvalue())}
        quads = ox.parse(found.getvalue(), format=ox.RdfFormat.N_TRIPLES)
        return {"triples": [quad.triple for quad in quads]}


def _several(given: str | Sequence[str]) -> tuple[str, ...]:
    """One text, or several, none of which is a character of the one."""
    return tuple(filter(None, [given])) if isinstance(given, str) else tuple(given)


_FRAME_TYPES: Final = {"int": "Int64", "float": "Float64", "bool": "boolean", "string": "string"}


def _frame(table: Any) -> pandas.DataFrame:
    try:
        import pandas
    except ImportError:
        raise UsageError("pandas is not installed.", "Install it with: pip install 'yuanhui-kg[pandas]'.") from None
    columns = list(zip(*table.rows(), strict=True)) or [() for _ in table.columns]
    return pandas.DataFrame(
        {
            name: pandas.array(list(values), dtype=_FRAME_TYPES[kind])
            for (name, kind), values in zip(table.columns, columns, strict=True)
        }
    )
