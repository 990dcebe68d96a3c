"""Progress: bars on a terminal, lines elsewhere, nothing when quiet."""

from __future__ import annotations

import io
import sys

import pytest

from alice_core.cli import bars
from alice_core.progress import SILENT


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_quiet_is_silent():
    assert bars.progress_for(quiet=True) is SILENT
    with SILENT.stage("x") as stage:
        stage.advance()
    SILENT.note("x")


def test_lines_tell_of_long_stages_only(monkeypatch, capsys):
    progress = bars.progress_for(quiet=False)
    clock = iter((0.0, 0.0, 0.2, 1.0, 1.0, 4.5, 5.0, 5.0, 9.0, 10.0, 10.0, 20.0))
    monkeypatch.setattr(bars.time, "monotonic", lambda: next(clock))
    with progress.stage("short"):
        pass
    with progress.stage("drawing", 12, "shots") as stage:
        stage.advance(12)
    with progress.stage("reading"):
        pass
    with pytest.raises(ValueError, match="stop"), progress.stage("broken"):
        raise ValueError("stop")
    progress.note("no steady beat")
    assert capsys.readouterr().err.splitlines() == [
        "drawing (12 shots): 3.5 s",
        "reading: 4.0 s",
        "note: no steady beat",
    ]


def test_bars_on_a_terminal(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    progress = bars.progress_for(quiet=False)
    with progress.stage("outer", 2, "parts") as outer:
        outer.advance()
        with progress.stage("inner") as inner:
            inner.advance(3)
        progress.note("[not markup] told")
    assert "[not markup] told" in screen.getvalue()
    with progress.stage("later", 1) as later:
        later.advance()
    assert progress._bars is None
    bars._Bar(progress, "never begun", None, "").advance()
