"""The takes of the shot under the playhead, and swapping one for another in place.

Part of the scripts of this folder, not one of them; Python 3.6, standard library only.
"""

if __name__ == "__main__":  # chosen from the menu, where its neighbours are not found
    print("This is a part of Alice's scripts. Choose one of the others, such as Next take.")
else:
    import alice_menu
    import alice_pool


class Shot:
    """The item under the playhead with what Alice knows of its shot.

    ``digest`` is that of the file shown now, ``takes`` what Alice answered.
    """

    def __init__(self, menu):
        menu.require_saveable()
        self.menu = menu
        self.timeline = menu.timeline()
        self.item = self.timeline.GetCurrentVideoItem()
        clip = self.item.GetMediaPoolItem() if self.item else None
        noted = alice_pool.own_metadata(clip)
        self.digest = noted.get("alice_digest", "")
        if not self.digest:
            raise alice_menu.Stop(
                "The clip under the playhead is not one of Alice's.",
                "Put the playhead on a shot that was pushed and choose the script again.",
            )
        shot = str(self.item.GetName())  # a push named the items where Resolve can; else the file says its first shot
        shot = noted.get("alice_shot") if shot == str(clip.GetName()) else shot
        named = ["--shot", shot] if shot else []
        answer = menu.alice("takes", "--digest", self.digest, *named)
        self.name, self.takes = answer["shot"], answer["takes"]
        if not self.takes:
            raise alice_menu.Stop("Alice knows no takes of %s." % self.name, "Generate some first: alice generate")

    def swap(self, take):
        """Show another take and tell Alice that it was chosen; gives the headline."""
        if take["digest"] == self.digest:
            return "%s has no other take." % self.name
        number = self._take_of(take["digest"]) or self._add(take)
        self._select(number, take)
        self.menu.save()
        self.menu.alice("chose", "--shot", self.name, "--digest", take["digest"])
        report = {"shot": self.name, "before": self.digest, "after": take["digest"]}
        self.menu.record("take", str(self.timeline.GetName()), report)
        return "%s shows %s now." % (self.name, take["name"])

    def _take_of(self, digest):
        """The number of the take that the item holds already, 0 for none."""
        for number in range(1, int(self.item.GetTakesCount() or 0) + 1):
            facts = dict(self.item.GetTakeByIndex(number) or {})
            if alice_pool.digest_of(facts.get("mediaPoolItem")) == digest:
                return number
        return 0

    def _add(self, take):
        """Add the take beside the old ones, with the same frames where it is long enough."""
        clip = self._clip(take)
        place, length = self._place(), int(self.item.GetEnd()) - int(self.item.GetStart())
        first = self._first_frame(clip, length)
        for last in (first + length - 1, first + length):  # whether the last frame counts is told nowhere
            if not self.item.AddTake(clip, first, last):
                break
            number = int(self.item.GetTakesCount())
            before = int(self.item.GetSelectedTakeIndex() or 1)
            self.item.SelectTakeByIndex(number)
            if self._place() == place:
                return number
            self.item.SelectTakeByIndex(before)
            self.item.DeleteTakeByIndex(number)
        raise alice_menu.Stop(
            "%s cannot take the place of the shot: it is too short, or Resolve did not add it." % take["name"],
            "The timeline is as it was. Choose another take.",
        )

    def _select(self, number, take):
        """Show a take that is there; the item keeps its place, which is read back."""
        place, before = self._place(), int(self.item.GetSelectedTakeIndex() or 1)
        self.item.SelectTakeByIndex(number)
        if alice_pool.digest_of(self.item.GetMediaPoolItem()) != take["digest"] or self._place() != place:
            self.item.SelectTakeByIndex(before)
            raise alice_menu.Stop("Resolve did not swap the take of %s." % self.name, "The timeline is as it was.")

    def _clip(self, take):
        """The take in the pool, imported into the bin of the shot if it is not there yet."""
        pool = self.menu.project().GetMediaPool()
        for clip, _folder in alice_pool.media_of(pool):
            if alice_pool.same_path(alice_pool.path_of(clip), take["path"]):
                break
        else:
            before = pool.GetCurrentFolder()
            clip = alice_pool.import_into(pool, self._bin(pool), take["path"])
            pool.SetCurrentFolder(before)
        if not clip:
            raise alice_menu.Stop("Resolve did not import %s." % take["path"], "See that it can read the file.")
        if alice_pool.digest_of(clip) != take["digest"]:
            alice_pool.note(clip, {"alice_digest": take["digest"], "alice_shot": self.name})
        return clip

    def _bin(self, pool):
        """The folder that the shown clip lies in."""
        shown = str(self.item.GetMediaPoolItem().GetUniqueId())
        for clip, folder in alice_pool.media_of(pool):
            if str(clip.GetUniqueId()) == shown:
                return folder
        return pool.GetRootFolder()

    def _first_frame(self, clip, length):
        """The source frame of the shown take, or as near to it as the new one is long enough."""
        frames = int(float(clip.GetClipProperty("Frames") or 0))
        return max(0, min(int(self.item.GetLeftOffset() or 0), frames - length))

    def _place(self):
        return int(self.item.GetStart()), int(self.item.GetEnd())
