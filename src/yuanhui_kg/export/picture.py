"""A graph as a picture for print: boxes coloured by type, lines by modality, a legend, title, source and licence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import numpy as np

from ..errors import UsageError
from ..terms import local_name
from . import layout
from .curves import Box as Area
from .curves import arrowhead, between, crossed, loop, middle
from .fonts import Font
from .model import FIRMNESS, Edge, Node, Subgraph, Texts
from .scene import DASHES, Arrow, Box, Curve, Point, Scene, Text

#: A picture of more things than this is a blot.
MAX_NODES: Final = 600
EDGES_PER_NODE: Final = 5
#: Up to so many relations have their name beside them.
NAMED_EDGES: Final = 60
_NAMED_GAP: Final = 40.0  # between things where names stand between them

_IDEOGRAPHS: Final = "\u2e80"  # and everything above
_OPENING: Final = "（《「『“‘【〈("
_CLOSING: Final = "，。、；：！？）》」』”’】〉),.;:!?%"
_STRAIGHT: Final = str.maketrans("“”‘’", "\"\"''")
_LONGEST_WORD: Final = 24
_SIZE: Final = 12.0  # of labels; the rest follows from it
_LINE: Final = 15.5
_WIDEST: Final = 108.0
_MOST_LINES: Final = 7  # of a label
_MARGIN: Final = 28.0
# Fill and stroke by type, in the order of how many things there are of it. Told apart in grey too, by the legend's order.
_COLOURS: Final = (
    ("#cfe2f3", "#3d6a94"),
    ("#fbe3c0", "#a56a12"),
    ("#d5ead0", "#477a3c"),
    ("#e6d7ef", "#6f4a8e"),
    ("#f8d3d3", "#a04444"),
    ("#cdeae8", "#2f7d78"),
    ("#f4efb8", "#857a1d"),
    ("#e3d8cd", "#755a3c"),
    ("#f6d2e6", "#9c3f78"),
    ("#dbe0e6", "#4f5b69"),
    ("#dff0a9", "#687f12"),
)
_OTHER: Final = ("#f2f2f2", "#707070")
_PALE: Final = "#8c8c8c"
_BENT: Final = 400  # relations; among more there is no way around
_BENDS: Final = (0.0, 20.0, -20.0, 40.0, -40.0, 70.0, -70.0, 110.0, -110.0)
_DENSE: Final = 150  # relations; more are drawn in a lighter grey
_STROKES: Final = {"asserted": "#4a4a4a", "inferred": "#4a4a4a", "prospect": "#b3261e", "unstated": "#9a9a9a"}
_WORDS: Final[dict[str, Texts]] = {
    "other": {"zh": "其他类型", "en": "other types"},
    "counts": {"zh": "{nodes} 个事物，{edges} 条关系", "en": "{nodes} things, {edges} relations"},
    "unnamed": {
        "zh": "另有 {count} 条关系的名称因空间不足未标出",
        "en": "{count} relations are unnamed for want of room",
    },
    "unshown": {
        "zh": "字体没有的字符（以方框代替）：{characters}",
        "en": "Characters that the font lacks (boxes stand for them): {characters}",
    },
    "nothing": {"zh": "没有事物", "en": "Nothing to show"},
    "code_points": {"zh": "字符", "en": "characters"},
}


def check(nodes: int, edges: int, most: int = MAX_NODES) -> None:
    """Raises :class:`UsageError` where so many nodes and edges are too many for a picture of ``most`` things."""
    if nodes > most or edges > most * EDGES_PER_NODE:
        raise UsageError(
            f"A picture holds at most {most:,} things and {most * EDGES_PER_NODE:,} relations (setting max_picture_nodes); "
            f"here are {nodes:,} and {edges:,}.",
            "Choose a part (--from, --path, --query, --limit), or a format such as graphml, gexf or csv.",
        )


def draw(graph: Subgraph, language: str) -> Scene:
    """Lay a graph out and draw it. The same graph gives the same picture. Takes the square of its size: :func:`check`."""
    return _Picture(graph, language).scene()


class _Picture:
    def __init__(self, graph: Subgraph, language: str) -> None:
        self._graph = graph
        self._language = language
        self._font = Font.load()
        self._nodes = list(graph.nodes())
        self._edges = list(graph.edges())
        self._lines = [shortened(balanced(self._set(node.label), self._font, _SIZE, _WIDEST)) for node in self._nodes]
        self._colours = self._types()
        self._big = 1.0  # how much larger than on a small picture title and legend are

    def _word(self, key: str, **values: object) -> str:
        return _WORDS[key][self._language].format(**values)

    def _set(self, texts: Texts) -> str:
        """A text in the picture's language. The font's curly quotation marks are as wide as ideographs."""
        text = texts[self._language]
        return text if self._language == "zh" else text.translate(_STRAIGHT)

    def _types(self) -> dict[str, tuple[str, str]]:
        """Colours of the types, by IRI: those with most things have one of their own."""
        counted = Counter(node.type.iri for node in self._nodes if node.type)
        ranked = sorted(counted, key=lambda iri: (-counted[iri], iri))
        return dict(zip(ranked, _COLOURS, strict=False))

    def _colour(self, node: Node) -> tuple[str, str]:
        return self._colours.get(node.type.iri if node.type else "", _OTHER)

    def scene(self) -> Scene:
        sizes = np.array([self._box_size(lines) for lines in self._lines]).reshape(-1, 2)
        links = [edge.ends for edge in self._edges]
        gap = _NAMED_GAP if len(self._edges) <= NAMED_EDGES else layout.GAP
        centres = self._placed(sizes, gap)
        if centres is None:
            centres = layout.positions(sizes, links, gap)
        width, height = (centres + sizes / 2).max(axis=0).tolist() if len(sizes) else (0.0, 0.0)
        width = max(width, 520.0)
        self._big = min(max((width * height) ** 0.5 / 1100, 1.0), 3.0)
        head = list(self._head(width))
        top = _MARGIN + sum(text.size * 1.45 for text in head) + 16 * self._big
        areas = [
            Area(x + _MARGIN, y + top, w, h) for (x, y), (w, h) in zip(centres.tolist(), sizes.tolist(), strict=True)
        ]
        lines, unnamed = self._relations(areas)
        foot, bottom = self._foot(top + height + 30, width, unnamed)
        items = (*lines, *self._things(areas), *self._stacked(head), *foot)
        about = self._graph.about()
        title = self._graph.title[self._language]
        return Scene(round(width + 2 * _MARGIN, 1), round(bottom + _MARGIN, 1), items, title, about, self._language)

    def _placed(self, sizes: layout.Points, gap: float) -> layout.Points | None:
        """Where all things stand whose place was given; ``None`` where one has none."""
        places = [node.position for node in self._nodes if node.position]
        if not places or len(places) < len(self._nodes):
            return None
        return layout.kept(np.array(places), sizes, gap)

    # --- things -------------------------------------------------------------------------------------------------------

    def _box_size(self, lines: list[str]) -> tuple[float, float]:
        return max(self._font.width(line, _SIZE) for line in lines) + 16, len(lines) * _LINE + 9

    def _things(self, areas: list[Area]) -> Iterator[Box | Text]:
        for node, area, lines in zip(self._nodes, areas, self._lines, strict=True):
            fill, stroke = self._colour(node)
            kind = node.type.label[self._language] if node.type else ""
            tip = "\n".join(filter(None, [*node.label.values(), kind, node.iri]))
            thick = 2.4 if node.start else 1
            x, y = area.x - area.width / 2, area.y - area.height / 2
            yield Box(x, y, area.width, area.height, fill, stroke, thick, tip=tip, link=node.iri, key=f"n{node.number}")
            for number, line in enumerate(lines):
                yield Text(
                    area.x, y + 4.5 + _LINE * (number + 0.76), line, _SIZE, anchor="middle", key=f"n{node.number}"
                )

    # --- relations ----------------------------------------------------------------------------------------------------

    def _relations(self, areas: list[Area]) -> tuple[list[Curve | Arrow | Text], int]:
        """Lines, then names where there are few enough relations; and how many names found no room."""
        drawn: list[Curve | Arrow | Text] = []
        names: list[Text] = []
        unnamed = 0
        named = len(self._edges) <= NAMED_EDGES
        dense = len(self._edges) > _DENSE
        taken = list(areas) if named else []
        for edge, points in self._curves(areas):
            firm = edge.firmness
            thick = 1.4 if firm == "prospect" else 1.0
            stroke = _PALE if dense and firm != "prospect" else _STROKES[firm]
            end, head = arrowhead(points)
            drawn.append(Curve(end, stroke, thick, DASHES[firm], self._tip(edge), f"e{edge.number}"))
            drawn.append(Arrow(head, stroke))
            if named:
                name = self._name(edge, points, taken)
                names += [name] if name else []
                unnamed += name is None
        return [*drawn, *names], unnamed

    def _curves(self, areas: list[Area]) -> Iterator[tuple[Edge, tuple[Point, ...]]]:
        """Relations between the same two things fan out; those of a thing with itself are loops."""
        together: dict[tuple[int, int], list[Edge]] = {}
        for edge in self._edges:
            ends = sorted(edge.ends)
            together.setdefault((ends[0], ends[1]), []).append(edge)
        boxes = np.array([(area.x, area.y, area.width, area.height) for area in areas]).reshape(-1, 4)
        for (low, high), edges in together.items():
            for number, edge in enumerate(edges):
                if low == high:
                    yield edge, loop(areas[low], number)
                    continue
                bend = (number - (len(edges) - 1) / 2) * 22
                source, target = edge.ends
                if len(edges) == 1 and len(self._edges) <= _BENT:
                    bend = self._around(areas, boxes, low, high)
                yield edge, between(areas[source], areas[target], bend if source == low else -bend)

    @staticmethod
    def _around(areas: list[Area], boxes: layout.Points, low: int, high: int) -> float:
        """How far a line between two things must be bent to pass under as few others as can be."""
        found = {}
        for bend in _BENDS:
            under = crossed(between(areas[low], areas[high], bend), boxes)
            found[bend] = len(np.setdiff1d(under, [low, high]))
            if not found[bend]:
                return bend
        return min(found, key=lambda bend: (found[bend], abs(bend)))

    def _tip(self, edge: Edge) -> str:
        source, target = (self._nodes[number].label[self._language] for number in edge.ends)
        told = (
            f"{source} — {edge.predicate.label[self._language]} → {target}\n{FIRMNESS[edge.firmness][self._language]}"
        )
        spans = ", ".join(f"{span.start}–{span.end}" for span in edge.spans)
        return f"{told} ({self._word('code_points')} {spans})" if spans else told

    def _name(self, edge: Edge, points: tuple[Point, ...], taken: list[Area]) -> Text | None:
        text = self._set(edge.predicate.label)
        size = _SIZE * 0.78
        width, height = self._font.width(text, size) + 4, size * 1.3
        for share in (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74):
            x, y = middle(points, share)
            area = Area(x, y, width, height)
            if not any(area.touches(other) for other in taken):
                taken.append(area)
                return Text(x, y + size * 0.36, text, size, _STROKES[edge.firmness], "middle", halo=True)
        return None

    # --- head and foot ------------------------------------------------------------------------------------------------

    def _head(self, width: float) -> Iterator[Text]:
        counts = self._word("counts", nodes=f"{self._graph.node_count:,}", edges=f"{self._graph.edge_count:,}")
        nothing = [] if self._nodes else [self._word("nothing")]
        for size, text in [
            (22.0 * self._big, self._set(self._graph.title)),
            *(
                (12.0 * self._big, line)
                for line in (counts, *nothing, *(note[self._language] for note in self._graph.notes))
            ),
        ]:
            for line in wrapped(text, self._font, size, width):
                yield Text(_MARGIN, 0, line, size)

    @staticmethod
    def _stacked(texts: list[Text]) -> Iterator[Text]:
        y = _MARGIN
        for text in texts:
            yield Text(text.x, y + text.size, text.text, text.size)
            y += text.size * 1.45

    def _foot(self, y: float, width: float, unnamed: int) -> tuple[list[Box | Curve | Arrow | Text], float]:
        """Legend of types, legend of lines, source and licence; and where they end."""
        items: list[Box | Curve | Arrow | Text] = [
            Curve(((_MARGIN, y), (_MARGIN + width, y)), "#c8c8c8"),
        ]
        big = self._big
        y += 22 * big
        x = _MARGIN
        for sample, text in self._legend():
            needed = (34 + 18) * big + self._font.width(text, 11 * big)
            if x > _MARGIN and x + needed > _MARGIN + width:
                x, y = _MARGIN, y + 22 * big
            items += self._sample(sample, x, y)
            items.append(Text(x + 34 * big, y + 4 * big, text, 11 * big))
            x += needed
        y += 12 * big
        said = [self._word("unnamed", count=unnamed)] if unnamed else []
        if missing := self._font.missing({c for lines in self._lines for line in lines for c in line}):
            said.append(self._word("unshown", characters=" ".join(f"U+{ord(c):04X}" for c in sorted(missing)[:20])))
        for text in (*said, self._graph.source.line(self._language)):
            for line in wrapped(text, self._font, 10 * big, width):
                y += 15 * big
                items.append(Text(_MARGIN, y, line, 10 * big, "#555555"))
        return items, y

    def _legend(self) -> Iterator[tuple[str, str]]:
        labels = {n.type.iri: n.type.label for n in self._nodes if n.type}
        for iri in self._colours:
            yield iri, self._set(labels[iri]) or local_name(iri)
        if any(self._colour(node) is _OTHER for node in self._nodes):
            yield "", self._word("other")
        there = {edge.firmness for edge in self._edges}
        for firm, text in FIRMNESS.items():
            if firm in there:
                yield firm, text[self._language]

    def _sample(self, what: str, x: float, y: float) -> list[Box | Curve | Arrow | Text]:
        big = self._big
        if what not in FIRMNESS:
            return [Box(x, y - 7 * big, 26 * big, 14 * big, *self._colours.get(what, _OTHER), round=4 * big)]
        points, head = arrowhead(((x, y), (x + 28 * big, y)))
        return [Curve(points, _STROKES[what], 1.2, DASHES[what]), Arrow(head, _STROKES[what])]


def wrapped(text: str, font: Font, size: float, widest: float) -> list[str]:
    """A text in lines of at most ``widest``, broken at blanks, between ideographs, and inside a word that is too long."""
    lines, line, used = [], "", 0.0
    for word in _words(" ".join(text.split())):
        width = font.width(word, size)
        if line and used + font.width(word.rstrip(), size) > widest:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line += word
        used += width
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def balanced(text: str, font: Font, size: float, widest: float) -> list[str]:
    """As :func:`wrapped`, with lines of about the same length: none is left with a character or two."""
    lines = wrapped(text, font, size, widest)
    if len(lines) == 1:
        return lines
    low, high = widest / 2, widest
    while high - low > size / 4:
        middle = (low + high) / 2
        tried = wrapped(text, font, size, middle)
        if len(tried) == len(lines) and max(font.width(line, size) for line in tried) <= widest:
            lines, high = tried, middle
        else:
            low = middle
    return lines


def shortened(lines: list[str]) -> list[str]:
    """At most :data:`_MOST_LINES` lines; dots tell that there is more."""
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1][:-1] + "…"]


def _words(text: str) -> Iterator[str]:
    """Pieces between which a line may be broken: none begins with a closing mark, none ends with an opening one."""
    word = ""
    for character in text:
        if (word and _may_break(word[-1], character)) or (len(word) > _LONGEST_WORD and character not in _CLOSING):
            yield word
            word = ""
        word += character
    yield word


def _may_break(before: str, after: str) -> bool:
    if after in _CLOSING or before in _OPENING or after == " ":
        return False
    return before == " " or before >= _IDEOGRAPHS or after >= _IDEOGRAPHS or before in _CLOSING
