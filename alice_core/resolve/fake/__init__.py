"""A DaVinci Resolve that nobody installed: it behaves as the real one was measured to, traps included.

Tests run the menu scripts against it, and so can anyone who writes their own. What it does
not know it does not pretend: a name that the interface has and the fake has not is ``None``.
"""

from alice_core.resolve.fake.application import Resolve
from alice_core.resolve.fake.project import Project
from alice_core.resolve.fake.session import FREE, STUDIO, Session

__all__ = ["FREE", "STUDIO", "Project", "Resolve", "Session"]
