"""Finding things by a piece of their name: Chinese substrings, pinyin, initials, words of other scripts by prefix.

The index is one SQLite file with a full-text table whose tokens are made here:

- Chinese text as overlapping pairs (``临东区`` → ``临东 东区 区``), so that one character is the prefix of a token, two
  are a token, and more are a phrase;
- pinyin likewise as pairs of syllables (``lindong dongqu qu``), so that typed letters are the prefix of a token or, from
  the third syllable on, a phrase; initials in threes (``ldq dq q``);
- words of other scripts as they are;
- the beginning of a label once more, marked, so that labels that begin with the query are found without a scan;
- the classes of the thing, so that a filter by type is a part of the same lookup.

Traditional and variant characters are compared as the simplified ones (:mod:`~yuanhui_kg.variants`), and read as themselves.

A second table holds the tokens of all labels of a thing together, for queries whose words are spread over several of
them (``临东 company``).

Codes (``411102``) of things that have a label are found as a whole only: they have a row, and no tokens.

A question that no label holds is searched the other way round: for the labels that it holds.

Rows stand in order of preference (things before terms, short labels first, then well connected things): whatever
matches comes out best first, and a search ends with its last result however many more there are.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import operator
import os
import re
import sqlite3
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyoxigraph as ox

from . import pinyin, variants
from .errors import StoreDamagedError, UsageError
from .graph.reading import (
    LABELS,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    Hierarchy,
    Labels,
    Relations,
    anywhere,
    label_pair,
    uncollected,
)
from .namespaces import PREFIXES, YHO
from .store import Reader
from .terms import id_of

MAX_QUERY: Final = 200
MAX_GROUPS: Final = 12
MAX_LIMIT: Final = 1000
_LONGEST: Final = 24  # characters and words of a name that is looked for in a question
FORMAT: Final = 2

# Properties whose values are searched, in the order in which they are preferred.
SEARCHED: Final = (*LABELS, SKOS + "altLabel", SKOS + "hiddenLabel")
# Properties of codes, which are searched as wholes.
CODES: Final = (SKOS + "notation", PREFIXES["dcterms"] + "identifier", SCHEMA + "identifier")
_FOUND_BY: Final = (*SEARCHED, *CODES)
# Classes whose members are found after all others: they tell of things and are none.
LATER: Final = frozenset(
    (
        *(RDF + name for name in ("Property", "Statement")),
        *(RDFS + name for name in ("Class", "Datatype")),
        *(PREFIXES["owl"] + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
        *(PREFIXES["owl"] + name for name in ("Ontology", "NamedIndividual")),
        *(SKOS + name for name in ("Concept", "ConceptScheme")),
        *(PREFIXES["qb"] + name for name in ("Observation", "DataSet", "DataStructureDefinition")),
        *(PREFIXES["qb"] + name for name in ("DimensionProperty", "MeasureProperty", "AttributeProperty")),
        SCHEMA + "StatisticalVariable",
        *(YHO + "RetractedFact", PREFIXES["prov"] + "Agent"),
    )
)

_TABLES: Final = """
CREATE TABLE class(id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, zh TEXT NOT NULL, en TEXT NOT NULL);
CREATE TABLE thing(id INTEGER PRIMARY KEY, iri TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, class INTEGER);
CREATE TABLE label(id INTEGER PRIMARY KEY, thing INTEGER NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL,
    property INTEGER NOT NULL, key TEXT NOT NULL, sound TEXT NOT NULL);
CREATE TABLE syllable(text TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE part(first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE VIRTUAL TABLE entry USING fts5(name, sound, initials, head, class,
    content='', columnsize=0, tokenize='ascii', prefix='1 2');
INSERT INTO entry(entry, rank) VALUES('hashsize', 134217728);
CREATE VIRTUAL TABLE whole USING fts5(name, sound, class,
    content='', columnsize=0, tokenize='ascii', prefix='1 2');
INSERT INTO whole(whole, rank) VALUES('hashsize', 134217728);
"""
_INDEXES: Final = """
INSERT INTO entry(entry) VALUES('optimize');
INSERT INTO whole(whole) VALUES('optimize');
CREATE INDEX label_key ON label(key);
CREATE INDEX label_sound ON label(sound) WHERE sound <> '';
ANALYZE;
"""
# CROSS JOIN: SQLite then keeps to this order, and with it to the order of preference, without sorting.
_MATCHING: Final = """
SELECT label.thing, label.text, label.language, label.property FROM {0} CROSS JOIN label ON label.id = {0}.rowid
WHERE {0} MATCH ? AND {0}.rowid BETWEEN ? AND ? ORDER BY {0}.rowid
"""
_EQUAL: Final = """
SELECT thing, text, language, property FROM label
WHERE id IN (SELECT id FROM label WHERE key = ?1 UNION SELECT id FROM label WHERE sound = ?2 AND sound <> '') {of_types}
ORDER BY key <> ?1, id
"""
_NAMED: Final = "SELECT DISTINCT key FROM label WHERE key IN (SELECT value FROM json_each(?))"
_OF_TYPES: Final = "AND id IN (SELECT rowid FROM entry WHERE entry MATCH ?3)"

# Marks of tokens that are no text; none of them survives in a label or a query.
_HEAD: Final = "›"  # what a label begins with
_CLASS: Final = "§"  # a class
_GAP: Final = " ¦ "  # the end of a label


# --- text to tokens ---------------------------------------------------------------------------------------------------

# Scripts written without spaces between words are cut by character; all other letters and digits make words.
_UNSPACED: Final = pinyin.HAN + "\u3005\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\uac00-\ud7af"
_WORDS: Final = re.compile(rf"[\w{_UNSPACED}]+")
_UNSPACED_RUN: Final = re.compile(f"([{_UNSPACED}]+)")
_SIMPLE: Final = re.compile("[\u4e00-\u9fff]+")
_APOSTROPHES: Final = re.compile("['’‘`´ʼ·・•]")
_LETTERS: Final = re.compile("[a-z]+")
_INITIALS: Final = re.compile("[a-hj-tw-z]+")  # no syllable begins with i, u or v


class Unit(NamedTuple):
    """A run of characters that are written without spaces, or a word."""

    text: str
    unspaced: bool


def fold(text: str) -> str:
    """Text in the one form that is compared: compatible forms and variants of characters unified, without case and accents."""
    return variants.usual(_in_its_characters(text))


def _in_its_characters(text: str) -> str:
    """As :func:`fold`, with traditional and variant characters as they are: another character may be read otherwise."""
    if _SIMPLE.fullmatch(text):
        return text
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "")
    folded = unicodedata.normalize("NFKC", text).casefold()
    decomposed = unicodedata.normalize("NFD", folded)
    if any(map(unicodedata.combining, decomposed)):
        decomposed = "".join([c for c in decomposed if not unicodedata.combining(c)])
    return _APOSTROPHES.sub("", unicodedata.normalize("NFC", decomposed))


def units(folded: str) -> list[Unit]:
    """Runs and words of a folded text; punctuation and spaces do not interrupt a run."""
    if _SIMPLE.fullmatch(folded):
        return [Unit(folded, True)]
    words = _WORDS.findall(folded.replace("_", " "))
    if folded.isascii():
        return [Unit(word, False) for word in words]
    found: list[Unit] = []
    for word in words:
        # Every other piece is a run.
        for place, piece in enumerate(_UNSPACED_RUN.split(word)):
            unspaced = place % 2 == 1
            if unspaced and found and found[-1].unspaced:
                found[-1] = Unit(found[-1].text + piece, True)
            elif piece:
                found.append(Unit(piece, unspaced))
    return found


def key_of(parts: Sequence[Unit]) -> str:
    """What two labels share that differ in nothing a searcher would mind."""
    if len(parts) == 1:
        return parts[0].text
    if not any(unit.unspaced for unit in parts):
        return " ".join([unit.text for unit in parts])
    pieces: list[str] = []
    for before, unit in zip((None, *parts), parts, strict=False):
        if before and not before.unspaced and not unit.unspaced:
            pieces.append(" ")
        pieces.append(unit.text)
    return "".join(pieces)


def _pairs(items: Sequence[str]) -> list[str]:
    return [*map(operator.add, items, items[1:]), *items[-1:]]


def _threes(text: str) -> list[str]:
    return [text[place : place + 3] for place in range(len(text))]


def keys_within(parts: Sequence[Unit]) -> Iterator[tuple[int, int, str]]:
    """What names may stand in a text: where each begins and ends, in characters and words, and its :func:`key_of`.

    A word is not cut; single characters and letters are no names.
    """
    atoms = [Unit(text, unit.unspaced) for unit in parts for text in (unit.text if unit.unspaced else (unit.text,))]
    for start in range(len(atoms)):
        for end in range(start + 1, min(len(atoms), start + _LONGEST) + 1):
            key = key_of(atoms[start:end])
            if len(key) > 1:
                yield start, end, key


class Entry(NamedTuple):
    """The tokens of one label, and what it is compared by as a whole."""

    key: str
    sound: str
    name: str
    sounds: str
    initials: str
    head: str


def entry_of(label: str, read: Callable[[str], list[str]] = pinyin.syllables) -> Entry:
    """The entry of a label (all empty where it holds neither letters nor digits)."""
    written = units(_in_its_characters(label))
    if not written:
        return Entry("", "", "", "", "", "")
    parts = [Unit(variants.usual(text), unspaced) for text, unspaced in written]
    name: list[str] = []
    syllables: list[str] = []
    sound: list[str] = []
    for (text, unspaced), (as_written, _) in zip(parts, written, strict=True):
        if unspaced:
            spoken = read(as_written)
            name += _pairs(text)
            syllables += spoken
            sound += spoken
        else:
            name.append(text)
            sound.append(text)
    first, unspaced = parts[0]
    head = [first[:1], first[:2]] if unspaced else [first]
    if not syllables:
        return Entry(key_of(parts), "", " ".join(name), "", "", _head(head))
    initials = "".join([syllable[0] for syllable in syllables])
    if unspaced:
        head += ["".join(syllables[:2]), initials[:3]]
    return Entry(
        key_of(parts),
        "".join(sound),
        " ".join(name),
        " ".join(_pairs(syllables)),
        " ".join(_threes(initials)),
        _head(head),
    )


def _head(tokens: Iterable[str]) -> str:
    return " ".join([_HEAD + token for token in dict.fromkeys(tokens)])


# --- query to full-text expression ------------------------------------------------------------------------------------


class Phrase(NamedTuple):
    """Tokens that follow each other; the last one may be the beginning of a token."""

    tokens: tuple[str, ...]
    prefix: bool
    column: str = ""

    def match(self, *, at_start: bool = False) -> str:
        """The expression for it. Tokens hold letters, digits and marks only, and are quoted: nothing is operator."""
        column = f"{self.column or 'name'} : ^ " if at_start else f"{self.column} : " if self.column else ""
        return f'({column}"{" ".join(self.tokens)}"{" *" if self.prefix else ""})'


def _name_phrase(group: Sequence[Unit]) -> Phrase:
    """The phrase that finds a group of units wherever it stands in a name."""
    tokens: list[str] = []
    for unit in group[:-1]:
        tokens += _pairs(unit.text) if unit.unspaced else [unit.text]
    last = group[-1]
    if not last.unspaced or len(last.text) == 1:
        return Phrase((*tokens, last.text), True)
    return Phrase((*tokens, *_pairs(last.text)[:-1]), False)


def segmentations(letters: str, known: frozenset[str], most: int = 8) -> list[tuple[str, ...]]:
    """The ways to read letters as pinyin syllables, the last of which may be cut short; long syllables first."""
    longest = max(map(len, known), default=0)
    beginnings = {syllable[:length] for syllable in known for length in range(1, len(syllable) + 1)}
    dead: set[int] = set()
    found: list[tuple[str, ...]] = []

    def read(place: int, before: tuple[str, ...]) -> bool:
        rest = letters[place:]
        whole = rest in beginnings
        if whole:
            found.append((*before, rest))
        for length in range(min(longest, len(rest) - 1), 0, -1):
            if len(found) >= most:
                return True
            if rest[:length] in known and place + length not in dead:
                whole |= read(place + length, (*before, rest[:length]))
        if not whole:
            dead.add(place)
        return whole

    if letters:
        read(0, ())
    return found[:most]


def _latin_phrases(word: str, sound: str, known: frozenset[str]) -> list[Phrase]:
    """What letters may mean beside the beginning of one token: pinyin of three and more syllables, long initials."""
    phrases = [Phrase((text,), True) for text in dict.fromkeys((word, sound))]
    for syllables in segmentations(sound, known):
        if len(syllables) > 2:
            phrases.append(Phrase(tuple(_pairs(syllables)[:-1]), True, "sound"))
    if len(sound) > 3 and _INITIALS.fullmatch(sound):
        phrases.append(Phrase(tuple(_threes(sound)[:-2]), False, "initials"))
    return phrases


def _beginning(phrase: Phrase) -> str:
    """The expression for a phrase that a label begins with."""
    first = phrase.tokens[0]
    if phrase.column:
        return phrase.match(at_start=True)
    if len(phrase.tokens) == 1:
        exact = bool(re.match(f"[{_UNSPACED}]", first))
        return f'("{_HEAD}{first}"{"" if exact else " *"})'
    return f'("{_HEAD}{first}" AND {phrase.match(at_start=True)})'


class Question:
    """A query text, read.

    :raises UsageError: where it is empty or too long.
    """

    def __init__(self, text: str, known: frozenset[str]) -> None:
        if not text.strip():
            raise UsageError("Parameter q is empty.", "Give a piece of a name.")
        if len(text) > MAX_QUERY:
            raise UsageError(f"Parameter q has {len(text)} characters; at most {MAX_QUERY} are searched for.")
        sounds = [re.sub("[^a-z]", "", pinyin.strip_tones(unicodedata.normalize("NFKC", t))) for t in text.split()]
        groups = [units(fold(part)) for part in text.split()]
        pairs = [(group, sound) for group, sound in zip(groups, sounds, strict=True) if group]
        if len(pairs) > MAX_GROUPS:
            raise UsageError(f"Parameter q has {len(pairs)} words; at most {MAX_GROUPS} are searched for.")
        self._ways = [self._read(group, sound, known) for group, sound in pairs]
        self.parts = units(fold(text))
        self.key = key_of(self.parts)
        latin = all(self._is_latin(group) for group, _ in pairs)
        self.sound = "".join(sound for _, sound in pairs) if latin else ""
        self._joined = _latin_phrases(self.sound, self.sound, known) if self.sound and len(pairs) > 1 else []

    def __bool__(self) -> bool:
        """Whether there is anything in it that a label could hold."""
        return bool(self._ways)

    def anywhere(self) -> str:
        """The expression for labels that hold the query."""
        return self._expression(Phrase.match)

    def at_start(self) -> str:
        """The expression for labels that begin with the query (its first word, where it has several)."""
        return self._expression(_beginning)

    def spread(self) -> str:
        """The expression for things whose labels together hold the query; empty where it is a single word."""
        if len(self._ways) < 2:
            return ""
        ways = [[phrase.match() for phrase in way if phrase.column != "initials"] for way in self._ways]
        return " AND ".join(dict.fromkeys(f"({' OR '.join(dict.fromkeys(way))})" for way in ways))

    def _expression(self, first: Callable[[Phrase], str]) -> str:
        heads = [first, *itertools.repeat(Phrase.match, len(self._ways) - 1)]
        groups = [
            f"({' OR '.join(dict.fromkeys(map(match, way)))})" for match, way in zip(heads, self._ways, strict=True)
        ]
        return " OR ".join((f"({' AND '.join(dict.fromkeys(groups))})", *map(first, self._joined)))

    @staticmethod
    def _is_latin(group: Sequence[Unit]) -> bool:
        return all(_LETTERS.fullmatch(unit.text) for unit in group)

    @classmethod
    def _read(cls, group: Sequence[Unit], sound: str, known: frozenset[str]) -> list[Phrase]:
        if len(group) > 1 or not cls._is_latin(group):
            return [_name_phrase(group)]
        return _latin_phrases(group[0].text, sound, known)


# --- the index --------------------------------------------------------------------------------------------------------


class SearchIndex:
    """A search index, opened for reading.

    It can be opened before a fork and used behind it, also where no file can be opened any more: the file is mapped into
    memory, read only, and never changes. Not for use by two threads at a time.

    :param path: a file that :meth:`build` wrote.
    :raises StoreDamagedError: where it is none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            # Reading through the map moves no file offset, which forked processes would share.
            self._connection.execute(f"PRAGMA mmap_size = {path.stat().st_size + 1}")
            self._connection.execute("PRAGMA temp_store = MEMORY")
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version != FORMAT:
                raise StoreDamagedError(f"{path} is no search index of this version.", "Build it anew.")
            self._known = frozenset(text for (text,) in self._connection.execute("SELECT text FROM syllable"))
            self._parts = self._connection.execute("SELECT first, last FROM part ORDER BY first").fetchall()
            self._classes = {row[1]: row for row in self._connection.execute("SELECT id, iri, zh, en FROM class")}
        except (OSError, sqlite3.Error) as error:
            raise StoreDamagedError(f"{path} cannot be read: {error}.", "Build the search index anew.") from None
        self._class_rows = {row[0]: row for row in self._classes.values()}

    def __enter__(self) -> SearchIndex:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    @classmethod
    def build(cls, reader: Reader, path: Path, connections: Callable[[str], int] | None = None) -> SearchIndex:
        """Write the index of a graph's labels (default and named graphs) to ``path`` and open it.

        :param connections: how many relations a resource has (``NeighbourIndex.degree``); counted where not given.
        """
        new = path.with_name(path.name + ".new")
        new.unlink(missing_ok=True)
        try:
            with uncollected(), contextlib.closing(sqlite3.connect(new, isolation_level=None)) as database:
                _write(database, reader, connections or _connections(reader))
            os.replace(new, path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        return cls(path)

    def search(self, q: str, limit: int = 20, types: Sequence[str] = ()) -> dict[str, Any]:
        """The things that have a label like ``q``, best first, ready for JSON.

        First labels and codes that are the query (``match`` is ``exact``), then such as begin with it (``prefix``), then such as
        hold it (``part``), the latter two first of things, then of terms, concepts and figures; within each, short
        labels first, then well connected things. Every thing comes once, with the best label that matched. Words are
        sought each, in any order; letters also mean pinyin or its initials. Where nothing is like ``q``, the things are found whose
        labels it holds (``named``), in its order: it is a question then. ``truncated`` tells whether there are more
        results than ``limit``.

        :param types: IRIs of classes; only their members, and their subclasses', are found.
        :raises UsageError: for an empty or too long ``q``, or a ``limit`` outside 1 to 1000.
        """
        question = Question(q, self._known)
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MAX_LIMIT:
            raise UsageError(f"Parameter limit must be a whole number from 1 to {MAX_LIMIT}, not {limit!r}.")
        of_types = [self._classes[iri][0] for iri in types if iri in self._classes]
        found: dict[int, tuple[Any, ...]] = {}
        if question and (of_types or not types):
            classes = " OR ".join(f'"{_CLASS}{number}"' for number in of_types)
            matches = self._matches(question, classes)
            first = next(matches, None)
            rows_found = self._named(question, classes) if first is None else itertools.chain([first], matches)
            for match, thing, *label in rows_found:
                if thing not in found:
                    found[thing] = (match, *label)
                    if len(found) > limit:
                        break
        rows = itertools.islice(found.items(), limit)
        return {
            "query": q,
            "results": [self._result(thing, *rest) for thing, rest in rows],
            "truncated": len(found) > limit,
        }

    def _matches(self, question: Question, of_types: str) -> Iterator[tuple[Any, ...]]:
        for row in self._equal(question.key, question.sound, of_types):
            yield "exact", *row
        ways = (
            ("prefix", "entry", question.at_start()),
            ("part", "entry", question.anywhere()),
            ("part", "whole", question.spread()),
        )
        for part, (match, table, expression) in itertools.product(self._parts, ways):
            if expression:
                both = f"({expression}) AND ({of_types})" if of_types else expression
                for row in self._connection.execute(_MATCHING.format(table), (both, *part)):
                    yield match, *row

    def _named(self, question: Question, of_types: str) -> Iterator[tuple[Any, ...]]:
        """The longest names in a question, none of which overlaps another."""
        within = sorted(keys_within(question.parts), key=lambda found: (found[0] - found[1], found[0]))
        keys = json.dumps([key for *_, key in within], ensure_ascii=False)
        known = {key for (key,) in self._connection.execute(_NAMED, (keys,))}
        taken: dict[int, str] = {}
        covered: set[int] = set()
        for start, end, key in within:
            if key in known and covered.isdisjoint(range(start, end)):
                taken[start] = key
                covered.update(range(start, end))
        for key in dict.fromkeys(taken[start] for start in sorted(taken)):
            for row in self._equal(key, "", of_types):
                yield "named", *row

    def _equal(self, key: str, sound: str, of_types: str) -> Iterator[tuple[Any, ...]]:
        """The labels that are as a whole what is asked for, as it is written or spoken."""
        query = _EQUAL.format(of_types=_OF_TYPES if of_types else "")
        return self._connection.execute(query, (key, sound, *([of_types] if of_types else ())))

    def _result(self, thing: int, match: str, text: str, language: str, place: int) -> dict[str, Any]:
        iri, zh, en, kind = self._connection.execute(
            "SELECT iri, zh, en, class FROM thing WHERE id = ?", (thing,)
        ).fetchone()
        return {
            **_shape(iri, zh, en),
            "type": _shape(*self._class_rows[kind][1:]) if kind is not None else None,
            "match": match,
            "matched": {"text": text, "language": language or None, "property": id_of(_FOUND_BY[place])},
        }


def _shape(iri: str, zh: str, en: str) -> dict[str, Any]:
    return {"iri": iri, "id": id_of(iri), "label": label_pair(zh, en, "", iri)}


# --- building ---------------------------------------------------------------------------------------------------------


_BATCH: Final = 10_000


class _Row(NamedTuple):
    later: bool
    length: int
    place: int
    fewer: int
    iri: str
    text: str
    language: str
    key: str


def _write(database: sqlite3.Connection, reader: Reader, connections: Callable[[str], int]) -> None:
    for setting in ("journal_mode = OFF", "synchronous = OFF", "temp_store = MEMORY", "cache_size = -131072"):
        database.execute(f"PRAGMA {setting}")
    database.executescript(_TABLES)
    database.execute("BEGIN")
    hierarchy = Hierarchy.read(reader, RDFS + "subClassOf")
    types, (labels, searched) = _types(reader), _labels(reader)
    classes = _write_classes(database, types, labels, hierarchy)
    rows = _rows(searched, types, hierarchy, connections)
    del searched
    numbers = _write_things(database, rows, types, labels, classes, hierarchy)
    _write_labels(database, rows, numbers, types, classes, hierarchy)
    things = sum(not row.later for row in rows)
    database.executemany("INSERT INTO part VALUES (?, ?)", ((1, things), (things + 1, len(rows))))
    database.execute("COMMIT")
    database.executescript(_INDEXES)
    database.execute(f"PRAGMA user_version = {FORMAT}")


def _types(reader: Reader) -> dict[str, tuple[str, ...]]:
    """The classes of each resource. Equal combinations are one object: there are few of them."""
    found: dict[str, tuple[str, ...]] = {}
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    query = f"SELECT ?s ?o ?p WHERE {{ {anywhere('?s ?p ?o')} }}"
    for s, o, _ in reader.select(query, {"p": ox.NamedNode(RDF + "type")}):
        if isinstance(s, ox.NamedNode) and isinstance(o, ox.NamedNode):
            classes = tuple(sorted({*found.get(s.value, ()), o.value}))
            found[s.value] = shared.setdefault(classes, classes)
    return found


def _labels(reader: Reader) -> tuple[dict[str, Labels], list[tuple[str, int, Any]]]:
    """The labels to show, and all that is searched as (IRI, place of the property, literal)."""
    labels: dict[str, Labels] = {}
    searched: list[tuple[str, int, Any]] = []
    query = f"SELECT ?s ?o ?p WHERE {{ {anywhere('?s ?p ?o')} }}"
    for place, predicate in enumerate(SEARCHED):
        for s, o, _ in reader.select(query, {"p": ox.NamedNode(predicate)}):
            if isinstance(s, ox.NamedNode) and isinstance(o, ox.Literal):
                iri = s.value
                if iri not in labels:
                    labels[iri] = Labels()
                labels[iri].offer(place, o)
                searched.append((iri, place, o))
    for place, predicate in enumerate(CODES, len(SEARCHED)):
        rows = reader.select(query, {"p": ox.NamedNode(predicate)})
        searched += [(s.value, place, o) for s, o, _ in rows if s.value in labels and _is_code(o)]
    return labels, searched


def _is_code(value: Any) -> bool:
    """Whether a value is a code by which a thing is asked for: not ``../2020``, of which a question would keep the year."""
    return isinstance(value, ox.Literal) and value.value[:1].isalnum() and value.value[-1:].isalnum()


def _connections(reader: Reader) -> Callable[[str], int]:
    counts: Counter[str] = Counter()
    for s, _, o in Relations.read(reader).triples(reader):
        counts[s] += 1
        counts[o] += 1
    return lambda iri: counts[iri]


def _write_classes(
    database: sqlite3.Connection,
    types: Mapping[str, tuple[str, ...]],
    labels: Mapping[str, Labels],
    hierarchy: Hierarchy,
) -> dict[str, int]:
    used = {above for combination in set(types.values()) for iri in combination for above in hierarchy.above(iri)}
    classes = {iri: number for number, iri in enumerate(sorted(used), 1)}
    none = Labels()
    database.executemany(
        "INSERT INTO class VALUES (?, ?, ?, ?)",
        ((number, iri, *_shown(labels.get(iri, none))) for iri, number in classes.items()),
    )
    return classes


def _shown(label: Labels) -> tuple[str, str]:
    return label.get("zh"), label.get("en") or ("" if label.get("zh") else label.get(""))


def _rows(
    searched: Iterable[tuple[str, int, Any]],
    types: Mapping[str, tuple[str, ...]],
    hierarchy: Hierarchy,
    connections: Callable[[str], int],
) -> list[_Row]:
    """All rows in order of preference, each label of a thing once."""
    later = {
        combination: any(above in LATER for iri in combination for above in hierarchy.above(iri))
        for combination in {*types.values(), ()}
    }
    rows = []
    for iri, place, literal in searched:
        key = key_of(units(fold(literal.value)))
        if key:
            text, language = literal.value, (literal.language or "").lower()
            rows.append(_Row(later[types.get(iri, ())], len(key), place, -connections(iri), iri, text, language, key))
    rows.sort()
    return list({(row.iri, row.key): row for row in reversed(rows)}.values())[::-1]


def _write_things(
    database: sqlite3.Connection,
    rows: Iterable[_Row],
    types: Mapping[str, tuple[str, ...]],
    labels: Mapping[str, Labels],
    classes: Mapping[str, int],
    hierarchy: Hierarchy,
) -> dict[str, int]:
    main = {combination: hierarchy.most_specific(combination) for combination in {*types.values(), ()}}
    numbers = {iri: number for number, iri in enumerate(dict.fromkeys(row.iri for row in rows), 1)}
    database.executemany(
        "INSERT INTO thing VALUES (?, ?, ?, ?, ?)",
        (
            (number, iri, *_shown(labels[iri]), classes.get(main[types.get(iri, ())] or ""))
            for iri, number in numbers.items()
        ),
    )
    return numbers


def _entry_of_row(row: _Row, read: Callable[[str], list[str]]) -> Entry:
    """The entry of a label; of a code, which has no parts, an empty one."""
    return entry_of(row.text, read) if row.place < len(SEARCHED) else Entry(row.key, "", "", "", "", "")


def _write_labels(
    database: sqlite3.Connection,
    rows: Sequence[_Row],
    numbers: Mapping[str, int],
    types: Mapping[str, tuple[str, ...]],
    classes: Mapping[str, int],
    hierarchy: Hierarchy,
) -> None:
    tokens = {
        combination: " ".join(
            f"{_CLASS}{classes[above]}"
            for above in sorted({above for iri in combination for above in hierarchy.above(iri)})
        )
        for combination in {*types.values(), ()}
    }
    spoken: set[str] = set()

    def read(text: str) -> list[str]:
        syllables = pinyin.syllables(text)
        spoken.update(syllables)
        return syllables

    labels = Counter(row.iri for row in rows if row.place < len(SEARCHED))
    several: dict[str, tuple[int, list[str], list[str]]] = {}  # number of the first label, names and sounds of all
    for start in range(0, len(rows), _BATCH):
        batch = [(n, row, _entry_of_row(row, read)) for n, row in enumerate(rows[start : start + _BATCH], start + 1)]
        for n, row, entry in batch:
            if labels[row.iri] > 1 and entry.name:
                _, names, sounds = several.setdefault(row.iri, (n, [], []))
                names.append(entry.name)
                sounds.append(entry.sounds)
        database.executemany(
            "INSERT INTO label VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(n, numbers[row.iri], row.text, row.language, row.place, row.key, entry.sound) for n, row, entry in batch],
        )
        database.executemany(
            "INSERT INTO entry(rowid, name, sound, initials, head, class) VALUES (?, ?, ?, ?, ?, ?)",
            [(n, *entry[2:], tokens[types.get(row.iri, ())]) for n, row, entry in batch],
        )
    database.executemany("INSERT INTO syllable VALUES (?)", ((text,) for text in sorted(spoken)))
    database.executemany(
        "INSERT INTO whole(rowid, name, sound, class) VALUES (?, ?, ?, ?)",
        (
            (n, _GAP.join(names), _GAP.join(sounds), tokens[types.get(iri, ())])
            for iri, (n, names, sounds) in several.items()
        ),
    )
