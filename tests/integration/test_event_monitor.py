"""The monitor as a process: followed, stopped, cut off, at a terminal, under its classic name, and over a real make."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from alice_core import projects
from alice_core.store import open_store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def follow(alice):
    """Starts a monitor that follows, past its first line, and ends it in any case."""
    with contextlib.ExitStack() as closing:

        def start(*words, **more):
            with open_store(alice.home) as store:
                projects.create(store, "First")
            process = alice.start("events", "tail", "--follow", "--jsonl", "-n", "1", *words, **more)
            closing.enter_context(process)
            closing.callback(process.kill)
            watchdog = threading.Timer(120, process.kill)
            watchdog.start()
            closing.callback(watchdog.cancel)
            assert json.loads(process.stdout.readline())["data"]["name"] == "First"
            return process

        yield start


def test_what_happens_elsewhere_is_shown_at_once_and_ctrl_c_ends_it(alice, follow):
    process = follow("--type", "projects.created")
    with open_store(alice.home) as store:
        for name in ("Second", "Third"):
            projects.brief(store, "First", f"before {name}")
            projects.create(store, name)
            assert json.loads(process.stdout.readline())["data"]["name"] == name
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err


@pytest.mark.skipif(os.name == "nt", reason="Windows does not tell that a reader has left")
def test_it_ends_when_its_reader_has_left_though_nothing_happens(follow):
    process = follow()
    process.stdout.close()
    assert process.wait(60) == 0
    assert process.stderr.read() == ""


def test_the_classic_script_works_from_a_checkout(alice):
    with open_store(alice.home) as store:
        projects.create(store, "Neon")
    script = [sys.executable, str(ROOT / "scripts" / "event_monitor.py")]
    environment = {**os.environ, "ALICE_HOME": str(alice.home)}

    def call(*words):
        done = subprocess.run(
            [*script, *words],
            capture_output=True,
            text=True,
            cwd=alice.folder,
            env=environment,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "project Neon begun" in call("--once", "--verbose")
    (line,) = call("--once", "--jsonl", "--type", "projects.*").splitlines()
    assert json.loads(line)["data"]["name"] == "Neon"
    assert "Example" in call("--help")
    assert "> " in call("--explain", "2")
    process = subprocess.Popen(
        [*script, "--jsonl"], stdout=subprocess.PIPE, text=True, cwd=alice.folder, env=environment
    )
    with process:
        types = [json.loads(process.stdout.readline())["type"] for _ in range(2)]
        process.send_signal(signal.SIGINT)
    assert types == ["alice.store.migrated", "alice.projects.created"]
    assert process.returncode == 130


@pytest.mark.skipif(os.name == "nt", reason="a terminal of POSIX")
@pytest.mark.parametrize("plain", [False, True])
def test_lines_at_a_terminal_fit_and_have_colour_unless_it_is_not_wanted(alice, plain):
    import fcntl
    import pty
    import struct
    import termios

    with open_store(alice.home) as store:
        projects.create(store, "Neon", "rain " * 100)
    environment = {**os.environ, "TERM": "xterm", **({"NO_COLOR": "1"} if plain else {})}
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 90, 0, 0))
    process = subprocess.Popen(alice.argv("events", "tail", "--utc"), stdout=side, cwd=alice.folder, env=environment)
    os.close(side)
    shown = b""
    with contextlib.suppress(OSError):  # Linux says so when the other end is closed
        while part := os.read(main, 4096):
            shown += part
    os.close(main)
    assert process.wait(60) == 0
    text = shown.decode()
    assert ("\x1b[" in text) is not plain
    lines = re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()
    assert len(lines) == 2
    assert all(len(line) <= 90 for line in lines)
    assert "Neon" in lines[1]


def test_a_real_make_is_one_tree_from_the_song_to_the_preview(made_once):
    command, result = made_once
    (song,) = command.json("events", "tail", "--type", "library.ingested", "--source", "/alice")["items"]
    found = command.json("events", "tail", "--explain", song["id"])
    assert found["causes"] == []
    assert found["more"] == 0
    told: dict[str, list[str]] = {}

    def walk(effect, above):
        for one in effect:
            operation = one["event"]["data"].get("operation")
            if operation is not None:
                told.setdefault(operation, []).append(above)
            walk(one["effects"], operation or above)

    walk(found["effects"], "song")
    assert set(told) == set(result["ran"])
    assert told["music.analyse"] == ["song"]
    assert told["directing.plan"] == ["music.analyse"]
    takes = told["provider.storyboard.image"]
    assert len(takes) == len({shot["take"]["digest"] for shot in result["shots"]})
    assert set(takes) == {"directing.plan"}
    assert told["directing.cast"] == ["provider.storyboard.image"]
    assert told["timeline.preview"] == ["directing.cast"]
    text = command("events", "tail", "--explain", song["sequence"]).stdout
    assert text.index("music.analyse") < text.index("directing.plan") < text.index("timeline.preview")


def test_what_the_log_says_of_a_made_film_is_what_is_known_of_it(made_once):
    command, result = made_once
    then = command.json("history", result["preview"], "--at", "now")
    assert then["locations"] == [result["preview"]]
    assert then["projects"] == [{"name": "Neon", "role": "preview"}]
    assert command.json("history", result["preview"], "--at", "2020")["said"] is None
