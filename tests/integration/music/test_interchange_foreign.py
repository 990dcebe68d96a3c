"""Files as other programs really write them, and files that nobody should trust."""
# ruff: noqa: E501 - the files of other programs have long lines

from __future__ import annotations

import bz2
import gzip
import io
from fractions import Fraction

import mido
import pytest
from grids import RATE

from alice_core.errors import MediaError
from alice_core.music.interchange.formats import FORMATS
from alice_core.music.interchange.model import Place

PLACE = Place("given", Fraction(10), RATE, song="/music/track.mp3")
BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<DJ_PLAYLISTS>&b;</DJ_PLAYLISTS>"""
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><NML>&a;</NML>'


def read(name, data, place=PLACE):
    return FORMATS[name].read(data if isinstance(data, bytes) else data.encode(), place)


def seconds(score):
    return [round(float(beat.seconds), 4) for beat in score.beats]


def positions(score):
    return [beat.position for beat in score.beats]


@pytest.mark.parametrize(
    ("text", "at", "place"),
    [
        ("0.5\n1.0\n1.5\n", [0.5, 1.0, 1.5], [0, 0, 0]),
        ("# madmom\n0.51\t1\n1.01\t2\n1.52\t3\n", [0.51, 1.01, 1.52], [1, 2, 3]),
        ("time;label\n0,5;12.1\n1,0;12.2\n", [0.5, 1.0], [1, 2]),
        ("Time [s],Measure,Beat\n0.5,1,1\n1.0,1,2\n", [0.5, 1.0], [1, 2]),
        ("\ufefftime,position\r\n0.5,1.0\r\n1.0,\r\n", [0.5, 1.0], [1, 0]),
        ("1.0 2\n0.5 1\n", [0.5, 1.0], [1, 2]),
        ("0.5,downbeat\n1.0,beat\n1.0,beat\n", [0.5, 1.0], [1, 0]),
    ],
)
def test_tables(text, at, place):
    score = read("csv", text)
    assert (seconds(score), positions(score)) == (at, place)


def test_tables_say_what_they_changed():
    assert "sorted" in read("csv", "1.0\n0.5\n").notices[0]
    assert "1 beats at the same time" in read("csv", "1.0\n1.0\n").notices[0]
    assert [one.text for one in read("csv", "time,label\n0.5,chorus\n1.0,1\n").sections] == ["chorus"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0.5\nnan\n", "line 2: 'nan' is not a time"),
        ("0.5\ninf\n", "line 2: 'inf' is not a time"),
        ("-0.5\n", "line 1: the time '-0.5' is before the song"),
        ("1e99\n", "line 1: the time '1e99' is longer than any song"),
        ("1e999999999\n", "is not a time"),
        ("9" * 20_000, "longer than 10000 characters"),
        ("time,position\n", "a head and no line"),
        ("time,position\n1.0,1.5\n", "line 2: '1.5' is not a whole number"),
        ("# only\n", "no line"),
        ("\n" * 1_000_001, "more than 1000000 lines"),
    ],
)
def test_tables_that_are_refused(text, why):
    with pytest.raises(MediaError, match=why):
        read("csv", text)


def test_text_in_other_encodings():
    assert [one.text for one in read("csv", "0.5,refrão\n".encode("latin-1")).sections] == ["refrão"]
    assert seconds(read("csv", "0.5\n".encode("utf-16"))) == [0.5]


def test_audacity_labels():
    score = read(
        "audacity", "0.500000\t0.500000\t1\n\\\t100.0\t200.0\n1,000000\t1,000000\t2\n1.0\t4.0\tVerse 1\n2\t2\t\n"
    )
    assert (seconds(score), positions(score)) == ([0.5, 1.0, 2.0], [1, 2, 0])
    assert [(one.text, one.end) for one in score.sections] == [("Verse 1", 4)]
    for text, why in (
        ("1.0 2.0", "a start and an end"),
        ("2\t1\tx", "ends before it starts"),
        ("a\tb\tc", "'a' is not a time"),
    ):
        with pytest.raises(MediaError, match=why):
            read("audacity", text)


def test_sonic_visualiser():
    layer = """<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE sonic-visualiser><sv><data>
    <model id="1" name="" sampleRate="44100" type="sparse" dimensions="2" dataset="0"/>
    <model id="7" name="wave" sampleRate="44100" type="wavefile"/>
    <dataset id="0" dimensions="2"><point frame="22050" value="120" label="1"/><point frame="44100" value="1" label="2"/>
    <point frame="44100" duration="44100" label="A"/></dataset><dataset id="9"><point frame="x"/></dataset></data></sv>"""
    for data in (layer.encode(), bz2.compress(layer.encode())):
        score = read("svl", data)
        assert (seconds(score), positions(score)) == ([0.5, 1.0], [1, 2])
        assert score.sections[0].end == 2
    with pytest.raises(MediaError, match="a sample rate of 0"):
        read("svl", layer.replace('sampleRate="44100" type="sparse"', 'sampleRate="0" type="sparse"'))
    with pytest.raises(MediaError, match="point 1: the time '-1'"):
        read("svl", layer.replace('frame="22050"', 'frame="-1"'))
    with pytest.raises(MediaError, match="holds no moment"):
        read("svl", "<sv/>")


@pytest.mark.parametrize("name", ["svl", "rekordbox", "traktor", "ableton"])
@pytest.mark.parametrize("data", [BOMB, OUTSIDE])
def test_xml_with_entities_is_not_read(name, data):
    with pytest.raises(MediaError, match="XML that is not read"):
        read(name, data)


def test_packed_bombs_are_not_unpacked_whole():
    zeros = b" " * (64 * 2**20 + 2)
    for name, data in (("ableton", gzip.compress(zeros)), ("svl", bz2.compress(zeros))):
        with pytest.raises(MediaError, match="unpacked it is larger"):
            read(name, data)


def test_jams_of_both_shapes():
    old = '{"annotations": [{"namespace": "beat", "data": {"time": [0.5, 1], "duration": [0, 0], "value": [1, 2]}}]}'
    new = """{"annotations": [
      {"namespace": "tempo", "data": [{"time": 0, "duration": 9, "value": 120, "confidence": 1}]},
      {"namespace": "beat", "data": [{"time": 0.5, "duration": 0, "value": 1.0, "confidence": null}]},
      {"namespace": "beat", "data": [{"time": 0.6, "duration": 0, "value": null}]},
      {"namespace": "segment_isophonics", "data": [{"time": 0, "duration": 4.5, "value": "verse"}]}], "sandbox": {}}"""
    assert (seconds(read("jams", old)), positions(read("jams", old))) == ([0.5, 1.0], [1, 2])
    score = read("jams", new)
    assert (seconds(score), positions(score)) == ([0.5], [1])
    assert "2 annotations of beats" in score.notices[0]
    assert (score.sections[0].text, score.sections[0].end) == ("verse", Fraction(9, 2))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"annotations": [{"namespace": "beat", "data": [{"time": NaN}]}]}', "holds the number NaN"),
        ('{"annotations": [{"namespace": "beat", "data": [{"time": -1}]}]}', "before the song"),
        ('{"annotations": [{"namespace": "beat", "data": [{"time": "x"}]}]}', "is not a time"),
        ('{"annotations": [{"namespace": "beat", "data": "x"}]}', "no known shape"),
        ('{"annotations": 5}', "no list of annotations"),
        ('{"annotations": []}', "no annotation of beats"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_jams_that_are_refused(text, why):
    with pytest.raises(MediaError, match=why):
        read("jams", text)


def midi(*messages, kind=1, ticks=480):
    song = mido.MidiFile(type=kind, ticks_per_beat=ticks)
    song.tracks.append(mido.MidiTrack([mido.MetaMessage(name, time=after, **more) for name, after, more in messages]))
    whole = io.BytesIO()
    song.save(file=whole)
    return whole.getvalue()


def test_midi_of_a_sequencer():
    data = midi(
        ("set_tempo", 0, {"tempo": 500000}),
        ("time_signature", 0, {"numerator": 3, "denominator": 4}),
        ("marker", 480, {"text": "Verse"}),
        ("set_tempo", 3 * 480 - 480, {"tempo": 1000000}),
        ("time_signature", 0, {"numerator": 6, "denominator": 8}),
        ("time_signature", 0, {"numerator": 6, "denominator": 8}),
    )
    score = read("midi", data)
    assert seconds(score) == [0, 0.5, 1.0, 1.5, 3.0, 4.5, 6.0, 7.5, 9.0]
    assert positions(score) == [1, 2, 3, 1, 2, 1, 2, 1, 2]
    assert [(one.text, float(one.seconds)) for one in score.sections] == [("Verse", 0.5)]
    assert len(read("midi", midi()).beats) == 20


def test_midi_that_is_refused():
    for data, why in (
        (midi(("set_tempo", 0, {"tempo": 0})), "a tempo of 0"),
        (midi(("set_tempo", 0, {"tempo": 10})), "impossible"),
        (midi(kind=2), "independent songs"),
        (midi(ticks=480)[:12] + b"\xe7\x28" + midi()[14:], "counts frames"),
        (b"MThd" + b"\0" * (9 * 2**20), "larger than 8 MiB"),
    ):
        with pytest.raises(MediaError, match=why):
            read("midi", data)


def test_a_reaper_project():
    project = """<REAPER_PROJECT 0.1 "7.11/win64" 1700000000
  TEMPO 120 4 4
  MARKER 1 2.5 Intro 0 0 1
  MARKER 2 4.5 "Verse one" 1 0 1 B {A} 0
  MARKER 2 8.5 "" 1
  <TEMPOENVEX
    ACT 1 -1
    PT 0 120 1 262148
    PT 4 60 0
    PT 8 120 1
  >
  <TRACK
    NAME "x < y"
    <ITEM
      POSITION 2
      SOFFS 0
      <SOURCE WAVE
        FILE "Media\\track.mp3"
      >
    >
  >
>
"""
    score = read("reaper", project)
    assert seconds(score)[:5] == [0, 0.5, 1.0, 1.5, 2.0]  # from the start of the item
    assert positions(score)[:5] == [1, 2, 3, 4, 1]
    assert [(one.text, float(one.seconds), one.end and float(one.end)) for one in score.sections] == [
        ("Intro", 0.5, None),
        ("Verse one", 2.5, 6.5),
    ]
    ramp = [at for at in seconds(score) if 2 <= at <= 6.01]
    assert ramp == [2.0, 2.899, 3.6569, 4.3246, 4.9282, 5.4833, 6.0]  # (sqrt(60² + 30·60·n) - 60) / 15 behind 2 s
    plain = read("reaper", "<REAPER_PROJECT 0.1\n  TEMPO 100.5 3 4\n>\n")
    assert positions(plain)[:4] == [1, 2, 3, 1]
    for bad, why in (
        ("<REAPER_PROJECT\n  TEMPO 0 4 4\n>", "a tempo of 0"),
        ("<REAPER_PROJECT\n  TEMPO x 4 4\n>", "line 2: 'x' is not a tempo"),
        ("<REAPER_PROJECT\n TEMPO 120 4 4\n <TEMPOENVEX\n PT 0\n >\n>", "line 4: a tempo point"),
        ('<REAPER_PROJECT\n TEMPO 120 4 4\n MARKER 1 2 "x\n>', "line 3: a quoted name"),
    ):
        with pytest.raises(MediaError, match=why):
            read("reaper", bad)


def test_a_reaper_list():
    score = read(
        "reaper-csv", "#,Name,Start,End,Length\nM1,1.1,0:00.500,,\nR1,Chorus,1:02.25,1:10,0:07.75\nM2,,3.5,,\n"
    )
    assert (seconds(score), positions(score)) == ([0.5, 3.5], [1, 0])
    assert (score.sections[0].seconds, score.sections[0].end) == (Fraction("62.25"), 70)
    with pytest.raises(MediaError, match="no time in minutes") as refused:
        read("reaper-csv", "#,Name,Start\nM1,x,1.1.00\n")
    assert "ruler" in refused.value.hint
    for bad, why in (
        ("#,Name,Start\nX1,x,1\n", "M1,name,start"),
        ("M1,x,-1\n", "before the song"),
        ("M1,x\n", "M1,name"),
    ):
        with pytest.raises(MediaError, match=why):
            read("reaper-csv", bad)


def test_markers_of_resolve():
    edl = """TITLE: Timeline 1
FCM: NON-DROP FRAME

001  001      V     C        01:00:01:00 01:00:01:01 01:00:01:00 01:00:01:01
 |C:ResolveColorBlue |M:Marker 1 |D:1

002  001      V     C        01:00:02:12 01:00:02:13 01:00:02:12 01:00:02:13
say it |C:ResolveColorRed |M:Chorus |D:48
"""
    score = read("edl", edl)
    assert seconds(score) == [1.0]
    assert [(one.text, one.seconds, one.end) for one in score.sections] == [("Chorus", Fraction(5, 2), Fraction(9, 2))]
    with pytest.raises(MediaError, match="line 4: timecode '01:00:01:99'") as refused:
        read("edl", edl.replace("01:00:01:00", "01:00:01:99"))
    assert "--fps" in refused.value.hint
    with pytest.raises(MediaError, match="holds no marker"):
        read("edl", "TITLE: x\n")


def test_lyrics_of_karaoke_files():
    score = read(
        "lrc", "[ti:Song]\n[offset:+500]\n[00:01.50][00:05.5]<00:01.50>hel<00:01.80>lo\n[00:03:25]world\n[00:04]\n"
    )
    assert [(one.text, float(one.seconds)) for one in score.lyrics] == [("hello", 1.0), ("world", 2.75), ("hello", 5.0)]
    assert float(score.lyrics[1].end) == 3.5
    for bad, why in (
        ("hello\n", "no line has a time"),
        ("[00:61.0]x\n", "more than 59 seconds"),
        ("[offset:x]\n", "an offset"),
    ):
        with pytest.raises(MediaError, match=why):
            read("lrc", bad)


def test_subtitles():
    text = "\ufeff1\r\n00:00:01,500 --> 00:00:02,000 X1:5\r\n<i>Hello</i>\r\nthere\r\n\r\n2\r\n00:00:03.000 --> 00:00:04.000\r\n{\\an8}\r\n"
    score = read("srt", text)
    assert [(one.text, float(one.seconds), float(one.end)) for one in score.lyrics] == [("Hello there", 1.5, 2.0)]
    for bad, why in (("1\nx\n", "holds no subtitle"), ("00:00:03,000 --> 00:00:01,000\nx\n", "ends before it starts")):
        with pytest.raises(MediaError, match=why):
            read("srt", bad)


def test_too_large_a_file_is_refused_at_once():
    large = b"0" * (64 * 2**20 + 1)
    for name in ("csv", "jams", "rekordbox"):
        with pytest.raises(MediaError, match="larger than 64 MiB"):
            read(name, large)
