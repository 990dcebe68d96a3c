"""Tables of beats: our own CSV, and the plain lists of times that trackers and annotators write.

Ours has the columns ``time,kind,bar,position,text``, kind being ``beat``, ``section`` or ``lyrics``.
Read are also lists without a head: a time a line, or a time and a position or label (madmom,
``.beats`` files, MIREX), parted by commas, semicolons, tabs or spaces.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from fractions import Fraction

from alice_core.music.interchange.labels import read_label, score_from, sorted_score
from alice_core.music.interchange.model import Place, Score, TimedBeat, Words
from alice_core.music.interchange.text import enough, exact, lines, moment, plain_seconds, refusal

_HEAD = ("time", "kind", "bar", "position", "text")
_TIMES = frozenset({"time", "times", "seconds", "start", "onset", "time_s", "time [s]", "beat_time"})
_PLACES = frozenset({"position", "beat", "beat_position", "beat_in_bar", "count"})
_BARS = frozenset({"bar", "measure"})
_TEXTS = frozenset({"text", "label", "name", "value"})
_PLACES_AFTER_POINT = 9


def read(data: bytes, place: Place) -> Score:
    """The moments of a table.

    Raises:
        MediaError: A line holds no time, or there is nothing.
    """
    rows = [(number, _cells(line)) for number, line in lines(data, place.name) if not line.lstrip().startswith("#")]
    if not rows:
        raise refusal(place.name, "it holds no line")
    head = [cell.strip().strip('"').lower() for cell in rows[0][1]]
    if any(cell in _TIMES for cell in head):
        return _headed(head, rows[1:], place.name)
    return score_from(
        [
            Words(moment(cells[0], place.name, line=number), cells[1] if len(cells) > 1 else "")
            for number, cells in rows
        ],
        place.name,
    )


def write(score: Score, place: Place) -> bytes:  # noqa: ARG001 - every writer is called alike
    """The score as our table, times to a nanosecond."""
    rows: list[tuple[Fraction, int, str, str, str, str]] = [
        (beat.seconds, 1, "beat", "" if beat.bar is None else str(beat.bar), str(beat.position or ""), "")
        for beat in score.beats
    ]
    rows += [(one.seconds, 0, "section", "", "", one.text) for one in score.sections]
    rows += [(one.seconds, 2, "lyrics", "", "", one.text) for one in score.lyrics]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEAD)
    for seconds, _, *rest in sorted(rows, key=lambda row: row[:2]):
        writer.writerow([plain_seconds(seconds, _PLACES_AFTER_POINT), *rest])
    return text.getvalue().encode()


def _cells(line: str) -> list[str]:
    for sign in ("\t", ";"):
        if sign in line:
            return [cell.strip() for cell in line.split(sign)]
    if "," in line:
        return [cell.strip() for cell in next(csv.reader([line]))]
    return line.split(None, 1)


def _headed(head: Sequence[str], rows: Sequence[tuple[int, list[str]]], name: str) -> Score:
    def column(names: frozenset[str]) -> int | None:
        return next((index for index, cell in enumerate(head) if cell in names), None)

    time, bar, place, text = column(_TIMES), column(_BARS), column(_PLACES), column(_TEXTS)
    kind = head.index("kind") if "kind" in head else None
    beats: list[TimedBeat] = []
    named: dict[str, list[Words]] = {"section": [], "lyrics": []}
    for number, cells in rows:

        def cell(index: int | None, cells: list[str] = cells) -> str:
            return cells[index] if index is not None and index < len(cells) else ""

        seconds = moment(cell(time), name, line=number)
        what = cell(kind) or "beat"
        if what in named:
            named[what].append(Words(seconds, cell(text)))
        elif cell(place) or cell(bar) or not cell(text):
            beats.append(TimedBeat(seconds, _whole(cell(place), name, number) or 0, _whole(cell(bar), name, number)))
        else:
            said = read_label(cell(text))
            if said is None:
                named["section"].append(Words(seconds, cell(text)))
            else:
                beats.append(TimedBeat(seconds, said[1], said[0]))
        enough(len(beats), name)
    if not beats and not any(named.values()):
        raise refusal(name, "it holds a head and no line")
    return sorted_score(Score(tuple(beats), tuple(named["section"]), tuple(named["lyrics"])))


def _whole(text: str, name: str, line: int) -> int | None:
    if not text:
        return None
    value = exact(text, name, what="a whole number", line=line)
    if value.denominator != 1 or not re.fullmatch(r"[+-]?\d{1,7}(?:\.0*)?", text):
        raise refusal(name, f"{text!r} is not a whole number", line=line)
    return int(value)
