"""Later looks: thumbnails and likeness once a picture, what is hidden or signed, and kept metadata read again."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from alice_core.errors import ExportError
from alice_core.library import card, ingest_paths
from alice_core.library.looking.looks import look_again, look_at_all, look_at_some
from alice_core.library.looking.rederive import rederive_all, rederive_some
from alice_core.library.looking.seen import LOOK, UNSEEN, Seen, record_looks
from alice_core.library.looking.thumbnails import thumbnail, thumbnail_path
from alice_core.media.digest import digest_of_file
from alice_core.media.generation import Credentials
from alice_core.media.readers import registry

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "metadata"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the sample files are not on this machine")


def asset_of(store, path):
    return card(store, str(path)).asset


def kinds_after(events, cursor=0):
    return [event.type.rpartition(".")[2] for event in events(cursor)]


def hidden(path, text, seed=5):
    """A PNG that hides a text in its alpha, as A1111's extension does."""
    rng = np.random.default_rng(seed)
    pixels = np.full((96, 96, 4), 255, np.uint8)
    pixels[:, :, :3] = np.asarray(Image.fromarray(rng.integers(0, 256, (6, 6, 3), np.uint8)).resize((96, 96)))
    payload = text.encode()
    data = b"stealth_pnginfo" + (len(payload) * 8).to_bytes(4) + payload
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    alpha = pixels[:, :, 3].T.reshape(-1).copy()
    alpha[: bits.size] = 254 | bits
    pixels[:, :, 3] = alpha.reshape(96, 96).T
    Image.fromarray(pixels).save(path)
    return path


def test_each_picture_and_film_is_looked_at_once(store, events, picture_file, film_file, tmp_path):
    picture_file("pics/a.png", 1)
    film_file("pics/b.mp4", 2)
    (tmp_path / "pics" / "c.txt").write_text("no picture")
    ingest_paths(store, [tmp_path / "pics"])
    cursor = len(events())
    assert look_at_some(store, 1) == 1
    assert look_at_all(store) == 1
    assert look_at_all(store) == 0
    assert kinds_after(events, cursor) == ["looked", "looked"]
    for name in ("a.png", "b.mp4"):
        asset = asset_of(store, tmp_path / "pics" / name)
        assert (asset.looked, asset.likeness is not None) == (LOOK, True)
        assert thumbnail_path(store, asset.digest).read_bytes().startswith(b"RIFF")
        assert thumbnail(store, asset.digest).shape == (96, 160, 3)
    assert asset_of(store, tmp_path / "pics" / "c.txt").looked == 0
    told = [event.data for event in events(cursor)]
    assert {one["likeness"] for one in told} == {
        f"{asset_of(store, tmp_path / 'pics' / name).likeness:016x}" for name in ("a.png", "b.mp4")
    }


def test_thumbnails_are_a_cache(store, picture_file, tmp_path):
    path = picture_file("a.png")
    ingest_paths(store, [path])
    digest = digest_of_file(path)
    assert thumbnail(store, digest) is not None
    assert thumbnail_path(store, digest).is_file()
    thumbnail_path(store, digest).write_bytes(b"broken")
    assert thumbnail(store, digest) is not None
    shutil.rmtree(store.folder / "thumbs")
    path.rename(tmp_path / "away.png")
    assert thumbnail(store, digest) is None
    assert thumbnail(store, "sha256:" + "0" * 64) is None


def test_files_that_are_away_have_their_turn_later(store, picture_file, tmp_path):
    for number in range(5):
        picture_file(f"disk/{number}.png", number)
    late = picture_file("here/late.png", 77)
    os.utime(late, (1, 1))
    ingest_paths(store, [tmp_path / "disk", tmp_path / "here"])
    (tmp_path / "disk").rename(tmp_path / "unmounted")
    assert look_at_some(store, 2) == 1
    assert asset_of(store, late).looked == LOOK
    assert look_at_some(store, 2) == 0
    (tmp_path / "unmounted").rename(tmp_path / "disk")
    (tmp_path / "disk" / "0.png").unlink()
    assert look_at_all(store) == 4
    with store.reading() as reader:
        assert reader.assets.unlooked_count(LOOK) == 1


def test_a_file_that_was_written_to_is_not_mistaken(store, picture_file, tmp_path):
    path = picture_file("a.png", 1)
    ingest_paths(store, [path])
    picture_file("a.png", 2)
    assert look_at_all(store) == 0


def test_what_cannot_be_decoded_counts_as_looked_at_with_the_reason(store, events, picture_file, tmp_path):
    path = picture_file("a.png", 1)
    data = bytearray(path.read_bytes())
    at = data.index(b"IDAT")
    data[at + 40 : at + 200] = bytes(160)
    path.write_bytes(bytes(data))
    ingest_paths(store, [path])
    assert look_at_all(store) == 1
    found = card(store, str(path))
    assert (found.asset.looked, found.asset.likeness) == (LOOK, None)
    assert any(one.startswith(UNSEEN) for one in found.embedded.findings)
    assert str(tmp_path) not in "".join(found.embedded.findings)
    assert "damaged" in next(event.data for event in events() if event.type.endswith("looked"))["reason"]
    assert look_at_all(store) == 0
    assert thumbnail(store, found.asset.digest) is None


def test_looking_again_mends_what_was_said(store, picture_file, tmp_path):
    path = picture_file("a.png", 1)
    ingest_paths(store, [path])
    record_looks(store, [Seen(digest_of_file(path), reason="a fault of ours"), Seen("sha256:" + "1" * 64)])
    assert card(store, str(path)).embedded.findings == (f"{UNSEEN}a fault of ours",)
    assert look_again(store) == 1
    found = card(store, str(path))
    assert found.embedded.findings == ()
    assert found.asset.likeness is not None


def test_a_full_disk_stops_the_looks_and_marks_nothing(store, picture_file):
    path = picture_file("a.png", 1)
    ingest_paths(store, [path])
    (store.folder / "thumbs").write_text("in the way")
    with pytest.raises(ExportError):
        look_at_all(store)
    assert asset_of(store, path).looked == 0


def test_hidden_metadata_is_found_kept_and_searched(store, events, tmp_path):
    text = "a hidden heron\nNegative prompt: fog\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 42, Size: 96x96"
    path = hidden(tmp_path / "a.png", text)
    ingest_paths(store, [path])
    assert card(store, str(path)).embedded.generation is None
    look_at_all(store)
    found = card(store, str(path))
    assert (found.embedded.generation.prompt, found.embedded.generation.seed) == ("a hidden heron", 42)
    with store.reading() as reader:
        blocks = reader.metadata.blocks(found.asset.number)
        assert blocks[-1].place == "png:stealth"
        assert blocks[-1].data == text.encode()
    described = [event.data for event in events() if event.type.endswith("described")]
    assert [one["origin"] for one in described] == ["look"]
    from alice_core.library import find

    assert [one.asset.digest for one in find(store, "heron").cards] == [found.asset.digest]
    assert look_again(store) == 1
    with store.reading() as reader:
        assert reader.metadata.blocks(found.asset.number) == blocks


@needs_shared
def test_content_credentials_are_checked_where_some_are(store):
    pytest.importorskip("c2pa")
    wanted = {"CA.jpg": "untrusted", "XCA.jpg": "invalid", "video1.mp4": "untrusted", "sample1_signed.wav": "untrusted"}
    ingest_paths(store, [SHARED / "c2pa" / name for name in wanted])
    assert look_at_all(store) == 4
    for name, state in wanted.items():
        found = card(store, str(SHARED / "c2pa" / name)).embedded.credentials
        assert found.state == state, name
    assert look_at_all(store) == 0


def test_kept_metadata_is_read_again_by_better_readers_without_the_files(
    store, events, picture_file, graph, tmp_path, monkeypatch
):
    path = picture_file("a.png", 1, texts={"prompt": graph(saver="SaveImage", prefix="a")})
    plain = picture_file("plain.png", 2, texts={"Title": "x"})
    ingest_paths(store, [path, plain])
    digest = digest_of_file(path)
    before = card(store, digest).embedded
    assert before.generation.seed == 7
    assert rederive_some(store) == 0
    path.unlink()
    plain.unlink()

    class Better:
        name, version = "better", 2

        def read(self, given):
            found = registry.ComfyUI().read(given)
            from dataclasses import replace

            return found and replace(found, reader="better", version=2, prompt="a lynx")

    monkeypatch.setattr(registry, "READERS", (Better(), *registry.READERS))
    registry.installed_readers.cache_clear()
    try:
        cursor = len(events())
        assert rederive_all(store) == 2
        assert rederive_all(store) == 0
    finally:
        monkeypatch.undo()
        registry.installed_readers.cache_clear()
    assert card(store, digest).embedded.generation.prompt == "a lynx"
    assert kinds_after(events, cursor) == ["described", "described"]
    from alice_core.library import find

    assert len(find(store, "lynx").cards) == 1
    assert find(store, "tiger").cards == ()


def test_reading_again_keeps_what_others_found_out(store, tmp_path, monkeypatch):
    path = hidden(tmp_path / "a.png", "a heron\nSteps: 20, Sampler: Euler, Seed: 42")
    ingest_paths(store, [path])
    look_at_all(store)
    digest = digest_of_file(path)
    checked = Credentials("untrusted", ("x",), source_type="composite")
    record_looks(store, [Seen(digest, credentials=checked, reason="r")])
    monkeypatch.setattr(registry, "READERS_VERSION", "0" * 16, raising=False)
    assert rederive_all(store) == 1
    found = card(store, digest).embedded
    assert found.generation.seed == 42
    assert found.credentials.state == "untrusted"
    assert found.source_type == "composite"
    assert found.findings == (f"{UNSEEN}r",)
    assert json.dumps(found.to_json())
