"""One ranking out of several (reciprocal rank fusion: Cormack, Clarke and Büttcher, 2009)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

K = 60
"""How little the first places count above the next ones; the value of the paper."""


def fused(*rankings: Sequence[int], k: int = K) -> tuple[int, ...]:
    """Everything that is ranked, by the sum of ``1 / (k + place)`` over the rankings; ties as in the earlier one.

    >>> fused((1, 2, 3), (3, 4))
    (3, 1, 2, 4)
    """
    scores: dict[int, Fraction] = {}
    for ranking in rankings:
        for place, one in enumerate(dict.fromkeys(ranking), 1):
            scores[one] = scores.get(one, Fraction(0)) + Fraction(1, k + place)
    return tuple(sorted(scores, key=lambda one: -scores[one]))
