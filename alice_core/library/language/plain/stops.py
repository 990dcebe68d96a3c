"""Little words: those that carry no search of their own, and those that negate."""

from __future__ import annotations

from alice_core.library.language.plain.phrases import Phrases, alike, listed

DETERMINERS = frozenset(
    listed("a, an, the, my, our, your, his, her, their, some, any, these, those, this, that, all, each, both")
)
"""Words before a noun."""

CONTENT = frozenset(listed("of, about, showing, featuring, depicting, portraying, containing"))
"""Words after which it is said what is to be seen."""

REQUESTS = frozenset(
    listed(
        """show, find, get, give, list, search, need, want, display, fetch, bring, pull, open, grab, see, only,
        just, me, us"""
    )
)
"""Words after which a number is the number of results."""

_VERBS = listed(
    """look, looking, hunt, seek, tell, return, please, can, could, would, should, will, may, might, must, do,
    does, did, is, are, was, were, be, been, being, am, have, has, had, having, made, make, making, create,
    created, creating, generate, generated, generating, render, rendered, rendering, produce, produced,
    producing, taken, take, done, use, used, using, let, lets, contain, contains, include, includes, feature,
    features, come, came, comes, got, like, know, think, remember, liked, go, went, going, put, saved, kept,
    called, titled, entitled"""
)
_PRONOUNS = listed(
    """i, me, you, we, us, he, she, it, they, them, who, which, what, whose, where, when, how, why, there, here,
    mine, ours, yours, myself, anything, something, everything, someone, somewhere, own, other, others, such,
    same"""
)
_PREPOSITIONS = listed(
    """in, on, at, by, to, from, for, with, into, onto, as, than, off, out, up, down, over, under, behind, between,
    beside, near, through, across, against, around, inside, outside, within, along, above, below, upon, toward,
    towards, via, per, during, while, because, if, and, but"""
)
_ADVERBS = listed(
    """also, just, only, really, very, so, too, then, else, yet, still, already, ever, again, maybe, perhaps,
    quite, much, many, more, most, lot, lots, bunch, kind, sort, well, ok, okay, hi, hello, hey, thanks, thank,
    s, t, ve, m, re, ll, d, anyhow, right, now, etc, either, actually, basically, exactly, contents, version,
    versions, set, every, alice"""
)
STOPS = DETERMINERS | CONTENT | REQUESTS | frozenset((*_VERBS, *_PRONOUNS, *_PREPOSITIONS, *_ADVERBS))
"""Words that are passed over."""

PASSED = Phrases(
    alike(
        """a couple of, a few, a few of, a lot of, lots of, a bunch of, plenty of, kind of, sort of, at all, as
        well, of course, if possible, all of, so far, by the way, a set of, a series of, in there, in it, on it,
        in them, the kind of, some of, any of, one of, a little""",
        meaning=True,
    )
)
"""Phrases that are passed over."""

NEGATIONS = Phrases(
    alike("not, never, nobody, no one, noone, none, not the, is not, are not, but not, and not", "word")
    | alike(
        """without, without any, no, but no, and no, with no, except, except for, excluding, exclude, other than,
        apart from, minus, lacking, neither, nor, but without, and without, leave out, leaving out, omit,
        ignore, ignoring, skip, not any, nothing with, none of, none with, but not any, not having, not have,
        nothing, but nothing, and nothing, but""",
        "run",
    )
)
"""Words that negate what follows: the next thing, or all that is listed after them."""
