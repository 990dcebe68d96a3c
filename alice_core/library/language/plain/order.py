"""Which first, and how many: ``the 5 newest``, ``best``, ``last 3 images``, ``a dozen pictures``."""

from __future__ import annotations

from decimal import Decimal

from alice_core.library.language.plain.hearing import Found, Hearing
from alice_core.library.language.plain.kinds import noun_at
from alice_core.library.language.plain.numerals import number_at
from alice_core.library.language.plain.phrases import Phrases, alike, listed
from alice_core.library.language.plain.quantities import quantity
from alice_core.library.language.plain.sentence import Sentence
from alice_core.library.language.plain.stops import DETERMINERS, REQUESTS, STOPS

_BY = {
    **alike("date, time, age", "newest"),
    **alike("rating, stars, score", "best"),
    **alike("size, file size", "biggest"),
    **alike("length, duration", "longest"),
    **alike("name, filename, file name", "name"),
    "relevance": "relevance",
}
_FIRST = {
    **alike(
        """newest, latest, most recent, freshest, newest first, latest first, most recent first, recent, recently,
        newest to oldest, lately""",
        "newest",
    ),
    **alike(
        """oldest, earliest, oldest first, earliest first, in chronological order, chronologically, oldest to
        newest, very first""",
        "oldest",
    ),
    **alike(
        """best, top, top rated, highest rated, best rated, best first, finest, most liked, highest rated first,
        best ones first""",
        "best",
    ),
    **alike("biggest, largest, heaviest, biggest first, largest first, most space", "biggest"),
    **alike("smallest, tiniest, smallest first, lightest", "smallest"),
    **alike("longest, longest first", "longest"),
    **alike("shortest, shortest first", "shortest"),
    **alike("alphabetically, in alphabetical order, by name, alphabetical", "name"),
    **alike(
        """most relevant, best match, best matches, best matching, closest match, by relevance, most relevant first""",
        "relevance",
    ),
    **{
        f"{sort} by {name}".strip(): order
        for sort in ("", *listed("sorted, ordered, sort, order, ranked, sort them, arranged"))
        for name, order in _BY.items()
    },
}
_ORDERS = Phrases(_FIRST)
_NO_ORDERS = Phrases(
    alike("best friend, best friends, best man, top hat, top hats, top of, top down, top view", meaning=True)
)
_OTHER_END = {"newest": "oldest", "biggest": "smallest", "longest": "shortest"}
_BACKWARDS = frozenset({"ascending", "asc", "upwards"})
_MOST = 10**9


def order(hearing: Hearing, at: int) -> Found | None:
    """The order and the number of results that words ask for."""
    sentence = hearing.sentence
    if hearing.content:
        return None
    return _superlative(hearing, at) or _last_or_first(sentence, at) or _limit(sentence, at) or _counted(hearing, at)


def _whole(sentence: Sentence, at: int) -> tuple[int, int] | None:
    """A number of things that begins at a place, and the place after it."""
    found = number_at(sentence, at)
    if found is None or found[0] != int(found[0]) or not 0 < found[0] < _MOST:
        return None
    return int(found[0]), found[1]


def _superlative(hearing: Hearing, at: int) -> Found | None:
    """``newest``, ``5 newest``, ``newest 5``, ``latest video``."""
    sentence = hearing.sentence
    counted = _whole(sentence, at)
    start = counted[1] if counted else at
    found = None if _NO_ORDERS.at(sentence, start) else _ORDERS.at(sentence, start)
    if found is None:
        return None
    sort, end = found
    if sentence.low(end) in _BACKWARDS:
        sort, end = _OTHER_END.get(sort, sort), end + 1
    if counted is None:
        counted = _whole(sentence, end)
        if counted is not None and quantity(hearing, end) is None:
            end = counted[1]
        else:
            counted = None
    limit = counted[0] if counted else 1 if _one_follows(sentence, start, end) else None
    return Found(end, sort=sort, limit=limit)


def _one_follows(sentence: Sentence, at: int, end: int) -> bool:
    """Whether the next word for files means a single one: ``the latest neon video``."""
    if sentence.low(at) in {"recent", "recently", "sorted", "ordered", "sort"}:
        return False
    for place in range(end, min(end + 4, len(sentence))):
        noun = noun_at(sentence, place)
        if noun is not None:
            return noun.single and noun_at(sentence, noun.end) is None
        if sentence.low(place) in STOPS or sentence.low(place) in {",", "or"}:
            return False
    return False


def _last_or_first(sentence: Sentence, at: int) -> Found | None:
    """``last 3 images`` are the newest, ``first ten`` are ten, ``my first picture`` is the oldest."""
    word = sentence.low(at)
    if word not in {"last", "first", "final", "previous"}:
        return None
    sort = "oldest" if word == "first" else "newest"
    counted = _whole(sentence, at + 1)
    if counted is not None:
        early = word == "first" and _made_by_me(sentence, counted[1])
        return Found(counted[1], sort="newest" if word != "first" else "oldest" if early else None, limit=counted[0])
    noun = noun_at(sentence, at + 1)
    if noun is not None:
        return Found(at + 1, sort=sort, limit=1 if noun.single else None)
    return None


def _made_by_me(sentence: Sentence, at: int) -> bool:
    return bool({"i", "we", "ever"} & set(sentence.lows(at, at + 6)))


_LIMITS = Phrases(
    alike(
        """limit, limit to, limited to, max, maximum, at most, up to, no more than, only, just, not more than,
        limit of, a maximum of, any""",
        meaning=True,
    )
)


def _limit(sentence: Sentence, at: int) -> Found | None:
    """``limit 20``, ``at most 20 images``, ``only 5``."""
    found = _LIMITS.at(sentence, at)
    counted = _whole(sentence, found[1]) if found else None
    if counted is None:
        return None
    after = counted[1]
    noun = noun_at(sentence, after)
    asked = sentence.low(at) in {"limit", "limited", "only", "just"} and (
        after >= len(sentence) or sentence.low(after) == ","
    )
    return Found(after, limit=counted[0]) if noun or asked else None


def _counted(hearing: Hearing, at: int) -> Found | None:
    """``5 pictures``, ``three funny clips``, ``show me 20``."""
    sentence = hearing.sentence
    counted = _whole(sentence, at)
    if counted is None or quantity(hearing, at) is not None:
        return None
    after = counted[1]
    before = sentence.low(at - 1)
    if before in REQUESTS and (after >= len(sentence) or sentence.low(after) in STOPS | {","}):
        return Found(after, limit=counted[0])
    if at > 0 and before not in REQUESTS | DETERMINERS | {",", "random"} and before != "":
        return None
    for place in range(after, min(after + 4, len(sentence))):
        noun = noun_at(sentence, place)
        if noun is not None:
            return Found(after, limit=counted[0]) if not noun.single or counted[0] == Decimal(1) else None
        if sentence.low(place) in STOPS or sentence.low(place) in {",", "or", ""}:
            return None
    return Found(after, limit=counted[0]) if before in REQUESTS and counted[0] > 1 else None
