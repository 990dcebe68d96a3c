"""Two ingests of one folder at once give the same rows as one, on every database."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from alice_core.store import Actor, open_store
from alice_core.store.check import check

FILES = 400


@pytest.fixture
def folder(tmp_path):
    """Files of which some are alike, some are broken and some have odd names."""
    path = tmp_path / "in"
    for number in range(FILES):
        above = path / f"folder{number % 7}"
        above.mkdir(parents=True, exist_ok=True)
        file = above / f"file {number}\u0301.txt"
        file.write_text(f"text {number % 300}\n")
        made = 1_700_000_000 + number % 300  # an asset's number comes from the time of the file that was met first
        os.utime(file, (made, made))
    for number in range(5):
        cut = path / f"cut{number}.png"
        cut.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes((number,)))
        os.utime(cut, (0, 0))
    if sys.platform == "linux":
        (path / os.fsdecode(b"\xff\xfe.txt")).write_text("a name that is no text")
    return path


def ingests(count, home, url, folder):
    argv = [sys.executable, "-m", "alice_core.cli", "--home", str(home), "ingest", str(folder), "--json"]
    environment = os.environ | {"ALICE_STORE__URL": url}
    started = [
        subprocess.Popen(argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(count)
    ]
    done = [(one.communicate(timeout=240), one.returncode) for one in started]
    assert not any(status for _, status in done), [error.decode()[-2000:] for (_, error), _ in done]
    return [json.loads(out) for (out, _), _ in done]


def rows(url, home):
    """What is known, without numbers of roots and times of seeing."""
    with open_store(home, url=url, actor=Actor("user:test")) as store:
        assert check(store).findings == ()
        with store.reading() as reader:
            places = [(str(one.path), one.digest, one.size) for one in reader.places.walk(limit=10_000)[0]]
            assets = sorted((one.digest, one.number) for one in reader.assets.after(-1, limit=10_000))
            findings = [(str(one.path), one.state) for one in reader.places.findings()]
            roots = [str(one.path) for one in reader.places.roots()]
            made = [
                one.subject for one in reader.events.after(0, limit=100_000) if one.type == "alice.library.ingested"
            ]
    return sorted(places), assets, findings, roots, sorted(made)


def test_two_at_once_are_as_one(database_url, folder, tmp_path):
    with open_store(tmp_path / "home", url=database_url):
        pass
    reports = ingests(2, tmp_path / "home", database_url, folder)
    both = rows(database_url, tmp_path / "home")
    alone_url = f"sqlite:///{tmp_path / 'alone.db'}"
    ingests(1, tmp_path / "alone", alone_url, folder)
    alone = rows(alone_url, tmp_path / "alone")
    assert both[:4] == alone[:4]
    digests = [digest for digest, _ in both[1]]
    assert both[4] == digests  # each became known once
    new = [path for report in reports for path in report["new"]]
    assert len(new) == len(set(new)) == len(digests)
    again = ingests(2, tmp_path / "home", database_url, folder)
    assert {report["unchanged"] for report in again} == {len(both[0])}
    assert rows(database_url, tmp_path / "home") == both
