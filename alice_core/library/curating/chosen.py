"""Which assets or files a command means: by paths, by a query, or by both."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from alice_core.errors import NotFound
from alice_core.library.curating.choice import choose
from alice_core.media.files import path_said
from alice_core.store import Location, Store


def chosen_places(store: Store, words: Sequence[str]) -> tuple[Location, ...]:
    """The known places that words mean, each once, in order of their paths.

    A word that is a file or folder, or that something is known of, is a path; the others together are a query.

    Raises:
        NotFound: A path is there, and nothing is known of it.
        UsageError: The query cannot be understood.
    """
    paths, query = _sorted_out(store, words)
    found = {str(one.path): one for path in paths for one in _at(store, path)}
    if query:
        with store.reading() as reader:
            for places in reader.places.of_many(asked(store, query)).values():
                found |= {str(one.path): one for one in places}
    return tuple(found[path] for path in sorted(found))


def chosen_assets(store: Store, words: Sequence[str]) -> tuple[str, ...]:
    """The digests of the assets that words mean, each once, with the companions of what a query finds.

    Raises:
        NotFound: A path is there, and nothing is known of it.
        UsageError: The query cannot be understood.
    """
    paths, query = _sorted_out(store, words)
    found = dict.fromkeys(one.digest for path in paths for one in _at(store, path))
    if query:
        found |= dict.fromkeys(asked(store, query))
    return tuple(found)


def asked(store: Store, query: str) -> list[str]:
    """The digests of what a query finds, and of the companions of that.

    Raises:
        UsageError: The query cannot be understood.
    """
    digests = choose(store, (), query=query).digests
    with store.reading() as reader:
        companions = reader.assets.companions(digests)
    return list(dict.fromkeys([*digests, *(one for some in companions.values() for one in some)]))


def _sorted_out(store: Store, words: Sequence[str]) -> tuple[list[Path], str]:
    paths: list[Path] = []
    query: list[str] = []
    with store.reading() as reader:
        for word in words:
            path = Path(word).expanduser().absolute()
            if os.path.lexists(path) or reader.places.at(path) is not None:
                paths.append(path)
            elif os.sep in word and reader.places.stats_below(path):
                paths.append(path)  # a folder that is gone, and that files were known in
            else:
                query.append(word)
    return paths, " ".join(query)


def _at(store: Store, path: Path) -> tuple[Location, ...]:
    with store.reading() as reader:
        one = reader.places.at(path)
        found = (one,) if one is not None else reader.places.below(path)
    if not found:
        raise NotFound(f"nothing is known of {path_said(path)}", hint="Take it in first: alice ingest PATH")
    return found
