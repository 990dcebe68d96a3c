"""A lineage as a picture: thumbnails in boxes, what was done between them, from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from alice_core.errors import UsageError
from alice_core.library.descent.drawing import draw_thumbnail, shortened
from alice_core.library.descent.layout import Layout, Size, laid_out
from alice_core.library.descent.lineage import Lineage
from alice_core.library.descent.lineage_graph import FOLD, Box, Graph, Step, graph_of
from alice_core.media.canvas import Canvas, Color, Point
from alice_core.media.digest import short
from alice_core.media.facts import Kind
from alice_core.store import Store

_MARGIN, _HEAD = 28, 50
_WIDE, _PICTURE, _TEXT, _STEP = 168, 96, 42, 34
_LARGEST = 16_000
_MANY_BOXES, _MOST_BOXES = 150, 400
_CURVE = 16
_STACK = 5

_PAPER: Color = (250, 249, 246)
_INK: Color = (30, 30, 34)
_FAINT: Color = (104, 104, 112)
_ARROW: Color = (150, 150, 158)
_ASKED: Color = (176, 24, 40)
_CARD: Color = (255, 255, 255)
_CARD_EDGE: Color = (196, 194, 188)
_STEP_FILL: Color = (228, 233, 240)
_KINDS: dict[Kind, Color] = {
    Kind.AUDIO: (94, 72, 158),
    Kind.IMAGE: (22, 118, 84),
    Kind.VIDEO: (178, 92, 20),
    Kind.ANALYSIS: (30, 96, 160),
    Kind.PLAN: (30, 96, 160),
    Kind.TIMELINE: (140, 40, 90),
}


def draw_lineage(store: Store, found: Lineage) -> bytes:
    """The picture as the bytes of a PNG file, each line of it readable at its own size.

    Raises:
        UsageError: Even with all siblings folded it is larger than a picture may be.
    """
    graph = _foldable(found)
    if len(graph.boxes) > _MOST_BOXES:
        raise _too_large(graph)
    plan = _Plan(found, graph)
    layout = plan.layout
    width, height = round(layout.width) + 2 * _MARGIN, round(layout.height) + _HEAD + _MARGIN
    if max(width, height) > _LARGEST:
        raise _too_large(graph)
    canvas = Canvas(max(width, 320), height, _PAPER)
    for edge in graph.edges:
        _draw_arrow(canvas, plan.route(edge.source, edge.target))
    for step in graph.steps:
        _draw_pill(canvas, plan, step)
    for box in graph.boxes:
        _draw_card(canvas, plan, found, box)
    canvas.flatten()
    for step in graph.steps:
        _write_step(canvas, plan, step)
    for box in graph.boxes:
        _fill_card(canvas, store, plan, box)
    _write_head(canvas, found, graph)
    return canvas.to_png()


def _too_large(graph: Graph) -> UsageError:
    return UsageError(
        f"a lineage of {len(graph.boxes)} boxes is too large for one picture",
        hint="Draw a part of it: alice lineage ASSET --depth 2 --png FILE",
    )


def _foldable(found: Lineage) -> Graph:
    """The graph, folded more where it would be too much for one look."""
    for fold in (FOLD, 2):
        graph = graph_of(found, fold=fold)
        if len(graph.boxes) <= _MANY_BOXES:
            return graph
    return graph_of(found, fold=1)


class _Plan:
    """Where everything is drawn."""

    def __init__(self, found: Lineage, graph: Graph) -> None:
        ruler = Canvas(1, 1, smooth=False)
        self.seen = {box.key: found.assets[box.digests[0]].kind in {Kind.IMAGE, Kind.VIDEO} for box in graph.boxes}
        sizes = {box.key: Size(_WIDE, _TEXT + (_PICTURE if self.seen[box.key] else 0)) for box in graph.boxes}
        for step in graph.steps:
            words = max(ruler.text_width(text, 12) for text in (step.operation, step.detail))
            sizes[step.key] = Size(round(words) + 26, _STEP if step.detail else 24)
        self.sizes = sizes
        self.layout: Layout = laid_out(sizes, [(edge.source, edge.target) for edge in graph.edges])

    def middle(self, key: str) -> Point:
        x, y = self.layout.places[key]
        return round(x) + _MARGIN, round(y) + _HEAD

    def box(self, key: str) -> tuple[int, int, int, int]:
        x, y = self.middle(key)
        size = self.sizes[key]
        left, top = round(x - size.width / 2), round(y - size.height / 2)
        return left, top, left + size.width, top + size.height

    def route(self, source: str, target: str) -> list[Point]:
        """The points of an arrow: out of the source's right side, past what is between, into the target's left."""
        start, end = self.box(source), self.box(target)
        between = self.layout.routes.get((source, target), ())
        points: list[Point] = [(start[2], self.middle(source)[1])]
        points += [(x + _MARGIN, y + _HEAD) for x, y in between]
        return [*points, (end[0], self.middle(target)[1])]


def _draw_arrow(canvas: Canvas, points: Sequence[Point]) -> None:
    path: list[Point] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        for number in range(_CURVE + 1):
            share = number / _CURVE
            eased = share * share * (3 - 2 * share)
            path.append((x0 + (x1 - x0) * share, y0 + (y1 - y0) * eased))
    canvas.line(path, _ARROW, 1.5)
    x, y = points[-1]
    canvas.polygon([(x, y), (x - 7, y - 4), (x - 7, y + 4)], _ARROW)


def _draw_pill(canvas: Canvas, plan: _Plan, step: Step) -> None:
    box = plan.box(step.key)
    canvas.rectangle(box, _STEP_FILL, radius=(box[3] - box[1]) / 2)


def _write_step(canvas: Canvas, plan: _Plan, step: Step) -> None:
    x, y = plan.middle(step.key)
    up = 7 if step.detail else 0
    canvas.text((x, y - up), step.operation, 12, _INK, "mm")
    if step.detail:
        canvas.text((x, y + 8), step.detail, 11, _FAINT, "mm")


def _draw_card(canvas: Canvas, plan: _Plan, found: Lineage, box: Box) -> None:
    left, top, right, bottom = plan.box(box.key)
    for behind in range(2 * _STACK if len(box.digests) > 1 else 0, 0, -_STACK):
        canvas.rectangle((left + behind, top - behind, right + behind, bottom - behind), _CARD, _CARD_EDGE, 1, 7)
    edge, pen = (_ASKED, 2.5) if box.asked else (_CARD_EDGE, 1)
    canvas.rectangle((left, top, right, bottom), _CARD, edge, pen, 7)
    stripe = _KINDS.get(found.assets[box.digests[0]].kind, _FAINT)
    canvas.rectangle((left + 7, bottom - 34, left + 10, bottom - 8), stripe)


def _fill_card(canvas: Canvas, store: Store, plan: _Plan, box: Box) -> None:
    left, top, right, bottom = plan.box(box.key)
    if plan.seen[box.key]:
        inner = (left + 4, top + 4, right - 4, bottom - _TEXT + 2)
        drawn = draw_thumbnail(canvas, store, box.digests[0], inner)
        if not drawn:
            canvas.rectangle(inner, (236, 234, 228))
            canvas.text(((left + right) / 2, (inner[1] + inner[3]) / 2), "no picture", 11, _FAINT, "mm")
    room = right - left - 24
    canvas.text((left + 16, bottom - 37), shortened(canvas, box.title, 13, room), 13, _INK, "la", bold=box.asked)
    canvas.text((left + 16, bottom - 20), shortened(canvas, box.kind, 11, room), 11, _FAINT, "la")


def _write_head(canvas: Canvas, found: Lineage, graph: Graph) -> None:
    asset = found.assets[found.digest]
    title = shortened(canvas, f"Lineage of {asset.name}", 17, canvas.width - 2 * _MARGIN)
    canvas.text((_MARGIN, 12), title, 17, _INK, "la", bold=True)
    several = sum(len(box.digests) for box in graph.boxes)
    words = f"{asset.kind.value} {short(asset.digest)}   ·   {several} assets, {len(found.derivations)} derivations"
    canvas.text((_MARGIN, 33), shortened(canvas, words, 12, canvas.width - 2 * _MARGIN), 12, _FAINT, "la")
