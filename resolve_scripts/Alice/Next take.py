"""Swap the shot under the playhead to its next take, in place."""

import os
import sys

try:
    HERE = os.path.dirname(os.path.abspath(__file__))
except NameError:  # some versions of Resolve run menu scripts without it
    HERE = os.path.dirname(
        (globals().get("fusion") or globals()["app"]).MapPath("Scripts:/Utility/Alice/alice_menu.py")
    )
if HERE not in sys.path:
    sys.path.insert(0, HERE)

import alice_menu
import alice_takes


def next_take(menu):
    """The take after the one that is shown, the first after the last."""
    shot = alice_takes.Shot(menu)
    takes = shot.takes
    shown = [number for number, one in enumerate(takes) if one["digest"] == shot.digest]
    return shot.swap(takes[(shown[0] + 1) % len(takes)] if shown else takes[0])


alice_menu.run(next_take, globals(), HERE, "Alice - Next take")
