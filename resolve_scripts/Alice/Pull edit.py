"""Let Alice read what was changed in the open timeline, and record each change as a decision."""

import os
import shutil
import sys
import tempfile

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


def pull(menu):
    """Export the timeline as OTIO, which alone carries markers out, and let Alice compare it with the plan."""
    timeline = menu.timeline()
    folder = tempfile.mkdtemp(prefix="alice-pull-")
    try:
        path = os.path.join(folder, "edit.otio")
        export(menu, timeline, path)
        answer = menu.alice("pull", path, "--clips", "-", stdin=seen(timeline))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    changed = [one for one in answer["decisions"] if one["kind"] != "kept"]
    for one in changed:
        menu.say(one["sentence"])
    counts = answer["counts"]
    summary = ", ".join("%s %s" % (counts[kind], kind) for kind in sorted(counts) if counts[kind])
    menu.say("In all: %s." % (summary or "nothing"))
    if not changed:
        return "Nothing was changed since the push."
    told = alice_pool.counted(len(changed), "change")
    if answer.get("new") == 0:
        return "%s read; all were recorded before." % told
    return "%s read and recorded." % told


def export(menu, timeline, path):
    """Write the OTIO file; Export gives true without a file, and false without a reason."""
    kind = menu.resolve.EXPORT_OTIO
    if kind is None:
        raise alice_menu.Stop("This version of Resolve writes no OTIO.", "Version 18 and later do.")
    timeline.Export(path, kind, menu.resolve.EXPORT_NONE)
    if not os.path.isfile(path) or not os.path.getsize(path):
        raise alice_menu.Stop(
            "Resolve did not export the timeline.", "Close any window that is open in it and choose the script again."
        )


def seen(timeline):
    """What the interface says of every item and no file does: its file's digest, and its source frame."""
    items = []
    for kind, letter in (("video", "V"), ("audio", "A")):
        for track, first, end, item in alice_pool.items_of(timeline, kind):
            clip = item.GetMediaPoolItem()
            name = str(item.GetName())
            items.append(
                {
                    "track": "%s%d" % (letter, track),
                    "in": first,
                    "out": end,
                    "source_in": int(item.GetLeftOffset() or 0),
                    "name": name,
                    "path": alice_pool.path_of(clip) if clip else "",
                    "digest": alice_pool.digest_of(clip) or None,
                    "shot": name if clip and name != str(clip.GetName()) else None,  # the name that a push gave
                    "enabled": bool(item.GetClipEnabled()),
                }
            )
    return {"timeline": str(timeline.GetName()), "start": str(timeline.GetStartTimecode()), "items": items}


alice_menu.run(pull, globals(), HERE, "Alice - Pull edit")
