"""OpenAI as a provider."""

from __future__ import annotations

import weakref
from typing import Any

from alice_core.errors import ProviderInvalidTask
from alice_core.providers.access import address_for, key_for
from alice_core.providers.card import ModelCard, Problem
from alice_core.providers.checking import problems_of
from alice_core.providers.models import choose, media_problems
from alice_core.providers.openai import images, looking
from alice_core.providers.openai.models import CARDS, NAME, VISION_TYPES
from alice_core.providers.operation import Answer, Failed, Operation, Submission
from alice_core.providers.prices import PriceBook
from alice_core.providers.protocol import Inputs
from alice_core.providers.quote import Quote, quote_of
from alice_core.providers.sdk_calls import Sdk
from alice_core.providers.task import ImageTask, Task, VisionTask

_SDK = Sdk(NAME, "openai", "x-request-id")
_ADDRESS = "https://api.openai.com/v1"
_SECONDS = 600.0


class OpenAI:
    """Pictures of the GPT image models and looks at pictures, through the SDK ``openai`` with its retries off.

    It answers at once: a job that was lost with its answer cannot be found again.
    """

    name = NAME
    version = "1"

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        """Nothing is looked up or sent yet.

        Args:
            seconds: How long the provider may take for an answer.
        """
        self._seconds = seconds
        self._client: Any = None

    def cards(self) -> tuple[ModelCard, ...]:
        """Every model, its own choice first, retired ones last."""
        return CARDS

    def card(self, model: str = "", kind: str = "") -> ModelCard:
        """The card of a model, or of the choice for a kind of task.

        Raises:
            ProviderInvalidTask: There is none.
        """
        return choose(CARDS, model, kind)

    def check(self, task: Task) -> tuple[Problem, ...]:
        """What is wrong with a task."""
        card = self.card(task.model, task.kind)
        found = problems_of(task, card)
        if card.status == "retired":
            return found
        if isinstance(task, ImageTask):
            return (*found, *images.picture_problems(task))
        return (*found, *media_problems(task, VISION_TYPES, ("picture", "reference")))

    def quote(self, task: Task, book: PriceBook) -> Quote:
        """What a task costs, by tokens.

        Raises:
            PriceUnknown: The book does not say.
            ProviderInvalidTask: OpenAI makes nothing of that kind for us.
        """
        card = self.card(task.model, task.kind)
        if isinstance(task, ImageTask):
            return quote_of(card, "image", images.measures(task, card, book), book)
        if isinstance(task, VisionTask):
            return quote_of(card, "vision", looking.measures(task), book)
        raise ProviderInvalidTask(f"{NAME} makes no {task.kind}", provider=NAME)

    def submit(self, task: Task, key: str, inputs: Inputs) -> Submission:
        """Send one request; see :meth:`~alice_core.providers.protocol.Provider.submit`."""
        card = self.card(task.model, task.kind)
        client = self._connected()
        # OpenAI writes this name into its logs: its support can find a lost answer by it.
        headers = {"X-Client-Request-Id": key}
        if isinstance(task, ImageTask):
            asked = images.request(task, card, inputs)
            images_api = client.images.with_raw_response
            send = images_api.edit if "image" in asked else images_api.generate
            told = _SDK.call(lambda: send(**asked, extra_headers=headers), card.model)
            answer = images.result(told, task, card.model)
        elif isinstance(task, VisionTask):
            asked = looking.request(task, card, inputs)
            responses = client.responses.with_raw_response
            told = _SDK.call(lambda: responses.create(**asked, extra_headers=headers), card.model)
            answer = looking.result(told, task, card.model)
        else:
            raise ProviderInvalidTask(f"{NAME} makes no {task.kind}", provider=NAME)
        return Submission(Operation(NAME, card.model, task.kind, key, told.request_id), answer)

    def poll(self, operation: Operation) -> Answer:
        """A result came with the answer or not at all: there is nothing to ask for."""
        reason = f"{operation.provider} gives a result only with its answer, and that is gone"
        return Failed(reason, "maybe", "Look at the provider's own list of usage. See: alice cost", "ALICE-P10")

    def cancel(self, operation: Operation) -> bool:  # noqa: ARG002 - the protocol's
        """Never: the answer is the end of the job."""
        return False

    def lookup(self, key: str, since: str) -> Operation | None:  # noqa: ARG002 - the protocol's
        """Nothing can be found again, as the cards say."""
        return None

    def test(self) -> str:
        """Ask for the list of models, which is free; says what the key can use.

        Raises:
            ProviderError: The key is not accepted, or nobody answers.
        """
        told = _SDK.call(self._connected().models.with_raw_response.list, "")
        names = {str(one.get("id")) for one in told.body.get("data") or ()}
        mine = [card.model for card in CARDS if card.model in names]
        return f"the key is accepted; of {len(CARDS)} known models it can use {', '.join(mine) or 'none'}"

    def _connected(self) -> Any:  # noqa: ANN401 - the SDK's client
        if self._client is None:
            options = _SDK.options(key_for(NAME), address_for("OPENAI_BASE_URL", _ADDRESS), self._seconds)
            self._client = _SDK.loaded().OpenAI(**options)
            weakref.finalize(self, self._client.close)
        return self._client
