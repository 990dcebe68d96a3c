"""Every format: written and read back, chosen by name and content, and refused where it is broken."""

from __future__ import annotations

from fractions import Fraction

import pytest
from grids import RATE, analysed
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import AliceError, MediaError, UsageError
from alice_core.music.grid.decisions import Named
from alice_core.music.interchange.formats import FORMATS, format_named, format_of
from alice_core.music.interchange.model import Place, Score, score_of
from alice_core.music.model import Section
from alice_core.timing import FrameRate

WRITTEN = [name for name, one in FORMATS.items() if one.writer]
GRIDS = [name for name in WRITTEN if name not in {"lrc", "srt"}]
# The largest error in seconds that a format may bring by its own coarseness.
ERROR = {
    "edl": Fraction(1, 48),
    "rekordbox": Fraction(3, 1000),
    "traktor": Fraction(3, 1000),
    "serato": Fraction(4, 1000),
}
FROM_DOWNBEAT = {"traktor", "serato"}  # they begin at a downbeat
NAMELESS = {"serato"}


def wavering(count=130, *, pickup=1, meter=4, first=30000):
    at, gap = [first], 24000.0
    for index in range(count - 1):
        gap = 24000 + 3000 * ((index // 30) % 3) + (index % 7) * 40
        at.append(at[-1] + round(gap))
    parts = (
        Section(0, at[min(40, count // 2)], "intro", 0.1, 0.5),
        Section(at[min(40, count // 2)], at[-1] + RATE, 'verse & "x" <1>', 0.1, 0.5),
    )
    return analysed(at, pickup=pickup, meter=meter, sections=parts, length=at[-1] + RATE)


def place_of(song, **more):
    return Place("file", song.song.seconds, RATE, song="/music/my song.wav", analysis=song, **more)


def nearest(beats, seconds):
    return min(beats, key=lambda beat: abs(beat.seconds - seconds))


@pytest.mark.parametrize("name", GRIDS)
@pytest.mark.parametrize("pickup", [0, 1, 3])
def test_a_grid_comes_back(name, pickup):
    song = wavering(pickup=pickup)
    place, score = place_of(song), score_of(song)
    data = FORMATS[name].write(score, place)
    back = FORMATS[name].read(data, place)
    wanted = score.beats[pickup if name in FROM_DOWNBEAT else 0 :]
    for beat in wanted:
        found = nearest(back.beats, beat.seconds)
        assert abs(found.seconds - beat.seconds) <= ERROR.get(name, Fraction(1, 4000)), beat
        assert found.position == beat.position, beat
    assert FORMATS[name].write(score, place) == data
    if name not in NAMELESS:
        assert [one.text for one in back.sections] == [one.text for one in score.sections]


@pytest.mark.parametrize("name", GRIDS)
def test_a_meter_of_three_comes_back_where_the_format_knows_it(name):
    song = wavering(120, pickup=2, meter=3)
    place, score = place_of(song), score_of(song)
    back = FORMATS[name].read(FORMATS[name].write(score, place), place)
    if name in FROM_DOWNBEAT:
        return  # these programs count four whatever the music does
    assert [nearest(back.beats, beat.seconds).position for beat in score.beats] == [one.position for one in score.beats]


@pytest.mark.parametrize("name", ["csv", "audacity", "midi", "jams", "edl", "reaper-csv", "sv-csv", "lrc", "srt"])
def test_lyrics_come_back(name):
    song = wavering(60)
    lines = (Named(100000, "rain, over the city", 200000), Named(300000, "la la", 400000))
    place = place_of(song)
    back = FORMATS[name].read(FORMATS[name].write(score_of(song, lines), place), place)
    assert [one.text for one in back.lyrics] == ["rain, over the city", "la la"]
    assert all(
        abs(one.seconds - Fraction(line.sample, RATE)) <= Fraction(1, 48)
        for one, line in zip(back.lyrics, lines, strict=True)
    )


def test_a_marker_edl_counts_frames_of_any_rate():
    song = wavering(50)
    for rate, start in (("29.97", 107892), ("23.976", 0), ("59.94ndf", 500)):
        place = place_of(song, rate=FrameRate.parse(rate), start=start)
        back = FORMATS["edl"].read(FORMATS["edl"].write(score_of(song), place), place)
        assert max(abs(nearest(back.beats, one.seconds).seconds - one.seconds) for one in score_of(song).beats) <= (
            place.rate.frame / 2
        )
    with pytest.raises(MediaError, match=r"line 4: the marker at 00:00:10:\d\d lies before"):
        FORMATS["edl"].read(
            FORMATS["edl"].write(score_of(song), place_of(song, start=240)), place_of(song, start=24 * 3600)
        )


def test_no_song_is_written_without_beats():
    empty = analysed([], length=RATE)
    for name in ("midi", "reaper"):
        with pytest.raises(UsageError, match="at least two beats"):
            FORMATS[name].write(Score(), place_of(empty))
    with pytest.raises(UsageError, match="no analysis"):
        FORMATS["json"].write(Score(), Place("x", Fraction(1), RATE))
    for name in set(GRIDS) - {"midi", "reaper", "json"}:
        assert isinstance(FORMATS[name].write(score_of(empty), place_of(empty)), bytes)


def test_formats_are_told_apart():
    song = wavering(30)
    place, score = place_of(song), score_of(song, (Named(5, "la", 90000),))
    names = {name: f"a{FORMATS[name].suffixes[0]}" for name in WRITTEN}
    names["serato"] = "a.beatgrid"
    for name in WRITTEN:
        data = FORMATS[name].write(score, place)
        same = {"sv-csv": "csv"}.get(name, name)
        assert format_of(names[name], data).name == same
        if name != "sv-csv":
            assert format_of("unnamed", data).name == name
        assert format_of(names[name]).name == ("csv" if names[name].endswith(".csv") else name)
    assert format_of("a.als", b"\x1f\x8b").name == "ableton"
    with pytest.raises(UsageError, match=r"no format ends in '\.als'"):
        format_of("a.als")
    with pytest.raises(UsageError, match="of no format"):
        format_of("a", b"\x00\x01\x02")
    with pytest.raises(UsageError, match="no format 'x'"):
        format_named("x")
    with pytest.raises(UsageError, match="only read"):
        FORMATS["ableton"].write(score, place)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 50,
        b"\xff\xfe\xd8",
        b"<a/>",
        b"{}",
        b"nan\n",
        b"MThd\0\0\0\6\0\1\0\1\0\0",
        b"\x1f\x8b\x08\0",
        b"BZh9",
    ],
)
def test_what_is_not_of_a_format_is_refused(name, data):
    with pytest.raises(MediaError, match=r"^song\.x"):
        FORMATS[name].read(data, Place("song.x", Fraction(10), RATE))


@pytest.mark.parametrize("name", FORMATS)
def test_damage_never_crashes_a_reader(name):
    song = wavering(12)
    place = place_of(song)
    one = FORMATS[name]
    whole = (
        one.write(score_of(song, (Named(5, "la", 90000),)), place) if one.writer else b"<Ableton><LiveSet/></Ableton>"
    )

    @settings(deadline=None, max_examples=12)
    @given(st.data())
    def check(data):
        at = data.draw(st.integers(0, len(whole)))
        cut = data.draw(st.integers(0, 20))
        bad = whole[:at] + data.draw(st.binary(max_size=6)) + whole[at + cut :]
        try:
            score = one.read(bad, place)
        except AliceError as error:
            assert error.hint  # noqa: PT017 - most damage is refused, some harms nothing
        else:
            moments = [beat.seconds for beat in score.beats]
            assert moments == sorted(set(moments))
            assert not moments or moments[0] >= 0

    check()
