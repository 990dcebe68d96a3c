"""Files that may not be read and folders that may not be written, as any user but root meets them."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import av  # noqa: F401 - loaded while everything may be read
import pytest

from alice_core.errors import ExportError, MediaError
from alice_core.media.digest import digest_of_file
from alice_core.media.files import make_folder, replacing
from alice_core.media.probe import probe
from alice_core.media.sound import open_sound

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")


@pytest.fixture
def folder():
    """A folder that everybody may enter, seen by somebody who owns nothing in it."""
    with tempfile.TemporaryDirectory(prefix="alice-permissions-") as name:
        place = Path(name)
        place.chmod(0o755)
        (place / "song.wav").write_bytes(b"RIFF")
        (place / "song.wav").chmod(0)
        (place / "closed").mkdir(mode=0o555)
        was = os.geteuid()
        if was == 0:
            os.seteuid(65534)
        try:
            yield place
        finally:
            os.seteuid(was)


@pytest.mark.parametrize("read", [digest_of_file, probe, lambda path: open_sound(path).__enter__()])
def test_a_file_that_may_not_be_read(folder, read):
    with pytest.raises(MediaError, match=r"song\.wav") as caught:
        read(folder / "song.wav")
    assert caught.value.code == "ALICE-M03"
    assert caught.value.hint


def test_a_folder_that_may_not_be_written(folder):
    with pytest.raises(ExportError) as caught, replacing(folder / "closed" / "film.mp4") as part:
        part.write_bytes(b"x")
    assert caught.value.code == "ALICE-E01"
    with pytest.raises(ExportError) as caught:
        make_folder(folder / "closed" / "out")
    assert caught.value.code == "ALICE-E01"
    assert list((folder / "closed").iterdir()) == []
