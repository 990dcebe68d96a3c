"""Content credentials: what holds, what is merely vouched for by nobody, and what was changed."""

import builtins
import importlib
import socket
import threading
from pathlib import Path

import pytest
from PIL import Image

from alice_core.errors import NotFound
from alice_core.media.inspect import inspect
from alice_core.media.readers import credentials
from alice_core.media.readers.base import Given
from alice_core.media.readers.credentials import UNREAD, read_credentials
from alice_core.media.readers.registry import read_embedded

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "data" / "metadata" / "c2pa"
UNTRUSTED = "signingCredential.untrusted"

installed = pytest.mark.skipif(importlib.util.find_spec("c2pa") is None, reason="the extra c2pa is not installed")
sampled = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")


@pytest.mark.parametrize(
    ("name", "state", "codes", "generator", "source"),
    [
        ("CA.jpg", "untrusted", (UNTRUSTED,), "make_test_images/0.33.1 c2pa-rs/0.33.1", None),
        (
            "C_with_CAWG_data.jpg",
            "untrusted",
            (UNTRUSTED, "cawg.x509.credential.untrusted"),
            "c2pa cawg test 0.58.0",
            "digitalCapture",
        ),
        ("sample1_signed.wav", "untrusted", (UNTRUSTED,), "c2pa-c test 0.2", "empty"),
        ("video1.mp4", "untrusted", (UNTRUSTED,), "TestApp c2patool/0.6.2 c2pa-rs/0.28.2", None),
        (
            "XCA.jpg",
            "invalid",
            (UNTRUSTED, "assertion.dataHash.mismatch"),
            "make_test_images/0.33.1 c2pa-rs/0.33.1",
            None,
        ),
        (
            "E-sig-CA.jpg",
            "invalid",
            (UNTRUSTED, "claimSignature.mismatch"),
            "make_test_xxxxxx/0.33.1 c2pa-rs/0.33.1",
            None,
        ),
        (
            "CIE-sig-CA.jpg",
            "invalid",
            (UNTRUSTED, "claimSignature.mismatch"),
            "make_test_images/0.36.1",
            "algorithmicMedia",
        ),
    ],
)
@installed
@sampled
def test_samples(name, state, codes, generator, source):
    found = read_credentials(SAMPLES / name)
    assert (found.state, found.codes, found.generator, found.source_type) == (state, codes, generator, source)
    assert found.actions[0].startswith("c2pa.")


@installed
@sampled
@pytest.mark.parametrize("name", ["A.jpg", "libpng-test.png", "sample1.avif", "test.webp", "LICENSE-MIT"])
def test_a_file_without_has_none(name):
    assert read_credentials(SAMPLES / name) is None


@sampled
def test_while_taking_in_they_are_seen_and_not_checked():
    found = inspect(SAMPLES / "CA.jpg")
    assert read_embedded(Given(found.blocks)).credentials == UNREAD
    assert read_embedded(Given(inspect(SAMPLES / "A.jpg").blocks)).credentials is None


@installed
@sampled
def test_a_changed_or_cut_file_is_invalid(tmp_path):
    data = (SAMPLES / "CA.jpg").read_bytes()
    changed = tmp_path / "changed.jpg"
    changed.write_bytes(data[:-5000] + bytes([data[-5000] ^ 1]) + data[-4999:])
    assert read_credentials(changed).state == "invalid"
    changed.write_bytes(data[:90_000])
    assert read_credentials(changed).state == "invalid"


@installed
def test_junk_has_none(tmp_path):
    path = tmp_path / "junk.jpg"
    for data in (b"", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1\xff\xff12", b"RIFF\xff\xff\xff\xffWEBP", b"\0" * 999):
        path.write_bytes(data)
        assert read_credentials(path) is None
    with pytest.raises(NotFound):
        read_credentials(tmp_path / "absent")


@installed
def test_nothing_is_fetched(tmp_path):
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.3)
    called = []

    def listen():
        try:
            called.append(server.accept())
        except TimeoutError:
            return

    listener = threading.Thread(target=listen)
    listener.start()
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dcterms="http://purl.org/dc/terms/" '
        f'dcterms:provenance="http://127.0.0.1:{server.getsockname()[1]}/c2pa"/></rdf:RDF></x:xmpmeta>'
    )
    path = tmp_path / "far.jpg"
    Image.new("RGB", (8, 8)).save(path, xmp=packet.encode())
    found = read_credentials(path)
    listener.join()
    server.close()
    assert called == []
    assert (found.state, found.codes) == ("unread", ("Remote",))


@pytest.fixture
def without_library(monkeypatch):
    found = builtins.__import__

    def absent(name, *rest):
        if name == "c2pa":
            raise ImportError(name)
        return found(name, *rest)

    monkeypatch.setattr(credentials.importlib, "import_module", absent)
    credentials._library.cache_clear()
    yield
    credentials._library.cache_clear()


def test_without_the_extra_they_stay_unread(tmp_path, without_library):
    path = tmp_path / "x.png"
    Image.new("RGB", (8, 8)).save(path)
    assert read_credentials(path) == UNREAD


@pytest.mark.parametrize(
    ("word", "codes", "state"),
    [
        ("Trusted", (), "valid"),
        ("Trusted", (UNTRUSTED,), "valid"),
        ("Valid", (), "valid"),
        ("Valid", (UNTRUSTED,), "untrusted"),
        ("Invalid", (UNTRUSTED,), "untrusted"),
        ("Invalid", (UNTRUSTED, "assertion.missing"), "invalid"),
        ("Invalid", (), "invalid"),
        (None, (), "invalid"),
    ],
)
def test_states(word, codes, state):
    failures = [{"code": code} for code in codes]
    told = {"validation_state": word, "validation_results": {"activeManifest": {"failure": failures}}}
    assert credentials._credentials(told).state == state


def test_what_old_programs_say():
    actions = [{"action": "c2pa.edited", "parameters": {"com.adobe.digitalSourceType": "http://x/compositeSynthetic"}}]
    manifest = {"claim_generator_info": [], "assertions": [{"label": "c2pa.actions", "data": {"actions": actions}}, {}]}
    ingredient = {"validationDeltas": {"failure": [{}]}}
    told = {
        "active_manifest": "a",
        "manifests": {"a": manifest},
        "validation_results": {"ingredientDeltas": [ingredient]},
    }
    found = credentials._credentials(told)
    assert (found.source_type, found.generator, found.codes) == ("compositeSynthetic", None, ("unknown",))
    assert credentials._credentials({}).state == "invalid"
