"""Tasks as lines of JSON, and a whole file of them carried out; run again, it goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from alice_core.errors import AliceError, UsageError
from alice_core.media.files import reading
from alice_core.progress import SILENT, Progress
from alice_core.projects.budgets import set_budget
from alice_core.providers.quote import Quote
from alice_core.providers.task import AudioTask, ImageTask, Reference, Task, VideoTask, VisionTask
from alice_core.store import Store
from alice_core.store.ledger import Budget
from alice_core.timing import FrameRate
from alice_core.workflows.deliveries import sweep
from alice_core.workflows.parallel import each
from alice_core.workflows.singles import Single, SingleRequest, reference_to, run_name
from alice_core.workflows.spending import demand_all

_KINDS: dict[str, type[Task]] = {"image": ImageTask, "video": VideoTask, "audio": AudioTask, "vision": VisionTask}
_ROLES = {"image": "reference", "video": "reference", "audio": "reference", "vision": "picture"}
_ABOUT = frozenset({"task", "provider", "project", "take", "size", "seconds", "fps", "id"})
_DEFAULT_SIZE = (1024, 1024)
_LONGEST = 1 << 20
_TEXT, _WHOLE, _FLAG = "a text", "a whole number", "true or false"
_SHAPES: dict[str, tuple[type, str]] = {
    "prompt": (str, _TEXT), "negative": (str, _TEXT), "quality": (str, _TEXT), "format": (str, _TEXT),
    "background": (str, _TEXT), "resolution": (str, _TEXT), "model": (str, _TEXT), "text": (str, _TEXT),
    "voice": (str, _TEXT), "sound": (str, _TEXT), "question": (str, _TEXT), "width": (int, _WHOLE),
    "height": (int, _WHOLE), "seed": (int, _WHOLE), "count": (int, _WHOLE), "frames": (int, _WHOLE),
    "max_tokens": (int, _WHOLE), "audio": (bool, _FLAG), "options": (dict, "an object"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of a line: ``found``, ``made``, ``failed``, ``priced`` or ``wrong``."""

    line: int
    state: Literal["found", "made", "failed", "priced", "wrong"]
    id: str | None = None
    outputs: tuple[tuple[str, Path], ...] = ()
    quote: Quote | None = None
    error: AliceError | None = None


@dataclass(frozen=True, slots=True)
class LinesRequest:
    """A file of tasks.

    Attributes:
        file: One JSON object a line.
        folder: Of the results.
        project: The project of lines that name none.
        budget: What all of it may cost.
        approve: Allow what is above a budget's limit for one request.
        workers: How many at once.
    """

    file: Path
    folder: Path
    project: str | None = None
    budget: Decimal | None = None
    approve: bool = False
    workers: int = 4


class Lines:
    """The tasks of a file, priced; nothing is sent before :meth:`run`."""

    def __init__(
        self, store: Store, request: LinesRequest, progress: Progress = SILENT, *, dry_run: bool = False
    ) -> None:
        """Read the file and price what it asks for; a line that is wrong is told and spoils no other.

        With ``dry_run`` nothing is written, and nothing can be run.

        Raises:
            NotFound: There is no such file.
        """
        self.store, self.request, self.progress = store, request, progress
        self._dry_run = dry_run
        self.wrong: list[LineResult] = []
        self.singles: list[tuple[int, str | None, Single]] = []
        run = run_name(str(request.file.absolute()))
        for line, text in _lines(request.file):
            name: str | None = None
            try:
                content = _object(text)
                name = None if content.get("id") is None else str(content["id"])
                self.singles.append((line, name, self._single(content, run)))
            except AliceError as error:
                self.wrong.append(LineResult(line, "wrong", name, error=error))

    def priced(self) -> tuple[LineResult, ...]:
        """Every line with its price, or that it is there, or what is wrong with it."""
        found = [
            LineResult(line, "found" if one.found else "priced", name, quote=one.quote)
            for line, name, one in self.singles
        ]
        return tuple(sorted((*found, *self.wrong), key=lambda one: one.line))

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """What is to be paid at most, line by line."""
        return tuple(one.quote for _, _, one in self.singles if one.quote is not None)

    def run(self, tell: Callable[[LineResult], None] = lambda _: None) -> tuple[LineResult, ...]:
        """Carry out what is missing; says what became of every line.

        Raises:
            BudgetExceeded: It may cost more than there is; nothing was sent.
        """
        paying = [one for _, _, one in self.singles if one.quote is not None]
        payers = {one.scope: one for one in paying}
        if self.request.budget is not None and len({one.scope for _, _, one in self.singles}) > 1:
            message = "one budget cannot be kept for tasks of several projects"
            raise UsageError(message, hint="Give each project a budget: alice project budget NAME AMOUNT")
        for scope, payer in payers.items():
            quotes = [one.quote for one in paying if one.scope == scope and one.quote is not None]
            if self.request.budget is not None:
                set_budget(self.store, Budget(scope, quotes[0].currency, most=self.request.budget))
            demand_all(self.store, payer.runner.spending, quotes)
        found: dict[int, LineResult] = {}
        with self.progress.stage("carrying out tasks", len(self.singles), "tasks") as stage:
            for _, result in each(range(len(self.singles)), self._carry_out, self.request.workers, ending=self._stop):
                found[result.line] = result
                tell(result)
                stage.advance()
        sweep(self.store)
        return tuple(sorted((*found.values(), *self.wrong), key=lambda one: one.line))

    def _carry_out(self, place: int) -> LineResult:
        line, name, single = self.singles[place]
        try:
            outcome = single.run()
        except AliceError as error:
            return LineResult(line, "failed", name, error=error)
        outputs = tuple((product.digest, product.path) for product in outcome.products)
        return LineResult(line, "found" if outcome.reused else "made", name, outputs)

    def _stop(self) -> None:
        for _, _, single in self.singles:
            single.runner.stop()

    def _single(self, content: dict[str, Any], run: str) -> Single:
        provider, take = content.get("provider", "storyboard"), content.get("take", 0)
        if not isinstance(provider, str) or not isinstance(take, int) or isinstance(take, bool):
            raise UsageError("provider is a text and take a whole number", hint="See: alice batch --help")
        asked = SingleRequest(
            provider,
            task_from(self.store, content, self.request.file.absolute().parent, dry_run=self._dry_run),
            self.request.folder,
            str(content["project"]) if content.get("project") else self.request.project,
            run,
            approve=self.request.approve,
            take=take,
        )
        return Single(self.store, asked, self.progress)


def task_from(store: Store, content: dict[str, Any], folder: Path, *, dry_run: bool = False) -> Task:
    """The task that a JSON object tells of.

    ``task`` is its kind; the rest are the fields of the task. ``size`` may say ``1024x576``, ``seconds`` and ``fps``
    the frames of a clip, ``references`` digests, paths or objects with ``file`` and ``role``.

    Raises:
        UsageError: A field is unknown, missing or of another kind.
        NotFound: A file that it reads is not there.
    """
    kind = content.get("task")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise UsageError(f"task is {kind!r}", hint=f"It can be: {', '.join(_KINDS)}.")
    names = {one.name for one in fields(_KINDS[kind])}
    said = {name: value for name, value in content.items() if name not in _ABOUT}
    unknown = next((name for name in said if name not in names), None)
    if unknown is not None:
        raise UsageError(f"a task of the kind {kind} has no {unknown!r}", hint=f"It has: {', '.join(sorted(names))}.")
    for name, value in said.items():
        _fitting(name, value)
    said["references"] = _references(store, content, kind, folder, dry_run=dry_run)
    if "schema" in said and not isinstance(said["schema"], str):
        said["schema"] = json.dumps(said["schema"], sort_keys=True, ensure_ascii=False)
    said |= _measures(kind, content)
    try:
        return _KINDS[kind](**said)
    except TypeError as error:
        missing = str(error).rpartition(": ")[2]
        raise UsageError(f"a task of the kind {kind} lacks {missing}", hint="See: alice batch --help") from error


def _measures(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """Size, length and rate, which a line may say in other words than the task."""
    from alice_core.workflows.request import parse_size  # noqa: PLC0415 - only for such tasks

    found: dict[str, Any] = {}
    if kind in ("image", "video"):
        wide, high = parse_size(str(content["size"])) if "size" in content else _DEFAULT_SIZE
        found = {
            "width": content.get("width", wide),
            "height": content.get("height", high),
            "seed": content.get("seed", 0),
        }
    seconds = None if content.get("seconds") is None else _exact(content["seconds"])
    if kind == "video":
        rate = FrameRate.parse(str(content.get("fps", content.get("rate", "24"))))
        frames = content.get("frames")
        found |= {
            "rate": rate,
            "frames": frames if frames is not None else round((seconds or Fraction(5)) * rate.value),
        }
    if kind == "audio" and seconds is not None:
        found["seconds"] = seconds
    return found


def _references(
    store: Store, content: dict[str, Any], kind: str, folder: Path, *, dry_run: bool
) -> tuple[Reference, ...]:
    said = content.get("references", [])
    if not isinstance(said, list):
        raise UsageError("references is no list", hint='Write: "references": ["picture.png"]')
    found = []
    for one in said:
        if isinstance(one, str):
            found.append(reference_to(store, one, _ROLES[kind], folder, dry_run=dry_run))
        elif isinstance(one, dict) and isinstance(one.get("file"), str) and isinstance(one.get("role", ""), str):
            found.append(reference_to(store, one["file"], one.get("role") or _ROLES[kind], folder, dry_run=dry_run))
        else:
            raise UsageError(f"{one!r} is no reference", hint='Write: {"file": "picture.png", "role": "mask"}')
    return tuple(found)


def _fitting(name: str, value: object) -> None:
    shape = _SHAPES.get(name)
    if shape is None:
        return
    kind, words = shape
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise UsageError(f"{name} is {str(value)[:60]!r}, not {words}", hint="See: alice batch --help")


def _exact(value: object) -> Fraction:
    try:
        found = Fraction(str(value))
    except (ValueError, ZeroDivisionError) as error:
        raise UsageError(f"seconds is {value!r}, no number", hint="Write 5 or 4.5.") from error
    if not 0 < found < 36_000:  # noqa: PLR2004 - ten hours
        raise UsageError(f"seconds is {value!r}", hint="It is more than 0 and less than ten hours.")
    return found


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    with reading(file) as source:
        for number, line in enumerate(source, 1):
            if line.strip():
                yield number, line


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > _LONGEST:
        raise UsageError(f"the line has {len(line):,} bytes; {_LONGEST:,} are the most", hint="Shorten it.")
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the line is no JSON: {error}", hint="Write one JSON object a line.") from error
    if not isinstance(content, dict):
        raise UsageError("the line is JSON, but no object", hint="Write one JSON object a line.")
    return content
