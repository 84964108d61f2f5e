"""Where the things of a picture stand: distances on paper like distances in the graph, and no box on another.

Each connected part is laid out by majorising stress (Gansner, Koren and North: Graph Drawing by Stress Majorization),
widened until its boxes fit, and pushed apart where some still touch; then the parts are packed in rows. No chance is
involved: the same graph has the same layout.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
GAP: Final = 14.0  # between boxes
_ROUNDS: Final = 80
_PUSHES: Final = 600
_LOOK: Final = 12  # pushes between two looks at which boxes are near each other
_SOON: Final = 40.0
_ASPECT: Final = 1.5  # width to height of the whole


def positions(sizes: Points, links: Sequence[tuple[int, int]], gap: float = GAP) -> Points:
    """The centres of boxes of some sizes (rows of width, height), at least ``gap`` apart; nothing lies below 0."""
    if len(sizes) == 0:
        return np.zeros((0, 2))
    parts = []
    for members in components(len(sizes), links):
        place = {member: number for number, member in enumerate(members)}
        own = [(place[a], place[b]) for a, b in links if a in place and a != b]
        centres = _part(sizes[members], own, gap)
        low = (centres - sizes[members] / 2).min(axis=0)
        high = (centres + sizes[members] / 2).max(axis=0)
        parts.append((members, centres - low, high - low))
    return _packed(len(sizes), parts)


def kept(centres: Points, sizes: Points, gap: float = GAP) -> Points:
    """Centres that somebody chose, moved only as far as boxes would touch; nothing lies below 0."""
    apart = _apart(centres, sizes + gap)
    moved: Points = np.round(apart - (apart - sizes / 2).min(axis=0), 1)
    return moved


def components(count: int, links: Sequence[tuple[int, int]]) -> list[npt.NDArray[np.intp]]:
    """The connected parts, the largest first."""
    root = list(range(count))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for a, b in links:
        root[find(a)] = find(b)
    groups: dict[int, list[int]] = {}
    for node in range(count):
        groups.setdefault(find(node), []).append(node)
    return [np.array(group) for group in sorted(groups.values(), key=lambda group: (-len(group), group))]


def _part(sizes: Points, links: list[tuple[int, int]], gap: float) -> Points:
    if len(sizes) == 1:
        return np.zeros((1, 2))
    roomy = sizes + gap
    return _apart(_fitting(_spread(len(sizes), tuple(links)), roomy), roomy)


@functools.lru_cache(maxsize=4)  # a page has the same graph in two languages
def _spread(count: int, links: tuple[tuple[int, int], ...]) -> Points:
    """Where things stand by their relations alone, whatever their size."""
    wanted = _distances(count, links)
    return _stress(wanted, _scaled(wanted))


def _distances(count: int, links: Sequence[tuple[int, int]]) -> Points:
    """How far apart any two things shall be. Relations of hubs are longer, so that their neighbours find room."""
    degree = np.bincount(np.array(links).ravel(), minlength=count)
    far = np.full((count, count), np.inf)
    np.fill_diagonal(far, 0)
    for a, b in links:
        length = (
            1
            + 0.5 * np.log2(max(degree[a], degree[b])) * (min(degree[a], degree[b]) > 1)
            + 0.12 * np.sqrt(max(degree[a], degree[b]))
        )
        far[a, b] = far[b, a] = min(far[a, b], length)
    for middle in range(count):
        np.minimum(far, far[:, middle, None] + far[middle], out=far)
    return far


def _scaled(wanted: Points) -> Points:
    """Classical scaling: a first layout."""
    squares = wanted**2
    centred = squares - squares.mean(axis=0) - squares.mean(axis=1)[:, None] + squares.mean()
    values, vectors = np.linalg.eigh(-centred / 2)
    found = vectors[:, ::-1][:, :2] * np.sqrt(np.maximum(values[::-1][:2], 1e-9))
    found *= np.sign(found[np.abs(found).argmax(axis=0), np.arange(found.shape[1])])  # which way round is not chance
    if found.shape[1] < 2:
        found = np.column_stack([found, np.zeros(len(found))])
    turn = np.arange(len(found)) * 2.399963  # the golden angle: things in the same place are parted
    moved: Points = found + 1e-2 * np.column_stack([np.cos(turn), np.sin(turn)]) * wanted.max()
    return moved


def _stress(wanted: Points, layout: Points) -> Points:
    count = len(wanted)
    weights = np.divide(1, wanted**2, out=np.zeros_like(wanted), where=wanted > 0)
    laplacian = np.diag(weights.sum(axis=1)) - weights
    inverse = np.linalg.inv(laplacian + 1 / count) - 1 / count
    pull = weights * wanted
    for _ in range(_ROUNDS):
        apart = np.linalg.norm(layout[:, None] - layout[None], axis=2)
        ratio = -np.divide(pull, apart, out=np.zeros_like(pull), where=apart > 1e-9)
        np.fill_diagonal(ratio, 0)
        np.fill_diagonal(ratio, -ratio.sum(axis=1))
        layout = inverse @ (ratio @ layout)
    return layout


def _fitting(layout: Points, sizes: Points) -> Points:
    """Widen a layout until few of its boxes overlap."""
    room = np.sqrt(sizes.prod(axis=1).sum())
    extent = np.maximum(np.ptp(layout, axis=0), 1e-6)
    scale = min(1.25 * room / np.sqrt(extent.prod()), 2 * room / extent.max())  # what is a line in fact stays short
    layout = (layout - layout.mean(axis=0)) * scale
    for _ in range(40):
        over_x, over_y = _overlaps(layout, sizes)
        if np.count_nonzero((over_x > 0) & (over_y > 0)) // 2 <= 0.6 * len(layout):
            break
        layout = layout * 1.06
    return layout


def _overlaps(layout: Points, sizes: Points) -> tuple[Points, Points]:
    over = []
    for axis in (0, 1):
        need = (sizes[:, None, axis] + sizes[None, :, axis]) / 2
        found = need - np.abs(layout[:, None, axis] - layout[None, :, axis])
        np.fill_diagonal(found, -1)
        over.append(found)
    return over[0], over[1]


def _apart(layout: Points, sizes: Points) -> Points:
    """Push boxes that overlap apart, along the way that is shorter; what still touches then is spread out."""
    layout = layout.copy()
    pairs = _near(layout, sizes)
    for turn in range(_PUSHES):
        if turn % _LOOK == 0:
            pairs = _near(layout, sizes)
        first, second = pairs
        between = layout[first] - layout[second]
        over = (sizes[first] + sizes[second]) / 2 - np.abs(between)
        hit = (over > 1e-6).all(axis=1)
        if not hit.any():
            if turn % _LOOK == 0:
                return layout
            pairs = _near(layout, sizes)
            continue
        first, second, between, over = first[hit], second[hit], between[hit], over[hit]
        axis = over.argmin(axis=1)
        rows = np.arange(len(axis))
        way = np.where(between[rows, axis] < 0, -1.0, 1.0)
        push = np.zeros_like(between)
        push[rows, axis] = over[rows, axis] * way * 0.4
        np.add.at(layout, first, push)
        np.subtract.at(layout, second, push)
    while (np.stack(_overlaps(layout, sizes)) > 1e-6).all(axis=0).any():
        layout *= 1.02
    return layout


def _near(layout: Points, sizes: Points) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Pairs of boxes that overlap, or may soon."""
    over_x, over_y = _overlaps(layout, sizes)
    found = np.nonzero(np.triu((over_x > -_SOON) & (over_y > -_SOON), 1))
    return found[0], found[1]


def _packed(count: int, parts: list[tuple[npt.NDArray[np.intp], Points, Points]]) -> Points:
    """Parts in rows beside and below one another, the largest first, as wide as the whole should be."""
    space = 3 * GAP
    area = sum(float(np.prod(extent + space)) for _, _, extent in parts)
    width = max(np.sqrt(area * _ASPECT), max(float(extent[0]) for _, _, extent in parts))
    found = np.zeros((count, 2))
    x = y = height = 0.0
    for members, centres, extent in parts:
        if x and x + extent[0] > width:
            x, y, height = 0.0, y + height + space, 0.0
        found[members] = centres + np.array([x, y])
        x += float(extent[0]) + space
        height = max(height, float(extent[1]))
    return np.round(found, 1)
