"""Marks up a text in the project's model: what fixtures are made with.

Passages are named by what stands in them, so that a fixture's mark-up reads like the text; offsets, digests, sentences
and identifiers follow from it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from decimal import Decimal

import pyoxigraph as ox

from yuanhui_kg import turtle
from yuanhui_kg.alignment import normalised
from yuanhui_kg.namespaces import PREFIXES

Term = ox.NamedNode | ox.Literal
Place = str | tuple[str, int]  # what stands there, and which occurrence of it (from 1)

XSD = "http://www.w3.org/2001/XMLSchema#"


def name(curie: str) -> ox.NamedNode:
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def labels(zh: str, en: str) -> list[ox.Literal]:
    return [ox.Literal(zh, language="zh"), ox.Literal(en, language="en")]


def number(value: str) -> ox.Literal:
    return ox.Literal(format(Decimal(value), "f"), datatype=ox.NamedNode(XSD + "decimal"))


def integer(value: int) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))


def sha256(text: str) -> ox.Literal:
    return ox.Literal(hashlib.sha256(text.encode()).hexdigest())


class Markup:
    """A text's graph in the making; ``joined`` are lines whose sentence goes on behind the line break."""

    def __init__(self, id: str, text: str, joined: Iterable[str] = ()) -> None:
        self.id = id
        self.text = text
        self.triples: list[ox.Triple] = []
        self.exclusions: list[ox.Triple] = []
        self.sentences = list(self._split(tuple(joined)))
        for place in self.sentences:
            self._sentence(*place)

    def say(self, subject: str, predicate: str, *objects: Term | str, aside: bool = False) -> None:
        """Add triples; strings are CURIEs. ``aside``: they belong to the file of exclusions."""
        for thing in objects:
            node = name(thing) if isinstance(thing, str) else thing
            triple = ox.Triple(name(subject), name(predicate), node)
            (self.exclusions if aside else self.triples).append(triple)

    # --- places

    def find(self, place: Place) -> tuple[int, int]:
        surface, occurrence = (place, 1) if isinstance(place, str) else place
        pattern = r"\n?".join(map(re.escape, surface))
        matches = list(re.finditer(pattern, self.text))
        return matches[occurrence - 1].span()

    def span(self, start: int, end: int, *, aside: bool = False) -> str:
        iri = f"yh:{self.id}-span-{start}-{end}"
        self._specific(iri, "oa:SpecificResource", start, end, aside)
        (index,) = [i for i, (first, last) in enumerate(self.sentences, 1) if first <= start < last]
        self.say(iri, "yho:inSentence", f"yh:{self.id}-sentence-{index:03d}", aside=aside)
        return iri

    def _specific(self, iri: str, kind: str, start: int, end: int, aside: bool = False) -> None:
        printed, plain = self.text[start:end], normalised(self.text[start:end])
        selector = f"yh:{self.id}-selector-{start}-{end}"
        self.say(iri, "rdf:type", kind, aside=aside)
        self.say(iri, "oa:hasSource", f"yh:{self.id}-text", aside=aside)
        self.say(iri, "oa:hasSelector", selector, aside=aside)
        self.say(iri, "schema:sha256", sha256(printed), aside=aside)
        if plain != printed:
            self.say(iri, "yho:normalisedSha256", sha256(plain), aside=aside)
            self.say(iri, "yho:normalisedLength", integer(len(plain)), aside=aside)
        self.say(selector, "rdf:type", "oa:TextPositionSelector", aside=aside)
        self.say(selector, "oa:start", integer(start), aside=aside)
        self.say(selector, "oa:end", integer(end), aside=aside)

    def _sentence(self, start: int, end: int) -> None:
        iri = f"yh:{self.id}-sentence-{self.sentences.index((start, end)) + 1:03d}"
        self._specific(iri, "yho:Sentence", start, end)

    def _split(self, joined: tuple[str, ...]) -> Iterable[tuple[int, int]]:
        start = 0
        for end in [m.end() for m in re.finditer(r"[。！？]+[”’）]*|\n+|\Z", self.text)]:
            if self.text[:end].rstrip("\n").endswith(joined or ("\0",)) and self.text[end - 1] == "\n":
                continue
            body = self.text[start:end]
            if body.strip():
                yield start + len(body) - len(body.lstrip()), start + len(body.rstrip())
            start = end

    # --- what is said

    def document(self, zh: str, en: str) -> None:
        plain, text = normalised(self.text), f"yh:{self.id}-text"
        self.say(text, "rdf:type", "schema:TextObject")
        self.say(text, "skos:prefLabel", *labels(zh, en))
        self.say(text, "schema:encodesCreativeWork", f"yh:{self.id}-article")
        self.say(text, "schema:encodingFormat", ox.Literal("text/plain; charset=utf-8"))
        self.say(text, "schema:sha256", sha256(self.text))
        self.say(text, "yho:textLength", integer(len(self.text)))
        self.say(text, "yho:normalisedSha256", sha256(plain))
        self.say(text, "yho:normalisedLength", integer(len(plain)))
        self.say(f"yh:{self.id}-figures", "rdf:type", "qb:DataSet")
        self.say(f"yh:{self.id}-figures", "skos:prefLabel", *labels(zh + "数字", "figures of the " + en))
        self.say(f"yh:{self.id}-figures", "qb:structure", "yho:figureStructure")

    def entity(self, id: str, kind: str, zh: str, en: str, *places: Place) -> None:
        """A named thing, mentioned at these places (else wherever its name is printed)."""
        self.say(f"yh:{id}", "rdf:type", f"yho:{kind}")
        self.say(f"yh:{id}", "skos:prefLabel", *labels(zh, en))
        for start, end in map(self.find, places) if places else self._everywhere(zh):
            surface = re.sub(r"\s", "", self.text[start:end])
            mention = f"yh:{self.id}-mention-{id}-{start}"
            self.say(mention, "rdf:type", "oa:Annotation")
            self.say(mention, "oa:motivatedBy", "oa:identifying")
            self.say(mention, "oa:hasBody", f"yh:{id}")
            self.say(mention, "oa:hasTarget", self.span(start, end))
            self.say(mention, "yho:surfaceForm", ox.Literal(surface, language="zh"))
            if surface != zh:
                self.say(f"yh:{id}", "skos:altLabel", ox.Literal(surface, language="zh"))

    def _everywhere(self, surface: str) -> list[tuple[int, int]]:
        return [m.span() for m in re.finditer(r"\n?".join(map(re.escape, surface)), self.text)]

    def statement(self, subject: str, predicate: str, object: str, modality: str, *places: Place) -> str:
        kebab = re.sub(r"(?<!^)([A-Z])", r"-\1", predicate).lower()
        iri = f"yh:{self.id}-statement-{subject}-{kebab}-{object}"
        self.say(f"yh:{subject}", f"yho:{predicate}", f"yh:{object}")
        self.say(iri, "rdf:type", "rdf:Statement")
        self.say(iri, "rdf:subject", f"yh:{subject}")
        self.say(iri, "rdf:predicate", f"yho:{predicate}")
        self.say(iri, "rdf:object", f"yh:{object}")
        self.say(iri, "yho:modality", f"yho:{modality}")
        self.say(iri, "yho:evidence", *(self.span(*self.find(place)) for place in places))
        return iri

    def period(self, id: str, edtf: str, zh: str, en: str) -> None:
        iri = f"yh:period-{id}"
        self.say(iri, "rdf:type", "yho:Period")
        self.say(iri, "skos:prefLabel", *labels(zh, en))
        self.say(iri, "skos:notation", ox.Literal(edtf, datatype=name("edtf:EDTF")))

    def figure(
        self,
        id: str,
        value: str,
        unit: str,
        printed: str,
        labelled: tuple[str, str],
        *contexts: str,
        subject: str = "qinghe-district",
        indicator: str,
        kind: str = "level",
        period: str = "2030",
        base: str | None = None,
        breakdown: str = "total",
        limits: tuple[str, str | None] | None = None,
        bound: str = "exact",
        basis: str = "periodInferred",
        qualifies: str | None = None,
    ) -> None:
        """A figure; each context is a piece of text with the printed number in brackets: ``增长[6.2]%``."""
        iri = f"yh:{self.id}-figure-{id}"
        least, most = limits or (value, value)
        money = unit in ("unit:CCY_CNY", "unit:PERCENT")
        self.say(iri, "rdf:type", "qb:Observation")
        self.say(iri, "skos:prefLabel", *labels(*labelled))
        self.say(iri, "qb:dataSet", f"yh:{self.id}-figures")
        self.say(iri, "sdmx-measure:obsValue", number(value))
        self.say(iri, "schema:minValue", number(least))
        if most is not None:
            self.say(iri, "schema:maxValue", number(most))
        self.say(iri, "yho:subject", f"yh:{subject}")
        self.say(iri, "yho:indicator", f"yho:{indicator}")
        self.say(iri, "yho:period", f"yh:period-{period}")
        self.say(iri, "yho:periodBasis", f"yho:{basis}")
        self.say(iri, "yho:kind", f"yho:{kind}")
        self.say(iri, "yho:basePeriod", f"yh:period-{base}" if base else "yho:noBase")
        self.say(iri, "yho:breakdown", f"yho:{breakdown}")
        self.say(iri, "yho:unit", unit)
        self.say(iri, "yho:bound", f"yho:{bound}")
        self.say(iri, "yho:priceBasis", "yho:notStated" if money else "yho:notApplicable")
        self.say(iri, "yho:scope", "yho:notStated")
        self.say(iri, "yho:printedForm", ox.Literal(printed, language="zh"))
        if qualifies:
            self.say(iri, "yho:qualifies", qualifies)
        self.say(iri, "yho:evidence", *(self.span(*self.bracketed(context)) for context in contexts))

    def bracketed(self, context: str) -> tuple[int, int]:
        """Where what stands in brackets in a context is; the context occurs once."""
        before, inside, after = re.fullmatch(r"(.*)\[(.*)\](.*)", context).groups()  # type: ignore[union-attr]
        (match,) = re.finditer(re.escape(before + inside + after), self.text)
        return match.start() + len(before), match.start() + len(before + inside)

    def exclude(self, reason: str, *contexts: str) -> None:
        """Numerals that are no figures: contexts with the numeral in brackets."""
        for start, end in map(self.bracketed, contexts):
            iri = f"yh:{self.id}-exclusion-{start}-{end}"
            self.say(iri, "rdf:type", "yho:Exclusion", aside=True)
            self.say(iri, "yho:excludes", self.span(start, end, aside=True), aside=True)
            self.say(iri, "yho:hasReason", f"yho:{reason}", aside=True)
            self.say(iri, "yho:printedForm", ox.Literal(self.text[start:end], language="zh"), aside=True)

    def exclude_sentence(self, reason: str, beginning: str) -> None:
        start, _ = self.find(beginning)
        (index,) = [i for i, (first, _) in enumerate(self.sentences, 1) if first == start]
        end = self.sentences[index - 1][1]
        iri = f"yh:{self.id}-exclusion-{start}-{end}"
        self.say(iri, "rdf:type", "yho:Exclusion", aside=True)
        self.say(iri, "yho:excludes", f"yh:{self.id}-sentence-{index:03d}", aside=True)
        self.say(iri, "yho:hasReason", f"yho:{reason}", aside=True)

    def files(self) -> dict[str, str]:
        """The canonical Turtle of the graph and of the exclusions, by the files' names."""
        return {"triples.ttl": turtle.write(self.triples), "exclusions.ttl": turtle.write(self.exclusions)}
