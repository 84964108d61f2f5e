"""The rules of the CSL-JSON schema (1.0.2, ``csl-data.json``), written down here: what an item may hold."""

from __future__ import annotations

from typing import Any


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TYPES = words(
    "article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset "
    "document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation "
    "manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical "
    "personal_communication post post-weblog regulation report review review-book software song speech standard thesis "
    "treaty webpage"
)
NAMES = words(
    "author chair collection-editor compiler composer container-author contributor curator director editor "
    "editorial-director executive-producer guest host interviewer illustrator narrator organizer original-author "
    "performer producer recipient reviewed-author script-writer series-creator translator"
)
DATES = words("accessed available-date event-date issued original-date submitted")
TEXTS = words(
    "citation-key language journalAbbreviation shortTitle abstract annote archive archive_collection archive_location archive-place "
    "authority call-number citation-label collection-title container-title container-title-short dimensions division "
    "DOI event event-title event-place genre ISBN ISSN jurisdiction keyword medium note original-publisher "
    "original-publisher-place original-title part-title PMCID PMID publisher publisher-place references reviewed-genre "
    "reviewed-title scale section source status title title-short URL version volume-title volume-title-short "
    "year-suffix"
)
NUMBERS = words(
    "chapter-number citation-number collection-number edition first-reference-note-number issue locator number "
    "number-of-pages number-of-volumes page page-first part printing supplement volume"
)
NAME_PARTS = {
    **dict.fromkeys(("family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal"), str),
    **dict.fromkeys(("comma-suffix", "static-ordering", "parse-names"), (str, int, float, bool)),
}


def problems(items: Any) -> list[str]:
    """What in ``items`` the schema forbids."""
    if not isinstance(items, list):
        return ["not an array"]
    return [problem for item in items for problem in _item(item)]


def _item(item: Any) -> list[str]:
    found = [f"{name} is missing" for name in ("id", "type") if name not in item]
    for name, value in item.items():
        found += [f"{name}: {problem}" for problem in _field(name, value)]
    return found


def _field(name: str, value: Any) -> list[str]:
    if name == "type":
        return [] if value in TYPES else [f"{value} is no type"]
    if name == "id" or name in NUMBERS:
        return [] if isinstance(value, str | int | float) and not isinstance(value, bool) else ["no text or number"]
    if name in TEXTS:
        return [] if isinstance(value, str) else ["no text"]
    if name in NAMES:
        return _names(value)
    if name in DATES:
        return _date(value)
    if name == "custom":
        return [] if isinstance(value, dict) else ["no object"]
    if name == "categories":
        return [] if isinstance(value, list) and all(isinstance(item, str) for item in value) else ["no texts"]
    return ["not in the schema"]


def _names(value: Any) -> list[str]:
    if not isinstance(value, list):
        return ["no array"]
    return [
        f"{part} is wrong"
        for name in value
        for part, content in name.items()
        if part not in NAME_PARTS or not isinstance(content, NAME_PARTS[part])
    ]


def _date(value: Any) -> list[str]:
    if not isinstance(value, dict):
        return ["no object"]
    unknown = set(value) - {"date-parts", "season", "circa", "literal", "raw"}
    parts = value.get("date-parts", [[1]])
    right = 1 <= len(parts) <= 2 and all(
        1 <= len(part) <= 3 and all(isinstance(number, str | int | float) for number in part) for part in parts
    )
    return [*(f"{name} is unknown" for name in unknown), *([] if right else ["date-parts are wrong"])]
