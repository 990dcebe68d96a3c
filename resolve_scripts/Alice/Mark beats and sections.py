"""Put the beats and sections of the newest cut as markers on the open timeline, instead of older ones of Alice."""

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


def marks(menu):
    """Set Alice's markers; those of other origin stay, and where one lies on the frame it wins."""
    menu.require_saveable()
    timeline = menu.timeline()
    answer = menu.alice("marks")
    rate = alice_pool.rate_number(timeline.GetSetting("timelineFrameRate"))[0]
    if rate != alice_pool.rate_number(answer["resolve_rate"])[0]:
        raise alice_menu.Stop(
            "The timeline counts %s frames a second, the beats %s; nothing was marked."
            % (rate, answer["resolve_rate"]),
            "Open the timeline that was pushed and choose the script again.",
        )
    alice_pool.mark(timeline, answer["markers"])
    menu.save()
    there, lost = alice_pool.read_marks(timeline, answer["markers"])
    if lost:
        menu.say("No marker was set on %s: another marker or the end is there." % alice_pool.shown(lost))
    report = {"markers": there, "unmarked": lost}
    menu.record("markers", str(timeline.GetName()), report)
    return "%d markers are on %s." % (there, timeline.GetName())


alice_menu.run(marks, globals(), HERE, "Alice - Mark beats and sections")
