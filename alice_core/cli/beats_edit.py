"""The commands of ``alice beats`` that change beats."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alice_core.cli.beats_shared import (
    correct_song,
    correcting,
    fps_option,
    from_option,
    sample_at,
    song_argument,
    stretch_of,
    tell,
    to_option,
)
from alice_core.cli.session import Session
from alice_core.errors import UsageError

if TYPE_CHECKING:
    from alice_core.music.grid.decisions import Correction
    from alice_core.workflows.beats import Heard

_AMOUNT = re.compile(r"([+-]?\d{1,9}(?:\.\d{1,9})?)\s*(ms|s|f|frames|samples)?")


@click.command(context_settings={"ignore_unknown_options": True})
@song_argument
@click.argument("amount", metavar="AMOUNT")
@from_option
@to_option
@fps_option
@correcting
def shift(
    session: Session,
    song: Path,
    amount: str,
    start: str | None,
    end: str | None,
    fps: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Move beats of SONG later by AMOUNT, earlier where it is negative: -12ms, 2f (frames), 512s (samples).

    A number alone is milliseconds.

    \b
    Examples:
      alice beats shift song.wav -12
      alice beats shift song.wav 2f --fps 25 --from 1:05
    """  # noqa: D301 - \b is click's mark for text that keeps its lines

    def say(before: Heard) -> Sequence[Correction]:
        from alice_core.music.grid.edits import Shift

        return [Shift(_amount(amount, fps, before), *stretch_of(before, start, end))]

    correct_song(session, song, say, dry_run=dry_run, as_json=as_json)


@click.command()
@song_argument
@from_option
@to_option
@correcting
def half(session: Session, song: Path, start: str | None, end: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Count SONG at half the tempo.

    \b
    Example:
      alice beats half song.wav
    """  # noqa: D301 - see above
    _scale(session, song, "1/2", start, end, dry_run=dry_run, as_json=as_json)


@click.command()
@song_argument
@from_option
@to_option
@correcting
def double(session: Session, song: Path, start: str | None, end: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Count SONG at twice the tempo.

    \b
    Example:
      alice beats double song.wav --from 1:05 --to 1:37
    """  # noqa: D301 - see above
    _scale(session, song, "2", start, end, dry_run=dry_run, as_json=as_json)


@click.command()
@song_argument
@click.argument("factor", metavar="FACTOR")
@from_option
@to_option
@correcting
def times(
    session: Session, song: Path, factor: str, start: str | None, end: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Count SONG at FACTOR times the tempo: 2/3, 3/2, 1/3, 3, 1/2 or 2.

    \b
    Example:
      alice beats times song.wav 3/2
    """  # noqa: D301 - see above
    _scale(session, song, factor, start, end, dry_run=dry_run, as_json=as_json)


@click.command()
@song_argument
@click.argument("time", metavar="TIME")
@correcting
def bar1(session: Session, song: Path, time: str, *, dry_run: bool, as_json: bool) -> None:
    """Let bar 1 of SONG begin on the beat nearest to TIME; all bar lines move with it.

    \b
    Example:
      alice beats bar1 song.wav 3.42
    """  # noqa: D301 - see above

    def say(before: Heard) -> Sequence[Correction]:
        from alice_core.music.grid.edits import BarOne

        return [BarOne(sample_at(before, time))]

    correct_song(session, song, say, dry_run=dry_run, as_json=as_json)


@click.command()
@song_argument
@click.argument("count", metavar="BEATS", type=click.IntRange(1, 32))
@from_option
@to_option
@correcting
def meter(
    session: Session, song: Path, count: int, start: str | None, end: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Count BEATS a bar in SONG; from the beat nearest to --from on, which begins a bar.

    \b
    Example:
      alice beats meter song.wav 3 --from 1:05.2
    """  # noqa: D301 - see above

    def say(before: Heard) -> Sequence[Correction]:
        from alice_core.music.grid.edits import Meter

        low, high = stretch_of(before, start, end)
        first = next((beat.sample for beat in before.now.beats if beat.position == 1), 0)
        return [Meter(count, first if low is None else low, high)]

    correct_song(session, song, say, dry_run=dry_run, as_json=as_json)


@click.command()
@song_argument
@click.argument("time", metavar="TIME")
@click.option("--downbeat", is_flag=True, help="It begins a bar.")
@correcting
def insert(session: Session, song: Path, time: str, *, downbeat: bool, dry_run: bool, as_json: bool) -> None:
    """Add a beat to SONG at TIME.

    \b
    Example:
      alice beats insert song.wav 12.8
    """  # noqa: D301 - see above

    def say(before: Heard) -> Sequence[Correction]:
        from alice_core.music.grid.edits import Insert

        return [Insert(sample_at(before, time), downbeat)]

    correct_song(session, song, say, dry_run=dry_run, as_json=as_json)


@click.command()
@song_argument
@click.argument("time", metavar="TIME")
@correcting
def delete(session: Session, song: Path, time: str, *, dry_run: bool, as_json: bool) -> None:
    """Take the beat of SONG nearest to TIME away.

    \b
    Example:
      alice beats delete song.wav 12.8
    """  # noqa: D301 - see above

    def say(before: Heard) -> Sequence[Correction]:
        from alice_core.music.grid.edits import Delete

        return [Delete(sample_at(before, time))]

    correct_song(session, song, say, dry_run=dry_run, as_json=as_json)


@click.command()
@song_argument
@click.argument("time", metavar="[TIME]", required=False)
@from_option
@to_option
@correcting
def lock(
    session: Session, song: Path, time: str | None, start: str | None, end: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Lock the beat of SONG nearest to TIME, those of a stretch, or all: no new analysis moves them.

    \b
    Examples:
      alice beats lock song.wav 12.8
      alice beats lock song.wav --from 0:30 --to 1:10
    """  # noqa: D301 - see above

    def say(before: Heard) -> Sequence[Correction]:
        from alice_core.music.grid.decisions import Lock, SetBeat

        known = before.now.beats
        if time is not None:
            at = sample_at(before, time)
            chosen = [min(known, key=lambda beat: abs(beat.sample - at))] if known else []
        else:
            low, high = stretch_of(before, start, end)
            chosen = [one for one in known if one.sample >= (low or 0) and (high is None or one.sample < high)]
        if not chosen:
            raise UsageError("there is no beat to lock", hint="Look at: alice beats show SONG")
        return [Lock(tuple(SetBeat(beat.sample, beat.position) for beat in chosen))]

    correct_song(session, song, say, dry_run=dry_run, as_json=as_json)


@click.command()
@song_argument
@from_option
@to_option
@correcting
def unlock(session: Session, song: Path, start: str | None, end: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Let locked beats of SONG be moved again.

    \b
    Example:
      alice beats unlock song.wav
    """  # noqa: D301 - see above

    def say(before: Heard) -> Sequence[Correction]:
        from alice_core.music.grid.decisions import Unlock

        return [Unlock(*stretch_of(before, start, end))]

    correct_song(session, song, say, dry_run=dry_run, as_json=as_json)


@click.command()
@song_argument
@click.option("--all", "everything", is_flag=True, help="Take all corrections back.")
@correcting
def undo(session: Session, song: Path, *, everything: bool, dry_run: bool, as_json: bool) -> None:
    """Take the newest correction of SONG back.

    \b
    Example:
      alice beats undo song.wav
    """  # noqa: D301 - see above
    from alice_core.workflows.beats import take_back

    with session.open(dry_run=dry_run) as alice:
        done = take_back(alice.store, song, session.progress(), dry_run=dry_run, all_of=everything)
    tell(session, done, dry_run=dry_run, as_json=as_json)


def _scale(
    session: Session, song: Path, factor: str, start: str | None, end: str | None, *, dry_run: bool, as_json: bool
) -> None:
    def say(before: Heard) -> Sequence[Correction]:
        from alice_core.music.grid.edits import Scale
        from alice_core.music.grid.scaling import FACTORS

        chosen = next((one for one in FACTORS if str(one) == factor.strip()), None)
        if chosen is None:
            allowed = ", ".join(str(one) for one in FACTORS)
            raise UsageError(f"a tempo cannot be multiplied by {factor!r}", hint=f"Use one of {allowed}.")
        return [Scale(chosen, *stretch_of(before, start, end))]

    correct_song(session, song, say, dry_run=dry_run, as_json=as_json)


def _amount(text: str, fps: str, before: Heard) -> int:
    """Samples that an amount means."""
    from alice_core.timing import FrameRate

    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text!r} is no amount of time", hint="Write -12ms, 0.5s, 2f or 512samples.")
    number, unit, rate = Fraction(found[1]), found[2] or "ms", before.heard.song.sample_rate
    seconds = {
        "ms": number / 1000,
        "s": number,
        "samples": number / rate,
    }.get(unit)
    if seconds is None:
        seconds = number / FrameRate.parse(fps).value
    return round(seconds * rate)
