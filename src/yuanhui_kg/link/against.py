"""A register that a SPARQL service holds: read from there, as far as the mentions need it.

Asked through :class:`~yuanhui_kg.remote.RemoteReader`, so that nothing a server does holds this up or is half believed. By
default each mention is looked up: by its name, its core and its core with other endings, in ``VALUES`` blocks, and, where
its surroundings are known, among all that lies directly in them (which finds misprints too). Services that are no larger
than a register can be read whole.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox

from ..errors import AnswerTooLargeError, DataError, UsageError
from ..graph.reading import LABELS, RDF, SKOS
from ..namespaces import PREFIXES, YHO
from ..remote import RemoteReader
from ..terms import iri_of
from . import knowledge, names
from .tables import REGISTER_COLUMNS, Entry, Mention
from .things import OTHER_LABELS, WITHIN, innermost

MOST_ROWS: Final = 1_000_000
MOST_SECONDS: Final = 900.0
_CHUNK: Final = 200  # values that one request sends
_DEEPEST: Final = 12  # steps from a thing to what it lies in
_LONGEST: Final = 200  # characters of a name; what is longer is a text
_LONGEST_ENDING: Final = 5  # 村民委员会
_LONGEST_OF_ANY: Final = 2  # of a name that does not tell its rank: every value more is asked for
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*|")
_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{2,40}")


@dataclass(frozen=True)
class Profile:
    """How a service tells names, surroundings and codes: IRIs of its properties, the most telling first.

    :param codes: properties whose value may be a mention's ``id``. What is found so still has to have the name.
    :param code_types: datatypes that codes may have.
    :param languages: tags that names may have, the most wanted first; empty: names without one.
    :param types: classes that are asked for; all where there is none.
    :param type: the property that tells the class.
    """

    labels: tuple[str, ...] = LABELS
    alternatives: tuple[str, ...] = OTHER_LABELS
    parents: tuple[str, ...] = WITHIN
    codes: tuple[str, ...] = (SKOS + "notation", PREFIXES["dcterms"] + "identifier")
    code_types: tuple[str, ...] = (PREFIXES["xsd"] + "string", YHO.gbt2260, YHO.statisticalCode)
    languages: tuple[str, ...] = ("zh", "zh-hans", "zh-cn", "en", "")
    types: tuple[str, ...] = ()
    type: str = RDF + "type"

    @classmethod
    def read(cls, path: Path) -> Profile:
        """From a JSON file with some of the fields; IRIs may be written with a prefix that is known here.

        :raises DataError: naming the file and the field.
        """
        try:
            given = json.loads(path.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError, RecursionError) as error:
            raise DataError(f"{path}: it cannot be read as JSON ({error}).", "Write an object.") from None
        known = [one.name for one in fields(cls)]
        if not isinstance(given, dict) or not set(given) <= set(known):
            raise DataError(f"{path}: it is no profile of a service.", f"Its fields: {', '.join(known)}.")
        return cls(**{name: _field(path, name, value) for name, value in given.items()})


def _field(path: Path, name: str, value: Any) -> Any:
    wrong = DataError(f"{path}: the field {name} does not fit.", "Give a list of texts: IRIs, or tags of languages.")
    listed = [value] if name == "type" else value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise wrong
    if name == "languages":
        if not all(map(_LANGUAGE.fullmatch, listed)):
            raise wrong
        return tuple(listed)
    if name == "labels" and not listed:
        raise wrong
    try:
        found = tuple(map(iri_of, listed))
    except UsageError as error:
        raise DataError(f"{path}: the field {name} holds what is no IRI: {error.message}", error.hint) from None
    return found[0] if name == "type" else found


@dataclass(frozen=True)
class Register:
    """What was read of a service.

    :param codes: of entries that have some, by the entry's id.
    :param rows: how many rows it answered.
    """

    entries: list[Entry]
    codes: dict[str, tuple[str, ...]]
    rows: int


def read(reader: RemoteReader, profile: Profile, mentions: Iterable[Mention], *, whole: bool, each: float) -> Register:
    """The rows of a service's register that the mentions may mean, with all that they lie in.

    :param whole: read all things that have a name, whatever the mentions are.
    :param each: seconds for one question; ten times as many where it is for the whole register. At most
        :data:`MOST_SECONDS` for all of them.
    :raises RemoteError: and its kin, where the service fails.
    :raises AnswerTooLargeError: where it answers more than :data:`MOST_ROWS` rows.
    """
    reading = _Reading(reader, profile, time.monotonic() + MOST_SECONDS, 10 * each if whole else each)
    if whole:
        reading.everything()
    else:
        reading.look_up(list(mentions))
    entries = reading.entries()
    codes = {iri: tuple(sorted(set(reading.codes[iri]))) for iri in reading.things if iri in reading.codes}
    return Register(entries, codes, reading.rows)


def write_register(register: Register, stream: IO[str]) -> None:
    """The register as the table that :func:`.tables.read_register` reads, with a column ``code`` more."""
    stream.write("\t".join((*REGISTER_COLUMNS, "code")) + "\n")
    for entry in register.entries:
        cells = (entry.id, entry.name, entry.parent_id, entry.kind, "|".join(entry.alt_names), "", "", "", "")
        code = " ".join(register.codes.get(entry.id, ()))
        stream.write("\t".join(_SPACE.sub(" ", cell) for cell in (*cells, code)) + "\n")


_SPACE: Final = re.compile(r"[\t\r\n]+")


def spellings(name: str) -> list[str]:
    """How a register may write a name: as it stands, and its core with the endings that a division of its rank has."""
    plain = name.strip()
    found = names.parse(plain)
    if not names.has_han(found.full):
        return [plain]
    longest = _LONGEST_ENDING if found.ranks else _LONGEST_OF_ANY
    endings = (
        ending
        for ending, kind in knowledge.types().items()
        if len(ending) <= longest and (not found.ranks or kind.ranks & found.ranks) and kind.type not in knowledge.WHOLE
    )
    return list(dict.fromkeys([plain, found.full, found.core, *(found.core + ending for ending in endings)]))


@dataclass
class _Reading:
    """What has been read of a service so far. ``things``: each with the rank and text of its names."""

    reader: RemoteReader
    profile: Profile
    end: float
    each: float
    rows: int = 0
    things: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    inside: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    codes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def look_up(self, mentions: Sequence[Mention]) -> None:
        around = {spelling for one in mentions if one.context for spelling in spellings(one.context[-1])}
        asked = {spelling for one in mentions for spelling in spellings(one.name)}
        surroundings = self._named(around)
        found = [*self._named(asked), *surroundings, *self._coded({one.id for one in mentions})]
        found += self._inside(surroundings)
        self._take(found)

    def everything(self) -> None:
        self._names("")
        self._parents("")
        self._codes("")

    def entries(self) -> list[Entry]:
        """What has a name, in the order of the IRIs."""
        parents = innermost(self.inside)
        found = []
        for iri, told in sorted(self.things.items()):
            texts = list(dict.fromkeys(text for _, text in sorted(told)))
            if texts:
                found.append(Entry(iri, texts[0], _parent(iri, parents), "", tuple(texts[1:])))
        return found

    # questions

    def _named(self, texts: Iterable[str]) -> list[str]:
        """Things that have one of these names."""
        literals = [
            str(ox.Literal(text, language=tag) if tag else ox.Literal(text))
            for text in sorted(texts)
            for tag in self.profile.languages
            if not tag or names.has_han(text) == tag.lower().startswith("zh")
        ]
        path = _path((*self.profile.labels, *self.profile.alternatives))
        return self._found(f"?thing {path} ?value .", "value", literals)

    def _coded(self, ids: Iterable[str]) -> list[str]:
        """Things that have one of these codes."""
        types = [ox.NamedNode(iri) for iri in self.profile.code_types]
        codes = [str(ox.Literal(id, datatype=type)) for id in sorted(ids) if _CODE.fullmatch(id) for type in types]
        if not self.profile.codes:
            return []
        return self._found(f"?thing {_path(self.profile.codes)} ?value .", "value", codes)

    def _inside(self, iris: Iterable[str]) -> list[str]:
        """What lies directly in some things."""
        if not self.profile.parents:
            return []
        return self._found(f"?thing {_path(self.profile.parents)} ?above .", "above", _nodes(iris))

    def _found(self, pattern: str, name: str, values: Sequence[str]) -> list[str]:
        of_type = self._of_type()
        found: dict[str, None] = {}
        for block in _chunks(name, values):
            query = f"SELECT DISTINCT ?thing WHERE {{ {block} {pattern} {of_type} FILTER(isIRI(?thing)) }}"
            found.update((thing.value, None) for (thing,) in self._select(query) if isinstance(thing, ox.NamedNode))
        return list(found)

    def _take(self, iris: Iterable[str]) -> None:
        """Read what is told of some things, and of all that they lie in."""
        new = list(dict.fromkeys(iris))
        for _ in range(_DEEPEST):
            if not new:
                return
            self.things.update((iri, []) for iri in new)
            for block in _chunks("thing", _nodes(new)):
                self._names(block)
                self._parents(block)
                self._codes(block)
            above = (target for iri in new for _, target in self.inside.get(iri, ()))
            new = [iri for iri in dict.fromkeys(above) if iri not in self.things]

    def _names(self, block: str) -> None:
        properties = (*self.profile.labels, *self.profile.alternatives)
        tags = [tag.lower() for tag in self.profile.languages]
        listed = ", ".join(str(ox.Literal(tag)) for tag in tags)
        only = f"FILTER(isLiteral(?value) && LCASE(LANG(?value)) IN ({listed}))"
        for thing, predicate, value in self._told(properties, block, only, ox.Literal):
            tag = (value.language or "").lower()
            if tag in tags and 0 < len(text := value.value.strip()) <= _LONGEST:
                place = properties.index(predicate) * len(tags) + tags.index(tag)
                self.things.setdefault(thing, []).append((place, text))

    def _parents(self, block: str) -> None:
        for thing, predicate, value in self._told(self.profile.parents, block, "FILTER(isIRI(?value))", ox.NamedNode):
            self.inside[thing].append((self.profile.parents.index(predicate), value.value))

    def _codes(self, block: str) -> None:
        for thing, _, value in self._told(self.profile.codes, block, "FILTER(isLiteral(?value))", ox.Literal):
            self.codes[thing].append(value.value)

    def _told(self, properties: Sequence[str], block: str, only: str, kind: Any) -> Iterator[tuple[str, str, Any]]:
        """Thing, property and value, as far as they are what was asked for."""
        if not properties:
            return
        if block:  # few triples each; of two VALUES, engines make all pairs before they look at anything
            pattern = f"{block} ?thing ?p ?value . FILTER(?p IN ({', '.join(_nodes(properties))}))"
        else:
            each = (f"{{ ?thing {iri} ?value . BIND({iri} AS ?p) }}" for iri in _nodes(properties))
            pattern = f"{' UNION '.join(each)} {self._of_type()}"
        query = f"SELECT ?thing ?p ?value WHERE {{ {pattern} FILTER(isIRI(?thing)) {only} }}"
        for thing, predicate, value in self._select(query):
            if (
                isinstance(thing, ox.NamedNode)
                and isinstance(value, kind)
                and getattr(predicate, "value", "") in properties
            ):
                yield thing.value, predicate.value, value

    def _of_type(self) -> str:
        types, property = _nodes(self.profile.types), ox.NamedNode(self.profile.type)
        if len(types) > 1:
            return f"?thing {property} ?type . FILTER(?type IN ({', '.join(types)}))"
        return f"?thing {property} {types[0]} ." if types else ""

    def _select(self, query: str) -> Iterator[tuple[Any, ...]]:
        self.reader.until(min(self.end, time.monotonic() + self.each))
        with contextlib.closing(self.reader.select(query)) as rows:  # what it holds of the engine ends in this thread
            for row in rows:
                self.rows += 1
                if self.rows > MOST_ROWS:
                    raise AnswerTooLargeError(
                        f"{self.reader.host} answers more than {MOST_ROWS:,} rows.",
                        "Name the classes that are wanted in a profile (types), or link fewer names at once.",
                    )
                yield row


def _parent(iri: str, parents: Mapping[str, str]) -> str:
    """In what a thing lies; none where it would lie in itself in the end."""
    at = parents.get(iri, "")
    for _ in range(_DEEPEST):
        if at == iri:
            return ""
        at = parents.get(at, "")
    return "" if at else parents.get(iri, "")


def _nodes(iris: Iterable[str]) -> list[str]:
    return [str(ox.NamedNode(iri)) for iri in iris]


def _path(iris: Iterable[str]) -> str:
    return "|".join(_nodes(iris))


def _chunks(name: str, values: Iterable[str]) -> Iterator[str]:
    every = iter(values)
    while chunk := list(itertools.islice(every, _CHUNK)):
        yield f"VALUES ?{name} {{ {' '.join(chunk)} }}"
