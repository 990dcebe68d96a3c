"""A lineage as a folded graph, as places on a sheet, as DOT and as a picture."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from alice_core.errors import NotFound, UsageError
from alice_core.library.descent.layout import Size, laid_out
from alice_core.library.descent.lineage import Lineage, lineage_of
from alice_core.library.descent.lineage_dot import dot_of, quoted
from alice_core.library.descent.lineage_graph import graph_of, plural
from alice_core.library.descent.lineage_picture import draw_lineage
from alice_core.media.digest import digest_of_bytes
from alice_core.media.facts import Kind, MediaFacts, PictureFacts
from alice_core.store import Asset, Derivation, Found, Ingredient, Recipe
from alice_core.store.catalogue import ingest, record


def digest(name):
    return digest_of_bytes(name.encode())


def found(tmp_path, name, kind=Kind.DOCUMENT):
    picture = PictureFacts("png", 4, 4, None, 1, None) if kind is Kind.IMAGE else None
    return Found(tmp_path / name, digest(name), MediaFacts(kind, "x/x", 5, picture=picture), 1, name=name)


@pytest.fixture
def project(store, tmp_path):
    """song -> plan; eight takes from nothing; plan and takes -> film; a poster from the seventh take."""

    def derive(operation, inputs, outputs, take=0):
        recipe = Recipe(operation, 1, inputs=tuple(Ingredient(role, digest(name)) for role, name in inputs), take=take)
        record(store, recipe, tuple((role, found(tmp_path, name, kind)) for role, name, kind in outputs), None)

    ingest(store, found(tmp_path, "song.wav", Kind.AUDIO))
    derive("directing.plan", [("song", "song.wav")], [("plan", "plan.json", Kind.PLAN)])
    takes = [f"take{number}.png" for number in range(8)]
    for number, name in enumerate(takes):
        derive("provider.x.image", [], [("take", name, Kind.IMAGE)], take=number)
    cut = [("plan", "plan.json"), *(("take", name) for name in takes)]
    derive("timeline.preview", cut, [("preview", "film.mp4", Kind.VIDEO)])
    derive("poster", [("still", "take6.png")], [("poster", "poster.png", Kind.IMAGE)])
    return store


def titles(graph):
    return sorted(box.title for box in graph.boxes)


def test_siblings_that_nothing_tells_apart_are_one_box(project):
    graph = graph_of(lineage_of(project, digest("film.mp4")))
    assert titles(graph) == ["8 takes", "film.mp4", "plan.json", "song.wav"]
    assert sorted((step.operation, step.detail) for step in graph.steps) == [
        ("directing.plan", ""),
        ("provider.x.image", "x8"),
        ("timeline.preview", ""),
    ]
    (asked,) = [box for box in graph.boxes if box.asked]
    assert asked.title == "film.mp4"
    roles = {edge.role for edge in graph.edges}
    assert roles == {"song", "plan", "take", "preview"}


def test_one_that_was_used_elsewhere_or_asked_for_stands_alone(project):
    graph = graph_of(lineage_of(project, digest("take6.png")))
    assert titles(graph) == ["film.mp4", "poster.png", "take6.png"]
    lineage = lineage_of(project, digest("film.mp4"))
    wide = lineage_of(project, digest("take6.png"))
    whole = Lineage(
        lineage.digest, lineage.assets | wide.assets, lineage.derivations | wide.derivations, lineage.back, wide.forward
    )
    assert titles(graph_of(whole)) == ["7 takes", "film.mp4", "plan.json", "poster.png", "song.wav", "take6.png"]
    assert len(graph_of(whole, fold=8).boxes) == 8 + 4


def test_whole_chains_are_folded(store, tmp_path):
    for number in range(6):
        still = Recipe("provider.x.image", 1, take=number)
        record(store, still, (("take", found(tmp_path, f"s{number}.png", Kind.IMAGE)),), None)
        clip = Recipe("provider.x.video", 1, inputs=(Ingredient("still", digest(f"s{number}.png")),))
        record(store, clip, (("clip", found(tmp_path, f"c{number}.mp4", Kind.VIDEO)),), None)
    cut = tuple(Ingredient("clip", digest(f"c{number}.mp4")) for number in range(6))
    record(store, Recipe("cut", 1, inputs=cut), (("film", found(tmp_path, "film.mp4", Kind.VIDEO)),), None)
    graph = graph_of(lineage_of(store, digest("film.mp4")))
    assert titles(graph) == ["6 clips", "6 takes", "film.mp4"]
    assert len(graph.steps) == 3
    assert len(graph.edges) == 5


def test_the_cost_of_a_step_is_told():
    asset = Asset(digest("a"), MediaFacts(Kind.IMAGE, "x/x", 1), "a", "", "2026", cost=Decimal("0.25"))
    made = Derivation("r", Recipe("provider.x.image", 1), (Ingredient("take", asset.digest),), "2026", "me", "e")
    graph = graph_of(Lineage(asset.digest, {asset.digest: asset}, {"r": made}, {asset.digest: ("r",)}, {}))
    assert [step.detail for step in graph.steps] == ["$0.25"]


def test_words_for_several():
    assert [plural(word) for word in ("take", "analysis", "markers")] == ["takes", "analyses", "markers"]


def test_only_so_many_steps(project):
    assert set(lineage_of(project, digest("film.mp4"), depth=0).assets) == {digest("film.mp4")}
    near = lineage_of(project, digest("film.mp4"), depth=1)
    assert digest("song.wav") not in near.assets
    assert len(near.assets) == 10
    assert digest("song.wav") in lineage_of(project, digest("film.mp4"), depth=2).assets
    with pytest.raises(NotFound):
        lineage_of(project, digest("nothing"))


def test_dot_is_escaped_and_names_every_end(store, tmp_path):
    name = 'a "quoted" \\ name\n with <html> é.txt'
    record(store, Recipe("op", 1), (("out", found(tmp_path, name)),), None)
    text = dot_of(lineage_of(store, digest(name)))
    assert text.startswith("digraph lineage {\n  rankdir=LR;")
    assert r"\"quoted\" \\ name  with <html> é.txt" in text
    declared = set(re.findall(r"^  (n\d+) \[", text, re.MULTILINE))
    ends = {end for pair in re.findall(r"^  (n\d+) -> (n\d+)", text, re.MULTILINE) for end in pair}
    assert ends
    assert ends <= declared
    assert quoted("a", "", "b\udcff") == r'"a\nb\\xff"'


def test_the_picture_shows_the_graph(project, tmp_path):
    picture = Image.open(io.BytesIO(draw_lineage(project, lineage_of(project, digest("film.mp4")))))
    assert picture.width > 900
    assert picture.height > 200
    assert len(picture.getcolors(1 << 24)) > 40
    alone = Image.open(io.BytesIO(draw_lineage(project, lineage_of(project, digest("song.wav"), depth=0))))
    assert alone.width < 400


def test_a_lineage_of_thousands_of_different_things_is_refused(tmp_path):
    assets = {}
    derivations = {}
    for number in range(700):
        name = digest(f"a{number}")
        assets[name] = Asset(name, MediaFacts(Kind.DOCUMENT, "x/x", 1), f"a{number}", "", "2026")
        inputs = (Ingredient("in", digest(f"a{number - 1}")),) if number else ()
        key = f"r{number}"
        recipe = Recipe(f"op{number}", 1, inputs=inputs)
        derivations[key] = Derivation(key, recipe, (Ingredient("out", name),), "2026", "me", "e")
    with pytest.raises(UsageError, match="too large"):
        draw_lineage(None, Lineage(digest("a0"), assets, derivations, {}, {}))


@settings(deadline=None, max_examples=25)
@given(
    st.integers(1, 14),
    st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), max_size=40),
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=14, max_size=14),
)
def test_nothing_lies_over_anything_and_arrows_lead_to_the_right(count, edges, sizes):
    nodes = {f"n{number}": Size(*sizes[number]) for number in range(count)}
    wanted = [(f"n{one}", f"n{other}") for one, other in edges if one < count and other < count]
    layout = laid_out(nodes, wanted)
    boxes = {
        name: (x - size.width / 2, y - size.height / 2, x + size.width / 2, y + size.height / 2)
        for name, size in nodes.items()
        for x, y in [layout.places[name]]
    }
    assert boxes.keys() == nodes.keys()
    for name, (left, top, right, bottom) in boxes.items():
        assert left >= -1e-6
        assert top >= -1e-6
        assert right <= layout.width + 1e-6
        assert bottom <= layout.height + 1e-6
        for other, (x0, y0, x1, y1) in boxes.items():
            apart = right <= x0 + 1e-6 or x1 <= left + 1e-6 or bottom <= y0 + 1e-6 or y1 <= top + 1e-6
            assert apart or name == other
    for (source, target), points in layout.routes.items():
        path = [layout.places[source], *points, layout.places[target]]
        assert all(one[0] < other[0] for one, other in pairwise(path))
    assert layout == laid_out(nodes, wanted)


def test_two_crossing_arrows_are_untangled():
    nodes = {name: Size(10, 10) for name in "abcdef"}
    layout = laid_out(nodes, [("a", "e"), ("b", "d"), ("c", "f"), ("a", "f")])
    at = {name: y for name, (_, y) in layout.places.items()}
    pairs = [("a", "e"), ("b", "d"), ("c", "f"), ("a", "f")]
    crossings = sum((at[a] - at[c]) * (at[b] - at[d]) < 0 for a, b in pairs for c, d in pairs if (a, b) < (c, d))
    assert crossings == 0
    assert laid_out({}, []).width == 0
