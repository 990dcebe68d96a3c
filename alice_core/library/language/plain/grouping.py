"""How the parts of a question belong together: alternatives, negation, and what is exclusive."""

from __future__ import annotations

from dataclasses import dataclass, replace

from alice_core.library.language.normal import either, every, normal_term
from alice_core.store.wanted import NUMBER_FIELDS, TEXT_FIELDS, TIME_FIELDS, All, Match, Not, Range, State, Term, Text


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked for.

    Attributes:
        term: What must hold.
        link: What stands before it: ``or``, ``and``, ``,`` or nothing.
        run: Neighbouring words have the same number.
        opened: Whether an article stands before it.
        negated: Whether it must not hold.
        again: Whether its own negation follows the link: ``not rated or not tagged``.
    """

    term: Term
    link: str = ""
    run: int = 0
    opened: bool = False
    negated: bool = False
    again: bool = False

    @property
    def topic(self) -> str:
        """What it is about: ``text``, ``is``, or the name of a field."""
        return topic_of(self.term)


_EXCLUSIVE = frozenset(
    {
        "kind",
        "model",
        "generator",
        "ext",
        "sampler",
        "scheduler",
        "project",
        "mark",
        "camera",
        "in",
        *NUMBER_FIELDS,
        *TIME_FIELDS,
    }
)
"""An asset has one of these, so that several joined by ``and`` mean any of them."""

_ORDER = {name: number for number, name in enumerate(("text", *TEXT_FIELDS, *TIME_FIELDS, *NUMBER_FIELDS, "is"))}


def topic_of(term: Term) -> str:
    """What a term is about: ``text``, ``is``, or the name of a field; of several terms, the first one's."""
    if isinstance(term, Text):
        return "text"
    if isinstance(term, Match | Range):
        return term.field
    if isinstance(term, State):
        return "is"
    if isinstance(term, Not):
        return topic_of(term.term)
    return topic_of(term.terms[0]) if term.terms else "is"


def together(parts: list[Part]) -> tuple[Term, ...]:
    """The terms of a question, its words first, then its filters in a fixed order, then what must not hold."""
    at = _clause_end(parts)
    if at is None:
        return _sorted(_clause(parts))
    left, right = parts[:at], [replace(parts[at], link=""), *parts[at + 1 :]]
    shared: list[Part] = []
    if not any(part.topic == "kind" and not part.negated for part in right):
        shared = [part for part in left if part.topic == "kind" and not part.negated]
        left = [part for part in left if part not in shared]
    return (
        *(part.term for part in shared),
        either((normal_term(every(together(left))), normal_term(every(together(right))))),
    )


def _clause_end(parts: list[Part]) -> int | None:
    """Where a second whole question begins: ``tigers from last week or lions from March``."""
    for at in range(1, len(parts)):
        part, before = parts[at], parts[at - 1]
        if part.negated or (before.negated and part.topic != "kind"):
            continue
        if (
            part.topic == "kind"
            and part.link
            and before.topic != "kind"
            and any(one.topic == "kind" for one in parts[:at])
        ):
            return at
        if part.link == "or" and part.topic in {"text", "kind"} and before.topic not in {"text", "kind", part.topic}:
            return at
    return None


def _clause(parts: list[Part]) -> list[Term]:
    terms: list[Term] = []
    others: list[Part] = []
    for chain in _chains(parts):
        if _whole_runs(chain):
            terms += [*_groups(others), either([every([part.term for part in run]) for run in chain])]
            others = []
        else:
            others += [part for run in chain for part in run]
    return _merged([*terms, *_groups(others)])


def _chains(parts: list[Part]) -> list[list[list[Part]]]:
    """The parts as runs of neighbouring words, those with ``or`` or a comma between them together."""
    chains: list[list[list[Part]]] = []
    loose = True
    for at, part in enumerate(parts):
        before = parts[at - 1] if at else None
        text = part.topic == "text" and not part.negated
        follows = text and before is not None and before.topic == "text" and not before.negated
        if follows and before is not None and part.run == before.run:
            chains[-1][-1].append(part)
        elif follows and part.link in {"or", ","}:
            chains[-1].append([part])
        elif text or not loose or not chains:
            chains.append([[part]])
        else:
            chains[-1].append([part])
        loose = not text
    return chains


def _whole_runs(chain: list[list[Part]]) -> bool:
    """Whether ``old ships or red cars`` means (old ships) or (red cars), and not old (ships or red) cars."""
    if len(chain) == 1 or chain[-1][0].link != "or" or all(len(run) == 1 for run in chain):
        return False
    if any(run[0].topic != "text" or run[0].negated for run in chain):
        return False
    if all(run[0].opened for run in chain[1:]):
        return True
    return all(len(run) > 1 for run in chain) and all(_plural(run[-1].term) for run in chain[:-1])


def _plural(term: Term) -> bool:
    return isinstance(term, Text) and term.words.lower().endswith("s") and not term.words.lower().endswith("ss")


def _groups(parts: list[Part]) -> list[Term]:
    """The terms of some parts, alternatives joined."""
    groups: list[list[Part]] = []
    for at, part in enumerate(parts):
        if groups and _joins(groups[-1], parts, at):
            groups[-1].append(part)
        else:
            groups.append([part])
    terms: list[Term] = []
    for group in groups:
        if any(part.again for part in group):
            terms.append(either([Not(part.term) if part.negated else part.term for part in group]))
        elif group[0].negated:
            terms += [Not(term) for term in _alternatives(group, every_one=True)]
        else:
            terms += _alternatives(group)
    return terms


def _joins(group: list[Part], parts: list[Part], at: int) -> bool:
    """Whether a part is an alternative to the group before it."""
    part, before = parts[at], group[-1]
    if part.link == "or" and (part.again or part.negated == before.negated):
        return True
    if part.negated != before.negated:
        return False
    if part.link == "," and part.topic == before.topic:
        return _list_ends_with_or(parts, at) or _union(part, before)
    return (part.link == "and" or part.topic == "kind") and _union(part, before)


def _union(part: Part, before: Part) -> bool:
    """Whether two parts exclude each other, so that both can only mean either."""
    if part.topic != before.topic or part.topic not in _EXCLUSIVE:
        return False
    return all(not isinstance(one.term, Range) or _closed(one.term) for one in (part, before))


def _closed(term: Range) -> bool:
    return term.low is not None and term.high is not None


def _list_ends_with_or(parts: list[Part], at: int) -> bool:
    """Whether the list that a part is in ends with ``or``: ``red, blue or green``."""
    for later in parts[at + 1 :]:
        if later.topic != parts[at].topic:
            return False
        if later.link != ",":
            return later.link == "or"
    return False


def _alternatives(group: list[Part], *, every_one: bool = False) -> list[Term]:
    """A group as alternatives; patterns of one field as one term."""
    merged: list[Term] = []
    for part in group:
        last = merged[-1] if merged else None
        if isinstance(part.term, Match) and isinstance(last, Match) and last.field == part.term.field:
            merged[-1] = Match(last.field, tuple(dict.fromkeys((*last.patterns, *part.term.patterns))))
        elif part.term not in merged:
            merged.append(part.term)
    return merged if every_one else [either(merged)]


def _merged(terms: list[Term]) -> list[Term]:
    """The terms without repetitions; two open ranges of one field as one between both ends."""
    found: list[Term] = []
    for term in dict.fromkeys(terms):
        partner = next((one for one in found if _halves(one, term)), None) if isinstance(term, Range) else None
        if isinstance(partner, Range) and isinstance(term, Range):
            low, high = (partner, term) if partner.high is None else (term, partner)
            found[found.index(partner)] = Range(term.field, low.low, high.high, below=high.below, above=low.above)
        else:
            found.append(term)
    return found


def _halves(one: Term, other: Term) -> bool:
    if not isinstance(one, Range) or not isinstance(other, Range) or one.field != other.field:
        return False
    ends = {(one.low is None, one.high is None), (other.low is None, other.high is None)}
    return ends == {(True, False), (False, True)}


def _sorted(terms: list[Term]) -> tuple[Term, ...]:
    flat = [one for term in terms for one in (term.terms if isinstance(term, All) else (term,))]
    return tuple(sorted(flat, key=lambda term: (isinstance(term, Not), _ORDER.get(topic_of(term), 0))))
