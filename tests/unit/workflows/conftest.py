"""A builder of timelines."""

from timeline_builder import build

__all__ = ["build"]
