"""Linking by table expressions, for registers of hundreds of thousands of rows: on DuckDB here, unchanged on Spark.

Both tables have a column that tells what they are compared within (the code of the county, for villages): a mention is compared
with the rows of its own block only. Names are taken apart, and likenesses named, by the functions of the matcher in memory, as columns;
blocking, features, scores, probabilities and decisions are expressions of Ibis over its weights.

What differs from :class:`.Matcher`: the surroundings are the block and are taken as given; candidates come by whole name, core
and one edit, of two characters none exchanged (no alternative names, pinyin, histories, coordinates, organisations); an id
stands once in the register.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import DataError, UnavailableError
from . import knowledge, names
from .likeness import EDITS, likeness
from .matcher import NOTHING, REVIEW, Candidate, Match
from .tables import Entry, Mention

if TYPE_CHECKING:
    import ibis.expr.types as ir

_PARTS: Final = ("full", "core", "type", "mask", "lowest", "highest")
_LIKE: Final = tuple(sorted({*EDITS, "prefix", "abbreviation"}))
_TYPES: Final = ("same", "none", "whole", "unknown", "sibling", "inside", "higher", "lower:3", "lower:4", "lower:5")
_ODD: Final = tuple("01234")
_SEPARATOR: Final = "\t"
_MOST_KEPT: Final = 5
_LEAST_SHARE: Final = 0.01


def link_by(mentions: ir.Table, register: ir.Table, by: str) -> ir.Table:
    """Candidates for each mention within its block, with probability and decision.

    :param mentions: a table with the columns ``id``, ``name`` and ``by``, all strings.
    :param register: another one of the same back end, with ``parent_id`` too where blocks hold more than one level: what lies right
        below its block is nearer than what lies deeper.
    :param by: the column that both are compared within.
    :return: a row for each candidate that is kept: ``subject_id``, ``subject_label``, ``object_id``, ``object_label``, ``place`` (1
        for the best), ``stage``, ``confidence``, ``decision`` (of the mention: ``accept``, ``review``, ``none``), ``nothing`` (the probability
        that it means none); of a mention without candidates one row whose object is null.
    """
    mentions, register = mentions.cache(), register.cache()  # read once
    parsed = _parsed_names(mentions.select("name").union(register.select("name"), distinct=True))
    asked = _read(mentions, parsed, by, "m_")
    rows = _read(register, parsed, by, "r_")
    if "parent_id" in register.columns:
        rows = rows.mutate(r_gap=(rows.r_parent == rows.r_by).ifelse(1, 2))
    else:
        rows = rows.mutate(r_gap=1)
    rows = rows.filter(~rows.r_full.isin(sorted(knowledge.placeholders())), rows.r_by.fill_null("") != "")
    named = _typed(_named(asked, rows)).cache()
    alike = _typed(_alike(asked, rows, named)).select(*named.columns)
    return _decided(asked, _scored(named.union(alike)))


# Reading


def _udf(returns: type) -> Callable[[Callable[..., Any]], Any]:
    """A function of Arrow columns, as a column of the back end."""
    import ibis

    def wrap(function: Callable[..., Any]) -> Any:
        count = function.__code__.co_argcount
        return ibis.udf.scalar.pyarrow(function, signature=((str,) * count, returns))

    return wrap


@functools.cache
def _functions() -> tuple[Any, Any, Any]:
    """The functions of the matcher as columns: names normalised, taken apart, and compared."""

    def normalised(text):  # type: ignore[no-untyped-def]
        return _each(lambda one: names.normalise(one or ""), text)

    def analysed(text):  # type: ignore[no-untyped-def]
        return _each(_told, text)

    def like(m_full, m_core, m_type, r_full, r_core, r_type):  # type: ignore[no-untyped-def]
        return _each(_likeness, m_full, m_core, m_type, r_full, r_core, r_type)

    wrap = _udf(str)
    return wrap(normalised), wrap(analysed), wrap(like)


def _each(function: Callable[..., str], *given: Any) -> Any:
    """A function of values as one of Arrow columns; Ibis calls it with values where PySpark evaluates row by row."""
    import pyarrow as pa

    if not isinstance(given[0], pa.Array | pa.ChunkedArray):
        return function(*given)
    return pa.array(
        [function(*one) for one in zip(*(column.to_pylist() for column in given), strict=True)], pa.string()
    )


def _told(full: str) -> str:
    name = names.analyse(full)
    mask = sum(1 << rank for rank in name.ranks)
    return _SEPARATOR.join(
        (name.full, name.core, name.type, str(mask), str(min(name.ranks, default=0)), str(max(name.ranks, default=0)))
    )


def _likeness(m_full: str, m_core: str, m_type: str, r_full: str, r_core: str, r_type: str) -> str:
    mine = names.Name(m_full, m_core, m_type, names.NOWHERE)
    found = likeness(mine, names.Name(r_full, r_core, r_type, names.NOWHERE), True)
    return f"{found.way}{_SEPARATOR}{found.odd}" if found else _SEPARATOR


def _kept(table: ir.Table) -> ir.Table:
    """A table that calls functions, computed once. Ibis makes them known to Spark when it executes, not when it caches."""
    table.limit(0).to_pyarrow()
    return table.cache()


def _parsed_names(table: ir.Table) -> ir.Table:
    """Each name once, taken apart: where its ending tells all, by an expression, else by the function."""
    import ibis
    import pyarrow as pa

    normalise, analyse, _ = _functions()
    every = table.distinct()
    every = _kept(every.mutate(full=normalise(every.name)))
    easy = every.mutate(ending=_ending(every.full))
    easy = easy.mutate(core=easy.full.substr(0, easy.full.length() - easy.ending.length()))
    easy = easy.filter(easy.core.length() > 1, ~easy.core.endswith("族"))
    easy = _kept(easy.join(ibis.memtable(pa.Table.from_pylist(_ending_rows())), "ending").select("name", *_PARTS))
    hard = every.anti_join(easy, "name").select("name", "full")
    hard = _kept(hard.mutate(told=analyse(hard.full).split(_SEPARATOR)))  # else it is called for every column
    columns = {part: hard.told[place] for place, part in enumerate(_PARTS)}
    columns |= {part: columns[part].cast("int64") for part in _PARTS[3:]}
    return easy.union(hard.select("name", **columns)).cache()


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


def _ending_rows() -> list[dict[str, Any]]:
    """Endings that are taken off without looking at what stands before them."""
    return [
        {
            "ending": ending,
            "type": kind.type,
            "mask": sum(1 << rank for rank in kind.ranks),
            "lowest": min(kind.ranks),
            "highest": max(kind.ranks),
        }
        for ending, kind in knowledge.types().items()
        if kind.type not in knowledge.WHOLE | names.AUTONOMOUS
    ]


def _read(table: ir.Table, parsed: ir.Table, by: str, mark: str) -> ir.Table:
    """A table with its names taken apart, its columns marked; its block as a number, which is faster to join by."""
    import ibis

    wanted = {"id": "id", "name": "name", "by": by}
    if "parent_id" in table.columns and mark == "r_":
        wanted["parent"] = "parent_id"
    chosen = table.select(**wanted)
    joined = chosen.join(parsed, "name").mutate(n=ibis._.id, block=ibis._.by.hash())
    return joined.rename({mark + column: column for column in joined.columns}).cache()


# Finding


def _named(asked: ir.Table, rows: ir.Table) -> ir.Table:
    """Pairs whose whole names or cores are the same."""
    import ibis

    mine = _each_key(asked, "m_", "m_block")
    theirs = _each_key(rows, "r_", "r_block")
    pairs = (
        mine.join(theirs, [mine.m_block == theirs.r_block, mine.m_key == theirs.r_key]).select("m_n", "r_n").distinct()
    )
    found = _with_both(pairs, asked, rows).mutate(odd=ibis.literal(""), known=False, core_known=False)
    return found.mutate(stage=(found.m_full == found.r_full).ifelse("exact", "core"))


def _each_key(table: ir.Table, mark: str, block: str) -> ir.Table:
    full = table.select(mark + "n", block, table[mark + "full"].hash().name(mark + "key"))
    core = table.filter(table[mark + "core"] != table[mark + "full"])
    return full.union(core.select(mark + "n", block, core[mark + "core"].hash().name(mark + "key")))


def _with_both(pairs: ir.Table, asked: ir.Table, rows: ir.Table) -> ir.Table:
    return pairs.join(asked, "m_n").join(rows, "r_n")


def _alike(asked: ir.Table, rows: ir.Table, named: ir.Table) -> ir.Table:
    """Pairs one edit apart, for mentions whose name is no row's of their block."""
    sure = named.filter(named.relation.isin(["same", "none", "sibling"])).select("m_n").distinct()
    left = asked.anti_join(sure, "m_n").select(*asked.columns).cache()
    mine, theirs = _edits(left, "m_"), _edits(rows.semi_join(left, rows.r_block == left.m_block), "r_")
    pairs = (
        mine.join(theirs, [mine.m_block == theirs.r_block, mine.m_key == theirs.r_key]).select("m_n", "r_n").distinct()
    )
    pairs = pairs.anti_join(named.select("m_n", "r_n"), ["m_n", "r_n"]).select("m_n", "r_n").cache()
    found = _with_both(pairs, asked, rows).cache()
    columns = [found[mark + part] for mark in ("m_", "r_") for part in ("full", "core", "type")]
    found = _kept(found.mutate(told=_functions()[2](*columns).split(_SEPARATOR)))
    found = found.mutate(stage=found.told[0], odd=found.told[1]).drop("told").filter(lambda one: one.stage != "")
    full, core = rows.select(m_full=rows.r_full), rows.select(m_core=rows.r_core)
    cores = core.union(full.select(m_core=full.m_full)).distinct().mutate(core_known=True)
    found = found.left_join(full.distinct().mutate(known=True), "m_full").drop("m_full_right")
    return found.left_join(cores, "m_core").drop("m_core_right")


def _edits(table: ir.Table, mark: str) -> ir.Table:
    """The names and cores of a table as they are, and with each of their characters left out."""
    import ibis

    full = table.select(mark + "n", mark + "block", text=table[mark + "full"])
    core = table.filter(table[mark + "core"] != table[mark + "full"])
    both = full.union(core.select(mark + "n", mark + "block", text=core[mark + "core"]))
    both = both.filter(both.text.length() > 1)
    less = both.filter(both.text.length() > 2)
    less = less.mutate(left=ibis.range(0, less.text.length()).unnest())
    less = less.mutate(text=less.text.substr(0, less.left) + less.text.substr(less.left + 1))
    every = both.union(less.drop("left"))
    return every.select(mark + "n", mark + "block", every.text.hash().name(mark + "key"))


# Weighing


def _typed(found: ir.Table) -> ir.Table:
    """With how the types of both names stand to each other, as in :meth:`.Places._type`."""
    import ibis

    whole = sorted(knowledge.WHOLE)
    mine, theirs = found.m_type, found.r_type
    either_whole = mine.isin(whole) | theirs.isin(whole)
    relation = ibis.cases(
        (mine == "", "none"),
        (mine == theirs, "same"),
        (theirs.isin(whole) & (mine == "district"), "whole"),
        (found.r_mask == 0, "unknown"),
        ((found.m_mask & found.r_mask) != 0, either_whole.ifelse("whole", "sibling")),
        (found.m_full == found.r_core, "inside"),
        (found.m_lowest > found.r_highest, ibis.literal("lower:") + found.m_lowest.cast("string")),
        else_="higher",
    )
    return found.mutate(relation=relation)


def _weights() -> dict[str, float]:
    known: dict[str, float] = knowledge.weights()["places"]
    return known


def _weight(column: ir.StringValue, values: Iterable[str], before: str = "", after: str = "") -> ir.FloatingValue:
    """The weight of the feature that a column tells."""
    import ibis

    known = _weights()
    told = [(value, known.get(f"{before}{value}{after}", 0.0)) for value in values]
    cases = [(column == value, ibis.literal(weight)) for value, weight in told if weight]
    weighed: ir.FloatingValue = ibis.cases(*cases, else_=0.0) if cases else ibis.literal(0.0)
    return weighed


def _scored(found: ir.Table) -> ir.Table:
    """With the sum of the weights of a pair's features."""
    import ibis

    known = _weights()
    mine, theirs = found.m_core.length(), found.r_core.length()
    shorter = ibis.least(mine, theirs, 4).cast("string")
    stages = ("core", *_LIKE)
    exact = found.stage == "exact"
    sized = ibis.literal("core:") + ibis.least(theirs, 4).cast("string")
    told = exact.ifelse(sized, found.stage + ibis.literal(":") + shorter)
    sizes = [f"{stage}:{size}" for stage in stages for size in range(1, 5)]
    verbatim = (exact & (found.m_name == found.r_name)).ifelse(known["verbatim"], 0.0)
    edited = found.stage.isin(sorted(EDITS))
    untyped = edited & (found.m_type == "")
    two = untyped & (found.m_full.length() < 3)
    score = (
        _weight(found.stage, ("exact", *stages))
        + exact.ifelse(known["core"], 0.0)
        + _weight(told, sizes)
        + _weight(found.relation, _TYPES, before="type:")
        + known["context:all"]
        + (found.r_gap == 1).ifelse(known["gap:1"], known["gap:2"])
        + verbatim
        + _weight(found.odd, _ODD, before="odd:")
        + _weight(
            found.stage + ibis.literal(":odd:") + found.odd, [f"{e}:odd:{o}" for e in sorted(EDITS) for o in _ODD]
        )
        + (edited & found.known.fill_null(False)).ifelse(known["known-name"], 0.0)
        + (edited & found.core_known.fill_null(False)).ifelse(known["known-core"], 0.0)
        + (edited & ~found.relation.isin(["same", "none"])).ifelse(known["edit:type"], 0.0)
        + untyped.ifelse(_weight(found.stage, sorted(EDITS), after=":untyped"), 0.0)
        + two.ifelse(known.get("untyped:two", 0.0), 0.0)
    )
    return found.mutate(power=score.exp()).select("m_n", "r_n", "r_id", "r_name", "stage", "power")


def _nothing(asked: ir.Table) -> ir.Table:
    import ibis

    known = _weights()
    size = ibis.least(asked.m_full.length(), 5).cast("string")
    score = known["nothing"] + known["nothing:context"] + _weight(size, map(str, range(1, 6)), before="nothing:")
    whole = asked.m_type.isin(sorted(knowledge.WHOLE)).ifelse(known.get("nothing:whole", 0.0), 0.0)
    return asked.select("m_n", "m_id", "m_name", none=(score + whole).exp())


def _decided(asked: ir.Table, found: ir.Table) -> ir.Table:
    import ibis

    thresholds = knowledge.weights()["thresholds"]
    among = ibis.window(group_by="m_n")
    both = _nothing(asked).left_join(found, "m_n").drop("m_n_right")
    both = both.mutate(all=both.power.fill_null(0.0).sum().over(among) + both.none)
    both = both.mutate(share=both.power / both.all, nothing=both.none / both.all)
    order = ibis.window(group_by="m_n", order_by=[both.share.desc(), both.r_id])
    both = both.mutate(place=ibis.row_number().over(order) + 1, next=both.share.lead().over(order).fill_null(0.0))
    margin = both.share - ibis.greatest(both.next, both.nothing)
    sure = (both.share >= thresholds["accept"]) & (margin > thresholds["margin"])
    likely = (both.share >= thresholds["review"]) & (both.share > both.nothing)
    own = ibis.cases((both.r_n.isnull(), "none"), (sure & likely, "accept"), (likely, "review"), else_="none")
    both = both.mutate(decision=own.first().over(order))
    kept = both.filter((both.place == 1) | ((both.place <= _MOST_KEPT) & (both.share >= _LEAST_SHARE)))
    columns = {
        "subject_id": kept.m_id,
        "subject_label": kept.m_name,
        "object_id": kept.r_id,
        "object_label": kept.r_name,
        "confidence": kept.share,
    }
    return kept.select(**columns, **{name: kept[name] for name in ("place", "stage", "decision", "nothing")})


# From tables to a table


def matches_by(mentions: Path, register: Path, by: str) -> Iterator[Match]:
    """What :func:`link_by` on DuckDB says of two tab-separated tables, by mention.

    :param by: a column of both.
    :raises DataError: where a table cannot be read, or lacks a column.
    :raises UnavailableError: where Ibis and DuckDB are not installed.
    """
    try:
        import ibis

        database = ibis.duckdb.connect()
    except (ImportError, AttributeError) as error:
        hint = "Install them with the package: pip install 'yuanhui-kg[bulk]'."
        raise UnavailableError("Linking by a column needs Ibis and DuckDB.", hint) from error
    asked = _open(database, mentions, ("id", "name", by))
    rows = _open(database, register, ("id", "name", by))
    twice = rows.group_by("id").having(lambda one: one.count() > 1).agg(n=lambda one: one.count()).limit(1).to_pyarrow()
    if twice.num_rows:
        hint = "Leave out former rows, or link without --by."
        raise DataError(f"{register}: the id {twice['id'][0].as_py()!r} stands there more than once.", hint)
    found = link_by(asked, rows, by).order_by("subject_id", "place")
    return _matches(found)


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
    rows = (row for batch in found.to_pyarrow_batches(chunk_size=50_000) for row in batch.to_pylist())
    for id, its in itertools.groupby(rows, key=operator.itemgetter("subject_id")):
        every = list(its)
        first = every[0]
        candidates = tuple(map(_candidate, every)) if first["object_id"] is not None else ()
        yield Match(Mention(id, first["subject_label"]), first["decision"], candidates, round(first["nothing"], 4))


def _candidate(row: dict[str, Any]) -> Candidate:
    own = row["decision"] if row["place"] == 1 or row["decision"] == REVIEW else NOTHING
    entry = Entry(row["object_id"], row["object_label"])
    return Candidate(entry, round(row["confidence"], 4), own, row["stage"], ("block",))


__all__ = ["link_by", "matches_by"]
