"""REAPER's list of markers and regions as CSV, from its region and marker manager."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

from alice_core.music.interchange.labels import labelled, read_label, score_from
from alice_core.music.interchange.model import Place, Score, Words
from alice_core.music.interchange.text import exact, lines, plain_seconds, refusal


def read(data: bytes, place: Place) -> Score:
    """The list of markers and regions; its times must be minutes and seconds, or seconds.

    Raises:
        MediaError: It is no such list, or its times are bars and beats.
    """
    found: list[Words] = []
    for number, line in lines(data, place.name):
        cells = next(csv.reader([line]))
        if number == 1 and cells[0].strip() == "#":
            continue
        if len(cells) < 3 or cells[0][:1] not in {"M", "R"}:  # noqa: PLR2004 - mark, name, start
            raise refusal(place.name, "a line of a list of markers is M1,name,start", line=number)
        start = _clock(cells[2], place.name, number)
        end = _clock(cells[3], place.name, number) if cells[0][0] == "R" and len(cells) > 3 and cells[3] else None  # noqa: PLR2004
        found.append(Words(start, cells[1], end))
    return score_from(found, place.name)


def write(score: Score, place: Place) -> bytes:  # noqa: ARG001 - every writer is called alike
    """Beats and lyrics as markers, sections as regions, for REAPER's region and marker manager."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["#", "Name", "Start", "End", "Length"])
    numbers = {"M": 0, "R": 0}
    for one in labelled(score):
        region = one.end is not None and read_label(one.text) is None and not one.text.startswith("\u266a")
        kind = "R" if region else "M"
        numbers[kind] += 1
        row = [f"{kind}{numbers[kind]}", " ".join(one.text.split()), _minutes(one.seconds)]
        if region and one.end is not None:
            row += [_minutes(one.end), _minutes(one.end - one.seconds)]
        writer.writerow(row)
    return text.getvalue().encode()


def _clock(text: str, name: str, line: int) -> Fraction:
    parts = text.strip().split(":")
    if len(parts) > 3 or text.count(".") > 1:  # noqa: PLR2004 - hours, minutes, seconds
        hint = "Set REAPER's ruler to minutes and seconds, and export the list again."
        raise refusal(name, f"{text!r} is no time in minutes and seconds", line=line, hint=hint)
    seconds = Fraction(0)
    for part in parts:
        value = exact(part, name, line=line)
        if value < 0:
            raise refusal(name, f"the time {text!r} is before the song", line=line)
        seconds = seconds * 60 + value
    return seconds


def _minutes(seconds: Fraction) -> str:
    whole, rest = divmod(round(seconds * 10**6), 60 * 10**6)
    return f"{whole}:{plain_seconds(Fraction(rest, 10**6)).rjust(9, '0')}"
