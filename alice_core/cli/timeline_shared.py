"""What the commands of ``alice timeline`` share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from alice_core.timing import FrameRate

FILE = click.Path(path_type=Path)
fps_option = click.option("--fps", metavar="RATE", help="Rate of an edit decision list, which names none: 25, 29.97.")


def rate_of(fps: str | None) -> FrameRate | None:
    """The rate that was said, if one was."""
    from alice_core.timing import FrameRate

    return FrameRate.parse(fps) if fps else None
