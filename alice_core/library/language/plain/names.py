"""Names that the store knows: ``tagged neon``, ``from the Neon project``, ``made with flux``, ``by Midjourney``."""

from __future__ import annotations

from alice_core.library.language.plain.hearing import Found, Hearing
from alice_core.library.language.plain.kinds import noun_at
from alice_core.library.language.plain.phrases import Phrases, alike, listed
from alice_core.library.language.plain.sentence import Sentence
from alice_core.library.language.plain.stops import STOPS
from alice_core.store.wanted import AnyOf, Match, Term, Text

_MAKING = listed(
    """made, created, generated, rendered, done, produced, drawn, painted, built, make, create, generate, render,
    images made, came, come, coming, run"""
)
_TOOLS = Phrases(
    {f"{verb} {by}": "sure" for verb in _MAKING for by in listed("with, by, in, on, using, from, via")}
    | alike("using, via", "sure")
    | alike("by, that use, that used, which used, used, on, in, with, from", "perhaps")
)
_NOUNS = {
    **alike("project, projects", "project"),
    **alike("collection, collections, album, albums", "collection"),
    **alike("folder, directory", "in"),
    **alike("tag, tags", "tag"),
    **alike("lora, loras", "lora"),
    **alike("model, models, checkpoint", "model"),
    "sampler": "sampler",
    "scheduler": "scheduler",
    "prompt": "prompt",
}
_ARTICLES = frozenset({"the", "my", "our", "a", "an", "this", "that"})
_CALLED = frozenset(listed("called, named, is, as, was, like, containing, contains, mentions, says"))
_LISTED = listed("tag, project, collection, model, lora, generator, sampler, scheduler")
_TAGGED = Phrases(
    alike(
        """tagged, tagged as, tagged with, tagged by, with tag, with the tag, with tags, with the tags, having the
        tag, having tag, labelled, labeled, #""",
        meaning=True,
    )
)
_NAMED = Phrases(
    {
        **alike("called, file called, named, file named, filename", "name"),
        **alike("taken with, photographed with", "camera"),
        **alike("note says, notes say, noted, whose note says", "note"),
        **alike("prompt contains, prompt mentions, prompted with, prompt says, prompt includes", "prompt"),
    }
)


def name(hearing: Hearing, at: int) -> Found | None:
    """The names that words mean: after the word that says what they name, or because they can mean nothing else."""
    for reader in (_tagged, _said_first, _said_last, _tool, _place, _named, _more, _alone):
        if found := reader(hearing, at):
            return found
    return None


def _matched(hearing: Hearing, field: str | None, at: int) -> tuple[tuple[str, ...], int] | None:
    """The patterns for a name that is known."""
    if field in {"model", "lora"}:
        return hearing.lexicon.models(hearing.sentence, at, anywhere=True, lora=field == "lora")
    return hearing.lexicon.name(field, hearing.sentence, at) if field in _LISTED else None


_NEVER = frozenset(listed("or, not, no, nor, never, without, except, nothing")) | {","}


def _named_word(sentence: Sentence, at: int) -> str | None:
    """A single word, or words in quotes, that can be a name that is not known."""
    if at >= len(sentence):
        return None
    word = sentence.words[at]
    usable = word.quoted or (word.low not in STOPS and word.low not in _NEVER and any(map(str.isalnum, word.low)))
    return word.text if usable else None


def _found(field: str, patterns: tuple[str, ...], end: int) -> Found:
    return Found(end, (Match(field, patterns),))


def _known_or_said(hearing: Hearing, field: str, at: int, *, sure: bool = False) -> Found | None:
    """The known name at a place, or else the word there as it is, if it is no word for files."""
    if found := _matched(hearing, field, at):
        return _found(field, *found)
    word = _named_word(hearing.sentence, at)
    if word is None or (noun_at(hearing.sentence, at) and not sure):
        return None
    return _found(field, (f"*{word}*" if field in {"model", "lora"} else word,), at + 1)


def _tagged(hearing: Hearing, at: int) -> Found | None:
    found = _TAGGED.at(hearing.sentence, at)
    if found is None:
        return None
    start = found[1] + (hearing.sentence.low(found[1]) in _ARTICLES)
    return _known_or_said(hearing, "tag", start)


def _said_first(hearing: Hearing, at: int) -> Found | None:
    """``project Neon``, ``in the collection Best of``, ``with the model flux``, ``sampler euler``."""
    sentence = hearing.sentence
    start = _after_little(sentence, at)
    field = _NOUNS.get(sentence.low(start))
    if field is None or (start == at and hearing.content):
        return None
    after = start + 1
    while sentence.low(after) in _CALLED:
        after += 1
    if field in {"sampler", "scheduler", "model", "lora"} and after == start + 1 and start > at:
        after += sentence.low(after) in _ARTICLES
    known = _matched(hearing, field, after)
    if known is not None:
        return _found(field, *known)
    if field in {"tag", "model", "sampler", "scheduler", "prompt", "lora"} and after == start + 1:
        return None
    return _known_or_said(hearing, field, after, sure=start > at)


def _after_little(sentence: Sentence, at: int) -> int:
    """The place after a preposition and articles."""
    start = at + (sentence.low(at) in {"in", "from", "for", "of", "with", "to", "on", "under", "inside"})
    while sentence.low(start) in _ARTICLES:
        start += 1
    return start


def _said_last(hearing: Hearing, at: int) -> Found | None:
    """``from the Neon project``, ``in my holiday album``, ``the neon lora``."""
    sentence = hearing.sentence
    start = _after_little(sentence, at)
    nouns = {_NOUNS[low] for low in sentence.lows(start + 1, start + 7) if low in _NOUNS}
    if not nouns:
        return None
    for field in (one for one in _LISTED if one in nouns):
        known = _matched(hearing, field, start)
        if known is not None and _NOUNS.get(sentence.low(known[1])) == field:
            return _found(field, known[0], known[1] + 1)
    if start == at or sentence.low(at) not in {"in", "from", "for", "under", "inside"}:
        return None
    word = _named_word(sentence, start)
    field = _NOUNS.get(sentence.low(start + 1), "")
    if word is None or field not in {"project", "collection", "in"}:
        return None
    return _found(field, (word,), start + 2)


def _tool(hearing: Hearing, at: int) -> Found | None:
    """``made with flux``, ``by Midjourney``, ``in ComfyUI``."""
    sentence = hearing.sentence
    found = _TOOLS.at(sentence, at)
    if found is None:
        return None
    sure, start = found[0] == "sure", found[1]
    while sentence.low(start) in _ARTICLES:
        start += 1
    if generator := hearing.lexicon.name("generator", sentence, start):
        return _found("generator", *generator)
    if models := hearing.lexicon.models(sentence, start, anywhere=sure):
        return _with_noun(sentence, "model", *models)
    for field in ("sampler", "lora", "project") if sure else ():
        if known := _matched(hearing, field, start):
            return _with_noun(sentence, field, *known)
    return None


def _with_noun(sentence: Sentence, field: str, patterns: tuple[str, ...], end: int) -> Found:
    """A name, and the word after it that says what it names."""
    return _found(field, patterns, end + (_NOUNS.get(sentence.low(end)) == field))


def _place(hearing: Hearing, at: int) -> Found | None:
    """``in Neon``, ``from Night Drive``, ``in ~/renders``."""
    sentence = hearing.sentence
    if sentence.low(at) not in {"in", "from", "for", "of", "under", "inside", "on"}:
        return None
    start = _after_little(sentence, at)
    word = sentence.words[start] if start < len(sentence) else None
    if word is not None and ("/" in word.text or "\\" in word.text) and sentence.low(at) != "of":
        return _found("in", (word.text,), start + 1)
    if sentence.low(at) in {"in", "from", "for", "inside"}:
        for field in ("project", "collection"):
            known = _matched(hearing, field, start)
            if known is not None and (known[1] - start > 1 or _nothing_follows(sentence, known[1])):
                return _found(field, *known)
    return None


def _nothing_follows(sentence: Sentence, at: int) -> bool:
    """Whether a name is not only the first of several words: ``in neon`` is a place, ``in neon light`` is none."""
    word = sentence.low(at)
    return at >= len(sentence) or word in STOPS or word in {",", "or", "not"} or noun_at(sentence, at) is not None


def _named(hearing: Hearing, at: int) -> Found | None:
    """``called intro``, ``taken with my Canon``, ``prompt contains rain``, ``rain in the prompt``."""
    sentence = hearing.sentence
    if sentence.lows(at + 1, at + 4) == ("in", "the", "prompt") and (word := _named_word(sentence, at)):
        return Found(at + 4, (Match("prompt", (word,)),))
    found = _NAMED.at(sentence, at)
    if found is None:
        return None
    field, start = found
    while sentence.low(start) in _ARTICLES:
        start += 1
    word = _named_word(sentence, start)
    return _found(field, (f"*{word}*" if field in {"name", "camera"} else word,), start + 1) if word else None


def _more(hearing: Hearing, at: int) -> Found | None:
    """More names after ``and``, ``or`` and commas: ``tagged neon or rain``."""
    field = hearing.goes_on(at)
    known = _matched(hearing, field, at) if field in _LISTED else None
    return _found(field, *known) if field and known else None


def _alone(hearing: Hearing, at: int) -> Found | None:
    """Names that are no words of English: models, generators, samplers; full names of several words; synonyms."""
    sentence, lexicon = hearing.sentence, hearing.lexicon
    if sentence.words[at].quoted or sentence.low(at) in STOPS:
        return None
    if models := lexicon.models(sentence, at, anywhere=False):
        return _with_noun(sentence, "model", *models)
    for field in ("generator", "sampler", "scheduler"):
        known = lexicon.name(field, sentence, at)
        if known is not None and not _is_english(sentence, at, known[1]):
            return _found(field, *known)
    for field in ("project", "collection"):
        known = lexicon.name(field, sentence, at)
        if known is not None and known[1] - at > 1:
            return _found(field, *known)
    return _label(hearing, at)


def _label(hearing: Hearing, at: int) -> Found | None:
    """A full tag, ``style/neon``; a synonym, which may also be a word of the prompt."""
    sentence = hearing.sentence
    if "/" in sentence.low(at) and (tag := hearing.lexicon.name("tag", sentence, at)):
        return _found("tag", *tag)
    synonym = hearing.lexicon.name("synonym", sentence, at)
    if synonym is None:
        return None
    words: Term = Text(" ".join(word.text for word in sentence.words[at : synonym[1]]))
    return Found(synonym[1], (AnyOf((words, Match("tag", synonym[0]))),))


_ENGLISH = frozenset(
    listed(
        """normal, simple, beta, linear, exponential, uniform, default, forge, alice, automatic, comfy, invoke,
        swarm, novel, fast, er, res, ipndm, deis, auto, none, discrete, trailing"""
    )
)


def _is_english(sentence: Sentence, at: int, end: int) -> bool:
    return end - at == 1 and sentence.low(at) in _ENGLISH
