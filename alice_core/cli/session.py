"""What every command is given: where the store is, and how much to say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alice_core.face import Alice
    from alice_core.progress import Progress


@dataclass(frozen=True, slots=True)
class Session:
    """The global options of one call."""

    home: str | None
    quiet: bool
    verbose: bool

    def open(self, *, dry_run: bool = False) -> Alice:
        """The store, open."""
        from alice_core.face import open_alice

        return open_alice(Path(self.home) if self.home else None, dry_run=dry_run)

    def progress(self) -> Progress:
        """Bars on a terminal, lines elsewhere, nothing when quiet; always on standard error."""
        from alice_core.cli.bars import progress_for

        return progress_for(quiet=self.quiet)
