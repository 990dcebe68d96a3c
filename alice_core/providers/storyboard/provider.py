"""The storyboard as a provider: stills and clips for nothing, on any machine."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from alice_core.errors import ProviderInvalidTask, ProviderRefused
from alice_core.progress import SILENT
from alice_core.providers.card import Limits, ModelCard, OptionRule, Problem
from alice_core.providers.checking import demand, problems_of
from alice_core.providers.operation import Answer, Done, Operation, Output, Submission
from alice_core.providers.prices import PriceBook
from alice_core.providers.protocol import Inputs
from alice_core.providers.quote import Measure, Quote, quote_of
from alice_core.providers.storyboard.options import OPTIONS, shot_options
from alice_core.providers.task import ImageTask, Task, VideoTask, options_for

_NAME = "storyboard"
_CARD = ModelCard(
    provider=_NAME,
    model=_NAME,
    tasks=("image", "video"),
    meters=("request",),
    title="Storyboard: one drawn animatic frame a shot",
    limits=Limits(formats=("png", "mp4"), ignores=("negative", "quality", "background", "audio", "references")),
    options={name: OptionRule("any", about=about) for name, about in OPTIONS.items()},
    delivery="local",
    idempotent_submit="replay",
    deterministic_seed=True,
    concurrency=2,
)


class Storyboard:
    """Draws one animatic frame a shot; see the package for what it draws."""

    name = _NAME
    version = "1"

    def cards(self) -> tuple[ModelCard, ...]:
        """The only model."""
        return (_CARD,)

    def card(self, model: str = "", kind: str = "") -> ModelCard:
        """The only model.

        Raises:
            ProviderInvalidTask: Another is asked for, or another kind of task.
        """
        if model not in {"", _NAME} or kind not in {"", *_CARD.tasks}:
            raise ProviderInvalidTask(
                f"the storyboard has no model {model!r} for {kind or 'this'}",
                hint="It draws images and videos; leave the model out.",
                provider=_NAME,
            )
        return _CARD

    def check(self, task: Task) -> tuple[Problem, ...]:
        """What is wrong with a task; an unknown option, for example."""
        problems = problems_of(task, _CARD)
        suffix = {"image": "png", "video": "mp4"}.get(task.kind)
        if suffix is not None and task.format != suffix:
            problems += (Problem("format", f"a storyboard {task.kind} is a {suffix}", f"Write {suffix}."),)
        if not any(one.field.startswith("options.") for one in problems):
            try:
                shot_options(options_for(task, _NAME))
            except ProviderRefused as error:
                problems += (Problem("options.storyboard", error.message, error.hint or ""),)
        return problems

    def quote(self, task: Task, book: PriceBook) -> Quote:
        """Nothing, always: an entry of the price book says so."""
        return quote_of(_CARD, task.kind, (Measure.exactly("request", 1),), book)

    def submit(self, task: Task, key: str, inputs: Inputs) -> Submission:  # noqa: ARG002 - it reads nothing
        """Draw a PNG, or an MP4 in which the camera moves over the drawing.

        Raises:
            ProviderInvalidTask: It is neither, or has an option that the storyboard does not know.
        """
        demand(task, _CARD, self.check(task))
        operation = Operation(_NAME, _NAME, task.kind, key)
        if not isinstance(task, ImageTask | VideoTask):  # its card said so already
            raise ProviderInvalidTask(f"the storyboard makes no {task.kind}", provider=_NAME)
        if isinstance(task, VideoTask):
            output = Output("video/mp4", data=_animated(task), width=task.width, height=task.height)
        else:
            output = Output("image/png", data=_drawn(task), width=task.width, height=task.height)
        return Submission(operation, Done((output,), usage={"request": Decimal(1)}))

    def poll(self, operation: Operation) -> Answer:
        """Never needed: everything is drawn at once.

        Raises:
            ProviderInvalidTask: Always.
        """
        raise ProviderInvalidTask(f"the storyboard keeps no job {operation.key}", hint="Ask again.", provider=_NAME)

    def cancel(self, operation: Operation) -> bool:  # noqa: ARG002 - nothing is ever under way
        """Nothing is ever under way."""
        return False

    def lookup(self, key: str, since: str) -> Operation | None:  # noqa: ARG002 - nothing is ever under way
        """Nothing is ever under way."""
        return None


def _drawn(task: ImageTask | VideoTask) -> bytes:
    from alice_core.providers.storyboard.frame import draw_frame  # noqa: PLC0415 - numpy and Pillow, only to draw

    options = shot_options(options_for(task, _NAME))
    return draw_frame(task.prompt, task.width, task.height, task.seed, options)


def _animated(task: VideoTask) -> bytes:
    from alice_core.media.animate import animate_still  # noqa: PLC0415 - codecs, only when there is work

    with TemporaryDirectory(prefix="alice-storyboard-") as folder:
        still, clip = Path(folder) / "still.png", Path(folder) / "clip.mp4"
        still.write_bytes(_drawn(task))
        animate_still(
            still,
            clip,
            move=shot_options(options_for(task, _NAME)).move,
            width=task.width,
            height=task.height,
            frames=task.frames,
            rate=task.rate.value,
            progress=SILENT,
        )
        return clip.read_bytes()
