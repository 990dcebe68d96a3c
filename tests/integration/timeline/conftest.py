"""Builders of timelines and of whole films."""

from planned_film import film
from timeline_builder import build

__all__ = ["build", "film"]
