"""How pages are made: language, links that keep it, and the headers that keep a page harmless."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, Final
from urllib.parse import quote, urlencode

from flask import Flask, Response, render_template, request

from .. import terms
from ..namespaces import ONTOLOGY, YH, YHO
from ..translating import translated
from . import links, wording
from .assets import asset
from .core import is_whole
from .messages import LANGUAGES, MESSAGES, message
from .negotiate import choose_language
from .problems import in_chinese

#: The pages that the navigation leads to, where this service has them: path and key of the name.
_NAVIGATION: Final = (
    ("/", "home"),
    ("/search", "search"),
    ("/figures", "nav_figures"),
    ("/explore", "nav_explore"),
    ("/query", "query"),
    ("/article", "nav_article"),
    ("/links", "nav_links"),
    ("/ontology", "ontology"),
    ("/about", "nav_about"),
)
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def install(app: Flask, served: Callable[[], object]) -> None:
    """Give templates the helpers that they use.

    :param served: tells what every page says of the data.
    """
    app.jinja_env.globals.update(
        asset=asset,
        served=served,
        local_url=local_url,
        page_url=links.page_url,
        shown_at=shown_at,
        navigation=(there := cache(partial(_navigation, app))),
        has_page=lambda path: any(path == known for known, _ in there()),
        web_link=terms.link,
        id_of=terms.id_of,
        number=number,
        in_chinese=in_chinese,
        translated=translated,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _navigation(app: Flask) -> list[tuple[str, str]]:
    """The pages that are there; asked once the first page is made, when all are."""
    here = {rule.rule for rule in app.url_map.iter_rules()}
    return [(path, key) for path, key in _NAVIGATION if path in here]


def language() -> str:
    """The language of the page asked for: ``?lang=``, else ``Accept-Language``, else Chinese."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else choose_language(request.headers.get("Accept-Language"), LANGUAGES)


def page(template: str, *, status: int = 200, tag: str | None = None, **values: Any) -> Response:
    """A page in the language of the request.

    :param tag: entity tag, for a page that depends on nothing but its URL, the language and the data. One of which something was left
        out has none.
    """
    lang = language()
    text = render_template(
        template,
        lang=lang,
        t=partial(_message, lang),
        label=partial(_label, lang),
        url=_url,
        amount=lambda figure: wording.amount(figure, lang),
        when=lambda period: wording.period(period, lang),
        points=lambda value: wording.points(value, lang),
        switch_url=_switch_url(lang),
        switch_lang=LANGUAGES[1 - LANGUAGES.index(lang)],
        **values,
    )
    tag = tag if is_whole() else None
    response = Response(text.encode("utf-8", "replace"), status, content_type="text/html; charset=utf-8")
    response.headers.update(_HEADERS)
    response.headers["Content-Language"] = lang
    response.headers["Cache-Control"] = "no-store" if tag is None else "public, no-cache"
    response.vary.update(["Accept", "Accept-Language"])
    if tag is not None:
        response.set_etag(f"{tag}-{lang}")
    return response


def error_page(status: int, error: Mapping[str, Any]) -> Response:
    """The page that tells of an error."""
    key = f"error_{status}"
    return page("error.html", status=status, title_key=key if key in MESSAGES else "error_other", error=error)


def shown_at(node: Mapping[str, Any]) -> str | None:
    """Where this service shows a node: as :func:`local_url`, or on a page by its IRI where the graph says anything of it.

    Whether it does stands under ``known``; else a node shows it by a class, or a name that is not made from its IRI.
    """
    iri = node["iri"]
    named = any(name not in ("", terms.readable_name(iri)) for name in (node.get("label") or {}).values())
    known = node.get("known", named or bool(node.get("type")))
    return local_url(iri) or (links.page_url(iri) if iri and known else None)


def local_url(iri: str) -> str | None:
    """Where this service shows an IRI of its own: its page, or its term in the ontology's; ``None`` for IRIs from elsewhere."""
    if iri.startswith(YH) and len(iri) > len(YH):
        return links.page_url(iri)
    if iri.startswith(YHO) or iri == ONTOLOGY:
        return "/ontology.html" + (f"#{quote(iri[len(YHO) :], safe='')}" if iri != ONTOLOGY else "")
    return None


def number(value: Any) -> str:
    """A number with its thousands set apart; anything else as it is, nothing for ``None``."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _message(lang: str, key: str, **values: object) -> str:
    return message(key, lang, **values)


def _label(lang: str, node: Mapping[str, Any]) -> str:
    """The name of a thing as the jobs describe it: ``{"iri", "id", "label": {language: text}}``."""
    return terms.label(node.get("label") or {}, lang, str(node.get("id") or node.get("iri") or ""))


def _url(path: str | None, **parameters: object) -> str:
    """A link within this service; the language goes along where the visitor chose it."""
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        given["lang"] = asked
    address, mark, fragment = (path or "").partition("#")
    if given:
        address += ("&" if "?" in address else "?") + urlencode(given)
    return address + mark + fragment


def _switch_url(lang: str) -> str:
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    other = LANGUAGES[1 - LANGUAGES.index(lang)]
    # One slash at its beginning: two would name another host.
    return "/" + quote(request.path.lstrip("/"), safe="/") + "?" + urlencode([*others, ("lang", other)])
