"""What a person does on a timeline with the mouse, which the interface cannot do."""

from __future__ import annotations

from alice_core.resolve.fake.clip import MediaPoolItem
from alice_core.resolve.fake.item import Place, TimelineItem
from alice_core.resolve.fake.timeline import Timeline


def trim(item: TimelineItem, head: int = 0, tail: int = 0) -> None:
    """Take frames off the head and the tail; the file stays where it is under the item."""
    place = item.place
    item.place = Place(place.start + head, place.frames - head - tail, place.source + head)


def slip(item: TimelineItem, frames: int) -> None:
    """Show later frames of the file in the same place."""
    item.place = Place(item.place.start, item.place.frames, item.place.source + frames)


def move(timeline: Timeline, item: TimelineItem, start: int, track: int = 0) -> None:
    """Put an item elsewhere, on another track where one is given."""
    timeline.track(*item.track).items.remove(item)
    item.place = Place(start, item.place.frames, item.place.source)
    item.track = (item.track[0], track or item.track[1])
    timeline.track(*item.track).put(item)


def delete(timeline: Timeline, item: TimelineItem, *, ripple: bool = False) -> None:
    """Remove an item, and close the gap where asked to."""
    track = timeline.track(*item.track)
    track.items.remove(item)
    for later in track.items if ripple else ():
        if later.place.start >= item.place.end:
            later.place.start -= item.place.frames


def replace(item: TimelineItem, clip: MediaPoolItem, source: int = 0) -> None:
    """Drop another clip on an item."""
    item.clip, item.name = clip, clip.name
    item.place = Place(item.place.start, item.place.frames, source)


def add(timeline: Timeline, clip: MediaPoolItem, start: int, frames: int, track: int = 2) -> TimelineItem:
    """Lay a new clip on a track."""
    item = TimelineItem(timeline.session, clip, Place(start, frames), clip.name, ("video", track))
    timeline.track("video", track).put(item)
    return item
