"""Which of one's own clips stands for which shot: by its words, its mood and its length, and each stretch once."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from small_plan import small_plan

from alice_core.directing.matching import Footage, matched, words_of
from alice_core.directing.model import Mood


def footage(name, seconds=None, **more):
    return Footage(f"sha256:{name}", None if seconds is None else Fraction(seconds), **more)


def with_prompts(plan, *prompts):
    return replace(
        plan, shots=tuple(replace(shot, prompt=text) for shot, text in zip(plan.shots, prompts, strict=True))
    )


def found(**words):
    return {word: {f"sha256:{name}": None for name in names.split()} for word, names in words.items()}


def test_words_decide():
    plan = with_prompts(small_plan(3), "Wide shot: a fox.", "Close-up: the sea.", "Wide shot: a fox by the sea.")
    own = [footage("fox"), footage("sea"), footage("both"), footage("none")]
    chosen = matched(plan, own, found(fox="fox both", sea="sea both"))
    assert [one.digest for one in chosen] == ["sha256:fox", "sha256:sea", "sha256:both"]
    assert chosen[2].words == ("fox", "sea")
    assert words_of(plan) == ("fox", "sea")


def test_mood_decides_where_words_do_not():
    plan = small_plan(2)
    dark, bright = Mood(0.5, 0.0, 0.5), Mood(0.5, 1.0, 0.5)
    plan = replace(plan, shots=(replace(plan.shots[0], mood=dark), replace(plan.shots[1], mood=bright)))
    chosen = matched(plan, [footage("day", light=1.0), footage("night", light=0.0)], {})
    assert [one.digest for one in chosen] == ["sha256:night", "sha256:day"]


def test_what_is_liked_and_moves_goes_first():
    chosen = matched(small_plan(1), [footage("still"), footage("clip", 9), footage("loved", 9, liked=1.0)], {})
    assert chosen[0].digest == "sha256:loved"


def test_a_clip_gives_several_shots_from_different_seconds():
    chosen = matched(small_plan(4), [footage("clip", "5/2")], {})
    starts = sorted(one.start for one in chosen)
    assert all(later - earlier >= Fraction(1, 2) for earlier, later in pairwise(starts))
    assert not any(one.again for one in chosen)


def test_what_is_too_short_is_not_used():
    assert [one.digest for one in matched(small_plan(1), [footage("short", "1/3"), footage("still")], {})] == [
        "sha256:still"
    ]
    assert matched(small_plan(2), [footage("short", "1/3")], {}) == ()
    assert matched(small_plan(2), [], {}) == ()


def test_when_everything_was_used_it_comes_again_and_says_so():
    chosen = matched(small_plan(4), [footage("still")], {})
    assert sum(one.again for one in chosen) == 3


lengths = st.one_of(st.none(), st.fractions(Fraction(1, 2), 5, max_denominator=24))


@settings(max_examples=40, deadline=None)
@given(st.lists(lengths, min_size=1, max_size=6), st.integers(1, 8))
def test_every_shot_gets_a_stretch_that_lies_inside_its_clip(some, count):
    own = [footage(str(number), seconds) for number, seconds in enumerate(some)]
    plan = small_plan(count)
    chosen = matched(plan, own, {})
    assert [one.shot for one in chosen] == list(range(count))
    by_digest = {one.digest: one for one in own}
    first = [one for one in chosen if not one.again]
    for one in chosen:
        seconds = by_digest[one.digest].seconds
        assert one.start >= 0
        assert seconds is None or one.start + Fraction(1, 2) <= seconds
    for one in first:
        for other in first:
            if one is not other and one.digest == other.digest:
                assert by_digest[one.digest].seconds is not None
                assert abs(one.start - other.start) >= Fraction(1, 2)
    assert matched(plan, own, {}) == chosen
