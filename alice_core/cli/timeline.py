"""``alice timeline``: write a plan for every editor, check, compare and take in foreign cuts, snap them to the beat."""

from __future__ import annotations

import click

from alice_core.cli import timeline_reading, timeline_variant, timeline_writing


@click.group()
def timeline() -> None:
    """Write a plan for every editor; check, compare, take in and snap cuts of any format.

    \b
    Examples:
      alice timeline export song/plan.json --to fcpxml,edl
      alice timeline export song/plan.json --collect for-the-editor
      alice timeline variant song/plan.json --aspect 9:16 --length 30
      alice timeline check cut.fcpxml --plan song/plan.json
      alice timeline diff before.otio after.edl --fps 25
      alice timeline import cut.xml -o plan.json
      alice timeline snap cut.fcpxml --beats song.wav --downbeats
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


for command in (
    timeline_writing.export,
    timeline_variant.variant,
    timeline_reading.check,
    timeline_reading.diff,
    timeline_reading.import_,
    timeline_writing.snap,
):
    timeline.add_command(command)
