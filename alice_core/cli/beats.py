"""``alice beats``: correct the beats of a song by hand, carry them to other programs and back, hear them."""

from __future__ import annotations

import click

from alice_core.cli import beats_carry, beats_edit


@click.group()
def beats() -> None:
    """Correct the beats of a song by hand; the corrections outlive every new analysis.

    Each command is one step that ``alice undo`` takes back. Plans, pictures and timelines made
    afterwards follow the corrected beats.

    \b
    Examples:
      alice beats shift song.wav -12
      alice beats half song.wav
      alice beats bar1 song.wav 3.42
      alice beats import song.wav collection.xml
      alice beats click song.wav out.wav
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


for command in (
    beats_edit.shift,
    beats_edit.half,
    beats_edit.double,
    beats_edit.times,
    beats_edit.bar1,
    beats_edit.meter,
    beats_edit.insert,
    beats_edit.delete,
    beats_carry.tap,
    beats_edit.lock,
    beats_edit.unlock,
    beats_edit.undo,
    beats_carry.show,
    beats_carry.import_,
    beats_carry.export,
    beats_carry.click_track,
):
    beats.add_command(command)
