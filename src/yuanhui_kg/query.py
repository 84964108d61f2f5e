"""SPARQL text in, serialised bytes out."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Final, cast

import pyoxigraph as ox

from . import subselects
from .errors import NotAcceptableError, QuerySyntaxError, QueryUnsupportedError, UsageError
from .merging import merged
from .namespaces import PREFIXES
from .screening import Screened, screen, undeclared
from .store import Term
from .xml_stream import XmlStream

RESULTS_FORMATS: Final[dict[str, ox.QueryResultsFormat]] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPH_FORMATS: Final[dict[str, ox.RdfFormat]] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "text/n3": ox.RdfFormat.N3,
}

_UNKNOWN_FUNCTION: Final = re.compile(r"The custom function <(.*)> is not supported", re.DOTALL)
UNKNOWN_FUNCTIONS: Final = 32  # in one query; more are refused at once

#: Formats in which named graphs keep their names.
DATASET_FORMATS: Final = frozenset(["application/trig", "application/n-quads"])


@dataclass(frozen=True)
class QueryRequest:
    """A query and how it is to be answered.

    :param default_graphs: IRIs of graphs that together are the default graph, in place of the query's ``FROM``.
    :param named_graphs: IRIs of the named graphs, in place of ``FROM NAMED``.
    :param results_type: media type for solutions and booleans, ``None`` where none is acceptable.
    :param graph_type: media type for the triples of CONSTRUCT and DESCRIBE, likewise.
    :param bindings: values of variables, as N-Triples terms.
    :param base: what relative IRIs are resolved against where the query has no ``BASE`` of its own.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    results_type: str | None = "application/sparql-results+json"
    graph_type: str | None = "text/turtle"
    bindings: Mapping[str, str] = field(default_factory=dict)
    base: str = ""


def evaluate(
    store: ox.Store, request: QueryRequest, out: IO[bytes], *, max_nesting: int = 100, union: bool = False
) -> dict[str, Any]:
    """Evaluate ``request`` and write the serialised answer to ``out``.

    :param union: whether the default graph holds the named graphs' triples too.
    :returns: ``{"media_type", "kind"}``, the kind being ``solutions``, ``boolean`` or ``graph``; with
        ``missing_graphs`` where the dataset names graphs that are not in the store. To SPARQL they are empty.
    :raises QuerySyntaxError: with the position in the text.
    :raises QueryRefusedError: for SERVICE.
    :raises QueryUnsupportedError: where a function is called that the engine does not know, or it cannot evaluate the query, or not
        as it should.
    :raises NotAcceptableError: where the kind of answer has no acceptable media type.
    """
    screened = screen(request.query, max_nesting, request.base)
    dataset = dataset_of(request, screened, union)
    try:
        subselects.check(request.query)
    except QueryUnsupportedError:
        _results(ox.Store(), request, dataset, set())  # whether it is SPARQL at all comes first
        raise
    asked, whole = merged(store, dataset, screened)
    head = answer(asked, request, whole, out)
    return {**head, **missing_graphs(store, request, screened)}


def dataset_of(request: QueryRequest, screened: Screened, union: bool) -> dict[str, Any]:
    """The base and the graphs that a request sees, as arguments of :meth:`pyoxigraph.Store.query`."""
    dataset = bool(request.default_graphs or request.named_graphs)
    return {
        "base_iri": request.base or None,
        "use_default_graph_as_union": union and not dataset and not screened.graphs,
        "default_graph": [graph_name(iri) for iri in request.default_graphs] if dataset else None,
        "named_graphs": [graph_name(iri) for iri in request.named_graphs] if dataset else None,
    }


def missing_graphs(store: ox.Store, request: QueryRequest, screened: Screened) -> dict[str, list[str]]:
    """What an answer's head says of the graphs that a request's dataset names and that are not in the store."""
    named = (*request.default_graphs, *request.named_graphs) or screened.graphs
    missing = [iri for iri in dict.fromkeys(named) if not _has_graph(store, iri)]
    return {"missing_graphs": missing} if missing else {}


def answer(store: ox.Store, request: QueryRequest, dataset: Mapping[str, Any], out: IO[bytes]) -> dict[str, Any]:
    """Evaluate a request that has been screened, as :func:`evaluate` does.

    :param dataset: what :func:`dataset_of` says.
    """
    called: set[str] = set()
    head = _serialize(_results(store, request, dataset, called), request, out)
    if called:
        raise unsupported(sorted(called)[0])
    return head


def _results(store: ox.Store, request: QueryRequest, dataset: Mapping[str, Any], called: set[str]) -> Any:
    """The engine's results.

    The engine refuses a query in which a function is only named that it does not know. Such a function is defined
    here: where it is called its name is added to ``called``, and where no solution reaches it the answer is right.
    """
    functions: dict[ox.NamedNode, Callable[..., Term | None]] = {}
    while True:
        try:
            return store.query(
                request.query,
                substitutions={ox.Variable(name): term(text) for name, text in request.bindings.items()} or None,
                custom_functions=functions or None,
                **dataset,
            )
        except SyntaxError as error:
            raise syntax_error(error, request.query) from None
        except (ValueError, RuntimeError) as error:
            if name := unknown_function(error):
                if len(functions) == UNKNOWN_FUNCTIONS or ox.NamedNode(name) in functions:
                    raise unsupported(name) from None
                functions[ox.NamedNode(name)] = noting(name, called)
                continue
            if not request.bindings:
                raise beyond_engine(error) from None
            raise UsageError(  # a variable that is not projected cannot be given a value
                f"The query cannot be asked with these values: {error}.",
                "Give values only to variables that it selects.",
            ) from None


def noting(name: str, called: set[str]) -> Callable[..., Term | None]:
    """A function that has no value, which is an error to SPARQL, and tells that it was called."""

    def note(*_: Term) -> Term | None:
        called.add(name)
        return None

    return note


def unknown_function(error: Exception) -> str:
    """The function of which the engine says that it does not know it; empty for another error."""
    match = _UNKNOWN_FUNCTION.match(str(error))
    return match[1] if match else ""


def unsupported(iri: str) -> QueryUnsupportedError:
    """A query calls a function that the engine does not know."""
    return QueryUnsupportedError(
        f"There is no function <{iri}> here.", "Use the functions of SPARQL and XPath, or check the name's prefix."
    )


def beyond_engine(error: Exception) -> QueryUnsupportedError:
    """The engine refuses to evaluate a query that is SPARQL, such as one for a triple term whose subject is one."""
    return QueryUnsupportedError(f"The engine cannot evaluate this query: {error}.", "Put it in another way.")


def _serialize(results: Any, request: QueryRequest, out: IO[bytes]) -> dict[str, Any]:
    if isinstance(results, ox.QueryTriples):
        if request.graph_type is None:
            raise not_acceptable("triples", GRAPH_FORMATS)
        return write_graph(results, request.graph_type, out)
    if request.results_type is None:
        raise not_acceptable("solutions", RESULTS_FORMATS)
    write_results(results, request.results_type, out)
    kind = "boolean" if isinstance(results, ox.QueryBoolean) else "solutions"
    return {"media_type": request.results_type, "kind": kind}


def write_results(results: Any, media_type: str, out: IO[bytes]) -> None:
    """Write solutions or a boolean in one of :data:`RESULTS_FORMATS`.

    :raises NotAcceptableError: where they hold what XML cannot.
    """
    with holding(media_type, out) as stream:
        results.serialize(stream, RESULTS_FORMATS[media_type])


def write_graph(quads: Iterable[ox.Triple] | Iterable[ox.Quad], media_type: str, out: IO[bytes]) -> dict[str, Any]:
    """Write triples or quads in one of :data:`GRAPH_FORMATS`; the answer's head.

    :raises NotAcceptableError: where that format cannot hold them.
    """
    with holding(media_type, out) as stream:
        ox.serialize(quads, stream, GRAPH_FORMATS[media_type], prefixes=PREFIXES)
    return {"media_type": media_type, "kind": "graph"}


@contextlib.contextmanager
def holding(media_type: str, out: IO[bytes]) -> Iterator[IO[bytes]]:
    """What the engine writes to in place of ``out``: what a format cannot hold becomes a :class:`NotAcceptableError`.

    Those are triple terms in all but the formats of RDF 1.2, and what XML has no way to write.
    """
    try:
        yield cast(IO[bytes], XmlStream(out, media_type)) if media_type.endswith("+xml") else out
    except OSError as error:
        if "RDF 1.2" in str(error):
            problem = f"The answer holds triple terms (RDF 1.2), which {media_type} cannot hold."
        elif "reserved syntax term" in str(error):
            problem = "The answer holds a property that is a word of RDF/XML's own, such as rdf:li or rdf:about."
        else:
            raise
        raise NotAcceptableError(problem, "Ask for text/turtle.") from None


def not_acceptable(what: str, formats: Iterable[str]) -> NotAcceptableError:
    """No format that was asked for can hold such an answer."""
    return NotAcceptableError(
        f"This query's answer is {what}, for which none of the formats asked for will do.",
        f"Ask for one of {', '.join(formats)}.",
    )


def _has_graph(store: ox.Store, iri: str) -> bool:
    try:
        return store.contains_named_graph(ox.NamedNode(iri))
    except ValueError:  # resolved here a little differently than by the engine, which has found it in order
        return False


def graph_name(text: str) -> ox.NamedNode:
    """The name of a graph. Raises :class:`UsageError` where it is no IRI."""
    try:
        return ox.NamedNode(text)
    except ValueError:
        raise UsageError(
            f"{text!r} is no absolute IRI.", "Give a full IRI such as https://example.org/graph."
        ) from None


def term(text: str) -> Term:
    """The RDF term that ``text`` writes in N-Triples syntax. Raises :class:`UsageError`."""
    try:
        (triple,) = ox.parse(input=f"<x:s> <x:p> {text} .", format=ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError):
        raise UsageError(
            f"{text!r} is no RDF term.", 'Write it as in N-Triples: <iri>, "text"@zh or "1"^^<type>.'
        ) from None
    found: Term = triple.object
    return found


_POSITION: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
#: What the engine's parser says that it expected: a sign in quotes, a set of characters, a word, or a sentence about what is wrong.
_EXPECTED: Final = re.compile(
    r'"(?P<sign>(?:\\.|[^"\\])+)"|\[(?:\'(?:\\.|[^\'\\])*\'|[^\]\'])*\]|(?P<words>[A-Za-z][\w ]*)', re.DOTALL
)
_DIGITS: Final = re.compile(r"\['0' ?\.\.= ?'9'\]")
_BEHIND: Final = " " * len("ENCODE_FOR_URI")  # as many blanks as the longest word has letters
_RARE_SIGNS: Final = frozenset(["$", "{|", "~", "<<", "<<("])
_EXCERPT: Final = 20
_PROLOGUE: Final = ("PREFIX", "BASE", "VERSION")
#: By which word the engine's parser tells that it looked for the beginning of a text, and what is said of that.
_BEGINNINGS: Final = {
    "query": ("CONSTRUCT", "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after PREFIX and BASE"),
    "update": (
        "VERSION",
        "an update begins with INSERT, DELETE, WITH, LOAD, CLEAR, CREATE, DROP, COPY, MOVE or ADD, after PREFIX and BASE",
    ),
}


def syntax_error(error: SyntaxError, text: str, what: str = "query") -> QuerySyntaxError:
    """What is wrong with a text that the engine cannot parse, and where: the position up front.

    A prefix without a declaration, to which the engine says only that something else was expected, is named.
    """
    missing = undeclared(text)
    hint = f"Declare {_declarations(missing)}" if missing else "Correct it there."
    sentence = next((words for words in _words(str(error)) if " " in words), "")
    match = _POSITION.match(str(error if sentence else _parsed_again(text, what) or error))
    if match is None:
        return QuerySyntaxError(f"The {what} is not valid SPARQL: {str(error)[:300]}", hint)
    reached = _offset(f"{text}{_BEHIND}\n", int(match[1]), int(match[2]))
    if sentence:
        at, said = min(reached, len(text.rstrip())), sentence
    else:
        at, said = _explained(text, what, reached, match[3])
    if missing:
        said = f"the prefix {missing[0]}: is not declared"
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return QuerySyntaxError(
        f"The {what} is not valid SPARQL at line {line}, column {column}: {said}.", hint, (line, column)
    )


def _parsed_again(text: str, what: str) -> SyntaxError | None:
    """The engine's error for a text with blanks behind it.

    Its parser takes as many characters as a word has before it compares them, and tells how far it came: without blanks, for most
    errors, the end of the text. An update has something behind it that keeps it from ever being one.
    """
    store, padded = ox.Store(), text + (_BEHIND if what == "query" else f"{_BEHIND}\n!")
    try:
        (store.query if what == "query" else store.update)(padded, base_iri="http://example.org/")
    except SyntaxError as error:
        return error
    except (ValueError, RuntimeError, OSError):
        pass
    return None


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return start + column - 1


def _explained(text: str, what: str, reached: int, told: str) -> tuple[int, str]:
    """Where the mistake is, and what the engine's words for it (``told``) mean, it having come to ``reached``."""
    end = len(text.rstrip())
    words = _words(told)
    signs = [found["sign"] for found in _EXPECTED.finditer(told) if found["sign"] and found["sign"][0] != "\\"]
    if signs:
        useful = [sign for sign in signs if sign not in _RARE_SIGNS] or signs
        return min(reached, end), f"expected {'one of ' if len(useful) > 1 else ''}{', '.join(map(_quoted, useful))}"
    if _DIGITS.search(told):
        return min(reached, end), "expected a number"
    at = min(max((reached - len(word) for word in words), default=end), end)
    word, beginning = _BEGINNINGS[what]
    rest = text[at:].split("\n", 1)[0]
    if not end or (word in words and not rest.upper().startswith(_PROLOGUE)):
        return at, beginning
    return at, f"from {_quoted(rest[:_EXCERPT].rstrip())} on it makes no sense" if rest else "it ends too early"


def _words(told: str) -> list[str]:
    """The words and sentences among what the engine says that it expected."""
    alternatives = told.partition("expected ")[2].removeprefix("one of ")
    return [found["words"].strip() for found in _EXPECTED.finditer(alternatives) if found["words"]]


def _quoted(text: str) -> str:
    return f"“{text}”"


def _declarations(missing: Sequence[str]) -> str:
    """What to write in front of a query, for a few prefixes; the IRI where it is one that this graph uses."""
    return " ".join(f"PREFIX {name}: <{PREFIXES.get(name, '…')}>" for name in missing[:5])
