"""Parts, their names and energies."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from alice_core.music.form import find_parts
from alice_core.music.naming import Draft, letter_parts, name_parts, relative_energy


def bars(form, noise=0.08, width=40, seed=0, length=8):
    """A table of bars: 8 for each letter, each letter with a sound of its own and small variations."""
    random = np.random.default_rng(seed)
    sounds = {c: random.normal(0, 0.6, width) + random.normal(0, 0.15, (2, width)) for c in sorted(set(form))}
    rows = [sounds[letter][bar // 4 % 2] for letter in form for bar in range(length)]
    return np.array(rows) + random.normal(0, noise, (length * len(form), width))


@pytest.mark.parametrize("form", ["ABAB", "AABCB", "ABABCB"])
def test_repeated_parts_are_found_where_they_are(form):
    parts = find_parts(bars(form))
    changes = [8 * place for place in range(1, len(form)) if form[place] != form[place - 1]]
    assert set(changes) <= {part.first for part in parts}
    at = {bar: part.group for part in parts for bar in range(part.first, part.end)}
    for one in range(len(form)):
        for other in range(one):
            assert (at[8 * one + 3] == at[8 * other + 3]) == (form[one] == form[other])


@pytest.mark.parametrize("length", [5, 7, 9, 11])
@pytest.mark.parametrize("seed", range(3))
def test_parts_of_odd_lengths_are_not_pulled_to_even_ones(length, seed):
    form = "ABACBA"
    found = {part.first for part in find_parts(bars(form, length=length, seed=seed))}
    assert found >= {length * place for place in range(len(form))}


def test_parts_tile_the_bars():
    parts = find_parts(bars("ABCABC"))
    assert parts[0].first == 0
    assert parts[-1].end == 48
    assert all(one.end == two.first for one, two in pairwise(parts))
    assert all(0 <= part.strength <= 1 for part in parts)


def test_what_never_changes_is_one_part():
    assert len(find_parts(np.random.default_rng(1).normal(0, 0.02, (40, 12)))) == 1
    assert len(find_parts(np.zeros((40, 12)))) == 1


def test_a_few_bars_are_one_part():
    assert [(part.first, part.end) for part in find_parts(np.ones((5, 12)))] == [(0, 5)]


def test_energies_are_relative():
    assert relative_energy([]) == []
    assert relative_energy([0.2, 0.8, 0.5]) == pytest.approx([0.0, 1.0, 0.5])
    assert relative_energy([0.5, 0.5]) == [0.5, 0.5]
    assert relative_energy([0.50, 0.53]) == pytest.approx([0.375, 0.625])


def named(*parts):
    return name_parts([Draft(*part) for part in parts])


def test_a_pop_song_gets_its_names():
    form = ((0, 4, 0.2), (1, 8, 0.5), (2, 8, 0.9), (1, 8, 0.5), (2, 8, 0.9), (3, 8, 0.6), (2, 8, 1.0), (4, 4, 0.3))
    assert named(*form) == ["intro", "verse", "chorus", "verse", "chorus", "bridge", "chorus", "outro"]


def test_a_drop_follows_breaks():
    form = ((0, 8, 0.5), (1, 8, 0.1), (2, 16, 1.0), (0, 8, 0.5), (3, 8, 0.05), (2, 16, 1.0))
    assert named(*form) == ["verse", "break", "drop", "verse", "break", "drop"]


def test_one_repeated_quiet_group_is_a_verse():
    assert named((0, 8, 0.3), (1, 8, 0.9), (0, 8, 0.3), (2, 8, 0.8)) == ["verse", "A", "verse", "B"]


def test_one_repeated_strong_group_is_a_chorus():
    assert named((0, 8, 0.5), (1, 8, 0.9), (2, 8, 0.5), (1, 8, 0.9)) == ["intro", "chorus", "bridge", "chorus"]


def test_what_never_repeats_keeps_letters():
    assert named((0, 8, 0.5)) == ["A"]
    assert named((0, 8, 0.5), (1, 8, 0.5), (2, 8, 0.6)) == ["A", "B", "C"]
    assert named((0, 2, 0.5), (1, 20, 0.5), (2, 2, 0.5)) == ["intro", "A", "outro"]


def test_what_leads_to_the_chorus_is_a_verse_where_only_quiet_parts_repeat():
    form = ((0, 4, 0.0), (1, 8, 0.7), (2, 8, 1.0), (0, 4, 0.2), (2, 8, 1.0), (3, 4, 0.0))
    assert named(*form) == ["intro", "verse", "chorus", "break", "chorus", "outro"]


def test_silences_are_no_verses():
    silent = (0, 4, 0.0, 0.0)
    assert named(silent, (1, 8, 1.0), silent, (1, 8, 1.0), silent) == ["intro", "chorus", "break", "chorus", "outro"]


def test_a_much_quieter_repetition_is_an_end_or_a_break():
    form = ((0, 8, 0.1), (0, 8, 0.8), (1, 8, 1.0), (0, 8, 0.1), (1, 8, 1.0), (0, 8, 0.1))
    assert named(*form)[0] == "verse"
    form = ((0, 4, 0.0), (0, 8, 0.7), (1, 8, 1.0), (0, 8, 0.7), (1, 8, 1.0), (0, 4, 0.0))
    assert named(*form) == ["intro", "verse", "chorus", "verse", "chorus", "outro"]


def test_letters_follow_the_groups():
    groups = [*range(28), 0]
    letters = letter_parts([Draft(group, 4, 0.5) for group in groups])
    assert letters[:2] == ["A", "B"]
    assert letters[25:] == ["Z", "AA", "AB", "A"]
