"""The places that events are sent to, each for real, with the same handles for one suite of tests."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path

from redis_service import RedisService
from webhook_receiver import Answer, Call, WebhookReceiver

from alice_core.relay.relay import relaying
from alice_core.relay.secrets import variable_of
from alice_core.relay.settings import settings_for
from alice_core.relay.sinks import add_sink
from alice_core.relay.subscription import Subscription

SECRET = "whsec_" + base64.b64encode(b"a key of this test only, 32 byte").decode()
NAME = "place"


class Place:
    """A sink of some kind, its other end, and how to take it away and bring it back."""

    kind: str
    can_be_down = True
    exactly_once = True

    def add(self, store, *, pattern="*", **options):
        add_sink(store, NAME, settings_for(self.target(), {**self.options(), **options}), pattern=pattern)

    def options(self) -> dict[str, object]:
        return {}

    def serving(self, store, tell=lambda _: None):
        """Sends events there as long as the block lasts."""
        return relaying(store, tell=tell)

    def received(self) -> list[bytes]:
        """Every event that arrived, in order, as it was sent."""
        raise NotImplementedError

    def positions(self) -> list[int]:
        return [int(json.loads(one)["sequence"]) for one in self.received()]

    def target(self) -> str:
        raise NotImplementedError

    def down(self) -> None:
        raise NotImplementedError

    def up(self) -> None:
        raise NotImplementedError

    def refuse(self, is_refused: Callable[[bytes], bool]) -> None:
        raise NotImplementedError

    def close(self) -> None:
        pass


class FilePlace(Place):
    kind = "jsonlines"

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "sent"
        self.folder.mkdir()
        self.path = self.folder / "events.jsonl"

    def target(self):
        return str(self.path)

    def received(self):
        return self.path.read_bytes().splitlines() if self.path.exists() else []

    def down(self):
        self.folder.rename(self.folder.with_name("away"))

    def up(self):
        self.folder.with_name("away").rename(self.folder)


class RedisPlace(Place):
    kind = "redis"

    def __init__(self) -> None:
        self.service = RedisService()
        self.service.start()

    def target(self):
        return self.service.url

    def received(self):
        with self.service.client() as client:
            return [fields[b"event"] for _, fields in client.xrange("alice:events")]

    def down(self):
        self.service.kill()

    def up(self):
        self.service.start()

    def close(self):
        self.service.close()


class WebhookPlace(Place):
    kind = "webhook"
    exactly_once = False
    batch = 1

    def __init__(self) -> None:
        os.environ[variable_of(NAME)] = SECRET
        self.receiver = WebhookReceiver()
        self.receiver.start()

    def target(self):
        return self.receiver.url

    def options(self):
        return {"batch": self.batch, "timeout": 5.0}

    def received(self):
        if self.batch == 1:
            return [call.body for call in self.receiver.accepted]
        batches = [json.loads(call.body) for call in self.receiver.accepted]
        return [json.dumps(one).encode() for batch in batches for one in batch]

    def down(self):
        self.receiver.stop()

    def up(self):
        self.receiver.start()

    def refuse(self, is_refused):
        def answer(call: Call) -> Answer:
            return Answer(422) if is_refused(call.body) else Answer()

        self.receiver.answer = answer

    def close(self):
        self.receiver.stop()
        os.environ.pop(variable_of(NAME), None)


class BatchPlace(WebhookPlace):
    kind = "webhook-batch"
    batch = 20


class SubscriberPlace(Place):
    kind = "subscriber"
    can_be_down = False

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self.pattern = "*"
        self.subscription: Subscription | None = None
        self.is_refused: Callable[[bytes], bool] = lambda _: False

    def add(self, store, *, pattern="*", **_):
        self.pattern = pattern

    def serving(self, store, tell=lambda _: None):
        self.subscription = Subscription(store, self.pattern, self._take, after=0, tell=tell, first_pause=0.01)
        return self.subscription.start()

    def _take(self, event):
        raw = event.to_cloudevent_json().encode()
        if self.is_refused(raw):
            raise ValueError("not this one")
        self.events.append(raw)

    def received(self):
        return list(self.events)

    def refuse(self, is_refused):
        self.is_refused = is_refused


def place_of(kind: str, folder: Path) -> Place:
    makers: dict[str, Callable[[], Place]] = {
        "jsonlines": lambda: FilePlace(folder),
        "redis": RedisPlace,
        "webhook": WebhookPlace,
        "webhook-batch": BatchPlace,
        "subscriber": SubscriberPlace,
    }
    return makers[kind]()


KINDS = ("subscriber", "jsonlines", "redis", "webhook", "webhook-batch")
