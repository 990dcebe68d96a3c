"""AliceMultiverse: a song in, a cut music video out, and every file known by its bytes."""

__version__ = "0.1.0"
