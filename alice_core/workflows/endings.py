"""The errors of requests that gave nothing: what is known of their money, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from alice_core.errors import CODES, ProviderAmbiguous, ProviderError, ProviderPaid
from alice_core.store.ledger import ProviderJob


def paid_for_nothing(job: ProviderJob) -> ProviderPaid:
    """The error of asking again for what was paid for, without result."""
    message = f"{job.provider} {job.model} was paid {job.spent} {job.currency} for this in request {job.id}"
    return ProviderPaid(
        f"{message}, and nothing usable is left of it: {job.reason or 'its files are gone'}",
        hint=f"Change the prompt or the seed, or allow it to be bought anew: alice cost again {job.id}",
        provider=job.provider,
        model=job.model,
        request_id=job.request,
        billed="yes",
    )


def in_doubt(job: ProviderJob) -> ProviderAmbiguous:
    """The error of asking again for what may have been carried out."""
    message = (
        f"the request {job.id} of {job.began} to {job.provider} {job.model} may have been carried out and billed:"
        f" up to {job.held} {job.currency} stay set aside, and it is not sent again"
    )
    return ProviderAmbiguous(message, hint=doubt_hint(job), provider=job.provider, model=job.model)


def doubt_hint(job: ProviderJob) -> str:
    """What to do about a request in doubt."""
    return (
        f"Look at {job.provider}'s own list of requests, then say what became of it:"
        f" alice cost resolve {job.id} --charged, or --not-charged."
    )


def came_to_nothing(code: str, message: str, hint: str, job: ProviderJob, *, billed: str) -> ProviderError:
    """The error of a final answer that gives nothing, of the kind that its code says."""
    kind = CODES.get(code, (ProviderError, ""))[0]
    made: Callable[..., ProviderError] = kind if issubclass(kind, ProviderError) else ProviderError
    return made(
        message, hint=hint, code=code, provider=job.provider, model=job.model, request_id=job.request, billed=billed
    )
