"""Single tasks and files of tasks, through the real SDKs against servers on this machine: paid once, kept, told."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from PIL import Image
from provider_rehearsals import SECRETS, standing_in

from alice_core.cli.entry import run

SCHNELL = {"task": "image", "provider": "fal", "model": "fal-ai/flux/schnell"}


@pytest.fixture
def alice(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def call(*words, status=0):
        assert run(["--home", str(tmp_path / "home"), *map(str, words)]) == status
        said = capsys.readouterr()
        return json.loads(said.out) if "--json" in words and said.out else said

    return call


@pytest.fixture
def fox(tmp_path):
    path = tmp_path / "fox.png"
    Image.effect_noise((96, 64), 90).convert("RGB").save(path)
    return path


def test_a_picture_is_priced_bought_once_and_kept(alice, monkeypatch, tmp_path):
    with standing_in("openai", monkeypatch) as server:
        words = ("image", "a fox", "--provider", "openai", "--out", tmp_path / "out")
        quote = alice(*words, "--dry-run", "--json")["quote"]
        assert server.calls == []
        assert not (tmp_path / "out").exists()
        made = alice(*words, "--json")
        again = alice(*words, "--json")
        assert (made["found"], again["found"]) == (False, True)
        assert made["items"] == again["items"]
        assert len(server.seen("submit")) == 1
        cost = alice("cost", "--json")
        assert Decimal(quote["low"]) <= Decimal(cost["spent"]) <= Decimal(quote["high"])
        assert Decimal(cost["spent"]) == server.billed
    with Image.open(made["items"][0]["path"]) as picture:
        assert picture.size == (1024, 1024)


def test_several_pictures_come_from_one_request(alice, monkeypatch, tmp_path):
    with standing_in("openai", monkeypatch) as server:
        made = alice("image", "a fox", "--provider", "openai", "--count", 2, "--out", tmp_path / "out", "--json")
        assert len(made["items"]) == 2
        assert len(server.seen("submit")) == 1


def test_a_clip_begins_with_a_picture_and_goes_to_the_model_that_can(alice, monkeypatch, fox):
    with standing_in("fal", monkeypatch, tls=fox.parent / "tls") as server:
        made = alice("video", "it runs", "--provider", "fal", "--first", fox, "--seconds", 5, "--json")
        assert made["items"][0]["path"].endswith(".mp4")
        (call,) = server.seen("submit")
        assert "image-to-video" in call.path
        assert alice("cost", "--json")["spent"] == str(server.billed)


def test_pictures_are_described_tagged_judged_and_compared(alice, monkeypatch, fox, tmp_path):
    other = tmp_path / "other.png"
    Image.effect_noise((96, 64), 20).convert("RGB").save(other)
    with standing_in("anthropic", monkeypatch) as server:
        assert alice("describe", fox, "--dry-run", "--json")["items"][0]["currency"] == "USD"
        assert server.calls == []
        assert "nothing is known" in alice("show", fox, status=3).err, "a dry run takes nothing in"
        first = alice("describe", fox, "--json")["items"][0]
        assert set(first) > {"caption", "subjects", "setting", "light", "mood", "colours"}
        assert alice("describe", fox, "--json")["items"][0]["known"]
        tags = alice("describe", fox, "--tag", "night", "--tag", "rain", "--json")["items"][0]["tags"]
        assert set(tags) <= {"night", "rain"}
        assert set(tags) <= set(alice("show", fox, "--json")["tags"])
        verdict = alice("judge", fox, "--brief", "rain", "--json")
        assert set(verdict["scores"]) == {"subject", "mood", "light", "composition", "defects"}
        # The server answers by the schema alone, with one number twice: an order that is none is not believed.
        assert "ALICE-P11" in alice("judge", fox, other, "--brief", "rain", status=7).err
        assert alice("cost", "--json")["spent"] == str(server.billed)
    assert "brief" in alice("judge", fox, status=2).err


def test_a_file_of_tasks_goes_on_where_it_was_and_bad_lines_spoil_nothing(alice, monkeypatch, fox, tmp_path):
    lines = [
        {**SCHNELL, "id": "one", "prompt": "a fox", "size": "512x512"},
        {"task": "image", "prompt": "free", "size": "192x108"},
        {"task": "video", "prompt": "free too", "size": "192x108", "seconds": "1/2", "fps": "30000/1001"},
        {"task": "imag"},
        {"task": "image", "prompt": "x", "widht": 3},
        {"task": "image", "prompt": 7},
        {"task": "image"},
        {"task": "video", "prompt": "x", "seconds": "nan"},
        {"task": "image", "prompt": "x", "references": ["nothing.png"]},
        {"task": "image", "prompt": "x", "references": [{"role": "mask"}]},
        {"task": "image", "prompt": "x", "provider": "nobody"},
    ]  # fmt: skip
    file = tmp_path / "tasks.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)) + "\n\nno json\n[]\n")
    with standing_in("fal", monkeypatch, tls=tmp_path / "tls") as server:
        priced = alice("batch", file, "--dry-run", "--json", status=10)["items"]
        assert [one["state"] for one in priced] == ["priced"] * 3 + ["wrong"] * 10
        assert [one["line"] for one in priced] == [*range(1, 12), 13, 14]
        assert all(one["error"]["code"] and one["error"]["message"] for one in priced[3:])
        assert server.calls == []
        made = alice("batch", file, "--budget", "1", "--json", status=10)["items"]
        assert [one["state"] for one in made[:3]] == ["made"] * 3
        assert made[0]["id"] == "one"
        again = alice("batch", file, "--budget", "1", "--json", status=10)["items"]
        assert [one["state"] for one in again[:3]] == ["found"] * 3
        assert len(server.seen("submit")) == 1
        assert alice("cost", "--json")["spent"] == str(server.billed)
        poor = tmp_path / "poor.jsonl"
        poor.write_text(json.dumps({**lines[0], "prompt": "another"}))
        assert "ALICE-B00" in alice("batch", poor, "--budget", "0.001", status=8).err
        assert len(server.seen("submit")) == 1


def test_keys_are_in_nothing_that_was_written(alice, monkeypatch, tmp_path):
    with standing_in("openai", monkeypatch):
        alice("image", "a fox", "--provider", "openai", "--out", tmp_path / "out", "--json")
        alice("events", "tail", "--json")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert SECRETS["openai"].encode() not in path.read_bytes(), path
