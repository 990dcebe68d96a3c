"""``alice timeline check``, ``diff`` and ``import``: what a cut of any format says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_table, printable
from alice_core.cli.timeline_shared import FILE, fps_option, rate_of

if TYPE_CHECKING:
    from alice_core.timeline.reading import Edit, Fault

FAULTY = 6
"""Exit status when a check finds an error, or two cuts differ: as for other damaged files."""


@click.command()
@click.argument("file", type=FILE)
@click.option("--plan", type=FILE, help="What the cut should be.")
@fps_option
@click.option("--no-media", is_flag=True, help="Look at no media file.")
@as_json_option
def check(file: Path, plan: Path | None, fps: str | None, *, no_media: bool, as_json: bool) -> int:
    """Say what is wrong with the cut in FILE; exit 6 if something is.

    \b
    Example:
      alice timeline check cut.fcpxml --plan song/plan.json
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from functools import partial

    from alice_core.directing.adoption import edit_of_plan
    from alice_core.timeline.check import check as faults_of
    from alice_core.timeline.check import failed
    from alice_core.timeline.looking import look_at
    from alice_core.workflows.cutting import read_cut
    from alice_core.workflows.planfiles import read_plan

    planned = edit_of_plan(read_plan(plan)) if plan is not None else None
    edit = read_cut(file, rate_of(fps) or (planned.rate if planned is not None else None))
    look = None if no_media else partial(look_at, beside=file.absolute().parent)
    faults = faults_of(edit, look, planned)
    if as_json:
        print_json({**_facts(edit), "ok": not failed(faults), "faults": [_fault(fault) for fault in faults]})
    else:
        _describe(file, edit)
        for fault in faults:
            at = f" at {_label(fault.frame, edit)}" if fault.frame is not None else ""
            click.echo(f"  {fault.severity.value}{at}: {printable(fault.text)} [{fault.code}]")
        if not faults:
            click.echo("  nothing is wrong")
    return FAULTY if failed(faults) else 0


@click.command()
@click.argument("before", type=FILE)
@click.argument("after", type=FILE)
@fps_option
@as_json_option
def diff(before: Path, after: Path, fps: str | None, *, as_json: bool) -> int:
    """Compare two cuts of any formats, clip by clip; exit 6 if they differ.

    \b
    Example:
      alice timeline diff sent.fcpxml returned.otio
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from collections import Counter

    from alice_core.timeline.diff import compare

    first, second = _pair(before, after, fps)
    found = compare(first, second)
    counts = Counter(change.kind.value for change in found.changes)
    if as_json:
        rows = [
            {"kind": change.kind.value, "name": change.name, "before": change.before, "after": change.after,
             "media": change.media}
            for change in found.changes
        ]  # fmt: skip
        print_json({"same": found.same, "settings": list(found.settings), "counts": dict(counts), "items": rows})
    else:
        for sentence in found.settings:
            click.echo(sentence)
        rows_ = [
            (change.kind.value, change.name, _place(change.before), _place(change.after), change.media)
            for change in found.changes
            if change.kind.value != "kept"
        ]
        if rows_:
            print_table(("what", "clip", "before", "after", "file"), rows_)
        click.echo(", ".join(f"{count} {kind}" for kind, count in counts.items()) or "no clips")
    return 0 if found.same else FAULTY


@click.command(name="import")
@click.argument("file", type=FILE)
@click.option("--song", type=FILE, help="The song; by default the longest sound of the cut.")
@fps_option
@click.option("-o", "--out", type=FILE, help="The plan to write; by default FILE with .plan.json.")
@dry_run_option
@as_json_option
def import_(file: Path, song: Path | None, fps: str | None, out: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Make a plan of the cut in FILE, to generate its shots again or to score it anew.

    \b
    Example:
      alice timeline import cut.fcpxml --song song.wav -o plan.json
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.directing.document import to_document
    from alice_core.media.files import replacing
    from alice_core.workflows.cutting import adopt, read_cut

    target = (out or file.with_suffix(".plan.json")).absolute()
    edit = read_cut(file, rate_of(fps))
    adopted = adopt(file, edit, song, None, target.parent)
    plan = adopted.plan
    if not dry_run:
        with replacing(target) as part:
            part.write_bytes(to_document(plan))
    takes = sum(shot.take is not None for shot in plan.shots)
    if as_json:
        shots = {"shots": len(plan.shots), "takes": takes, "notices": list(adopted.notices)}
        print_json({**_facts(edit), "plan": str(target), **shots, "dry_run": dry_run})
        return
    click.echo(f"{target}: {len(plan.shots)} shots, {takes} with their files" + (" (dry run)" if dry_run else ""))
    for notice in adopted.notices:
        click.echo(f"note: {notice}", err=True)


def _pair(before: Path, after: Path, fps: str | None) -> tuple[Edit, Edit]:
    """Two cuts; a list without a rate is read at that of the other cut."""
    from alice_core.errors import UsageError
    from alice_core.workflows.cutting import read_cut

    rate = rate_of(fps)
    try:
        first = read_cut(before, rate)
    except UsageError:
        second = read_cut(after, rate)
        return read_cut(before, second.rate), second
    return first, read_cut(after, rate or first.rate)


def _facts(edit: Edit) -> dict[str, Any]:
    from alice_core.timeline.flat import flattened, nearest
    from alice_core.timing import timecode_of

    spans = flattened(edit, whole=False)
    return {
        "format": edit.format,
        "name": edit.name,
        "rate": edit.rate.ratio,
        "drop": edit.rate.drop,
        "start": timecode_of(nearest(edit.start), edit.rate),
        "frames": spans[-1].end if spans else 0,
        "clips": len(edit.pictures),
        "sounds": len(edit.sounds),
        "markers": len(edit.marks),
    }


def _describe(file: Path, edit: Edit) -> None:
    facts = _facts(edit)
    counting = "drop-frame, " if facts["drop"] else ""
    counts = f"{facts['frames']} frames, {facts['clips']} clips, {facts['sounds']} sounds, {facts['markers']} markers"
    rate = f"{edit.rate.name} frames a second, {counting}from {facts['start']}"
    click.echo(f"{printable(file.name)}: {facts['format']}, {rate}, {counts}")


def _fault(fault: Fault) -> dict[str, Any]:
    from alice_core.exact import exact_text

    frame = None if fault.frame is None else exact_text(fault.frame)
    return {"code": fault.code, "severity": fault.severity.value, "frame": frame, "text": fault.text}


def _label(frame: Any, edit: Edit) -> str:  # noqa: ANN401 - a Fraction, imported only by the rooms below
    from alice_core.timeline.flat import nearest
    from alice_core.timing import timecode_of

    return timecode_of(max(0, nearest(edit.start + frame)), edit.rate)


def _place(span: tuple[int, int] | None) -> str:
    return "" if span is None else f"{span[0]}-{span[1]}"
