"""Pipelines over all other rooms; the main job is :func:`~alice_core.workflows.make.make`."""

from alice_core.workflows.request import MakeRequest
from alice_core.workflows.result import MadeShot, MakeResult

__all__ = ["MadeShot", "MakeRequest", "MakeResult"]
