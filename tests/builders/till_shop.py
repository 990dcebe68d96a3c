"""Shopping at the till: a runner that is not patient, and what is known afterwards."""

from __future__ import annotations

import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from till_provider import till_book

from alice_core.providers.task import ImageTask
from alice_core.store.ledger import Scope
from alice_core.workflows.generating import Runner
from alice_core.workflows.spending import Patience, Spending
from alice_core.workflows.tasks import recipe_of

FAST = Patience(retry_after=0.05, tries=3, wait=0.3, first=0.001, most=0.002, downloads=2)


class Notes:
    """A progress that remembers what was said."""

    def __init__(self):
        self.notes = []

    def note(self, text):
        self.notes.append(text)


class Served:
    """Files at an address of this machine: each answer once, in turn."""

    def __init__(self):
        outer = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked += 1
                data = outer.answers.pop(0)
                self.send_response(200)
                self.send_header("Content-Type", "image/png")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *words):
                pass

        self.answers, self.asked = [], 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/picture.png"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def task_of(words, model="queue", **more):
    return ImageTask(words, 8, 8, 3, model=model, **more)


def make(runner, tmp_path, words="rain", model="queue", **more):
    task = task_of(words, model, **more)
    target = tmp_path / "out.png"
    runner.make(task, recipe_of(task, runner.provider), (target,), shot="shot-0001")
    return target


def jobs(store):
    with store.reading() as reader:
        return reader.ledger.jobs(Scope())


def sums(store):
    with store.reading() as reader:
        return reader.ledger.sums(Scope(), "USD")


def agrees(store, till):
    """The inequality that holds whatever happened."""
    bill = sum(till.billed().values(), Decimal(0))
    known = sums(store)
    assert known.spent <= bill <= known.spent + known.in_doubt + known.reserved


def impatient(store, till):
    """A runner that waits for nothing long."""
    return Runner(store, till, Spending(till_book(), patience=FAST), Notes())
