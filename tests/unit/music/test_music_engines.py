"""Engines by name, and beats as other engines tell them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alice_core.errors import MissingExtra, UsageError
from alice_core.music.engines.heard import HeardBeats, counted
from alice_core.music.engines.packages import installed
from alice_core.music.engines.registry import DEFAULT, analyser_names, get_analyser


def test_the_built_in_engine_needs_nothing_and_is_the_default():
    engine = get_analyser()
    assert engine.name == DEFAULT == "alice"
    assert engine.hear("song.wav") is None
    assert engine.licence


def test_known_engines_are_named_whether_installed_or_not():
    assert set(analyser_names()) >= {"alice", "beat-this", "librosa", "madmom"}


def test_an_unknown_engine_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="no engine 'ears'") as caught:
        get_analyser("ears")
    assert "librosa" in caught.value.hint


def test_an_absent_package_is_told_with_a_way_out():
    with pytest.raises(MissingExtra, match="nowhere") as caught:
        installed("nowhere.at_all", "nowhere", "Install it.")
    assert caught.value.hint == "Install it."


def test_a_package_whose_own_library_does_not_load_is_told_too(tmp_path, monkeypatch):
    (tmp_path / "half_installed.py").write_text("raise OSError('could not load this library')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingExtra, match="could not load this library"):
        installed("half_installed", "half_installed", "Install it again.")


def test_a_pickup_counts_up_to_the_first_downbeat():
    heard = counted([0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0], [1.0, 2.5])
    assert heard.positions == (2, 3, 1, 2, 3, 1, 2)


def test_without_downbeats_no_bars_are_claimed():
    assert counted([1.0, 0.5], []) == HeardBeats((0.5, 1.0))
    assert counted([], [1.0]) == HeardBeats(())


@given(st.integers(2, 7), st.integers(0, 6), st.integers(21, 40))
def test_downbeats_come_back_at_position_one(meter, pickup, count):
    first = pickup % meter
    beats = [index * 0.4 for index in range(count)]
    downs = beats[first::meter]
    heard = counted(beats, downs)
    assert [time for time, place in zip(heard.seconds, heard.positions, strict=True) if place == 1] == downs
    assert max(heard.positions) <= meter
