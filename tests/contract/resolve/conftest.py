"""A fake Resolve for the tests of the scripts and of the fake itself."""

from fake_pool import media, pool, resolve

__all__ = ["media", "pool", "resolve"]
