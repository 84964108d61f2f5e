"""Looks at the text of a SPARQL query or update before it is evaluated.

This is the first of two belts. It gives a clear refusal for what this service does not do, at once and without
evaluating anything; what it misses is stopped by the worker that evaluates the query, which has no network and dies
when it tries to get one. A search for the word ``SERVICE`` will not do here: it stands in comments, strings, IRIs
and prefixes, and the engine's grammar finds the keyword without a word boundary (``1SERVICE``, ``SERVICEe:z``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from urllib.parse import urljoin

from .errors import QueryRefusedError, QuerySyntaxError, QueryTooComplexError, UsageError

# Terminals of https://www.w3.org/TR/sparql11-query/#grammar. Every alternative takes as much as it can and none starts
# over inside what another has read (possessive quantifiers, ``broken``, whole runs in ``name``): linear on any text.
_LETTER = r"A-Za-z_\u00B7\u00C0-\u203F\u2040-\uDBFF\uE000-\U000EFFFF"
_LOCAL = rf"(?:[{_LETTER}0-9:.\-]|%[0-9A-Fa-f]{{2}}|\\.)*(?<!\.)"
_TOKEN = re.compile(
    rf"""
      (?P<space>   \s++ | \#[^\r\n]*+ )
    | (?P<string>  \"\"\" (?: (?:"|"")? (?: [^"\\] | \\. ) )*+ \"\"\"
                 | \'\'\' (?: (?:'|\'\')? (?: [^'\\] | \\. ) )*+ \'\'\'
                 | " (?: [^"\\\r\n] | \\. )*+ " | ' (?: [^'\\\r\n] | \\. )*+ ' )
    | (?P<broken>  (?: \"\"\" | \'\'\' ) .*+ | ["'] [^\r\n]*+ )
    | (?P<iri>     < [^<>"{{}}|^`\\\x00-\x20]*+ > )
    | (?P<blank>   _: [{_LETTER}0-9] [{_LETTER}0-9.\-]* (?<!\.) )
    | (?P<var>     [?$] [{_LETTER}0-9]++ )
    | (?P<lang>    @ [A-Za-z\-0-9]++ )
    | (?P<number>  (?: [0-9]++ (?: \. [0-9]++ )? | \. [0-9]++ ) (?: [eE] [+\-]? [0-9]++ )? )
    | (?P<name>    (?: [{_LETTER}] [{_LETTER}0-9.\-]*+ )? : (?: {_LOCAL} )? )
    | (?P<word>    [{_LETTER}] [{_LETTER}0-9.\-]*+ )
    | (?P<open>    [({{\[] | << (?! [^<>"{{}}|^`\\\x00-\x20]*+ > ) )
    | (?P<close>   [)}}\]] | >> )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.\-]*:)[^<>\"{}|^`\x00-\x20]*+>")
_CLOSELY = 16 * 1024  # characters
_VOLATILE = ("RAND", "NOW", "UUID", "BNODE")
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])
_FORMS = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])


@dataclass(frozen=True)
class Screened:
    """What the text of a query shows: the graphs of its ``FROM`` and ``FROM NAMED`` clauses, as IRIs.

    ``default`` are those of ``FROM`` alone, ``named`` those of ``FROM NAMED``.
    """

    graphs: tuple[str, ...]
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


_NOTHING = Screened(())
_KEYWORDS = ("service", "from", *(word.lower() for word in _UPDATES))
_OPENING = ("(", "{", "[", "<<")


def _is_plain(query: str, max_nesting: int) -> bool:
    """Whether nothing that is looked for can be in a query, as in most, so that its tokens need not be read.

    Letters are compared more freely than by the engine, and anywhere: a keyword in a comment has the tokens read.
    """
    if "\\" in query or sum(query.count(opening) for opening in _OPENING) > max_nesting:
        return False
    folded = query.casefold()
    return not any(word in folded for word in _KEYWORDS)


def screen(query: str, max_nesting: int, base: str = "") -> Screened:
    """Look through a query's text.

    :param max_nesting: deepest nesting of brackets that is let through.
    :param base: what relative IRIs are resolved against where the text has no ``BASE`` of its own.
    :raises QueryRefusedError: for ``SERVICE``.
    :raises QuerySyntaxError: for updates, which are no queries.
    :raises QueryTooComplexError: for deeper nesting.
    """
    if _is_plain(query, max_nesting):
        return _NOTHING
    return _screened(query, max_nesting, base)


@lru_cache(maxsize=1024)
def _screened(query: str, max_nesting: int, base: str) -> Screened:
    form: str | None = None
    prefixes: dict[str, str] = {}
    names: list[str] = []
    graphs: list[str] = []
    default: list[str] = []
    named: list[str] = []
    before: list[tuple[str, str]] = []  # the last two tokens
    for kind, token in _checked(_unescaped(query), max_nesting, "query"):
        if kind == "word":
            form = _check_form(token.upper(), form)
        elif kind == "name":
            names.append(token.partition(":")[0])
        if kind in ("iri", "name") and (clause := _clause(before)):
            iri = _resolved(token, kind, prefixes, base)
            if clause == "BASE":
                base = iri or base
            elif clause == "FROM" and iri is not None:
                graphs.append(iri)
                (default if before[-1][1].upper() == "FROM" else named).append(iri)
            elif clause != "FROM" and iri is not None:
                prefixes[clause.removesuffix(":")] = iri
        elif kind == "iri":
            _check_hidden(token)
        before = [*before[-1:], (kind, token)]
    for name in names:
        if _hides("service", name, prefixes):
            raise _service()
    return Screened(tuple(graphs), tuple(default), tuple(named))


def undeclared(text: str) -> tuple[str, ...]:
    """The prefixes that a query or an update uses and does not declare, in the order of the alphabet."""
    declared: set[str] = set()
    used: set[str] = set()
    last = ""
    for kind, token in _tokens(_unescaped(text)):
        if kind == "name":
            (declared if last == "PREFIX" else used).add(token.partition(":")[0])
        last = token.upper() if kind == "word" else ""
    return tuple(sorted(used - declared))


def screen_update(update: str, max_nesting: int) -> None:
    """Look through an update's text.

    :param max_nesting: deepest nesting of brackets that is let through.
    :raises QueryRefusedError: for ``SERVICE`` and ``LOAD``.
    :raises QueryTooComplexError: for deeper nesting.
    """
    declared: set[str] = set()
    names: set[str] = set()
    last = ""
    for kind, token in _checked(_unescaped(update), max_nesting, "update"):
        if kind == "word" and "LOAD" in token.upper():  # no other word of the grammar holds these letters
            raise _load()
        if kind == "iri":
            _check_hidden(token, "update")
        elif kind == "name":
            (declared if last == "PREFIX" else names).add(token.partition(":")[0])
        last = token.upper() if kind == "word" else ""
    for name in names:
        if _hides("service", name, declared):
            raise _service("update")
        if _hides("load", name, declared):
            raise _load()


def using(update: str, base: str) -> list[tuple[str, ...]]:
    """The graphs that each operation of an update has in its ``USING`` clauses, as IRIs; without those of ``USING NAMED``."""
    prefixes: dict[str, str] = {}
    found: list[tuple[str, ...]] = [()]
    depth, before = 0, [("", "")]
    for kind, mark in _tokens(_unescaped(update)):
        depth += (kind == "open") - (kind == "close")
        if kind in ("iri", "name") and (clause := _clause(before)):
            iri = _resolved(mark, kind, prefixes, base)
            if clause == "BASE":
                base = iri or base
            elif clause == "USING" and iri is not None:
                found[-1] = (*found[-1], iri)
            elif iri is not None:
                prefixes[clause.removesuffix(":")] = iri
        elif mark == ";" and depth == 0:
            found.append(())
        before = [*before[-1:], (kind, mark)]
    return found


def add_using(update: str, using: Sequence[str], named: Sequence[str]) -> str:
    """``update`` with the graphs of the protocol's ``using-graph-uri`` and ``using-named-graph-uri`` written into it.

    :param using: IRIs, known to be such.
    :raises UsageError: where the text has ``USING`` or ``WITH`` of its own, which the protocol forbids.
    """
    clause = "".join(f"USING <{iri}> " for iri in using) + "".join(f"USING NAMED <{iri}> " for iri in named)
    pieces: list[str] = []
    done, depth, last = 0, 0, ""
    for match in _TOKEN.finditer(update):
        kind, word = match.lastgroup, match[0].upper()
        depth += (kind == "open") - (kind == "close")
        if depth == 0 and kind == "word":
            if word in ("USING", "WITH"):
                raise UsageError(
                    f"The update has a clause {word} of its own.", "Leave out using-graph-uri, or the clause."
                )
            if word == "WHERE":
                # DELETE WHERE {…} is short for DELETE {…} WHERE {…}, and only the long form takes a dataset.
                template = _group(update, match.end()) if last == "DELETE" else ""
                pieces += [update[done : match.start()], template, clause]
                done = match.start()
            elif "WHERE" in word:
                raise UsageError("WHERE must stand apart where using-graph-uri is given.", "Write a blank before it.")
        last = word if kind == "word" else last if kind == "space" else ""
    return "".join(pieces) + update[done:]


def _group(text: str, start: int) -> str:
    """The first ``{…}`` after ``start``; what cannot be read is left to the engine to complain of."""
    depth, begin = 0, None
    for match in _TOKEN.finditer(text, start):
        if match.lastgroup == "open":
            begin = match.start() if begin is None else begin
            depth += 1
        elif match.lastgroup == "close":
            depth -= 1
            if depth == 0 and begin is not None:
                return text[begin : match.end()] + " "
    return ""


def may_be_relative(text: str) -> bool:
    """Whether a text may hold a relative IRI; certain only where it does not."""
    return _RELATIVE.search(text) is not None


def without_loads(update: str, *, silent_only: bool) -> str:
    """``update`` with an operation that does nothing in the place of each ``LOAD``.

    A ``LOAD SILENT`` that fails has succeeded (SPARQL 1.1 Update, 3.1.4), and every one fails here, as nothing is
    fetched. What is not certainly a ``LOAD`` as the grammar has it is left for :func:`screen_update` to refuse or,
    without ``silent_only``, made another thing that is no SPARQL either.
    """
    if "LOAD" not in update.upper():
        return update
    pieces: list[str] = []
    done = 0
    for kind, token, start, end in spans(update):
        if kind == "word" and token.upper() == "LOAD" and start >= done:
            after = list(islice(spans(update, end), 5))
            if length := _load_length(after, silent_only):
                pieces += [update[done:start], "INSERT DATA {}"]
                done = after[length - 1][3]
            elif not silent_only:
                pieces += [update[done:start], "INSERT DATA"]  # what follows fits this as little
                done = end
    return "".join(pieces) + update[done:]


def _load_length(after: Sequence[tuple[str, str, int, int]], silent_only: bool) -> int:
    """How many tokens after ``LOAD`` belong to it, 0 where they are not what the grammar asks for."""
    shape = ["IRI" if kind in ("iri", "name") else token.upper() for kind, token, _, _ in after]
    silent = shape[:1] == ["SILENT"]
    if (silent_only and not silent) or shape[silent : silent + 1] != ["IRI"]:
        return 0
    length = silent + 1
    if shape[length : length + 1] != ["INTO"]:
        return length
    return length + 3 if shape[length + 1 : length + 3] == ["GRAPH", "IRI"] else 0


def is_deterministic(query: str) -> bool:
    """Whether a query gives the same answer on the same data (no SERVICE, RAND, NOW, UUID, STRUUID, BNODE).

    Asked outside of the workers, so that it takes next to no time: a long text in which such a word stands anywhere is
    not read more closely, and counts as one that does not.
    """
    return not _has_word_ending(query, (*_VOLATILE, "SERVICE"), closely=_CLOSELY)


def is_volatile(query: str) -> bool:
    """Whether parts of a query may have another value each time that they are evaluated (RAND, NOW, UUID, BNODE)."""
    return _has_word_ending(query, _VOLATILE)


def _has_word_ending(query: str, endings: tuple[str, ...], *, closely: int | None = None) -> bool:
    """Whether a word of the query has such an ending; in a text longer than ``closely``, whether it holds one at all."""
    text = _unescaped(query)
    upper = text.upper()
    if not any(ending in upper for ending in endings):
        return False
    if closely is not None and len(text) > closely:
        return True
    return any(kind == "word" and token.upper().endswith(endings) for kind, token in _tokens(text))


def decode(body: bytes) -> str:
    """The text of a query that came as bytes, without a byte-order mark.

    Raises :class:`QuerySyntaxError` where it is not UTF-8.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuerySyntaxError(f"The query is not UTF-8 (byte {error.start}).", "Send it as UTF-8.") from None


def _unescaped(query: str) -> str:
    r"""``\uXXXX`` stands for its character anywhere in a query (SPARQL 1.1, 19.2), in keywords too."""

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 else match[0]

    return _ESCAPE.sub(character, query) if "\\" in query else query


def escaped(text: str) -> str:
    r"""The characters that are written as ``\uXXXX`` in a text; a backslash for each that is none."""
    codes = (int(match[1] or match[2], 16) for match in _ESCAPE.finditer(text))
    return "".join(chr(code) if code < 0x110000 else "\\" for code in codes)


def spans(text: str, start: int = 0) -> Iterator[tuple[str, str, int, int]]:
    """The tokens of a query's text as they stand, with start and end: (kind, token, start, end)."""
    for match in _TOKEN.finditer(text, start):
        kind = match.lastgroup or "other"
        if kind != "space":
            yield kind, match[0], match.start(), match.end()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind != "space":
            yield kind, match[0]


def _checked(text: str, max_nesting: int, what: str) -> Iterator[tuple[str, str]]:
    """The tokens of a text that is neither nested too deep nor calls another service by a word."""
    depth = 0
    for kind, token in _tokens(text):
        if kind == "open":
            depth += 1
            if depth > max_nesting:
                raise QueryTooComplexError(
                    f"The {what} is nested more than {max_nesting} deep (setting max_query_nesting).", "Flatten it."
                )
        elif kind == "close":
            depth -= 1
        elif kind == "word" and "SERVICE" in token.upper():
            raise _service(what)
        yield kind, token


def _check_form(word: str, form: str | None) -> str | None:
    if form is None and word in _UPDATES:
        raise QuerySyntaxError(
            f"{word} is an update, and a query is wanted here.",
            "Send SELECT, ASK, CONSTRUCT or DESCRIBE here, and updates to /update of a service that takes them.",
        )
    return word if form is None and word in _FORMS else form


def _hides(keyword: str, prefix: str, declared: Collection[str]) -> bool:
    """Whether a prefix is a keyword run into another: ``SERVICEe:z`` reads as ``SERVICE e:z`` where ``e`` is declared."""
    for match in re.finditer(f"{keyword}(?:silent)?", prefix, re.IGNORECASE):
        if prefix[match.end() :] in declared or prefix[match.start() + len(keyword) :] in declared:
            return True
    return False


def _check_hidden(iri: str, what: str = "query") -> None:
    """``FILTER(?a<1)SERVICE#>`` looks like an IRI and is a comparison, a keyword and a comment."""
    if re.search(r"\).*service.*#", iri, re.IGNORECASE):
        raise _service(what)


def _service(what: str = "query") -> QueryRefusedError:
    if what == "update":
        return QueryRefusedError(
            "SERVICE is not allowed in updates.", "Ask the other endpoint first, and send what it answers."
        )
    return QueryRefusedError(
        "SERVICE is not allowed here: this service contacts no other host (setting allow_service).",
        "Ask the other endpoint directly; where its address is allowed, write SERVICE apart from other words.",
    )


def _load() -> QueryRefusedError:
    return QueryRefusedError(
        "LOAD is not allowed here: this service reads no other address and no file.", "Send the data to /graphs."
    )


def _clause(before: list[tuple[str, str]]) -> str:
    """What the IRI after these tokens is for: ``FROM``, ``USING``, ``BASE``, ``prefix:``, or nothing special."""
    if not before:
        return ""
    kind, token = before[-1]
    word = token.upper() if kind == "word" else ""
    earlier = before[-2][1].upper() if len(before) > 1 and before[-2][0] == "word" else ""
    if word == "BASE":
        return "BASE"
    if word == "FROM" or (word == "NAMED" and earlier == "FROM"):
        return "FROM"
    if word == "USING":
        return "USING"
    if kind == "name" and earlier == "PREFIX":
        return token
    return ""


def _resolved(token: str, kind: str, prefixes: dict[str, str], base: str) -> str | None:
    if kind == "iri":
        iri = token[1:-1]
        # urljoin drops an empty fragment, which is most of what a namespace is known by.
        return iri if _ABSOLUTE.match(iri) or not base else urljoin(base, iri) + "#" * iri.endswith("#")
    prefix, _, local = token.partition(":")
    return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local) if prefix in prefixes else None
