"""The shipped suite for providers on ComfyUI: a server of one's own, without a key and without a bill."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import faults
import pytest
from comfy_jobs import SURE, task
from comfy_server import ComfyServer
from comfy_types import object_info

from alice_core.providers.comfy.provider import ComfyUI
from alice_core.providers.conformance import Subject, cases
from alice_core.providers.price_file import load_book

FAULTS = {
    "answer-lost": lambda: faults.lost("submit"),
    "line-breaks": lambda: faults.lost_before("submit"),
    "html": lambda: faults.html("submit"),
    "cut-json": lambda: faults.cut_json("submit"),
    "wrong-length": lambda: faults.wrong_length("submit"),
    "400": lambda: faults.refused("submit", 400, {"error": {"type": "x", "message": "no"}, "node_errors": {}}),
}


class Rehearsal:
    """The server, driven by the names of faults."""

    secret = "there is none"
    faults = (*FAULTS, "hide")

    def __init__(self, server):
        self.server = server

    def fail(self, fault):
        self.server.fail(FAULTS[fault]())

    def sent(self):
        return len(self.server.seen("submit"))

    def billed(self):
        return Decimal(0)

    def hide(self):
        self.server.stop()

    def forget_key(self):
        raise NotImplementedError


CASES = [case for case in cases() if case.needs <= set(Rehearsal.faults)]


def test_most_of_the_suite_is_about_it():
    assert len(CASES) > len(cases()) / 3


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_is_a_provider(case, tmp_path):
    with ComfyServer(folder=tmp_path / "server", types=object_info(), pace=0.002) as server:
        book = load_book(date(2026, 11, 24), tmp_path / "none.toml")
        case.run(Subject(lambda: ComfyUI(server.url, sure=SURE), task(), {}, book, Rehearsal(server)))
