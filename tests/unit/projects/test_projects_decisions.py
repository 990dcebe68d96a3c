"""Decisions: recorded once, told in words, taken back and made again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alice_core.errors import UsageError
from alice_core.library.curating.sentences import sentence
from alice_core.library.curating.undo import redo, undo
from alice_core.projects.decisions import Decision, Stand, decide, decisions_about

TAKE = Decision("plan", "replaced", Stand(digest="a"), Stand(digest="b"), "shot-0003", "the light", "resolve", "otio")


def about(store, what="plan"):
    with store.reading() as reader:
        return decisions_about(reader, what)


def test_a_decision_is_recorded_once(store, events):
    before = len(events())
    trim = Decision("plan", "trimmed", Stand(start=0, end=24), Stand(start=0, end=20, source=3), "shot-0001")
    assert decide(store, [TAKE, trim, TAKE], "Neon") == (TAKE, trim)
    assert decide(store, [replace(TAKE, reason="another", source="command", evidence=None)]) == ()
    assert about(store) == (TAKE, trim)
    assert about(store, "another plan") == ()
    fresh = events(before)
    assert [(one.type, one.subject, one.project) for one in fresh] == [("alice.projects.decided", "plan", "Neon")] * 2
    assert sentence(fresh[0]) == "decided: shot-0003 replaced (resolve): the light"
    assert sentence(fresh[1]) == "decided: shot-0001 trimmed (command)"


def test_what_was_decided_makes_the_key_and_nothing_else():
    others = (
        replace(TAKE, about="another"), replace(TAKE, kind="moved"), replace(TAKE, part="shot-0004"),
        replace(TAKE, after=None), replace(TAKE, before=Stand(text="a")), replace(TAKE, after=Stand(digest="\ud800")),
    )  # fmt: skip
    assert len({one.key for one in (TAKE, *others)}) == 7
    assert replace(TAKE, reason=None, source="x", evidence=None).key == TAKE.key


def test_decisions_of_one_command_are_taken_back_together(store, events):
    others = [replace(TAKE, part=f"shot-{number:04}") for number in range(4, 40)]
    decide(store, [TAKE, *others])
    (done,) = undo(store)
    assert len(done.events) == 37
    assert about(store) == ()
    assert sentence(events()[-2]).startswith("decision taken back: shot-")
    assert decide(store, [TAKE]) == (TAKE,)
    assert about(store) == (TAKE,)


def test_what_was_taken_back_is_made_again(store):
    decide(store, [TAKE])
    undo(store)
    redo(store)
    assert about(store) == (TAKE,)


def test_a_reason_has_an_end(store):
    with pytest.raises(UsageError, match="too long"):
        decide(store, [replace(TAKE, reason="x" * 10_001)])
    assert about(store) == ()
