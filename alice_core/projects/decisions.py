"""Decisions: what somebody chose, instead of what, and why; each is an event that can be taken back.

They are what Alice learns a person's taste from, so they are general: a decision is about a plan, an asset
or a project, or a part of it, says how that stood before and after, and where it was made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from alice_core.errors import UsageError
from alice_core.events.projects_facts import Decided, StandFact
from alice_core.store import Reader, UnitOfWork, operation
from alice_core.store.decisions import newest_decisions

_LONGEST_REASON = 10_000


@dataclass(frozen=True, slots=True)
class Stand:
    """How something stood before or after a decision; what has nothing to do with it is ``None``.

    Attributes:
        digest: An asset.
        start: First frame in the cut.
        end: The frame after the last.
        source: First frame used of the asset.
        text: Anything said in words.
    """

    digest: str | None = None
    start: int | None = None
    end: int | None = None
    source: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Attributes:
        about: Digest of a plan or an asset, or the identifier of a project.
        kind: One word, such as ``replaced``.
        before: How it stood, ``None`` if it was not there.
        after: How it stands, ``None`` if it is gone.
        part: A part of what it is about, such as the shot of a plan.
        reason: Why, if somebody said it.
        source: Where it was made: ``resolve``, ``command``.
        evidence: Digest of the file that shows it.
    """

    about: str
    kind: str
    before: Stand | None
    after: Stand | None
    part: str | None = None
    reason: str | None = None
    source: str = "command"
    evidence: str | None = None

    @property
    def key(self) -> str:
        """``sha256:...`` over what was decided; why, where and by which file it was made do not count."""
        stands = [None if one is None else list(astuple(one)) for one in (self.before, self.after)]
        text = json.dumps([self.about, self.part, self.kind, *stands], ensure_ascii=False, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@operation("project.decide", emits=(Decided,), permission="project.write", undo="library.undo")
def decide(work: UnitOfWork, decisions: Sequence[Decision], project: str | None = None) -> tuple[Decision, ...]:
    """Record decisions and give those that were not known to hold already.

    Args:
        work: The unit of work, or a store.
        decisions: Any number; one that holds already leaves no event.
        project: Name of the project that they belong to.

    Raises:
        UsageError: A reason is too long.
    """
    fresh: list[Decision] = []
    known: dict[str, set[str]] = {}
    for one in decisions:
        if one.reason is not None and len(one.reason) > _LONGEST_REASON:
            raise UsageError("the reason is too long", hint=f"Use at most {_LONGEST_REASON:,} characters.")
        if one.about not in known:
            known[one.about] = {key for key, fact in newest_decisions(work, one.about).items() if fact.holds}
        if one.key not in known[one.about]:
            known[one.about].add(one.key)
            work.emit(_fact(one), subject=one.about, project=project)
            fresh.append(one)
    return tuple(fresh)


def decisions_about(reader: Reader, about: str) -> tuple[Decision, ...]:
    """The decisions about a plan, an asset or a project that hold, oldest first."""
    return tuple(_decision(fact) for fact in newest_decisions(reader, about).values() if fact.holds)


def _fact(one: Decision) -> Decided:
    return Decided(
        key=one.key,
        about=one.about,
        part=one.part,
        kind=one.kind,
        before=_stand_fact(one.before),
        after=_stand_fact(one.after),
        reason=one.reason,
        source=one.source,
        evidence=one.evidence,
        holds=True,
    )


def _decision(fact: Decided) -> Decision:
    return Decision(
        fact.about, fact.kind, _stand(fact.before), _stand(fact.after), fact.part, fact.reason, fact.source,
        fact.evidence,
    )  # fmt: skip


def _stand_fact(one: Stand | None) -> StandFact | None:
    if one is None:
        return None
    return StandFact(digest=one.digest, start=one.start, end=one.end, source=one.source, text=one.text)


def _stand(fact: StandFact | None) -> Stand | None:
    return None if fact is None else Stand(fact.digest, fact.start, fact.end, fact.source, fact.text)
