"""Songs composed for measuring: their truth is known, and they lack the regularities of the shared songs.

Harmony stands still, changes at odd places or is pushed ahead of the bar; parts have 5, 6, 7, 10
or 12 bars; tempi run from 52 to 210 beats a minute with ramps, rubato, swing, half-time, breaks
and silent, hissing or droning intros. Everything follows from a seed, so a song never needs to be
kept. ``TUNING`` seeds are for tuning, ``HELD_OUT`` seeds for measuring only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from music_grooves import GROOVES, PLAYED, stretched
from music_sounds import SAMPLE_RATE, Band, Kit, Sound

from alice_core.media.sound import write_wav

T = TypeVar("T")

TUNING, HELD_OUT = range(1000, 2000), range(5000, 6000)

STRUMS = ([0, 4, 8, 12], [0, 6, 8, 14], [2, 6, 10, 14], [0, 2, 4, 6, 8, 10, 12, 14], [0, 3, 6, 8, 11, 14], [0])
SCALE = (0, 2, 4, 5, 7, 9, 11)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a song shall be like; all else is drawn from the seed."""

    name: str
    seed: int
    groove: str
    bpm: float
    meter: int = 4
    harmony: str = "free"  # static, free, bar
    forms: tuple[int, ...] = (5, 6, 7, 10, 12)
    course: str = "steady"  # steady, ramp, step, rubato, human
    swing: float = 0.5
    intro: str = "none"  # none, silence, hiss, drone
    breaks: bool = False
    seconds: float = 70.0


@dataclass(frozen=True, slots=True)
class Song:
    """A composed song: its sound, and its truth in the shared scorer's form."""

    sound: Sound
    truth: dict[str, object]


def wishes(seeds: range, count: int) -> list[Wish]:
    """``count`` wishes that go round through all kinds of difficulty, each with a seed of its own."""
    kinds = [_static, _formed, _tempi, _odd, _moving, _swung, _hard_intro, _broken, _real]
    drawn = [kinds[i % len(kinds)](np.random.default_rng(seeds[i]), seeds[i], i // len(kinds)) for i in range(count)]
    return [_playable(wish) for wish in drawn]


def any_wish(seed: int) -> Wish:
    """A wish of any kind and tempo, for training."""
    random = np.random.default_rng(seed)
    groove = _pick(random, *PLAYED)
    meter = int(random.choice([4, 3, 5, 7], p=[0.74, 0.14, 0.05, 0.07]))
    if meter != 4 and groove in {"half", "onedrop", "son", "train", "punk", "tom", "break"}:
        groove = "rock"
    low, high = PLAYED[groove]
    wish = Wish(
        _pick(random, "any", "band"),
        seed,
        groove,
        float(np.exp(random.uniform(np.log(low), np.log(high)))),
        meter,
        _pick(random, "static", "free", "free", "bar"),
        _pick(random, (5, 6, 7, 10, 12), (4, 8, 16), (3, 6, 9)),
        str(random.choice(["steady", "human", "ramp", "step", "rubato"], p=[0.45, 0.3, 0.1, 0.05, 0.1])),
        float(random.choice([0.5, 0.5, 0.5, 0.58, 0.64, 2 / 3])),
        str(random.choice(["none", "silence", "hiss", "drone"], p=[0.85, 0.05, 0.05, 0.05])),
        bool(random.random() < 0.25),
        float(random.uniform(45, 75)),
    )
    return _playable(wish)


def _playable(wish: Wish) -> Wish:
    low, high = PLAYED[wish.groove]
    bpm = wish.bpm
    while bpm < low and bpm * 2 <= high * 1.05:
        bpm *= 2
    while bpm > high and bpm / 2 >= low / 1.05:
        bpm /= 2
    return replace(wish, bpm=bpm)


def _pick(random: np.random.Generator, *choices: T) -> T:
    return choices[int(random.integers(len(choices)))]


def _static(random: np.random.Generator, seed: int, turn: int) -> Wish:
    groove = _pick(random, "rock", "funk", "break", "stomp", "slow", "half", "train")
    meter = (4, 4, 3)[turn % 3]
    return Wish("static", seed, groove if meter == 4 else "rock", random.uniform(76, 150), meter, "static")


def _formed(random: np.random.Generator, seed: int, _turn: int) -> Wish:
    return Wish("form", seed, _pick(random, "rock", "stomp", "funk", "slow"), random.uniform(80, 150), seconds=150)


def _tempi(random: np.random.Generator, seed: int, turn: int) -> Wish:
    bpm = (54, 196, 64, 174, 58, 208, 71, 184)[turn % 8] * random.uniform(0.98, 1.02)
    groove = _pick(random, "slow", "slow", "none") if bpm < 80 else _pick(random, "rock", "punk")
    return Wish("tempo", seed, groove, bpm, harmony=_pick(random, "free", "bar"))


def _odd(random: np.random.Generator, seed: int, turn: int) -> Wish:
    return Wish("odd", seed, "rock", random.uniform(90, 170), (5, 7, 3)[turn % 3], _pick(random, "free", "bar"))


def _moving(random: np.random.Generator, seed: int, turn: int) -> Wish:
    course = ("ramp", "rubato", "step")[turn % 3]
    groove = "none" if course == "rubato" and turn % 2 else _pick(random, "rock", "stomp", "funk")
    return Wish("course", seed, groove, random.uniform(80, 140), course=course)


def _swung(random: np.random.Generator, seed: int, _turn: int) -> Wish:
    return Wish(
        "swing", seed, _pick(random, "rock", "stomp"), random.uniform(90, 170), swing=_pick(random, 0.62, 2 / 3)
    )


def _hard_intro(random: np.random.Generator, seed: int, turn: int) -> Wish:
    intro = ("silence", "hiss", "drone")[turn % 3]
    return Wish("intro", seed, _pick(random, "rock", "break", "son"), random.uniform(85, 150), intro=intro)


def _broken(random: np.random.Generator, seed: int, turn: int) -> Wish:
    groove = ("half", "onedrop", "rock")[turn % 3]
    return Wish("break", seed, groove, random.uniform(80, 160), breaks=True)


def _real(random: np.random.Generator, seed: int, turn: int) -> Wish:
    """Like a band in a room: no steady tempo, pushed chords, loud guitars, ghost notes."""
    groove = ("punk", "rock", "tom", "train", "half", "break", "son", "onedrop")[turn % 8]
    return Wish("band", seed, groove, random.uniform(85, 182), course="human")


def compose(wish: Wish) -> Song:
    """The song of a wish; the same wish gives the same song."""
    return _Composer(wish).song()


def save(song: Song, folder: Path) -> Path:
    """Write NAME.wav and NAME.json into a folder; where they lie."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{song.truth['name']}.wav"
    write_wav(path, song.sound.astype(np.float32)[:, None], SAMPLE_RATE)
    path.with_suffix(".json").write_text(json.dumps(song.truth))
    return path


class _Composer:
    def __init__(self, wish: Wish) -> None:
        self.wish, self.random = wish, np.random.default_rng(wish.seed + 77)
        self.kit = Kit(self.random)
        loud = wish.name == "band"
        chords = (
            _pick(self.random, "fuzz", "fuzz", "pluck") if loud else _pick(self.random, "pluck", "organ", "pad", "saw")
        )
        self.band = Band(self.random, {"bass": _pick(self.random, "saw", "pluck"), "chords": chords, "lead": "voice"})
        self.bars = self._form()
        self.times = self._beat_times()
        end = float(self.times[-1]) + 3.0
        self.mix = np.zeros(int(end * SAMPLE_RATE) + 1)
        self.loose = 0.007 if loud else self.random.uniform(0.0, 0.005)

    def _form(self) -> list[str]:
        """A letter for each bar."""
        beats = self.wish.seconds * self.wish.bpm / 60
        plan = _pick(self.random, "ABABCB", "AABABA", "ABCABC", "ABACAB", "AABCBB")
        lengths = {letter: int(self.random.choice(self.wish.forms)) for letter in "ABC"}
        bars: list[str] = []
        self.edges, self.letters = [], []
        for letter in plan * 2:
            if bars and (len(bars) + lengths[letter] / 2) * self.wish.meter > beats:
                break
            self.edges.append(len(bars))
            self.letters.append(letter)
            bars += [letter] * lengths[letter]
        return bars

    def _beat_times(self) -> Sound:
        count = len(self.bars) * self.wish.meter
        where = np.arange(count) / max(count - 1, 1)
        factor = np.ones(count)
        if self.wish.course == "ramp":
            factor = 2.0 ** (self.random.choice([-0.7, -0.3, 0.3, 0.7]) * (where - 0.5))
        elif self.wish.course == "step":
            factor = np.where(where < 0.5, 1.0, self.random.choice([0.8, 1.2, 1.31]))
        elif self.wish.course in {"rubato", "human"}:
            size, wave = (0.05, 12) if self.wish.course == "rubato" else (0.008, 24)
            factor = 1 + size * np.sin(np.arange(count) / wave * 2 * np.pi + self.random.uniform(0, 6))
            factor += np.convolve(self.random.normal(0, size / 2, count + 8), np.ones(9) / 9, mode="valid")
        gaps = 60 / (self.wish.bpm * factor)
        start = {"none": self.random.uniform(0.0, 0.4)}.get(self.wish.intro, self.random.uniform(5, 9))
        return np.concatenate([[start], start + np.cumsum(gaps)])

    def at(self, beat: float) -> float:
        """Seconds of a place in beats, swung."""
        part = beat % 1
        swing = self.wish.swing
        part = part * 2 * swing if part <= 0.5 else swing + (part - 0.5) * 2 * (1 - swing)
        return float(np.interp(beat // 1 + part, np.arange(self.times.size), self.times))

    def put(self, sound: Sound, beat: float, gain: float) -> None:
        first = round((self.at(beat) + self.random.normal(0, self.loose)) * SAMPLE_RATE)
        first = max(0, first)
        room = self.mix.size - first
        if room > 0:
            self.mix[first : first + min(sound.size, room)] += gain * sound[:room]

    def song(self) -> Song:
        style = {letter: self._style(letter) for letter in "ABC"}
        for bar, letter in enumerate(self.bars):
            edge = bar + 1 in self.edges
            quiet = (
                self.wish.breaks
                and letter == self.letters[1 % len(self.letters)]
                and bar % 4 >= 2
                and self.random.random() < 0.5
            )
            if not quiet:
                self._drum(bar, style[letter], fill=edge and self.random.random() < 0.7)
        for start, letter in zip(self.edges, self.letters, strict=True):
            end = next((edge for edge in [*self.edges, len(self.bars)] if edge > start), len(self.bars))
            self._play(start, end, style[letter])
            if self.random.random() < 0.6 and self.wish.groove != "none":
                self.put(self.kit.stroke("crash"), start * self.wish.meter, 0.5)
        self._open_with()
        self._room()
        loud = float(np.percentile(np.abs(self.mix), 99.5))
        sound = np.tanh(self.mix / loud * self.random.uniform(0.5, 1.4)) * 0.8
        return Song(sound + self.random.standard_normal(sound.size) * 2e-4, self._truth(sound.size))

    def _room(self) -> None:
        """Reverberation of some songs, and a tone of the recording of all."""
        tilt = np.linspace(0, 1, 64) ** 0.5 * self.random.normal(0, 1.2)
        length = int(self.random.uniform(0.15, 0.9) * SAMPLE_RATE)
        tail = self.random.standard_normal(length) * np.exp(-np.arange(length) / length * 5)
        wet = self.random.choice([0.0, 0.0, 0.15, 0.4]) / max(float(np.sqrt(np.sum(tail**2))), 1e-9)
        tail = tail * wet
        tail[0] = 1.0
        size = 1 << (self.mix.size + length).bit_length()
        spectrum = np.fft.rfft(self.mix, size) * np.fft.rfft(tail, size)
        spectrum *= np.exp(np.interp(np.arange(spectrum.size), np.linspace(0, spectrum.size, 64), tilt))
        self.mix = np.fft.irfft(spectrum, size)[: self.mix.size]

    def _style(self, letter: str) -> dict:
        random, groove = self.random, GROOVES[self.wish.groove]
        level = {"A": random.uniform(0.45, 0.8), "B": 1.0, "C": random.uniform(0.3, 1.0)}[letter]
        strum = sorted({(step % (4 * self.wish.meter)) for step in _pick(random, *STRUMS)})
        extra = [int(s) for s in random.choice(16, 2)] if random.random() < 0.5 else []
        return {
            "level": level,
            "drums": {name: sorted({*steps, *(extra if name == "kick" else [])}) for name, steps in groove.items()},
            "cymbal": _pick(random, "hat", "open") if letter == "B" else "hat",
            "chords": self._chords(),
            "strum": strum,
            "hold": random.random() < 0.35,
            "bass": _pick(random, "eighths", "kick", "root"),
            "lead": random.random() < (0.8 if letter == "B" else 0.5),
            "riff": [
                float(s) / 2
                for s in sorted(random.choice(8 * self.wish.meter, 5 * self.wish.meter // 3, replace=False))
            ],
        }

    def _chords(self) -> list[tuple[float, int]]:
        """(beat in the part, scale step) of each chord; a part repeats its own chords."""
        random, meter = self.random, self.wish.meter
        if self.wish.harmony == "static":
            return [(0.0, 0)]
        period = int(random.choice([2, 3, 4])) * meter
        found, at = [], 0.0
        while at < period:
            push = 0.5 if at and random.random() < 0.35 and self.wish.harmony == "free" else 0.0
            found.append((at - push, int(random.integers(7))))
            at += (
                meter
                if self.wish.harmony == "bar"
                else float(random.choice([meter / 2 if meter % 2 == 0 else meter, meter, 2 * meter]))
            )
        length = 64 * meter
        return [(turn * period + beat, step) for turn in range(length // period) for beat, step in found]

    def _drum(self, bar: int, style: dict, *, fill: bool) -> None:
        meter = self.wish.meter
        for name, steps in style["drums"].items():
            for step in stretched(name, steps, meter):
                if fill and step >= 4 * meter - 6 and name != "kick":
                    continue
                ghost = name == "snare" and (step % 4) in {1, 3}
                gain = {"kick": 1.0, "snare": 0.9, "hat": 0.35, "clave": 0.5, "tom": 0.6}[name] * (
                    0.35 if ghost else 1.0
                )
                accent = 1.0 if step % 4 == 0 else 0.8
                stroke = self.kit.stroke(style["cymbal"] if name == "hat" else name)
                self.put(
                    stroke,
                    bar * meter + step / 4,
                    gain * accent * self.random.uniform(0.8, 1.1) * (0.5 + 0.5 * style["level"]),
                )
        if fill:
            for step in range(4 * meter - 6, 4 * meter):
                if self.random.random() < 0.75:
                    self.put(
                        self.kit.stroke(_pick(self.random, "snare", "tom")),
                        bar * meter + step / 4,
                        self.random.uniform(0.4, 0.9),
                    )

    def _play(self, start: int, end: int, style: dict) -> None:
        meter, first, last = self.wish.meter, start * self.wish.meter, end * self.wish.meter
        changes = [(first + beat, step) for beat, step in style["chords"] if first + beat < last]
        for (beat, step), (after, _) in zip(changes, [*changes[1:], (last, 0)], strict=True):
            root = 36 + SCALE[step] + self.wish.seed % 7
            self._chord(max(beat, first - 0.5), after, root, style)
            self._bass(max(beat, first - 0.5), after, root, style)
        if style["lead"]:
            for bar in range(start, end):
                for at in style["riff"]:
                    pitch = 60 + self.wish.seed % 7 + SCALE[int(at * 5 + bar % 2) % 7]
                    gap = float(np.diff(self.times)[min(bar * meter, self.times.size - 2)])
                    self.put(self.band.note("lead", pitch, gap * 0.8), bar * meter + at, 0.45 * style["level"])

    def _chord(self, beat: float, after: float, root: int, style: dict) -> None:
        if style["hold"]:
            seconds = self.at(after) - self.at(beat)
            for pitch in (12, 19, 24, 28):
                self.put(self.band.note("chords", root + pitch, seconds), beat, 0.35 * style["level"])
            return
        for place in np.arange(np.ceil(beat * 4) / 4, after, 0.25):
            step = round((place % self.wish.meter) * 4) % (4 * self.wish.meter)
            if step % 16 in style["strum"] or place == beat:
                for pitch in (12, 19, 24, 28):
                    self.put(self.band.note("chords", root + pitch, 0.25), place, 0.4 * style["level"])

    def _bass(self, beat: float, after: float, root: int, style: dict) -> None:
        kicks = {step % (4 * self.wish.meter) for step in style["drums"].get("kick", [0])}
        for place in np.arange(np.ceil(beat * 4) / 4, after, 0.25):
            step = round((place % self.wish.meter) * 4)
            plays = {"eighths": step % 2 == 0, "kick": step in kicks, "root": place < beat + 0.25}[style["bass"]]
            if plays or place == beat:
                seconds = 0.25 if style["bass"] == "eighths" else min(1.0, self.at(after) - self.at(place))
                self.put(self.band.note("bass", root, seconds), place, 0.6)

    def _open_with(self) -> None:
        size = int(self.times[0] * SAMPLE_RATE)
        time = np.arange(size) / SAMPLE_RATE
        if self.wish.intro == "hiss":
            self.mix[:size] += self.random.standard_normal(size) * 0.01
        elif self.wish.intro == "drone":
            self.mix[:size] += 0.2 * sum(np.sin(2 * np.pi * f * time) for f in (82.0, 123.5)) * np.minimum(1, time / 2)

    def _truth(self, samples: int) -> dict[str, object]:
        meter, beats = self.wish.meter, self.times[:-1]
        starts = [float(self.times[edge * meter]) for edge in self.edges]
        ends = [*starts[1:], samples / SAMPLE_RATE]
        tags = [self.wish.name, self.wish.groove, f"{meter}/4", self.wish.course, self.wish.harmony, self.wish.intro]
        return {
            "name": f"{self.wish.name}_{self.wish.seed}",
            "group": self.wish.name,
            "tags": tags,
            "duration": samples / SAMPLE_RATE,
            "bpm": float(60 / np.median(np.diff(self.times))),
            "beats": [round(float(beat), 4) for beat in beats],
            "positions": [i % meter + 1 for i in range(beats.size)],
            "sections": [
                {"start": start, "end": end, "label": letter}
                for start, end, letter in zip(starts, ends, self.letters, strict=True)
            ],
        }
