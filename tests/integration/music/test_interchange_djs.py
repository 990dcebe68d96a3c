"""Grids of programs for DJs and of Ableton Live, as they really write them."""
# ruff: noqa: E501 - the files of other programs have long lines

from __future__ import annotations

import base64
import gzip
import struct
from fractions import Fraction

import pytest
from grids import RATE

from alice_core.errors import MediaError
from alice_core.music.interchange.formats import FORMATS
from alice_core.music.interchange.model import Place

PLACE = Place("given", Fraction(10), RATE, song="/music/track.mp3")


def read(name, data, place=PLACE):
    return FORMATS[name].read(data if isinstance(data, bytes) else data.encode(), place)


def seconds(score):
    return [round(float(beat.seconds), 4) for beat in score.beats]


def positions(score):
    return [beat.position for beat in score.beats]


REKORDBOX = """<?xml version="1.0" encoding="UTF-8"?><DJ_PLAYLISTS Version="1.0.0"><COLLECTION Entries="2">
<TRACK TrackID="1" Location="file://localhost/C:/Music/Other%20one.mp3"><TEMPO Inizio="0" Bpm="90" Metro="4/4" Battito="1"/></TRACK>
<TRACK TrackID="2" Location="file://localhost/C:/Music/track.mp3">
<TEMPO Inizio="0.250" Bpm="120.00" Metro="4/4" Battito="3"/><TEMPO Inizio="4.250" Bpm="60.00" Metro="3/4" Battito="1"/>
<POSITION_MARK Name="Drop" Type="0" Start="4.25" Num="0"/><POSITION_MARK Name="" Type="0" Start="1" Num="-1"/>
<POSITION_MARK Name="Loop" Type="4" Start="1" End="2" Num="-1"/></TRACK></COLLECTION></DJ_PLAYLISTS>"""


def test_rekordbox():
    score = read("rekordbox", REKORDBOX)
    assert seconds(score) == [0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4.25, 5.25, 6.25, 7.25, 8.25, 9.25]
    assert positions(score) == [3, 4, 1, 2, 3, 4, 1, 2, 1, 2, 3, 1, 2, 3]
    assert [one.text for one in score.sections] == ["Drop"]
    assert "MP3" in score.notices[0]
    for old, new, why in (
        ('Bpm="120.00"', 'Bpm="0"', "a tempo of 0"),
        ('Bpm="120.00"', 'Bpm="nan"', "'nan' is not a tempo"),
        ('Inizio="0.250"', 'Inizio="-1"', "before the song"),
        ('Metro="3/4"', 'Metro="x"', "is no meter"),
        ('Battito="3"', 'Battito="9"', "not in a bar of 4/4"),
        ("track.mp3", "third.mp3", r"none of its 2 tracks .*Other one.mp3"),
        ("</COLLECTION>", "", "no XML"),
    ):
        with pytest.raises(MediaError, match=why):
            read("rekordbox", REKORDBOX.replace(old, new))
    with pytest.raises(MediaError, match="no TEMPO"):
        read("rekordbox", '<DJ_PLAYLISTS><TRACK Location="file://localhost/track.mp3"/></DJ_PLAYLISTS>')


def test_traktor():
    nml = """<?xml version="1.0" encoding="UTF-8" standalone="no" ?><NML VERSION="19"><COLLECTION ENTRIES="1">
    <ENTRY TITLE="x"><LOCATION DIR="/:Music/:" FILE="track.mp3" VOLUME="C:"></LOCATION>
    <TEMPO BPM="120.000000" BPM_QUALITY="100.000000"></TEMPO>
    <CUE_V2 NAME="AutoGrid" TYPE="4" START="1200.000000" LEN="0" REPEATS="-1" HOTCUE="-1">GRID</CUE_V2>
    <CUE_V2 NAME="n.n." TYPE="0" START="1" LEN="0"/><CUE_V2 NAME="Break" TYPE="0" START="5200" LEN="0"/>
    </ENTRY></COLLECTION></NML>"""
    one = nml.replace("GRID", "", 1).replace("AutoGRID", "AutoGrid")
    score = read("traktor", one)
    assert seconds(score)[:4] == [0.2, 0.7, 1.2, 1.7]  # the grid of one marker goes on to both ends
    assert positions(score)[:4] == [3, 4, 1, 2]
    assert [(one.text, float(one.seconds)) for one in score.sections] == [("Break", 5.2)]
    own = read("traktor", one.replace('HOTCUE="-1"></CUE_V2>', 'HOTCUE="-1"><GRID BPM="60.0"></GRID></CUE_V2>'))
    assert seconds(own)[:3] == [0.2, 1.2, 2.2]
    for old, new, why in (('TYPE="4"', 'TYPE="0"', "no grid marker"), ('BPM="120.000000"', 'BPM=""', "not a tempo")):
        with pytest.raises(MediaError, match=why):
            read("traktor", one.replace(old, new))


def test_serato_in_sound_files():
    payload = b"\x01\x00" + struct.pack(">I", 2) + struct.pack(">fI", 0.5, 4) + struct.pack(">ff", 2.5, 60.0) + b"7"
    tag = b"\0application/octet-stream\0\0Serato BeatGrid\0" + payload
    wrapped = base64.b64encode(tag[1:]).rstrip(b"=")
    lines = b"\n".join(wrapped[start : start + 72] for start in range(0, len(wrapped), 72))
    for data in (b"ID3\x04\0\0\0\0\x01\0GEOB\0\0\0\x50\0\0" + tag, b"fLaC...SERATO_BEATGRID=" + lines + b"\0", payload):
        score = read("serato", data)
        assert seconds(score) == [0.5, 1.0, 1.5, 2.0, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]
        assert positions(score)[:6] == [1, 2, 3, 4, 1, 2]
    head = b"\x01\x00"
    for data, why in (
        (b"ID3 nothing", "no Serato grid"),
        (head + struct.pack(">I", 0) + b"\0", "empty or cut short"),
        (payload[:12], "empty or cut short"),
        (head + struct.pack(">I", 2**32 - 1), "more than 200000"),
        (head + struct.pack(">I", 1) + struct.pack(">ff", float("nan"), 60), "lies at nan"),
        (head + struct.pack(">I", 1) + struct.pack(">ff", 1, float("inf")), "a tempo of 0"),
        (head + struct.pack(">I", 2) + struct.pack(">fIff", 3, 4, 1, 60), "do not rise"),
        (head + struct.pack(">I", 2) + struct.pack(">fIff", 1, 2**31, 3, 60), "more than 200000"),
    ):
        with pytest.raises(MediaError, match=why):
            read("serato", data)


def live(tempo="", clip="", master="MasterTrack"):
    return f"""<?xml version="1.0" encoding="UTF-8"?><Ableton MajorVersion="5" Creator="Ableton Live 11.3.13"><LiveSet>
    <Tracks><AudioTrack Id="1">{clip}</AudioTrack></Tracks><{master}>{tempo}<DeviceChain><Mixer><Tempo><Manual Value="120" />
    <AutomationTarget Id="8"/></Tempo><TimeSignature><Manual Value="200" /></TimeSignature></Mixer></DeviceChain></{master}>
    <Locators><Locators><Locator Id="0"><Time Value="20" /><Name Value="Drop &amp; go" /></Locator>
    <Locator Id="1"><Time Value="17" /><Name Value="" /></Locator></Locators></Locators></LiveSet></Ableton>"""


CLIP = """<AudioClip Id="5" Time="16"><CurrentStart Value="16"/><Loop><LoopStart Value="0"/></Loop><IsWarped Value="true"/>
<SampleRef><FileRef><Name Value="track.mp3"/><RelativePath Value="Samples/track.mp3"/></FileRef></SampleRef>
<TimeSignature><TimeSignatures><RemoteableTimeSignature><Numerator Value="4"/></RemoteableTimeSignature></TimeSignatures>
</TimeSignature><WarpMarkers><WarpMarker SecTime="0.5" BeatTime="0"/><WarpMarker SecTime="2.5" BeatTime="4"/>
<WarpMarker SecTime="3.5" BeatTime="5"/></WarpMarkers></AudioClip>"""


def test_a_live_set_with_the_clip_of_the_song():
    for data in (live(clip=CLIP).encode(), gzip.compress(live(clip=CLIP, master="MainTrack").encode())):
        score = read("ableton", data)
        assert seconds(score) == [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]
        assert positions(score)[:6] == [4, 1, 2, 3, 4, 1]
        assert [(one.text, float(one.seconds)) for one in score.sections] == [("Drop & go", 2.5)]


def test_a_live_set_without_it():
    score = read("ableton", live())
    assert seconds(score)[:3] == [0, 0.5, 1.0]
    assert positions(score)[:4] == [1, 2, 3, 1]
    assert "No clip" in score.notices[0]
    events = """<AutomationEnvelopes><Envelopes><AutomationEnvelope Id="0"><EnvelopeTarget><PointeeId Value="8"/></EnvelopeTarget>
    <Automation><Events><FloatEvent Id="0" Time="-63072000" Value="60"/><FloatEvent Id="1" Time="2" Value="60"/>
    <FloatEvent Id="2" Time="4" Value="120"/></Events></Automation></AutomationEnvelope></Envelopes></AutomationEnvelopes>"""
    ramp = seconds(read("ableton", live(tempo=events)))
    assert ramp[:3] == [0, 1, 2]
    assert ramp[3:6] == [2.8109, 3.3863, 3.8863]  # 2 + 2 ln(1.5), 2 + 2 ln 2, then half a second
    for data, why in (
        (live().replace('<Manual Value="120" />', '<Manual Value="0" />'), "a tempo of 0"),
        (live().replace("Mixer", "Other"), "the set has no tempo"),
        ("<Ableton/>", "no Live set"),
        (live(clip=CLIP.replace('SecTime="2.5"', 'SecTime="0.1"')), "do not rise"),
        (live(clip=CLIP.replace('SecTime="2.5"', 'SecTime="nan"')), "'nan' is not a time"),
    ):
        with pytest.raises(MediaError, match=why):
            read("ableton", data)
