"""Bring the newest cut that Alice knows into the open project.

The frame rate is looked at before anything is imported, for sound keeps the rate that the
project had at its import. Success is told only after saving and reading the timeline back.
"""

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


def push(menu):
    """Import the cut, mark it, note where each shot is from, save, read back and compare."""
    menu.require_saveable()
    project = menu.project()
    cut = menu.alice("cut")
    prepare(menu, project, cut)
    pool = project.GetMediaPool()
    before = pool.GetCurrentFolder()
    clips, made = bring_media(menu, pool, cut)
    timeline = import_cut(menu, project, pool, cut)
    fit_start(timeline, cut)
    alice_pool.mark(timeline, cut["markers"])
    note_origins(timeline, cut, clips)
    if before:
        pool.SetCurrentFolder(before)
    menu.save()
    report = compare(timeline, cut, clips)
    marked, unmarked = alice_pool.read_marks(timeline, cut["markers"])
    report.update({"imported": made, "reused": len(clips) - made, "markers": marked, "unmarked": unmarked})
    tell(menu, report)
    menu.record("push", str(timeline.GetName()), report, cut.get("plan", {}).get("digest"))
    if report["whole"]:
        return "%s is in Resolve: every cut is on its frame." % timeline.GetName()
    return "%s is in Resolve, but not whole: see what is missing below." % timeline.GetName()


def prepare(menu, project, cut):
    """See that the project counts and measures as the cut does; an empty project is set so when the person agrees."""
    wanted = cut["resolve_rate"] + (" DF" if cut["drop"] else "")
    rate, drop = alice_pool.rate_number(project.GetSetting("timelineFrameRate"))
    size = (str(project.GetSetting("timelineResolutionWidth")), str(project.GetSetting("timelineResolutionHeight")))
    right_size = (str(cut["width"]), str(cut["height"]))
    other_rate = rate != alice_pool.rate_number(cut["resolve_rate"])[0]
    if not other_rate and drop == bool(cut["drop"]) and size == right_size:
        return
    if is_empty(project):
        settings = [("timelineResolutionWidth", right_size[0]), ("timelineResolutionHeight", right_size[1])]
        question = "Set this empty project to %s frames a second and %s x %s?" % (wanted, right_size[0], right_size[1])
        if menu.confirm(question, ["It is at %s frames a second and %s x %s." % (rate, size[0], size[1])]) is False:
            raise alice_menu.Stop(
                "Nothing was imported.", "Set the project to %s and choose the script again." % wanted
            )
        set_all(menu, project, [("timelineFrameRate", wanted), *settings])
    elif other_rate:
        raise alice_menu.Stop(
            "This project counts %s frames a second, the cut %s; no cut would lie on its frame." % (rate, wanted),
            "Make a new project and choose the script again: it will be set to the rate of the cut.",
        )
    else:
        menu.say(
            "The project is %s x %s and counts %s; the cut is %s x %s and counts %s. The frames are the same."
            % (
                size[0],
                size[1],
                "with drop-frames" if drop else "without drop-frames",
                right_size[0],
                right_size[1],
                "with drop-frames" if cut["drop"] else "without drop-frames",
            )
        )


def is_empty(project):
    """Whether nothing would be lost by another frame rate: no timeline and no clip."""
    return not project.GetTimelineCount() and not alice_pool.media_of(project.GetMediaPool())


def set_all(menu, project, settings):
    """Set the project and read it back."""
    for name, value in settings:
        project.SetSetting(name, value)
        if alice_pool.rate_number(project.GetSetting(name)) != alice_pool.rate_number(value):
            raise alice_menu.Stop(
                "Resolve did not set %s to %s." % (name, value),
                "Set it in File > Project Settings and choose the script again.",
            )
    menu.say("The empty project was set to %s frames a second." % settings[0][1])


def bring_media(menu, pool, cut):
    """The clip of every file of the cut by its path, imported into its bin where the project has none of it yet."""
    known = {}
    for clip, _folder in alice_pool.media_of(pool):
        known.setdefault(os.path.normcase(os.path.normpath(alice_pool.path_of(clip))), clip)
    top = song_bin(cut)
    wanted = [(cut["song"]["path"], [top])]
    wanted += [(one["path"], [top, one["section"] or "-", one["shot"]]) for one in cut["clips"]]
    clips, bins, made, missing = {}, {}, 0, []
    for path, names in wanted:
        if path in clips:
            continue
        clip = known.get(os.path.normcase(os.path.normpath(path)))
        if clip is None:
            folder = alice_pool.bin_of(pool, names, bins)
            clip = alice_pool.import_into(pool, folder, path) if folder else None
            made += clip is not None
        if clip is None:
            missing.append(path)
        else:
            clips[path] = clip
    if missing:
        raise alice_menu.Stop(
            "Resolve did not import %s, first %s." % (alice_pool.counted(len(missing), "file"), missing[0]),
            "See that it is there and that Resolve can read it, then choose the script again.",
        )
    menu.say("%s imported, %d used that were there." % (alice_pool.counted(made, "file"), len(clips) - made))
    return clips, made


def song_bin(cut):
    """The name of the outermost bin: the song's."""
    return os.path.splitext(cut["song"]["name"])[0] or "Song"


def import_cut(menu, project, pool, cut):
    """The timeline of the cut under a new name, on the clips that are in the pool."""
    pool.SetCurrentFolder(alice_pool.bin_of(pool, [song_bin(cut)], {}))
    name = alice_pool.unique_name(project, cut["name"])
    for kind in ("fcpxml", "xmeml"):
        path = cut["files"].get(kind)
        if not path:
            continue
        options = {
            "timelineName": name,
            "importSourceClips": False,
            "sourceClipsFolders": alice_pool.walk(pool.GetRootFolder()),
        }
        timeline = pool.ImportTimelineFromFile(path, options)
        if timeline:
            project.SetCurrentTimeline(timeline)
            return timeline
        menu.say("Resolve made no timeline of %s." % path)
    raise alice_menu.Stop(
        "Resolve imported none of the files of the cut.",
        "Close any window that is open in it and choose the script again, or import the file by hand.",
    )


def fit_start(timeline, cut):
    """The start timecode, which not every import keeps."""
    for code in (cut["start"], cut["start"].replace(";", ":")):
        if not alice_pool.same_code(timeline.GetStartTimecode(), code):
            timeline.SetStartTimecode(code)


def note_origins(timeline, cut, clips):
    """Digest, prompt, seed, cost and provider into the clips, colours onto the items."""
    for one in reversed(cut["clips"]):  # of the shots that share a file the first has the last word
        facts = {"alice_digest": one["digest"], "alice_shot": one["shot"], "alice_section": one["section"] or ""}
        facts.update((key, str(value)) for key, value in one["metadata"].items() if value is not None)
        alice_pool.note(clips[one["path"]], facts)
    song = cut["song"]
    alice_pool.note(clips[song["path"]], {"alice_digest": song["digest"]})
    shots = {one["record_in"]: one for one in cut["clips"]}
    for _track, first, _end, item in alice_pool.items_of(timeline, "video"):
        one = shots.get(first, {})
        if one.get("colour"):
            item.SetClipColor(one["colour"])
        if one and "SetName" in dir(item):  # hasattr would say yes to any name; older versions have no SetName
            item.SetName(one["shot"])


def compare(timeline, cut, clips):
    """What the saved timeline holds, against the cut."""
    there = {first: (end, item) for _track, first, end, item in alice_pool.items_of(timeline, "video")}
    wrong, offline = [], []
    for one in cut["clips"]:
        end, item = there.pop(one["record_in"], (None, None))
        if end != one["record_out"]:
            wrong.append(one["shot"])
        elif not item.GetMediaPoolItem():
            offline.append(one["shot"])
    unnoted = [one["shot"] for one in cut["clips"] if not alice_pool.digest_of(clips[one["path"]])]
    sounds = alice_pool.items_of(timeline, "audio")
    start = str(timeline.GetStartTimecode())
    whole = not wrong and not offline and not there and bool(sounds) and sounds[0][1] == 0
    whole = whole and alice_pool.same_code(start, cut["start"])
    return {
        "shots": len(cut["clips"]),
        "right": len(cut["clips"]) - len(wrong) - len(offline),
        "wrong": wrong,
        "offline": offline,
        "more": len(there),
        "song": bool(sounds),
        "start": start,
        "unnoted": unnoted,
        "whole": whole,
    }


def tell(menu, report):
    """The report in sentences."""
    menu.say("%(right)d of %(shots)d shots are on their frames, with their files." % report)
    menu.say("%(markers)d markers are set; the timeline starts at %(start)s." % report)
    for key, words in (
        ("wrong", "Shots that are not where they should be: %s."),
        ("offline", "Shots without their file: %s."),
        ("unnoted", "Shots whose origin Resolve did not keep: %s."),
        ("unmarked", "Frames whose marker Resolve did not keep: %s."),
    ):
        if report[key]:
            menu.say(words % alice_pool.shown(report[key]))
    if report["more"]:
        menu.say("The timeline has %s that the cut does not have." % alice_pool.counted(report["more"], "item"))
    if not report["song"]:
        menu.say("The song is missing.")


alice_menu.run(push, globals(), HERE, "Alice - Push latest cut")
