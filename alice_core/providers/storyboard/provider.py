"""The storyboard as a provider: stills and clips for nothing, on any machine."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from alice_core.media.files import replacing
from alice_core.progress import SILENT, Progress
from alice_core.providers.storyboard.options import shot_options
from alice_core.providers.task import ImageTask, Price, Task, VideoTask


class Storyboard:
    """Draws one animatic frame a shot; see the package for what it draws."""

    name = "storyboard"
    version = "1"

    def quote(self, task: Task) -> Price:
        """Nothing, always.

        Raises:
            ProviderRefused: The task has an option that the storyboard does not know.
        """
        shot_options(task.options)
        return Price(Decimal(0), "USD", "built in")

    def make(self, task: Task, target: Path, progress: Progress = SILENT) -> None:
        """Draw an image task to a PNG, or a video task to an MP4 in which the camera moves over the drawing.

        Raises:
            ProviderRefused: The task has an option that the storyboard does not know.
            ExportError: The target cannot be written.
        """
        if isinstance(task, VideoTask):
            _animate(task, target, progress)
        else:
            with replacing(target) as part:
                part.write_bytes(_drawn(task))


def _drawn(task: ImageTask | VideoTask) -> bytes:
    from alice_core.providers.storyboard.frame import draw_frame  # noqa: PLC0415 - numpy and Pillow, only to draw

    return draw_frame(task.prompt, task.width, task.height, task.seed, shot_options(task.options))


def _animate(task: VideoTask, target: Path, progress: Progress) -> None:
    from alice_core.media.animate import animate_still  # noqa: PLC0415 - codecs, only when there is work

    with TemporaryDirectory(prefix="alice-storyboard-") as folder:
        still = Path(folder) / "still.png"
        still.write_bytes(_drawn(task))
        animate_still(
            still,
            target,
            move=shot_options(task.options).move,
            width=task.width,
            height=task.height,
            frames=task.frames,
            rate=task.rate.value,
            progress=progress,
        )
