"""Links as a table in the Simple Standard for Sharing Ontological Mappings (SSSOM/TSV, https://w3id.org/sssom/spec).

One row for each candidate that is kept, the best first; a mention without any has a row whose object is
``sssom:NoTermFound``. The column ``decision`` is an extension slot, declared in the header.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import IO, Final

from .. import __version__
from . import reasons
from .matcher import ACCEPT, NOTHING, REVIEW, Match

Cells = dict[str, str]
NO_TERM: Final = "sssom:NoTermFound"
COLUMNS: Final = (
    "subject_id", "subject_label", "subject_context", "predicate_id", "object_id", "object_label", "object_context",
    "mapping_justification", "confidence", "decision", "proposed", "comment", "comment_zh",
)  # fmt: skip
SUBJECT_SOURCE: Final = "subject_source"
_OWN: Final = (
    "subject_context",
    "object_context",
    "decision",
    "proposed",
    "comment_zh",
)  # slots that SSSOM does not have
PREDICATES: Final = {ACCEPT: "skos:exactMatch", REVIEW: "skos:closeMatch", NOTHING: "skos:relatedMatch"}
_NAME: Final = "urn:yuanhui-kg:links"
_LICENCE: Final = "https://w3id.org/sssom/license/unspecified"
_DESCRIPTION: Final = (
    "Candidates for each mention, the best first, with the probability that it means them and the decision."
)
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
""" + "".join(f"#- slot_name: {slot}\n#  type_hint: xsd:string\n" for slot in _OWN)


def write_sssom(
    matches: Iterable[Match],
    stream: IO[str],
    *,
    name: str = _NAME,
    licence: str = _LICENCE,
    source: str = "",
    sources: Iterable[str] | None = None,
) -> dict[str, int]:
    """Write matches as SSSOM/TSV, in their order.

    :param name: the IRI of the set of links.
    :param licence: the IRI of the licence under which it may be used.
    :param source: the IRI of where the register is from, if it has one.
    :param sources: the IRI of where each match's mention is from, where the same name may be another thing's in each (slot ``subject_source``).
    :return: how many mentions are decided in which way (``accept``, ``review``, ``none``).
    """
    stream.write(header_of(name, licence, source))
    stream.write("\t".join((*COLUMNS, *(() if sources is None else (SUBJECT_SOURCE,)))) + "\n")
    counts = dict.fromkeys((ACCEPT, REVIEW, NOTHING), 0)
    each = repeat(()) if sources is None else ((one,) for one in sources)
    for match, last in zip(matches, each, strict=False):
        counts[match.decision] += 1
        for row in cells_of(match):
            stream.write("\t".join(map(_cell, (*row.values(), *last))) + "\n")
    return counts


def header_of(name: str | None, licence: str | None, source: str = "") -> str:
    """The comments that a table begins with."""
    told = json.dumps(_DESCRIPTION), json.dumps(name or _NAME), json.dumps(licence or _LICENCE)
    head = _HEADER.format(description=told[0], name=told[1], licence=told[2], version=__version__)
    return head + (f"#object_source: {json.dumps(source)}\n" if source else "")


def slots_of(lines: Iterator[str]) -> tuple[dict[str, str], str]:
    """The slots of the comments that a table begins with, and the line after them."""
    slots: dict[str, str] = {}
    for line in lines:
        text = line.strip().strip('"')
        if text and not text.startswith("#"):
            return slots, line
        name, _, value = text.removeprefix("#").partition(":")
        slots[name] = value.strip().strip("\"'")
    return slots, ""


def cells_of(match: Match) -> Iterator[Cells]:
    """The rows of a mention, by column."""
    mention = match.mention
    subject = {
        "subject_id": mention.id,
        "subject_label": mention.name,
        "subject_context": "/".join(mention.context),
    }
    if match.decision == NOTHING:
        zh, en = reasons.of_nothing(match)
        yield subject | {
            "predicate_id": "skos:exactMatch",
            "object_id": NO_TERM,
            "object_label": "",
            "object_context": "",
            "mapping_justification": "semapv:CompositeMatching",
            "confidence": f"{match.nothing:.4f}",
            "decision": NOTHING,
            "proposed": NOTHING,
            "comment": en,
            "comment_zh": zh,
        }
    for candidate in match.candidates:
        own = candidate.decision
        zh, en = reasons.of_candidate(candidate)
        yield subject | {
            "predicate_id": PREDICATES[own],
            "object_id": candidate.entry.id,
            "object_label": candidate.entry.name,
            "object_context": "/".join(candidate.within),
            "mapping_justification": f"semapv:{'Lexical' if candidate.stage in _EXACT else 'Composite'}Matching",
            "confidence": f"{candidate.confidence:.4f}",
            "decision": own,
            "proposed": own,
            "comment": en,
            "comment_zh": zh,
        }


def _cell(text: str) -> str:
    """A value in one cell: what would end it becomes a blank."""
    return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")
