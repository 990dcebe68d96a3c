"""Jobs for the ComfyUI provider, and waiting for them."""

from __future__ import annotations

import time

import pytest
from comfy_types import still

from alice_core.errors import ProviderAmbiguous, ProviderTimeout, ProviderUnavailable
from alice_core.providers.operation import Done, Queued, Running
from alice_core.providers.task import ImageTask

SURE = 0.05
"""For so long a job must be nowhere before it counts as lost, in tests."""


def task(words="a blue bird", seed=7, graph=None, **options):
    return ImageTask(words, 64, 48, seed, options={"comfy": {"workflow": graph or still(), **options}})


def sent(kind, **inputs):
    return {"class_type": kind, "inputs": inputs, "_meta": {"title": kind}}


def wait(comfy, operation, seconds=20.0):
    """The final answer of a job."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            answer = comfy.poll(operation)
        except (ProviderUnavailable, ProviderAmbiguous, ProviderTimeout):
            answer = Queued()
        if not isinstance(answer, Queued | Running):
            return answer
        time.sleep(0.01)
    pytest.fail("the job never ended")


def until(condition, seconds=10.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def made_of(answer):
    assert isinstance(answer, Done), answer
    return [output.data for output in answer.outputs]
