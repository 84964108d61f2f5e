"""What the ontology's files say, parsed once for the lexicon and for the codes that people review."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

Objects = list[ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple]
#: The objects of each subject by predicate, IRIs as text; a predicate that a subject lacks gives an empty list.
Described = Mapping[str, Mapping[str, Objects]]


@functools.lru_cache(maxsize=4)
def described(files: tuple[Path, ...]) -> Described:
    """The subjects of Turtle files that have an IRI. Raises what the parser does where a file is none."""
    found: defaultdict[str, defaultdict[str, Objects]] = defaultdict(lambda: defaultdict(list))
    for file in files:
        for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode):
                found[quad.subject.value][quad.predicate.value].append(quad.object)
    return found
