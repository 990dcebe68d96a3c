"""The arrangement of the demo song: who plays what in which bar, and the mix of it all.

Every note is laid at its sample: a beat is a whole number of samples long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from alice_core.music.drums import drum, noise, riser
from alice_core.music.instruments import SAMPLE_RATE, Wave, bass, lead, pad, pluck

BPM = 112
BEAT = SAMPLE_RATE * 60 // BPM
"""Samples of one beat; exact, because 112 divides the samples of a minute."""

LEAD_IN = SAMPLE_RATE // 4
RING = 3 * SAMPLE_RATE
"""Samples of silence before the first beat, and of the last chord after the last bar."""

Form = Sequence[tuple[str, int]]
"""Labels and bars of the parts, in order."""

_BAR, _STEP = 4 * BEAT, BEAT // 4
_AM, _DM, _F, _C, _G = (57, 60, 64, 67), (57, 60, 62, 65), (53, 57, 60, 64), (55, 60, 64, 67), (55, 59, 62, 67)
_ROOTS: dict[tuple[int, ...], int] = {_AM: 33, _DM: 38, _F: 29, _C: 36, _G: 31}
_CHORDS = {
    "intro": (_AM, _AM, _F, _G),
    "verse": (_AM, _F, _C, _G),
    "chorus": (_F, _C, _G, _AM),
    "break": (_DM, _AM, _F, _G),
    "outro": (_F, _G),
}
_MELODY = (
    ((0, 69, 6), (6, 72, 2), (8, 76, 4), (12, 74, 4)),
    ((0, 72, 6), (6, 76, 2), (8, 79, 8)),
    ((0, 74, 6), (6, 76, 2), (8, 79, 4), (12, 71, 4)),
    ((0, 72, 8), (8, 71, 4), (12, 69, 4)),
)
_LAST_LINE = ((0, 72, 4), (4, 74, 4), (8, 76, 8))
_ARPEGGIO = (0, 2, 1, 3, 2, 1, 3, 2)
_BRIGHTNESS = {"intro": 0.3, "verse": 0.5, "chorus": 1.0, "break": 0.25, "outro": 0.5}
_PAD_LEVEL = {"intro": 0.22, "verse": 0.17, "chorus": 0.36, "break": 0.27, "outro": 0.28}
_PLUCK_LEVEL = {"intro": 0.16, "verse": 0.2, "chorus": 0.1, "break": 0.2, "outro": 0.16}
_PHRASE = 4


@dataclass(frozen=True, slots=True)
class _Bar:
    """One bar of the form: where it starts, its part, its place in the part, and what follows it."""

    start: int
    label: str
    place: int
    left: int
    following: str

    @property
    def chord(self) -> tuple[int, ...]:
        chords = _CHORDS[self.label]
        return chords[self.place % len(chords)]

    @property
    def lifts(self) -> bool:
        """Whether a chorus comes right after this bar."""
        return self.left == 1 and self.following == "chorus"


@dataclass(slots=True)
class _Buses:
    """Stereo groups of instruments, each of shape (2, samples), and where the kick sounds."""

    samples: int
    drums: Wave = field(init=False)
    low: Wave = field(init=False)
    chords: Wave = field(init=False)
    tunes: Wave = field(init=False)
    kicks: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.drums, self.low, self.chords, self.tunes = (np.zeros((2, self.samples), np.float32) for _ in range(4))

    def hit(self, name: str, at: int, level: float, place: float = 0.0) -> None:
        """One stroke of a drum."""
        if name == "kick":
            self.kicks.append(at)
        _lay(self.drums, drum(name), at, level, place)


def mixed(form: Form) -> Wave:
    """The whole song as floats of shape (samples, 2), at most 0.89 from zero."""
    bars = _bars(form)
    buses = _Buses(LEAD_IN + len(bars) * _BAR + RING)
    for bar in bars:
        _play_drums(buses, bar)
        _play_bass(buses, bar)
        _play_chords(buses, bar)
        _play_tunes(buses, bar)
    _play_end(buses, bars[-1].start + _BAR)
    return _mixed_down(buses)


def _bars(form: Form) -> list[_Bar]:
    labels = [label for label, _ in form]
    found: list[_Bar] = []
    for index, (label, count) in enumerate(form):
        following = labels[index + 1] if index + 1 < len(labels) else ""
        for place in range(count):
            found.append(_Bar(LEAD_IN + len(found) * _BAR, label, place, count - place, following))
    return found


def _lay(bus: Wave, sound: Wave, at: int, level: float, place: float = 0.0) -> None:
    """Add a sound to a bus; ``place`` runs from -1 (left) to 1 (right)."""
    length = min(len(sound), bus.shape[1] - at)
    for side, share in enumerate((min(1.0, 1 - place), min(1.0, 1 + place))):
        bus[side, at : at + length] += np.float32(level * share) * sound[:length]


def _play_drums(buses: _Buses, bar: _Bar) -> None:
    if bar.label == "chorus":
        _beat_of_chorus(buses, bar)
    elif bar.label in ("verse", "outro"):
        for step in (0, 8, 11) if bar.place % 2 else (0, 8):
            buses.hit("kick", bar.start + step * _STEP, 0.62)
        for step in (4, 12) if bar.label == "verse" else ():
            buses.hit("snare", bar.start + step * _STEP, 0.5, 0.05)
        for step in range(0, 16, 2):
            buses.hit("hat", bar.start + step * _STEP, 0.34 if step % 4 else 0.22, 0.3)
    elif bar.label == "intro":
        for step in range(0, 16, 4) if bar.place >= bar.left else ():
            buses.hit("hat", bar.start + step * _STEP, 0.16, 0.3)
    elif bar.left > 1:
        buses.hit("kick", bar.start, 0.4)
    if bar.lifts:
        _roll(buses, bar)


def _beat_of_chorus(buses: _Buses, bar: _Bar) -> None:
    for step in range(0, 16, 4):
        buses.hit("kick", bar.start + step * _STEP, 0.72)
        buses.hit("open", bar.start + (step + 2) * _STEP, 0.4, -0.25)
    for step in (4, 12):
        buses.hit("snare", bar.start + step * _STEP, 0.52, 0.05)
        buses.hit("clap", bar.start + step * _STEP, 0.4, -0.1)
    for step in range(16):
        buses.hit("hat", bar.start + step * _STEP, (0.3, 0.14, 0.22, 0.14)[step % 4], 0.35)
    if bar.place == 0:
        buses.hit("crash", bar.start, 0.42, -0.2)
    if bar.place % _PHRASE == _PHRASE - 1:
        for step in (13, 14, 15):
            buses.hit("snare", bar.start + step * _STEP, 0.2 + 0.06 * (step - 13), 0.2)


def _roll(buses: _Buses, bar: _Bar) -> None:
    """The bar before a chorus: a swelling roll and a riser."""
    for step in range(16):
        if step >= 8 or step % 2 == 0:  # noqa: PLR2004 - eighths, then sixteenths
            buses.hit("snare", bar.start + step * _STEP, 0.08 + 0.025 * step, 0.1)
    swell = riser(_BAR)
    _lay(buses.tunes, swell, bar.start, 0.3, -0.4)
    _lay(buses.tunes, swell, bar.start + 40, 0.3, 0.4)


def _play_bass(buses: _Buses, bar: _Bar) -> None:
    root = _ROOTS[bar.chord]
    if bar.label == "chorus":
        for step in range(0, 16, 2):
            note = root + (12 if step % 8 == 6 else 0)  # noqa: PLR2004 - the last eighth of each half bar
            _lay(buses.low, bass(note, 2 * _STEP - 300), bar.start + step * _STEP, 0.27)
    elif bar.label == "verse":
        for step, length, note in ((0, 6, root), (6, 2, root), (8, 4, root + 12), (12, 4, root + 7)):
            _lay(buses.low, bass(note, length * _STEP - 400), bar.start + step * _STEP, 0.22)
    elif bar.label == "outro":
        _lay(buses.low, bass(root, _BAR - 800), bar.start, 0.17)


def _play_chords(buses: _Buses, bar: _Bar) -> None:
    left, right = pad(bar.chord, _BAR + SAMPLE_RATE // 8, _BRIGHTNESS[bar.label])
    _lay(buses.chords, left, bar.start, _PAD_LEVEL[bar.label], -0.85)
    _lay(buses.chords, right, bar.start, _PAD_LEVEL[bar.label], 0.85)


def _play_tunes(buses: _Buses, bar: _Bar) -> None:
    if bar.label == "chorus":
        line = _LAST_LINE if bar.left == 1 else _MELODY[bar.place % len(_MELODY)]
        for step, note, length in line:
            _lay(buses.tunes, lead(note, length * _STEP - 200), bar.start + step * _STEP, 0.21, 0.08)
    steps = range(16) if bar.label == "chorus" else range(0, 16, 4 if bar.label in ("intro", "break", "outro") else 2)
    for step in steps:
        note = bar.chord[_ARPEGGIO[(step // 2 if len(steps) < 16 else step) % 8]] + 12  # noqa: PLR2004 - sixteenths
        level = _PLUCK_LEVEL[bar.label]
        _lay(buses.tunes, pluck(note), bar.start + step * _STEP, level, 0.65 if step % 4 else -0.65)


def _play_end(buses: _Buses, at: int) -> None:
    """The last chord, which rings out."""
    buses.hit("kick", at, 0.55)
    buses.hit("crash", at, 0.25, 0.2)
    left, right = pad(_AM, RING - 100, 0.3)
    _lay(buses.chords, left, at, 0.28, -0.8)
    _lay(buses.chords, right, at, 0.28, 0.8)
    _lay(buses.low, bass(33, RING - 100), at, 0.2)
    for step, note in enumerate((69, 72, 76, 81)):
        _lay(buses.tunes, pluck(note), at + step * 2 * _STEP, 0.22 - 0.04 * step, -0.4 + 0.25 * step)


def _mixed_down(buses: _Buses) -> Wave:
    """All buses together: ducked under the kick, echoed, in a room, softly limited, faded."""
    duck = _ducking(buses.samples, buses.kicks)
    buses.low *= duck
    buses.chords *= duck
    late = 3 * _STEP
    for taps, level in ((1, 0.32), (2, 0.16)):
        buses.tunes[:, taps * late :] += np.float32(level) * buses.tunes[::-1, : buses.samples - taps * late].copy()
    whole = buses.drums + buses.low + buses.chords + buses.tunes
    whole += _reverberated(0.35 * buses.chords + 0.6 * buses.tunes + 0.1 * buses.drums)
    whole = np.tanh(whole * np.float32(0.85)) * np.float32(0.89)
    fade = np.linspace(1, 0, RING + _BAR, dtype=np.float32) ** np.float32(1.3)
    whole[:, -len(fade) :] *= fade
    return np.ascontiguousarray(whole.T)


def _ducking(samples: int, kicks: Sequence[int]) -> Wave:
    """A gain that dips with every kick and comes back within a third of a second."""
    length = SAMPLE_RATE // 3
    time = np.arange(length, dtype=np.float32) / SAMPLE_RATE
    dip = 1 - np.float32(0.55) * np.exp(-time / np.float32(0.09)) * (1 - time * 3)
    gain = np.ones(samples, np.float32)
    for kick in kicks:
        stretch = gain[kick : kick + length]
        np.minimum(stretch, dip[: len(stretch)], out=stretch)
    return gain


def _reverberated(dry: Wave) -> Wave:
    """The sound in a dark hall: convolved with decaying noise at half the sample rate."""
    half = (dry[:, 0::2][:, : dry.shape[1] // 2] + dry[:, 1::2]) * np.float32(0.5)
    length = round(1.7 * SAMPLE_RATE / 2)
    time = np.arange(length) / (SAMPLE_RATE / 2)
    tail = np.stack([noise(length, 8), noise(length, 9)]) * np.exp(-time / 0.42) * np.minimum(1, time / 0.012)
    tail *= 0.5 / np.sqrt(np.sum(tail**2, axis=1, keepdims=True))
    size = 1 << (half.shape[1] + length - 1).bit_length()
    wet = np.empty(dry.shape, np.float32)
    for side in range(2):
        spectrum = np.fft.rfft(half[side], size) * np.fft.rfft(tail[side].astype(np.float32), size)
        slow = np.fft.irfft(spectrum, size)[: half.shape[1]].astype(np.float32)
        wet[side, 0 : 2 * len(slow) : 2] = slow
        wet[side, 1 : 2 * len(slow) : 2] = (slow + np.append(slow[1:], slow[-1])) * np.float32(0.5)
        wet[side, 2 * len(slow) :] = 0
    return wet
