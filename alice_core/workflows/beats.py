"""What people do with the beats of a song: correct them, take that back, carry them to other programs and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from alice_core.errors import Conflict, UsageError
from alice_core.media.files import reading, replacing
from alice_core.music import document as analyses
from alice_core.music.grid.correct import corrected, lyrics_of
from alice_core.music.grid.decisions import Correction, Named, Replace, SetBeat
from alice_core.music.grid.document import Corrections, check
from alice_core.music.grid.telling import tell
from alice_core.music.interchange.formats import format_named, format_of
from alice_core.music.interchange.model import Place, Score, Words, score_of
from alice_core.music.interchange.text import LARGEST
from alice_core.music.model import Analysis
from alice_core.progress import SILENT, Progress
from alice_core.store import Job, Outcome, Store, derive, ingest
from alice_core.store.derive import foresee
from alice_core.store.files import read_file
from alice_core.timing import FrameRate
from alice_core.workflows import steps
from alice_core.workflows.correcting import correction_job, edit_job, record, standing
from alice_core.workflows.make import check_sound

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Heard:
    """A song with its beats as they were heard and as they are now.

    Attributes:
        path: The song.
        digest: Of the song.
        document: Digest of the document of corrections; ``None`` where there are none.
        corrections: What people said of it.
        heard: The analysis without corrections.
        now: The analysis with them.
        notices: What the user should know of what was just done.
    """

    path: Path
    digest: str
    document: str | None
    corrections: Corrections
    heard: Analysis
    now: Analysis
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """Frames of a timeline: their rate, and the one at which the song begins."""

    rate: FrameRate
    start: int = 0


def look(store: Store, song: Path, progress: Progress = SILENT, *, dry_run: bool = False) -> Heard:
    """The beats of a song, heard if need be; with ``dry_run`` nothing is kept of that.

    Raises:
        NotFound, MediaError: The song cannot be read.
    """
    check_sound(song)
    found = read_file(song)
    job = steps.analysis_job(song.absolute(), found.digest, None, progress)
    with _carrying_out(store, dry_run=dry_run) as carry_out:
        if not dry_run:
            ingest(store, found, role="song")
        analysis = carry_out(job).products[0]
        heard = analyses.from_document(analysis.path.read_bytes())
    known = standing(store, found.digest)
    document, corrections = known or (None, Corrections(found.digest, heard.song.sample_rate))
    return Heard(song, found.digest, document, corrections, heard, corrected(heard, corrections.items))


def correct(
    store: Store,
    song: Path,
    say: Callable[[Heard], Sequence[Correction]],
    progress: Progress = SILENT,
    *,
    dry_run: bool = False,
) -> Heard:
    """Add to the corrections of a song; it is one step that ``alice undo`` takes back.

    Args:
        store: Where they are kept.
        song: The song.
        say: Given the beats as they are, what to correct.
        progress: Told about the hearing, if the song was not heard yet.
        dry_run: Only work out what would come of it.

    Raises:
        UsageError: A correction cannot be made.
        Conflict: Somebody else has corrected the song meanwhile.
    """
    before = look(store, song, progress, dry_run=dry_run)
    fresh = tuple(check(one) for one in say(before))
    if not fresh:
        return before
    what = "; ".join(tell(one, before.heard.song.sample_rate) for one in fresh)
    return _hold(store, before, (*before.corrections.items, *fresh), what, dry_run=dry_run)


def take_back(
    store: Store, song: Path, progress: Progress = SILENT, *, dry_run: bool = False, all_of: bool = False
) -> Heard:
    """Take back the newest correction of a song that holds, or all of them.

    Raises:
        Conflict: There is none.
    """
    before = look(store, song, progress, dry_run=dry_run)
    items = before.corrections.items
    if not items:
        raise Conflict(f"{song.name} has no corrections", hint="Nothing is to be taken back.")
    gone = "all corrections" if all_of else tell(items[-1], before.heard.song.sample_rate)
    return _hold(store, before, () if all_of else items[:-1], f"taken back: {gone}", dry_run=dry_run)


def read_beats(
    before: Heard, file: Path, *, form: str | None, clock: Clock, parts: frozenset[str]
) -> tuple[Replace, Score]:
    """The correction that a file of another program makes, and all that the file says.

    Args:
        before: The song.
        file: The file.
        form: Name of its format; told from its name and content where ``None``.
        clock: For formats that count frames.
        parts: Which of ``beats``, ``sections`` and ``lyrics`` to take.

    Raises:
        NotFound, MediaError: The file cannot be read, or is not of the format.
        UsageError: Its format is unknown, or it holds nothing of what was asked for.
    """
    with reading(file) as source:
        data = source.read(LARGEST + 1)
    chosen = format_named(form) if form else format_of(file.name, data)
    score = chosen.read(data, replace(_place(before, clock), name=file.name))
    rate, length = before.heard.song.sample_rate, before.heard.song.samples

    def named(words: Sequence[Words]) -> tuple[Named, ...]:
        return tuple(
            Named(_sample(one.seconds, rate), one.text, None if one.end is None else _sample(one.end, rate))
            for one in words
            if _sample(one.seconds, rate) < length
        )

    beats = {_sample(one.seconds, rate): one.position for one in reversed(score.beats)}
    made = Replace(
        chosen.title,
        tuple(SetBeat(at, beats[at]) for at in sorted(beats) if at < length) if "beats" in parts else (),
        named(score.sections) if "sections" in parts else (),
        named(score.lyrics) if "lyrics" in parts else (),
    )
    if not made.beats and not made.sections and not made.lyrics:
        raise UsageError(
            f"{file.name} holds no {' or '.join(sorted(parts))} within the song",
            hint="It may belong to another song, or count from another start.",
        )
    return made, score


def write_beats(
    heard: Heard, out: Path, *, form: str | None, clock: Clock, lyrics: Sequence[Named] | None = None
) -> str:
    """Write the beats of a song for another program; says the format.

    Raises:
        UsageError: The format is unknown or only read.
        ExportError: The file cannot be written.
    """
    chosen = format_named(form) if form else format_of(out.name)
    words = lyrics_of(heard.corrections.items) if lyrics is None else tuple(lyrics)
    data = chosen.write(score_of(heard.now, words), replace(_place(heard, clock), name=out.name))
    with replacing(out) as part:
        part.write_bytes(data)
    return chosen.title


def click_track(heard: Heard, out: Path, progress: Progress = SILENT) -> None:
    """Write the song with its beats as clicks, for the ear; see :func:`alice_core.music.click.write_clicks`."""
    from alice_core.music.click import write_clicks  # noqa: PLC0415 - codecs, only when there is work

    write_clicks(heard.path, heard.now, out, progress)


def _hold(store: Store, before: Heard, items: tuple[Correction, ...], what: str, *, dry_run: bool) -> Heard:
    corrections = replace(before.corrections, items=items)
    now = corrected(before.heard, items)
    document = before.document
    if not dry_run:
        document = derive(store, edit_job(corrections)).products[0].digest
        record(store, before.digest, document, expected=before.document, what=what)
        job = steps.analysis_job(before.path.absolute(), before.digest, None, SILENT)
        analysis = derive(store, job).products[0]
        if items:
            derive(store, correction_job(analysis.path, analysis.digest, corrections, document, None))
    return replace(before, document=document, corrections=corrections, now=now)


@contextmanager
def _carrying_out(store: Store, *, dry_run: bool) -> Iterator[Callable[[Job], Outcome]]:
    if not dry_run:
        yield partial(derive, store)
        return
    with TemporaryDirectory(prefix="alice-dry-run-") as scratch:
        yield lambda job: foresee(store, job, Path(scratch))


def _place(heard: Heard, clock: Clock) -> Place:
    song = heard.heard.song
    return Place(
        name="",
        seconds=song.seconds,
        sample_rate=song.sample_rate,
        rate=clock.rate,
        start=clock.start,
        song=str(heard.path.absolute()),
        analysis=heard.now,
    )


def _sample(seconds: Fraction, rate: int) -> int:
    return round(seconds * rate)
