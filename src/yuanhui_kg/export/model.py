"""A part of the graph as exporters see it: nodes and relations with everything that a file can tell of them.

The same attributes, under the same names and in the same order, stand in every format that has attributes:
:data:`NODE_FIELDS` and :data:`EDGE_FIELDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

from ..origins import licence_name
from ..terms import local_name
from .blocks import Block

Texts = Mapping[str, str]  # by language, ``zh`` and ``en``
LANGUAGES: Final = ("zh", "en")
SEPARATOR: Final = "|"


@dataclass(frozen=True, slots=True)
class Term:
    """A class, a predicate, a status or a period: its IRI, its id and its label."""

    iri: str
    id: str
    label: Texts

    @classmethod
    def of(cls, shape: Mapping[str, Any]) -> Term:
        return cls(shape["iri"], shape["id"], shape["label"])


@dataclass(frozen=True, slots=True)
class Span:
    """Where a text states something: Unicode code points ``start`` to ``end``, half open, of a document (an IRI)."""

    start: int
    end: int
    document: str | None = None

    @property
    def reference(self) -> str:
        """The span as a URI reference with the fragment of RFC 5147, whose positions count the same way."""
        return f"{self.document or ''}#char={self.start},{self.end}"


@dataclass(frozen=True, slots=True)
class Years:
    """A period: first and last calendar year, both included; ``None`` where an end is open."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Status:
    """A status of a thing, and when it held, where that is told."""

    term: Term
    years: Years | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A thing. ``number`` counts the nodes of one export from 0."""

    number: int
    iri: str
    label: Texts
    type: Term | None = None
    degree: int = 0
    statuses: tuple[Status, ...] = ()
    codes: tuple[str, ...] = ()
    community: int | None = None
    periods: tuple[Years, ...] = ()
    place: tuple[float, float] | None = None  # latitude, longitude in degrees of WGS 84
    start: bool = False  # whether the part was taken around this node
    position: tuple[float, float] | None = None  # where it stands in a picture, in points to the right and down


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation. ``source`` and ``target`` are IRIs of nodes of the same export; parallel ones and loops occur.

    :param ends: the numbers of both nodes.
    :param firmness: one of :data:`FIRMNESS`.
    """

    number: int
    source: str
    target: str
    ends: tuple[int, int]
    predicate: Term
    modality: str | None
    prospect: bool
    firmness: str
    statement: str | None = None
    spans: tuple[Span, ...] = ()
    periods: tuple[Years, ...] = ()
    statements: tuple[str, ...] = ()


class Subgraph:
    """Nodes and relations that can be gone through again and again, block by block: nothing holds all of them at once.

    :param nodes: gives a fresh iterator over blocks of nodes with each call; likewise ``edges``.
    :param notes: what the reader of a file must know, in both languages: that it was cut, for instance.
    :param dated: whether anything has a period; ``placed``: whether anything has coordinates.
    """

    def __init__(
        self,
        nodes: Callable[[], Iterable[Block[Node]]],
        edges: Callable[[], Iterable[Block[Edge]]],
        counts: tuple[int, int],
        *,
        title: Texts,
        source: Source,
        notes: Iterable[Texts] = (),
        dated: bool = False,
        placed: bool = False,
    ) -> None:
        self.node_blocks = nodes
        self.edge_blocks = edges
        self.node_count, self.edge_count = counts
        self.title = title
        self.source = source
        self.notes = list(notes)
        self.dated = dated
        self.placed = placed

    def nodes(self) -> Iterator[Node]:
        """The nodes one by one: for what is small."""
        return (node for block in self.node_blocks() for node in block.things(Node))

    def edges(self) -> Iterator[Edge]:
        return (edge for block in self.edge_blocks() for edge in block.things(Edge))

    def about(self) -> str:
        """Title, notes, source and licence in both languages on one line."""
        texts = [self.title[language] for language in LANGUAGES]
        texts += [note[language] for note in self.notes for language in LANGUAGES]
        return " / ".join([*texts, *(self.source.line(language) for language in LANGUAGES)])

    @classmethod
    def listed(cls, nodes: list[Node], edges: list[Edge], **about: Any) -> Subgraph:
        blocks = [Block.of(nodes)] if nodes else [], [Block.of(edges)] if edges else []
        return cls(lambda: blocks[0], lambda: blocks[1], (len(nodes), len(edges)), **about)


_NAMED: Final = 12  # documents that a file names
_OTHERS: Final[Texts] = {"zh": "；另有 {count:,} 篇", "en": "; and {count:,} more"}


@dataclass(frozen=True, slots=True)
class Source:
    """What a file rests on.

    :param titles: of documents, and of data sets beside the graph.
    :param licences: of the data sets whose licence is known, with their titles.
    :param alone: whether all is of one data set, so that its licence is that of the file.
    """

    titles: tuple[Texts, ...] = ()
    licences: tuple[tuple[Texts, str], ...] = ()
    alone: bool = True

    @property
    def licence(self) -> str | None:
        """The IRI of the licence under which all of it is; ``None`` where that is not known, or there are several."""
        found = {iri for _, iri in self.licences}
        return found.pop() if self.alone and len(found) == 1 else None

    def line(self, language: str) -> str:
        """One line for the foot of a picture."""
        named = "; ".join(_text(title, language) for title in self.titles[:_NAMED])
        if len(self.titles) > _NAMED:
            named += _OTHERS[language].format(count=len(self.titles) - _NAMED)
        head = {"zh": "出处：", "en": "Source: "}[language] + named if named else ""
        told = "; ".join(
            licence_name(iri) if self.alone else f"{_text(title, language)} ({licence_name(iri)})"
            for title, iri in self.licences
        )
        tail = {"zh": "许可：", "en": "Licence: "}[language] + told if told else ""
        return {"zh": "。", "en": ". "}[language].join(part for part in (head, tail, "yuanhui-kg") if part)


def _text(title: Texts, language: str) -> str:
    return title.get(language) or next(iter(title.values()))


# --- attributes -------------------------------------------------------------------------------------------------------

Thing = TypeVar("Thing", Node, Edge)
Value = str | int | float | bool | Decimal | None


@dataclass(frozen=True)
class Field(Generic[Thing]):
    """An attribute of files: its name, its kind (``string``, ``int``, ``float`` or ``bool``) and what it means.

    :param of: what of a node or relation it is read from by ``value``.
    """

    name: str
    kind: str
    of: str
    value: Callable[[Any], Value] = field(repr=False)
    zh: str = ""
    en: str = ""

    def read(self, thing: Thing) -> Value:
        return self.value(getattr(thing, self.of))


def joined(values: Iterable[str]) -> str | None:
    """Several values in one text; ``None`` for none."""
    return SEPARATOR.join(values) or None


def first_year(periods: Iterable[Years]) -> int | None:
    """The year in which the first of some periods begins; ``None`` where one begins at no known time."""
    years = [period.first for period in periods]
    return min((year for year in years if year is not None), default=None) if None not in years else None


def last_year(periods: Iterable[Years]) -> int | None:
    years = [period.last for period in periods]
    return max((year for year in years if year is not None), default=None) if None not in years else None


def _same(value: Any) -> Any:
    return value


def _of(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """Reads what may not be there."""
    return lambda value: read(value) if value else None


NODE_FIELDS: Final[tuple[Field[Node], ...]] = (
    Field("iri", "string", "iri", _same, "IRI", "IRI"),
    Field("label_zh", "string", "label", lambda label: label["zh"], "中文名称", "label in Chinese"),
    Field("label_en", "string", "label", lambda label: label["en"], "英文名称", "label in English"),
    Field(
        "type",
        "string",
        "type",
        _of(lambda type: local_name(type.iri)),
        "类型（本体中的名称）",
        "type (its name in the ontology)",
    ),
    Field("type_iri", "string", "type", _of(lambda type: type.iri), "类型的 IRI", "IRI of the type"),
    Field("type_zh", "string", "type", _of(lambda type: type.label["zh"]), "类型（中文）", "type in Chinese"),
    Field("type_en", "string", "type", _of(lambda type: type.label["en"]), "类型（英文）", "type in English"),
    Field(
        "status", "string", "statuses", lambda found: joined(local_name(s.term.iri) for s in found), "状态", "status"
    ),
    Field(
        "codes",
        "string",
        "codes",
        lambda codes: joined(codes),
        "代码",
        "codes, such as those of administrative divisions",
    ),
    Field("community", "int", "community", _same, "社群编号", "number of the community"),
    Field("degree", "int", "degree", _same, "全图中的关系数", "relations in the whole graph"),
    Field("first_year", "int", "periods", lambda periods: first_year(periods), "起始年", "first year"),
    Field("last_year", "int", "periods", lambda periods: last_year(periods), "终止年", "last year"),
    Field("latitude", "float", "place", _of(lambda place: place[0]), "纬度", "latitude (WGS 84)"),
    Field("longitude", "float", "place", _of(lambda place: place[1]), "经度", "longitude (WGS 84)"),
)

EDGE_FIELDS: Final[tuple[Field[Edge], ...]] = (
    Field("predicate", "string", "predicate", lambda term: term.iri, "关系的 IRI", "IRI of the predicate"),
    Field(
        "name",
        "string",
        "predicate",
        lambda term: local_name(term.iri),
        "关系（本体中的名称）",
        "its name in the ontology",
    ),
    Field("label_zh", "string", "predicate", lambda term: term.label["zh"], "关系（中文）", "predicate in Chinese"),
    Field("label_en", "string", "predicate", lambda term: term.label["en"], "关系（英文）", "predicate in English"),
    Field("modality", "string", "modality", _same, "情态", "modality"),
    Field("prospect", "bool", "prospect", _same, "是否仅为前景", "whether it is only hoped for"),
    Field("statement", "string", "statement", _same, "陈述的 IRI", "IRI of the statement"),
    Field("document", "string", "spans", _of(lambda spans: spans[0].document), "文件", "document of the first span"),
    Field("span_start", "int", "spans", _of(lambda spans: spans[0].start), "首个出处起点", "start of the first span"),
    Field("span_end", "int", "spans", _of(lambda spans: spans[0].end), "首个出处终点", "end of the first span"),
    Field(
        "spans", "string", "spans", lambda spans: joined(s.reference for s in spans), "全部出处", "all spans (RFC 5147)"
    ),
    Field("first_year", "int", "periods", lambda periods: first_year(periods), "起始年", "first year"),
    Field("last_year", "int", "periods", lambda periods: last_year(periods), "终止年", "last year"),
)


def attributes(thing: Thing, fields: tuple[Field[Thing], ...]) -> dict[str, Value]:
    """The attributes that a node or relation has, by name; what is not there is left out."""
    return {field.name: value for field in fields if (value := field.read(thing)) is not None}


#: How firm a relation is, and how that is drawn and told: solid, dashed, dotted.
FIRMNESS: Final[dict[str, Texts]] = {
    "asserted": {"zh": "文中明言", "en": "stated in the text"},
    "inferred": {"zh": "由文意推知", "en": "inferred from the text"},
    "prospect": {"zh": "仅为计划、争取或洽谈", "en": "only planned, sought or in talks"},
    "unstated": {"zh": "未注明情态", "en": "modality not told"},
}


def firmness(modality: str | None, prospect: bool) -> str:
    """One of :data:`FIRMNESS`: any modality that is neither asserted nor inferred is a prospect."""
    if prospect:
        return "prospect"
    if modality is None:
        return "unstated"
    return modality if modality in FIRMNESS else "prospect"
