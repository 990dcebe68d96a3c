"""fal as a provider."""

from __future__ import annotations

import json

from alice_core.errors import ProviderBadAnswer, ProviderInvalidTask
from alice_core.providers.card import Limits, ModelCard, OptionRule, Problem
from alice_core.providers.checking import problems_of
from alice_core.providers.failures import failure_of
from alice_core.providers.fal.arguments import arguments, measures, task_problems
from alice_core.providers.fal.learned import learn, learned_shape
from alice_core.providers.fal.models import NAME, SHAPES, Shape
from alice_core.providers.fal.results import outcome, refusal_of, reply_of
from alice_core.providers.fal.wire import Told, Wire
from alice_core.providers.operation import Answer, Failed, Operation, Queued, Running, Submission
from alice_core.providers.prices import PriceBook
from alice_core.providers.protocol import Inputs
from alice_core.providers.quote import Quote, quote_of
from alice_core.providers.task import Task, options_for

_SECONDS = 120.0
_CARDS = tuple(shape.card for shape in SHAPES)
_URLS = ("status_url", "response_url", "cancel_url")


class Fal:
    """FLUX, Kling, and any other endpoint by its name, through fal's queue.

    A job has a request id before it is worked on: it can be asked for by any process, any day.
    """

    name = NAME
    version = "1"

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        """Nothing is looked up or sent yet.

        Args:
            seconds: How long fal may take for one answer; a job may take as long as it likes.
        """
        self._wire = Wire(seconds)

    def cards(self) -> tuple[ModelCard, ...]:
        """Every model that is known by name."""
        return _CARDS

    def card(self, model: str = "", kind: str = "") -> ModelCard:
        """The card of a model, or of the choice for a kind of task; any ``OWNER/APP`` has one.

        Raises:
            ProviderInvalidTask: There is none.
        """
        return _shape(model, kind).card

    def check(self, task: Task) -> tuple[Problem, ...]:
        """What is wrong with a task."""
        shape = _shape(task.model, task.kind)
        return (*problems_of(task, shape.card), *task_problems(task, shape))

    def quote(self, task: Task, book: PriceBook) -> Quote:
        """What a task costs, by the units of its model.

        Raises:
            PriceUnknown: The book does not say.
        """
        shape = _shape(task.model, task.kind)
        return quote_of(shape.card, task.kind, measures(task, shape, book), book)

    def submit(self, task: Task, key: str, inputs: Inputs) -> Submission:
        """Put one request into the queue; see :meth:`~alice_core.providers.protocol.Provider.submit`."""
        shape = _shape(task.model, task.kind)
        model = shape.card.model
        told = self._wire.submit(model, arguments(task, shape, inputs), _lifetime(task))
        if told.status >= 300:  # noqa: PLR2004 - of HTTP
            raise failure_of(reply_of(told), NAME, model)
        body = told.body if isinstance(told.body, dict) else {}
        request_id = str(body.get("request_id") or "")
        places = {name: str(body.get(name) or "") for name in _URLS}
        if not request_id or not all(places.values()):
            raise ProviderBadAnswer(
                f"fal answered with {told.status}, but without the name and the addresses of a request",
                hint="It may be in the queue: nothing is sent again. See: alice cost",
                provider=NAME,
                model=model,
                request_id=request_id or told.request_id,
            )
        data = places | {"count": str(getattr(task, "count", 1))}
        return Submission(Operation(NAME, model, task.kind, key, request_id, data))

    def poll(self, operation: Operation) -> Answer:
        """Ask for the status, and for the result where it is finished."""
        model, places = operation.model, operation.data
        told = self._wire.get(places["status_url"], model)
        if told.status >= 300:  # noqa: PLR2004 - of HTTP
            return refusal_of(told, model)
        status = told.body.get("status") if isinstance(told.body, dict) else None
        if status == "IN_QUEUE":
            position = told.body.get("queue_position")
            return Queued(position if isinstance(position, int) else None)
        if status == "IN_PROGRESS":
            return Running()
        if status != "COMPLETED":
            raise ProviderBadAnswer(
                "fal's answer is no status of a request", hint="It is asked for again.", provider=NAME, model=model
            )
        if _was_cancelled(told):
            return Failed("the request was cancelled before it was begun", "no", "Generate it again.")
        return self._result(operation)

    def cancel(self, operation: Operation) -> bool:
        """Ask for a queued job not to be carried out; a job that was begun goes on, and is billed."""
        told = self._wire.put(operation.data["cancel_url"], operation.model)
        if told.status >= 300:  # noqa: PLR2004 - of HTTP
            return False
        return _was_cancelled(self._wire.get(operation.data["status_url"], operation.model))

    def lookup(self, key: str, since: str) -> Operation | None:  # noqa: ARG002 - the protocol's
        """Not by our key, as the cards say: fal keeps none."""
        return None

    def test(self) -> str:
        """Ask for the status of a request that does not exist, which is free; says whether the key is accepted.

        Raises:
            ProviderError: The key is not accepted, or nobody answers.
        """
        told = self._wire.probe()
        if told.status == 404:  # noqa: PLR2004 - of HTTP: the key was good enough to look
            return "the key is accepted"
        raise failure_of(reply_of(told), NAME, "")

    def learn(self, model: str) -> ModelCard:
        """Fetch the description of an endpoint and keep it, so that its arguments are checked here; gives its card.

        Raises:
            ProviderError: It is not there, or nobody answers.
            ConfigError: It is no description of that endpoint.
        """
        return learn(model, self._wire.schema(model)).card

    def _result(self, operation: Operation) -> Answer:
        told = self._wire.get(operation.data["response_url"], operation.model)
        if told.status < 300:  # noqa: PLR2004 - of HTTP
            return outcome(told, operation.model, int(operation.data.get("count", "1")))
        if told.status == 400 and "in progress" in reply_of(told).message:  # noqa: PLR2004 - of HTTP
            return Running()
        return refusal_of(told, operation.model)


def _shape(model: str, kind: str) -> Shape:
    for shape in SHAPES:
        if shape.card.model == model or (not model and (not kind or kind in shape.card.tasks)):
            return shape
    if "/" not in model.strip("/"):
        what = f"no model {model!r}" if model else f"no model for {kind}"
        hint = "Name one as on its page, OWNER/APP. See: alice providers show fal"
        raise ProviderInvalidTask(f"{NAME} has {what}", hint=hint, provider=NAME, model=model)
    return learned_shape(model) or Shape(_any_model(model), priced_by_book=True)


def _any_model(model: str) -> ModelCard:
    """The card of a model that is known by its name alone: its options are its schema's."""
    limits = Limits(count=100, references=0, ignores=("negative", "quality", "background", "resolution", "audio"))
    options = {"*": OptionRule("any", about="The arguments of the endpoint, as its page says.")}
    return ModelCard(
        NAME,
        model,
        ("image", "video", "audio"),
        ("request",),
        model,
        "preview",
        limits=limits,
        options=options,
        delivery="queued",
        cancel="queued",
        concurrency=2,
    )


def _lifetime(task: Task) -> dict[str, str]:
    """The header that says how long fal keeps the files of this request."""
    seconds = options_for(task, NAME).get("expires_in")
    if not isinstance(seconds, int):
        return {}
    return {"x-fal-object-lifecycle-preference": json.dumps({"expiration_duration_seconds": seconds})}


def _was_cancelled(told: Told) -> bool:
    body = told.body if isinstance(told.body, dict) else {}
    said = f"{body.get('error') or ''} {body.get('error_type') or ''}".lower()
    return body.get("status") == "COMPLETED" and "cancel" in said
