"""A picture as SVG that needs nothing else: texts stay texts, and the font's outlines that they need are in it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from ..terms import link
from . import xml
from .fonts import FAMILY, Font
from .model import Value
from .scene import Arrow, Box, Curve, Point, Scene, Text

_OWN: Final = "yuanhui-kg"
Values = dict[str, Value]
_FAMILIES: Final = f"'{_OWN}', '{FAMILY}', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


def write(scene: Scene, *, embed: bool = True) -> str:
    """The picture as SVG 1.1; without ``embed`` the font is only named, for a program that has it."""
    return "".join(_parts(scene, embed))


def _parts(scene: Scene, embed: bool) -> Iterator[str]:
    yield xml.DECLARATION
    yield start(scene, {"role": "img"})
    yield f"<title>{xml.text(scene.title)}</title>\n<desc>{xml.text(scene.about)}</desc>\n"
    if embed:
        yield f"<style>{font_face(scene.characters)}</style>\n"
    yield xml.tag("rect", {"width": scene.width, "height": scene.height, "fill": "#ffffff"}) + "\n"
    yield drawing(scene)
    yield "</svg>\n"


def start(scene: Scene, values: Mapping[str, Value]) -> str:
    """The start tag of an ``svg`` element."""
    size: Values = {"width": scene.width, "height": scene.height, "viewBox": f"0 0 {scene.width} {scene.height}"}
    names: Values = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"}
    return xml.tag("svg", {**names, **size, "xml:lang": scene.language, **values}, close=False) + "\n"


def font_face(characters: Iterable[str]) -> str:
    """The CSS rule that brings the font, with the outlines of these characters."""
    font = base64.b64encode(Font.load().woff(characters)).decode()
    return f"@font-face{{font-family:'{_OWN}';src:url(data:font/woff;base64,{font}) format('woff')}}"


def drawing(scene: Scene, prefix: str = "", links: bool = True) -> str:
    """All that the picture shows, in one ``g``. What stands for a thing or relation has an id: ``prefix`` and its key."""
    group = xml.tag("g", {"font-family": _FAMILIES, "stroke-linejoin": "round"}, close=False)
    return "\n".join([group, *(_item(item, prefix, links) for item in scene.items), "</g>\n"])


def _item(item: Box | Curve | Arrow | Text, prefix: str, links: bool) -> str:
    if isinstance(item, Box):
        return _box(item, prefix, links)
    if isinstance(item, Curve):
        return _curve(item, prefix)
    if isinstance(item, Arrow):
        return xml.tag("path", {"d": f"M{_joined(item.points)}Z", "fill": item.fill})
    place: Values = {"x": _number(item.x), "y": _number(item.y), "font-size": _number(item.size), "fill": item.fill}
    anchor: Values = {"text-anchor": item.anchor} if item.anchor != "start" else {}
    halo: Values = {"stroke": "#ffffff", "stroke-width": 3, "paint-order": "stroke"} if item.halo else {}
    return f"{xml.tag('text', {**place, **anchor, **halo}, close=False)}{xml.text(item.text)}</text>"


def _box(box: Box, prefix: str, links: bool) -> str:
    place: Values = {
        "x": _number(box.x),
        "y": _number(box.y),
        "width": _number(box.width),
        "height": _number(box.height),
    }
    paint: Values = {"rx": _number(box.round), "fill": box.fill, "stroke": box.stroke, "stroke-width": box.thick}
    drawn = _tipped("rect", {"id": prefix + box.key if box.key else None, **place, **paint}, box.tip)
    if not links or not link(box.link):
        return drawn
    return f"{xml.tag('a', {'xlink:href': box.link}, close=False)}{drawn}</a>"


def _curve(curve: Curve, prefix: str) -> str:
    first, *others = curve.points
    command = {1: "L", 2: "Q", 3: "C"}[len(others)]
    dashes = " ".join(map(str, curve.dashes)) or None
    paint: Values = {"fill": "none", "stroke": curve.stroke, "stroke-width": curve.thick, "stroke-dasharray": dashes}
    name: Values = {"id": prefix + curve.key if curve.key else None}
    return _tipped("path", {**name, "d": f"M{_joined([first])}{command}{_joined(others)}", **paint}, curve.tip)


def _tipped(name: str, values: Mapping[str, Value], tip: str) -> str:
    if not tip:
        return xml.tag(name, values)
    return f"{xml.tag(name, values, close=False)}<title>{xml.text(tip)}</title></{name}>"


def _joined(points: list[Point] | tuple[Point, ...]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
