"""The commands of ``alice beats`` that tap, show, import, export and let one hear."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.analyzing import parse_time
from alice_core.cli.beats_shared import (
    content_of,
    correcting,
    fps_option,
    from_option,
    song_argument,
    stretch_of,
    summary,
    tell,
    to_option,
)
from alice_core.cli.output import as_json_option, print_json, print_pairs, print_table
from alice_core.cli.session import Session
from alice_core.errors import UsageError

if TYPE_CHECKING:
    from alice_core.music.grid.decisions import Correction, Named
    from alice_core.workflows.beats import Clock, Heard

_PARTS = ("beats", "sections", "lyrics")
_format_option = click.option("--format", "form", metavar="NAME", help="Of the file. [default: by name and content]")
_start_option = click.option(
    "--start", metavar="TIMECODE", default="01:00:00:00", show_default=True, help="Of the song on the timeline."
)


def _list_formats(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if not value:
        return
    from alice_core.music.interchange.formats import FORMATS

    rows = [
        (one.name, "yes" if one.reader else "", "yes" if one.writer else "", " ".join(one.suffixes), one.title)
        for one in FORMATS.values()
    ]
    print_table(("format", "import", "export", "endings", "what it is"), rows)
    context.exit()


_list_option = click.option(
    "--list-formats", is_flag=True, is_eager=True, expose_value=False, callback=_list_formats, help="List the formats."
)


@click.command()
@song_argument
@click.argument("times", metavar="[TIME]...", nargs=-1)
@click.option("--times", "file", type=click.Path(path_type=Path), metavar="FILE", help="A file of tapped times.")
@click.option("--offset", metavar="MS", type=float, help="By how much taps come late. [default: found by the onsets]")
@click.option("--extend", is_flag=True, help="Go on at the tapped tempo to both ends of the beats.")
@from_option
@correcting
def tap(
    session: Session,
    /,
    song: Path,
    times: tuple[str, ...],
    file: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
    **given: Any,  # noqa: ANN401 - the other options, by name
) -> None:
    """Tap the beats of SONG; they replace those of the stretch that was tapped.

    Without times, start SONG in any player and press Enter as it starts (or passes --from), then on each
    beat; q ends. How late the hand was is found by the attacks of the music.

    \b
    Examples:
      alice beats tap song.wav
      alice beats tap song.wav 0.52 1.03 1.51 2.04 2.52
      alice beats tap song.wav --times taps.txt --extend
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    notices: list[str] = []

    def say(before: Heard) -> Sequence[Correction]:
        seconds = _tapped(before, times, file, given["start"])
        made, notice = _as_tap(before, seconds, given["offset"], extend=bool(given["extend"]))
        notices.append(notice)
        return [made]

    _correct_noting(session, song, say, notices, dry_run=dry_run, as_json=as_json)


@click.command()
@song_argument
@from_option
@to_option
@fps_option
@click.option(
    "--start",
    "begin",
    metavar="TIMECODE",
    default="01:00:00:00",
    show_default=True,
    help="Of the song on the timeline.",
)
@as_json_option
@click.pass_obj
def show(
    session: Session, song: Path, start: str | None, end: str | None, fps: str, begin: str, *, as_json: bool
) -> None:
    """Show the beats of SONG as bar.beat, seconds and timecode, and what corrected them.

    \b
    Example:
      alice beats show song.wav --from 0:30 --to 0:40
    """  # noqa: D301 - see above
    from alice_core.music.grid.correct import lyrics_of
    from alice_core.timing import timecode_of
    from alice_core.workflows.beats import look

    clock = _clock(fps, begin)
    with session.open() as alice:
        seen = look(alice.store, song, session.progress())
    if as_json:
        print_json(content_of(seen))
        return
    print_pairs(summary(seen))
    low, high = stretch_of(seen, start, end)
    rate = seen.now.song.sample_rate
    words = {_beat_near(seen, one): one.text for one in lyrics_of(seen.corrections.items)}
    rows = []
    for beat in seen.now.beats:
        if beat.sample < (low or 0) or (high is not None and beat.sample >= high):
            continue
        frame = clock.rate.nearest_frame(Fraction(beat.sample, rate))
        timecode = timecode_of(clock.start + frame, clock.rate)
        rows.append((f"{beat.bar}.{beat.position}", f"{beat.sample / rate:.3f}", timecode, words.get(beat.sample, "")))
    print_table(("beat", "seconds", "timecode", ""), rows)


@click.command("import")
@song_argument
@click.argument("file", type=click.Path(path_type=Path))
@_format_option
@_list_option
@click.option("--take", multiple=True, type=click.Choice(_PARTS), help="What to take. [default: beats and lyrics]")
@fps_option
@_start_option
@correcting
def import_(
    session: Session, song: Path, file: Path, form: str | None, take: tuple[str, ...], fps: str, start: str,
    *, dry_run: bool, as_json: bool,
) -> None:  # fmt: skip
    """Take the beats, sections or lyrics of SONG from FILE of another program.

    \b
    Examples:
      alice beats import song.mp3 collection.xml
      alice beats import song.wav words.lrc
      alice beats import song.wav live.als --take beats --take sections
    """  # noqa: D301 - see above
    from alice_core.workflows.beats import read_beats

    notices: list[str] = []

    def say(before: Heard) -> Sequence[Correction]:
        parts = frozenset(take) or frozenset(_PARTS)
        made, score = read_beats(before, file, form=form, clock=_clock(fps, start), parts=parts)
        notices.extend(score.notices)
        if not take and made.sections and (made.beats or made.lyrics):
            notices.append(f"It names {len(made.sections)} sections too; take them with --take sections.")
            made = replace(made, sections=())
        return [made]

    _correct_noting(session, song, say, notices, dry_run=dry_run, as_json=as_json)


@click.command()
@song_argument
@click.argument("out", type=click.Path(path_type=Path))
@_format_option
@_list_option
@click.option("--lyrics", type=click.Path(path_type=Path), metavar="FILE", help="Words to lay on the grid.")
@fps_option
@_start_option
@as_json_option
@click.pass_obj
def export(
    session: Session,
    song: Path,
    out: Path,
    form: str | None,
    lyrics: Path | None,
    fps: str,
    start: str,
    *,
    as_json: bool,
) -> None:
    """Write the beats, sections and lyrics of SONG to OUT for another program.

    \b
    Examples:
      alice beats export song.wav song.mid
      alice beats export song.wav markers.edl --fps 23.976
      alice beats export song.wav labels.txt --lyrics words.lrc
    """  # noqa: D301 - see above
    from alice_core.workflows.beats import look, read_beats, write_beats

    clock = _clock(fps, start)
    words: Sequence[Named] | None = None
    with session.open() as alice:
        seen = look(alice.store, song, session.progress())
    if lyrics is not None:
        words = read_beats(seen, lyrics, form=None, clock=clock, parts=frozenset({"lyrics"}))[0].lyrics
    title = write_beats(seen, out, form=form, clock=clock, lyrics=words)
    if as_json:
        print_json({"path": str(out.absolute()), "format": title, "beats": len(seen.now.beats)})
    elif not session.quiet:
        click.echo(f"{len(seen.now.beats)} beats written to {out} ({title})")


@click.command("click")
@song_argument
@click.argument("out", type=click.Path(path_type=Path))
@as_json_option
@click.pass_obj
def click_track(session: Session, song: Path, out: Path, *, as_json: bool) -> None:
    """Write SONG with its beats as clicks to OUT (.wav or .flac), downbeats higher, to judge them by ear.

    \b
    Example:
      alice beats click song.mp3 song-clicks.wav
    """  # noqa: D301 - see above
    from alice_core.workflows.beats import click_track as write_clicks
    from alice_core.workflows.beats import look

    with session.open() as alice:
        seen = look(alice.store, song, session.progress())
        write_clicks(seen, out, session.progress())
    if as_json:
        print_json({"path": str(out.absolute()), "beats": len(seen.now.beats)})
    elif not session.quiet:
        click.echo(f"{len(seen.now.beats)} clicks in {out}")


def _clock(fps: str, start: str) -> Clock:
    from alice_core.timing import FrameRate, frames_of
    from alice_core.workflows.beats import Clock

    rate = FrameRate.parse(fps)
    return Clock(rate, frames_of(start, rate))


def _beat_near(seen: Heard, one: Named) -> int:
    return min((beat.sample for beat in seen.now.beats), key=lambda sample: abs(sample - one.sample), default=0)


def _tapped(before: Heard, times: tuple[str, ...], file: Path | None, start: str | None) -> list[Fraction]:
    from alice_core.timing import FrameRate
    from alice_core.workflows.beats import Clock, read_beats

    if times:
        return [parse_time(one) for one in times]
    if file is not None:
        clock = Clock(FrameRate.parse("24"))
        made, _ = read_beats(before, file, form=None, clock=clock, parts=frozenset({"beats"}))
        return [Fraction(one.sample, before.heard.song.sample_rate) for one in made.beats]
    if not sys.stdin.isatty():
        return [parse_time(one) for one in sys.stdin.read().split()]
    return _by_hand(Fraction(0) if start is None else parse_time(start), click.getchar, time.monotonic)


def _by_hand(start: Fraction, press: Callable[[], str], now: Callable[[], float]) -> list[Fraction]:
    """The moments of key presses after the first, which stands for the start."""
    click.echo("Start the song and press Enter as it starts; then Enter on each beat; q ends.", err=True)
    press()
    began = now()
    taps: list[Fraction] = []
    while press() not in {"q", "Q", "\x1b", "\x04"}:
        taps.append(start + Fraction(round((now() - began) * 10**6), 10**6))
        click.echo(f"\r{len(taps)} taps", nl=False, err=True)
    click.echo(err=True)
    return taps


def _as_tap(
    before: Heard, seconds: Sequence[Fraction], offset: float | None, *, extend: bool
) -> tuple[Correction, str]:
    from alice_core.music.grid.decisions import Tap
    from alice_core.music.grid.tapping import FEWEST_TAPS, fitted, lateness

    rate = before.heard.song.sample_rate
    taps = tuple(sorted({round(one * rate) for one in seconds}))
    if len(fitted(taps)) < FEWEST_TAPS:
        raise UsageError(f"{len(taps)} taps give no tempo", hint=f"Tap at least {FEWEST_TAPS} beats.")
    if offset is not None:
        return Tap(taps, round(offset * rate / 1000), extend), f"The taps were moved by {-offset:+.1f} ms as told."
    onsets = sorted(
        (sample, strength * (0.5 if one.band == "hats" else 1.0))
        for one in before.heard.onsets
        for sample, strength in zip(one.samples, one.strengths, strict=True)
    )
    late = lateness(taps, onsets, rate)
    if late is None:
        return Tap(taps, 0, extend), "No attacks of the music answer the taps; they stand where they were tapped."
    return Tap(taps, late, extend), f"The taps came {late * 1000 / rate:+.1f} ms after the music and were moved there."


def _correct_noting(
    session: Session,
    song: Path,
    say: Callable[[Heard], Sequence[Correction]],
    notices: list[str],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Correct a song, and tell what came up while it was worked out how."""
    from alice_core.workflows.beats import correct

    with session.open(dry_run=dry_run) as alice:
        done = correct(alice.store, song, say, session.progress(), dry_run=dry_run)
    for notice in notices:
        click.echo(f"note: {notice}", err=True)
    tell(session, replace(done, notices=tuple(notices)), dry_run=dry_run, as_json=as_json)
