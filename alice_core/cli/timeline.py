"""``alice timeline``: write a plan for every editor, check, compare and take in foreign cuts, snap them to the beat."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_table, printable
from alice_core.cli.session import Session

if TYPE_CHECKING:
    from alice_core.music.model import Analysis
    from alice_core.timeline.model import Timeline
    from alice_core.timeline.reading import Edit, Fault
    from alice_core.timing import FrameRate

FAULTY = 6
"""Exit status when a check finds an error, or two cuts differ: as for other damaged files."""

_FILE = click.Path(path_type=Path)
_fps = click.option("--fps", metavar="RATE", help="Rate of an edit decision list, which names none: 25, 29.97.")
_formats = click.option(
    "--to", "formats", default="fcpxml,xml,otio,aaf,edl,markers.edl", show_default=True, metavar="NAMES",
    help="Formats, with commas between.",
)  # fmt: skip
_version = click.option("--fcpxml", "version", default="1.10", show_default=True, help="FCPXML version, 1.8 to 1.13.")
_roots = click.option(
    "--media-root", "roots", multiple=True, metavar="A=B", help="Write folder A as B, for another machine."
)
_links = click.option("--ascii-links", is_flag=True, help="Link media with other letters than ASCII under plain names.")
_out = click.option("-o", "--out", type=_FILE, help="Folder to write to.")


@click.group()
def timeline() -> None:
    """Write a plan for every editor; check, compare, take in and snap cuts of any format.

    \b
    Examples:
      alice timeline export song/plan.json --to fcpxml,edl
      alice timeline check cut.fcpxml --plan song/plan.json
      alice timeline diff before.otio after.edl --fps 25
      alice timeline import cut.xml -o plan.json
      alice timeline snap cut.fcpxml --beats song.wav --downbeats
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


@timeline.command()
@click.argument("plan", type=_FILE)
@click.option("--song", type=_FILE, help="The song; by default it is sought in the library.")
@_formats
@_version
@_roots
@_links
@_out
@dry_run_option
@as_json_option
@click.pass_obj
def export(  # click's options are passed on whole
    session: Session,
    /,
    plan: Path,
    song: Path | None,
    out: Path | None,
    *,
    dry_run: bool,
    **given: Any,  # noqa: ANN401
) -> None:
    """Write the timeline of PLAN beside it, in every format or the chosen ones.

    \b
    Example:
      alice timeline export song/plan.json --to fcpxml --media-root /films=D:/films
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.workflows.cutting import timeline_of_plan

    with session.open(dry_run=dry_run) as alice:
        cut = timeline_of_plan(alice.store, plan, song)
    folder = out or plan.absolute().parent
    _write(cut, folder, "timeline", given, dry_run=dry_run, said={})


@timeline.command()
@click.argument("file", type=_FILE)
@click.option("--plan", type=_FILE, help="What the cut should be.")
@_fps
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
    from alice_core.workflows.cutting import read_cut, read_plan

    planned = edit_of_plan(read_plan(plan)) if plan is not None else None
    edit = read_cut(file, _rate(fps) or (planned.rate if planned is not None else None))
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


@timeline.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@_fps
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


@timeline.command(name="import")
@click.argument("file", type=_FILE)
@click.option("--song", type=_FILE, help="The song; by default the longest sound of the cut.")
@_fps
@click.option("-o", "--out", type=_FILE, help="The plan to write; by default FILE with .plan.json.")
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
    edit = read_cut(file, _rate(fps))
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


@timeline.command()
@click.argument("file", type=_FILE)
@click.option("--beats", required=True, type=_FILE, metavar="SONG", help="A song, or its analysis as JSON.")
@click.option("--every", type=click.IntRange(min=1), default=1, show_default=True, help="Use every n-th beat.")
@click.option("--downbeats", is_flag=True, help="Use only the first beat of each bar.")
@click.option("--within", type=click.IntRange(min=0), help="Move no cut farther than this many frames.")
@click.option("--song", type=_FILE, help="The song file to lay under the cut; by default its longest sound.")
@_fps
@click.option("--to", "formats", metavar="NAMES", help="Formats to write; by default that of FILE.")
@_version
@_roots
@_links
@_out
@dry_run_option
@as_json_option
@click.pass_obj
def snap(  # click's options are passed on whole
    session: Session,
    /,
    file: Path,
    beats: Path,
    song: Path | None,
    out: Path | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Move the cuts in FILE to the nearest beats and write the cut anew; FILE stays as it is.

    \b
    Example:
      alice timeline snap cut.fcpxml --beats song.wav --every 2
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.timeline.snap import Outcome
    from alice_core.timeline.snap import snap as snapped
    from alice_core.workflows.cutting import beat_frames, cut_as_timeline, read_cut

    edit = read_cut(file, _rate(given["fps"]))
    analysis = _analysis(session, beats)
    heard = song or (beats if beats.suffix.lower() != ".json" and not edit.sounds else None)
    cut, notices = cut_as_timeline(file, edit, heard)
    frames = beat_frames(analysis, cut.rate, edit, every=given["every"], downbeats=given["downbeats"])
    moved, report = snapped(cut, frames, within=given["within"])
    given["formats"] = given["formats"] or edit.format
    counts = {outcome.value: report.count(outcome) for outcome in Outcome}
    cuts = [
        {"name": one.name, "frame": one.frame, "beat": one.beat, "outcome": one.outcome.value} for one in report.cuts
    ]
    if not given["as_json"]:
        for notice in notices:
            click.echo(f"note: {notice}", err=True)
        told = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
        click.echo(f"{len(report.cuts)} cuts: {told}")
    said = {"whole": report.whole, "counts": counts, "cuts": cuts, "notices": list(notices)}
    folder = out or file.absolute().parent
    _write(moved, folder, f"{file.stem}.snapped", given, dry_run=given["dry_run"], said=said)


def _write(
    cut: Timeline, folder: Path, stem: str, given: dict[str, Any], *, dry_run: bool, said: dict[str, Any]
) -> None:
    """Write the chosen formats and say which files came of it."""
    from alice_core.timeline.formats import names
    from alice_core.timeline.handover import ascii_linked, foreign_names, parse_root, rerooted
    from alice_core.workflows.cutting import write_documents

    formats = ["xml" if name == "xmeml" else name for name in given["formats"].replace(" ", "").split(",") if name]
    notices = []
    odd = foreign_names(cut)
    if given["ascii_links"] and not dry_run:
        cut, links = ascii_linked(cut, folder.absolute() / "links")
        notices += [f"{len(links)} files have plain names in {folder / 'links'}"] if links else []
    elif odd:
        notices.append(
            f"{len(odd)} paths hold other letters than ASCII; some versions of Resolve leave such files offline "
            "(--ascii-links makes plain names)"
        )
    cut = rerooted(cut, [parse_root(pair) for pair in given["roots"]])
    listed = [folder / file for name in formats for file in names(cut, name, stem)]
    if len(listed) > len(formats):
        notices.append("an edit decision list holds 999 events; this one comes in parts")
    if not dry_run:
        listed = write_documents(cut, formats, folder, stem, given["version"])
    if given["as_json"]:
        files = [str(path) for path in listed]
        print_json({**said, "files": files, "frames": cut.frames, "clips": len(cut.clips), "dry_run": dry_run,
                    "notices": [*said.get("notices", ()), *notices]})  # fmt: skip
        return
    for path in listed:
        click.echo(f"{'would write' if dry_run else 'wrote'} {printable(str(path))}")
    for notice in notices:
        click.echo(f"note: {notice}", err=True)


def _analysis(session: Session, beats: Path) -> Analysis:
    if beats.suffix.lower() == ".json":
        from alice_core.media.files import reading
        from alice_core.music.document import from_document

        with reading(beats) as source:
            return from_document(source.read())
    with session.open() as alice:
        return alice.analyze(beats, progress=session.progress())


def _rate(fps: str | None) -> FrameRate | None:
    from alice_core.timing import FrameRate

    return FrameRate.parse(fps) if fps else None


def _pair(before: Path, after: Path, fps: str | None) -> tuple[Edit, Edit]:
    """Two cuts; a list without a rate is read at that of the other cut."""
    from alice_core.errors import UsageError
    from alice_core.workflows.cutting import read_cut

    rate = _rate(fps)
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
