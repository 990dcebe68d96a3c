"""The document of a plan, and what is said of one that is wrong."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from alice_core.directing.cut import with_takes
from alice_core.directing.document import from_document, to_document
from alice_core.directing.model import Take
from alice_core.directing.plan import plan_shots
from alice_core.errors import MediaError
from alice_core.timing import FrameRate, exact_text


def test_the_document_has_the_shape_that_others_build_on(pop_song):
    rate = FrameRate.parse("23.976")
    plan = plan_shots(pop_song, rate=rate, width=1280, height=720, brief="Größe ☂", seed=5)
    plan = with_takes(plan, {"shot-0002": Take("sha256:cd", "takes/shot-0002.png")})
    content = json.loads(to_document(plan))
    assert list(content) == (
        ["schema", "rate", "drop", "start", "size", "song", "brief", "cut", "seed", "notices", "shots", "markers"]
    )
    assert content["schema"] == "alice.plan/1"
    assert (content["rate"], content["drop"], content["start"]) == ("24000/1001", False, "01:00:00:00")
    assert content["size"] == {"width": 1280, "height": 720}
    assert content["song"] == {
        "digest": pop_song.song.digest,
        "seconds": exact_text(pop_song.song.seconds),
        "sample_rate": 44100,
        "samples": pop_song.song.samples,
    }
    assert (content["brief"], content["cut"], content["seed"]) == ("Größe ☂", "auto", 5)
    first, second = content["shots"][:2]
    keys = "id start end beat bar beats section prompt seed move mood take"
    assert " ".join(first) == keys
    assert (first["id"], first["start"], first["beat"], first["take"]) == ("shot-0001", 0, "0", None)
    assert second["take"] == {"digest": "sha256:cd", "path": "takes/shot-0002.png"}
    assert isinstance(second["beat"], str)
    assert content["markers"][0] == {"frame": 0, "kind": "section", "label": "intro"}
    assert "Größe ☂".encode() in to_document(plan)
    assert from_document(to_document(plan)) == plan


def test_seconds_and_beats_are_exact_texts(pop_song):
    plan = plan_shots(
        replace(pop_song, song=replace(pop_song.song, sample_rate=48000)),
        rate=FrameRate.parse("29.97"),
        start="01:00:00;00",
        width=2,
        height=2,
    )
    content = json.loads(to_document(plan))
    assert content["rate"] == "30000/1001"
    assert content["drop"] is True
    assert "/" not in content["song"]["seconds"]
    assert from_document(to_document(plan)) == plan


def test_unknown_keys_are_passed_over(pop_plan):
    content = json.loads(to_document(pop_plan))
    content["x-ours"] = {"anything": 1}
    content["shots"][0]["x-ours"] = 2
    assert from_document(json.dumps(content).encode()) == pop_plan


def broken(plan, *keys, value=None, drop=False):
    content = json.loads(to_document(plan))
    at = content
    for key in keys[:-1]:
        at = at[key]
    if drop:
        del at[keys[-1]]
    else:
        at[keys[-1]] = value
    return json.dumps(content).encode()


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("schema",), "alice.plan/2", "alice.plan/2"),
        (("schema",), "alice.analysis/1", "alice.analysis/1"),
        (("schema",), 1, "plan.schema should be a text, not 1"),
        (("rate",), "23.977", "plan.rate should be a frame rate"),
        (("rate",), 24, "plan.rate should be a text, not 24"),
        (("drop",), 0, "plan.drop should be true or false"),
        (("drop",), True, "plan.rate"),
        (("start",), "1:00", "plan.start should be a timecode at 24"),
        (("size",), [1, 2], "plan.size should be an object"),
        (("size", "width"), 0, "plan.size.width should be a whole number from 1, not 0"),
        (("song", "seconds"), 12.5, "plan.song.seconds should be a text"),
        (("song", "seconds"), "12.5", "samples / sample_rate"),
        (("song", "seconds"), "1/0", "an exact number as text"),
        (("cut",), "fast", "plan.cut should be one of auto, beat, bar"),
        (("seed",), True, "plan.seed should be a whole number"),
        (("notices",), "none", "plan.notices should be a list"),
        (("notices",), [1], "plan.notices[0] should be a text"),
        (("shots",), [], "plan.shots is empty"),
        (("shots", 0), None, "plan.shots[0] should be an object"),
        (("shots", 3, "start"), 1.5, "plan.shots[3].start should be a whole number"),
        (("shots", 3, "start"), 1, "plan.shots[3] (shot-0004) runs from 1"),
        (("shots", 3, "id"), "shot-0003", "plan.shots[3].id 'shot-0003' is there twice"),
        (("shots", 3, "beat"), "later", "plan.shots[3].beat should be an exact number"),
        (("shots", 3, "move"), "zoom", "plan.shots[3].move should be one of hold"),
        (("shots", 3, "mood", "energy"), 1.5, "plan.shots[3].mood.energy should be a number from 0 to 1"),
        (("shots", 3, "mood", "energy"), True, "a number from 0 to 1"),
        (("shots", 3, "take"), "x" * 200, "plan.shots[3].take should be an object"),
        (("shots", 3, "take"), {}, "plan.shots[3].take.digest is missing"),
        (("markers", 2, "kind"), "drum", "plan.markers[2].kind should be one of beat, downbeat, section"),
        (("markers", 2, "frame"), -1, "plan.markers[2].frame should be a whole number from 0"),
    ],
)
def test_a_wrong_document_says_what_is_wrong_and_where(pop_plan, keys, value, said):
    with pytest.raises(MediaError) as caught:
        from_document(broken(pop_plan, *keys, value=value))
    assert said in caught.value.message
    assert caught.value.hint
    assert len(caught.value.message) < 300


@pytest.mark.parametrize(
    "keys", [("schema",), ("shots",), ("size", "height"), ("shots", 1, "mood"), ("markers", 0, "label")]
)
def test_a_missing_field_is_named(pop_plan, keys):
    with pytest.raises(MediaError, match="is missing") as caught:
        from_document(broken(pop_plan, *keys, drop=True))
    assert str(keys[-1]) in caught.value.message


@pytest.mark.parametrize("document", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000, b"[]", b"null"])
def test_what_is_no_json_object_is_refused(document):
    with pytest.raises(MediaError, match="plan"):
        from_document(document)
