"""Timelines of plans and of foreign cuts, with the files behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from alice_core.directing.adoption import Adopted, plan_of_edit
from alice_core.directing.cut import timeline_of
from alice_core.directing.model import Plan, SongReference, Take
from alice_core.errors import NotFound
from alice_core.media.files import make_folder, reading, replacing
from alice_core.music.model import Analysis, Beat
from alice_core.store import Store
from alice_core.store.files import read_file
from alice_core.timeline import Document, documents, read_edit
from alice_core.timeline.conforming import Use
from alice_core.timeline.flat import flattened, song_of
from alice_core.timeline.looking import media_at, media_of_edit, song_of_edit, timeline_of_edit
from alice_core.timeline.model import Media, MediaKind, Timeline
from alice_core.timeline.reading import Edit
from alice_core.timeline.urls import path_of_url
from alice_core.timing import FrameRate
from alice_core.workflows.casting import cast_plan
from alice_core.workflows.planfiles import digest_at, place_of, read_plan


def read_cut(path: Path, rate: FrameRate | None = None) -> Edit:
    """The cut in a file of any format; an edit decision list needs a rate.

    Raises:
        NotFound: There is no such file.
        UsageError: It is a list and no rate is given.
        MediaError: It is no timeline.
    """
    with reading(path) as source:
        return read_edit(source.read(), None, rate)


@dataclass(frozen=True, slots=True)
class PlannedMedia:
    """The files behind a plan as they really are.

    Attributes:
        plan: The plan.
        takes: The media of every shot that has a take, by the shot's id.
        song: The sound.
        notices: What the plan says otherwise, in sentences.
    """

    plan: Plan
    takes: dict[str, Media]
    song: Media
    notices: tuple[str, ...]

    @property
    def uses(self) -> tuple[Use, ...]:
        """The frames that every shot takes of its file."""
        return tuple(Use(self.takes[shot.id], 0, shot.frames) for shot in self.plan.shots if shot.id in self.takes)

    @property
    def name(self) -> str:
        """Of the timeline: the song's."""
        return self.song.path.stem

    def timeline(self, instead: Mapping[Media, tuple[Media, int]] | None = None) -> Timeline:
        """The cut, on other files where there are some; see :func:`~alice_core.timeline.conforming.conformed`.

        Raises:
            NotFound: A shot has no take.
            ExportError: A take is a sound, or shorter than its shot.
        """
        made = instead or {}
        media = {shot: made[one][0] if one in made else one for shot, one in self.takes.items()}
        return timeline_of(self.plan, media, self.song, self.name)


def planned_media(store: Store, file: Path, song: Path | None = None) -> PlannedMedia:
    """The files behind a plan, each looked at; one that moved is found by its content.

    Takes that somebody chose or liked go before those that the plan names.

    Args:
        store: Where a file is sought by its digest if it is not where the plan says.
        file: The plan; its takes' paths are relative to it.
        song: The song.

    Raises:
        NotFound: A take or the song is not there.
        MediaError: One of them is no media.
    """
    plan = cast_plan(store, file, read_plan(file))
    sought = _Sought(store)
    media: dict[str, Media] = {}
    known: dict[Take, Media] = {}
    for shot in plan.shots:
        if shot.take is not None:
            if shot.take not in known:
                known[shot.take] = sought.media((file.absolute().parent / shot.take.path).resolve(), shot.take.digest)
            media[shot.id] = known[shot.take]
    path = (song or _song_path(store, plan.song.digest)).absolute()
    heard = media_at(path, digest_at(store, path))
    if plan.song.digest and heard.digest != plan.song.digest:
        sought.notices.append(f"{path.name} is not the song that the plan was cut to; it is laid as it is")
    sound = replace(heard, duration=plan.song.seconds, sample_rate=plan.song.sample_rate)
    if sound.kind is not MediaKind.SOUND:  # the song of a film: only its sound is laid
        sound = Media(sound.path, sound.digest, sound.kind, 0, 0, None, sound.duration, sound.sample_rate,
                      sound.channels, sound.start)  # fmt: skip
    return PlannedMedia(plan, media, sound, tuple(sought.notices))


def timeline_of_plan(store: Store, file: Path, song: Path | None = None) -> Timeline:
    """The timeline of a plan with the takes that it names, as they are; see :func:`planned_media`.

    Raises:
        NotFound: A take or the song is not there.
        ExportError: A take is too short for its shot.
    """
    return planned_media(store, file, song).timeline()


def cut_as_timeline(path: Path, edit: Edit, song: Path | None = None) -> tuple[Timeline, tuple[str, ...]]:
    """A foreign cut as a timeline of ours, its files looked at where they are there; and what was repaired.

    Raises:
        NotFound: No song is given and the cut names none.
        ExportError: A stretch is black or shows no file, or a clip is retimed.
    """
    files = {
        name: replace(media, digest=media.digest or read_file(media.path).digest)
        for name, media in media_of_edit(edit, path.absolute().parent).items()
    }
    if song is None:
        return timeline_of_edit(edit, song_of_edit(edit, files), files)
    return timeline_of_edit(edit, media_at(song.absolute(), read_file(song).digest), files)


def adopt(path: Path, edit: Edit, song: Path | None, analysis: Analysis | None, folder: Path) -> Adopted:
    """The plan of a foreign cut; takes are the files that are there, named relative to ``folder`` where they can be.

    Raises:
        NotFound: No song is given and the cut names none that is there.
    """
    found = song if song is not None else _named_song(path, edit)
    facts = media_at(found.absolute())
    digest = read_file(found).digest
    rate = facts.sample_rate or 48_000
    samples = analysis.song.samples if analysis is not None else round((facts.duration or Fraction(0)) * rate)
    reference = SongReference(digest, analysis.song.sample_rate if analysis is not None else rate, samples)
    files = media_of_edit(edit, path.absolute().parent)
    digests: dict[Path, str] = {}
    takes = [_take(span.item.source.url, files, digests, folder) if span.item is not None and span.item.source else None
             for span in flattened(edit, whole=False)]  # fmt: skip
    size = next(((media.width, media.height) for media in files.values() if media.width), (1920, 1080))
    return plan_of_edit(edit, reference, takes, size)


def beat_frames(
    analysis: Analysis, rate: FrameRate, edit: Edit, *, every: int = 1, downbeats: bool = False
) -> list[int]:
    """The frames of a song's beats on a cut that may begin inside the song or before it.

    Args:
        analysis: Of the song.
        rate: Of the cut.
        edit: The cut; its longest sound says where the song begins.
        every: Take each n-th of the beats, counted from the first beat of a bar: 4 is every bar of four.
        downbeats: Take only the first beat of each bar; with ``every`` each n-th bar.
    """
    item = song_of(edit)
    shift = Fraction(0) if item is None else item.start - (item.source_in or Fraction(0))
    chosen = counted(analysis.beats, every=every, downbeats=downbeats)
    moments = [Fraction(beat.sample, analysis.song.sample_rate) + shift / rate.value for beat in chosen]
    return sorted({rate.nearest_frame(moment) for moment in moments})


def counted(beats: Sequence[Beat], *, every: int = 1, downbeats: bool = False) -> list[Beat]:
    """Each n-th beat, or each n-th first beat of a bar, so counted that the first downbeat is among them."""
    chosen = [beat for beat in beats if beat.position == 1 or not downbeats]
    first = next((place for place, beat in enumerate(chosen) if beat.position == 1), 0)
    return chosen[first % every :: every]


def write_documents(timeline: Timeline, formats: Sequence[str], folder: Path, stem: str, version: str) -> list[Path]:
    """The files of a timeline in several formats, each written whole or not at all."""
    parts: list[Document] = []
    for name in formats:
        parts += documents(timeline, name, stem, fcpxml_version=version)
    make_folder(folder)
    for part in parts:
        with replacing(folder / part.name) as file:
            file.write_bytes(part.data)
    return [folder / part.name for part in parts]


def _named_song(path: Path, edit: Edit) -> Path:
    item = song_of(edit)
    named = path_of_url(item.source.url) if item is not None and item.source is not None else ""
    found = path.absolute().parent / named if named else None
    if found is None or not found.is_file():
        raise NotFound("the cut names no song that is there", hint="Say which: --song song.wav")
    return found


def _take(url: str, files: Mapping[str, Media], digests: dict[Path, str], folder: Path) -> Take | None:
    media = files.get(path_of_url(url))
    if media is None:
        return None
    if media.path not in digests:
        digests[media.path] = read_file(media.path).digest  # what a stranger's file says of it proves nothing
    near = media.path.relative_to(folder) if media.path.is_relative_to(folder) else media.path
    return Take(digests[media.path], near.as_posix())


def _song_path(store: Store, digest: str) -> Path:
    found = place_of(store, digest)
    if found is None:
        raise NotFound("the song of the plan is not in the library", hint="Say where it is: --song song.wav")
    return found


class _Sought:
    """Files sought where a plan says, and by their content where they are not."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.notices: list[str] = []

    def media(self, path: Path, digest: str) -> Media:
        """The file of a take as media.

        Raises:
            NotFound: It is neither there nor in the library.
        """
        there = path.is_file()
        if there and (not digest or digest_at(self._store, path) == digest):
            return media_at(path, digest or digest_at(self._store, path))
        moved = place_of(self._store, digest) if digest else None
        if moved is not None:
            self.notices.append(f"{path.name} was found by its content at {moved}")
            return media_at(moved, digest)
        if there:
            self.notices.append(f"{path.name} is not the file that the plan was made with; it is used as it is now")
        return media_at(path, digest_at(self._store, path) if there else digest)
