"""A provider that keeps its own bill on disk, so that what Alice believes can be compared with what it charged.

Its models deliver at once, through a queue, or through a queue that can be searched; faults are named in the
prompt. It lives in a folder, and so outlives a process that is killed.
"""

from __future__ import annotations

import io
import json
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

from PIL import Image

from alice_core.errors import (
    ProviderAmbiguous,
    ProviderAuth,
    ProviderBadAnswer,
    ProviderNoCredit,
    ProviderRateLimited,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)
from alice_core.providers.card import Limits, ModelCard, OptionRule
from alice_core.providers.checking import problems_of
from alice_core.providers.operation import Done, Failed, Operation, Output, Queued, Refused, Running, Submission
from alice_core.providers.prices import PriceBook, PriceEntry
from alice_core.providers.quote import Measure, quote_of

TODAY = date(2026, 11, 24)
RATE = Decimal("0.003")


def _card(model, delivery, *, lookup=False):
    return ModelCard(
        provider="till",
        model=model,
        tasks=("image", "vision"),
        meters=("image",),
        limits=Limits(formats=("png", "json", "txt"), count=4, references=4, ignores=("negative",)),
        options={"strength": OptionRule("number", least=0, most=1)},
        delivery=delivery,
        lookup=lookup,
        concurrency=4,
    )


CARDS = (
    _card("queue", "queued"),
    _card("instant", "sync"),
    _card("findable", "queued", lookup=True),
)


def till_book(rate: Decimal = RATE) -> PriceBook:
    """The prices of the till."""
    entry = PriceEntry(
        id=f"till-{rate}",
        provider="till",
        model="*",
        task="*",
        meter="image",
        unit="image",
        currency="USD",
        valid_from=date(2026, 1, 1),
        checked_on=TODAY,
        source="the till",
        rate=rate,
    )
    return PriceBook((entry,), (), TODAY)


def png(seed: int) -> bytes:
    """A small picture, another one for each seed."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (seed % 256, seed // 256 % 256, 7)).save(out, "PNG")
    return out.getvalue()


class Till:
    """The provider; every way to fail is a word of the prompt."""

    name = "till"
    version = "1"

    def __init__(self, folder: Path, *, slow: float = 0.0, polls: int = 1) -> None:
        self.folder, self.slow, self.polls = folder, slow, polls
        folder.mkdir(parents=True, exist_ok=True)
        self.posts = 0
        self.asked: dict[str, int] = {}
        self.failing = True
        self.url: str | None = None

    def cards(self):
        return CARDS

    def card(self, model="", kind=""):
        return next(one for one in CARDS if one.model == (model or CARDS[0].model))

    def check(self, task):
        return problems_of(task, self.card(task.model, task.kind))

    def quote(self, task, book):
        measure = Measure("image", Decimal(1), Decimal(1), Decimal(2), getattr(task, "count", 1))
        return quote_of(self.card(task.model, task.kind), task.kind, (measure,), book)

    def submit(self, task, key, inputs):
        self.posts += 1
        operation = Operation(self.name, self.card(task.model, task.kind).model, task.kind, key, f"req-{key}")
        self._turn_away(task.prompt)
        if "billed-refusal" in task.prompt:
            self._bill(key, task)
            return Submission(operation, Refused("it is rude", "prompt", billed="yes", usage={"image": Decimal(1)}))
        self._bill(key, task)
        time.sleep(self.slow)
        self._lose(task.prompt)
        count = getattr(task, "count", 1)
        job = {"words": task.prompt, "seed": task.seed, "kind": task.kind, "count": count}
        (self.folder / f"{key}.json").write_text(json.dumps(job))
        return Submission(operation, self._done(key) if operation.model == "instant" else None)

    def _turn_away(self, words):
        """Raise what the prompt names of all that happens before anything is made."""
        if self.failing and "busy" in words:
            raise ProviderRateLimited("too many", provider=self.name, after=float(words.split()[-1]))
        for word, error in (("unknown-key", ProviderAuth), ("poor", ProviderNoCredit), ("policy", ProviderRefused)):
            if word in words:
                raise error(f"the till says {word}", provider=self.name)
        for word, error in (("unreachable", ProviderUnavailable), ("never-began", ProviderAmbiguous)):
            if self.failing and word in words:
                raise error(f"the till is {word}", provider=self.name)

    def _lose(self, words):
        """Raise what the prompt names of all that happens after it was made and billed."""
        faults = (("lost", ProviderAmbiguous), ("late", ProviderTimeout), ("html", ProviderBadAnswer))
        for word, error in (*faults, ("crash", RuntimeError)):
            if self.failing and word in words:
                raise error(f"the answer is {word}")

    def poll(self, operation):
        count = self.asked[operation.key] = self.asked.get(operation.key, 0) + 1
        data = json.loads((self.folder / f"{operation.key}.json").read_text())
        if "shaky" in data["words"] and count % 2:
            raise ProviderUnavailable("not now", provider=self.name)
        if "poll-forbidden" in data["words"] and self.failing:
            raise ProviderAuth("the key is gone", provider=self.name)
        if "endless" in data["words"] and self.failing:
            return Running(50)
        if count <= self.polls:
            return Queued(1)
        return self._done(operation.key)

    def cancel(self, operation):
        return False

    def lookup(self, key, since):
        there = (self.folder / f"{key}.json").is_file()
        if not there and key in self.billed():  # its answer was lost before the job was kept
            (self.folder / f"{key}.json").write_text(json.dumps({"words": "", "seed": 1, "kind": "image", "count": 1}))
            there = True
        return Operation(self.name, "findable", "image", key, f"req-{key}") if there else None

    def billed(self) -> dict[str, Decimal]:
        """What was charged, by key."""
        bill = self.folder / "bill.jsonl"
        lines = bill.read_text().splitlines() if bill.is_file() else []
        return {row["key"]: Decimal(row["amount"]) for row in map(json.loads, lines)}

    def _bill(self, key, task):
        amount = RATE * getattr(task, "count", 1)
        with (self.folder / "bill.jsonl").open("a") as bill:
            bill.write(json.dumps({"key": key, "amount": str(amount), "words": task.prompt}) + "\n")

    def _done(self, key):
        data = json.loads((self.folder / f"{key}.json").read_text())
        words = data["words"]
        media, bytes_ = ("application/json", b'{"sees": "rain"}') if data["kind"] == "vision" else ("image/png", b"")
        if data["kind"] != "vision":
            bytes_ = png(data["seed"])
        if "failed-free" in words:
            return Failed("out of memory", hint="Try again.")
        if "failed-maybe" in words:
            return Failed("nobody knows", billed="maybe")
        if "empty" in words:
            return Done(())
        if "cut" in words:
            bytes_ = bytes_[:-20]
        if "garbage" in words:
            bytes_ = b"<html>sorry</html>"
        if "zero-bytes" in words:
            bytes_ = b""
        if "mislabelled" in words:
            media = "image/jpeg"
        usage = {} if "uncounted" in words else {"image": Decimal(data["count"])}
        given = {"url": self.url} if "by-url" in words else {"data": bytes_}
        output = Output(media, **given, seed=data["seed"] + 1, revised_prompt=f"{words}, in the rain")
        return Done((output,), usage=usage, warnings=("negative: not used",) if "ignored" in words else ())
