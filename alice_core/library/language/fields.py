"""The names of the query language: fields and what else they are called, kinds, states, orders and marks."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from alice_core.errors import UsageError
from alice_core.media.facts import Kind
from alice_core.store.wanted import NUMBER_FIELDS, SORTS, STATES, TEXT_FIELDS, TIME_FIELDS

_OTHER_NAMES = {
    "made": "date created when time modified",
    "added": "imported ingested",
    "kind": "type kinds types",
    "generator": "by app tool software generators",
    "in": "folder folders dir directory under",
    "rating": "star stars ratings rated",
    "seconds": "length duration second",
    "cost": "price costs usd",
    "ext": "extension format suffix",
    "name": "file filename",
    "collection": "album collections albums",
    "tag": "tags keyword",
    "model": "models checkpoint ckpt",
    "lora": "loras",
    "project": "projects",
    "cfg": "guidance cfgscale cfg-scale",
    "steps": "step",
    "size": "bytes filesize",
    "digest": "hash sha256",
    "mark": "marks pick flag",
    "note": "notes comment",
    "fps": "framerate frame-rate rate",
    "copies": "places",
    "artist": "author",
    "seed": "seeds",
    "sort": "order orderby sort-by",
    "limit": "max first",
    "is": "are",
    "has": "have",
    "text": "words word any",
}
_SPECIAL = ("is", "has", "sort", "limit", "text")
_NAMES = {name: name for name in (*TEXT_FIELDS, *NUMBER_FIELDS, *TIME_FIELDS, *_SPECIAL)}
_NAMES |= {other: name for name, others in _OTHER_NAMES.items() for other in others.split()}

_KIND_WORDS = {
    Kind.IMAGE: "images picture pictures pic pics photo photos photograph photographs still stills img imgs",
    Kind.VIDEO: "videos clip clips movie movies film films footage vid vids",
    Kind.AUDIO: "song songs music sound sounds track tracks audios tune tunes",
    Kind.PLAN: "plans",
    Kind.TIMELINE: "timelines",
    Kind.ANALYSIS: "analyses",
    Kind.DOCUMENT: "documents doc docs text texts",
    Kind.OTHER: "others",
}
_KINDS = {kind.value: kind.value for kind in Kind}
_KINDS |= {word: kind.value for kind, words in _KIND_WORDS.items() for word in words.split()}

_STATE_WORDS = {
    "favourite": "favourites favorite favorites fave faves fav starred",
    "liked": "loved",
    "rated": "rating ratings star stars",
    "tagged": "tag tags",
    "marked": "mark marks",
    "noted": "note notes annotated",
    "missing": "gone lost",
    "trashed": "trash deleted",
    "duplicate": "duplicates dupe dupes duplicated",
    "generated": "generation ai",
    "prompted": "prompt prompts",
    "uncertain": "unsure",
    "companion": "companions",
}
_STATES = {name: name for name in STATES}
_STATES |= {word: name for name, words in _STATE_WORDS.items() for word in words.split()}

_SORT_WORDS = {
    "newest": "date made recent latest new",
    "oldest": "old earliest",
    "best": "rating top rated",
    "relevance": "relevant rank",
    "biggest": "size largest",
    "longest": "length duration seconds",
    "name": "names alphabetical",
}
_SORTS = {name: name for name in SORTS}
_SORTS |= {word: name for name, words in _SORT_WORDS.items() for word in words.split()}

_MARKS = {one: one for one in ("hero", "maybe", "reject")}
_MARKS |= {"heroes": "hero", "heros": "hero", "maybes": "maybe", "rejects": "reject", "rejected": "reject"}


def unreadable(message: str, *, hint: str) -> UsageError:
    """The error for a query that cannot mean anything."""
    return UsageError(message, hint=hint, code="ALICE-U05")


def field_named(name: str) -> str | None:
    """The field that a name, an alias or a plural means; ``None`` for none."""
    return _NAMES.get(name.lower())


def kinds_named(pattern: str) -> tuple[str, ...]:
    """The kinds that a name or a glob means: ``clips`` gives ``video``, ``a*`` gives ``audio`` and ``analysis``.

    Raises:
        UsageError: There is no such kind.
    """
    return _closed("kind", pattern, _KINDS, tuple(kind.value for kind in Kind))


def mark_named(pattern: str) -> tuple[str, ...]:
    """The marks that a name or a glob means.

    Raises:
        UsageError: There is no such mark.
    """
    return _closed("mark", pattern, _MARKS, ("hero", "maybe", "reject"))


def state_named(name: str) -> tuple[str, bool]:
    """The state that a word means and whether it holds: ``untagged`` gives ``tagged`` and false.

    Raises:
        UsageError: There is no such state.
    """
    low = name.lower()
    if low in _STATES:
        return _STATES[low], True
    for start in ("un", "not-", "no-"):
        if low.startswith(start) and low[len(start) :] in _STATES:
            return _STATES[low[len(start) :]], False
    raise no_such("state", name, STATES, _STATES)


def sort_named(name: str) -> str:
    """The order that a word means.

    Raises:
        UsageError: There is no such order.
    """
    low = name.lower()
    if low not in _SORTS:
        raise no_such("order", name, SORTS, _SORTS)
    return _SORTS[low]


def no_such(what: str, name: str, options: Iterable[str], words: Iterable[str] = ()) -> UsageError:
    """The error for a name that a closed list lacks, with what was probably meant."""
    shown = tuple(options)
    close = get_close_matches(name.lower(), [*shown, *words], n=1, cutoff=0.6)
    meant = f"Did you mean {close[0]}? " if close else ""
    article = "an" if what[0] in "aeiou" else "a"
    return unreadable(f"there is no {what} {name!r}", hint=f"{meant}What can be {article} {what}: {', '.join(shown)}.")


def _closed(what: str, pattern: str, words: dict[str, str], options: tuple[str, ...]) -> tuple[str, ...]:
    low = pattern.lower()
    if low in words:
        return (words[low],)
    if "*" in low or "?" in low:
        found = tuple(one for one in options if _fits(low, one))
        if found:
            return found
    raise no_such(what, pattern, options, words)


def _fits(pattern: str, text: str) -> bool:
    """Whether a text fits a pattern of ``*`` and ``?``, in time that does not explode."""
    at, mark, star = 0, 0, -1
    here = 0
    while here < len(text):
        if at < len(pattern) and pattern[at] in {"?", text[here]}:
            at, here = at + 1, here + 1
        elif at < len(pattern) and pattern[at] == "*":
            star, mark, at = at, here, at + 1
        elif star >= 0:
            at, mark, here = star + 1, mark + 1, mark + 1
        else:
            return False
    return not pattern[at:].strip("*")
