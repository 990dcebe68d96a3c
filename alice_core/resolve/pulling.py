"""A cut that comes back from Resolve as decisions: what the editor did to each shot, recorded once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from alice_core.errors import ResolveError
from alice_core.projects.decisions import Decision, Stand, decide
from alice_core.resolve.cuts import PlanFile, compared_plan, plan_at
from alice_core.resolve.identity import ClipHint, Identified, identified, planned_edit
from alice_core.resolve.takes import Recast, project_of, recast, replaced, shot_of
from alice_core.store import Found, Store, ingest
from alice_core.store.files import blob_path, copy_file, placed, read_file
from alice_core.timeline.diff import Kind
from alice_core.timeline.flat import song_of
from alice_core.timeline.reading import Edit
from alice_core.timeline.reworked import Rework, reworked
from alice_core.timeline.seen import Seen
from alice_core.timing import FrameRate
from alice_core.workflows.cutting import read_cut

_CLOSE = Fraction(1, 500)
"""Rates that lie this close together are one: hosts write 23.976 for 24000/1001."""

_RECUT = (Kind.KEPT, Kind.TRIMMED, Kind.SLIPPED, Kind.REPLACED)


@dataclass(frozen=True, slots=True)
class Pull:
    """What a cut that came back says.

    Attributes:
        source: The plan that it was compared with.
        changes: What became of every clip.
        new: The decisions that were not known before.
        derived: The plan with the takes and cuts that were decided, if any were.
        notices: Sentences that the user should read.
        dry_run: Whether nothing was recorded.
    """

    source: PlanFile
    changes: tuple[Rework, ...]
    new: tuple[Decision, ...]
    derived: Recast | None
    notices: tuple[str, ...]
    dry_run: bool

    def to_json(self) -> dict[str, Any]:
        """The object that ``alice resolve pull`` prints, ``alice.resolve-pull/1``."""
        counts = Counter(change.kind.value for change in self.changes)
        return {
            "schema": "alice.resolve-pull/1",
            "decisions": [_content(change) for change in self.changes],
            "counts": {kind.value: counts[kind.value] for kind in Kind},
            "recorded": not self.dry_run,
            "new": len(self.new),
            "plan": self.source.to_json(),
            "derived": None if self.derived is None else self.derived.to_json(),
            "notices": list(self.notices),
            "dry_run": self.dry_run,
        }


def pull(
    store: Store, file: Path, plan: Path | None = None, *, hints: Sequence[ClipHint] = (), dry_run: bool = False
) -> Pull:
    """Compare a cut with the plan that it was made of, and record what was decided in it.

    The same cut pulled again records nothing new. Takes that were replaced, and cuts that
    were moved where the shots still follow each other, go into a plan of their own.

    Args:
        store: Knows the plans and the files.
        file: The cut, as Resolve exported it.
        plan: The plan; by default the one that it was pushed from.
        hints: What Resolve said of the clips beside the file.
        dry_run: Record nothing.

    Raises:
        NotFound: A file is not there, or no plan is known.
        MediaError: The file is no timeline.
        UsageError: It is an edit decision list, which names no rate, and no plan is named.
        ResolveError: It is the cut of another film, or at another rate (``ALICE-W11``).
    """
    edit = read_cut(file, None if plan is None else plan_at(plan).plan.rate)
    beside = file.absolute().parent
    source = compared_plan(store, edit if plan else identified(store, edit, beside, None, hints).edit, plan)
    edit = _at_rate(edit, source.plan.rate)
    known = identified(store, edit, beside, source, hints)
    changes = reworked(planned_edit(source), known.edit)
    _refuse_stranger(source, known.edit, changes)
    notices = _notices(source, known)
    evidence = read_file(file)
    decisions = _decisions(source, changes, evidence.digest)
    if dry_run or not decisions:
        return Pull(source, changes, (), None, notices, dry_run)
    _keep(store, evidence)
    new = decide(store, decisions, project_of(store, source))
    derived = _derived(store, source, changes, known, evidence.digest)
    return Pull(source, changes, new, derived, notices, dry_run)


def _keep(store: Store, evidence: Found) -> None:
    """Keep the cut that came back, since scripts export it to a file that soon is gone."""
    kept = blob_path(store, evidence.digest, evidence.path.suffix)
    if not kept.is_file():
        copy_file(evidence.path, kept, evidence.digest)
        ingest(store, placed(evidence, kept), role="cut")


def _at_rate(edit: Edit, rate: FrameRate) -> Edit:
    """The cut at the plan's own rate, from which a host's decimals deviate a little.

    Raises:
        ResolveError: It has another rate (``ALICE-W11``).
    """
    if abs(edit.rate.value - rate.value) > _CLOSE:
        message = f"the cut runs at {edit.rate.name} frames a second, the plan at {rate.name}"
        raise ResolveError(message, hint="Name the plan it was made of: --plan song/plan.json", code="ALICE-W11")
    return replace(edit, rate=rate)


def _refuse_stranger(source: PlanFile, edit: Edit, changes: Sequence[Rework]) -> None:
    """Refuse a cut that shows nothing of the plan.

    Raises:
        ResolveError: It is of another film, or empty (``ALICE-W11``).
    """
    song = song_of(edit)
    heard = song.source.digest if song is not None and song.source is not None else ""
    after = [change.after for change in changes if change.after is not None]
    shown = {clip.digest for clip in after if clip.digest is not None}
    takes = {shot.take.digest for shot in source.plan.shots if shot.take}
    if shown & takes or (shown and heard and heard == source.plan.song.digest):
        return
    what = "shows no file of the plan and has another song" if shown else "is empty"
    if after and not shown:
        what = "shows no file that is there or known"
    message = f"the cut {edit.name!r} {what}: it was not made of {source.path}"
    raise ResolveError(message, hint="Name the plan it was made of: --plan song/plan.json", code="ALICE-W11")


def _notices(source: PlanFile, known: Identified) -> tuple[str, ...]:
    notices = []
    if known.unknown:
        first = ", ".join(known.unknown[:3])
        notices.append(f"{len(known.unknown)} files are not there and not known; their clips go by name: {first}")
    song = song_of(known.edit)
    heard = song.source.digest if song is not None and song.source is not None else ""
    if heard and heard != source.plan.song.digest:
        notices.append("the longest sound of the cut is not the song of the plan")
    elif song is not None and song.start != 0:
        notices.append(f"the song begins at frame {float(song.start):g} of the cut")
    return tuple(notices)


def _decisions(source: PlanFile, changes: Sequence[Rework], evidence: str) -> list[Decision]:
    found = []
    for change in changes:
        if change.kind is Kind.KEPT:
            continue
        if change.kind is Kind.REPLACED and change.before is not None and change.after is not None:
            digest = change.after.digest
            if digest is not None:
                found.append(replaced(source, shot_of(source, shot=change.before.name), digest, evidence=evidence))
                continue
        part = change.before.name if change.before is not None else None
        before, after = (_stand(change.kind, one, added=part is None) for one in (change.before, change.after))
        found.append(Decision(source.digest, change.kind.value, before, after, part, None, "resolve", evidence))
    return found


def _stand(kind: Kind, clip: Seen | None, *, added: bool) -> Stand | None:
    """As much of how a clip stands as the decision is about, so that the same decision is known again."""
    if clip is None:
        return None
    if kind is Kind.SLIPPED:
        return Stand(source=clip.source_in)
    if kind is Kind.MOVED:
        return Stand(start=clip.start, end=clip.end)
    if kind is Kind.REPLACED:
        return Stand(digest=clip.digest, text=None if clip.digest else clip.item.name)
    if kind is Kind.TRIMMED:
        return Stand(start=clip.start, end=clip.end, source=clip.source_in)
    return Stand(clip.digest, clip.start, clip.end, clip.source_in, clip.name if added else None)


def _derived(
    store: Store, source: PlanFile, changes: Sequence[Rework], known: Identified, evidence: str
) -> Recast | None:
    """The plan with what was decided, as far as a plan can hold it."""
    digests = {
        change.before.name: change.after.digest
        for change in changes
        if change.kind is Kind.REPLACED and change.before and change.after and change.after.digest in known.paths
    }
    chosen = {shot: digest for shot, digest in digests.items() if digest is not None}
    starts = _starts(source, changes)
    if not chosen and not starts:
        return None
    return recast(store, source, {shot: known.paths[digest] for shot, digest in chosen.items()}, chosen, starts,
                  (evidence,))  # fmt: skip


def _starts(source: PlanFile, changes: Sequence[Rework]) -> tuple[int, ...]:
    """The first frame of every shot, where all still follow each other over the whole song; else nothing."""
    shots = source.plan.shots
    after = [change.after for change in changes if change.after is not None]
    names = [change.before.name if change.before is not None else "" for change in changes]
    whole = names == [shot.id for shot in shots] and all(change.kind in _RECUT for change in changes)
    if not whole or after[0].start != 0 or after[-1].end != source.plan.frames:
        return ()
    if any(one.end != other.start for one, other in pairwise(after)):
        return ()
    starts = tuple(clip.start for clip in after)
    return () if starts == tuple(shot.start for shot in shots) else starts


def _content(change: Rework) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "shot": change.name,
        "before": None if change.before is None else _place(change.before),
        "after": None if change.after is None else _place(change.after),
        "sentence": change.sentence,
    }


def _place(clip: Seen) -> dict[str, Any]:
    name = clip.item.source.name if clip.item.source is not None else clip.name
    return {"digest": clip.digest, "start": clip.start, "end": clip.end, "source_in": clip.source_in, "name": name}
