"""The media pool and the timeline as the menu scripts read and write them.

Part of the scripts of this folder, not one of them; Python 3.6, standard library only.
Nothing here trusts a return value where the thing itself can be read back.
"""

import os

OURS = "alice:"  # customData of every marker that Alice made starts so


def walk(folder):
    """The folder and every folder in it, the outer first."""
    found = [folder]
    for inner in folder.GetSubFolderList() or []:
        found.extend(walk(inner))
    return found


def media_of(pool):
    """Every clip of the pool that is a file, with its folder."""
    found = []
    for folder in walk(pool.GetRootFolder()):
        found.extend((clip, folder) for clip in folder.GetClipList() or [] if path_of(clip))
    return found


def path_of(clip):
    """Where the file of a clip lies; empty for timelines, titles and generators."""
    return str(clip.GetClipProperty("File Path") or "")


def digest_of(clip):
    """The digest that a push wrote into a clip, empty where there is none."""
    return own_metadata(clip).get("alice_digest", "")


def own_metadata(clip):
    """The third-party metadata of a clip."""
    known = clip and "GetThirdPartyMetadata" in dir(clip)  # older versions have none; hasattr would always say yes
    found = clip.GetThirdPartyMetadata() if known else None
    return dict(found) if found else {}


def note(clip, facts):
    """Write third-party metadata, where this version of Resolve has a place for it."""
    if "SetThirdPartyMetadata" in dir(clip):
        clip.SetThirdPartyMetadata(facts)


def bin_of(pool, names, known):
    """The folder under the root with these names, made where it is missing; names are looked up first.

    AddSubFolder would make a second one of the same name. ``known`` remembers what each
    folder holds, so that a cut of many shots is not asked for over and over.
    """
    folder, path = pool.GetRootFolder(), ()
    for name in names:
        if path not in known:
            known[path] = {}
            for one in folder.GetSubFolderList() or []:
                known[path].setdefault(str(one.GetName()), one)
        if not known[path].get(name):
            known[path][name] = pool.AddSubFolder(folder, name)
        folder = known[path][name]
        if not folder:
            return None
        path += (name,)
    return folder


def import_into(pool, folder, path):
    """The clip of a file, imported into a folder; ``None`` where Resolve did not take it.

    ImportMedia knows no folder but the current one.
    """
    pool.SetCurrentFolder(folder)
    found = pool.ImportMedia([path])
    clips = list(found) if found else []
    return clips[0] if clips else None


def unique_name(project, name):
    """The name, or with a number after it: ImportTimelineFromFile gives nothing, silently, for a known one."""
    known = set()
    for number in range(1, int(project.GetTimelineCount() or 0) + 1):
        timeline = project.GetTimelineByIndex(number)
        if timeline:
            known.add(str(timeline.GetName()))
    found, number = name, 2
    while found in known:
        found, number = "%s %d" % (name, number), number + 1
    return found


def items_of(timeline, kind):
    """The items of all tracks of a kind as ``(track, first frame, frame after the last, item)`` from its start."""
    start = int(timeline.GetStartFrame())
    found = []
    for track in range(1, int(timeline.GetTrackCount(kind) or 0) + 1):
        items = timeline.GetItemListInTrack(kind, track) or []
        found.extend((track, int(item.GetStart()) - start, int(item.GetEnd()) - start, item) for item in items)
    return sorted(found, key=lambda one: (one[1], one[0]))


def rate_number(text):
    """Frames a second of a setting such as ``29.97 DF``, to three decimals, and whether it drops."""
    plain = str(text).upper().strip()
    drop = plain.endswith("DF")
    try:
        return round(float(plain[:-2] if drop else plain), 3), drop
    except ValueError:
        return 0.0, drop


def mark(timeline, markers):
    """Put Alice's markers on a timeline instead of those of an earlier time; others' markers stay."""
    for frame, facts in list(_markers(timeline).items()):
        if facts.get("customData", "").startswith(OURS):
            timeline.DeleteMarkerAtFrame(frame)
    for one in markers:
        timeline.AddMarker(
            one["frame"], one["colour"], one["name"] or " ", one["note"] or "", one.get("duration", 1), one["custom"]
        )


def read_marks(timeline, markers):
    """How many of the markers are on the timeline, and the frames of those that are not."""
    there = _markers(timeline)
    lost = [one["frame"] for one in markers if there.get(one["frame"], {}).get("customData") != one["custom"]]
    return len(markers) - len(lost), lost


def _markers(timeline):
    return {int(float(frame)): dict(facts) for frame, facts in dict(timeline.GetMarkers() or {}).items()}


def same_code(one, other):
    """Whether two timecodes read alike; between the numbers of one that drops frames there may be a semicolon."""
    return str(one).replace(";", ":") == str(other).replace(";", ":")


def same_path(one, other):
    """Whether two paths name the same place, as this system compares them."""
    return os.path.normcase(os.path.normpath(one)) == os.path.normcase(os.path.normpath(other))


def counted(number, word):
    """A number with its word, in the plural where it needs one."""
    return "%d %s%s" % (number, word, "" if number == 1 else "s")


def shown(numbers, most=8):
    """The first few numbers as text."""
    text = ", ".join(str(number) for number in numbers[:most])
    return text + (" and %d more" % (len(numbers) - most) if len(numbers) > most else "")


if __name__ == "__main__":
    print("This is a part of Alice's scripts. Choose one of the others, such as Push latest cut.")
