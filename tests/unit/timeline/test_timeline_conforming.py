"""Which files do not fit a timeline, and the cut on those that were made of them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.timeline.conforming import Misfit, Use, conformed, conforms, even_size, half_size, uses_of
from alice_core.timing import FrameRate

RATE = FrameRate.parse("24")


def test_a_still_and_a_movie_that_fits_stay(build) -> None:
    fits = build.movie(frames=100)
    assert conforms([Use(build.still(), 0, 5000), Use(fits, 0, 100), Use(fits, 60, 40)], RATE) == ()


def test_each_misfit_is_named(build) -> None:
    other, uneven, short = (build.movie(f"/films/{name}.mp4", rate, 100) for name, rate in
                            (("other", "30"), ("uneven", "24"), ("short", "24")))  # fmt: skip
    uneven = replace(uneven, steady=False)
    found = conforms([Use(other, 0, 24), Use(uneven, 0, 24), Use(short, 90, 24), Use(other, 0, 200)], RATE)
    assert [(one.media, one.misfits) for one in found] == [
        (other, (Misfit.RATE, Misfit.SHORT)),
        (uneven, (Misfit.UNSTEADY,)),
        (short, (Misfit.SHORT,)),
    ]
    assert found[0].words == "another rate, too short"
    assert found[2].held == 14


def test_a_second_of_handles_is_kept_where_the_file_has_it(build) -> None:
    (found,) = conforms([Use(build.movie(rate="25", frames=250), 100, 48)], RATE)
    assert (found.first, found.frames, found.held) == (76, 96, 0)
    (found,) = conforms([Use(build.movie(rate="25", frames=50), 0, 47)], RATE)
    assert (found.first, found.frames) == (0, 48)


def test_a_movie_of_unknown_length_is_not_called_short(build) -> None:
    assert conforms([Use(replace(build.movie(frames=10), duration=None), 0, 100)], RATE) == ()


def test_the_cut_shows_the_same_frames_of_the_new_file(build) -> None:
    old = build.movie(rate="30", frames=300)
    cut = build.timeline((24, 10, 30), medias=(old,))
    cut = replace(cut, clips=(replace(cut.clips[0], source_start=50), *cut.clips[1:]))
    (wanted,) = conforms(uses_of(cut), cut.rate)
    new = build.movie("/films/new.mp4", frames=wanted.frames)
    moved = conformed(cut, {old: (new, wanted.first)})
    assert {clip.media for clip in moved.clips} == {new}
    assert [clip.source_start + wanted.first for clip in moved.clips] == [50, 0, 0]
    assert conforms(uses_of(moved), cut.rate) == ()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(1, 200)), min_size=1, max_size=5),
    st.integers(1, 400),
    st.sampled_from(["24", "25", "29.97", "12", "60"]),
)
def test_what_is_made_holds_all_that_is_used(spans, frames, rate) -> None:
    from timeline_builder import movie

    media = movie(rate=rate, frames=frames)
    found = conforms([Use(media, first, count) for first, count in spans], RATE)
    length = RATE.nearest_frame(media.duration)
    for one in found:
        assert all(one.first <= first and first + count <= one.first + one.frames for first, count in spans)
        assert one.held == max(0, one.first + one.frames - length)
    assert bool(found) == (rate != "24" or max(first + count for first, count in spans) > length)


def test_sizes_are_even() -> None:
    assert even_size(101, 720) == (102, 720)
    assert half_size(1280, 720) == (640, 360)
    assert half_size(10, 1081) == (16, 540)
    assert Fraction(*half_size(1920, 1080)) == Fraction(16, 9)
