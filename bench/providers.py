#!/usr/bin/env python3
"""The figures of providers and money.

::

    python bench/providers.py              all of it, about a minute
    python bench/providers.py --quick      fewer rounds, to see that it works

Quotes: a plan of 60 shots, by FLUX, by Kling and by tokens, without network; the goal is below 50 ms.
Ledger: reserving and settling one request, and eight processes that spend from one budget at once; the log is
then read again event by event, and at none may more be committed than the budget allows.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "builders"))

from ledger_replay import replay

from alice_core.errors import BudgetExceeded
from alice_core.ids import uuid7
from alice_core.projects import budgets, ledger
from alice_core.providers.card import ModelCard
from alice_core.providers.price_file import load_book
from alice_core.providers.prices import PriceBook
from alice_core.providers.quote import Measure, Quote, quote_of
from alice_core.store import Actor, open_store
from alice_core.store.ledger import Budget, Scope

TODAY = date(2026, 11, 24)
SHOTS = 60
PROCESSES = 8
FLUX = ModelCard("fal", "fal-ai/flux/dev", ("image",), ("megapixel",))
KLING = ModelCard("fal", "kling/v4/text-to-video", ("video",), ("second",))
TOKENS = ModelCard("openai", "gpt-image-2", ("image",), ("text-in", "image-out"))


def no_network(*_words: object) -> NoReturn:
    raise AssertionError("a quote reached for the network")


def flux(book: PriceBook) -> Quote:
    return quote_of(FLUX, "image", (Measure.exactly("megapixel", 1280 * 720),), book)


def kling(book: PriceBook) -> Quote:
    return quote_of(KLING, "video", (Measure.exactly("second", 5, 1, {"resolution": "720p"}),), book)


def tokens(book: PriceBook) -> Quote:
    found = book.estimate("openai", "gpt-image-2", "image-out", {"quality": "medium"})
    assert found is not None
    out = Measure("image-out", found.low, found.expected, found.high)
    return quote_of(TOKENS, "image", (Measure.exactly("text-in", 120), out), book)


def quotes(rounds: int) -> None:
    socket.socket.connect = no_network  # type: ignore[method-assign]
    print(f"reading the price book for the first time: {timed(lambda: load_book(TODAY)) * 1000:.1f} ms")
    for name, quote in (("FLUX", flux), ("Kling", kling), ("tokens", tokens)):
        took = statistics.median(timed(lambda one=quote: whole_plan(one)) for _ in range(rounds))
        print(f"quote of {SHOTS} shots by {name}: {took * 1000:.1f} ms (goal 50)")


def whole_plan(quote: Callable[[PriceBook], Quote]) -> Decimal:
    book = load_book(TODAY)
    return sum((quote(book).high for _ in range(SHOTS)), Decimal(0))


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def steps(count: int) -> None:
    book = load_book(TODAY)
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder), actor=Actor("user:bench")) as store:
        budgets.set_budget(store, Budget(Scope(), "USD", most=Decimal(10_000)))
        took = [timed(lambda: one_request(store, book)) for _ in range(count)]
    print(f"reserving, submitting and settling one request: {statistics.median(took) * 1000:.1f} ms")


def one_request(store: object, book: PriceBook) -> None:
    name = uuid7()
    ledger.reserve(store, ledger.Intent(name, name, "image", "rain", Scope()), flux(book))  # type: ignore[arg-type]
    ledger.submitted(store, name, "{}", f"req-{name}")  # type: ignore[arg-type]
    ledger.made(store, name, (), amount=Decimal("0.025"), settled_by="usage")  # type: ignore[arg-type]


def race(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with open_store(Path(folder), actor=Actor("user:bench")) as store:
            budgets.set_budget(store, Budget(Scope(), "USD", most=Decimal("2.00")))
        start = time.perf_counter()
        running = [
            subprocess.Popen([sys.executable, __file__, "--spend", folder, str(count)]) for _ in range(PROCESSES)
        ]
        if any(one.wait() for one in running):
            raise SystemExit("a process failed")
        took = time.perf_counter() - start
        with open_store(Path(folder), actor=Actor("user:bench")) as store:
            found = replay(store)
        print(
            f"{PROCESSES} processes, {sum(found.seen.values())} events of money in {took:.1f} s:"
            f" at none more than the budget; {found.spent()} spent of 2.00"
        )


def spend(folder: str, count: int) -> None:
    book = load_book(TODAY)
    with open_store(Path(folder), actor=Actor("user:bench")) as store:
        for number in range(count):
            name = uuid7()
            try:
                ledger.reserve(store, ledger.Intent(name, name, "image", "rain", Scope()), flux(book))
            except BudgetExceeded:
                continue
            if number % 3:
                ledger.made(store, name, (), amount=Decimal("0.02"), settled_by="usage")
            else:
                ledger.ended(store, name, "failed", code="ALICE-P03", reason="no")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--spend", nargs=2, metavar=("FOLDER", "COUNT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.spend:
        spend(given.spend[0], int(given.spend[1]))
        return
    rounds = 3 if given.quick else 15
    quotes(rounds)
    steps(10 if given.quick else 100)
    race(5 if given.quick else 30)


if __name__ == "__main__":
    main()
