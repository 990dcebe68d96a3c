"""Show whether Resolve and Alice understand each other: versions, edition, store and newest cut."""

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


def status(menu):
    """What both sides say of themselves."""
    menu.say("%s %s" % (menu.product, menu.resolve.GetVersionString()))
    if menu.studio:
        menu.say("Studio: every script and its windows can be used.")
    else:
        menu.say("Free edition: no windows; Python scripts only before version 21.1, then 'Alice free edition' alone.")
    project = menu.resolve.GetProjectManager().GetCurrentProject()
    if project:
        menu.say("Project %s at %s frames a second." % (project.GetName(), project.GetSetting("timelineFrameRate")))
    link = menu.link()
    menu.say("Alice is run by %s." % " ".join(str(part) for part in link["command"]))
    answer = menu.alice("status", "--folder", os.path.dirname(menu.folder))
    if answer.get("version") != link.get("version"):
        menu.say("These scripts are of version %s, Alice is %s." % (link.get("version"), answer.get("version")))
    menu.say("Her store is %s." % answer.get("home"))
    cut = answer.get("cut") or {}
    menu.say("The newest cut is %s." % cut["path"] if cut.get("path") else "She knows no cut yet.")
    for hint in answer.get("hints") or []:
        menu.say("Note: %s." % hint)
    return "Resolve and Alice understand each other."


alice_menu.run(status, globals(), HERE, "Alice - Status")
