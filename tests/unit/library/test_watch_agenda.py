"""When to look where: pure, with a clock of our own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alice_core.library.readiness import QUIET_SECONDS
from alice_core.library.watch.agenda import LATEST_SECONDS, SETTLE_SECONDS, Agenda, Look
from alice_core.library.watch.hints import _MOST_FILES, _MOST_FOLDERS, Hints


def test_a_closed_file_is_looked_at_soon_and_an_open_one_when_it_is_quiet():
    agenda = Agenda()
    agenda.file("/a", 0, closed=True)
    agenda.file("/b", 0, closed=False)
    assert agenda.wait(0) == SETTLE_SECONDS
    assert not agenda.take(SETTLE_SECONDS / 2)
    assert agenda.take(SETTLE_SECONDS) == Look(("/a",))
    assert agenda.wait(1) == QUIET_SECONDS - 1
    assert agenda.take(QUIET_SECONDS) == Look(("/b",))
    assert agenda.wait(9) is None


def test_a_write_after_the_close_makes_it_open_again():
    agenda = Agenda()
    agenda.file("/a", 0, closed=True)
    agenda.file("/a", 0.1, closed=False)
    assert not agenda.take(1)
    assert agenda.take(0.1 + QUIET_SECONDS) == Look(("/a",))


def test_what_never_rests_is_looked_at_all_the_same():
    agenda = Agenda()
    now = 0.0
    while not (look := agenda.take(now)):
        agenda.file("/a", now, closed=False)
        now += 0.5
        assert now < LATEST_SECONDS + 1
    assert look == Look(("/a",))


def test_a_folder_takes_its_files_with_it():
    agenda = Agenda()
    agenda.file("/f/a", 0, closed=False)
    agenda.file("/g", 0, closed=True)
    agenda.folder("/f", 0)
    assert agenda.take(SETTLE_SECONDS) == Look(("/g",), ("/f",))
    assert agenda.wait(0) is None


def test_a_growing_file_is_looked_at_again_each_time_later():
    agenda = Agenda()
    now, waits = 0.0, []
    for _ in range(12):
        agenda.grows(["/a"], now)
        assert "/a" in agenda
        wait = agenda.wait(now)
        waits.append(wait)
        assert not agenda.take(now + wait - 0.01)
        now += wait
        assert agenda.take(now) == Look(("/a",))
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (2.0, 30.0)
    agenda.settled(Look(("/a",)), growing=["/a"])
    assert "/a" in agenda
    agenda.settled(Look(folders=("/other",)))
    assert "/a" in agenda
    agenda.settled(Look(folders=("/",)))
    assert "/a" not in agenda
    assert agenda.wait(now) is None


def test_an_event_on_a_growing_file_comes_before_its_turn():
    agenda = Agenda()
    agenda.grows(["/a"], 0)
    agenda.file("/a", 1, closed=True)
    assert agenda.take(1 + SETTLE_SECONDS) == Look(("/a",))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 3), st.booleans()), max_size=30))
def test_every_hint_is_looked_at_within_the_latest_time(hints):
    agenda, now, seen = Agenda(), 0.0, set()
    for path, pause, closed in hints:
        now += pause
        seen |= set(agenda.take(now).files)
        agenda.file(path, now, closed=closed)
    now += LATEST_SECONDS
    seen |= set(agenda.take(now).files)
    assert seen == {path for path, _, _ in hints}
    assert agenda.wait(now) is None


def test_hints_are_taken_once():
    hints = Hints()
    hints.file("/a/b", closed=False)
    hints.file("/a/b", closed=True)
    hints.folder("/c")
    hints.wait(60)
    taken = hints.take()
    assert (taken.files, taken.folders, taken.lost) == ({"/a/b": True}, frozenset({"/c"}), False)
    again = hints.take()
    assert (again.files, again.folders, again.lost) == ({}, frozenset(), False)
    hints.lose()
    assert hints.take().lost


def test_too_many_files_become_their_folders_and_too_many_folders_everything():
    hints = Hints()
    for number in range(_MOST_FILES + 2):
        hints.file(f"/a/{number}", closed=True)
    taken = hints.take()
    assert (taken.files, taken.folders, taken.lost) == ({}, frozenset({"/a"}), False)
    for number in range(_MOST_FOLDERS + 1):
        hints.folder(f"/{number}")
    assert hints.take().lost
