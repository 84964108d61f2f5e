"""What the checks of figures found, for the pages that show these figures."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Final

from ..cache import Cached
from ..errors import YuanhuiError
from .core import Service

#: A page does not wait longer for them: it is whole without.
_TIMEOUT: Final = 5.0

Finding = dict[str, Any]


def found(service: Service) -> list[Finding] | None:
    """All findings but those of figures that agree; ``None`` where they took too long. Worked out once a version."""
    told: list[Finding] | None = service.described.get("checks", service.backend.data_version, lambda: _ask(service))
    return told


def _ask(service: Service) -> list[Finding] | None:
    try:
        answer = service.ask("checks", {"rules": [], "problems": True}, timeout=_TIMEOUT)
    except YuanhuiError:
        return None
    if isinstance(answer, Cached):
        body = answer.body
    else:
        with answer:
            body = answer.read()
    findings: list[Finding] = json.loads(body)["findings"]
    return findings


def about(service: Service, figures: Collection[str]) -> list[Finding]:
    """The findings that concern any of these figures."""
    wanted = set(figures)
    return [one for one in found(service) or () if wanted.intersection(one["observations"])] if wanted else []


def by_figure(findings: Collection[Finding]) -> dict[str, list[int]]:
    """By the IRI of a figure the places of the findings that concern it."""
    places: dict[str, list[int]] = {}
    for number, one in enumerate(findings):
        for figure in one["observations"]:
            places.setdefault(figure, []).append(number)
    return places
