"""What people ask for and the query language cannot say; it is told of, never passed over."""

from __future__ import annotations

import re

from alice_core.library.language.plain.hearing import Found, Hearing
from alice_core.library.language.plain.kinds import noun_at
from alice_core.library.language.plain.phrases import Phrases, alike, listed

_UNSAID = Phrases(
    alike(
        """similar to, similar, looks like, look like, looking like, resembling, resembles, more like, like this,
        like this one, like that one, cheapest, most expensive, priciest, least expensive, worst, worst rated,
        lowest rated, random, randomly, surprise me, how many, how much, count of, number of, why, when did i,
        when did we, when was, who made, how did i, between the two, same seed as, the same seed, same model as,
        same prompt as, the same prompt, same style as, same size as, landscape orientation, portrait
        orientation, landscape format, portrait format, landscape mode, portrait mode, in landscape, in
        portrait, square format, vertical format, horizontal format, widescreen, aspect ratio, almost, nearly
        identical, most used, least used, average, total, disliked, hated, i hate, per day, per week, grouped
        by, group by, for each, every other, second best, second newest, bigger than, smaller than, larger than,
        longer than, shorter than, cheaper than, more than, less than, fewer than, better than, worse than,
        older than, newer than, at least, at most, since, until, before, after, expensive, cheap, with sound,
        without sound, with audio, without audio, no sound, no audio, with music, without music, no music""",
        meaning=True,
    )
)
_PRAISE = frozenset(
    listed("nice, good, great, cool, awesome, interesting, amazing, decent, bad, fine, vertical, horizontal, square")
)
_CLOCK = re.compile(r"\d{1,2}(?::\d{2})? ?(?:am|pm|o'clock)")


def unsaid(hearing: Hearing, at: int) -> Found | None:
    """The words of a wish that cannot be fulfilled."""
    sentence = hearing.sentence
    if sentence.low(at) in _PRAISE and noun_at(sentence, at + 1) is not None:
        return Found(at + 1, ignored=sentence.words[at].text)
    clock = _CLOCK.fullmatch(" ".join(sentence.lows(at, at + 2)).strip()) or _CLOCK.fullmatch(sentence.low(at))
    if clock is not None:
        end = at + 1 + (" " in clock.group())
        return Found(end, ignored=" ".join(word.text for word in sentence.words[at:end]))
    found = _UNSAID.at(sentence, at)
    if found is None:
        return None
    if hearing.content and found[1] - at == 1:
        return None
    return Found(found[1], ignored=" ".join(word.text for word in sentence.words[at : found[1]]))
