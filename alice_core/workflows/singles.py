"""Single tasks: one picture, clip, sound or look, through the same runner, ledger and library as whole plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from alice_core import projects
from alice_core.errors import NotFound, UsageError
from alice_core.library import ingest_paths
from alice_core.media.digest import digest_of_file, is_digest
from alice_core.media.files import make_folder, path_said
from alice_core.progress import SILENT, Progress
from alice_core.projects.budgets import set_budget
from alice_core.providers.comfy.files import options_of
from alice_core.providers.quote import Quote
from alice_core.providers.registry import get_provider
from alice_core.providers.suiting import suiting_model
from alice_core.providers.task import ImageTask, Reference, Task
from alice_core.store import Job, Outcome, Project, Store, Target, derive
from alice_core.store.derive import standing
from alice_core.store.files import read_file
from alice_core.store.ledger import Budget, Scope
from alice_core.workflows.generating import Runner
from alice_core.workflows.pictures import pictures_of, reference_of
from alice_core.workflows.spending import demand_all, spending_today
from alice_core.workflows.tasks import recipe_of


@dataclass(frozen=True, slots=True)
class SingleRequest:
    """One task, and where its result goes.

    Attributes:
        provider: Who is asked.
        task: What; its references name digests that the library knows (see :func:`reference_to`).
        folder: Of the results; ``None`` keeps them in the store's own folder.
        project: Name of the project that it belongs to.
        run: Name under which its money is counted.
        budget: What the run may cost in all.
        approve: Allow what is above a budget's limit for one request.
        take: Another number asks for another result of the same task.
    """

    provider: str
    task: Task
    folder: Path | None = None
    project: str | None = None
    run: str = "single"
    budget: Decimal | None = None
    approve: bool = False
    take: int = 0


class Single:
    """A task whose price is known; nothing is sent before :meth:`run`."""

    def __init__(self, store: Store, request: SingleRequest, progress: Progress = SILENT) -> None:
        """Find whether it was done, and what it costs if not.

        Raises:
            UsageError: There is no such provider.
            NotFound: There is no such project, or a picture that the task reads is gone.
            ProviderError: It cannot be carried out like this.
            PriceUnknown: Nobody has said what it costs.
        """
        self.store, self.request = store, request
        self.project: Project | None = None
        if request.project:
            self.project = projects.open_for_work(projects.get(store, request.project))
        self.scope = Scope(self.project.id if self.project else "", request.run)
        spending = spending_today(self.scope, approved=request.approve)
        self.runner = Runner(store, get_provider(request.provider), spending, progress)
        roles = {one.role for one in request.task.references}
        model = suiting_model(self.runner.provider, request.task.kind, roles, request.task.model)
        self.task: Task = replace(request.task, model=model)
        self.job = self._job()
        self.found = standing(store, (self.job,))[0]
        self.quote: Quote | None = None if self.found else self.runner.price(self.task)

    def run(self) -> Outcome:
        """Carry it out, or find it.

        Raises:
            BudgetExceeded: It may cost more than there is; nothing was sent.
            ProviderError: It was not made.
        """
        if self.request.budget is not None and self.quote is not None:
            set_budget(self.store, Budget(self.scope, self.quote.currency, most=self.request.budget))
        if self.quote is not None:
            demand_all(self.store, self.runner.spending, (self.quote,))
        if self.request.folder is not None:
            make_folder(self.request.folder)
        try:
            return derive(self.store, self.job, project=self.project)
        except KeyboardInterrupt:
            self.runner.stop()
            raise

    def _job(self) -> Job:
        task = self.task
        recipe = recipe_of(task, self.runner.provider, self.request.take)
        count = task.count if isinstance(task, ImageTask) else 1
        stem = f"{task.kind}-{recipe.key.removeprefix('sha256:')[:10]}"
        names = [f"{stem}-{chr(97 + place)}" if count > 1 else stem for place in range(count)]
        roles = ["take" if count == 1 else f"take-{place + 1}" for place in range(count)]
        folder = (self.request.folder or Path()).absolute() if self.request.folder is not None else Path()
        targets = tuple(
            Target(role, folder / f"{name}.{task.format}", words=task.prompt)
            for role, name in zip(roles, names, strict=True)
        )

        def make(paths: tuple[Path, ...]) -> None:
            _, files = pictures_of(self.store, tuple(one.digest for one in task.references))
            self.runner.make(task, recipe, paths, inputs=files)

        return Job(recipe, targets, make)


def reference_to(
    store: Store, name: str, role: str = "reference", folder: Path | None = None, *, dry_run: bool = False
) -> Reference:
    """A picture, clip or sound that a task reads, from a digest or a path; a path's file is taken into the library.

    Args:
        store: The library.
        name: A digest, or the path of a file.
        role: As in :class:`~alice_core.providers.task.Reference`.
        folder: What a relative path is relative to.
        dry_run: Take nothing in.

    Raises:
        NotFound: There is no such file or asset (``ALICE-N01``).
    """
    digest = name
    if not is_digest(name):
        path = (folder or Path.cwd()) / name
        if not path.is_file():
            raise NotFound(f"{path_said(path)} does not exist", hint="Check the spelling.", code="ALICE-N01")
        if dry_run:
            found = read_file(path)
            return replace(reference_of(found.digest, found.facts), role=role)
        ingest_paths(store, [path])
        digest = str(digest_of_file(path))
    known, _ = pictures_of(store, (digest,))
    return replace(known[digest], role=role)


def options_from(pairs: Mapping[str, str], provider: str) -> dict[str, dict[str, object]]:
    """Options of a provider from texts, each read as its card says (``guidance_scale=3.5``).

    Raises:
        UsageError: A text is no value of the kind that the option has.
    """
    rules = {name: rule for card in get_provider(provider).cards() for name, rule in card.options.items()}
    found: dict[str, object] = {}
    for name, text in pairs.items():
        rule = rules.get(name) or rules.get("*")
        try:
            found[name] = _value(text, rule.kind if rule else "text")
        except ValueError as error:
            message = f"{name}={text} is no {rule.kind if rule else 'text'}"
            raise UsageError(message, hint=f"See: alice providers show {provider}") from error
    if provider == "comfy" and isinstance(found.get("workflow"), str):
        # The task holds the workflow itself, and the roles pinned beside the file: its path means nothing elsewhere.
        found = {**options_of(Path(str(found.pop("workflow")))), **found}
    return {provider: found} if found else {}


def run_name(words: str) -> str:
    """A name of a run that stands for these words."""
    return f"batch-{sha256(words.encode()).hexdigest()[:12]}"


def _value(text: str, kind: str) -> object:
    if kind == "flag":
        return {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}[text.lower()]
    if kind == "whole":
        return int(text)
    if kind == "number":
        return float(text)
    if kind == "any":
        import json  # noqa: PLC0415 - only for free options

        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
