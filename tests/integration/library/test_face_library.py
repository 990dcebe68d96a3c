"""The library as a script uses it: one object, and every call can be taken back by itself."""

from __future__ import annotations

import json

import pytest
from PIL import Image

import alice_core
from alice_core.errors import NotFound


@pytest.fixture
def alice(tmp_path):
    with alice_core.open(tmp_path / "home") as opened:
        yield opened


def test_a_day_with_the_library(alice, tmp_path, picture_file):
    red = picture_file("in/red.png", seed=1)
    picture_file("in/blue.png", seed=2)
    assert len(alice.ingest([tmp_path / "in"]).new) == 2
    name = str(red)
    alice.tag([name], "style/neon", "Chorus")
    alice.rate([name], 5)
    alice.mark([name], "hero", reason="the light")
    alice.note([name], "for the bridge")
    alice.favourite([name])
    alice.collect([name], "best of")
    card = alice.show(name)
    assert (card.tags, card.collections) == (("Chorus", "style/neon"), ("best of",))
    said = card.curation
    assert (said.rating, said.favourite, said.mark, said.reason, said.note) == (
        5,
        True,
        "hero",
        "the light",
        "for the bridge",
    )
    assert [one.asset.name for one in alice.find("rating>=4 tag:style").cards] == ["red.png"]

    assert len(alice.undo(2)) == 2
    card = alice.show(name)
    assert (card.collections, card.curation.favourite, card.curation.rating) == ((), False, 5)
    assert len(alice.redo(1)) == 1
    assert alice.show(name).curation.favourite
    alice.untag([], "Chorus", query="tag:chorus")
    assert alice.show(name).tags == ("style/neon",)
    assert alice.history(name)[0].event.type == "alice.library.ingested"

    assert alice.verify().damages == ()
    (kept,) = alice.trash([name])
    assert not red.exists()
    assert [one.asset.name for one in alice.find("").cards] == ["blue.png"]
    alice.restore([kept.item.id])
    assert red.exists()
    assert alice.duplicates().groups == ()
    alice.export(tmp_path / "out")
    with alice_core.open(tmp_path / "other") as other:
        other.import_folder(tmp_path / "out")
        assert other.find("tag:style/neon").cards[0].curation.rating == 5


def test_a_new_store_takes_what_the_sidecars_say(alice, tmp_path, picture_file):
    red = picture_file("in/red.png", seed=1)
    alice.ingest([tmp_path / "in"])
    alice.tag([str(red)], "style/neon")
    alice.rate([str(red)], 4)
    assert [path.name for path in alice.write_sidecars([tmp_path / "in"]).written] == ["red.png.xmp"]
    with alice_core.open(tmp_path / "other") as other:
        assert [path.name for path in other.ingest([tmp_path / "in"]).new] == ["red.png"]
        card = other.show(str(red))
        assert (card.tags, card.curation.rating) == (("style/neon",), 4)


def test_a_workflow_is_given_back_also_out_of_exif(alice, tmp_path):
    graph = {"3": {"class_type": "KSampler", "inputs": {"seed": 7}}}
    exif = Image.Exif()
    exif[0x0110], exif[0x010F] = f"prompt:{json.dumps(graph)}", 'workflow:{"nodes": []}'
    path = tmp_path / "film.webp"
    Image.new("RGB", (32, 32)).save(path, exif=exif)
    alice.ingest([path])
    assert alice.raw_block(str(path), "workflow").data == b'{"nodes": []}'
    assert json.loads(alice.raw_block(str(path), "prompt").data) == graph
    with pytest.raises(NotFound, match="no block 'parameters'"):
        alice.raw_block(str(path), "parameters")
