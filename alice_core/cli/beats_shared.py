"""What the commands of ``alice beats`` have in common: options, times, and telling what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from alice_core.cli.analyzing import parse_time
from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_pairs
from alice_core.cli.session import Session
from alice_core.errors import UsageError

if TYPE_CHECKING:
    from alice_core.music.grid.decisions import Correction
    from alice_core.workflows.beats import Heard

F = TypeVar("F", bound=Callable[..., Any])

song_argument = click.argument("song", type=click.Path(path_type=Path))
from_option = click.option("--from", "start", metavar="TIME", help="Only beats from here on: 75.5 or 1:15.5.")
to_option = click.option("--to", "end", metavar="TIME", help="Only beats before here.")
fps_option = click.option("--fps", metavar="RATE", default="24", show_default=True, help="Frames a second.")


def correcting(command: F) -> F:
    """The options of every command that corrects."""
    return cast("F", dry_run_option(as_json_option(click.pass_obj(command))))


def content_of(done: Heard) -> dict[str, Any]:
    """The beats of a song as ``--json`` prints them."""
    rate = done.now.song.sample_rate
    from alice_core.music.grid.telling import tell as words

    return {
        "song": {"digest": done.digest, "path": str(done.path.absolute())},
        "document": done.document,
        "corrections": [words(one, rate) for one in done.corrections.items],
        "tempo": {"bpm": done.now.tempo.bpm, "before": done.heard.tempo.bpm},
        "beats": [
            {
                "time": round(beat.sample / rate, 6),
                "sample": beat.sample,
                "bar": beat.bar,
                "position": beat.position,
                "confidence": round(beat.confidence, 4),
            }
            for beat in done.now.beats
        ],
        "notices": list(done.notices),
    }


def summary(done: Heard) -> list[tuple[str, str]]:
    """The beats of a song in a few lines."""
    from alice_core.music.grid.telling import tell as words

    rate, now = done.now.song.sample_rate, done.now
    bars = len({beat.bar for beat in now.beats})
    rows = [("tempo", f"{now.tempo.bpm:.2f} bpm (heard: {done.heard.tempo.bpm:.2f})")]
    rows.append(("beats", f"{len(now.beats)} in {bars} bars"))
    first = next((beat for beat in now.beats if (beat.bar, beat.position) == (1, 1)), None)
    if first is not None:
        rows.append(("bar 1", f"{first.sample / rate:.3f} s"))
    rows += [("" if number else "corrections", words(one, rate)) for number, one in enumerate(done.corrections.items)]
    return rows


def correct_song(
    session: Session, song: Path, say: Callable[[Heard], Sequence[Correction]], *, dry_run: bool, as_json: bool
) -> None:
    """Correct a song and tell what came of it."""
    from alice_core.workflows.beats import correct

    with session.open(dry_run=dry_run) as alice:
        done = correct(alice.store, song, say, session.progress(), dry_run=dry_run)
    tell(session, done, dry_run=dry_run, as_json=as_json)


def tell(session: Session, done: Heard, *, dry_run: bool, as_json: bool) -> None:
    """Print the beats of a song as they are now."""
    if as_json:
        print_json({**content_of(done), "dry_run": dry_run})
        return
    if session.quiet:
        return
    click.echo("would be:" if dry_run else "now:")
    print_pairs(summary(done), "  ")


def stretch_of(before: Heard, start: str | None, end: str | None) -> tuple[int | None, int | None]:
    """First sample of a stretch and the one after its last, as two options say them."""
    low = None if start is None else sample_at(before, start)
    high = None if end is None else sample_at(before, end)
    if low is not None and high is not None and high <= low:
        raise UsageError("the stretch holds nothing", hint="Let --to be later than --from.")
    return low, high


def sample_at(before: Heard, time: str) -> int:
    """The sample of the song at a time that somebody wrote."""
    return round(parse_time(time) * before.heard.song.sample_rate)
