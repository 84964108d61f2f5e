"""Whether an answer is the expected one: solutions up to the names of blank nodes, graphs up to isomorphism."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = Mapping[str, Term]

_RS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_RDF_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_FORMATS: Final = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_EXTENSIONS: Final = {
    ".srj": "application/sparql-results+json",
    ".srx": "application/sparql-results+xml",
    ".tsv": "text/tab-separated-values",
    ".csv": "text/csv",
}


@dataclass(frozen=True)
class Solutions:
    """Rows of terms; ``ordered`` where the order of the rows is part of the expectation."""

    variables: frozenset[str]
    rows: tuple[Row, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Table:
    """CSV, which drops what kind of term a value is."""

    rows: tuple[tuple[str, ...], ...]


Answer = Solutions | Table | bool | ox.Dataset


def media_type_for(path: Path) -> str | None:
    """The results format that a file with the expectation is in; ``None`` for RDF."""
    return _EXTENSIONS.get(path.suffix)


def expected(path: Path, iri: str) -> Answer:
    """What a file of a suite expects."""
    media_type = media_type_for(path)
    if media_type is not None:
        return answer(path.read_bytes(), media_type)
    format = ox.RdfFormat.from_extension(path.suffix[1:])
    assert format is not None, path
    dataset = ox.Dataset(ox.parse(path.read_bytes(), format, base_iri=iri))
    found = _result_set(dataset)
    return dataset if found is None else found


def answer(body: bytes, media_type: str) -> Answer:
    """What a server answered. Raises :class:`SyntaxError` or :class:`ValueError` where it is not in its format."""
    if media_type == "text/csv":
        lines = list(csv.reader(io.StringIO(body.decode("utf-8"), newline="")))
        return Table(tuple(tuple(line) for line in lines))
    if media_type in _FORMATS:
        results = ox.parse_query_results(body, _FORMATS[media_type])
        if isinstance(results, ox.QueryBoolean):
            return bool(results)
        names = [variable.value for variable in results.variables]
        rows = tuple(
            {name: term for name, term in zip(names, solution, strict=True) if term is not None} for solution in results
        )
        return Solutions(frozenset(names), rows)
    format = ox.RdfFormat.from_media_type(media_type)
    if format is None:
        raise ValueError(f"an answer in {media_type!r}")
    return ox.Dataset(ox.parse(body, format))


def _result_set(dataset: ox.Dataset) -> Solutions | bool | None:
    """Results that are written as RDF (the vocabulary of DAWG's first tests)."""
    nodes = [q.subject for q in dataset if q.predicate == _RDF_TYPE and q.object == ox.NamedNode(_RS + "ResultSet")]
    if not nodes:
        return None

    def values(subject: object, name: str) -> list[Term]:
        return [q.object for q in dataset.quads_for_subject(subject) if q.predicate.value == _RS + name]  # type: ignore[arg-type]

    if boolean := values(nodes[0], "boolean"):
        return bool(boolean[0].value in ("true", "1"))  # type: ignore[union-attr]
    rows: list[tuple[int, Row]] = []
    indexed = True
    for solution in values(nodes[0], "solution"):
        row: dict[str, Term] = {}
        for binding in values(solution, "binding"):
            row[values(binding, "variable")[0].value] = values(binding, "value")[0]  # type: ignore[union-attr]
        index = values(solution, "index")
        indexed = indexed and bool(index)
        rows.append((int(index[0].value) if index else 0, row))  # type: ignore[union-attr]
    variables = frozenset(term.value for term in values(nodes[0], "resultVariable"))  # type: ignore[union-attr]
    ordered = indexed and len(rows) > 1
    return Solutions(variables, tuple(row for _, row in sorted(rows, key=lambda pair: pair[0])), ordered)


def difference(found: Answer, wanted: Answer, *, lax: bool = False, exact: bool = False) -> str:
    """What is wrong with an answer in a few words; empty where it is right.

    :param lax: whether rows may be missing where they are there more than once.
    :param exact: compare the text of numbers and times; otherwise ``1.0`` and ``1.00`` are the same, as the engine
        stores a value and not how it was written.
    """
    if type(found) is not type(wanted):
        return f"{type(found).__name__} in place of {type(wanted).__name__}"
    if isinstance(found, bool):
        return "" if found == wanted else f"{found} in place of {wanted}"
    if isinstance(found, ox.Dataset):
        assert isinstance(wanted, ox.Dataset)
        return _graphs_differ(found, wanted, exact)
    if isinstance(found, Table):
        assert isinstance(wanted, Table)
        return _tables_differ(found, wanted, exact)
    assert isinstance(wanted, Solutions)
    # A result set without rows may leave its variables out.
    if found.variables != wanted.variables and wanted.variables:
        return f"the variables {sorted(found.variables)} in place of {sorted(wanted.variables)}"
    got = [_canonical_row(row, exact) for row in found.rows]
    want = [_canonical_row(row, exact) for row in wanted.rows]
    if lax:
        got, want = _once(got), _once(want)
    if len(got) != len(want):
        return f"{len(got)} rows in place of {len(want)}"
    if _match(got, want, {}, wanted.ordered):
        return ""
    return f"other rows: {_sample(got, want)}"


def _sample(got: Sequence[Row], want: Sequence[Row]) -> str:
    extra = [str(dict(row)) for row in got if row not in want]
    missing = [str(dict(row)) for row in want if row not in got]
    return f"{extra[:2]} in place of {missing[:2]}"[:600]


def _once(rows: Iterable[Row]) -> list[Row]:
    return list({tuple(sorted((name, str(term)) for name, term in row.items())): row for row in rows}.values())


def _canonical_row(row: Row, exact: bool) -> Row:
    return dict(row) if exact else {name: canonical(term) for name, term in row.items()}


def canonical(term: Term) -> Term:
    """A term as the engine gives it back once it is stored: numbers and times by value, language tags in lower case."""
    if isinstance(term, ox.Triple):
        return ox.Triple(canonical(term.subject), term.predicate, canonical(term.object))  # type: ignore[arg-type]
    if not isinstance(term, ox.Literal):
        return term
    if term.language is not None:
        return ox.Literal(term.value, language=term.language.lower(), direction=term.direction)
    if not term.datatype.value.startswith(_XSD):
        return term
    store = ox.Store()
    store.add(ox.Quad(ox.BlankNode(), _RDF_TYPE, term))
    found: Term = next(iter(store)).object
    return found


def _match(got: list[Row], want: list[Row], names: dict[str, str], ordered: bool) -> bool:
    """Whether the rows are the same under one renaming of blank nodes, which extends ``names``."""
    if not want:
        return True
    first, rest = want[0], want[1:]
    for index, row in enumerate(got[:1] if ordered else got):
        extended = _unify_rows(row, first, names)
        if extended is not None and _match(got[:index] + got[index + 1 :], rest, extended, ordered):
            return True
        if extended is names:  # nothing was chosen here, so that nothing can be chosen better
            return False
    return False


def _unify_rows(got: Row, want: Row, names: dict[str, str]) -> dict[str, str] | None:
    if got.keys() != want.keys():
        return None
    for name, term in want.items():
        extended = _unify(got[name], term, names)
        if extended is None:
            return None
        names = extended
    return names


def _unify(got: Term, want: Term, names: dict[str, str]) -> dict[str, str] | None:
    if isinstance(got, ox.Triple) and isinstance(want, ox.Triple):
        if got.predicate != want.predicate:
            return None
        inner = _unify(got.subject, want.subject, names)
        return None if inner is None else _unify(got.object, want.object, inner)
    if not isinstance(got, ox.BlankNode) or not isinstance(want, ox.BlankNode):
        return names if got == want else None
    if want.value in names:
        return names if names[want.value] == got.value else None
    return None if got.value in names.values() else {**names, want.value: got.value}


def _graphs_differ(found: ox.Dataset, wanted: ox.Dataset, exact: bool) -> str:
    got, want = _canonical_dataset(found, exact), _canonical_dataset(wanted, exact)
    if got == want:
        return ""
    extra = [str(quad) for quad in got if quad not in want]
    missing = [str(quad) for quad in want if quad not in got]
    return f"another graph: {extra[:3]} in place of {missing[:3]}"[:600]


def _canonical_dataset(dataset: ox.Dataset, exact: bool) -> ox.Dataset:
    if not exact:
        dataset = ox.Dataset(
            ox.Quad(canonical(q.subject), q.predicate, canonical(q.object), q.graph_name)  # type: ignore[arg-type]
            for q in dataset
        )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def _tables_differ(found: Table, wanted: Table, exact: bool) -> str:
    """Columns are compared by name, as ``SELECT *`` gives them no order; cells of blank nodes as no more than that."""

    def rows(table: Table) -> Counter[tuple[tuple[str, str], ...]]:
        header = table.rows[0]
        return Counter(
            tuple(sorted((name, _cell(cell, exact)) for name, cell in zip(header, row, strict=True)))
            for row in table.rows[1:]
        )

    if not found.rows or sorted(found.rows[0]) != sorted(wanted.rows[0]):
        return f"the header {found.rows[:1]} in place of {wanted.rows[:1]}"
    got, want = rows(found), rows(wanted)
    return "" if got == want else f"other rows: {list(got - want)[:2]} in place of {list(want - got)[:2]}"


def _cell(text: str, exact: bool) -> str:
    if text.startswith("_:"):
        return "_:"
    if exact:
        return text
    try:
        return repr(float(text))
    except ValueError:
        return text
