"""The one runner: carries a task from its price to a file that decodes, and buys nothing twice.

The order is what makes it safe. Money and intent are committed before the request is sent; the provider's
name of the request before it is first asked for; the bytes are on the disk before they are decoded; and the
price is settled with them. A request is sent again only where it provably did nothing. Where the answer was
lost the money stays set aside, in doubt, until a lookup, a statement or a person says what became of it.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from alice_core.errors import (
    ProviderAmbiguous,
    ProviderBadAnswer,
    ProviderBadMedia,
    ProviderError,
    ProviderParked,
)
from alice_core.ids import uuid7
from alice_core.media.files import replacing
from alice_core.progress import SILENT, Progress
from alice_core.projects import ledger
from alice_core.providers.card import ModelCard
from alice_core.providers.checking import demand
from alice_core.providers.operation import Answer, Done, Failed, Operation, Output, Queued, Refused, Running
from alice_core.providers.protocol import Inputs, Provider
from alice_core.providers.quote import Quote, settled
from alice_core.providers.task import Task
from alice_core.store import Recipe, Store
from alice_core.store.ledger import OPEN, ProviderJob, Scope
from alice_core.store.locks import alone
from alice_core.workflows import deliveries
from alice_core.workflows.endings import came_to_nothing, doubt_hint, in_doubt, paid_for_nothing
from alice_core.workflows.spending import Spending
from alice_core.workflows.tasks import demand_known


class Runner:
    """Carries out tasks of one provider, from any number of threads."""

    def __init__(self, store: Store, provider: Provider, spending: Spending, progress: Progress = SILENT) -> None:
        self.store, self.provider, self.spending, self.progress = store, provider, spending, progress
        self._stopped = threading.Event()
        self._told: set[str] = set()

    def stop(self) -> None:
        """Wait for nothing any more: what is under way is parked, and goes on when it is asked for again."""
        self._stopped.set()

    def price(self, task: Task) -> Quote:
        """What a task costs; nothing is sent.

        Raises:
            ProviderInvalidTask: It cannot be carried out like this.
            ProviderModelRetired: Its model is gone.
            PriceUnknown: Nobody has said what it costs.
        """
        card = self.provider.card(task.model, task.kind)
        demand_known(task, self.provider.name)
        for warning in demand(task, card, self.provider.check(task)):
            self._tell(warning)
        quote = self.provider.quote(task, self.spending.book)
        for warning in quote.warnings:
            self._tell(warning)
        return quote

    def make(
        self,
        task: Task,
        recipe: Recipe,
        targets: Sequence[Path],
        *,
        inputs: Inputs | None = None,
        shot: str = "",
    ) -> None:
        """Write what a task gives to the targets, going on where an earlier process was interrupted.

        Raises:
            ProviderError: It was not made; the kind says why and whether money is in doubt.
            BudgetExceeded: The money is not there; nothing was sent.
            ExportError: A target cannot be written.
        """
        quote = self.price(task)
        card = self.provider.card(task.model, task.kind)
        request = _Request(task, recipe, quote, card, inputs or {}, shot)
        if card.delivery == "local" and not quote.high:
            self._locally(request, targets)
            return
        place = self.store.folder / deliveries.folder_of(self.store, recipe.key.removeprefix("sha256:"))
        note = f"another process asks {self.provider.name} for the same; waiting for it"
        with alone(self.store.folder, place, lambda: self.progress.note(note)):
            delivery = self._delivery(request)
            _copy(delivery, targets, self.provider.name)

    def _locally(self, request: _Request, targets: Sequence[Path]) -> None:
        """What is drawn in this process for nothing needs no ledger."""
        answer = self.provider.submit(request.task, request.recipe.key, request.inputs).answer
        if not isinstance(answer, Done) or len(answer.outputs) != len(targets):
            raise ProviderBadAnswer(f"{self.provider.name} gave nothing", provider=self.provider.name)
        for output, target in zip(answer.outputs, targets, strict=True):
            with replacing(target) as part:
                part.write_bytes(output.data or b"")

    def _delivery(self, request: _Request) -> deliveries.Delivery:
        """What was delivered for a recipe, before or now; the caller holds the recipe."""
        tries = max(self.spending.patience.tries, 1)
        for left in reversed(range(tries)):
            try:
                job = self._standing(request)
                return self._go_on(request, job) if job else self._begin(request)
            except ProviderError as error:
                if not error.retryable or isinstance(error, ProviderParked):
                    raise
                self._wait_or_park(error, tries - left, last=left == 0)
        raise AssertionError  # pragma: no cover - the last try returns or raises

    def _standing(self, request: _Request) -> ProviderJob | None:
        """The job of a recipe to go on with; none where it must be begun.

        Raises:
            ProviderAmbiguous: An earlier request may have been carried out.
        """
        with self.store.reading() as reader:
            jobs = reader.ledger.of_recipe(request.recipe.key)
        job = jobs[-1] if jobs else None
        if job is None or job.state in {"cancelled", "abandoned"}:
            return None
        if job.state in {"refused", "failed"}:
            return self._paid(request.card, job)
        if job.state == "submitting" and deliveries.kept(deliveries.folder_of(self.store, job.id)) is None:
            reason = "the program ended while the request was being sent"
            job = ledger.doubt(self.store, job.id, code=ProviderAmbiguous.default_code, reason=reason)
        if job.state != "doubt":
            return job
        return self._looked_up(request.card, job)

    def _paid(self, card: ModelCard, job: ProviderJob) -> ProviderJob | None:
        """A job that came to nothing: one that cost nothing is begun anew, one that came broken fetched again.

        Raises:
            ProviderPaid: It was paid for, and only paying again would help.
        """
        if not job.spent:
            return None
        if job.code == ProviderBadMedia.default_code and job.operation is not None and card.delivery == "queued":
            return job
        raise paid_for_nothing(job)

    def _looked_up(self, card: ModelCard, job: ProviderJob) -> ProviderJob | None:
        """A job in doubt, found again at the provider; none where the provider never had it."""
        if not card.lookup:
            raise in_doubt(job)
        found = self.provider.lookup(job.id, job.began)
        if found is None:
            ledger.resolve(self.store, job.id, charged=False, how="lookup")
            return None
        return ledger.submitted(self.store, job.id, found.to_json(), found.request_id)

    def _begin(self, request: _Request) -> deliveries.Delivery:
        scope = Scope(self.spending.scope.project, self.spending.scope.run, request.shot or self.spending.scope.shot)
        intent = ledger.Intent(uuid7(), request.recipe.key, request.task.kind, request.task.prompt, scope)
        job, warnings = ledger.reserve(self.store, intent, request.quote, approved=self.spending.approved)
        for warning in warnings:
            self._tell(warning)
        try:
            submission = self.provider.submit(request.task, job.id, request.inputs)
        except ProviderError as error:
            self._unsent(job, error)
            raise
        except BaseException as error:
            reason = f"interrupted while the request was being sent: {type(error).__name__}"
            ledger.doubt(self.store, job.id, code=ProviderAmbiguous.default_code, reason=reason)
            raise
        if submission.answer is None or not isinstance(submission.answer, Done | Refused | Failed):
            operation = submission.operation
            ledger.submitted(self.store, job.id, operation.to_json(), operation.request_id)
            return self._await(request, job, operation)
        return self._take(request, job, submission.answer)

    def _unsent(self, job: ProviderJob, error: ProviderError) -> None:
        """Say in the ledger what an error of ``submit`` means for the money."""
        if error.lost or error.billed == "maybe":
            ledger.doubt(self.store, job.id, code=error.code, reason=error.message)
            error.hint = doubt_hint(job)
            return
        state = "cancelled" if error.retryable else "refused" if error.code == "ALICE-P03" else "failed"
        amount = Quote.from_json(job.quote).expected if error.billed == "yes" else None
        ledger.ended(
            self.store,
            job.id,
            state,  # type: ignore[arg-type]  # one of the three
            code=error.code,
            reason=error.message,
            amount=amount,
            settled_by="estimate" if amount is not None else "",
        )

    def _go_on(self, request: _Request, job: ProviderJob) -> deliveries.Delivery:
        """A job that an earlier process began."""
        delivery = deliveries.kept(deliveries.folder_of(self.store, job.id))
        if delivery is not None:
            return delivery if job.state == "made" else self._settle_kept(request, job, delivery)
        if job.state == "made" and (known := deliveries.recorded(self.store, job.recipe)) is not None:
            return known  # another process was faster, and has tidied up
        if job.operation is None:
            raise paid_for_nothing(job)  # it was made and its files are lost: only a new request could bring them back
        return self._await(request, job, Operation.from_json(job.operation))

    def _await(self, request: _Request, job: ProviderJob, operation: Operation) -> deliveries.Delivery:
        """Ask how far a job is until it is done.

        Raises:
            ProviderParked: It takes too long, or the program is to end; the job goes on at the provider.
        """
        patience = self.spending.patience
        pause, waited, failures = patience.first, 0.0, 0
        while True:
            try:
                answer: Answer = self.provider.poll(operation)
                failures = 0
            except ProviderError as error:
                failures += 1
                if not (error.retryable or error.lost):
                    raise
                if failures > patience.downloads:
                    raise self._parked(job, operation, error.message) from error
                answer = Running()
                pause = max(pause, min(error.after or 0.0, patience.retry_after))
            if not isinstance(answer, Queued | Running):
                return self._take(request, job, answer)
            if waited >= patience.wait or self._stopped.wait(pause):
                raise self._parked(job, operation, "it is still at work")
            waited += pause
            pause = min(pause * 1.5, patience.most)

    def _take(self, request: _Request, job: ProviderJob, answer: Done | Refused | Failed) -> deliveries.Delivery:
        """What a final answer gives, settled.

        Raises:
            ProviderError: It came to nothing.
        """
        if isinstance(answer, Done) and answer.outputs:
            return self._received(request, job, answer)
        if isinstance(answer, Done):
            answer = Failed("it says that it is done and gives nothing", billed="maybe", code="ALICE-P11")
        quote = Quote.from_json(job.quote)
        code = "ALICE-P03" if isinstance(answer, Refused) else answer.code
        message = f"{self.provider.name} made no {request.task.kind}: {answer.reason}"
        counted = bool(answer.usage) or answer.billable is not None
        if answer.billed == "maybe" and not counted:
            ledger.doubt(self.store, job.id, code=code, reason=answer.reason)
            raise came_to_nothing(code, message, doubt_hint(job), job, billed="maybe")
        amount, by = settled(quote, answer.usage, answer.billable) if counted or answer.billed == "yes" else (None, "")
        state = "refused" if isinstance(answer, Refused) else "failed"
        ledger.ended(self.store, job.id, state, code=code, reason=answer.reason, amount=amount, settled_by=by)  # type: ignore[arg-type]  # one of the three
        hint = answer.hint if isinstance(answer, Failed) else "Write the prompt in other words."
        raise came_to_nothing(code, message, hint, job, billed="no" if amount is None else "yes")

    def _received(self, request: _Request, job: ProviderJob, done: Done) -> deliveries.Delivery:
        """What was made, on the disk and whole; what came broken over the line is fetched again.

        Raises:
            ProviderParked: It cannot be fetched now.
            ProviderBadMedia: It is no good; its price is settled.
        """
        fetched = any(one.data is None for one in done.outputs)
        for left in reversed(range(self.spending.patience.downloads if fetched else 1)):
            try:
                delivery = deliveries.keep(deliveries.folder_of(self.store, job.id), done, self._fetch)
                return self._settle(request, job, delivery)
            except ProviderBadMedia as error:
                if left and not self._stopped.wait(self.spending.patience.first):
                    continue
                self._spoilt(job, error, done.usage, done.billable)
                raise
            except ProviderError as error:
                raise self._parked(job, None, f"what it made cannot be fetched: {error.message}") from error
        raise AssertionError  # pragma: no cover - the last try returns or raises

    def _spoilt(
        self, job: ProviderJob, error: ProviderError, usage: Mapping[str, Decimal], billable: Decimal | None
    ) -> None:
        amount, by = settled(Quote.from_json(job.quote), usage, billable)
        if job.state in OPEN:
            reason = error.message
            ledger.ended(self.store, job.id, "failed", code=error.code, reason=reason, amount=amount, settled_by=by)
        deliveries.discard(self.store, job.id)

    def _parked(self, job: ProviderJob, operation: Operation | None, why: str) -> ProviderParked:
        name = operation.request_id if operation and operation.request_id else job.id
        return ProviderParked(
            f"{self.provider.name}, request {name}: {why}",
            hint="Run the same command again later: it goes on with this request and pays nothing twice.",
            provider=self.provider.name,
            model=job.model,
            request_id=name,
        )

    def _settle_kept(self, request: _Request, job: ProviderJob, delivery: deliveries.Delivery) -> deliveries.Delivery:
        """What an earlier process received and had no time to look at."""
        try:
            return self._settle(request, job, delivery)
        except ProviderBadMedia as error:
            self._spoilt(job, error, delivery.usage, delivery.billable)
            raise

    def _settle(self, request: _Request, job: ProviderJob, delivery: deliveries.Delivery) -> deliveries.Delivery:
        """Check what was delivered, and settle its price.

        Raises:
            ProviderBadMedia: It is no good.
        """
        outputs = deliveries.check(delivery, request.task.kind, self.provider.name)
        for warning in delivery.warnings:
            self._tell(warning)
        if job.state != "made":  # else its files were lost and fetched again
            amount, by = settled(Quote.from_json(job.quote), delivery.usage, delivery.billable)
            ledger.made(self.store, job.id, outputs, amount=amount, settled_by=by, warnings=delivery.warnings)
        return delivery

    def _fetch(self, output: Output, target: Path) -> None:
        """Bring a delivered file to the disk; only this is tried again and again, as it costs nothing."""
        from alice_core.providers.download import fetch  # noqa: PLC0415 - httpx, only when there is something to fetch

        patience = self.spending.patience
        for left in reversed(range(max(patience.downloads, 1))):
            try:
                fetch(output, target, limit=patience.largest)
            except ProviderBadMedia:
                raise  # whoever asked fetches all of it again
            except ProviderError:
                if not left or self._stopped.wait(patience.first):
                    raise
            else:
                return

    def _wait_or_park(self, error: ProviderError, attempt: int, *, last: bool) -> None:
        patience = self.spending.patience
        pause = error.after if error.after is not None else min(patience.first * 2**attempt, patience.retry_after)
        if last or pause > patience.retry_after or self._stopped.wait(pause):
            asked = f" It asks to wait {error.after:.0f} s." if error.after else ""
            error.hint = f"{error.hint or ''}{asked} Nothing was sent; run the same command again later.".strip()
            raise error

    def _tell(self, sentence: str) -> None:
        """Show a sentence once, however many shots it holds for."""
        if sentence not in self._told:
            self._told.add(sentence)
            self.progress.note(sentence)


@dataclass(frozen=True, slots=True)
class _Request:
    task: Task
    recipe: Recipe
    quote: Quote
    card: ModelCard
    inputs: Mapping[str, Path]
    shot: str


def _copy(delivery: deliveries.Delivery, targets: Sequence[Path], provider: str) -> None:
    if len(delivery.files) < len(targets):
        message = f"{provider} delivered {len(delivery.files)} of {len(targets)} files"
        raise ProviderBadAnswer(message, hint="Ask for so many.", provider=provider, billed="yes")
    for one, target in zip(delivery.files, targets, strict=False):
        with replacing(target) as part:
            shutil.copyfile(one.path, part)
