"""Files of one result: VideoHelperSuite writes three for one film, and people want to see one.

It writes ``X_00001.png`` (the first frame, with all metadata), ``X_00001.mp4`` (silent) and
``X_00001-audio.mp4`` (the film); where the format is a sequence of pictures, ``X_00001.001.png`` and so on.
GIF, ProRes and sequences carry no metadata of their own: the picture speaks for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from alice_core.events.library_facts import Described, Grouped
from alice_core.library.looking.seen import describe
from alice_core.media.facts import Kind
from alice_core.media.generation import Embedded, Generation
from alice_core.store import Location, Reader, Store, UnitOfWork, operation
from alice_core.store.metadata import Reading

_NAME = re.compile(r"(?P<stem>.+_\d{5,})(?P<audio>-audio)?(?:\.(?P<frame>\d{3,}))?\.(?P<suffix>\w{2,5})", re.DOTALL)
_FILMS = frozenset({"mp4", "webm", "mov", "mkv", "avi", "m4v"})
_ANIMATIONS = frozenset({"gif", "webp", "avif"})
_COMBINES = b"VHS_VideoCombine"
_GRAPHS = ("prompt", "workflow", "comment")


@dataclass(frozen=True, slots=True)
class Sibling:
    """A file beside others, as far as grouping wants to know it.

    Attributes:
        digest: Its asset.
        name: Its name in the folder.
        kind: What it is.
        generation: How it was generated, as it says itself.
        combined: Whether its metadata holds a graph with VideoHelperSuite's node that saves films.
    """

    digest: str
    name: str
    kind: Kind
    generation: Generation | None = None
    combined: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One result of several files.

    Attributes:
        leader: The file that people want to see.
        companions: The others.
        spoken: How it was generated, where the leader does not say so itself.
    """

    leader: str
    companions: tuple[str, ...]
    spoken: Generation | None = None


def results_in(siblings: Iterable[Sibling]) -> tuple[Result, ...]:
    """The results of several files among the files of one folder, in order of their names.

    Names alone prove nothing: one of the files must carry a graph that saves films, or the picture and the film
    must have been generated from the same prompt and seed. A file that says it was generated otherwise is left out.
    """
    found: dict[str, list[Sibling]] = {}
    for one in sorted(siblings, key=lambda each: each.name):
        parts = _NAME.fullmatch(one.name)
        if parts is not None:
            found.setdefault(parts["stem"], []).append(one)
    return tuple(result for some in found.values() if (result := _result(some)) is not None)


def group_companions(
    store: Store, folders: Sequence[Path] = (), *, digests: Sequence[str] = (), deep: bool = False
) -> int:
    """Find the results of several files in folders and record them; says how many assets changed.

    To be called with the folders in which files came, changed or went; it costs one look at the names of their
    files, and more only where the names are those of such a result.

    Args:
        store: The store.
        folders: Looked through without the folders in them.
        digests: Assets whose folders are looked through too.
        deep: Whether the folders in folders are looked through as well.
    """
    with store.reading() as reader:
        wanted = dict.fromkeys(folders)
        for places in reader.places.of_many(digests).values():
            wanted |= dict.fromkeys(place.path.parent for place in places)
        changes: dict[str, Change] = {}
        for folder in wanted:
            changes |= _changes(reader, folder, deep=deep)
    if changes:
        group(store, tuple(changes.values()))
    return len(changes)


@dataclass(frozen=True, slots=True)
class Change:
    """What is new of an asset: whose companion it is, and how it was generated as a sibling says."""

    digest: str
    leader: str | None
    spoken: Generation | None = None


@operation("asset.group", emits=(Grouped, Described), permission="asset.write")
def group(work: UnitOfWork, changes: Sequence[Change]) -> None:
    """Record which assets are companions of which, and let siblings speak for those that say nothing."""
    from alice_core.media.readers.registry import READERS_VERSION  # noqa: PLC0415 - asks for installed packages

    assets = work.assets.many(one.digest for one in changes)
    readings = work.metadata.readings([one.number for one in assets.values()])
    causes = work.traces.origins(assets)
    described: list[str] = []
    for one in changes:
        asset = assets.get(one.digest)
        if asset is None:
            continue
        if asset.leader != one.leader:
            work.assets.set_leader(one.digest, one.leader)
            fact = Grouped(digest=one.digest, leader=one.leader, before=asset.leader)
            work.emit(fact, subject=one.digest, causation=causes.get(one.digest))
        before = readings.get(asset.number, Reading(READERS_VERSION, Embedded()))
        if one.spoken is not None and before.embedded.generation is None:
            after = replace(before, embedded=replace(before.embedded, generation=one.spoken))
            describe(work, asset.number, one.digest, after, "sibling", causation=causes.get(one.digest))
            described.append(one.digest)
    work.texts.refresh(described)


def _result(some: list[Sibling]) -> Result | None:
    if len(some) < 2:  # noqa: PLR2004 - a result of one file needs no leader
        return None
    picture = next((one for one in some if _is_first_frame(one)), None)
    frames = [one for one in some if _frame_number(one) is not None]
    leader = _leader(some, picture) or (picture if frames else None)
    if leader is None:
        return None
    proof = picture if picture is not None and picture.generation is not None else leader
    silent = _silent_of(leader)
    others = [one for one in some if one in frames or one is picture or (silent and one.name == silent)]
    others = [one for one in others if one is not leader and _same_making(one, proof)]
    if not others or not _same_making(leader, proof) or not _proven([leader, *others], picture, leader):
        return None
    spoken = proof.generation if leader.generation is None else None
    return Result(leader.digest, tuple(dict.fromkeys(one.digest for one in others)), spoken)


def _leader(some: list[Sibling], picture: Sibling | None) -> Sibling | None:
    """The film with sound, else the only film, else the only animation; of several the one that says its making."""
    films = [one for one in some if _suffix(one) in _FILMS and one.kind is Kind.VIDEO]
    films = films or [one for one in some if _suffix(one) in _ANIMATIONS and one.kind is Kind.IMAGE]
    sounding = [one for one in films if _parts(one)["audio"]]
    choice = sounding or films
    if len(choice) > 1 and picture is not None and picture.generation is not None:
        choice = [one for one in choice if one.generation and _same_making(one, picture)]
    return choice[0] if len(choice) == 1 else None


def _proven(members: list[Sibling], picture: Sibling | None, leader: Sibling) -> bool:
    if any(one.combined for one in members):
        return True
    if picture is None or picture is leader or picture.generation is None or leader.generation is None:
        return False
    return picture.generation.prompt is not None and picture.generation.seed is not None


def _same_making(one: Sibling, other: Sibling) -> bool:
    """Whether nothing that two files say of their making contradicts the other."""
    if one.generation is None or other.generation is None:
        return True
    said = ((one.generation.prompt, other.generation.prompt), (one.generation.seed, other.generation.seed))
    return all(ours is None or theirs is None or ours == theirs for ours, theirs in said)


def _parts(one: Sibling) -> re.Match[str]:
    found = _NAME.fullmatch(one.name)
    if found is None:
        raise ValueError(f"{one.name!r} is no name of a result")
    return found


def _suffix(one: Sibling) -> str:
    return _parts(one)["suffix"].lower()


def _frame_number(one: Sibling) -> int | None:
    number = _parts(one)["frame"]
    return None if number is None else int(number)


def _is_first_frame(one: Sibling) -> bool:
    parts = _parts(one)
    return _suffix(one) == "png" and parts["frame"] is None and parts["audio"] is None and one.kind is Kind.IMAGE


def _silent_of(leader: Sibling) -> str | None:
    parts = _parts(leader)
    return f"{parts['stem']}.{parts['suffix']}" if parts["audio"] else None


def _changes(reader: Reader, folder: Path, *, deep: bool) -> Mapping[str, Change]:
    """What grouping the files of a folder changes, by digest."""
    by_folder: dict[Path, list[Location]] = {}
    for place in reader.places.below(folder):
        if deep or place.path.parent == folder:
            by_folder.setdefault(place.path.parent, []).append(place)
    wanted: dict[str, Change] = {}
    led: dict[str, str] = {}
    for places in by_folder.values():
        led |= reader.assets.leaders(place.digest for place in places)
        for result in results_in(_siblings(reader, places)):
            wanted[result.leader] = Change(result.leader, None, result.spoken)
            wanted |= {digest: Change(digest, result.leader) for digest in result.companions}
    left = {digest: leader for digest, leader in led.items() if digest not in wanted}
    wanted |= {digest: Change(digest, None) for digest, leader in left.items() if not _beside(reader, digest, leader)}
    return {digest: one for digest, one in wanted.items() if _differs(reader, one, led.get(digest))}


def _siblings(reader: Reader, places: Sequence[Location]) -> list[Sibling]:
    """The files whose names are those of a result of several."""
    stems: dict[str, list[Location]] = {}
    for place in places:
        parts = _NAME.fullmatch(place.path.name)
        if parts is not None:
            stems.setdefault(parts["stem"], []).append(place)
    several = [place for each in stems.values() if len(each) > 1 for place in each]
    assets = reader.assets.many(place.digest for place in several)
    numbers = [one.number for one in assets.values()]
    readings = reader.metadata.readings(numbers)
    graphs = reader.metadata.blocks_many(numbers, _GRAPHS)
    combined = {number for number, blocks in graphs.items() if any(_COMBINES in one.data for one in blocks)}
    siblings = []
    for place in several:
        asset = assets[place.digest]
        reading = readings.get(asset.number)
        generation = reading.embedded.generation if reading else None
        siblings.append(
            Sibling(asset.digest, place.path.name, asset.kind, generation, combined=asset.number in combined)
        )
    return siblings


def _beside(reader: Reader, digest: str, leader: str) -> bool:
    """Whether a leader lies beside its companion in any folder."""
    places = reader.places.of_many((digest, leader))
    folders = {place.path.parent for place in places.get(digest, ())}
    return any(place.path.parent in folders for place in places.get(leader, ()))


def _differs(reader: Reader, change: Change, leader: str | None) -> bool:
    if leader != change.leader:
        return True
    if change.spoken is None:
        return False
    asset = reader.assets.get(change.digest)
    reading = reader.metadata.reading(asset.number) if asset else None
    return reading is None or reading.embedded.generation is None
