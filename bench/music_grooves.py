"""What the drums of :mod:`music_songs` play, and how fast people play it."""

from __future__ import annotations

# Steps of a sixteenth in one bar, for kick, snare and hat; ``m`` is the meter's upper number.
GROOVES: dict[str, dict[str, list[int]]] = {
    "rock": {"kick": [0, 8, 10], "snare": [4, 12], "hat": list(range(0, 16, 2))},
    "stomp": {"kick": [0, 4, 8, 12], "snare": [4, 12], "hat": [2, 6, 10, 14]},
    "half": {"kick": [0, 6, 10], "snare": [8], "hat": list(range(0, 16, 2))},
    "punk": {"kick": [0, 4, 8, 12], "snare": [2, 6, 10, 14], "hat": [0, 4, 8, 12]},
    "funk": {"kick": [0, 3, 6, 10], "snare": [4, 7, 9, 12], "hat": list(range(16))},
    "break": {"kick": [0, 10, 11], "snare": [4, 7, 12, 15], "hat": list(range(0, 16, 2))},
    "son": {"kick": [0, 6, 8, 14], "clave": [0, 3, 6, 10, 12], "hat": list(range(0, 16, 2))},
    "onedrop": {"kick": [8], "snare": [8], "hat": [0, 2, 6, 8, 10, 14]},
    "train": {"kick": [0, 8], "snare": [0, 2, 4, 6, 8, 10, 12, 14], "hat": [4, 12]},
    "slow": {"kick": [0, 7, 8], "snare": [4, 12], "hat": list(range(16))},
    "tom": {"kick": [0, 8], "tom": [2, 3, 6, 10, 11, 14], "snare": [12], "hat": [4]},
    "bare": {"hat": [0, 4, 8, 12], "kick": [0]},
    "none": {},
}
# Beats a minute at which people play each groove; what is drawn outside comes in by octaves.
PLAYED = {
    "rock": (68, 190), "stomp": (84, 168), "half": (104, 176), "punk": (146, 214), "funk": (72, 126),
    "break": (120, 184), "son": (76, 150), "onedrop": (100, 176), "train": (88, 168), "slow": (48, 92),
    "tom": (84, 165), "bare": (60, 150), "none": (56, 132),
}  # fmt: skip


def stretched(name: str, steps: list[int], meter: int) -> list[int]:
    """A bar of four beats brought to another meter: backbeats on the even beats, the last beat filled."""
    total = 4 * meter
    if meter == 4:
        return steps
    if meter == 3:
        return {"kick": [0], "snare": [4, 8]}.get(name, list(range(0, total, 2)))
    if name == "kick":
        return [0, 6, 12] if meter == 5 else [0, 8, 14, 22]
    if name == "snare":
        return [8, 16] if meter == 5 else [4, 12, 20]
    return list(range(0, total, 2))
