"""A desk with a fake Resolve on it, the real menu scripts, and an Alice who answers what she was told to."""

from __future__ import annotations

import json
import shutil
import sys
import wave
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

from drawn_media import clip as film
from drawn_media import picture

from alice_core.resolve.fake import Project, Resolve, Session
from alice_core.timeline import documents
from alice_core.timeline.looking import media_at
from alice_core.timeline.model import Clip, Marker, Media, Timeline
from alice_core.timing import FrameRate, frames_of, timecode_of

SCRIPTS = Path(__file__).resolve().parents[2] / "resolve_scripts" / "Alice"
_MODULES = ("alice_menu", "alice_pool", "alice_takes")
_COLOURS = {"section": "Purple", "downbeat": "Green", "beat": "Blue"}
_STAND_IN = """
import json, sys
folder, verb = {folder!r}, sys.argv[2]
given = sys.stdin.read()
with open(folder + "/calls.jsonl", "a") as log:
    print(json.dumps({{"arguments": sys.argv[1:], "stdin": json.loads(given) if given else None}}), file=log)
with open(folder + "/answers.json") as source:
    answer = json.load(source)[verb]
print(answer if isinstance(answer, str) else json.dumps(answer))
sys.exit(4 if "error" in answer else 0)
"""


def digest_of(path: Path) -> str:
    """The digest of a file's bytes."""
    return "sha256:" + sha256(path.read_bytes()).hexdigest()


def make_media(folder: Path, rate: str = "24") -> dict[str, Path]:
    """Two stills, two films of 48 and 72 frames, and a song of ten seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {name: folder / name for name in ("night-a.png", "rain-b.png", "sea-c.mp4", "sky-d.mp4", "song.wav")}
    made["night-a.png"].write_bytes(picture(160, 96, "night"))
    made["rain-b.png"].write_bytes(picture(160, 96, "rain"))
    made["sea-c.mp4"].write_bytes(film(160, 96, 48, FrameRate.parse(rate).value))
    made["sky-d.mp4"].write_bytes(film(160, 96, 72, FrameRate.parse(rate).value))
    with wave.open(str(made["song.wav"]), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(4 * 8000 * 10))
    return made


def cut_of(folder: Path, names: tuple[str, ...], rate: str = "24", start: str = "01:00:00:00") -> Timeline:
    """A cut of 24-frame shots on the files of a folder, over its song, with a beat on every shot."""
    own = FrameRate.parse(rate)
    clips, marks = [], []
    for index, name in enumerate(names):
        path = folder / name
        skip = 10 if name.endswith("mp4") else 0
        media = media_at(path, digest_of(path))
        clips.append(Clip(f"shot-{index + 1:04}", 24 * index, 24, media, skip, "hold", f"picture {index}"))
        marks.append(Marker(24 * index, "section" if index % 2 == 0 else "beat", f"mark {index + 1}"))
    sound = media_at(folder / "song.wav", digest_of(folder / "song.wav"))
    song = Media(sound.path, sound.digest, sound.kind, duration=Fraction(10), sample_rate=8000, channels=2)
    return Timeline("Song v1", own, frames_of(start, own), 640, 360, tuple(clips), song, tuple(marks))


def push_answer(cut: Timeline, folder: Path) -> dict[str, Any]:
    """What ``alice resolve cut`` answers for a cut, its files written."""
    files = {}
    for kind, name in (("fcpxml", "fcpxml"), ("xmeml", "xml")):
        (document,) = documents(cut, name, "cut")
        (folder / document.name).write_bytes(document.data)
        files[kind] = str(folder / document.name)
    rate = cut.rate
    return {
        "schema": "alice.resolve-push/1", "name": cut.name, "rate": rate.ratio, "resolve_rate": rate.name,
        "drop": rate.drop, "width": cut.width, "height": cut.height, "start": timecode_of(cut.start, rate),
        "frames": cut.frames, "files": files, "plan": {"digest": "sha256:" + "9" * 64, "path": "plan.json"},
        "song": {"digest": cut.song.digest, "path": str(cut.song.path), "name": cut.song.path.name},
        "clips": [
            {
                "shot": clip.name, "section": "verse" if clip.start < 48 else "", "digest": clip.media.digest,
                "path": str(clip.media.path), "name": clip.media.path.name, "record_in": clip.start,
                "record_out": clip.end, "source_in": clip.source_start, "colour": "Teal",
                "metadata": {"alice_digest": clip.media.digest, "prompt": f"{clip.note} \u00fc", "seed": 7,
                             "cost": "0.04", "provider": "storyboard", "model": None},
            }
            for clip in cut.clips
        ],
        "markers": [
            {"frame": mark.frame, "colour": _COLOURS[mark.kind], "name": mark.label, "note": mark.kind, "duration": 1,
             "custom": f"alice:{mark.kind}:{number}"}
            for number, mark in enumerate(cut.markers, start=1)
        ],
    }  # fmt: skip


def choose_script(resolve: Resolve, path: Path, *, file: bool = True) -> None:
    """Run a script as the menu does, in an interpreter that has run none of them before."""
    names = resolve.script_names() | {"__name__": "__main__"} | ({"__file__": str(path)} if file else {})
    before = list(sys.path)
    try:
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), names)
    finally:
        sys.path[:] = before
        for module in _MODULES:
            sys.modules.pop(module, None)


@dataclass
class Desk:
    """Resolve, the installed scripts and the stand-in of Alice.

    Attributes:
        folder: Where everything lies.
        resolve: The application.
        answers: What the stand-in answers, by verb: an object, an error object, or raw text.
        files: The media by their names.
    """

    folder: Path
    resolve: Resolve
    files: dict[str, Path]
    answers: dict[str, Any] = field(default_factory=lambda: {"record": {"event": "1"}})

    @property
    def session(self) -> Session:
        return self.resolve.session

    @property
    def project(self) -> Project:
        project = self.resolve.projects.project
        assert project is not None
        return project

    @property
    def scripts(self) -> Path:
        """The folder that the menu shows."""
        return self.folder / "Scripts" / "Utility" / "Alice"

    @property
    def calls(self) -> list[dict[str, Any]]:
        """What the stand-in was asked."""
        log = self.folder / "calls.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def told(self, verb: str) -> Any:
        """What the stand-in was given on its standard input by the last call of a verb."""
        return [one["stdin"] for one in self.calls if one["arguments"][1] == verb][-1]

    def write_answers(self) -> None:
        """Tell the stand-in what to answer."""
        (self.folder / "answers.json").write_text(json.dumps(self.answers))

    def choose(self, name: str, *, file: bool = True) -> None:
        """Choose a script from the menu."""
        self.write_answers()
        choose_script(self.resolve, self.scripts / f"{name}.py", file=file)


def make_desk(
    folder: Path, rate: str = "24", product: str | None = None, name: str = "Film", media_rate: str = "24"
) -> Desk:
    """A desk with an empty project at a rate, and films of a rate."""
    session = Session() if product is None else Session(product)
    scripts = folder / "Scripts" / "Utility" / "Alice"
    shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    stand_in = folder / "stand_in.py"
    stand_in.write_text(_STAND_IN.format(folder=str(folder)))
    link = {"schema": "alice.resolve-link/1", "python": sys.executable, "home": None, "version": "0.1.0",
            "command": [sys.executable, "-S", str(stand_in)]}  # fmt: skip
    (scripts / "alice_resolve.json").write_text(json.dumps(link))
    resolve = Resolve(session, Project(session, name, rate, (640, 360)), scripts=folder / "Scripts")
    return Desk(folder, resolve, make_media(folder / "films", media_rate))


def pushed_desk(folder: Path, names: tuple[str, ...] = ("night-a.png", "sea-c.mp4", "rain-b.png", "sky-d.mp4")) -> Desk:
    """A desk on which a cut was pushed."""
    desk = make_desk(folder)
    desk.answers["cut"] = push_answer(cut_of(folder / "films", names), folder)
    desk.choose("Push latest cut")
    return desk
