"""Prompts worked out once, compared with a question, and joined with what its words find."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from alice_core.events.library_facts import MeaningsKept
from alice_core.library.looking.rederive import read_again
from alice_core.library.meaning import embed_all, embed_some, encoder, nearest, unfinished, with_meaning
from alice_core.library.meaning.embedding import keep_vectors, note_prompts
from alice_core.library.meaning.joining import meant
from alice_core.library.meaning.packing import packed
from alice_core.media.facts import Kind, MediaFacts
from alice_core.media.generation import Block, Embedded, Generation
from alice_core.media.packed import pack
from alice_core.store import Found, vectors
from alice_core.store.catalogue import ingest_many
from alice_core.store.metadata import Reading
from alice_core.store.vectors import prompt_number
from alice_core.store.wanted import All, AnyOf, Match, Not, State, Text, Wanted

TOPICS = {"cat": ("cat", "kitten", "feline"), "sea": ("sea", "ocean", "waves"), "city": ("city", "street", "tower")}


class Topics:
    """Knows three topics, a few words of each, and nothing else."""

    name = "topics/1"

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        rows = [[sum(text.count(word) for word in words) for words in TOPICS.values()] + [0.3] for text in texts]
        found = np.array(rows, np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    def knows(self, word):
        return any(word in words for words in TOPICS.values())


@pytest.fixture
def topics():
    return Topics()


@pytest.fixture
def keep(store):
    """Makes invented pictures known, one a prompt, each newer than the one before; gives their numbers."""
    made = []

    def make(*prompts, **more):
        founds = []
        for prompt in prompts:
            made.append(prompt)
            blocks = (pack(Block("png:tEXt", "parameters", f"{prompt} in full\nSteps: 20, Seed: 7".encode())),)
            generation = Generation("A1111", "a1111", 1, prompt=prompt) if prompt else None
            founds.append(
                Found(
                    path=Path(f"/invented/{len(made):04}.png"),
                    digest="sha256:" + hashlib.sha256(f"{len(made)}".encode()).hexdigest(),
                    facts=MediaFacts(Kind.IMAGE, "image/png", 10),
                    mtime_ns=(1_800_000_000 + len(made)) * 1_000_000_000,
                    blocks=blocks,
                    reading=Reading("before", Embedded(generation)),
                    **more,
                )
            )
        ingest_many(store, founds)
        with store.reading() as reader:
            known = reader.assets.known([one.digest for one in founds])
        return tuple(known[one.digest] for one in founds)

    return make


def finish(store, topics):
    done = 0
    while count := embed_some(store, 3, encoder=topics):
        done += count
    return done


def test_each_prompt_is_worked_out_once_a_little_at_a_time(store, keep, topics, events):
    keep("a cat", "the sea", "a cat", None, " a cat ", "city")
    assert (unfinished(store, encoder=topics).assets, unfinished(store, encoder=topics).prompts) == (6, 3)
    assert finish(store, topics) == 6 + 3
    assert sorted(topics.asked) == ["a cat", "city", "the sea"]
    assert unfinished(store, encoder=topics).prompts == 0
    told = [one.data for one in events() if one.type == MeaningsKept.type_name]
    assert sum(one["assets"] for one in told) == 6
    assert sum(one["prompts"] for one in told) == 3
    with store.reading() as reader:
        assert reader.vectors.count("topics/1") == 3
        assert reader.vectors.count("another") == 0


def test_all_of_it_at_once_is_the_same_and_goes_on_where_it_was(store, keep, topics):
    keep("a cat", "the sea")
    assert embed_all(store, encoder=topics) == 2
    keep("the sea", "a tower", words="never read, as the file says more")
    assert embed_all(store, encoder=topics) == 1
    assert embed_all(store, encoder=topics) == 0
    assert topics.asked[-1] == "a tower"


def test_words_that_we_know_of_stand_in_for_a_prompt_that_no_file_says(store, keep, topics):
    keep(None, words="a kitten")
    assert embed_all(store, encoder=topics) == 1
    assert topics.asked == ["a kitten"]


def test_a_prompt_that_is_read_otherwise_is_worked_out_anew(store, keep, topics):
    (number,) = keep("a cat")
    embed_all(store, encoder=topics)
    with store.reading() as reader:
        before = reader.vectors.holders([prompt_number("a cat")], None)
        digest = reader.assets.numbered([number])[0].digest
    assert before == {prompt_number("a cat"): (number,)}
    read_again(store, [digest])
    with store.reading() as reader:
        assert reader.vectors.unread(5) == (number,)
    assert embed_all(store, encoder=topics) == 1
    assert topics.asked[-1] == "a cat in full"


def test_a_prompt_noted_wrongly_is_noted_anew(store, keep, topics):
    (number,) = keep("a cat")
    note_prompts(store, topics.name, (number,))
    with store.transaction(_declared("prompt.embed")) as work:
        work.vectors.forget([number])
        work.vectors.note({number: 42})
    assert finish(store, topics) == 1 + 1 + 1
    with store.reading() as reader:
        assert reader.vectors.holders([42], None) == {}
        assert reader.vectors.holders([prompt_number("a cat")], None) == {prompt_number("a cat"): (number,)}


def _declared(name):
    from alice_core.store import OPERATIONS

    return OPERATIONS[name]


def test_a_number_is_of_the_prompt_alone_and_takes_any_text():
    assert prompt_number("tiger") == prompt_number("tiger") != prompt_number("Tiger")
    assert -(1 << 63) <= prompt_number("\ud800\0") < 1 << 63


@pytest.fixture
def compare(store, tmp_path):
    """Gives the prompts that are nearest to a question, by comparing all."""

    def ask(question, folder=None, floor=-2.0, most=1000):
        with store.reading() as reader:
            return nearest.nearest(reader, "m", question, folder=folder or tmp_path / "cache", floor=floor, most=most)

    return ask


def random_vectors(count, width=16, seed=3):
    found = np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def add(store, rows, start=0):
    keep_vectors(store, "m", {start + n: one.tobytes() for n, one in enumerate(packed(rows))})


def test_comparing_with_every_vector_gives_the_nearest_in_order(store, compare, monkeypatch):
    monkeypatch.setattr(vectors, "CHUNK", 64)
    rows = random_vectors(1500)
    add(store, rows)
    exact = rows @ rows[7]
    found = compare(rows[7], most=20)
    assert found[0][0] == 7
    assert len(found) == 20
    assert [one for _, one in found] == sorted((one for _, one in found), reverse=True)
    assert all(abs(cosine - exact[prompt]) < 0.01 for prompt, cosine in found)
    assert found[-1][1] >= np.sort(exact)[-20] - 0.01
    assert {prompt for prompt, _ in compare(rows[7], floor=0.5)} >= set(np.flatnonzero(exact > 0.51).tolist())
    assert all(cosine >= 0.5 for _, cosine in compare(rows[7], floor=0.5))
    assert compare(rows[7], floor=1.5) == ()


def test_the_cache_is_used_kept_up_to_date_and_never_needed(store, compare, tmp_path):
    rows = random_vectors(10)
    add(store, rows)
    first = compare(rows[0])
    (file,) = (tmp_path / "cache").rglob("*.npy")
    table = np.load(file)
    table["vector"][3] = table["vector"][0]
    np.save(file, table)
    assert [prompt for prompt, _ in compare(rows[0])[:2]] == [0, 3]  # that file was read, not the rows
    file.write_bytes(file.read_bytes()[:200])
    assert compare(rows[0]) == first
    np.save(file, np.zeros(10))
    assert compare(rows[0]) == first
    add(store, random_vectors(1, seed=9), start=10)
    assert len(compare(rows[0])) == 11
    assert len(list((tmp_path / "cache").rglob("*.npy"))) == 1
    blocked = tmp_path / "a file"
    blocked.write_text("in the way")
    assert compare(rows[0], folder=blocked) == compare(rows[0])


def test_chunks_are_of_one_model_and_known_by_their_count_and_last(store, monkeypatch):
    monkeypatch.setattr(vectors, "CHUNK", 4)
    add(store, random_vectors(3))
    keep_vectors(store, "other", dict.fromkeys(range(9), b"x"))
    add(store, random_vectors(2), start=50)
    with store.reading() as reader:
        chunks = reader.vectors.chunks("m")
        assert [(one.place, one.count, one.last) for one in chunks] == [(0, 3, 2), (3, 2, 51)]
        assert [prompt for prompt, _ in reader.vectors.rows("m", 3)] == [50, 51]
        assert reader.vectors.chunks("none") == ()


@pytest.mark.parametrize(
    ("term", "words", "rest"),
    [
        (None, None, None),
        (Text("tiger"), "tiger", None),
        (All((Text("lonely"), Text("night"))), "lonely night", None),
        (All((Text("lonely"), State("liked"))), "lonely", All((State("liked"),))),
        (All((All((Text("don't"),)), Match("kind", ("video",)))), "don't", All((Match("kind", ("video",)),))),
        (AnyOf((Text("cat"), Text("dog"))), "cat dog", None),
        (AnyOf((Text("cat"), State("liked"))), None, None),
        (Text("neon tiger"), None, None),
        (All((Text("neon tiger"), Text("wet"))), "wet", All((Text("neon tiger"),))),
        (Text("tig", prefix=True), None, None),
        (Text("IMG_0012"), None, None),
        (Not(Text("tiger")), None, None),
    ],
)
def test_single_words_are_meant_and_all_else_must_hold(term, words, rest):
    found = meant(term)
    assert (found and found.words) == words
    assert (found.rest if found else None) == rest


@pytest.fixture
def ask(store, topics, tmp_path):
    """Gives what is found by a query, joined by meaning."""

    def find(term, searched=None, **more):
        asked, done = Wanted(term, **more), Wanted(searched or term, **more)
        with store.reading() as reader:
            numbers = reader.search.numbers(done)
            return numbers, with_meaning(reader, asked, done, numbers, cache=tmp_path / "cache", encoder=topics)

    return find


def test_what_no_word_finds_is_found_by_its_meaning(store, keep, ask, topics):
    cats = keep("a cat", "kitten in waves", "a cat")
    keep("waves", "tower", None)
    embed_all(store, encoder=topics)
    assert ask(Text("feline")) == ((), (cats[2], cats[0], cats[1]))
    assert ask(Text("feline"), limit=2)[1] == (cats[2], cats[0])
    assert ask(All((Text("feline"), Text("ocean"))))[1][0] == cats[1]


def test_what_words_find_stays_and_is_filled_up_to_the_limit(store, keep, ask, topics):
    cats = keep("a cat", "a kitten", "a cat by the street", "my cat")
    embed_all(store, encoder=topics)
    words, joined = ask(Text("cat"), limit=4)
    assert words == (cats[3], cats[2], cats[0])
    assert set(joined) == set(cats)
    assert joined.index(cats[3]) < joined.index(cats[1])
    for limit in (1, 2, 3):
        assert ask(Text("cat"), limit=limit)[1] == words[:limit]


def test_other_conditions_hold_however_deep_the_fitting_prompt_lies(store, keep, ask, topics, monkeypatch):
    monkeypatch.setattr("alice_core.library.meaning.joining._FIRST", 2)
    keep(*(f"a cat number {number}" for number in range(30)))
    (far,) = keep("a cat on a street", words="beside")
    embed_all(store, encoder=topics)
    with store.reading() as reader:
        digest = reader.assets.numbered([far])[0].digest
    assert ask(All((Text("feline"), Match("digest", (digest,)))))[1] == (far,)
    assert ask(All((Text("feline"), Not(Match("kind", ("image",))))))[1] == ()


def test_by_relevance_two_rankings_become_one(store, keep, ask, topics):
    sea, both, city = keep("the sea", "sea and sea", "street")
    embed_all(store, encoder=topics)
    words, joined = ask(Text("sea"), sort="relevance", limit=1)
    assert len(words) == len(joined) == 1
    words, joined = ask(Text("sea"), sort="relevance")
    assert set(joined) == {sea, both}
    assert city not in joined


def test_other_orders_are_left_alone(store, keep, ask, topics):
    keep("a cat", "a kitten")
    embed_all(store, encoder=topics)
    for sort in ("oldest", "best", "name"):
        assert ask(Text("feline"), sort=sort) == ((), ())


def test_a_well_known_word_that_was_corrected_may_have_been_right(store, keep, ask, topics):
    lines = keep(*["a line of towers"] * 3)
    cats = keep("a cat")
    embed_all(store, encoder=topics)
    assert cats[0] in ask(Text("feline"), searched=Text("line"), limit=3)[1]
    assert ask(Text("lien"), searched=Text("line"), limit=3)[1] == lines[::-1]


def test_without_a_model_or_vectors_nothing_changes(store, keep, ask, tmp_path, topics, monkeypatch):
    keep("a cat")
    assert ask(Text("feline")) == ((), ())
    embed_all(store, encoder=topics)
    monkeypatch.setattr(encoder, "PACKAGE", "no_such_package_is_there")
    wanted = Wanted(Text("feline"))
    with store.reading() as reader:
        assert with_meaning(reader, wanted, wanted, (), cache=tmp_path) == ()
    assert list(tmp_path.glob("*.npy")) == []
