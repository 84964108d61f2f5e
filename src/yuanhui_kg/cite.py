"""Ready-made citations of anything in a graph: what is cited, the data set that holds it, and the text it rests on.

What is cited is the fact in the data set: its label (a phrase of the data's own), the data set with version and year,
the fact's IRI, the digest of its content; and beside it the text that is its source, with the place of the characters.
Nothing is invented: what the graph does not tell is left out or, where a style wants it, shown as unknown. The day of
access is the reader's to fill in.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from . import origins
from .digest import CANONICALIZATION, Digest, digest_or_none
from .errors import NotFoundError, UsageError
from .evidence import Place, places
from .figures import label
from .graph.facts import Facts
from .graph.reading import OA, RDF, SKOS, anywhere, is_node
from .namespaces import ONTOLOGY, PREFIXES, SCHEMA, YHO
from .store import Reader
from .terms import id_of, is_iri

LANGUAGES: Final = ("zh", "en")
MAX_PLACES: Final = 10  #: Of the places in one text, those that a citation lists; it tells how many more there are.

#: Styles, their media types and the extensions of their files under ``/data/``.
STYLES: Final[dict[str, tuple[str, str]]] = {
    "gbt7714": ("text/plain", "gbt.txt"),
    "bibtex": ("application/x-bibtex", "bib"),
    "csl": ("application/vnd.citationstyles.csl+json", "csl.json"),
    "text": ("text/plain", "cite.txt"),
}

_DCTERMS: Final = PREFIXES["dcterms"]
_PARTS: Final = tuple(RDF + name for name in ("subject", "predicate", "object"))
_RETRACTED: Final = ox.NamedNode(YHO.RetractedFact)
_DATASET: Final = ox.NamedNode(PREFIXES["dcat"] + "Dataset")
_DATED: Final = (_DCTERMS + "issued", SCHEMA.datePublished, _DCTERMS + "modified", _DCTERMS + "created")
_DATE: Final = re.compile(r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?:T.*)?")


@dataclass(frozen=True)
class Source:
    """A text that a fact rests on, as far as the graph tells of it.

    :param date: year, year and month, or day, as in ``2021`` or ``2021-05-12``.
    :param inferred: whether the date is inferred rather than printed.
    :param newspaper: label of the newspaper; ``None`` where it is not told.
    :param count: how many places there are; ``places`` holds the first :data:`MAX_PLACES`.
    """

    iri: str
    title: dict[str, str]
    authors: tuple[dict[str, str], ...]
    date: str | None
    inferred: bool
    is_news: bool
    newspaper: dict[str, str] | None
    places: tuple[Place, ...]
    count: int

    @property
    def year(self) -> str | None:
        return self.date[:4] if self.date else None


@dataclass(frozen=True)
class Citation:
    """What is needed to cite a fact; the styles are its methods.

    :param modality: label of the modality of a statement that is not asserted (planned, sought …), or that it was retracted.
    :param printed: the forms in which the text prints a figure.
    :param data_set: what holds it: the data set in its named graph, else that of the ontology's header; its title is empty where
        none is told.
    :param version, year, creators: of the data set.
    """

    iri: str
    title: dict[str, str]
    modality: dict[str, str] | None
    printed: tuple[str, ...]
    data_set: origins.Source
    version: str | None
    year: str | None
    creators: tuple[str, ...]
    digest: Digest | None
    sources: tuple[Source, ...]

    def gbt7714(self, accessed: datetime.date | None = None) -> str:
        """GB/T 7714—2015, a line each for the fact and for its sources; in Chinese, the language of the sources."""
        return _gbt7714(self, accessed)

    def bibtex(self, language: str = "zh", accessed: datetime.date | None = None) -> str:
        """BibTeX entries of the type ``@misc``, which every style knows, in UTF-8."""
        return _bibtex(self, language, accessed)

    def csl(self, language: str = "zh", accessed: datetime.date | None = None) -> list[dict[str, Any]]:
        """Items of CSL-JSON (schema 1.0.2)."""
        return _csl(self, language, accessed)

    def text(self, language: str = "zh", accessed: datetime.date | None = None) -> str:
        """One paragraph for people."""
        return _text(self, language, accessed)

    def name(self, language: str) -> str:
        """The title; with the modality where the fact is none yet."""
        title = self.title[language]
        if self.modality is None:
            return title
        return f"{title}（{self.modality['zh']}）" if language == "zh" else f"{title} ({self.modality['en']})"

    def held(self, language: str) -> str:
        """The title of the data set, with its vintage where that is told; empty where no title is."""
        title, vintage = self.data_set.title.get(language, ""), self.data_set.vintage
        if not title or not vintage:
            return title
        return f"{title}（数据年份：{vintage}）" if language == "zh" else f"{title} (data of {vintage})"

    @property
    def licence(self) -> str:
        """The licence of a data set beside the graph, whose terms who cites it may not expect."""
        return "" if self.data_set.iri == ONTOLOGY else self.data_set.licence

    def as_dict(self, language: str = "zh", accessed: datetime.date | None = None) -> dict[str, Any]:
        """Everything as JSON, with all styles ready."""
        return {
            "iri": self.iri,
            "id": id_of(self.iri),
            "title": {tongue: self.name(tongue) for tongue in LANGUAGES},
            "data_set": {
                "iri": self.data_set.iri or None,
                "title": self.data_set.title.get(language),
                "version": self.version,
                "year": self.year,
                "creators": list(self.creators),
                "publisher": self.data_set.publisher or None,
                "vintage": self.data_set.vintage or None,
                "licence": self.data_set.licence or None,
            },
            "digest": self.digest.as_dict() if self.digest else None,
            "sources": [
                {
                    "iri": source.iri,
                    "id": id_of(source.iri),
                    "title": source.title,
                    "date": source.date,
                    "date_inferred": source.inferred,
                    "places": [{"start": place.start, "end": place.end} for place in source.places],
                    "places_in_all": source.count,
                }
                for source in self.sources
            ],
            "styles": {
                "gbt7714": self.gbt7714(accessed),
                "bibtex": self.bibtex(language, accessed),
                "csl": self.csl(language, accessed),
                "text": {tongue: self.text(tongue, accessed) for tongue in LANGUAGES},
            },
        }


def styled(citation: Citation, style: str, language: str | None = None, accessed: datetime.date | None = None) -> str:
    """A citation as the text of a file; ``text`` without a language is in both. Raises :class:`UsageError`."""
    write: dict[str, Callable[[str], str]] = {
        "gbt7714": lambda _: citation.gbt7714(accessed),
        "bibtex": lambda tongue: citation.bibtex(tongue, accessed),
        "csl": lambda tongue: json.dumps(citation.csl(tongue, accessed), ensure_ascii=False, indent=1),
        "text": lambda tongue: citation.text(tongue, accessed),
    }
    if style not in write:
        raise UsageError(f"There is no style {style[:100]!r} of citations.", f"Styles are {', '.join(STYLES)}.")
    if language not in (None, *LANGUAGES):
        raise UsageError(f"There is no language {str(language)[:100]!r} of citations.", "Languages are zh and en.")
    tongues = LANGUAGES if language is None and style == "text" else (language or LANGUAGES[0],)
    return "\n\n".join(write[style](tongue).rstrip("\n") for tongue in tongues) + "\n"


def access_date(text: str | None) -> datetime.date | None:
    """A day of access, written ``2026-11-22``. Raises :class:`UsageError`."""
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text[:100]!r} is no day.", "Write it as in 2026-11-22.") from None


# --- reading ----------------------------------------------------------------------------------------------------------


def cite(reader: Reader, iri: str) -> Citation:
    """The citation of a figure, a statement, an entity, or whatever else the graph tells of.

    :raises NotFoundError: where the graph says nothing of it.
    :raises UsageError: where ``iri`` is no IRI.
    """
    if not is_iri(iri):
        raise UsageError(f"Parameter iri must be an absolute IRI, not {iri[:200]!r}.")
    facts, resource = Facts(reader), ox.NamedNode(iri)
    if not facts.about(resource) and not _is_named(reader, resource):
        raise NotFoundError(f"The graph says nothing of {iri}.", "Look for the thing's IRI with a search for its name.")
    data_set = _data_set(facts, resource)
    holder = ox.NamedNode(data_set.iri) if data_set.iri else None
    return Citation(
        iri=iri,
        title=_title(facts, resource),
        modality=_modality(facts, resource),
        printed=tuple(o.value for o in facts.objects(resource, YHO.printedForm)),
        data_set=data_set,
        version=_value(facts.one(holder, PREFIXES["owl"] + "versionInfo")),
        year=(_dated(facts, holder, _DCTERMS + "modified", _DCTERMS + "issued", _DCTERMS + "created") or "")[:4]
        or None,
        creators=tuple(o.value for o in facts.objects(holder, _DCTERMS + "creator") if isinstance(o, ox.Literal)),
        digest=digest_or_none(facts, resource),
        sources=tuple(_sources(facts, places(facts, _spans(facts, resource)))),
    )


def _data_set(facts: Facts, resource: ox.NamedNode) -> origins.Source:
    """What holds a fact, as far as the graph tells; the first where several do, those of which something is told before others."""
    graphs = origins.graphs(facts.reader, [resource]).get(resource, [])
    if origins.DEFAULT not in graphs and _DATASET in facts.objects(
        resource, RDF + "type"
    ):  # one that the catalogue describes
        return dataclasses.replace(origins.source(facts, resource.value), title={})
    held = origins.holders(facts, [resource.value])
    return next(iter(sorted(held, key=lambda one: not one.title)), origins.NOBODY)


def _is_named(reader: Reader, resource: ox.NamedNode) -> bool:
    rows = reader.select(f"SELECT ?s ?o WHERE {{ {anywhere('?s ?p ?o')} }} LIMIT 1", {"o": resource})
    return any(True for _ in rows)


def _title(facts: Facts, resource: ox.NamedNode) -> dict[str, str]:
    """The label; of a statement, which has none, what it states."""
    parts = [facts.one(resource, part) for part in _PARTS]
    titles = origins.title(facts, resource)
    if titles and not facts.about(resource).get(SKOS + "prefLabel"):  # an ontology, a data set
        return titles
    if None in parts or facts.about(resource).get(SKOS + "prefLabel"):
        return label(facts, resource)
    labels = [facts.label(part) for part in parts]
    return {"zh": "——".join(label["zh"] for label in labels), "en": " – ".join(label["en"] for label in labels)}


def _modality(facts: Facts, resource: ox.NamedNode) -> dict[str, str] | None:
    if _RETRACTED in facts.objects(resource, RDF + "type"):
        return facts.label(_RETRACTED)
    modality = facts.one(resource, YHO.modality)
    return facts.label(modality) if is_node(modality) and modality.value != YHO.asserted else None


def _spans(facts: Facts, resource: ox.NamedNode) -> list[Any]:
    """The spans that a thing rests on: its evidence, else where the text mentions it, else itself."""
    evidence = facts.objects(resource, YHO.evidence)
    if not evidence:
        mentions = facts.pointing(OA + "hasBody", resource)
        facts.load(mentions)
        evidence = [span for mention in mentions for span in facts.objects(mention, OA + "hasTarget")]
    return evidence or ([resource] if facts.one(resource, OA + "hasSelector") else [])


def _sources(facts: Facts, found: Iterable[Place]) -> Iterable[Source]:
    grouped: dict[str, list[Place]] = {}
    for place in found:
        if place.document:
            grouped.setdefault(place.document, []).append(place)
    for iri, where in sorted(grouped.items()):
        document = ox.NamedNode(iri)
        papers = facts.objects(document, SCHEMA.isPartOf, SCHEMA.publisher, _DCTERMS + "publisher")
        headline = _value(facts.one(document, SCHEMA.headline))
        label = facts.label(document)
        yield Source(
            iri=iri,
            title={"zh": headline or label["zh"], "en": label["en"]},
            authors=tuple(map(facts.label, facts.objects(document, SCHEMA.author))),
            date=_dated(facts, document, *_DATED),
            inferred=facts.one(document, YHO.periodBasis) == ox.NamedNode(YHO.periodInferred),
            is_news=ox.NamedNode(SCHEMA.NewsArticle) in facts.objects(document, RDF + "type"),
            newspaper=facts.label(papers[0]) if papers else None,
            places=tuple(where[:MAX_PLACES]),
            count=len(where),
        )


def _value(term: Any) -> str | None:
    return term.value if isinstance(term, ox.Literal) else None


def _dated(facts: Facts, resource: Any, *predicates: str) -> str | None:
    for term in facts.objects(resource, *predicates):
        match = _DATE.fullmatch(_value(term) or "")
        if match:
            return match[1]
    return None


# --- GB/T 7714—2015 ---------------------------------------------------------------------------------------------------

_NO_PLACE: Final = "[出版地不详]: [出版者不详]"  # 8.4
_PUBLISHED: Final = "[出版地不详]: {}"


def _gbt7714(citation: Citation, accessed: datetime.date | None) -> str:
    """A contribution to a data set on line (``[DS/OL]//``, 4.2), then the text that it rests on.

    What is not known stands in square brackets, as the standard has it for places, publishers and inferred years.
    """
    creators = f"{', '.join(citation.creators)}. " if citation.creators else ""
    held = f"//{creators}{citation.held('zh')}" if citation.held("zh") else ""
    version = f" {citation.version}版." if citation.version else ""
    place = _PUBLISHED.format(citation.data_set.publisher) if citation.data_set.publisher else _NO_PLACE
    fact = (
        f"{citation.name('zh')}[DS/OL]{held}.{version} {place}, {citation.year or '[出版年不详]'}"
        f"[{accessed.isoformat() if accessed else '引用日期'}]. {citation.iri}."
    )
    return "\n".join([fact, *(_gbt7714_source(source) for source in citation.sources)]) + "\n"


def _gbt7714_source(source: Source) -> str:
    authors = f"{', '.join(_gbt7714_authors(source))}. " if source.authors else ""
    year = source.year or "[出版年不详]"
    if source.inferred and source.year:
        year = f"[{source.year}]"  # 8.4: an estimated year stands in square brackets
    where = f": 字符{_listed_places(source, '、', '等{}处')}"
    if not source.is_news:
        return f"{authors}{source.title['zh']}[Z]. {_NO_PLACE}, {year}{where}."
    paper = source.newspaper["zh"] if source.newspaper else "[报纸名不详]"
    date = source.date if source.date and len(source.date) == 10 and not source.inferred else f"{year}, [月日不详]"
    return f"{authors}{source.title['zh']}[N]. {paper}, {date}([版次不详]){where}."


def _gbt7714_authors(source: Source) -> list[str]:
    """8.1: the first three, then 等."""
    names = [author["zh"] for author in source.authors]
    return [*names[:3], "等"] if len(names) > 3 else names


def _listed_places(source: Source, comma: str, more: str) -> str:
    listed = comma.join(f"{place.start}-{place.end}" for place in source.places)
    return listed + (more.format(source.count) if source.count > len(source.places) else "")


# --- plain text -------------------------------------------------------------------------------------------------------


def _text(citation: Citation, language: str, accessed: datetime.date | None) -> str:
    day = accessed.isoformat() if accessed else None
    if language == "zh":
        printed = f"（原文写作{'、'.join(citation.printed)}）" if citation.printed else ""
        version = f"{citation.version}版，" if citation.version else ""
        year = f"{citation.year}年" if citation.year else "年份不详"
        held = f"载：数据集{citation.held('zh')}，" if citation.held("zh") else ""
        publisher = f"{citation.data_set.publisher}发布，" if citation.data_set.publisher else ""
        parts = [
            f"{citation.name('zh')}{printed}。{held}{publisher}{version}{year}，{citation.iri}",
            *([f"许可：{citation.licence}"] if citation.licence else []),
            *([f"内容摘要（SHA-256，{CANONICALIZATION}）：{citation.digest.sha256}"] if citation.digest else []),
            *(f"出处：{_source_text(source, 'zh')}" for source in citation.sources),
            f"访问日期：{day or '［请填写］'}",
        ]
        return "。".join(parts) + "。\n"
    printed = f" (printed as {', '.join(citation.printed)})" if citation.printed else ""
    version = f"version {citation.version}, " if citation.version else ""
    held = f"In: data set {citation.held('en')}, " if citation.held("en") else ""
    publisher = f"published by {citation.data_set.publisher}, " if citation.data_set.publisher else ""
    parts = [
        f"{citation.name('en')}{printed}. {held}{publisher}{version}{citation.year or 'year not known'}, {citation.iri}",
        *([f"Licence: {citation.licence}"] if citation.licence else []),
        *(
            [f"Digest of the content (SHA-256, {CANONICALIZATION}): {citation.digest.sha256}"]
            if citation.digest
            else []
        ),
        *(f"Source: {_source_text(source, 'en')}" for source in citation.sources),
        f"Accessed: {day or '[fill in]'}",
    ]
    return ". ".join(parts) + ".\n"


def _source_text(source: Source, language: str) -> str:
    if language == "zh":
        authors = f"{'、'.join(author['zh'] for author in source.authors)}：" if source.authors else ""
        paper = f"{source.newspaper['zh']}，" if source.newspaper else "原文未载报名，" if source.is_news else ""
        date = source.date or "年份不详"
        inferred = "年（推断）" if source.inferred else "年" if len(date) == 4 and source.date else ""
        where = _listed_places(source, "、", "等{}处")
        return f"{authors}《{source.title['zh']}》，{paper}{date}{inferred}，字符{where}"
    authors = f"{', '.join(author['en'] for author in source.authors)}, " if source.authors else ""
    paper = (
        f"{source.newspaper['en']}, "
        if source.newspaper
        else "newspaper not named in the text, "
        if source.is_news
        else ""
    )
    date = (source.date or "year not known") + (" (inferred)" if source.inferred else "")
    title = (
        source.title["en"]
        if source.title["en"] == source.title["zh"]
        else f"{source.title['zh']} [{source.title['en']}]"
    )
    return f"{authors}“{title}”, {paper}{date}, characters {_listed_places(source, ', ', ' and others, {} in all')}"


# --- BibTeX -----------------------------------------------------------------------------------------------------------

_ESCAPES: Final = {
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\n": " ",
    "\r": " ",
    "–": "--",
}


def _bibtex(citation: Citation, language: str, accessed: datetime.date | None) -> str:
    digest = f"SHA-256 ({CANONICALIZATION}): {citation.digest.sha256}" if citation.digest else ""
    rests = "; ".join(_escaped(_source_text(source, language)) for source in citation.sources)
    title, version = citation.held(language), citation.version
    held = {
        "zh": "，".join(filter(None, (title and f"数据集{title}", version and f"{version}版"))),
        "en": ", ".join(filter(None, (title and f"Data set {title}", version and f"version {version}"))),
    }
    licence = {"zh": "许可：", "en": "licence: "}[language] + _escaped(citation.licence) if citation.licence else ""
    fact = {
        "author": " and ".join(f"{{{_escaped(name)}}}" for name in citation.creators),
        "title": f"{{{_escaped(citation.name(language))}}}",
        "howpublished": _escaped(held[language]),
        "publisher": _escaped(citation.data_set.publisher),
        "year": citation.year or "",
        "url": _url(citation.iri),
        "urldate": accessed.isoformat() if accessed else "",
        "note": "; ".join(part for part in (rests, licence, digest) if part),
        "langid": {"zh": "chinese", "en": "english"}[language],
    }
    # The source's entry tells nothing of this one fact: two facts of one text have the same entry for it.
    entries = [(_key(citation.iri), fact), *((_key(s.iri), _bibtex_source(s, language)) for s in citation.sources)]
    return "\n".join(_entry(key, fields) for key, fields in entries)


def _bibtex_source(source: Source, language: str) -> dict[str, str]:
    unknown = {"zh": "原文未载报名与日期", "en": "neither newspaper nor day is named in the text"}[language]
    inferred = {"zh": "年份为推断", "en": "the year is inferred"}[language]
    notes = [
        *([unknown] if source.is_news and not source.newspaper else []),
        *([inferred] if source.inferred else []),
    ]
    return {
        "author": " and ".join(f"{{{_escaped(author[language])}}}" for author in source.authors),
        "title": f"{{{_escaped(source.title['zh'])}}}",
        "howpublished": _escaped(source.newspaper[language]) if source.newspaper else "",
        "year": source.year or "",
        "note": _escaped("；".join(notes) if language == "zh" else "; ".join(notes)),
        "langid": "chinese",
    }


def _entry(key: str, fields: dict[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}\n"])


def _key(iri: str) -> str:
    """The id, where BibTeX reads it as a key; else what it reads of it, and a digest that tells it from others."""
    id = id_of(iri)
    key = re.sub(r"[^A-Za-z0-9_.:/-]+", "-", id).strip("-")
    return key if key == id else f"{key or 'cited'}-{hashlib.sha256(iri.encode()).hexdigest()[:8]}"


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def _url(iri: str) -> str:
    """An IRI for the field ``url``, which is verbatim: only a brace or a backslash could end it early."""
    return iri.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


# --- CSL-JSON ---------------------------------------------------------------------------------------------------------

_TAGS: Final = {"zh": "zh-CN", "en": "en"}


def _csl(citation: Citation, language: str, accessed: datetime.date | None) -> list[dict[str, Any]]:
    fact: dict[str, Any] = {
        "id": id_of(citation.iri),
        "type": "dataset",
        "title": citation.name(language),
        "container-title": citation.data_set.title.get(language),
        "publisher": citation.data_set.publisher,
        "author": [{"literal": name} for name in citation.creators],
        "version": citation.version,
        "issued": _csl_date(citation.year),
        "accessed": _csl_date(accessed.isoformat()) if accessed else None,
        "URL": citation.iri,
        "language": _TAGS[language],
        "note": "; ".join(_source_text(source, language) for source in citation.sources),
        "custom": {
            **({"sha256": citation.digest.sha256, "canonicalization": CANONICALIZATION} if citation.digest else {}),
            **({"vintage": citation.data_set.vintage} if citation.data_set.vintage else {}),
            **({"licence": citation.licence} if citation.licence else {}),
            **({"printed": list(citation.printed)} if citation.printed else {}),
            **({"modality": citation.modality[language]} if citation.modality else {}),
            **({"characters": _characters(citation)} if citation.sources else {}),
        },
    }
    return [_filled(fact), *(_csl_source(source, language) for source in citation.sources)]


def _characters(citation: Citation) -> dict[str, list[list[int]]]:
    return {id_of(s.iri): [[place.start, place.end] for place in s.places] for s in citation.sources}


def _csl_source(source: Source, language: str) -> dict[str, Any]:
    item = {
        "id": id_of(source.iri),
        "type": "article-newspaper" if source.is_news else "document",
        "title": source.title["zh"],
        "note": source.title["en"] if language == "en" and source.title["en"] != source.title["zh"] else None,
        "author": [{"literal": author[language]} for author in source.authors],
        "container-title": source.newspaper[language] if source.newspaper else None,
        "issued": _csl_date(source.date, circa=source.inferred),
        "language": _TAGS["zh"],
    }
    return _filled(item)


def _csl_date(text: str | None, circa: bool = False) -> dict[str, Any] | None:
    if not text:
        return None
    return {"date-parts": [[int(part) for part in text.split("-")]], **({"circa": True} if circa else {})}


def _filled(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if value not in (None, "", [], {})}
