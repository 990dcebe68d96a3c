"""The colours of an analysis' picture: for paper and screen, told apart by colour-blind eyes too."""

from __future__ import annotations

from typing import TypeAlias

Rgb: TypeAlias = tuple[int, int, int]

PAPER: Rgb = (255, 255, 255)
INK: Rgb = (32, 34, 40)
FAINT: Rgb = (112, 116, 126)
RULE: Rgb = (222, 224, 230)

LINES: dict[str, Rgb] = {
    "energy": (204, 71, 24),
    "brightness": (0, 122, 178),
    "density": (120, 94, 20),
    "mode": (0, 140, 98),
    "valence": (190, 90, 150),
    "arousal": (70, 70, 70),
    "loudness": (86, 96, 118),
    "vocals": (150, 60, 160),
    "tempo": (96, 84, 160),
    "downbeat": (176, 24, 40),
    "beat": (200, 60, 60),
    "low": (38, 58, 110),
    "mid": (224, 142, 60),
    "high": (126, 190, 204),
    "kick": (38, 58, 110),
    "snare": (196, 104, 30),
    "hats": (40, 130, 150),
    "sure": (28, 92, 84),
    "silence": (214, 216, 222),
}
"""The colour of each line and mark (curves after Okabe and Ito 2008)."""

_LABELS: dict[str, Rgb] = {
    "intro": (150, 165, 186),
    "verse": (86, 160, 211),
    "chorus": (240, 142, 44),
    "bridge": (170, 120, 190),
    "drop": (220, 80, 70),
    "break": (140, 198, 196),
    "outro": (164, 158, 150),
}
_LETTERS: tuple[Rgb, ...] = ((122, 180, 120), (206, 174, 80), (120, 140, 200), (200, 130, 150), (130, 130, 130))


def label_color(label: str) -> Rgb:
    """The colour of a section's label; letters take turns through a few."""
    return _LABELS.get(label) or _LETTERS[sum(map(ord, label)) % len(_LETTERS)]


def lighter(color: Rgb, share: float) -> Rgb:
    """The colour with this share of white."""
    red, green, blue = (round(band + (255 - band) * share) for band in color)
    return red, green, blue
