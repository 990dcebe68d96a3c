"""Markers, which clips, items and timelines all have."""

from __future__ import annotations

from typing import Any

from alice_core.resolve.fake.session import Handle, Session, call

MARKER_COLOURS = frozenset(
    [
        "Blue",
        "Cyan",
        "Green",
        "Yellow",
        "Red",
        "Pink",
        "Purple",
        "Fuchsia",
        "Rose",
        "Lavender",
        "Sky",
        "Mint",
        "Lemon",
        "Sand",
        "Cocoa",
        "Cream",
    ]
)
"""The names of markers and flags; most of them are no clip colours."""


class Marked(Handle):
    """Something with markers on frames counted from its own start; one frame holds one marker."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.marks: dict[int, dict[str, Any]] = {}

    def marked_length(self) -> int:
        """How many frames can be marked."""
        raise NotImplementedError

    @call
    def AddMarker(
        self, frameId: float, color: str, name: str, note: str, duration: float, customData: str = ""
    ) -> bool:
        """Set a marker; refused off the end, on a marked frame and for a colour that is none of the sixteen."""
        frame = int(frameId)
        if color not in MARKER_COLOURS or frame in self.marks or not 0 <= frame < self.marked_length() or duration < 1:
            return False
        self.marks[frame] = {
            "color": color, "duration": float(duration), "note": note, "name": name, "customData": customData,
        }  # fmt: skip
        return True

    @call
    def GetMarkers(self) -> dict[float, dict[str, Any]]:
        """All markers by their frame."""
        return {float(frame): dict(facts) for frame, facts in sorted(self.marks.items())}

    @call
    def GetMarkerByCustomData(self, customData: str) -> dict[str, Any]:
        """The first marker with that custom data."""
        return next((dict(facts) for _, facts in sorted(self.marks.items()) if facts["customData"] == customData), {})

    @call
    def GetMarkerCustomData(self, frameId: float) -> str:
        """The custom data of the marker on a frame."""
        return str(self.marks.get(int(frameId), {}).get("customData", ""))

    @call
    def UpdateMarkerCustomData(self, frameId: float, customData: str) -> bool:
        """Give the marker on a frame other custom data."""
        if int(frameId) not in self.marks:
            return False
        self.marks[int(frameId)]["customData"] = customData
        return True

    @call
    def DeleteMarkersByColor(self, color: str) -> bool:
        """Remove the markers of a colour, ``All`` for all."""
        self.marks = {frame: facts for frame, facts in self.marks.items() if color not in ("All", facts["color"])}
        return True

    @call
    def DeleteMarkerAtFrame(self, frameNum: float) -> bool:
        """Remove the marker on a frame."""
        return self.marks.pop(int(frameNum), None) is not None

    @call
    def DeleteMarkerByCustomData(self, customData: str) -> bool:
        """Remove the first marker with that custom data."""
        found = next((frame for frame, facts in sorted(self.marks.items()) if facts["customData"] == customData), None)
        return found is not None and self.marks.pop(found) is not None
