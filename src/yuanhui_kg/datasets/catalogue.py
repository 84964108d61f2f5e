"""Which data sets a store holds beside its own graph: each in a named graph, described (DCAT, PROV-O, VoID, SPDX) in :data:`GRAPH`."""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from .. import origins, tabular
from ..errors import DataError, NotFoundError, UsageError
from ..files import sha256
from ..folders import OwnFolder
from ..namespaces import PREFIXES
from ..store import load_file, rdf_format
from . import csvw, sources

GRAPH: Final = origins.CATALOGUE
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_DCAT, _DCT, _PROV, _VOID = (PREFIXES[name] for name in ("dcat", "dcterms", "prov", "void"))
_FOAF: Final = PREFIXES["foaf"]
_SPDX: Final = "http://spdx.org/rdf/terms#"
_XSD: Final = PREFIXES["xsd"]
_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_LICENCES: Final = "https://spdx.org/licenses/"
_VINTAGES: Final = {4: "gYear", 7: "gYearMonth", 10: "date"}
_VINTAGE: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True)
class Wanted:
    """What a user says of a data set.

    :param source: see :mod:`.sources`.
    :param mapping: CSVW metadata, for tables.
    :param graph: the named graph's IRI; one after the name where it is empty.
    :param licence: an IRI, or SPDX's short name.
    :param vintage: the year, month or day of which the data tell.
    :param format: of RDF, where the file's name does not tell it; kept for updates.
    """

    name: str
    source: str
    mapping: Path | None = None
    graph: str = ""
    title: str = ""
    licence: str = ""
    vintage: str = ""
    publisher: str = ""
    format: ox.RdfFormat | None = None

    def __post_init__(self) -> None:
        """Raises :class:`UsageError`."""
        if not _NAME.fullmatch(self.name):
            raise UsageError(
                f"{self.name!r} cannot be a data set's name.", "Use small letters, digits and hyphens, at most 63."
            )
        for what, text in (("title", self.title), ("publisher", self.publisher)):
            if re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", text):
                raise UsageError(f"{text!r} is no text for the {what}.", "Take out characters that cannot be seen.")
        if self.vintage and not _is_vintage(self.vintage):
            raise UsageError(
                f"{self.vintage!r} is no vintage.", "Write a year, month or day: 2023, 2023-06, 2023-06-30."
            )
        for what, iri in (("graph", self.graph), ("licence", self.licence_iri)):
            try:
                ox.NamedNode(iri or GRAPH)
            except ValueError:
                raise UsageError(f"{iri!r} is no IRI for the {what}.", "Give an absolute one.") from None
        if self.graph_iri == GRAPH:
            raise UsageError(f"<{GRAPH}> holds what is known of data sets.", "Choose another graph.")

    @property
    def graph_iri(self) -> str:
        return self.graph or f"{GRAPH}/{self.name}"

    @property
    def licence_iri(self) -> str:
        return self.licence if ":" in self.licence or not self.licence else _LICENCES + self.licence


def _is_vintage(text: str) -> bool:
    """Whether a text is a year, a month or a day that there is."""
    with contextlib.suppress(ValueError):
        return bool(_VINTAGE.fullmatch(text)) and bool(datetime.date.fromisoformat(f"{text}-01-01"[:10]))
    return False


@dataclass(frozen=True)
class Held:
    """A data set that a store holds."""

    name: str
    graph: str
    triples: int
    source: str
    sha256: str
    added: str
    title: str = ""
    licence: str = ""
    vintage: str = ""
    publisher: str = ""
    mapping: str = ""
    mapping_sha256: str = ""
    format: str = ""


@dataclass
class Fetching:
    """A data set's data, fetched before a store is touched. A context; its folder goes with it.

    :param most_bytes: see :func:`.sources.fetch`.
    """

    wanted: Wanted
    most_bytes: int
    _folder: OwnFolder = field(init=False)

    def __enter__(self) -> Fetching:
        self._folder = OwnFolder()
        try:
            self.fetched = sources.fetch(self.wanted.source, Path(self._folder.name), self.most_bytes)
            self.mapping_sha256 = sha256(self.wanted.mapping) if self.wanted.mapping else ""
        except BaseException:
            self._folder.cleanup()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def is_what(self, held: Held) -> bool:
        """Whether nothing has changed since."""
        return (self.fetched.sha256, self.mapping_sha256) == (held.sha256, held.mapping_sha256)


def held(store: ox.Store) -> list[Held]:
    """The data sets of a store, by their names."""
    quads = store.quads_for_pattern(None, _TYPE, ox.NamedNode(_VOID + "Dataset"), ox.NamedNode(GRAPH))
    found = [_read(store, quad.subject) for quad in quads]
    return sorted(found, key=lambda dataset: dataset.name)


def one(store: ox.Store, name: str) -> Held:
    """Raises :class:`NotFoundError`."""
    known = held(store)
    for dataset in known:
        if dataset.name == name:
            return dataset
    names = ", ".join(dataset.name for dataset in known)
    raise NotFoundError(f"There is no data set {name!r} here.", f"There is {names}." if names else "There is none yet.")


def add(store: ox.Store, fetching: Fetching) -> Held:
    """Put fetched data into their named graph, and describe them.

    :param store: a generation that is thrown away after an error.
    :raises UsageError: where the name or the graph is taken.
    :raises DataError: naming file and line.
    """
    wanted = fetching.wanted
    for dataset in held(store):
        if dataset.name == wanted.name:
            raise UsageError(
                f"There is a data set {wanted.name!r} already.", f"yuanhui-kg dataset update {wanted.name}"
            )
    graph = ox.NamedNode(wanted.graph_iri)
    if next(store.quads_for_pattern(None, None, None, graph), None) is not None:
        raise UsageError(f"The graph {graph} holds something already.", "Name another with --graph.")
    _load(store, fetching)
    dataset = _held(store, fetching)
    store.extend(
        ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(GRAPH))
        for triple in _told(dataset, fetching.fetched.size)
    )
    return dataset


def remove(store: ox.Store, name: str) -> Held:
    """Take a data set out. Raises :class:`NotFoundError`."""
    dataset = one(store, name)
    graph, node = ox.NamedNode(GRAPH), ox.NamedNode(dataset.graph)
    store.remove_graph(node)
    _forget(store, node, graph)
    return dataset


def as_wanted(dataset: Held) -> Wanted:
    """What the user said when he added it."""
    own = dataset.graph != f"{GRAPH}/{dataset.name}"
    return Wanted(
        dataset.name,
        dataset.source,
        Path(dataset.mapping) if dataset.mapping else None,
        dataset.graph if own else "",
        dataset.title,
        dataset.licence,
        dataset.vintage,
        dataset.publisher,
        ox.RdfFormat.from_media_type(dataset.format) if dataset.format else None,
    )


# --- loading ----------------------------------------------------------------------------------------------------------


def _load(store: ox.Store, fetching: Fetching) -> None:
    wanted, path = fetching.wanted, fetching.fetched.path
    if wanted.mapping is None:
        mapping = path.with_name(path.name + "-metadata.json")  # where CSVW has it
        if path.is_dir() or (tabular.is_table(path) and not mapping.is_file()):
            raise DataError(
                f"{wanted.source} is {'a package' if path.is_dir() else 'a table'}, of which nothing says what it means.",
                "Describe its columns with --mapping (CSVW metadata; docs/datasets.md).",
            )
        if not tabular.is_table(path):
            load_file(store, path, graph=wanted.graph_iri, format=wanted.format or rdf_format(path))
            _check_values(store, wanted)
            return
    else:
        mapping = wanted.mapping
    graph = ox.NamedNode(wanted.graph_iri)
    for table in csvw.read(mapping):
        file, sheet = _file(table, path, wanted)
        rows = tabular.rows(file, table.dialect, sheet)
        made = csvw.triples(table, rows, file.name, wanted.graph_iri)
        store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in made)


def _check_values(store: ox.Store, wanted: Wanted) -> None:
    """An observation has one value: of two, readers would see one or the other. Raises :class:`DataError`."""
    graph = ox.NamedNode(wanted.graph_iri)
    pattern = f"GRAPH {graph} {{ ?figure <{csvw.VALUE}> ?one , ?other FILTER (?one < ?other) }}"
    rows: Any = store.query(f"SELECT ?figure ?one ?other WHERE {{ {pattern} }} LIMIT 1")
    for figure, one, other in rows:
        raise DataError(
            f"{wanted.source}: {figure} has the values {one.value} and {other.value}.",
            "An observation has one: correct the file.",
        )


def _file(table: csvw.Table, path: Path, wanted: Wanted) -> tuple[Path, str]:
    """The file of a table, and the sheet: within a package by its ``url``, else the source itself."""
    url, _, sheet = table.url.partition("#")
    if not path.is_dir():
        return path, sheet
    file = (path / url).resolve()
    if not url or not file.is_relative_to(path.resolve()) or not file.is_file():
        raise DataError(f"{wanted.source} holds no {url or 'table without a name'}.", "Correct the url in the mapping.")
    return file, sheet


def _held(store: ox.Store, fetching: Fetching) -> Held:
    wanted = fetching.wanted
    graph = ox.NamedNode(wanted.graph_iri)
    return Held(
        name=wanted.name,
        graph=wanted.graph_iri,
        triples=sum(1 for _ in store.quads_for_pattern(None, None, None, graph)),
        source=fetching.fetched.source,
        sha256=fetching.fetched.sha256,
        added=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        title=wanted.title,
        licence=wanted.licence_iri,
        vintage=wanted.vintage,
        publisher=wanted.publisher,
        mapping=str(wanted.mapping.resolve()) if wanted.mapping else "",
        mapping_sha256=fetching.mapping_sha256,
        format=wanted.format.media_type if wanted.format else "",
    )


# --- description ------------------------------------------------------------------------------------------------------

#: Where each part of a description stands, from the data set on.
_PATHS: Final = {
    "name": (_DCT + "identifier",),
    "title": (_DCT + "title",),
    "licence": (_DCT + "license",),
    "vintage": (_DCT + "temporal", _DCAT + "startDate"),
    "publisher": (_DCT + "publisher", _FOAF + "name"),
    "triples": (_VOID + "triples",),
    "source": (_DCAT + "distribution", _DCT + "identifier"),
    "sha256": (_DCAT + "distribution", _SPDX + "checksum", _SPDX + "checksumValue"),
    "format": (_DCAT + "distribution", _DCT + "format"),
    "added": (_PROV + "wasGeneratedBy", _PROV + "endedAtTime"),
    "mapping": (_PROV + "wasGeneratedBy", _PROV + "used", _DCT + "identifier"),
    "mapping_sha256": (_PROV + "wasGeneratedBy", _PROV + "used", _SPDX + "checksum", _SPDX + "checksumValue"),
}


def _told(dataset: Held, size: int) -> Iterator[ox.Triple]:
    node = ox.NamedNode(dataset.graph)
    file, made, mapping, period, publisher = (ox.BlankNode() for _ in range(5))
    yield _typed(node, _DCAT + "Dataset")
    yield _typed(node, _VOID + "Dataset")
    yield _said(node, _DCT + "identifier", dataset.name)
    yield _said(node, _DCT + "title", dataset.title or dataset.name)
    yield _said(node, _VOID + "triples", str(dataset.triples), "integer")
    if dataset.licence:
        yield _linked(node, _DCT + "license", ox.NamedNode(dataset.licence))
    if dataset.vintage:
        yield _linked(node, _DCT + "temporal", period)
        yield _typed(period, _DCT + "PeriodOfTime")
        yield _said(period, _DCAT + "startDate", dataset.vintage, _VINTAGES[len(dataset.vintage)])
    if dataset.publisher:
        yield _linked(node, _DCT + "publisher", publisher)
        yield _typed(publisher, _FOAF + "Agent")
        yield _said(publisher, _FOAF + "name", dataset.publisher)
    yield _linked(node, _DCAT + "distribution", file)
    yield _typed(file, _DCAT + "Distribution")
    yield _said(file, _DCT + "identifier", dataset.source)
    yield _said(file, _DCAT + "byteSize", str(size), "nonNegativeInteger")
    yield from _checksum(file, dataset.sha256)
    if dataset.format:
        yield _said(file, _DCT + "format", dataset.format)
    if dataset.source.startswith(("http://", "https://")):
        yield _linked(file, _DCAT + "downloadURL", ox.NamedNode(dataset.source))
    yield _linked(node, _PROV + "wasGeneratedBy", made)
    yield _typed(made, _PROV + "Activity")
    yield _said(made, _PROV + "endedAtTime", dataset.added, "dateTime")
    if dataset.mapping:
        yield _linked(made, _PROV + "used", mapping)
        yield _typed(mapping, _PROV + "Plan")
        yield _said(mapping, _DCT + "identifier", dataset.mapping)
        yield from _checksum(mapping, dataset.mapping_sha256)


def _read(store: ox.Store, node: ox.NamedNode | ox.BlankNode | ox.Triple) -> Held:
    about = {key: next(_values(store, node, path), "") for key, path in _PATHS.items()}
    return Held(**{**about, "graph": _value(node), "triples": int(about["triples"] or 0)})  # type: ignore[arg-type]


def _checksum(subject: ox.BlankNode, sha256: str) -> Iterator[ox.Triple]:
    checksum = ox.BlankNode()
    yield _linked(subject, _SPDX + "checksum", checksum)
    yield _typed(checksum, _SPDX + "Checksum")
    yield _linked(checksum, _SPDX + "algorithm", ox.NamedNode(_SPDX + "checksumAlgorithm_sha256"))
    yield _said(checksum, _SPDX + "checksumValue", sha256, "hexBinary")


def _typed(subject: ox.NamedNode | ox.BlankNode, iri: str) -> ox.Triple:
    return ox.Triple(subject, _TYPE, ox.NamedNode(iri))


def _linked(subject: ox.NamedNode | ox.BlankNode, predicate: str, object: ox.NamedNode | ox.BlankNode) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), object)


def _said(subject: ox.NamedNode | ox.BlankNode, predicate: str, text: str, type: str = "string") -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.Literal(text, datatype=ox.NamedNode(_XSD + type)))


def _values(store: ox.Store, node: ox.NamedNode | ox.BlankNode | ox.Triple, path: tuple[str, ...]) -> Iterator[str]:
    predicate = ox.NamedNode(path[0])
    for quad in store.quads_for_pattern(node, predicate, None, ox.NamedNode(GRAPH)):
        if len(path) == 1:
            yield _value(quad.object)
        elif not isinstance(quad.object, ox.Literal):
            yield from _values(store, quad.object, path[1:])


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _forget(store: ox.Store, node: ox.NamedNode | ox.BlankNode, graph: ox.NamedNode) -> None:
    """Remove a description: what is said of a node, and of those without a name that hang on it."""
    for quad in list(store.quads_for_pattern(node, None, None, graph)):
        store.remove(quad)
        if isinstance(quad.object, ox.BlankNode):
            _forget(store, quad.object, graph)
