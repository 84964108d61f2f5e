"""Pictures: what is on them, that it can be read, and that it is the same each time."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from exported import EAST, MILL, Exported
from graphs import yh
from yuanhui_kg.errors import DataError, UsageError
from yuanhui_kg.export import curves, layout, pdf, picture, svg
from yuanhui_kg.export.fonts import Font
from yuanhui_kg.export.model import Edge, Node, Source, Subgraph, Term
from yuanhui_kg.export.scene import Box, Curve, Scene, Text

SPACE = {"s": "http://www.w3.org/2000/svg"}


@pytest.fixture(scope="module")
def small() -> Exported:
    return Exported()


def star(count: int) -> Subgraph:
    """One thing with many neighbours."""
    relation = Term("urn:p", "urn:p", {"zh": "位于", "en": "located in"})
    nodes = [Node(n, f"urn:n{n}", {"zh": f"某地第{n}号公司", "en": f"Company {n}"}) for n in range(count)]
    edges = [
        Edge(n, f"urn:n{n + 1}", "urn:n0", (n + 1, 0), relation, None, False, "unstated") for n in range(count - 1)
    ]
    return Subgraph.listed(nodes, edges, title={"zh": "星", "en": "Star"}, source=Source())


# --- layout -----------------------------------------------------------------------------------------------------------

SIZES = st.tuples(st.integers(5, 200), st.integers(5, 60))
LINKS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60)


def overlapping(centres: layout.Points, sizes: layout.Points) -> int:
    near = np.abs(centres[:, None] - centres[None]) < (sizes[:, None] + sizes[None]) / 2 - 0.2
    return int(np.triu(near.all(axis=2), 1).sum())


@settings(max_examples=40)
@given(st.lists(SIZES, min_size=1, max_size=31), LINKS)
def test_no_two_boxes_overlap_and_none_lies_outside(boxes: list[tuple[int, int]], links: list[tuple[int, int]]) -> None:
    sizes = np.array(boxes, dtype=float)
    known = [(a, b) for a, b in links if a < len(boxes) and b < len(boxes)]
    centres = layout.positions(sizes, known)
    assert np.isfinite(centres).all()
    assert overlapping(centres, sizes) == 0
    assert (centres - sizes / 2 >= -0.2).all()
    assert (layout.positions(sizes, known) == centres).all()


def test_what_is_related_lies_nearer_than_what_is_not() -> None:
    chain = [(n, n + 1) for n in range(9)]
    centres = layout.positions(np.full((10, 2), 20.0), chain)
    steps = np.linalg.norm(np.diff(centres, axis=0), axis=1)
    assert np.linalg.norm(centres[0] - centres[9]) > 3 * steps.mean()


def test_nothing_is_laid_out_as_nothing() -> None:
    assert layout.positions(np.zeros((0, 2)), []).shape == (0, 2)


# --- what is on it ----------------------------------------------------------------------------------------------------


def drawn(small: Exported, language: str = "zh") -> Scene:
    return picture.draw(small.choose(start=(EAST,), depth=9), language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_picture_shows_title_names_relations_legend_source_and_licence(small: Exported, language: str) -> None:
    scene = drawn(small, language)
    texts = [item.text for item in scene.items if isinstance(item, Text)]
    expected = {
        "zh": ["临东区", "绿源公司", "位于", "企业", "文中明言", "仅为计划、争取或洽谈", "临东报道", "CC BY 4.0"],
        "en": ["Lindong District", "Company", "located in", "stated in the text", "A report on Lindong", "CC BY 4.0"],
    }[language]
    for text in expected:
        assert any(text in shown for shown in texts), text


def test_lines_tell_modality_and_boxes_the_start(small: Exported) -> None:
    scene = drawn(small)
    graph = small.choose(start=(EAST,), depth=9)
    curves = {item.key: item for item in scene.items if isinstance(item, Curve) and item.key}
    for edge in graph.edges():
        assert (curves[f"e{edge.number}"].dashes == (1.5, 3.5)) == edge.prospect
    boxes = {item.link: item for item in scene.items if isinstance(item, Box) and item.link}
    assert len(boxes) == graph.node_count
    assert boxes[EAST].thick > boxes[MILL].thick


def test_names_do_not_lie_on_boxes_or_each_other(small: Exported) -> None:
    scene = drawn(small)
    font = Font.load()
    names = [item for item in scene.items if isinstance(item, Text) and item.halo]
    areas = [(t.x, t.y - t.size * 0.36, font.width(t.text, t.size), t.size) for t in names]
    areas += [
        (b.x + b.width / 2, b.y + b.height / 2, b.width, b.height) for b in scene.items if isinstance(b, Box) and b.link
    ]
    table = np.array(areas)
    assert overlapping(table[:, :2], table[:, 2:]) == 0


def test_everything_lies_on_the_sheet(small: Exported) -> None:
    scene = drawn(small)
    font = Font.load()
    for item in scene.items:
        if isinstance(item, Box):
            assert item.x >= 0
            assert item.x + item.width <= scene.width
            assert item.y + item.height <= scene.height
        elif isinstance(item, Text):
            left = item.x - font.width(item.text, item.size) * {"start": 0, "middle": 0.5, "end": 1}[item.anchor]
            assert left >= 0
            assert left + font.width(item.text, item.size) <= scene.width
            assert 0 < item.y <= scene.height


def test_a_graph_of_nothing_is_a_picture_that_says_so() -> None:
    nothing = Subgraph.listed([], [], title={"zh": "无", "en": "None"}, source=Source())
    texts = [item.text for item in picture.draw(nothing, "en").items if isinstance(item, Text)]
    assert "Nothing to show" in texts


@pytest.mark.parametrize("format", ["svg", "png", "pdf", "html"])
def test_a_graph_that_is_too_large_is_refused_with_the_remedy(small: Exported, format: str) -> None:
    with pytest.raises(UsageError, match=r"at most 3 things and 15 relations \(setting max_picture_nodes\)") as error:
        small.write(format, most_drawn=3)
    assert "--limit" in error.value.hint
    picture.check(picture.MAX_NODES, 1)
    with pytest.raises(UsageError):
        picture.check(picture.MAX_NODES + 1, 1)


def test_a_label_that_is_too_long_ends_in_dots_and_characters_without_a_glyph_are_named() -> None:
    node = Node(0, "urn:n", {"zh": "\U0001f3ed" + "很长的名称" * 100, "en": "x"})
    graph = Subgraph.listed([node], [], title={"zh": "一", "en": "one"}, source=Source())
    scene = picture.draw(graph, "zh")
    texts = [item.text for item in scene.items if isinstance(item, Text)]
    assert sum(text.endswith("…") for text in texts) == 1
    assert any("U+1F3ED" in text for text in texts)
    assert scene.height < 500


def test_a_hub_with_many_neighbours_can_be_drawn() -> None:
    scene = picture.draw(star(120), "zh")
    boxes = [item for item in scene.items if isinstance(item, Box) and item.key]
    centres = np.array([(box.x + box.width / 2, box.y + box.height / 2) for box in boxes])
    assert overlapping(centres, np.array([(box.width, box.height) for box in boxes])) == 0


def test_a_line_bends_around_a_box_that_lies_between() -> None:
    areas = [curves.Box(0, 0, 40, 20), curves.Box(400, 0, 40, 20), curves.Box(200, 0, 60, 20)]
    boxes = np.array([(area.x, area.y, area.width, area.height) for area in areas])
    straight = curves.between(areas[0], areas[1], 0)
    assert curves.crossed(straight, boxes).tolist() == [2]
    bend = picture._Picture._around(areas, boxes, 0, 1)
    assert bend != 0
    assert curves.crossed(curves.between(areas[0], areas[1], bend), boxes).tolist() == []
    assert picture._Picture._around(areas[:2], boxes[:2], 0, 1) == 0


# --- texts ------------------------------------------------------------------------------------------------------------


@given(st.text(max_size=200))
def test_wrapping_keeps_every_character_but_blanks(text: str) -> None:
    lines = picture.wrapped(text, Font.load(), 12, 100)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.text(max_size=60), st.sampled_from([60.0, 108.0]))
def test_balancing_takes_no_more_lines_and_none_is_wider(text: str, widest: float) -> None:
    font = Font.load()
    plain, lines = picture.wrapped(text, font, 12, widest), picture.balanced(text, font, 12, widest)
    assert len(lines) == len(plain)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert max(font.width(line, 12) for line in lines) <= max(font.width(line, 12) for line in plain) + 12


def test_no_line_is_left_with_one_character() -> None:
    assert picture.wrapped("城镇化率高于全市平均", Font.load(), 12, 108)[-1] == "均"
    assert picture.balanced("城镇化率高于全市平均", Font.load(), 12, 108) == ["城镇化率高", "于全市平均"]


def test_no_line_begins_with_a_closing_mark() -> None:
    lines = picture.wrapped("产业招商“三图一谱”，全面深化改革。", Font.load(), 12, 12 * 8)
    assert len(lines) > 1
    assert not any(line[0] in "”，。" for line in lines)


def test_the_font_shows_chinese_and_knows_what_it_cannot_show() -> None:
    font = Font.load()
    assert font.missing("源汇区 Yuanhui 漯河“”，2021年") == set()
    assert font.missing("a\U000f0000") == {"\U000f0000"}


def test_a_font_that_is_no_font_is_told(tmp_path: Path) -> None:
    path = tmp_path / "font.otf"
    path.write_bytes(b"no font at all, but long enough to be looked at")
    with pytest.raises(DataError, match="font"):
        Font(path)


# --- files ------------------------------------------------------------------------------------------------------------


def test_svg_is_well_formed_and_carries_its_font(small: Exported) -> None:
    data = small.write("svg", start=(EAST,), depth=9)
    document = etree.fromstring(data)
    assert document.xpath("s:title/text()", namespaces=SPACE) == ["临东区"]
    (style,) = document.xpath("s:style/text()", namespaces=SPACE)
    assert "font/woff;base64," in style
    assert not re.search(rb"https?://(?!www\.w3\.org|w3id\.org|creativecommons\.org)", data)
    assert document.xpath("//s:script", namespaces=SPACE) == []
    links = document.xpath("//s:a/@*", namespaces=SPACE)
    assert EAST in links


def test_svg_links_to_nothing_but_web_addresses() -> None:
    node = Node(0, "javascript:alert(1)", {"zh": "一", "en": "one"})
    graph = Subgraph.listed([node], [], title={"zh": "一", "en": "one"}, source=Source())
    assert "href" not in svg.write(picture.draw(graph, "zh"))


def test_png_has_chinese_on_it(small: Exported) -> None:
    image = Image.open(io.BytesIO(small.write("png", start=(EAST,))))
    image.load()
    assert image.format == "PNG"
    assert min(image.size) > 500
    other = Image.open(io.BytesIO(small.write("png", "en", start=(EAST,)))).convert("L")
    shown = np.asarray(image.convert("L"))
    assert 0.005 < (shown < 128).mean() < 0.3
    assert shown.shape != np.asarray(other).shape or (shown != np.asarray(other)).any()


def test_pdf_is_one_page_with_texts_that_can_be_searched(small: Exported) -> None:
    data = small.write("pdf", start=(EAST,), depth=9)
    document = pypdf.PdfReader(io.BytesIO(data), strict=True)
    (page,) = document.pages
    scene = drawn(small)
    assert float(page.mediabox.width) == pytest.approx(scene.width * 0.75, abs=0.1)
    text = "".join(page.extract_text().split())
    for expected in ("临东区", "绿源公司", "仅为计划、争取或洽谈", "CCBY4.0"):
        assert expected in text
    (font,) = page["/Resources"]["/Font"].values()
    descendant = font["/DescendantFonts"][0]
    assert "/FontFile3" in descendant["/FontDescriptor"]
    assert document.metadata is not None
    assert document.metadata.title == "临东区"


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler is not installed")
def test_poppler_draws_the_pdf_as_resvg_draws_the_svg(small: Exported, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(small.write("pdf", start=(EAST,)))
    done = subprocess.run(
        ["pdftoppm", "-r", "192", "-png", "-singlefile", "a.pdf", "a"], cwd=tmp_path, capture_output=True, check=True
    )
    assert done.stderr == b""
    drawn = Image.open(tmp_path / "a.png").convert("L")
    expected = Image.open(io.BytesIO(small.write("png", start=(EAST,)))).convert("L").resize(drawn.size)
    difference = np.abs(np.asarray(drawn, dtype=int) - np.asarray(expected, dtype=int))
    assert difference.mean() < 6
    assert pdf.write(picture.draw(small.choose(start=(yh("script"),)), "zh"))
