"""Pictures and films with something to see in them, for tests that ask."""

from media_files import film_file, graph, picture_file

__all__ = ["film_file", "graph", "picture_file"]
