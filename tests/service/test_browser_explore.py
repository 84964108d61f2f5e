"""The page /explore in a real browser: from a start to a picture, by mouse and by keyboard."""

from __future__ import annotations

import io
import json
import random
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest
from browsing import DESKTOP, PHONE, Visits, await_that, keep, look, overflow, resources, serving, violations
from playwright.sync_api import expect

pytestmark = pytest.mark.slow  # a minute and more each

SVG = "{http://www.w3.org/2000/svg}"
START = "/explore?id=qinghe-district"
EVIL = '<img src=x onerror="document.title=1">&'
#: How the page is looked at in each language: every size and every light once.
LOOKS = {"zh-CN": [(DESKTOP, False), (PHONE, True)], "en-GB": [(DESKTOP, True), (PHONE, False)]}
PREFIXES = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix yh: <https://w3id.org/yuanhui-kg/id/> .
@prefix yho: <https://w3id.org/yuanhui-kg/ontology#> .
"""


def crowd() -> str:
    """A hub with 120 companies and 30 projects, one of them with a hostile name; and 5,000 places with 10,000 relations."""
    chance = random.Random(1)
    lines = [PREFIXES, 'yh:hub a yho:District ; skos:prefLabel "枢纽"@zh, "Hub"@en .']
    for number in range(150):
        kind, relation = ("Company", "isLocatedIn") if number < 120 else ("Project", "isDevelopedBy")
        name = EVIL if number == 0 else f"第{number}号"
        lines.append(
            f"yh:one-{number} a yho:{kind} ; skos:prefLabel {json.dumps(name, ensure_ascii=False)}@zh ; yho:{relation} yh:hub ."
        )
    lines.append("yh:one-0 yho:cooperatesWith yh:one-1, yh:one-2 .")
    for number in range(5000):
        within = f" ; yho:isWithin yh:place-{(number - 1) // 4}" if number else ""
        others = ", ".join(f"yh:place-{one}" for one in {chance.randrange(5000), number // 2} - {number})
        lines.append(
            f'yh:place-{number} a yho:Village ; skos:prefLabel "地点{number}"@zh{within} ; yho:cooperatesWith {others} .'
        )
    return "\n".join(lines)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = resources(tmp_path_factory.mktemp("crowd"))
    (folder / "data" / "triples.ttl").write_text(crowd(), encoding="utf-8")
    yield from serving(folder)


@pytest.fixture
def visit_crowd(browser: Any, crowded: str) -> Iterator[Visits]:
    visits = Visits(browser, crowded)
    yield visits
    visits.end()


def laid(page: Any) -> Any:
    """The page, once things stand where they belong."""
    page.wait_for_selector("#explorer[data-laid]", timeout=120_000)
    return page


def counted(page: Any) -> tuple[int, int]:
    """How many things and relations the page says are in the picture."""
    found = re.findall(r"\d+", page.locator(".stage .said").inner_text())
    return int(found[0]), int(found[1])


def expect_things(page: Any, number: int) -> None:
    expect(page.locator(".stage .said")).to_have_text(re.compile(rf"^{number} "))


def listed(page: Any) -> set[str]:
    """The names in the list view."""
    page.click("#tab-list")
    return set(page.locator(".listing details > ul > li > button.name").all_inner_texts())


def saved(page: Any, kind: str) -> bytes:
    if page.locator(".menu[open]").count() == 0:
        page.click(".menu summary")
    with page.expect_download() as found:
        page.click(f".menu [data-kind={kind}]")
    page.keyboard.press("Escape")
    assert found.value.suggested_filename.endswith(f".{kind}")
    return Path(found.value.path()).read_bytes()


def shared(page: Any) -> str:
    """The address of what is seen, without the host."""
    await_that(page, "location.hash.startsWith('#g=')")
    page.wait_for_timeout(600)  # it is written once nothing changes any more
    return str(page.evaluate("location.pathname + location.search + location.hash"))


def touch(page: Any, name: str) -> None:
    """Click where the pointer shows that something is and the details then tell ``name``."""
    box = page.locator("canvas").bounding_box()
    tried: set[str] = set()
    for y in range(12, int(box["height"]), 18):
        for x in range(12, int(box["width"]), 18):
            page.mouse.move(box["x"] + x, box["y"] + y)
            if page.evaluate("document.querySelector('canvas').style.cursor") != "pointer":
                continue
            page.mouse.click(box["x"] + x, box["y"] + y)
            tried.add(page.locator("#panel-details h2").inner_text())
            if name in tried:
                return
    pytest.fail(f"{name} is nowhere; there is {tried}")


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("tab", ["details", "legend", "list"])
def test_the_page_is_accessible_and_fits_its_window(visit: Visits, language: str, tab: str) -> None:
    page = laid(visit(START, language=language))
    page.click(f"#tab-{tab}")
    for size, dark in LOOKS[language]:
        look(page, size, dark)
        keep(page, f"explore-{tab}-{language[:2]}-{'dark' if dark else 'light'}-{size[0]}")
        assert violations(page) == []
        assert overflow(page) <= 0


def test_an_empty_start_offers_things_to_start_from(visit: Visits) -> None:
    page = visit("/explore", language="en-GB")
    assert violations(page) == []
    page.locator(".welcome").get_by_role("link", name="Qinghe District").click()
    laid(page)
    assert counted(page)[0] > 5
    assert "Qinghe District" in listed(page)


def test_a_thing_is_found_by_its_name_and_comes_in(visit: Visits) -> None:
    page = visit("/explore")
    page.get_by_role("combobox", name="加入事物").fill("柳堤")
    page.get_by_role("option", name=re.compile("^柳堤纺织园")).click()
    laid(page)
    assert page.locator("#panel-details h2").inner_text() == "柳堤纺织园"
    assert {"柳堤纺织园", "沈河镇"} <= listed(page)


def test_details_tell_facts_with_modality_and_place_in_the_text(visit: Visits) -> None:
    page = laid(visit(START, language="en-GB"))
    panel = page.locator("#panel-details")
    fact = panel.locator("li", has_text="Lincheng City")
    expect(fact.locator(".modality")).to_have_text("inferred")
    assert re.fullmatch(r"/article#char=\d+,\d+", fact.locator("a.span").first.get_attribute("href"))
    assert panel.get_by_role("link", name="Full page", exact=True).get_attribute("href") == "/page/qinghe-district"


def test_a_click_opens_what_surrounds_a_thing_and_is_undone(visit: Visits) -> None:
    page = laid(visit(START))
    before = counted(page)
    touch(page, "临澄市")
    expect_things(page, before[0] + 1)
    assert "云泽省" in listed(page) or counted(page)[0] == before[0] + 1
    page.get_by_role("button", name="撤销").click()
    expect_things(page, before[0])
    page.get_by_role("button", name="重做").click()
    expect_things(page, before[0] + 1)


def test_a_hub_opens_in_groups(visit_crowd: Visits) -> None:
    page = laid(visit_crowd("/explore?id=hub"))
    assert counted(page)[0] == 17
    group = page.locator(".groups li", has_text="企业")
    expect(group).to_contain_text("112 个企业")
    group.get_by_role("button").click()
    expect_things(page, 57)
    expect(group).to_contain_text("72 个企业")
    page.keyboard.press("Control+z")
    expect_things(page, 17)


def test_names_of_strangers_are_text(visit_crowd: Visits) -> None:
    page = laid(visit_crowd("/explore?id=one-0"))
    assert page.locator("#panel-details h2").inner_text() == EVIL
    assert EVIL in listed(page)
    page.click("#tab-legend")
    page.get_by_role("combobox", name="加入事物").fill("img")
    page.wait_for_selector("[role=option]")
    drawn = ElementTree.fromstring(saved(page, "svg"))
    assert EVIL in (drawn.findtext(f"{SVG}title") or "")
    assert page.locator(".explorer img").count() == 0
    assert page.title() != "1"


def test_the_legend_filters_kinds_relations_and_modalities(visit: Visits) -> None:
    page = laid(visit(START))
    things, relations = counted(page)
    page.click("#tab-legend")
    page.get_by_role("checkbox", name=re.compile("^仅为计划")).uncheck()
    assert counted(page)[0] == things
    assert counted(page)[1] < relations
    box = page.get_by_role("group", name="事物类别").get_by_role("checkbox", name=re.compile("^产业")).first
    box.uncheck()
    assert counted(page)[0] < things
    page.get_by_role("button", name="事物类别: 全不选").click()
    assert counted(page)[0] == 0
    assert listed(page) == set()
    for _ in range(3):
        page.keyboard.press("Control+z")
    assert counted(page) == (things, relations)


def test_the_way_between_two_things_is_shown_with_its_evidence(visit: Visits) -> None:
    page = laid(visit("/explore?id=liudi-textile-park"))
    page.get_by_role("button", name=re.compile("^查找通向")).click()
    page.locator(".banner input").fill("海棠")
    page.get_by_role("option", name=re.compile("^海棠")).first.click()
    page.wait_for_selector("ol.way")
    steps = page.locator("ol.way > li")
    assert steps.count() >= 2
    expect(steps.first.locator("a.span").first).to_have_attribute("href", re.compile(r"^/article#char=\d+,\d+$"))
    address = shared(page)
    again = laid(visit(address))
    again.wait_for_selector("ol.way")
    assert again.locator("ol.way > li").count() == steps.count()
    again.get_by_role("button", name="结束查看路径").click()
    expect(again.locator("ol.way")).to_have_count(0)


@pytest.mark.parametrize("layout", ["层级", "分圈"])
def test_layouts_keep_the_graph_and_share_their_address(visit: Visits, layout: str) -> None:
    page = laid(visit(START))
    before = counted(page)
    page.get_by_text(layout, exact=True).click()
    expect(page.locator(".by")).to_be_visible()
    assert counted(page) == before
    again = laid(visit(shared(page)))
    expect(again.get_by_role("radio", name=layout)).to_be_checked()
    assert counted(again) == before


def test_an_address_restores_what_was_seen(visit: Visits) -> None:
    page = laid(visit(START))
    page.get_by_role("button", name="固定", exact=True).click()
    page.click("#tab-list")
    page.locator(".listing details > ul > li > button.name", has_text="临澄市").click()
    page.click("#tab-details")
    page.get_by_role("button", name="隐藏", exact=True).click()
    before = counted(page)
    places = {one["id"]: one["position"] for one in json.loads(saved(page, "json"))["nodes"]}
    again = laid(visit(shared(page)))
    assert counted(again) == before
    assert "临澄市" not in listed(again)
    restored = {one["id"]: one["position"] for one in json.loads(saved(again, "json"))["nodes"]}
    assert restored.keys() == places.keys()
    assert all(abs(restored[name][axis] - places[name][axis]) <= 1 for name in places for axis in "xy")
    again.click("#tab-legend")
    again.get_by_role("button", name="重新显示").click()
    expect_things(again, before[0] + 1)


@pytest.mark.parametrize("fragment", ["g=", "g=AAAA", "g=zzz", "g=" + "A" * 5000])
def test_a_broken_address_starts_afresh(visit: Visits, fragment: str) -> None:
    assert counted(laid(visit(f"{START}#{fragment}")))[0] > 5


def test_exports_open_in_what_reads_them(visit: Visits) -> None:
    page = laid(visit(START))
    things, relations = counted(page)
    graph = nx.read_graphml(io.BytesIO(saved(page, "graphml")), force_multigraph=True)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (things, relations)
    assert "青禾区" in {data["label_zh"] for _, data in graph.nodes(data=True)}
    assert {data["prospect"] for _, _, data in graph.edges(data=True)} == {True, False}
    for_gephi = nx.read_gexf(
        io.BytesIO(
            saved(page, "gexf")
            .replace(b"gexf.net/1.3", b"www.gexf.net/1.2draft")
            .replace(b'version="1.3"', b'version="1.2"')
        )
    )
    assert for_gephi.number_of_nodes() == things
    assert all("position" in data["viz"] for _, data in for_gephi.nodes(data=True))
    drawn = ElementTree.fromstring(saved(page, "svg"))
    texts = {"".join(text.itertext()) for text in drawn.iter(f"{SVG}text")}
    assert {"青禾区", "临澄市", "文中明言"} <= texts
    picture = saved(page, "png")
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    assert min(width, height) > 600
    document = json.loads(saved(page, "json"))
    assert (len(document["nodes"]), len(document["edges"])) == (things, relations)


def test_an_exported_file_is_opened_again(visit: Visits, tmp_path: Path) -> None:
    page = laid(visit(START))
    before = counted(page)
    names = listed(page)
    path = tmp_path / "graph.json"
    path.write_bytes(saved(page, "json"))
    other = visit("/explore")
    other.locator("input[type=file]").set_input_files(path)
    laid(other)
    assert counted(other) == before
    assert listed(other) == names
    path.write_text('{"nodes": [1], "edges": null}')
    other.locator("input[type=file]").set_input_files(path)
    expect(other.locator(".toast")).to_be_visible()


def test_everything_goes_by_keyboard(visit: Visits) -> None:
    page = visit("/explore")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "combobox":
            break
    page.keyboard.type("青禾区")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    laid(page)
    before = counted(page)[0]
    page.locator("canvas").focus()
    page.keyboard.press("ArrowLeft")
    name = page.locator("#panel-details h2").inner_text()
    assert name != "青禾区"
    expect(page.locator(".explorer > [aria-live]")).to_contain_text(name)
    page.keyboard.press("h")
    expect_things(page, before - 1)
    page.keyboard.press("Control+z")
    expect_things(page, before)
    page.locator("#tab-details").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#tab-list")).to_be_focused()
    assert name in listed(page)


def test_5000_things_are_shown(visit_crowd: Visits) -> None:
    page = laid(visit_crowd("/explore?id=place-0&depth=10&limit=5000"))
    things, relations = counted(page)
    assert things == 5000
    assert relations > 9000
    page.mouse.move(500, 500)
    page.mouse.wheel(0, -400)
    page.click("#tab-list")
    expect(page.locator(".listing li")).to_have_count(100)


def test_without_scripts_there_is_a_picture_and_a_list(visit: Visits) -> None:
    page = visit(START, java_script_enabled=False)
    assert page.locator(".explore-plain").is_visible()
    assert page.locator("#explorer").inner_text() == ""
    assert "/api/v1/export?" in (page.locator(".explore-plain img").get_attribute("src") or "")
    page.get_by_role("link", name="临澄市").first.click()
    assert "临澄市" in page.locator("h1").inner_text()
    empty = visit("/explore", java_script_enabled=False)
    empty.locator(".explore-plain ul a").first.click()
    assert empty.locator("table tbody tr").count() > 1
