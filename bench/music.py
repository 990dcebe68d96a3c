#!/usr/bin/env python3
"""How exactly songs are heard: ours and every peer that can be started, on the same files in one run.

::

    python bench/music.py --shared ../shared                        ours alone
    python bench/music.py --peer librosa=PYTHON --peer ess_degara=PYTHON --peer aubio=python3
    python bench/music.py --only clicks,robust                      some of the parts
    python bench/music.py --only composed --first 100    other held-out songs than the usual

A peer is a name that ``bench/beats/peers.py`` of the shared folder knows, with an interpreter that
can import it; peers are given WAV files, as many are built without other readers.

Parts: ``open`` (the shared songs, real recordings apart), ``composed`` (held-out songs of
:mod:`music_songs`), ``clicks``, ``robust``, ``early`` (beats before the music), ``cost``. Speed is in
seconds of song a second of one core, so that what else the machine does weighs little. Better or
worse is said only where the paired bootstrap over songs (10,000 draws) keeps 0 out of its 95 %
interval.
"""

# ruff: noqa: PLC0415 - peers start this file as a worker, which must load no more than it uses

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from music_calibration import RIGHT, calibrate
from music_clicks import clicks
from music_disguise import early, robust

if TYPE_CHECKING:
    from alice_core.music.model import Analysis

HERE = Path(__file__).resolve()
QUALITY = ("F", "CMLt", "AMLt", "DF", "cut1", "tempo1", "tempo2", "S05", "S3", "Slab")
TYPICAL = ("bias", "abs")
OURS = "alice"


@dataclass
class Bench:
    """What is compared, and where its answers are kept."""

    shared: Path
    peers: dict[str, str]
    kept: Path
    answers: dict[str, dict[str, dict]] = field(default_factory=lambda: defaultdict(dict))

    def ask(self, name: str, paths: list[Path]) -> dict[str, dict]:
        """The answer of one peer for each path, asked once."""
        cache = self.kept / f"{name}.json"
        if not self.answers[name] and cache.exists() and name != OURS:
            self.answers[name] = json.loads(cache.read_text())
        missing = [path for path in paths if str(path) not in self.answers[name]]
        if missing:
            command = (
                [sys.executable, str(HERE), "--worker"]
                if name == OURS
                else [self.peers[name], str(self.shared / "bench" / "beats" / "peers.py"), name]
            )
            worker = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            for path in missing:
                self.answers[name][str(path)] = _answer(worker, path if name == OURS else self.plain(path))
            with suppress(BrokenPipeError):  # a worker that ended before is told as its last answer
                worker.stdin.close()
            worker.wait()
            cache.write_text(json.dumps(self.answers[name]))
        return self.answers[name]

    def plain(self, path: Path) -> Path:
        """The song as a WAV file, which every peer reads, whatever it was built with."""
        from alice_core.media.sound import open_sound, write_wav

        if path.suffix == ".wav":
            return path
        target = self.kept / "plain" / f"{path.stem}.wav"
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            with open_sound(path) as reader:
                write_wav(target, np.concatenate(list(reader.blocks())), reader.sample_rate)
        return target

    @property
    def names(self) -> list[str]:
        """The peers, ours last."""
        return [*self.peers, OURS]


def _answer(worker: subprocess.Popen, path: Path) -> dict:
    try:
        worker.stdin.write(f"{path}\n")
        worker.stdin.flush()
        line = worker.stdout.readline()
        while line and not line.startswith("{"):
            line = worker.stdout.readline()
    except BrokenPipeError:
        line = ""
    return json.loads(line) if line else {"beats": [], "error": "the worker ended"}


def serve() -> None:
    """Answer paths on standard input like the shared peers do."""
    from alice_core.errors import AliceError
    from alice_core.music.analyse import analyse

    for line in sys.stdin:
        begun, cpu = time.perf_counter(), time.process_time()
        try:
            found = _told(analyse(Path(line.strip())))
        except AliceError as error:
            found = {"beats": [], "error": str(error)}
        found["wall"], found["cpu"] = time.perf_counter() - begun, time.process_time() - cpu
        found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found), flush=True)


def _told(analysis: Analysis) -> dict:
    rate = analysis.song.sample_rate
    return {
        "beats": [{"time": beat.sample / rate, "position": beat.position} for beat in analysis.beats],
        "tempo": analysis.tempo.bpm or None,
        "confidence": analysis.tempo.confidence,
        "stretches": [
            {"start": s.start / rate, "end": s.end / rate, "octave": s.octave, "phase": s.phase, "meter": s.meter}
            for s in analysis.stretches
        ],
        "sections": [{"start": s.start / rate, "end": s.end / rate, "label": s.label} for s in analysis.sections],
    }


def scorer(shared: Path) -> ModuleType:
    """The shared scorer as a module."""
    spec = importlib.util.spec_from_file_location("score", shared / "bench" / "beats" / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compare(bench: Bench, title: str, items: list[tuple[dict, Path]]) -> None:
    """Tables by group, the bootstrap, the calibration and the failures, of songs with truth."""
    score = scorer(bench.shared)
    paths, scores = [path for _, path in items], {}
    for name in bench.names:
        score.STRICT = name == OURS
        answers = bench.ask(name, paths)
        scores[name] = [score.one(truth, answers[str(path)]) for truth, path in items]
    groups = {"all": list(range(len(items)))}
    for index, (truth, _) in enumerate(items):
        groups.setdefault(truth["group"], []).append(index)
    for group, chosen in groups.items():
        print(f"\n[{title}: {group}] n={len(chosen)}")
        print(f"{'':14}" + "".join(f"{column:>8}" for column in (*QUALITY, *TYPICAL, "early", "xRT", "MB")))
        for name in bench.names:
            rows = [scores[name][index] for index in chosen]
            answers = [bench.answers[name][str(paths[index])] for index in chosen]
            cells = [_cell(rows, column, np.mean, ".3f") for column in QUALITY]
            cells += [_cell(rows, column, np.median, ".1f") for column in TYPICAL] + [
                _cell(rows, "early", np.mean, ".2f")
            ]
            heard = sum(items[index][0]["duration"] for index in chosen)
            cells.append(f"{heard / max(sum(a.get('cpu', 0) for a in answers), 1e-9):8.0f}")
            cells.append(f"{max(a.get('peak_mb', 0) for a in answers):8.0f}")
            print(f"{name:14}" + "".join(cells))
    _bootstrap(bench, scores)
    calibrate(items, scores[OURS], bench.answers[OURS])
    for row, (truth, _) in sorted(zip(scores[OURS], items, strict=True), key=lambda pair: pair[0]["F"]):
        if row["F"] < RIGHT:
            print(f"  not heard right: {truth['name']:24} F {row['F']:.2f} AMLt {row['AMLt']:.2f} {truth['tags']}")


def _cell(rows: list[dict], column: str, middle: Callable, form: str) -> str:
    found = [row[column] for row in rows if column in row]
    return f"{format(float(middle(found)), form):>8}" if found else f"{'-':>8}"


def _bootstrap(bench: Bench, scores: dict[str, list[dict]]) -> None:
    random = np.random.default_rng(0)
    for name in bench.peers:
        said = []
        for column in QUALITY:
            pairs = [
                (a[column], b[column])
                for a, b in zip(scores[OURS], scores[name], strict=True)
                if column in a and column in b
            ]
            if not pairs:
                continue
            gaps = np.array([a - b for a, b in pairs])
            means = gaps[random.integers(gaps.size, size=(10_000, gaps.size))].mean(axis=1)
            low, high = np.percentile(means, [2.5, 97.5])
            word = "better" if low > 0 else "worse" if high < 0 else "no difference shown"
            said.append(f"{column} {gaps.mean():+.3f} [{low:+.3f}, {high:+.3f}] {word}")
        print(f"{OURS} - {name}: " + "; ".join(said))


def cost(items: list[tuple[dict, Path]]) -> None:
    """Import time against NumPy's, one core's speed, memory, and whether bytes repeat."""
    one_core = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    def run(code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code], env=os.environ | one_core, capture_output=True, text=True, check=True
        ).stdout

    clock = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
    bare, ours = (
        min(float(run(clock.format(what))) for _ in range(5)) for what in ("numpy", "alice_core.music.analyse")
    )
    print(f"[cost] import of the engine {ours:.2f} s, {ours / bare:.1f} times import numpy")
    path = max(items, key=lambda item: item[0]["duration"])[1]
    code = (
        "import time, hashlib; from pathlib import Path\n"
        "from alice_core.music.analyse import analyse; from alice_core.music.document import to_document\n"
        f"song = Path({str(path)!r}); analyse(song); t = time.process_time(); a = analyse(song)\n"
        "t = time.process_time() - t\n"
        "peak = int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
        "print(float(a.song.seconds) / t, peak / 1024,"
        " hashlib.sha256(repr(a).encode()).hexdigest())"
    )
    first, second = run(code).split(), run(code).split()
    print(f"[cost] {float(first[0]):.0f} times real time on one core after start, peak {float(first[1]):.0f} MB")
    print(f"[cost] the same analysis twice in two processes: {'yes' if first[2] == second[2] else 'NO'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=HERE.parent.parent.parent / "shared")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PYTHON")
    parser.add_argument("--only", default="open,composed,clicks,robust,early,cost")
    parser.add_argument("--composed", type=int, default=54, help="how many held-out songs")
    parser.add_argument("--first", type=int, default=0, help="how many held-out seeds to pass over")
    parser.add_argument("--kept", type=Path, help="a folder for sounds and peers' answers between runs")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        serve()
        return
    kept = options.kept or Path(tempfile.mkdtemp(prefix="bench-music-"))
    kept.mkdir(parents=True, exist_ok=True)
    bench = Bench(options.shared, dict(peer.split("=", 1) for peer in options.peer), kept)
    parts = options.only.split(",")
    songs = [
        (json.loads(path.read_text()), path.with_suffix(".opus").resolve())
        for path in sorted((options.shared / "data" / "songs" / "open").glob("*.json"))
    ]
    if "open" in parts and songs:
        compare(bench, "shared songs", songs)
    if "composed" in parts:
        compare(bench, "composed, held out", composed(options.composed, kept, options.first))
    if "clicks" in parts:
        clicks(bench, kept)
    if "robust" in parts:
        robust(bench, (songs or composed(options.composed, kept))[::5], kept)
    if "early" in parts:
        early(bench, (songs or composed(options.composed, kept))[2::5], kept)
    if "cost" in parts:
        cost(songs or composed(options.composed, kept))


def composed(count: int, kept: Path, first: int = 0) -> list[tuple[dict, Path]]:
    """Held-out composed songs, drawn into the folder unless they lie there."""
    import music_songs

    items = []
    for wish in music_songs.wishes(music_songs.HELD_OUT[first:], count):
        own = hashlib.sha256(HERE.with_name("music_songs.py").read_bytes() + repr(wish).encode()).hexdigest()[:8]
        path = kept / own / f"{wish.name}_{wish.seed}.wav"
        if not path.exists():
            music_songs.save(music_songs.compose(wish), path.parent)
        items.append((json.loads(path.with_suffix(".json").read_text()), path))
    return items


if __name__ == "__main__":
    main()
