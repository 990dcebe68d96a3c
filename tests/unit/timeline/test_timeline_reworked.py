"""What an editor did to a cut: exactly the decisions that were made, whatever the files are called by then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.timeline.diff import Kind
from alice_core.timeline.reading import Edit, Item, Source
from alice_core.timeline.reworked import reworked
from alice_core.timing import FrameRate

RATE = FrameRate.parse("23.976")


def digest_of(text: str) -> str:
    return "sha256:" + sha256(text.encode()).hexdigest()


@dataclass
class Piece:
    """A clip while it is being edited."""

    name: str
    media: str
    start: int
    length: int
    source: int = 0


def edit_of(pieces, *, folder="/films", names=True) -> Edit:
    items = []
    for piece in sorted(pieces, key=lambda one: one.start):
        url = f"{folder}/{piece.media}.mp4"
        items.append(
            Item(
                piece.name if names else "",
                "V1",
                Fraction(piece.start),
                Fraction(piece.start + piece.length),
                Source(f"{piece.media}.mp4", url, digest_of(piece.media)),
                Fraction(piece.source),
            )
        )
    return Edit("otio", "cut", RATE, Fraction(86400), tuple(items))


def cut(lengths, media=None):
    pieces, at = [], 0
    for index, length in enumerate(lengths):
        pieces.append(Piece(f"shot-{index + 1:04}", media[index] if media else f"take-{index + 1}", at, length, 5))
        at += length
    return pieces


def told(before, after):
    found = reworked(before, after)
    return sorted((one.kind.value, one.name) for one in found if one.kind is not Kind.KEPT)


def shifted(pieces, place, frames):
    for piece in pieces[place:]:
        piece.start += frames


EDITS = ("trim", "ripple-trim", "head", "slip", "move", "replace", "delete", "ripple-delete", "add", "ripple-add")


def carry_out(what, pieces, piece, amount, end):  # noqa: PLR0911 - one return for each edit
    """One edit on one clip; gives the decision that it is, and the first free frame after the cut."""
    place = pieces.index(piece)
    if what in ("trim", "ripple-trim"):
        piece.length -= amount
        if what == "ripple-trim":
            shifted(pieces, place + 1, -amount)
        return ("trimmed", piece.name), end
    if what == "head":
        piece.start, piece.length, piece.source = piece.start + amount, piece.length - amount, piece.source + amount
        return ("trimmed", piece.name), end
    if what == "slip":
        piece.source += amount
        return ("slipped", piece.name), end
    if what == "move":
        pieces.remove(piece)
        piece.start = end + 7
        pieces.append(piece)
        return ("moved", piece.name), piece.start + piece.length
    if what == "replace":
        piece.media = f"other-{piece.name}"
        return ("replaced", piece.name), end
    if what in ("delete", "ripple-delete"):
        pieces.remove(piece)
        if what == "ripple-delete":
            shifted(pieces, place, -piece.length)
        return ("deleted", piece.name), end
    fresh = Piece(f"new-{piece.name}", f"new-{piece.name}", end + 3, amount + 1)
    if what == "ripple-add":
        fresh.start = piece.start
        shifted(pieces, place, fresh.length)
        pieces.insert(place, fresh)
        return ("added", fresh.name), end
    pieces.append(fresh)
    return ("added", fresh.name), fresh.start + fresh.length


@st.composite
def edited(draw, *, repeated=True):
    """A random cut, random edits of different clips of it, and the decisions that they are."""
    lengths = draw(st.lists(st.integers(8, 60), min_size=1, max_size=24))
    count = len(lengths)
    again = st.integers(1, count) if repeated else st.nothing()
    media = [f"take-{draw(again) if repeated and draw(st.booleans()) else index + 100}" for index in range(count)]
    before = cut(lengths, media)
    pieces = [replace(one) for one in before]
    chosen = draw(st.lists(st.sampled_from(range(0, count, 2)), unique=True, max_size=8))  # never two neighbours
    decisions = []
    for index in chosen:
        piece = next(one for one in pieces if one.name == f"shot-{index + 1:04}")
        end = max(one.start + one.length for one in [*pieces, *before]) + 50
        what = draw(st.sampled_from(EDITS))
        decision, _ = carry_out(what, pieces, piece, draw(st.integers(1, 5)), end)
        decisions.append(decision)
    return before, pieces, sorted(decisions)


@settings(deadline=None, max_examples=120)
@given(edited(), st.booleans())
def test_exactly_the_edits_that_were_made_are_found(made, renamed):
    before, after, decisions = made
    assert told(edit_of(before), edit_of(after, folder="/elsewhere" if renamed else "/films")) == decisions


# Drawn alike each time: without names two edits that make the same cut cannot always be told apart.
@settings(deadline=None, max_examples=80, derandomize=True)
@given(edited(repeated=False))
def test_names_are_not_needed_where_every_shot_has_a_take_of_its_own(made):
    before, after, decisions = made
    found = reworked(edit_of(before), edit_of(after, names=False))
    kinds = sorted((one.kind.value, one.name) for one in found if one.kind not in (Kind.KEPT, Kind.ADDED))
    assert kinds == [one for one in decisions if one[0] != "added"]
    assert sum(one.kind is Kind.ADDED for one in found) == sum(one[0] == "added" for one in decisions)


def edit_with(*items: Item) -> Edit:
    return Edit("otio", "cut", RATE, Fraction(0), items)


def item(name, track, start, end, media="", source=0, **more):
    named = Source(f"{media}.mp4", f"/films/{media}.mp4", digest_of(media)) if media else None
    return Item(name, track, Fraction(start), Fraction(end), named, Fraction(source) if media else None, **more)


BASE = edit_with(item("a", "V1", 0, 20, "a"), item("b", "V1", 20, 40, "b"), item("c", "V1", 40, 60, "c"))


def test_the_parts_that_a_blade_left_are_one_clip():
    after = edit_with(*BASE.items[:1], item("b", "V1", 20, 30, "b"), item("b", "V1", 30, 40, "b", 10), BASE.items[2])
    assert told(BASE, after) == []
    apart = edit_with(*BASE.items[:1], item("b", "V1", 20, 30, "b"), item("b", "V1", 30, 40, "b", 12), BASE.items[2])
    assert told(BASE, apart) == [("added", "b"), ("trimmed", "b")]
    slow = edit_with(
        *BASE.items[:1], item("b", "V1", 20, 30, "b"), item("b", "V1", 30, 40, "b", 10, speed=Fraction(2)),
        BASE.items[2],
    )  # fmt: skip
    assert told(BASE, slow) == [("added", "b"), ("trimmed", "b")]


def test_titles_and_adjustments_hide_nothing():
    after = edit_with(*BASE.items, item("A title", "V2", 10, 50))
    assert told(BASE, after) == [("added", "A title")]


def test_what_lies_over_a_shot_replaces_it_and_in_its_middle_is_added():
    over = edit_with(*BASE.items, item("x", "V2", 20, 40, "x"))
    assert told(BASE, over) == [("replaced", "b")]
    inside = edit_with(*BASE.items, item("x", "V2", 25, 30, "x"))
    assert told(BASE, inside) == [("added", "x")]
    tail = edit_with(*BASE.items, item("x", "V2", 30, 40, "x"))
    assert told(BASE, tail) == [("added", "x"), ("trimmed", "b")]


def test_two_shots_that_change_places_are_one_move():
    after = edit_with(BASE.items[1], BASE.items[0], BASE.items[2])
    swapped = edit_with(item("b", "V1", 0, 20, "b"), item("a", "V1", 20, 40, "a"), BASE.items[2])
    assert told(BASE, after) == []
    assert [kind for kind, _ in told(BASE, swapped)] == ["moved"]


def test_a_gap_that_closed_up_for_a_while_is_told_shot_by_shot():
    """The later shots lie where they lay, so those between were moved."""
    after = edit_with(item("b", "V1", 0, 20, "b"), BASE.items[2])
    assert told(BASE, after) == [("deleted", "a"), ("moved", "b")]
    closed = edit_with(item("b", "V1", 0, 20, "b"), item("c", "V1", 20, 40, "c"))
    assert told(BASE, closed) == [("deleted", "a")]


def test_a_shot_without_a_take_goes_by_its_name():
    before = edit_with(BASE.items[0], item("b", "V1", 20, 40), BASE.items[2])
    assert told(before, before) == []
    assert told(before, BASE) == [("replaced", "b")]


def test_a_take_that_is_used_twice_without_names_closes_up_in_order():
    before = edit_with(
        item("", "V1", 0, 10, "x"),
        item("", "V1", 10, 20, "t"),
        item("", "V1", 20, 30, "t"),
        item("", "V1", 30, 40, "y"),
    )
    after = edit_with(item("", "V1", 0, 10, "t"), item("", "V1", 10, 20, "t"), item("", "V1", 20, 30, "y"))
    assert [kind for kind, _ in told(before, after)] == ["deleted"]


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (item("b", "V1", 22, 40, "b", 2), "b is trimmed from 20 to 18 frames (starts 2 frames later)"),
        (item("b", "V1", 20, 39, "b"), "b is trimmed from 20 to 19 frames (ends 1 frame earlier)"),
        (item("b", "V1", 20, 30, "b", speed=Fraction(2)),
         "b is trimmed from 20 to 10 frames (ends 10 frames earlier), retimed to 200 %"),
        (item("b", "V1", 20, 40, "b", 5), "b is slipped: it begins 5 frames later in its file"),
        (item("b", "V1", 20, 40, "b", speed=None), "b keeps its place, retimed"),
        (item("b", "V1", 70, 90, "b"), "b is moved, 50 frames later"),
        (item("z", "V1", 20, 40, "z"), "b is replaced by z.mp4"),
        (item("b", "V1", 20, 38, "z"), "b is replaced by z.mp4 and has 18 frames instead of 20"),
    ],
)  # fmt: skip
def test_each_change_is_told_in_a_sentence(after, sentence):
    found = reworked(BASE, edit_with(BASE.items[0], BASE.items[2], after))
    assert sentence in [one.sentence for one in found]


def test_what_is_gone_new_or_gave_way_is_told_in_a_sentence():
    after = edit_with(item("b", "V1", 0, 20, "b"), item("c", "V1", 20, 40, "c"), item("new", "V1", 90, 91, "new"))
    assert {one.sentence for one in reworked(BASE, after)} == {
        "a is deleted (20 frames from frame 0)",
        "b is kept, 20 frames earlier as what is before it changed",
        "c is kept, 20 frames earlier as what is before it changed",
        "new is added at frame 90 (1 frame)",
    }
    assert {one.sentence for one in reworked(BASE, BASE)} == {"a is kept", "b is kept", "c is kept"}
    assert reworked(edit_with(), edit_with()) == ()


def test_very_many_changes_in_one_place_still_have_one_answer():
    before = cut([10] * 40)
    after = [replace(one) for one in before if not 5 <= int(one.name[-4:]) < 25]
    shifted(after, 4, -200)
    assert told(edit_of(before), edit_of(after)) == [("deleted", f"shot-{number:04}") for number in range(5, 25)]
