"""Linking by table expressions, for registers of hundreds of thousands of rows: on DuckDB here, unchanged on Spark.

Both tables have a column that tells what they are compared within (the code of the county, for villages): a mention is compared
with the rows of its own block only. Candidates, probabilities and decisions are expressions of Ibis. What the code of the matcher in
memory tells (names taken apart, types and characters compared, features weighed), it tells once for each distinct set of values.

What differs from :class:`.Matcher`: the surroundings are the block and are taken as given; candidates come by whole name, core
and one edit, of two characters none exchanged (no alternative names, pinyin, histories, coordinates, organisations); an id
stands once in each table.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from ..errors import DataError, UnavailableError
from . import knowledge, names
from .evidence import relation
from .likeness import EDITS, likeness
from .matcher import ACCEPT, NOTHING, REVIEW, Candidate, Match, score
from .names import Name
from .reasons import CLOSE
from .review import Reviewed, write_reviewed
from .sssom import COLUMNS, NO_TERM, Cells, cells_of
from .tables import Entry, Mention

if TYPE_CHECKING:
    import ibis.expr.types as ir

_AGREE: Final = ("same", "none", "sibling")
_SEPARATOR: Final = "\t"
_NOWHERE: Final = -1
_LONGEST_EDITED: Final = 60  # characters: of longer names there would be too many keys
_MOST_KEPT: Final = 5
_LEAST_SHARE: Final = 0.01


def link_by(mentions: ir.Table, register: ir.Table, by: str) -> ir.Table:
    """Candidates for each mention within its block, with probability and decision.

    :param mentions: a table with the columns ``id``, ``name`` and ``by``, all strings.
    :param register: another one of the same back end, with ``parent_id`` too where blocks hold more than one level: what lies right
        below its block is nearer than what lies deeper.
    :param by: the column that both are compared within.
    :return: a row for each candidate that is kept: ``subject_id``, ``subject_label``, ``object_id``, ``object_label``, ``place`` (1
        for the best), ``stage``, ``features``, ``confidence``, ``decision`` (of the mention: ``accept``, ``review``, ``none``), ``nothing`` (the probability
        that it means none); of a mention without candidates one row whose object is null.
    """
    import ibis

    asked = mentions.select(id="id", name="name", by=by)
    tells = "parent_id" in register.columns
    gap = (register.parent_id == register[by]).ifelse("1", "2") if tells else ibis.literal("1")
    rows = register.select(id="id", name="name", by=by, gap=gap)
    asked, rows = _kept(asked), _kept(rows.filter(rows.by.fill_null("") != ""))
    parsed = _kept(_parsed(_kept(asked.select("name").union(rows.select("name"), distinct=True))))
    asked, rows = _kept(_marked(asked, parsed, "m_")), _kept(_marked(rows, parsed, "r_"))
    rows = rows.filter(~rows.r_full.isin(sorted(knowledge.placeholders())))
    named = _typed(_named(asked, rows))
    found = _kept(_ranked(named.union(_typed(_alike(asked, rows, named)))))
    return _told_of(_decided(_nothing(asked), found), found, rows)


# What the matcher tells


def _kept(table: ir.Table) -> ir.Table:
    """A table computed once. Spark's carry the whole plan that they come from, unless they are checkpoints."""
    backend = table.get_backend()
    if backend.name != "pyspark":
        return table.cache()
    from pyspark.sql import SparkSession

    table.limit(0).to_pyarrow()  # Ibis makes functions and tables in memory known to Spark when it executes
    name = f"kept_{uuid.uuid4().hex}"
    SparkSession.active().sql(backend.compile(table)).localCheckpoint().createOrReplaceTempView(name)
    return backend.table(name)


def _with(
    table: ir.Table, column: str, function: Callable[..., Any], given: Iterable[str], returns: type = str
) -> ir.Table:
    """A table with a column that a function tells of other ones, all strings; it is called once for each distinct set of them."""
    import ibis

    distinct = table.select(*given).distinct()
    text = ibis.literal(_SEPARATOR).join([distinct[name] for name in distinct.columns])
    told = _called(function, len(distinct.columns), returns)(text)
    return table.join(_kept(distinct.mutate(told.name(column))), distinct.columns)


@functools.cache
def _called(function: Callable[..., Any], count: int, returns: type) -> Any:
    """A function of strings as a function of a column, in which its arguments stand in one text."""
    import ibis
    import pyarrow as pa

    def one(text: str) -> Any:
        return function(*text.split(_SEPARATOR, count - 1))

    def told(texts):  # type: ignore[no-untyped-def]
        if not isinstance(texts, pa.Array | pa.ChunkedArray):  # PySpark evaluates row by row
            return one(texts)
        return pa.array(map(one, texts.to_pylist()), pa.string() if returns is str else pa.float64())

    told.__name__ = f"told_by_{function.__name__.strip('_')}"
    return ibis.udf.scalar.pyarrow(told, signature=((str,), returns))


# Reading


def _marked(table: ir.Table, parsed: ir.Table, mark: str) -> ir.Table:
    """A table with its names taken apart, its columns marked."""
    joined = table.join(parsed, "name")
    return joined.rename({mark + column: column for column in joined.columns})


def _parsed(every: ir.Table) -> ir.Table:
    """Names taken apart: where its ending tells all, by an expression, else by the matcher's function."""
    import ibis
    import pyarrow as pa

    easy = every.filter(every.name.re_search(f"^{names.plain()}+$"))
    easy = easy.mutate(ending=_ending(easy.name))
    easy = easy.mutate(core=easy.name.substr(0, easy.name.length() - easy.ending.length()))
    easy = easy.filter(easy.core.length() > 1, ~easy.core.endswith("族"))
    easy = _kept(easy.join(ibis.memtable(pa.Table.from_pylist(_endings())), "ending").mutate(full="name"))
    hard = _with(every.anti_join(easy, "name"), "told", _told, ("name",))
    told = hard.told.split(_SEPARATOR)
    hard = hard.select("name", full=told[0], core=told[1], kind=told[2])
    return easy.select(*hard.columns).union(hard)


def _told(text: str) -> str:
    name = names.parse(text)
    return _SEPARATOR.join((name.full, name.core, _kind(name.type, name.ranks)))


def _kind(type: str, ranks: Iterable[int]) -> str:
    """A type with the ranks that it may have, in one text; :func:`_type_and_ranks` reads it."""
    return " ".join((type, *map(str, sorted(ranks))))


def _ending(full: ir.StringValue) -> ir.StringValue:
    """The longest ending of a name that tells its type, before which something stands."""
    import ibis

    by_size: dict[int, list[str]] = {}
    for ending in knowledge.types():
        by_size.setdefault(len(ending), []).append(ending)
    length = full.length()
    told = [
        ((length > size) & full.right(size).isin(endings), full.right(size))
        for size, endings in sorted(by_size.items(), reverse=True)
    ]
    found: ir.StringValue = ibis.cases(*told, else_="")
    return found


def _endings() -> list[dict[str, str]]:
    """Endings that are taken off without looking at what stands before them; none is one too."""
    known = knowledge.types().items()
    simple = {ending: kind for ending, kind in known if kind.type not in knowledge.WHOLE | names.AUTONOMOUS}
    return [{"ending": "", "kind": ""}, *({"ending": e, "kind": _kind(*kind)} for e, kind in simple.items())]


# Finding


def _named(asked: ir.Table, rows: ir.Table) -> ir.Table:
    """Pairs whose whole names or cores are the same."""
    mine, theirs = _keys(asked, "m_"), _keys(rows, "r_")
    found = mine.join(theirs, [mine.m_by == theirs.r_by, mine.m_key == theirs.r_key])
    exact = found.m_full == found.r_full
    found = found.filter(~exact | (found.m_key == found.m_full))  # not by their cores again
    return _kept(_pairs(found, exact.ifelse("exact core", "core")))


def _keys(table: ir.Table, mark: str) -> ir.Table:
    full, core = table[mark + "full"], table[mark + "core"]
    return table.mutate(full.name(mark + "key")).union(table.filter(core != full).mutate(core.name(mark + "key")))


def _alike(asked: ir.Table, rows: ir.Table, named: ir.Table) -> ir.Table:
    """Pairs one edit apart, for mentions whose name is no row's of their block."""

    left = _kept(asked.anti_join(named.filter(named.relation.isin(_AGREE)), "m_id"))
    pairs = _edited(left, rows).anti_join(named, ["m_id", "r_id"])
    names_of_both = [mark + part for mark in ("m_", "r_") for part in ("full", "core", "kind")]
    found = _with(_kept(pairs.join(left, "m_id").join(rows, "r_id")), "told", _likeness, names_of_both)
    full, core = rows.select(m_full="r_full"), rows.select(m_core="r_core")
    found = _known(found.filter(found.told != ""), full, "known-name")
    found = _known(found, full.rename(m_core="m_full").union(core), "known-core")
    stage, untyped = found.told.split(" ")[0], found.m_kind == ""
    told = (
        (found["known-core"] == "").ifelse(found.told, stage)
        + found["known-name"]
        + found["known-core"]
        + untyped.ifelse(" " + stage + ":untyped", "")
        + (untyped & (found.m_full.length() < 3)).ifelse(" untyped:two", "")
    )
    return _kept(_pairs(found, told))


def _likeness(m_full: str, m_core: str, m_kind: str, r_full: str, r_core: str, r_kind: str) -> str:
    """The features of how one name may stand for another; none where it may not."""
    found = likeness(_name(m_full, m_core, m_kind), _name(r_full, r_core, r_kind), True)
    if found is None:
        return ""
    return f"{found.way} odd:{found.odd} {found.way}:odd:{found.odd}" if found.odd else found.way


def _known(found: ir.Table, texts: ir.Table, feature: str) -> ir.Table:
    """Pairs with a feature that tells whether the mention's part is some row's as well."""
    import ibis

    (part,) = texts.columns
    known = found.select(part).distinct().semi_join(texts, part)
    marked = found.left_join(known.mutate(ibis.literal(f" {feature}").name(feature)), part)
    return marked.drop(f"{part}_right").fill_null({feature: ""})


def _edited(asked: ir.Table, rows: ir.Table) -> ir.Table:
    """Pairs whose whole names or cores are one edit apart: the same with one character left out of one or of both.

    Of both it is the one in the same place, or of neighbours in one order the one that is a place further in the other.
    """
    mine, theirs = _less(asked, "m_"), _less(rows, "r_")
    pairs = mine.join(theirs, [mine.m_by == theirs.r_by, mine.m_field == theirs.r_field, mine.m_key == theirs.r_key])
    apart = (pairs.m_place - pairs.r_place).abs()
    same = pairs.m_character == pairs.r_character
    either = (pairs.m_place == _NOWHERE) | (pairs.r_place == _NOWHERE)
    return pairs.filter(either | (~same & (apart == 0)) | (same & (apart == 1))).select("m_id", "r_id").distinct()


def _less(table: ir.Table, mark: str) -> ir.Table:
    """Whole names and cores as they are, and with each of their characters left out, with its place."""
    import ibis

    def texts(field: str, least: int) -> ir.Table:
        text = table[mark + field]
        long = table.filter(text.length() >= least)
        return long.select(mark + "id", mark + "by", field=ibis.literal(field), text=text)

    whole = texts("full", 3).union(texts("core", 2))
    edited = whole.text.length().between(3, _LONGEST_EDITED)
    less = whole.filter(edited).mutate(place=ibis.range(0, whole.text.length()).unnest())
    place, text = less.place.cast("int64"), less.text
    less = less.mutate(place=place, character=text.substr(place, 1), key=text.substr(0, place) + text.substr(place + 1))
    whole = whole.mutate(place=ibis.literal(_NOWHERE, "int64"), character=ibis.literal(""), key=whole.text)
    every = whole.union(less.select(*whole.columns)).drop("text")
    return every.rename({mark + column: column for column in ("field", "place", "character", "key")})


# Weighing


def _pairs(found: ir.Table, told: ir.StringValue) -> ir.Table:
    """Pairs with the features of their names (:class:`.Evidence`), of which those that are told begin with the stage."""
    import ibis

    stage = told.split(" ")[0]
    mine, theirs = found.m_core.length(), found.r_core.length()
    sized = (stage == "exact").ifelse(
        ibis.literal("core:") + ibis.least(theirs, 4).cast("string"),
        stage + ":" + ibis.least(mine, theirs, 4).cast("string"),
    )
    verbatim = (found.m_name == found.r_name).ifelse(" verbatim", "")
    features = told + " " + sized + verbatim + " context:all gap:" + found.r_gap
    inside = (found.m_full == found.r_core).ifelse("inside", "")
    return found.select("m_id", "r_id", "m_kind", "r_kind", stage=stage, features=features, inside=inside)


def _typed(found: ir.Table) -> ir.Table:
    """Pairs with how the types of both names stand to each other."""
    import ibis

    typed = _with(found, "relation", _relation, ("m_kind", "r_kind", "inside"))
    mistyped = typed.stage.isin(sorted(EDITS)) & ~typed.relation.isin(["same", "none"])
    features = ibis.literal("type:") + typed.relation + mistyped.ifelse(" edit:type ", " ") + typed.features
    return typed.select("m_id", "r_id", "stage", "relation", features=features)


def _relation(m_kind: str, r_kind: str, inside: str) -> str:
    mine, theirs = _name("inside", "", m_kind), _name("", inside, r_kind)
    return relation(mine, theirs, theirs.ranks)


def _name(full: str, core: str, kind: str) -> Name:
    return Name(full, core, *_type_and_ranks(kind))


@functools.cache
def _type_and_ranks(kind: str) -> tuple[str, frozenset[int]]:
    type, *ranks = kind.split(" ")
    return type, frozenset(map(int, ranks))


def _weighed(table: ir.Table, column: str) -> ir.Table:
    """A table with the power of its features."""
    return _with(table, column, _power, ("features",), float)


def _ranked(found: ir.Table) -> ir.Table:
    """Pairs with the power of their features and, in ``place``, the rank among those of their mention (1 is the best)."""
    import ibis

    weighed = _weighed(found, "power")
    order = ibis.window(group_by="m_id", order_by=[weighed.power.desc(), weighed.r_id])
    return weighed.select("m_id", "r_id", "stage", "features", "power", place=ibis.row_number().over(order) + 1)


def _power(features: str) -> float:
    return math.exp(score(features.split(" "), knowledge.weights()["places"]))


def _nothing(asked: ir.Table) -> ir.Table:
    """Mentions with the power of their meaning nothing."""
    import ibis

    size = ibis.least(asked.m_full.length(), 5).cast("string")
    whole = asked.m_kind.split(" ")[0].isin(sorted(knowledge.WHOLE)).ifelse(" nothing:whole", "")
    features = ibis.literal("nothing nothing:context nothing:") + size + whole
    return _weighed(asked.select("m_id", "m_name", features=features), "none").drop("features")


def _decided(mentions: ir.Table, found: ir.Table) -> ir.Table:
    """Mentions with what is decided of them, as :meth:`.Matcher.match` decides; ``all``: the power of all that they may mean."""
    import ibis

    thresholds = knowledge.weights()["thresholds"]
    best = found.group_by("m_id").agg(
        sum=found.power.sum(), best=found.power.max(), next=found.power.max(where=found.place == 2)
    )
    both = mentions.left_join(best, "m_id").drop("m_id_right")
    both = both.mutate(all=both.none + both.sum.fill_null(0.0))
    share, nothing = both.best / both.all, both.none / both.all
    margin = share - ibis.greatest(both.next.fill_null(0.0) / both.all, nothing)
    likely = (share >= thresholds["review"]) & (share > nothing)
    sure = likely & (share >= thresholds["accept"]) & (margin > thresholds["margin"])
    decision = ibis.cases((sure, ACCEPT), (likely, REVIEW), else_=NOTHING)
    return both.select("m_id", "m_name", "all", nothing=nothing, decision=decision)


def _told_of(mentions: ir.Table, found: ir.Table, rows: ir.Table) -> ir.Table:
    """Mentions with the candidates that are kept."""
    found = found.filter(found.place <= _MOST_KEPT).join(rows.select("r_id", "r_name"), "r_id")
    both = mentions.left_join(found, "m_id")
    both = both.mutate(confidence=both.power / both["all"], place=both.place.fill_null(1))
    both = both.filter((both.place == 1) | (both.confidence >= _LEAST_SHARE))
    named = {"subject_id": "m_id", "subject_label": "m_name", "object_id": "r_id", "object_label": "r_name"}
    return both.select("confidence", "place", "stage", "features", "decision", "nothing", **named)


# From tables to a table


def write_links_by(
    mentions: Path, register: Path, by: str, earlier: Reviewed, stream: IO[str]
) -> tuple[dict[str, int], list[str]]:
    """Write what :func:`link_by` on DuckDB says of two tab-separated tables, as :func:`.write_reviewed` writes matches.

    What a person decided earlier comes first, then all other mentions, by their ids.

    :param by: a column of both.
    :return: how many mentions are decided in which way, and what a person should look at again.
    :raises DataError: where a table cannot be read, or lacks a column.
    :raises UnavailableError: where Ibis and DuckDB are not installed.
    """
    found = _kept(_linked(_database(), mentions, register, by))
    import ibis
    import pyarrow as pa

    decided = ibis.memtable(pa.table({"subject_id": pa.array(list(earlier.decided), pa.string())}))
    again, left = found.semi_join(decided, "subject_id"), found.anti_join(decided, "subject_id")
    counts, told = write_reviewed(_matches(again), None, earlier, stream)
    lines = _lines(left, _SEPARATOR * len(earlier.more) + "\n")  # what it keeps is dropped with the expression
    for batch in lines.to_pyarrow_batches(chunk_size=50_000):
        stream.write("".join(batch["line"].to_pylist()))
    each = left.filter(left.place == 1).group_by("decision").agg(count=lambda one: one.count())
    for row in each.to_pyarrow().to_pylist():
        counts[row["decision"]] += row["count"]
    return counts, told


def _database() -> Any:
    try:
        import ibis

        return ibis.duckdb.connect()
    except (ImportError, AttributeError) as error:
        hint = "Install them with the package: pip install 'yuanhui-kg[bulk]'."
        raise UnavailableError("Linking by a column needs Ibis and DuckDB.", hint) from error


def _linked(database: Any, mentions: Path, register: Path, by: str) -> ir.Table:
    asked, rows = (_kept(_open(database, path, ("id", "name", by))) for path in (mentions, register))
    _check_ids(asked, mentions, "Give each row its own id.")
    _check_ids(rows, register, "Leave out former rows, or link without --by.")
    return link_by(asked, rows, by)


def _check_ids(table: ir.Table, path: Path, hint: str) -> None:
    """Raises :class:`DataError` where an id stands in two rows."""
    counted = table.group_by("id").agg(count=lambda one: one.count())
    twice = counted.filter(counted["count"] > 1).limit(1).to_pyarrow().to_pylist()
    if twice:
        raise DataError(f"{path}: the id {twice[0]['id']!r} stands there more than once.", hint)


def _open(database: Any, path: Path, columns: Iterable[str]) -> ir.Table:
    import duckdb

    try:
        table: ir.Table = database.read_csv(path, delim="\t", quote="", escape="", header=True, all_varchar=True)
    except (duckdb.Error, OSError) as error:
        told = str(error).partition("\n")[0]
        raise DataError(f"{path} cannot be read as a table: {told}", "Save it as tab-separated UTF-8.") from None
    for column in columns:
        if column not in table.columns:
            raise DataError(f"{path}, line 1: there is no column {column!r}.", f"It has {', '.join(table.columns)}.")
    return table.filter(table["id"].notnull() & table["name"].notnull())


def _matches(found: ir.Table) -> Iterator[Match]:
    """The rows of each mention as the match that they are."""
    rows = found.order_by("subject_id", "place").to_pyarrow().to_pylist()
    for id, its in itertools.groupby(rows, key=operator.itemgetter("subject_id")):
        every = list(its)
        first = every[0]
        candidates = tuple(map(_candidate, every)) if first["object_id"] is not None else ()
        yield Match(Mention(id, first["subject_label"]), first["decision"], candidates, round(first["nothing"], 4))


def _candidate(row: dict[str, Any]) -> Candidate:
    entry = Entry(row["object_id"], row["object_label"])
    features = tuple(row["features"].split(" "))
    return Candidate(
        entry, round(row["confidence"], 4), _own(row["decision"], row["place"] == 1), row["stage"], features
    )


def _own(decision: str, best: bool) -> str:
    """The decision of a candidate: the mention's, but that only the best can be accepted."""
    return decision if best or decision == REVIEW else NOTHING


# Lines as :func:`.cells_of` has them, made once of each kind, with a line end (which no value has) for each value that differs.

_VALUES: Final = ("subject_id", "subject_label", "object_id", "object_label", "confidence")


def _lines(found: ir.Table, end: str) -> ir.Table:
    """The lines of a table of links, in ``line``, with their ends."""
    import ibis

    own = found.filter(found.object_id.notnull())
    own = own.mutate(best=(own.place == 1).ifelse("best", ""), place=own.place.cast("int64"))
    own = _with(own, "line", _line_of_candidate, ("decision", "best", "stage", "features"))
    none = _with(_unlinked(found), "line", _line_of_nothing, ("close", "likelier"))
    no_object = {"object_id": ibis.literal(NO_TERM), "object_label": ibis.literal("")}
    none = none.mutate(place=ibis.literal(0, "int64"), confidence=none.nothing, **no_object)
    every = own.select(*_VALUES, "line", "place").union(none.select(*_VALUES, "line", "place"))
    every = every.order_by("subject_id", "place")
    tenths = (every.confidence * 10_000).round().cast("int64")
    shown = (tenths // 10_000).cast("string") + "." + (tenths % 10_000).cast("string").lpad(4, "0")
    values = {**{column: every[column] for column in _VALUES}, "confidence": shown}
    line, pieces = ibis.literal(""), every.line.split("\n")
    for place, column in enumerate(column for column in COLUMNS if column in _VALUES):
        line = line + pieces[place] + values[column]
    return every.select(line=line + pieces[len(_VALUES)] + ibis.literal(end))


def _line_of_candidate(decision: str, best: str, stage: str, features: str) -> str:
    own = Candidate(Entry("", ""), 0.0, _own(decision, bool(best)), stage, tuple(features.split(" ")))
    *_, cells = cells_of(Match(Mention("", ""), decision, (own,), 0.0))
    return _line(cells)


def _unlinked(found: ir.Table) -> ir.Table:
    """Mentions linked to nothing: how many candidates are about as likely as the best, and whether that is likelier than nothing."""
    left = found.filter(found.decision == NOTHING)
    top = left.filter(left.place == 1).select("subject_id", "subject_label", "nothing", best="confidence")
    near = left.join(top.select("subject_id", "best"), "subject_id")
    near = near.filter(near.confidence > near.best - CLOSE).group_by("subject_id").agg(close=lambda one: one.count())
    both = top.left_join(near, "subject_id").drop("subject_id_right")
    likelier = (both.nothing < both.best.fill_null(0.0)).ifelse("yes", "")
    return both.mutate(close=both.close.fill_null(0).cast("string"), likelier=likelier)


def _line_of_nothing(close: str, likelier: str) -> str:
    among = (Candidate(Entry("", ""), 0.5, NOTHING, "", ()),) * int(close)
    cells, *_ = cells_of(Match(Mention("", ""), NOTHING, among, 0.0 if likelier else 1.0))
    return _line(cells)


def _line(cells: Cells) -> str:
    return _SEPARATOR.join("\n" if column in _VALUES else cells[column] for column in COLUMNS)


__all__ = ["link_by", "write_links_by"]
