"""Links as a table in the Simple Standard for Sharing Ontological Mappings (SSSOM/TSV, https://w3id.org/sssom/spec).

One row for each candidate that is kept, the best first; a mention without any has a row whose object is
``sssom:NoTermFound``. The column ``decision`` is an extension slot, declared in the header.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import IO, Final

from .. import __version__
from .matcher import ACCEPT, NOTHING, REVIEW, Candidate, Match

NO_TERM: Final = "sssom:NoTermFound"
COLUMNS: Final = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification", "confidence", "decision",
    "comment",
)  # fmt: skip
PREDICATES: Final = {ACCEPT: "skos:exactMatch", REVIEW: "skos:closeMatch", NOTHING: "skos:relatedMatch"}
_EXACT: Final = frozenset({"exact", "alt", "history"})
_HEADER: Final = """\
#curie_map:
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
#  sssom: https://w3id.org/sssom/
#mapping_set_id: {name}
#mapping_set_description: {description}
#license: {licence}
#mapping_tool: yuanhui-kg
#mapping_tool_version: {version}
#extension_definitions:
#- slot_name: decision
#  type_hint: xsd:string
"""


def write_sssom(
    matches: Iterable[Match],
    stream: IO[str],
    *,
    name: str = "urn:yuanhui-kg:links",
    licence: str = "https://w3id.org/sssom/license/unspecified",
    source: str = "",
) -> dict[str, int]:
    """Write matches as SSSOM/TSV, in their order.

    :param name: the IRI of the set of links.
    :param licence: the IRI of the licence under which it may be used.
    :param source: the IRI of where the register is from, if it has one.
    :return: how many mentions are decided in which way (``accept``, ``review``, ``none``).
    """
    description = (
        "Candidates for each mention, the best first, with the probability that it means them and the decision."
    )
    stream.write(
        _HEADER.format(
            name=json.dumps(name), description=json.dumps(description), licence=json.dumps(licence), version=__version__
        )
    )
    if source:
        stream.write(f"#object_source: {json.dumps(source)}\n")
    stream.write("\t".join(COLUMNS) + "\n")
    counts = dict.fromkeys((ACCEPT, REVIEW, NOTHING), 0)
    for match in matches:
        counts[match.decision] += 1
        if match.decision == NOTHING:
            stream.write(_line(match, None))
        for candidate in match.candidates:
            stream.write(_line(match, candidate))
    return counts


def _line(match: Match, candidate: Candidate | None) -> str:
    mention = match.mention
    if candidate is None:
        return _row(
            mention.id,
            mention.name,
            "skos:exactMatch",
            NO_TERM,
            "",
            "semapv:CompositeMatching",
            match.nothing,
            NOTHING,
            _why(match),
        )
    how = "semapv:LexicalMatching" if candidate.stage in _EXACT else "semapv:CompositeMatching"
    entry = candidate.entry
    predicate = PREDICATES[candidate.decision]
    return _row(
        mention.id,
        mention.name,
        predicate,
        entry.id,
        entry.name,
        how,
        candidate.confidence,
        candidate.decision,
        candidate.explanation,
    )


def _why(match: Match) -> str:
    if not match.candidates:
        return "no candidate"
    best = match.candidates[0].confidence
    close = sum(candidate.confidence > best - 0.05 for candidate in match.candidates)
    return f"near tie of {close} candidates" if close > 1 and match.nothing < best else "no candidate is likely enough"


def _row(*values: object) -> str:
    return "\t".join(_cell(value) for value in values) + "\n"


def _cell(value: object) -> str:
    """A value in one cell: what would end it becomes a blank."""
    text = f"{value:.4f}" if isinstance(value, float) else str(value)
    return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")
