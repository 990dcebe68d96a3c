"""The identity of bytes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alice_core.errors import IntegrityError, MediaError, NotFound
from alice_core.media.digest import digest_of_bytes, digest_of_file, is_digest, short

# FIPS 180-2, appendix B.1
ABC = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_published_example():
    assert digest_of_bytes(b"abc") == ABC
    assert short(ABC) == "ba7816bf"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=4096), st.integers(0, 700))
def test_a_file_has_the_digest_of_its_bytes(tmp_path, piece, repeats):
    data = piece * repeats
    path = tmp_path / "file"
    path.write_bytes(data)
    seen = []
    assert digest_of_file(path, on_bytes=seen.append) == digest_of_bytes(data)
    assert sum(seen) == len(data)
    assert is_digest(digest_of_file(path))


@pytest.mark.parametrize("text", ["", "sha256:", ABC.upper(), ABC[:-1], ABC + "0", "md5:" + "0" * 64, ABC + "\n"])
def test_what_is_no_digest(text):
    assert not is_digest(text)


def test_a_file_that_grows_meanwhile(tmp_path):
    path = tmp_path / "growing"
    path.write_bytes(b"x")

    def grow(_):
        if path.stat().st_size == 1:
            with path.open("ab") as file:
                file.write(b"y")

    with pytest.raises(IntegrityError) as caught:
        digest_of_file(path, on_bytes=grow)
    assert caught.value.code == "ALICE-I02"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(NotFound) as caught:
        digest_of_file(tmp_path / "no")
    assert caught.value.code == "ALICE-N01"


def test_a_folder(tmp_path):
    with pytest.raises(MediaError, match="folder"):
        digest_of_file(tmp_path)
