"""Searching on every database: the same query finds the same assets in the same order."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path

import pytest

from alice_core import projects
from alice_core.events.library_facts import Tagged
from alice_core.library import find
from alice_core.media.facts import Kind, MediaFacts, PictureFacts
from alice_core.media.generation import Certainty, Embedded, Generation, ModelUse
from alice_core.store import Actor, Found, open_store, operation
from alice_core.store.catalogue import ingest_many
from alice_core.store.metadata import Reading
from alice_core.store.operations import OPERATIONS
from alice_core.store.wanted import All, AnyOf, Match, Not, Range, State, Text, Wanted

_BASE_NS = 1_790_000_000_000_000_000


def thing(
    name, prompt, *, model="flux1-dev.safetensors", kind=Kind.IMAGE, seed=1, day=0, size=1000, content=None, **more
):
    digest = "sha256:" + hashlib.sha256(name.encode()).hexdigest()
    uses = (ModelUse("checkpoint", model), ModelUse("lora", "ink.safetensors"))
    generation = Generation(
        "ComfyUI", "comfyui", 1, prompt=prompt, models=uses, seed=seed, steps=20, cfg="7.5", sampler="euler", **more
    )
    picture = PictureFacts("png", 1920, 1080, None, 1, None)
    facts = MediaFacts(kind, "image/png", size, None, picture)
    made = _BASE_NS + day * 86_400_000_000_000
    embedded = Embedded(generation, camera={"Model": "X100"}, tags={"artist": "Ada"})
    return Found(
        Path("/films/neon") / name,
        digest,
        facts,
        made,
        content=content or "blake3:" + digest[7:],
        reading=Reading("r1", embedded),
        inode=day,
    )


THINGS = (
    thing("tiger_a.png", "a neon tiger in the rain", day=1, seed=2**64 - 1),
    thing("tiger_b.png", "a watercolor tiger", model="sdxl.safetensors", day=2, size=5000),
    thing("robot.mp4", "a neon robot, tall city", kind=Kind.VIDEO, model="wan2.2.safetensors", day=3, size=9000),
    thing("Straße_ähre.png", "café at dawn", day=4, negative="people", certainty=Certainty.UNCERTAIN),
    thing("copy.png", "tigers running", day=5, content="blake3:" + "1" * 64),
    thing("copy2.png", "tigers running", day=6, content="blake3:" + "1" * 64),
)  # fmt: skip


@operation("test.label", emits=(Tagged,), permission="test.write")
def label(work, named):
    """Label assets for the tests below."""
    numbers = work.assets.known(one.digest for one in named)
    first, second, third = (numbers[one.digest] for one in named[:3])
    work.labels.curate(first, rating=5, note="for the chorus")
    work.labels.curate(second, rating=2, favourite=True)
    work.labels.curate(third, mark="reject", reason="too dark")
    work.labels.tag(first, "style/neon")
    work.labels.tag(second, "style")
    work.labels.tag(third, "test")
    work.labels.set_synonym("glow", "style/neon")
    work.labels.collect_many((first,), "chorus", work.now)
    work.emit(Tagged(digest=named[0].digest, tag="style/neon"), subject=named[0].digest)
    work.texts.refresh(one.digest for one in named)


del OPERATIONS["test.label"]


@pytest.fixture
def store(database_url, tmp_path):
    with open_store(tmp_path / "home", url=database_url, actor=Actor("user:test")) as opened:
        neon = projects.create(opened, "Neon")
        ingest_many(opened, THINGS[:3], project=neon)
        ingest_many(opened, THINGS[3:])
        label(opened, THINGS)
        yield opened


def names(store, term, **more):
    with store.reading() as reader:
        found = reader.assets.numbered(reader.search.numbers(Wanted(term, **more)))
        assert sorted(one.digest for one in found) == sorted({one.digest for one in found})
        if not more:
            assert reader.search.count(Wanted(term)) == len(found)
    return [one.name for one in found]


DAY4 = "2026-09-25T14:13:20.000Z"
A, B, ROBOT, CAFE, COPY, COPY2 = (one.path.name for one in THINGS)


TERMS = [
    (None, [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Text("tiger"), [COPY2, COPY, B, A]),
    (Text("Tigers"), [COPY2, COPY, B, A]),
    (Text("neon tiger"), [A]),
    (Text("tig", prefix=True), [COPY2, COPY, B, A]),
    (Text("robot"), [ROBOT]),
    (Text("chorus"), [A]),
    (Text("dark"), [ROBOT]),
    (Text("sdxl"), [B]),
    (Text("films"), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Text("Neon' OR 1=1 --"), []),
    (Text("!?"), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (All((Text("neon robot"), Not(Text("tiger")))), [ROBOT]),
    (AnyOf((Text("café"), Text("robot"))), [CAFE, ROBOT]),
    (AnyOf((Text("robot"), Match("tag", ("style",)))), [ROBOT, B, A]),
    (Match("kind", ("video",)), [ROBOT]),
    (Match("model", ("flux*",)), [COPY2, COPY, CAFE, A]),
    (Match("model", ("SDXL",)), [B]),
    (Match("lora", ("ink",)), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Match("project", ("neon",)), [ROBOT, B, A]),
    (Match("tag", ("style",)), [B, A]),
    (Match("tag", ("glow",)), [A]),
    (Match("collection", ("chorus",)), [A]),
    (Match("digest", (THINGS[0].digest[:14],)), [A]),
    (Match("content", ("1111",)), [COPY2, COPY]),
    (Match("name", ("tiger_?.png",)), [B, A]),
    (Match("path", ("neon/robot",)), [ROBOT]),
    (Match("in", ("/films",)), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Match("in", ("neo",)), []),
    (Match("in", ("neon",)), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Match("ext", ("mp4",)), [ROBOT]),
    (Match("mime", ("image/*",)), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Match("sampler", ("euler",)), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Match("generator", ("comfy*",)), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Match("mark", ("reject",)), [ROBOT]),
    (Match("note", ("chorus",)), [A]),
    (Match("prompt", ("watercolor",)), [B]),
    (Match("negative", ("people",)), [CAFE]),
    (Match("codec", ("png",)), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Match("operation", ("make*",)), []),
    (Match("camera", ("x100",)), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Match("artist", ("ada",)), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Range("rating", Decimal(4)), [A]),
    (Range("rating", None, Decimal(5), below=True), [B]),
    (Not(Range("rating", Decimal(0))), [COPY2, COPY, CAFE, ROBOT]),
    (Range("seed", Decimal(2**64 - 1), Decimal(2**64 - 1)), [A]),
    (Range("seed", Decimal(2)), [A]),
    (Range("size", Decimal(5000), Decimal(9000)), [ROBOT, B]),
    (Range("size", Decimal(5000), above=True), [ROBOT]),
    (Range("width", Decimal(1920)), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Range("seconds", Decimal(1)), []),
    (Range("cfg", Decimal("7.5"), Decimal("7.5")), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (Range("steps", Decimal(21)), []),
    (Range("copies", Decimal(2)), []),
    (Range("cost", Decimal(1)), []),
    (Range("made", DAY4), [COPY2, COPY, CAFE]),
    (Range("made", None, DAY4), [ROBOT, B, A]),
    (Range("added", "2026-01-01T00:00:00.000Z"), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (State("favourite"), [B]),
    (State("liked"), [B, A]),
    (State("rated"), [B, A]),
    (State("tagged"), [ROBOT, B, A]),
    (State("marked"), [ROBOT]),
    (State("noted"), [A]),
    (State("missing"), []),
    (State("trashed"), []),
    (State("duplicate"), [COPY2, COPY]),
    (State("generated"), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (State("prompted"), [COPY2, COPY, CAFE, ROBOT, B, A]),
    (State("uncertain"), [CAFE]),
    (State("companion"), []),
]


def test_every_term_finds_the_same_everywhere(store):
    wrong = {}
    for term, expected in TERMS:
        found = names(store, term), names(store, term, limit=2)
        if found != (expected, expected[:2]):
            wrong[str(term)] = found
    assert wrong == {}


def test_orders(store):
    assert names(store, None, sort="oldest", limit=2) == [A, B]
    assert names(store, None, sort="best", limit=2) == [A, B]
    assert names(store, None, sort="biggest", limit=2) == [ROBOT, B]
    assert names(store, None, sort="smallest", limit=1) == [COPY2]
    assert names(store, None, sort="name", limit=2) == [COPY, COPY2]
    assert names(store, Text("tiger"), sort="oldest", limit=1) == [A]
    assert names(store, Text("tiger"), sort="biggest", limit=1) == [B]
    assert set(names(store, Text("tiger"), sort="relevance")) == {A, B, COPY, COPY2}
    assert names(store, All((Text("tiger"), Match("model", ("sdxl",)))), sort="relevance") == [B]
    assert names(store, All((Text("tiger"), Match("model", ("sdxl",)))), limit=5) == [B]


def test_unknown_fields_are_refused(store):
    for term in (Match("x", ("y",)), Range("x", Decimal(1)), State("x")):
        with pytest.raises(ValueError, match="there is no"):
            names(store, term)


def test_the_vocabulary_comes_from_the_store(store):
    with store.reading() as reader:
        known = reader.search.vocabulary()
    assert known.models[0] == "flux1-dev.safetensors"
    assert set(known.models) == {"flux1-dev.safetensors", "sdxl.safetensors", "wan2.2.safetensors"}
    assert known.loras == ("ink.safetensors",)
    assert set(known.tags) == {"style", "style/neon", "test"}
    assert known.synonyms == (("glow", "style/neon"),)
    assert (known.projects, known.collections) == (("Neon",), ("chorus",))
    assert (known.generators, known.samplers, known.schedulers) == (("ComfyUI",), ("euler",), ())


def test_misspelt_words_are_taken_for_the_likest(store):
    for typed, meant in (("tigre", "tiger"), ("watercolour", "watercolor"), ("robt", "robot")):
        answer = find(store, typed)
        assert meant in dict(answer.corrected)[typed]
        assert answer.cards == find(store, answer.query).cards != ()
    answer = find(store, "waterc")
    assert answer.corrected == (("waterc", ("waterc*",)),)
    assert [card.asset.name for card in answer.cards] == [B]


def test_a_word_that_is_like_nothing_finds_nothing(store):
    answer = find(store, "zzyzxqq")
    assert (answer.cards, answer.corrected) == ((), ())
