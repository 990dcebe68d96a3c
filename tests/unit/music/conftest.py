"""A studio that records whatever a test wants to hear."""

from music_studio import studio

__all__ = ["studio"]
