"""The words that people find assets with: ``kind:image project:Neon rain``."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from alice_core.errors import UsageError
from alice_core.media.facts import Kind
from alice_core.store import Wanted


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood.

    Attributes:
        wanted: What is looked for.
        ignored: Words that were not understood.
    """

    wanted: Wanted
    ignored: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The exact query understood, in the form that can be typed."""
        parts = [f"kind:{kind}" for kind in self.wanted.kinds]
        parts += [f"project:{_quoted(name)}" for name in self.wanted.projects]
        parts += [f"digest:{self.wanted.digest}"] if self.wanted.digest else []
        return " ".join(parts + [_quoted(word) for word in self.wanted.words])


def parse_query(text: str) -> Query:
    """The query that a text means.

    ``kind:`` takes the kinds of media; several mean any of them. ``project:`` takes a name,
    in quotes if it has spaces. ``digest:`` takes the start of a digest. Every other word
    must occur in a file name, a path, a prompt or the operation that made the asset.

    Raises:
        UsageError: A quote is not closed, or there is no such kind.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"the query {text!r} has a quote without its partner", hint="Close the quote.") from error
    kinds: list[str] = []
    projects: list[str] = []
    plain: list[str] = []
    ignored: list[str] = []
    digest = None
    for word in words:
        field, colon, value = word.partition(":")
        if field == "kind" and value:
            kinds.append(_kind(value))
        elif field == "project" and value:
            projects.append(value)
        elif field == "digest" and value:
            digest = value if value.startswith("sha256:") else f"sha256:{value}"
        elif colon and field.isalpha() and field.islower():
            ignored.append(word)
        else:
            plain.append(word)
    return Query(Wanted(tuple(kinds), tuple(projects), digest, tuple(plain)), tuple(ignored))


def _kind(value: str) -> str:
    kinds = [kind.value for kind in Kind]
    if value not in kinds:
        raise UsageError(f"there is no kind {value!r}", hint="Kinds are " + ", ".join(kinds) + ".")
    return value


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word
