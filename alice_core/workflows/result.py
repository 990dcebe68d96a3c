"""What the main job gave, or would give."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from alice_core.directing.model import Plan, Shot
from alice_core.store.ledger import Sums
from alice_core.store.money import money_text
from alice_core.timing import exact_text


@dataclass(frozen=True, slots=True)
class MadeShot:
    """A shot of the plan, the file of its take, and whether that file took no work."""

    shot: Shot
    path: Path
    digest: str | None
    reused: bool

    def to_json(self) -> dict[str, Any]:
        """The shot as in ``alice make --json``; the path of the take is absolute."""
        shot = self.shot
        return {
            "id": shot.id,
            "start": shot.start,
            "end": shot.end,
            "beat": exact_text(shot.beat),
            "section": shot.section,
            "prompt": shot.prompt,
            "seed": shot.seed,
            "move": shot.move.value,
            "take": {"digest": self.digest, "path": str(self.path)},
            "reused": self.reused,
        }


@dataclass(frozen=True, slots=True)
class MakeResult:
    """The results of the main job.

    Attributes:
        folder: Where they lie.
        project: Name of the project.
        analysis, picture, plan_file, preview: Paths.
        timelines: Path by format.
        plan: The plan.
        shots: Shot by shot.
        ran: Operations that were carried out.
        reused: Operations whose results were there already.
        cost: What it cost so far, or would cost.
        currency: Of the cost.
        notices: Sentences that the user should read.
        dry_run: Whether nothing was written.
        sums: The money of these results in the ledger.
    """

    folder: Path
    project: str
    analysis: Path
    picture: Path
    plan_file: Path
    preview: Path
    timelines: dict[str, Path]
    plan: Plan
    shots: tuple[MadeShot, ...]
    ran: tuple[str, ...]
    reused: tuple[str, ...]
    cost: Decimal
    currency: str
    notices: tuple[str, ...]
    dry_run: bool = False
    sums: Sums = field(default_factory=Sums)

    def to_json(self) -> dict[str, Any]:
        """The object that ``alice make --json`` prints."""
        return {
            "analysis": str(self.analysis),
            "picture": str(self.picture),
            "plan": str(self.plan_file),
            "timelines": {name: str(path) for name, path in self.timelines.items()},
            "preview": str(self.preview),
            "shots": [shot.to_json() for shot in self.shots],
            "ran": list(self.ran),
            "reused": list(self.reused),
            "cost": {
                "currency": self.currency,
                "spent": money_text(self.sums.spent),
                "reserved": money_text(self.sums.reserved),
                "in_doubt": money_text(self.sums.in_doubt),
                "price": money_text(self.cost),
            },
            "project": self.project,
            "folder": str(self.folder),
            "notices": list(self.notices),
            "dry_run": self.dry_run,
        }
