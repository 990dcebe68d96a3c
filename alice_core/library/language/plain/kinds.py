"""Kinds of files as people call them: ``pictures``, ``clips``, ``songs``, ``pngs``."""

from __future__ import annotations

from dataclasses import dataclass

from alice_core.library.language.plain.hearing import Found, Hearing
from alice_core.library.language.plain.phrases import Phrases, alike, listed
from alice_core.library.language.plain.sentence import Sentence
from alice_core.library.language.plain.stops import STOPS
from alice_core.store.wanted import Match

_SINGLE = {
    "image": "image, img, picture, pic, photo, photograph, still, still image, image file, snapshot",
    "video": "video, clip, movie, vid, film, music video, video clip, movie clip, video file, motion picture",
    "audio": """song, track, sound, tune, sound file, audio file, audio clip, audio track, music track, soundtrack,
        recording""",
    "plan": "plan, shot plan",
    "timeline": "timeline",
    "analysis": "analysis",
    "document": "document, doc",
}
_SEVERAL = {
    **alike("footage", "video"),
    **alike("photography, imagery", "image"),
    **alike("music, audio", "audio"),
    **alike("analyses", "analysis"),
}
_RISKY = frozenset(
    listed(
        """film, track, sound, still, plan, document, tune, recording, music, song, soundtrack, doc, movie,
        snapshot, photography"""
    )
)
"""Words that are kinds only where no other word that is looked for follows: film grain, music box."""

_NO_KINDS = Phrases(
    alike(
        """video game, video games, film noir, film grain, still life, picture frame, picture frames, picture book,
        photo booth, photo realistic, movie poster, movie posters, movie star, movie theater, movie scene,
        picture perfect, music box, music festival, film strip, video call, photo frame, picture window, sound
        wave, sound waves""",
        meaning=True,
    )
)
_EXTENSIONS = {
    one: (one,)
    for one in listed(
        """png, webp, gif, mp4, webm, mov, mkv, avi, wav, mp3, flac, ogg, opus, m4a, exr, edl, otio, fcpxml, avif,
        heic, bmp"""
    )
} | {"jpg": ("jpg", "jpeg"), "jpeg": ("jpg", "jpeg"), "tiff": ("tif", "tiff"), "tif": ("tif", "tiff")}

SUBJECTS = frozenset(
    listed(
        """file, files, asset, assets, thing, things, stuff, one, ones, result, results, output, outputs,
        generation, generations, render, renders, everything, anything, item, items, take, takes, entry,
        entries, material, media, artwork, artworks, creation, creations"""
    )
)
"""Words for files of any kind; they ask for nothing."""

_CAMERA = frozenset(
    listed("wide, close, close-up, closeup, medium, long, establishing, tracking, drone, aerial, macro, overhead, full")
)


@dataclass(frozen=True, slots=True)
class Noun:
    """A word for a kind of file.

    Attributes:
        kind: The kind; ``None`` for any.
        single: Whether it means one file.
        end: The place after it.
        risky: Whether it is often no kind.
    """

    kind: str | None
    single: bool
    end: int
    risky: bool = False


def _phrases() -> dict[str, tuple[str, bool]]:
    found = {word: (kind, False) for word, kind in _SEVERAL.items()}
    for kind, words in _SINGLE.items():
        for word in listed(words):
            found |= {word: (kind, True), f"{word}s": (kind, False)}
    return found


_KINDS = Phrases(_phrases())


def noun_at(sentence: Sentence, at: int) -> Noun | None:
    """The word for a kind of file, or for any file, that stands at a place."""
    if _NO_KINDS.at(sentence, at):
        return None
    if found := _KINDS.at(sentence, at):
        (kind, single), end = found
        return Noun(kind, single, end, sentence.low(at) in _RISKY)
    word = sentence.low(at)
    if word in SUBJECTS:
        return Noun(None, word in {"one", "file", "thing", "result", "take", "output", "item", "asset"}, at + 1)
    shots = word == "shots" or (word == "shot" and sentence.low(at + 1) == "of")
    if shots and sentence.low(at - 1) not in _CAMERA:
        return Noun(None, word == "shot", at + 1)
    return None


_CONTINUES = frozenset(listed("of, about, from, with, that, which, showing, made, where, who, whose, i, featuring"))


def kind(hearing: Hearing, at: int) -> Found | None:
    """The kind that a word asks for, unless it tells of what is to be seen (``pictures of film cameras``)."""
    sentence = hearing.sentence
    if found := _extension(sentence, at):
        return found
    noun = noun_at(sentence, at)
    if noun is None:
        return None
    if noun.kind is None:
        return None if hearing.content and sentence.low(at) in {"thing", "things", "item", "items"} else Found(noun.end)
    joined = sentence.low(at - 1) in {"and", "or", ","}
    if hearing.content and not (joined and sentence.low(noun.end) in _CONTINUES):
        return None
    if noun.risky and noun.single and not _stands_alone(hearing, noun.end):
        return None
    return Found(noun.end, (Match("kind", (noun.kind,)),))


def _extension(sentence: Sentence, at: int) -> Found | None:
    word = sentence.low(at)
    name = word if word in _EXTENSIONS else word[:-1] if word.endswith("s") else ""
    return Found(at + 1, (Match("ext", _EXTENSIONS[name]),)) if name in _EXTENSIONS else None


def _stands_alone(hearing: Hearing, end: int) -> bool:
    """Whether no word that is looked for follows: the end, a little word, or another word for files."""
    word = hearing.sentence.low(end)
    return word in STOPS or word in {"", ",", "or", "not"} or noun_at(hearing.sentence, end) is not None
