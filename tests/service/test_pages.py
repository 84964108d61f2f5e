from __future__ import annotations

import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from string import Formatter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from writable import WITH_TOKEN

from yuanhui_kg.catalog import load
from yuanhui_kg.service import assets, pages
from yuanhui_kg.service.messages import MESSAGES
from yuanhui_kg.settings import Settings

PAGES = ["/", "/page/east", "/page/mill", "/page/evil", "/page/doc-figure-1", "/page/doc-statement-1", "/search",
         "/search?q=公司", "/search?q=nothing-like-it", "/search?type=Company", "/query", "/query?saved=located",
         "/query?saved=companies&run=1", "/ontology.html", "/figures", "/figures?subject=east&sort=value",
         "/figures?indicator=nothing", "/figures?period=../2020&kind=level&offset=100", "/links", "/about", "/page/nobody", "/nowhere"]  # fmt: skip
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
VOID = {"meta", "link", "input", "br", "img", "hr"}

#: What may run, but for the files of ours.
SCRIPT = re.compile(r"<script(?! type=\"(?:module\" src=\"/static/app/|application/json\"))", re.IGNORECASE)

#: Pictures are this service's own, and tell what they show.
IMAGE = re.compile(r"/static/icon\.svg|/api/v1/export\?format=svg&[A-Za-z0-9%=&:/._-]+")


class Page(HTMLParser):
    """What the checks need of a page; its tags must nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page(client: FlaskClient, path: str, **headers: str) -> Page:
    return Page(client.get(path, headers={**HTML, **headers}).get_data(as_text=True))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_well_made_and_harmless(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(path, headers={**HTML, "Accept-Language": language})
    assert answer.mimetype == "text/html"
    assert answer.headers["Content-Language"] == language
    assert {"Accept", "Accept-Language"} <= {name.title() for name in answer.vary}
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    found = Page(answer.get_data(as_text=True))
    assert found.all("html") == [{"lang": "zh-Hans" if language == "zh" else "en"}]
    assert [len(found.all(tag)) for tag in ("title", "h1", "main")] == [1, 1, 1]
    for script in found.all("script"):  # files of ours, or data that nothing runs
        assert script.get("type") in ("module", "application/json")
        assert ("src" in script) == (script["type"] == "module")
        assert script.get("src", assets.URL).startswith(assets.URL)
    assert found.all("style") == []
    for tag, attributes in found.tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        assert tag != "img" or IMAGE.fullmatch(attributes["src"] or "")
        address = attributes.get("href") or attributes.get("action") or ""
        assert re.match(r"(https?://|/(?!/)|#|$)", address), address
    labelled = {attributes.get("for") for attributes in found.all("label")}
    fields = [a for tag in ("input", "select", "textarea") for a in found.all(tag) if a.get("type") != "hidden"]
    assert [a for a in fields if a.get("id") not in labelled] == []
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {a[name] for _, a in found.tags for name in ("aria-labelledby", "aria-describedby") if name in a}
    assert targets <= set(ids)


def test_links_of_a_page_lead_somewhere(client: FlaskClient) -> None:
    waiting, seen = ["/"], set()
    while waiting:
        path = waiting.pop()
        picture = re.search(r"/export\?.*format=(\w+)", path)  # one of each format: things differ in them no more
        key = picture[1] if picture else path
        if key in seen or path.startswith(("http", "#")):
            continue
        seen.add(key)
        with client.get(path, headers=HTML, follow_redirects=True) as answer:
            assert answer.status_code == 200, path
            text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        found = Page(text)
        waiting += [a["href"].partition("#")[0] or "/" for t in ("a", "link") for a in found.all(t) if a.get("href")]
    assert len(seen) > 30


def test_what_tries_to_do_harm_is_shown_as_text(client: FlaskClient) -> None:
    for path in ("/page/evil", "/page/mill", "/search?q=公司", "/query?saved=companies&run=1", "/search?type=Company"):
        text = client.get(path, headers=HTML).get_data(as_text=True)
        assert not SCRIPT.search(text)
        assert "<img src=x" not in text
    text = client.get("/page/evil", headers=HTML).get_data(as_text=True)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    links = [attributes["href"] or "" for attributes in page(client, "/page/evil").all("a")]
    assert "https://example.org/safe?a=1&b='" in links
    assert [link for link in links if link.lower().startswith(("javascript", "data"))] == []


def test_what_a_visitor_types_is_shown_as_text(client: FlaskClient) -> None:
    evil = '"><script>alert(1)</script>'
    for path in ("/search", "/query", "/nowhere", "/page/x"):
        answer = client.get(path, query_string={"q": evil, "query": evil, "saved": "", "lang": evil}, headers=HTML)
        assert not SCRIPT.search(answer.get_data(as_text=True))
    assert not SCRIPT.search(client.get(f"/page/{evil}", headers=HTML).get_data(as_text=True))
    posted = client.post("/query", data={"query": f"</textarea>{evil}", "run": "1"}, headers=HTML)
    assert posted.status_code == 400
    assert not SCRIPT.search(posted.get_data(as_text=True))


def test_a_path_with_two_slashes_makes_no_link_to_another_host(client: FlaskClient) -> None:
    links = [attributes["href"] or "" for attributes in page(client, "//example.org/x").all("a")]
    assert [link for link in links if link.startswith("//")] == []


# --- language ---------------------------------------------------------------------------------------------------------


def test_pages_are_chinese_unless_another_language_is_asked_for(client: FlaskClient) -> None:
    def language(path: str, accept_language: str | None = None) -> str | None:
        headers = {"Accept-Language": accept_language} if accept_language else {}
        return client.get(path, headers=headers).headers["Content-Language"]

    assert language("/") == "zh"
    assert language("/", "en-GB,en;q=0.9") == "en"
    assert language("/", "fr") == "zh"
    assert language("/?lang=en", "zh") == "en"
    assert language("/?lang=zh", "en") == "zh"
    assert language("/?lang=xx", "en") == "en"


def test_a_language_that_was_chosen_goes_along_and_can_be_switched(client: FlaskClient) -> None:
    links = [attributes["href"] or "" for attributes in page(client, "/page/mill?lang=en").all("a")]
    assert "/page/east?lang=en" in links
    assert "/page/mill?lang=zh" in links
    links = [attributes["href"] or "" for attributes in page(client, "/page/mill").all("a")]
    assert "/page/east" in links


def test_each_language_has_its_own_tag(client: FlaskClient) -> None:
    tag = client.get("/page/east?lang=zh").headers["ETag"]
    assert client.get("/page/east?lang=zh", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/page/east?lang=en", headers={"If-None-Match": tag}).status_code == 200


def test_every_message_is_there_in_both_languages_with_the_same_values() -> None:
    for key, texts in MESSAGES.items():
        assert len(texts) == 2, key
        assert all(text.strip() for text in texts), key
        fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts]
        assert fields[0] == fields[1], key


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_a_thing_is_shown_with_relations_figures_and_mentions(client: FlaskClient) -> None:
    text = client.get("/page/mill?lang=zh").get_data(as_text=True)
    assert re.search(r"计划.*投资.*4–9", text, re.DOTALL)
    text = client.get("/page/east?lang=en").get_data(as_text=True)
    for shown in ("Lindong District", "临东", "A district that does not exist.", "21.25 billion yuan", "4–9"):
        assert shown in text
    links = client.get("/page/east").headers.getlist("Link")
    assert '</data/east.ttl>; rel="alternate"; type="text/turtle"' in links


def test_the_front_page_counts_and_leads_on(client: FlaskClient) -> None:
    answer = client.get("/?lang=en", headers=HTML)
    links = [attributes["href"] for attributes in Page(answer.get_data(as_text=True)).all("a")]
    assert {"/sparql", "/api/v1/stats", "/.well-known/void", "/search?type=yho%3ACompany&lang=en"} <= set(links)


def test_the_things_of_a_class_are_listed(client: FlaskClient) -> None:
    text = client.get("/search?type=yho:Company&lang=en").get_data(as_text=True)
    assert "Lvyuan Company" in text
    assert "2 results" in text
    for format, address in re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', text):
        data = client.get(unescape(address))
        assert data.mimetype == format
        assert "绿源公司" in data.get_data(as_text=True)


def test_a_query_is_answered_on_the_page(client: FlaskClient) -> None:
    def shown(query: str) -> str:
        answer = client.post("/query?lang=en", data={"query": query, "run": "1"})
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    assert 'href="/page/mill?lang=en"' in shown("SELECT ?s { ?s ?p '绿源公司'@zh }")
    assert "No results." in shown("SELECT ?s { ?s ?p 'nobody' }")
    assert '<p class="boolean">Yes</p>' in shown("ASK { ?s ?p ?o }")
    assert "<pre" in shown("DESCRIBE <https://w3id.org/yuanhui-kg/id/mill>")
    assert "Only the first 500 rows" in shown("SELECT * { ?s ?p ?o . ?a ?b ?c }")


@pytest.mark.parametrize(("language", "words"), [("zh", "不在库中"), ("en", "not here")])
def test_graphs_that_are_not_here_are_named_above_the_answer(client: FlaskClient, language: str, words: str) -> None:
    text = "SELECT * FROM <https://example.org/none?a&b> { ?s ?p ?o }"
    page = client.post(f"/query?lang={language}", data={"query": text, "run": "1"}).text
    assert words in page
    assert "<code>https://example.org/none?a&amp;b</code>" in page
    assert words not in client.post(f"/query?lang={language}", data={"query": "ASK {}", "run": "1"}).text


def test_a_wrong_query_stays_in_the_form_with_what_is_wrong(client: FlaskClient) -> None:
    answer = client.post("/query?lang=en", data={"query": "SELECT nonsense", "run": "1"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "SELECT nonsense</textarea>" in text
    assert "line 1" in text


def test_a_saved_query_is_loaded_changed_and_run(client: FlaskClient) -> None:
    loaded = client.get("/query?saved=located").get_data(as_text=True)
    assert "SELECT ?thing ?place" in loaded
    assert 'id="answer"' not in loaded
    assert "/page/mill" in client.get("/query?saved=located&run=1").get_data(as_text=True)
    changed = client.post("/query", data={"saved": "located", "query": "ASK {}", "run": "1"}).get_data(as_text=True)
    assert "ASK {}</textarea>" in changed
    assert 'class="boolean"' in changed
    assert client.get("/query?saved=nothing", headers=HTML).status_code == 404


def test_errors_are_pages_for_browsers_and_json_for_programs(client: FlaskClient) -> None:
    assert client.get("/nowhere", headers=HTML).mimetype == "text/html"
    assert client.get("/nowhere").mimetype == "application/json"
    assert client.get("/api/v1/nowhere", headers=HTML).mimetype == "application/json"
    assert client.delete("/", headers=HTML).status_code == 405


def test_a_mistake_of_ours_is_told_without_its_details(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.view_functions, "pages.home", lambda: 1 / 0)
    for headers in ({}, HTML):
        answer = app.test_client().get("/", headers=headers)
        assert answer.status_code == 500
        text = answer.get_data(as_text=True)
        assert "ZeroDivision" not in text
        assert "Traceback" not in text
    assert "ZeroDivisionError" in caplog.text


def test_the_stylesheet_is_served_and_serves_the_dark(client: FlaskClient) -> None:
    with client.get("/static/style.css") as answer:
        text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/css"
    assert "prefers-color-scheme: dark" in text
    assert "http" not in text


# --- links ------------------------------------------------------------------------------------------------------------

LINK = """PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX sssom: <https://w3id.org/sssom/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
INSERT DATA { <http://e/set> sssom:mappings <http://e/link> ; skos:prefLabel "一组"@zh .
  <http://e/link> owl:annotatedSource <https://w3id.org/yuanhui-kg/id/mill> ; owl:annotatedProperty skos:closeMatch ;
    owl:annotatedTarget <http://e/%s> ; sssom:object_label "<b>Mill</b>" ; sssom:confidence 0.9 ; sssom:reviewer_label "Somebody" }"""


def test_links_tell_how_sure_they_are_and_where_they_lead(writable: FlaskClient) -> None:
    assert "还没有关联" in writable.get("/links", headers=HTML).get_data(as_text=True)
    assert writable.post("/update", data={"update": LINK % "mill"}, headers=WITH_TOKEN).status_code == 204
    text = writable.get("/links", headers=HTML).get_data(as_text=True)
    for part in (
        "一组",
        'href="/page/mill"',
        'href="http://e/mill"',
        "&lt;b&gt;Mill&lt;/b&gt;",
        "0.9",
        "审核：Somebody",
    ):
        assert part in text
    table = re.search(r'href="(/sparql\?format=csv[^"]+)"', text)
    assert table is not None
    assert "http://e/mill" in writable.get(table[1].replace("&amp;", "&")).get_data(as_text=True)


def test_every_topic_of_the_saved_queries_has_a_name_in_both_languages() -> None:
    told = [[tag for tag in query.tags if tag not in pages._READERS] for query in load(Settings().queries).values()]
    count = Counter(tags[-1] for tags in told if tags)
    assert count["linking"] >= pages._FEW, "whom a query is for is no topic"
    assert {f"topic_{tag}" for tag, number in count.items() if number >= pages._FEW} <= set(MESSAGES)
