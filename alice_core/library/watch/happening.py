"""What the daemon tells of: as a sentence for people, as values for programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alice_core.library.files import IngestReport
from alice_core.media.files import path_said


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that the daemon did or noticed.

    Attributes:
        kind: ``started``, ``took`` (files in), ``scanned`` (everything), ``polling``, ``overflow``, ``away``,
            ``back``, ``error`` or ``stopped``.
        text: The same as a sentence.
        report: What taking files in did.
        path: The folder it is about.
        seconds: How long it took.
    """

    kind: str
    text: str
    report: IngestReport | None = None
    path: Path | None = None
    seconds: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The happening as JSON values."""
        values: dict[str, Any] = {"event": self.kind, "text": self.text}
        if self.path is not None:
            values["path"] = str(self.path)
        if self.seconds is not None:
            values["seconds"] = round(self.seconds, 3)
        return values | (self.report.to_json() if self.report is not None else {})


def summary(report: IngestReport) -> str:
    """What taking files in did, in one line."""
    growing = sum(1 for one in report.findings if one.state == "growing")
    counts = (
        (len(report.new), "new"),
        (len(report.found), "known"),
        (len(report.moved), "moved"),
        (len(report.lost), "gone"),
        (growing, "growing"),
        (len(report.findings) - growing, "not taken"),
    )
    text = ", ".join(f"{count} {what}" for count, what in counts if count)
    first = next((path for paths in (report.new, report.found, report.lost) for path in paths), None)
    return text + (f" ({path_said(first)}{', ...' if len(report.new) > 1 else ''})" if first else "")
