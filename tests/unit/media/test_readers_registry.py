"""The registry: order, readers of others, bounds, and no harm from any bytes."""

import json
import sys
import time
from importlib import metadata
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.media.generation import Block, Candidate, Embedded, Generation, ModelUse
from alice_core.media.readers import registry
from alice_core.media.readers.base import Given
from alice_core.media.readers.registry import DEADLINE, READERS, Installed, installed_readers, read_embedded

INFOTEXT = b"cat\nSteps: 4, Seed: 1, Sampler: Euler, Size: 8x8"
PLACES = ["png:tEXt", "png:iTXt", "png:eXIf", "png:stealth", "png:caBX", "jpeg:exif", "jpeg:xmp", "jpeg:comment"]
PLACES += ["webp:exif", "webp:xmp", "av:tag", "av:stream0:tag", "gif:comment"]
KEYS = ["parameters", "prompt", "workflow", "Comment", "Software", "Description", "Dream", "sd-metadata", "alice", ""]
KEYS += ["invokeai_metadata", "invokeai_graph", "fooocus_scheme", "postprocessing", "XML:com.adobe.xmp", "Source"]
KEYS += ["use_stable_diffusion_model", "comment", "title", "seed"]
WORDS = [
    "NovelAI",
    "sui_image_params",
    "alice.generation/1",
    "base_model",
    "schema",
    "image",
    "prompt",
    "c",
    "uc",
    "model",
]
WORDS += [
    "loras",
    "seed",
    "nodes",
    "type",
    "core_metadata",
    "v4_prompt",
    "caption",
    "char_captions",
    "sui_models",
    "size",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6),
    max_leaves=20,
)
DATA = (
    st.binary(max_size=80)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.sampled_from([INFOTEXT, b"NovelAI", b"fooocus", b"a1111", b'"p [n]" -s 5 -S 1', b"\xff\xfe<", b"{" * 3000])
    | st.binary(max_size=60).map(lambda raw: b"MM\0*\0\0\0\x08\0\1\x92\x86\0\7\0\0\0\x40\0\0\0\x1a\0\0\0\0" + raw)
)
BLOCKS = st.lists(st.builds(Block, st.sampled_from(PLACES), st.sampled_from(KEYS), DATA), max_size=6).map(tuple)


class Own:
    """A reader of somebody else."""

    name = "own"
    version = 3

    def __init__(self, answer=None):
        self.answer = answer

    def read(self, given):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def asked(answer):
    return read_embedded(Given((Block("png:tEXt", "parameters", INFOTEXT),)), Installed((Own(answer), *READERS)))


def texts(value):
    """Every text in a JSON value, keys too."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


@given(BLOCKS)
@settings(deadline=None, max_examples=50)
def test_no_blocks_do_any_harm(blocks):
    found = read_embedded(Given(blocks, "x.png", "image/png", 8, 8))
    assert [one for one in found.findings if "XMP" not in one] == []
    told = found.to_json()
    assert Embedded.from_json(json.loads(json.dumps(told))) == found
    assert b"\0" not in "".join(texts(told)).encode()


@pytest.mark.parametrize("reader", READERS, ids=[one.name for one in READERS])
@given(BLOCKS)
@settings(deadline=None, max_examples=25)
def test_no_reader_raises(reader, blocks):
    found = reader.read(Given(blocks))
    assert found is None or (found.reader, found.version) == (reader.name, reader.version)


def test_text_that_no_database_takes_is_made_good():
    text = json.dumps(
        {"schema": "alice.generation/1", "prompt": "a\0b \ud83d\ude00 \ud800", "model": "m\0", "x": "\ud800"}
    )
    found = read_embedded(Given((Block("png:tEXt", "alice", text.encode()),))).generation
    assert found.prompt == "ab \U0001f600 \ufffd"
    assert (found.models, found.extra) == ((ModelUse("model", "m"),), {"x": "\ufffd"})


def test_another_reader_is_asked_in_its_turn():
    mine = Generation("Mine", "own", 3, prompt="p")
    assert asked(mine).generation == mine
    assert asked(None).generation.generator == "A1111"


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (RuntimeError("boom"), "RuntimeError: boom"),
        ({"prompt": 1}, "it is dict"),
        (Generation("M", "own", 3, prompt=5), "its prompt is int"),
        (Generation("M", "own", 3, seed="5"), "its seed is str"),
        (Generation("M", "own", 3, steps=True), "its steps is bool"),
        (Generation("M", "own", 3, models=["m"]), "its models is list"),
        (Generation("M", "own", 3, models=("m",)), "wrong type"),
        (Generation("M", "own", 3, candidates=(ModelUse("a", "b"),)), "wrong type"),
        (Generation("M", "own", 3, extra={"a": 1}), "wrong type"),
        (Generation("M", "own", 3, certainty="sure"), "its certainty is str"),
    ],
)
def test_a_reader_that_fails_is_a_finding_and_the_next_is_asked(answer, word):
    found = asked(answer)
    assert found.generation.generator == "A1111"
    assert len(found.findings) == 1
    assert "own" in found.findings[0]
    assert word in found.findings[0]


def test_a_good_answer_may_have_candidates():
    mine = Generation("Mine", "own", 3, candidates=(Candidate("seed", "1", "node"),), models=(ModelUse("a", "b"),))
    assert asked(mine).generation == mine


def test_after_the_deadline_nobody_is_asked(monkeypatch):
    clock = iter([0.0, 0.1, DEADLINE + 1])
    monkeypatch.setattr(registry.time, "monotonic", lambda: next(clock))
    found = asked(None)
    assert found.generation is None
    assert "too long" in found.findings[0]
    monkeypatch.undo()
    assert time.monotonic() > 0


def test_a_packet_that_cannot_be_read_is_a_finding():
    found = read_embedded(Given((Block("jpeg:xmp", "", b"<!DOCTYPE a><a/>"),)))
    assert found.findings == ("The XMP packet is damaged, too long or has a document type, and was not read.",)


@pytest.mark.parametrize("place", ["png:caBX", "webp:C2PA", "jpeg:c2pa", "gif:c2pa"])
def test_credentials_are_seen(place):
    assert read_embedded(Given((Block(place, "", b"x"),))).credentials.state == "unread"


def test_facts_come_together():
    packet = (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description '
        'xmlns:i="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" i:DigitalSourceType="http://x/digitalArt"/></r:RDF>'
    )
    blocks = (Block("webp:xmp", "", packet.encode()), Block("av:tag", "title", b"T"), Block("av:tag", "make", b"Sony"))
    found = read_embedded(Given(blocks))
    assert (found.source_type, found.tags, found.camera) == ("digitalArt", {"title": "T"}, {"Make": "Sony"})


@pytest.fixture
def offered(monkeypatch):
    """Offers objects as entry points and says what is then installed."""

    def offer(**objects):
        module = ModuleType("alice_test_readers")
        module.__dict__.update(objects)
        monkeypatch.setitem(sys.modules, "alice_test_readers", module)
        entries = [metadata.EntryPoint(key, f"alice_test_readers:{key}", "alice.readers") for key in objects]
        entries.append(metadata.EntryPoint("gone", "alice_test_readers:gone", "alice.readers"))
        monkeypatch.setattr(registry, "entry_points", lambda *, group: entries if group == "alice.readers" else [])
        installed_readers.cache_clear()
        return installed_readers()

    yield offer
    installed_readers.cache_clear()


def test_readers_of_other_packages(offered):
    class Taken(Own):
        name = "novelai"

    class Nameless(Own):
        name = None

    class Rude(Own):
        def __init__(self):
            raise OSError("no disk")

    before = registry.READERS_VERSION
    found = offered(own=Own(), again=Own, taken=Taken, nameless=Nameless, rude=Rude, number=5)
    names = [one.name for one in found.readers]
    assert names == [*(one.name for one in READERS[:-1]), "own", "a1111"]
    assert len(found.findings) == 6
    assert [line.split()[2] for line in found.findings] == [
        "gone",
        "nameless",
        "number",
        "own",
        "rude",
        "taken",
    ]
    assert before != registry.READERS_VERSION


def test_the_version_is_that_of_all_readers():
    first = registry._version(Installed(READERS))
    assert len(first) == 16
    assert registry._version(Installed(READERS)) == first
    assert registry._version(Installed(READERS[1:])) != first
    assert len(registry.READERS_VERSION) == 16
    with pytest.raises(AttributeError, match="nothing"):
        registry.nothing  # noqa: B018 - the access is what is tested
