"""What must hold of a provider with its service: one request for one submit, and money never guessed at."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import partial

from alice_core.errors import (
    ProviderAuth,
    ProviderError,
    ProviderForbidden,
    ProviderInvalidTask,
    ProviderModelRetired,
    ProviderNoCredit,
    ProviderRateLimited,
    ProviderRefused,
    ProviderUnavailable,
)
from alice_core.providers.conformance.subject import Case, Subject, finished, must
from alice_core.providers.operation import Answer, Done, Failed, Operation, Refused, Submission

_LOST = (
    "answer-lost", "line-breaks", "slow", "html", "cut-json", "wrong-length", "408", "500", "502-with-id", "504",
)  # fmt: skip
"""After these nobody knows whether the request was carried out."""
_AGAIN = ("409", "429", "429-long", "503", "gateway-502", "redirect")
"""After these the request provably was not carried out."""
_FINAL: dict[str, type[ProviderError]] = {
    "400": ProviderInvalidTask,
    "401": ProviderAuth,
    "402": ProviderNoCredit,
    "403": ProviderForbidden,
    "404": ProviderModelRetired,
    "422": ProviderInvalidTask,
    "no-credit": ProviderNoCredit,
}
"""After these it never will be."""


def _delivers(subject: Subject) -> None:
    provider = subject.provider()
    submission = provider.submit(subject.task, "key-1", subject.inputs)
    answer = finished(provider, submission)
    if not isinstance(answer, Done):
        raise AssertionError(f"the task is carried out: {answer}")  # noqa: TRY004 - the suite speaks in assertions
    must(answer.outputs, "there is something to show for it")
    must(all((one.data is None) != (one.url is None) for one in answer.outputs), "an output is bytes or an address")
    must(all("/" in one.media_type for one in answer.outputs), "an output has a media type")
    must(subject.rehearsal.sent() == 1, "one submit is one request")
    _must_be_settled(subject, answer)


def _must_be_settled(subject: Subject, answer: Done) -> None:
    from alice_core.providers.quote import settled  # noqa: PLC0415 - the one case that needs it

    quote = subject.provider().quote(subject.task, subject.book)
    cost, by = settled(quote, answer.usage, answer.billable)
    billed = subject.rehearsal.billed()
    must(quote.low <= billed <= quote.high, f"the quote holds: {quote.low} <= {billed} <= {quote.high}")
    if by != "estimate":
        must(cost == billed, f"what was counted is what was billed: {cost}, {billed}")


def _resumes(subject: Subject) -> None:
    """Another process asks for the same job."""
    submission = subject.provider().submit(subject.task, "key-2", subject.inputs)
    operation = Operation.from_json(submission.operation.to_json())
    must(operation.key == "key-2", "an operation keeps our key")
    if submission.answer is None:
        answer = finished(subject.provider(), Submission(operation))
        must(isinstance(answer, Done), f"the job is found again by its operation: {answer}")
    must(subject.rehearsal.sent() == 1, "resuming sends nothing new")


def _cancels(subject: Subject) -> None:
    provider = subject.provider()
    submission = provider.submit(subject.task, "key-3", subject.inputs)
    before = subject.rehearsal.billed()
    if provider.cancel(submission.operation):
        must(subject.rehearsal.billed() <= before, "what was cancelled is not billed")
        answer = finished(provider, submission)
        must(isinstance(answer, Failed | Refused) and answer.billed == "no", f"it ends as not made: {answer}")
    else:
        finished(provider, submission)
        must(not provider.cancel(submission.operation), "what is finished cannot be cancelled")


def _cannot_be_reached(subject: Subject) -> None:
    subject.rehearsal.hide()
    error = _error(subject)
    must(isinstance(error, ProviderUnavailable), f"a closed door is no lost request: {error!r}")
    must(error.retryable and not error.lost, "it may be sent again")


def _leaves_in_doubt(fault: str, subject: Subject) -> None:
    outcome = _with(fault, subject)
    if isinstance(outcome, ProviderError):
        must(outcome.lost and not outcome.retryable, f"nobody knows whether it was carried out: {outcome!r}")
        must(outcome.billed == "maybe", "the money is in doubt")
    else:
        must(isinstance(outcome, Done | Failed), f"it is no success without a result: {outcome}")
    must(subject.rehearsal.sent() == 1, f"it is sent once, not {subject.rehearsal.sent()} times")


def _may_be_sent_again(fault: str, subject: Subject) -> None:
    error = _error(subject, fault)
    must(error.retryable and not error.lost, f"it provably was not carried out: {error!r}")
    must(error.billed == "no", "it costs nothing")
    must(subject.rehearsal.sent() == 1, "but the provider itself sends it once")
    must(not subject.rehearsal.billed(), "and nothing was billed")
    if fault.startswith("429"):
        must(isinstance(error, ProviderRateLimited), "it says that it must wait")
        must(error.after is not None and error.after >= 1, f"and for how long: {error.after}")


def _is_final(fault: str, subject: Subject) -> None:
    error = _error(subject, fault)
    must(isinstance(error, _FINAL[fault]), f"{fault} is {_FINAL[fault].__name__}: {error!r}")
    must(not error.retryable and not error.lost, "it is not sent again, and no money is in doubt")
    must(error.hint, "it says what to do")
    must(error.provider == subject.provider().name, "it names the provider")
    must(subject.rehearsal.sent() == 1, "it is sent once")


def _is_refused(subject: Subject) -> None:
    outcome = _with("policy", subject)
    if isinstance(outcome, ProviderError):
        must(isinstance(outcome, ProviderRefused), f"a policy's refusal is one: {outcome!r}")
        must(not outcome.retryable, "it is not sent again")
    else:
        must(isinstance(outcome, Refused), f"a policy's refusal is one: {outcome}")
    must(subject.rehearsal.sent() == 1, "it is sent once")


def _is_no_success(subject: Subject) -> None:
    outcome = _with("empty", subject)
    must(not isinstance(outcome, Done), f"nothing is no success: {outcome}")
    must(subject.rehearsal.sent() == 1, "it is sent once")


def _keeps_the_key(subject: Subject) -> None:
    for fault in ("401", "500", "answer-lost"):
        outcome = _with(fault, subject)
        if isinstance(outcome, ProviderError):
            told = f"{outcome!r} {outcome.message} {outcome.hint} {''.join(traceback.format_exception(outcome))}"
            must(subject.rehearsal.secret not in told, f"the key is not in the error of {fault}")
    submission = subject.provider().submit(subject.task, "key-4", subject.inputs)
    must(subject.rehearsal.secret not in submission.operation.to_json(), "the key is not in the operation")
    must(subject.rehearsal.secret not in repr(submission), "nor in the answer")


def _with(fault: str, subject: Subject) -> Answer | ProviderError:
    subject.rehearsal.fail(fault)
    provider = subject.provider()
    try:
        return finished(provider, provider.submit(subject.task, f"key-{fault}", subject.inputs))
    except ProviderError as error:
        return error


def _error(subject: Subject, fault: str | None = None) -> ProviderError:
    if fault is not None:
        subject.rehearsal.fail(fault)
    try:
        submission = subject.provider().submit(subject.task, "key", subject.inputs)
    except ProviderError as error:
        return error
    raise AssertionError(f"it is an error: {submission}")


def _played(fault: str, name: str, check: Callable[[str, Subject], None]) -> Case:
    return Case(f"{fault}-{name}", partial(check, fault), frozenset({fault}))


ONLINE: tuple[Case, ...] = (
    Case("delivers-and-is-settled", _delivers),
    Case("resumes-in-another-process", _resumes),
    Case("cancels-or-says-that-it-cannot", _cancels),
    Case("closed-door-is-not-reached", _cannot_be_reached, frozenset({"hide"})),
    *(_played(fault, "leaves-the-money-in-doubt", _leaves_in_doubt) for fault in _LOST),
    *(_played(fault, "may-be-sent-again", _may_be_sent_again) for fault in _AGAIN),
    *(_played(fault, "is-final", _is_final) for fault in _FINAL),
    Case("policy-refuses", _is_refused, frozenset({"policy"})),
    Case("nothing-is-no-success", _is_no_success, frozenset({"empty"})),
    Case("keeps-the-key-to-itself", _keeps_the_key, frozenset({"401", "500", "answer-lost"})),
)
"""Cases that need the stand-in for the service."""
