"""Groups of duplicates as one picture: people see sooner than they read what may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alice_core.library.descent.drawing import draw_thumbnail, shortened, size_said
from alice_core.library.looking.duplicates import Duplicates, Group, Item
from alice_core.media.canvas import Canvas
from alice_core.media.files import path_said
from alice_core.store import Store

_CELL, _PICTURE, _TEXT, _GAP, _MARGIN, _HEAD, _TITLE = 208, 200, 52, 12, 24, 34, 52
_COLUMNS = 5
_MOST_IN_GROUP = 10
_HIGHEST = 16_000
_PAPER, _INK, _FAINT, _LINE, _KEEP, _EMPTY = (
    (250, 249, 246), (34, 34, 38), (112, 112, 118), (216, 214, 208), (22, 128, 72), (228, 226, 220),
)  # fmt: skip
_TITLES = {"exact": "the same bytes", "content": "the same media, other metadata", "alike": "look alike"}


@dataclass(frozen=True, slots=True)
class _Band:
    """A group on the sheet: its top, and the cells that are drawn of it."""

    group: Group
    top: int
    cells: tuple[tuple[Item, int], ...]
    more: int


def draw_duplicates(store: Store, found: Duplicates) -> bytes:
    """A contact sheet of the groups as the bytes of a PNG file.

    A band for each group: its thumbnails with names and sizes, those to keep framed in green. What does not fit
    into the height that a picture may have, or is over ten in a group, is counted instead.
    """
    bands, height = _laid(found.groups)
    width = 2 * _MARGIN + _COLUMNS * (_CELL + _GAP) - _GAP
    canvas = Canvas(width, height, _PAPER, smooth=False)
    left = f", {len(found.groups) - len(bands)} of them not drawn" if len(bands) < len(found.groups) else ""
    title = f"{len(found.groups)} groups of duplicates{left}   ·   {size_said(found.freed)} could be freed"
    canvas.text((_MARGIN, 16), title, 20, _INK, "la", bold=True)
    for band in bands:
        _draw_band(canvas, store, band, width)
    return canvas.to_png()


def _laid(groups: Sequence[Group]) -> tuple[list[_Band], int]:
    bands: list[_Band] = []
    top = _TITLE
    for group in groups:
        cells = _cells(group)
        shown = tuple(cells[:_MOST_IN_GROUP])
        rows = -(-len(shown) // _COLUMNS)
        high = _HEAD + rows * (_PICTURE + _TEXT) + _GAP
        if top + high > _HIGHEST:
            break
        bands.append(_Band(group, top, shown, len(cells) - len(shown)))
        top += high
    return bands, top + _GAP


def _cells(group: Group) -> list[tuple[Item, int]]:
    """The items, or each file of the one item where all are the same."""
    if group.kind == "exact":
        return [(group.items[0], number) for number in range(len(group.items[0].files))]
    return [(item, 0) for item in group.items]


def _draw_band(canvas: Canvas, store: Store, band: _Band, width: int) -> None:
    group, top = band.group, band.top
    canvas.rectangle((_MARGIN, top + 4, width - _MARGIN, top + 5), _LINE)
    more = f"   ·   {band.more} more" if band.more else ""
    words = f"{_TITLES[group.kind]}   ·   {size_said(group.freed)} could be freed{more}"
    canvas.text((_MARGIN, top + 12), words, 14, _INK, "la", bold=True)
    for place, (item, number) in enumerate(band.cells):
        row, column = divmod(place, _COLUMNS)
        x = _MARGIN + column * (_CELL + _GAP)
        y = top + _HEAD + row * (_PICTURE + _TEXT)
        _draw_cell(canvas, store, (x, y), item, number, keep=item.files[number] not in group.trash)


def _draw_cell(canvas: Canvas, store: Store, at: tuple[int, int], item: Item, number: int, *, keep: bool) -> None:
    x, y = at
    canvas.rectangle((x, y, x + _CELL, y + _PICTURE - 8), _EMPTY)
    draw_thumbnail(canvas, store, item.card.asset.digest, (x, y, x + _CELL, y + _PICTURE - 8))
    if keep:
        canvas.rectangle((x - 3, y - 3, x + _CELL + 3, y + _PICTURE - 5), None, _KEEP, 3)
    asset = item.card.asset
    path = item.files[number]
    name = path_said(path) if number else path_said(path).rpartition("/")[2]
    picture = asset.facts.picture
    facts = [size_said(asset.facts.size), f"{picture.width}x{picture.height}" if picture else ""]
    facts += ["*" * (item.card.curation.rating or 0), f"{item.distance} bits off" if item.distance else ""]
    canvas.text((x, y + _PICTURE - 3), shortened(canvas, name, 12, _CELL), 12, _INK, "la")
    words = ("keep   ·   " if keep else "") + "   ".join(one for one in facts if one)
    canvas.text((x, y + _PICTURE + 14), shortened(canvas, words, 12, _CELL), 12, _KEEP if keep else _FAINT, "la")
