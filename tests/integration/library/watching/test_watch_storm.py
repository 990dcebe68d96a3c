"""The daemon in a storm: ten thousand operations, a burst, kills, and afterwards the library is what the disk is.

``ALICE_STORM_SEED`` chooses another storm, ``ALICE_STORM_OPERATIONS`` a longer one.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import struct
import sys
import threading
import time
import zlib

import pytest

from alice_core.library.curating.membership import tag
from alice_core.store import Actor, open_store

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="stopped processes, any bytes in names and inotify are Linux's"),
    pytest.mark.timeout(300),
]

SEED = int(os.environ.get("ALICE_STORM_SEED", "1"))
OPERATIONS = int(os.environ.get("ALICE_STORM_OPERATIONS", "10000"))
BURST = 6000
NAMES = (
    "plain",
    "two words",
    "line\nbreak",
    "🎵 song",
    "cafe\u0301",
    "caf\u00e9",
    "'quote\"",
    "-dash",
    "tab\t",
    "x" * 180,
)


def png(random):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pixels = b"".join(b"\0" + random.randbytes(12) for _ in range(4))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def wav(random):
    data = random.randbytes(200)
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    body = b"WAVE" + head + struct.pack("<4sI", b"data", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def text(random):
    return f"a line of text {random.random()}\n".encode()


KINDS = ((".png", png), (".png", png), (".txt", text), (".wav", wav))


class Storm:
    """Does things to a folder as people and programs do, the same things for the same seed."""

    def __init__(self, folder, seed):
        self.random = random.Random(seed)
        self.folder = folder
        self.folders = [folder]
        self.files = []
        self.count = 0
        self.operations = 0
        self.slow = []
        self.target = folder / "burst"
        self.target.mkdir(parents=True)

    def run(self, count):
        deeds = {
            self.create: 34, self.rename: 12, self.rewrite_unseen: 8, self.rewrite: 6, self.append: 4, self.copy: 9,
            self.replace: 5, self.delete: 8, self.touch: 2, self.make_folder: 3, self.move_folder: 2, self.hide: 2,
            self.delete_folder: 0.3, self.write_slowly: 0.4, self.swap: 2, self.link: 2,
        }  # fmt: skip
        for deed in self.random.choices(list(deeds), list(deeds.values()), k=count):
            with contextlib.suppress(FileNotFoundError):
                deed()
            self.operations += 1
            if self.random.random() < 0.04:
                time.sleep(0.05)

    def name(self, suffix):
        self.count += 1
        stem = self.random.choice(NAMES) if self.random.random() < 0.2 else "file"
        name = f"{stem}{self.count}{suffix}"
        if self.random.random() < 0.02:
            name = os.fsdecode(b"\xff\xfe" + os.fsencode(name))
        return self.random.choice(self.folders) / name

    def any(self):
        return self.random.choice(self.files) if self.files else self.create()

    def create(self):
        suffix, make = self.random.choice(KINDS)
        path = self.name(suffix)
        path.write_bytes(make(self.random) if self.random.random() < 0.98 else b"")
        self.files.append(path)
        return path

    def rename(self):
        path = self.any()
        self.moved(path, self.name(path.suffix))

    def moved(self, path, target):
        path.rename(target)
        self.files[self.files.index(path)] = target

    def rewrite_unseen(self):
        """Other bytes of the same size, in place, and the old time put back."""
        path = self.any()
        before = path.stat()
        data = bytearray(path.read_bytes())
        if len(data) > 45 or (data and path.suffix == ".txt"):
            data[45 if path.suffix == ".png" else -2] ^= 1 + self.random.randrange(3)  # inside the picture's data
        with path.open("r+b") as file:
            file.write(data)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def rewrite(self):
        path = self.any()
        path.write_bytes(dict(KINDS).get(path.suffix, text)(self.random))

    def append(self):
        path = self.any()
        with path.open("ab") as file:
            file.write(b"more\n")

    def copy(self):
        path = self.any()
        target = self.name(path.suffix)
        self.random.choice((shutil.copyfile, shutil.copy2))(path, target)
        self.files.append(target)

    def link(self):
        path = self.any()
        target = self.name(path.suffix)
        os.link(path, target)
        self.files.append(target)

    def replace(self):
        """As editors save: a temporary file takes the name."""
        path = self.any()
        part = path.with_name(f"part{self.count}.tmp")
        part.write_bytes(dict(KINDS).get(path.suffix, text)(self.random))
        part.replace(path)

    def swap(self):
        one, other = self.any(), self.any()
        if one != other:
            between = one.with_name(f"swap{self.count}")
            one.rename(between)
            other.rename(one)
            between.rename(other)

    def delete(self):
        path = self.any()
        path.unlink()
        self.files.remove(path)

    def touch(self):
        os.utime(self.any(), (1_700_000_000, 1_700_000_000 + self.count))

    def hide(self):
        """A hidden file, which is no business of ours."""
        (self.random.choice(self.folders) / f".hidden{self.count}").write_bytes(b"x")

    def make_folder(self):
        self.count += 1
        folder = self.random.choice(self.folders) / f"folder{self.count}"
        if len(folder.parts) - len(self.folder.parts) < 6:
            folder.mkdir()
            self.folders.append(folder)
            for _ in range(self.random.randrange(4)):
                self.create()

    def move_folder(self):
        if len(self.folders) > 1:
            folder = self.random.choice(self.folders[1:])
            above = self.random.choice(self.folders)
            if not above.is_relative_to(folder):
                self.count += 1
                target = above / f"moved{self.count}"
                folder.rename(target)
                self.folders = [self.shifted(one, folder, target) for one in self.folders]
                self.files = [self.shifted(one, folder, target) for one in self.files]

    def delete_folder(self):
        if len(self.folders) > 10:
            folder = self.random.choice(self.folders[1:])
            shutil.rmtree(folder)
            self.folders = [one for one in self.folders if not one.is_relative_to(folder)]
            self.files = [one for one in self.files if not one.is_relative_to(folder)]

    @staticmethod
    def shifted(path, before, after):
        return after / path.relative_to(before) if path.is_relative_to(before) else path

    def write_slowly(self):
        """A file that grows for a second or two, while other things happen; nobody else touches it."""
        suffix, make = self.random.choice(KINDS)
        self.count += 1
        path, data = self.folder / f"slow{self.count}{suffix}", make(self.random)
        pause = self.random.uniform(0.05, 0.3)

        def write():
            with path.open("wb", buffering=0) as file:
                for start in range(0, len(data), 32):
                    file.write(data[start : start + 32])
                    time.sleep(pause)

        writer = threading.Thread(target=write)
        writer.start()
        self.slow.append(writer)

    def burst(self, count):
        for number in range(count):
            path = self.target / f"b{number}.png"
            path.write_bytes(png(self.random))
            self.files.append(path)
        self.operations += count


def give_tags(store, storm, tags):
    """Tag some assets that are known by now, from another process than the daemon's."""
    chosen = {}
    with store.reading() as reader:
        for place in reader.places.at_many(storm.random.sample(storm.files, min(40, len(storm.files)))).values():
            chosen[place.digest] = f"tag{storm.random.randrange(9)}"
        for digest, asset in reader.assets.many(chosen).items():
            tags.setdefault(digest, (asset.number, set()))[1].add(chosen[digest])
    for name in sorted(set(chosen.values())):
        tag(store, [digest for digest, one in chosen.items() if one == name], [name])


def assert_labels(store, tags):
    with store.reading() as reader:
        for digest, (number, names) in tags.items():
            assert reader.assets.get(digest).number == number
            assert names <= set(reader.labels.tags((number,)).get(number, ())), digest


STEPS = 12
PAUSE_AT = 2
BURST_AT = 6
KILLS_AT = (1, 3, 6, 8, 10)


def rage(storm, daemon, paused, store, tags):
    """The storm itself."""
    for step in range(STEPS):
        storm.run((OPERATIONS - 200) // STEPS + 1)
        give_tags(store, storm, tags)
        if step == PAUSE_AT:
            for suffix, make in KINDS[1:]:
                paused.write(storm.folder / f"paused{suffix}", make(storm.random))
        if step == BURST_AT:
            daemon.process.send_signal(signal.SIGSTOP)  # so that nobody empties the queue meanwhile
            storm.burst(BURST)
            daemon.process.send_signal(signal.SIGCONT)
            daemon.wait_for("overflow", 1)
            time.sleep(storm.random.uniform(0.5, 3))
        if step in KILLS_AT:
            daemon.kill()
            storm.run(150)
            give_tags(store, storm, tags)
            daemon.start()
    for writer in storm.slow:
        writer.join()


def test_a_storm_leaves_the_library_as_the_disk_is(tmp_path, alice, watching, paused, truth, record_property):
    storm = Storm(tmp_path / "in", SEED)
    daemon = watching(storm.folder)
    tags = {}
    with open_store(alice.home, actor=Actor("user:storm")) as store:
        disk = truth(store, storm.folder, daemon)
        storm.run(200)
        daemon.start()
        rage(storm, daemon, paused, store, tags)
        took, count = disk.wait(paused.writers)
        record_property("settled", f"seed {SEED}: {storm.operations} operations, {count} files, {took:.1f} s")
        assert_labels(store, tags)
        assert len(tags) > 100
        assert storm.operations >= OPERATIONS + BURST
        assert disk.states() == dict.fromkeys(paused.writers, "growing")
        assert {one["path"] for one in alice.json("watch", "--status")["growing"]} == set(map(str, paused.writers))
        end_of_paused(disk, paused)
        daemon.stop()
    alice("db", "check")


def end_of_paused(disk, paused):
    """A writer that goes on brings its file in; of those that are killed, what has no end is broken after a while."""
    picture, *others = paused.writers
    paused.writers[picture].send_signal(signal.SIGCONT)
    paused.writers[picture].wait()
    for path in others:
        paused.writers[path].kill()
        paused.writers[path].wait()
        os.utime(path, (time.time() - 3600,) * 2)
    cut = {path: "broken" for path in others if path.suffix != ".txt"}  # of a text nobody can say
    disk.wait(cut)
    disk.wait_for_states(cut)
