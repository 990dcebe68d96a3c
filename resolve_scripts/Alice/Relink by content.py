"""Find the files that were moved or renamed, by their bytes, and link the clips to them again."""

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


def relink(menu):
    """Ask Alice where the bytes are that each offline clip had, and link it to them."""
    menu.require_saveable()
    pool = menu.project().GetMediaPool()
    lost = [clip for clip, _folder in alice_pool.media_of(pool) if not os.path.exists(alice_pool.path_of(clip))]
    if not lost:
        return "Every clip of the project has its file."
    items = [
        {
            "id": str(number),
            "name": str(clip.GetName()),
            "path": alice_pool.path_of(clip),
            "digest": alice_pool.digest_of(clip) or None,
        }
        for number, clip in enumerate(lost)
    ]
    found, linked, without = menu.alice("relink", stdin={"items": items})["items"], [], []
    for answer in found:
        clip = lost[int(answer["id"])]
        if answer.get("path") and link(pool, clip, answer["path"]):
            linked.append(answer["path"])
        else:
            without.append(str(clip.GetName()))
            menu.say("%s: %s." % (clip.GetName(), answer.get("why") or "Resolve did not take the file"))
    menu.save()
    report = {"relinked": len(linked), "missing": without}
    menu.record("relink", "", report)
    return "%d of %d clips have their file again." % (len(linked), len(lost))


def link(pool, clip, path):
    """Link a clip to a file; under the same name the clip stays the same, else its file is replaced."""
    noted = alice_pool.own_metadata(clip)
    if os.path.basename(alice_pool.path_of(clip)) == os.path.basename(path):
        pool.RelinkClips([clip], os.path.dirname(path))
    if not alice_pool.same_path(alice_pool.path_of(clip), path):
        clip.ReplaceClipPreserveSubClip(path) or clip.ReplaceClip(path)
    if noted and alice_pool.own_metadata(clip) != noted:  # replacing a clip's file replaces what is noted of it too
        alice_pool.note(clip, noted)
    return alice_pool.same_path(alice_pool.path_of(clip), path)


alice_menu.run(relink, globals(), HERE, "Alice - Relink by content")
