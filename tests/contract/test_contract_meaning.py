"""Prompts and their vectors on every database."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from alice_core.library.meaning.embedding import keep_vectors, note_prompts
from alice_core.media.facts import Kind, MediaFacts
from alice_core.media.generation import Embedded, Generation
from alice_core.store import Actor, Found, open_store
from alice_core.store.catalogue import ingest_many
from alice_core.store.metadata import Reading
from alice_core.store.vectors import Chunk, prompt_number
from alice_core.store.wanted import Match

CATS, SEA = prompt_number("cats"), prompt_number("sea")


def found(number, prompt):
    return Found(
        path=Path(f"/films/{number}.png"),
        digest="sha256:" + hashlib.sha256(str(number).encode()).hexdigest(),
        facts=MediaFacts(Kind.IMAGE, "image/png", 10),
        mtime_ns=(1_790_000_000 + number) * 1_000_000_000,
        reading=Reading("r1", Embedded(Generation("ComfyUI", "comfyui", 1, prompt=prompt) if prompt else None)),
    )


@pytest.fixture
def store(database_url, tmp_path):
    with open_store(tmp_path / "home", url=database_url, actor=Actor("user:test")) as opened:
        ingest_many(opened, [found(number, prompt) for number, prompt in enumerate(("cats", "sea", "cats", None))])
        yield opened


def test_prompts_are_noted_and_their_vectors_kept_once(store):
    with store.reading() as reader:
        newest = reader.vectors.unread(10)
        assert reader.vectors.unread(2, below=newest[1]) == newest[2:]
    assert note_prompts(store, "m", newest) == 4
    assert note_prompts(store, "m", newest) == 4
    with store.reading() as reader:
        assert reader.vectors.unread(10) == ()
        lacking = reader.vectors.lacking("m", 10)
        assert lacking == tuple(sorted({CATS: newest[1], SEA: newest[2]}.items()))
        assert reader.vectors.lacking("m", 1 << 62, after=lacking[0][0]) == lacking[1:]
        assert not reader.vectors.any("m")
        assert reader.vectors.chunks("m") == ()
    keep_vectors(store, "m", {CATS: b"ab", SEA: b"cd"}, [newest[3]])
    keep_vectors(store, "m", {CATS: b"other"})
    with store.reading() as reader:
        assert reader.vectors.any("m")
        assert reader.vectors.unread(10) == (newest[3],)
        assert reader.vectors.count("m") == 2
        assert reader.vectors.kept("m", (CATS, 1)) == {CATS}
        assert reader.vectors.lacking("m", 10) == ()
        assert sorted(reader.vectors.rows("m", 0)) == sorted([(CATS, b"ab"), (SEA, b"cd")])
        assert reader.vectors.chunks("m") == (Chunk(0, 2, max(CATS, SEA)),)
        assert reader.vectors.holders((CATS, SEA, 1), None) == {CATS: (newest[1],), SEA: (newest[2],)}
        assert reader.vectors.holders((CATS,), Match("kind", ("video",))) == {}
