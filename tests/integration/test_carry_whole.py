"""A library of 2,000 files: one of each damage is found and nothing else; it is carried away through kill -9."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import time

import pytest

from alice_core.library.curating import curation, membership
from alice_core.library.files import ingest_paths
from alice_core.library.keeping.importing import import_folder
from alice_core.library.keeping.manifest import read_manifest
from alice_core.library.keeping.repair import repair
from alice_core.library.keeping.verify import verify
from alice_core.media.digest import digest_of_file
from alice_core.store import Actor, open_store
from alice_core.store.check import check

FILES = 2000


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """2,000 texts in twenty folders, and a store that knows them."""
    folder = tmp_path_factory.mktemp("origin")
    noise = random.Random(3)
    for number in range(FILES):
        path = folder / "files" / f"{number % 20:02}" / f"{number:04}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%d\n" % number + noise.randbytes(noise.randrange(500, 5_000)).hex().encode())
    with open_store(folder / "home", actor=Actor("user:test")) as store:
        ingest_paths(store, [folder / "files"])
    return folder


@pytest.fixture
def library(origin, tmp_path):
    """The same, to do with as a test likes; its root is where it was, so that only the store is new."""
    shutil.copytree(origin / "files", tmp_path / "files")
    with open_store(tmp_path / "home", actor=Actor("user:test")) as store:
        ingest_paths(store, [tmp_path / "files"])
        yield store


def test_one_of_each_damage_among_2000_files_is_found_and_nothing_else(library, tmp_path):
    files = sorted((tmp_path / "files").rglob("*.txt"))
    flipped, cut, gone, replaced = random.Random(5).sample(files, 4)
    good = {path: path.read_bytes() for path in (flipped, cut, gone, replaced)}
    (tmp_path / "backup").mkdir()
    for path, content in good.items():
        (tmp_path / "backup" / path.name).write_bytes(content)
    ingest_paths(library, [tmp_path / "backup"])
    assert verify(library).damages == ()
    data = bytearray(good[flipped])
    data[len(data) // 3] ^= 0x10
    flipped.write_bytes(data)
    os.truncate(cut, cut.stat().st_size - 1)
    gone.unlink()
    times = replaced.stat()
    fresh = replaced.with_name("fresh")
    fresh.write_bytes(good[replaced][::-1])
    os.utime(fresh, ns=(times.st_atime_ns, times.st_mtime_ns))
    fresh.replace(replaced)
    wanted = {flipped: "changed", cut: "truncated", gone: "missing", replaced: "changed"}
    for quick in (True, False):
        found = verify(library, quick=quick)
        assert {one.path: one.what for one in found.damages} == wanted
        assert found.files == FILES + 4
    assert next(one for one in found.damages if one.path == replaced).cause == "disguised"
    named = [str(path) for path in wanted]
    assert all(one.done for one in repair(library, verify(library, named).damages))
    assert {path: path.read_bytes() for path in good} == good
    assert verify(library).damages == ()


def test_an_export_that_is_killed_again_and_again_is_whole_in_the_end(origin, alice, tmp_path):
    alice.home = origin / "home"
    folder = tmp_path / "export"
    for after in (0.5, 0.7, 0.9, 1.2):
        running = alice.start("export", folder, "--all")
        time.sleep(after)
        running.send_signal(signal.SIGKILL)
        running.communicate()
        assert not (folder / "manifest.json").exists() or not (folder / "incomplete").exists()
    said = alice.json("export", folder, "--all")
    assert (said["assets"], len(said["files"]), said["failed"]) == (FILES, FILES, [])
    manifest = read_manifest(folder)
    for part in (*manifest.parts, *manifest.files):
        assert hashlib.sha256((folder / part.name).read_bytes()).hexdigest() == part.digest[7:]
    assert len(list((folder / "files").iterdir())) == FILES
    other = tmp_path / "other"
    for after in (0.8, 1.0, 1.3):
        running = alice.start("--home", other, "import", folder, "--files-to", tmp_path / "copy")
        time.sleep(after)
        running.send_signal(signal.SIGKILL)
        running.communicate()
    with open_store(other) as store:
        import_folder(store, folder, files_to=tmp_path / "copy")
        assert check(store).findings == ()
        assert (verify(store).files, verify(store).damages) == (FILES, ())
    names = sorted(path.relative_to(tmp_path / "copy") for path in (tmp_path / "copy").rglob("*.txt"))
    assert names == sorted(path.relative_to(origin / "files") for path in (origin / "files").rglob("*.txt"))
    assert not [path for path in (tmp_path / "copy").rglob("*") if ".part" in path.name]


def test_a_library_in_use_by_two_exports_at_once(library, tmp_path, alice):
    """Two exports of one store at once disturb neither it nor each other."""
    digest = digest_of_file(next((tmp_path / "files").rglob("*.txt")))
    curation.rate(library, [digest], 3)
    membership.tag(library, [digest], ["rain"])
    running = [alice.start("export", tmp_path / f"export-{number}") for number in range(2)]
    for one in running:
        _, errors = one.communicate(timeout=120)
        assert one.returncode == 0, errors
    files = [read_manifest(tmp_path / f"export-{number}").files for number in range(2)]
    assert files[0] == files[1]
    assert len(files[0]) == FILES
