"""The suite that every provider must pass, for ours and for those that other packages bring.

A package brings a stand-in for its service (:class:`Rehearsal`), says what it wants tested
(:class:`Subject`), and runs the cases with any test runner::

    @pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
    def test_it_is_a_provider(case, subject):
        if not case.needs <= set(subject.rehearsal.faults):
            pytest.skip("the service cannot do that")
        case.run(subject)

A case raises :class:`AssertionError` with a sentence where a provider does not do as it must.
"""

from alice_core.providers.conformance.offline import OFFLINE
from alice_core.providers.conformance.online import ONLINE
from alice_core.providers.conformance.subject import Case, Rehearsal, Subject

__all__ = ["Case", "Rehearsal", "Subject", "cases"]


def cases() -> tuple[Case, ...]:
    """Every case: what must hold without a network first, then what must hold with the stand-in."""
    return (*OFFLINE, *ONLINE)
