"""Swap the shot under the playhead to a take that is chosen from a list, in place."""

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
import alice_pool
import alice_takes


def choose_take(menu):
    """Ask for the take; without windows only the list is shown, and Next take goes through it."""
    shot = alice_takes.Shot(menu)
    names = [
        "%s%s%s"
        % (
            one["name"],
            " (rated %s)" % one["rating"] if one.get("rating") else "",
            " - shown now" if one["digest"] == shot.digest else "",
        )
        for one in shot.takes
    ]
    if not menu.windows:
        for name in names:
            menu.say(name)
        return "%s; choose Next take to go through them." % alice_pool.counted(len(names), "take")
    number = menu.choose("Which take of %s?" % shot.name, names)
    if number is None:
        return "Nothing was changed."
    return shot.swap(shot.takes[number])


alice_menu.run(choose_take, globals(), HERE, "Alice - Choose take")
