"""Names of tags: how they are written, what they mean, the tree they make, and giving them other names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from alice_core.errors import Conflict, NotFound, UsageError
from alice_core.events.library_facts import SynonymSet, Tagged, Untagged
from alice_core.library.curating.changes import Deed, carry_out
from alice_core.store import Reader, UnitOfWork, operation

LONGEST_NAME = 255
"""The most characters that the name of a tag or a collection may have."""


@dataclass(frozen=True, slots=True)
class TagNode:
    """One tag in the tree.

    Attributes:
        name: Its full name, ``style/neon``.
        assets: How many assets carry it itself.
        below: How many carry it or a tag below it; an asset with several of them counts once for each.
        synonyms: Other words for it.
    """

    name: str
    assets: int
    below: int
    synonyms: tuple[str, ...]

    @property
    def depth(self) -> int:
        """How many tags it lies below."""
        return self.name.count("/")


def clean_name(text: str, what: str = "tag") -> str:
    """A name as it is kept: NFC, every run of white space one space, none around it.

    >>> clean_name("  rainy   night ", "collection")
    'rainy night'

    Raises:
        UsageError: Nothing is left, it is longer than 255 characters, or holds what cannot be printed.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise UsageError(f"a {what} needs a name", hint="Use 1 to 255 characters.")
    if len(name) > LONGEST_NAME:
        raise UsageError(f"{name[:40]!r}… is too long for a {what}", hint="Use 1 to 255 characters.")
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in name):
        raise UsageError(f"{name[:40]!r} is no name for a {what}", hint="Leave out what cannot be printed.")
    return name


def clean_tag(text: str) -> str:
    """A tag's full name as it is kept: like any name, and each part of it too.

    >>> clean_tag(" style /  neon  light ")
    'style/neon light'

    Raises:
        UsageError: It is no name, or a part of it is empty.
    """
    name = clean_name("/".join(part.strip() for part in text.split("/")))
    if not all(name.split("/")):
        raise UsageError(f"{text!r} has an empty part", hint="Write a tag as style/neon, without a slash at its ends.")
    return name


def meant(reader: Reader, text: str) -> str:
    """The tag that a text means: what it is a synonym of, a known one whatever its case, or a new one.

    A new tag below a known one takes over how that is written.

    Raises:
        UsageError: It is no name for a tag.
    """
    name = clean_tag(text)
    folded = name.casefold()
    synonyms = {one.casefold(): tag for one, tag in reader.labels.synonyms().items()}
    if folded in synonyms:
        return synonyms[folded]
    known: dict[str, str] = {}
    for one in reader.labels.tag_names():
        for above in _lineage(one):
            known.setdefault(above.casefold(), above)
        known[one.casefold()] = one
    for above in _lineage(name):
        if above.casefold() in known:
            return clean_tag(known[above.casefold()] + name[len(above) :])
    return name


def tag_tree(reader: Reader) -> tuple[TagNode, ...]:
    """Every tag, those that only stand above others too, each after the one it lies below."""
    counts = reader.labels.all_tags()
    words: dict[str, list[str]] = {}
    for synonym, tag in reader.labels.synonyms().items():
        words.setdefault(tag, []).append(synonym)
    totals: dict[str, int] = {}
    for name, count in counts.items():
        for above in _lineage(name):
            totals[above] = totals.get(above, 0) + count
    order = sorted(totals, key=lambda name: [(part.casefold(), part) for part in name.split("/")])
    return tuple(TagNode(name, counts.get(name, 0), totals[name], tuple(words.get(name, ()))) for name in order)


@operation("tag.synonym", emits=(SynonymSet,), permission="asset.write", undo="tag.synonym")
def set_synonym(work: UnitOfWork, synonym: str, tag: str | None, *, dry_run: bool = False) -> str | None:
    """Let a word mean a tag from now on, or none; gives the tag's full name.

    Raises:
        UsageError: One of the two is no name for a tag, or they are the same.
        Conflict: Assets carry a tag of the synonym's name.
        NotFound: The word is to mean none and meant none.
    """
    word = clean_tag(synonym)
    known = {one.casefold(): one for one in work.labels.synonyms()}
    word = known.get(word.casefold(), word)
    before = work.labels.synonyms().get(word)
    if tag is None:
        if before is None:
            raise NotFound(f"{word!r} is no synonym", hint="List them with: alice tags")
        if not dry_run:
            carry_out(work, (Deed(SynonymSet(synonym=word, tag=None, before=before), word),))
        return None
    name = meant(work, tag)
    if name.casefold() == word.casefold():
        raise UsageError(f"{word!r} already means {name!r}", hint="A synonym is another word than the tag itself.")
    carried = next((one for one in work.labels.tag_names() if one.casefold() == word.casefold()), None)
    if carried is not None:
        message = f"{carried!r} is a tag itself"
        raise Conflict(message, hint=f'Give its assets the other one first: alice tags rename "{carried}" "{name}"')
    if before != name and not dry_run:
        carry_out(work, (Deed(SynonymSet(synonym=word, tag=name, before=before), word),))
    return name


@dataclass(frozen=True, slots=True)
class Renaming:
    """What giving a tag another name comes to.

    Attributes:
        tags: Each tag that changes, before and after: the tag itself and all below it.
        assets: How many assets carry one of them.
    """

    tags: tuple[tuple[str, str], ...]
    assets: int


@operation("tag.rename", emits=(Tagged, Untagged, SynonymSet), permission="asset.write", undo="tag.rename")
def rename_tag(work: UnitOfWork, before: str, after: str, *, dry_run: bool = False) -> Renaming:
    """Give a tag, and all below it, another name; where there is such a tag, the two become one.

    Raises:
        NotFound: There is no such tag.
        UsageError: It would come to lie below itself, or a name would be too long.
        Conflict: The new name is a synonym.
    """
    renaming, deeds = _plan(work, before, after)
    if not dry_run:
        carry_out(work, deeds)
    return renaming


def _plan(reader: Reader, before: str, after: str) -> tuple[Renaming, list[Deed]]:
    old, new = _names(reader, before, after)
    pairs = [(name, clean_tag(new + name[len(old) :])) for name in reader.labels.tag_names() if _is_in(name, old)]
    if not pairs:
        raise NotFound(f"there is no tag {old!r}", hint="List them with: alice tags")
    if old == new:
        return Renaming((), 0), []
    # Short names first: where one becomes what another of them was, that one has gone before.
    pairs.sort(key=lambda pair: len(pair[0]))
    deeds: list[Deed] = []
    carriers: set[int] = set()
    words = reader.labels.synonyms().items()
    for name, renamed in pairs:
        numbers = reader.labels.tagged(name)
        carriers.update(numbers)
        have = set() if _is_in(renamed, old) else set(reader.labels.tagged(renamed))
        assets = [(asset.digest, asset.number) for asset in reader.assets.numbered(numbers)]
        deeds += [Deed(Tagged(digest=digest, tag=renamed), digest) for digest, one in assets if one not in have]
        deeds += [Deed(SynonymSet(synonym=word, tag=renamed, before=tag), word) for word, tag in words if tag == name]
        deeds += [Deed(Untagged(digest=digest, tag=name), digest) for digest, _ in assets]
    return Renaming(tuple(pairs), len(carriers)), deeds


def _names(reader: Reader, before: str, after: str) -> tuple[str, str]:
    old, new = meant(reader, before), clean_tag(after)
    if new.casefold() in {one.casefold() for one in reader.labels.synonyms()}:
        raise Conflict(f"{new!r} is a synonym", hint=f'Take it away first: alice tags synonym "{new}" --unset')
    if new.casefold() != old.casefold():
        new = meant(reader, new)
    if new != old and _is_in(new, old):
        raise UsageError(f"{new!r} lies below {old!r}", hint="Choose a name that does not begin with the old one.")
    return old, new


def _is_in(name: str, tag: str) -> bool:
    """Whether a tag is another one or lies below it."""
    return name == tag or name.startswith(f"{tag}/")


def _lineage(name: str) -> Iterable[str]:
    """A tag and all above it, the nearest first."""
    parts = name.split("/")
    return ("/".join(parts[:count]) for count in range(len(parts), 0, -1))
