"""``alice analyze``."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import as_json_option, print_json, print_pairs
from alice_core.cli.session import Session
from alice_core.errors import UsageError

if TYPE_CHECKING:
    from alice_core.music.analyse import Wish
    from alice_core.music.model import Analysis
    from alice_core.workflows.listening import Sheet


@click.command()
@click.argument("song", type=click.Path(path_type=Path))
@click.option("--from", "start", metavar="TIME", help="Analyse from here on: 75.5, 1:15.5 or 0:01:15.5.")
@click.option("--to", "end", metavar="TIME", help="Analyse up to here.")
@click.option("--stem", "stems", multiple=True, metavar="NAME=FILE", help="drums (for beats) or vocals (for sections).")
@click.option(
    "--engine",
    default="alice",
    metavar="NAME",
    help="Who hears the beats: alice beat-this librosa madmom. [default: alice]",
)
@click.option("--picture", type=click.Path(path_type=Path), metavar="FILE", help="Draw it as .png or .svg.")
@click.option(
    "--rows", type=click.IntRange(1, 100), help="Rows of the picture. [default: one for each 40 s, at most 8]"
)
@click.option(
    "--width", type=click.IntRange(480, 16384), default=1600, help="Of the picture in pixels. [default: 1600]"
)
@as_json_option
@click.pass_obj
def analyze(session: Session, /, song: Path, *, as_json: bool, **given: object) -> None:
    """Listen to SONG: tempo, beats, bars, sections, key, loudness and curves.

    Of a song longer than ten minutes the first results are shown after two minutes of it.

    \b
    Examples:
      alice analyze song.wav --json
      alice analyze song.wav --picture song.svg --rows 4
      alice analyze song.wav --stem drums=drums.wav --from 1:30 --to 2:15
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    import json

    from alice_core.music.document import to_document
    from alice_core.music.engines.registry import DEFAULT, get_analyser

    wish, sheet = _wish(given), _sheet(given)
    if wish.engine != DEFAULT:
        engine = get_analyser(wish.engine)
        click.echo(f"engine {engine.name} {engine.version}: {engine.licence}", err=True)
    with session.open() as alice:
        progress = session.progress()
        analysis = alice.analyze(
            song, progress=progress, wish=wish, early=lambda first: progress.note(_first_words(first)), sheet=sheet
        )
    if as_json:
        content = json.loads(to_document(analysis))
        content["song"] = {"digest": content["song"].pop("digest"), "path": str(song.absolute()), **content["song"]}
        print_json(content)
        return
    _tell(analysis, sheet)


def parse_time(text: str) -> Fraction:
    """The exact seconds of ``75.5``, ``1:15.5`` or ``0:01:15.5``.

    Raises:
        UsageError: It is no time.
    """
    parts = text.strip().split(":")
    hint = "Write seconds, or minutes and seconds: 75.5, 1:15.5."
    if len(parts) > 3 or not all(part.replace(".", "", 1).isdecimal() for part in parts):  # noqa: PLR2004 - h:m:s
        raise UsageError(f"{text!r} is no time", hint=hint)
    seconds = Fraction(0)
    for part in parts:
        seconds = seconds * 60 + Fraction(part)
    return seconds


def _wish(given: dict[str, object]) -> Wish:
    from alice_core.music.analyse import Wish
    from alice_core.music.window import Window

    start, end = (None if given[name] is None else parse_time(str(given[name])) for name in ("start", "end"))
    stems: dict[str, Path] = {}
    texts = given["stems"]
    for text in texts if isinstance(texts, tuple) else ():
        name, sign, path = str(text).partition("=")
        if not sign or not path:
            raise UsageError(f"{text!r} names no stem", hint="Write --stem drums=FILE or --stem vocals=FILE.")
        stems[name] = Path(path)
    return Wish(Window(start, end), stems, str(given["engine"]))


def _sheet(given: dict[str, object]) -> Sheet | None:
    from alice_core.workflows.listening import Sheet

    path, rows, width = given["picture"], given["rows"], given["width"]
    if not isinstance(path, Path):
        return None
    if path.suffix.lower() not in (".png", ".svg"):
        raise UsageError(f"{path} is neither a PNG nor an SVG", hint="Let the picture's name end in .png or .svg.")
    return Sheet(path, rows if isinstance(rows, int) else None, width if isinstance(width, int) else 1600)


def _first_words(analysis: Analysis) -> str:
    tempo = f"{analysis.tempo.bpm:.1f} bpm" if analysis.beats else "no steady beat"
    minutes = float(analysis.song.seconds) / 60
    sections = ", ".join(section.label for section in analysis.sections)
    return f"first {minutes:.0f} minutes: {tempo}, {len(analysis.beats)} beats, sections {sections}"


def _tell(analysis: Analysis, sheet: Sheet | None) -> None:
    tempo, rate = analysis.tempo, analysis.song.sample_rate
    bars = len({beat.bar for beat in analysis.beats})
    rows = [("length", f"{float(analysis.song.seconds):.2f} s at {rate} Hz")]
    if analysis.window is not None:
        start, end = analysis.window.start / rate, analysis.window.end / rate
        rows.append(("analysed", f"{start:.2f} s to {end:.2f} s"))
    rows += [
        ("tempo", f"{tempo.bpm:.1f} bpm (confidence {tempo.confidence:.2f})" if tempo.bpm else "no steady beat"),
        ("beats", f"{len(analysis.beats)} in {bars} bars"),
    ]
    rows += _traits(analysis)
    rows += [("picture", str(sheet.path))] if sheet else []
    print_pairs(rows)
    for section in analysis.sections:
        key = f"  {section.key.tonic} {section.key.mode}" if section.key else ""
        span = f"{section.start / rate:8.2f} - {section.end / rate:8.2f}"
        click.echo(f"  {span}  {section.label:<8}  energy {section.energy:.2f}{key}")
    for notice in analysis.notices:
        click.echo(f"note: {notice}", err=True)


def _traits(analysis: Analysis) -> list[tuple[str, str]]:
    rows = []
    if analysis.tempo.alternatives:
        rows.append(("or", ", ".join(f"{other.bpm:.1f} bpm" for other in analysis.tempo.alternatives[:3])))
    if analysis.key:
        rows.append(("key", f"{analysis.key.tonic} {analysis.key.mode} (confidence {analysis.key.confidence:.2f})"))
    loudness = analysis.loudness
    if loudness and loudness.integrated is not None:
        width, peak = loudness.range or 0.0, loudness.true_peak or 0.0
        rows.append(("loudness", f"{loudness.integrated:.1f} LUFS, range {width:.1f} LU, true peak {peak:.1f} dBTP"))
    if analysis.onsets:
        rows.append(("onsets", ", ".join(f"{len(one.samples)} {one.band}" for one in analysis.onsets)))
    if analysis.silences:
        seconds = sum(one.end - one.start for one in analysis.silences) / analysis.song.sample_rate
        rows.append(("silent", f"{seconds:.1f} s in {len(analysis.silences)} places"))
    return rows
