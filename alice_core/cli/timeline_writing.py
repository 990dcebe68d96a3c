"""``alice timeline export`` and ``snap``: cuts written for editors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.output import as_json_option, dry_run_option, human_size, print_json, printable
from alice_core.cli.session import Session
from alice_core.cli.timeline_shared import FILE, fps_option, rate_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alice_core.music.model import Analysis
    from alice_core.timeline.model import Timeline
    from alice_core.workflows.conforming import Conformed
    from alice_core.workflows.handing import Prepared

_formats = click.option(
    "--to", "formats", default="fcpxml,xml,otio,aaf,edl,markers.edl", show_default=True, metavar="NAMES",
    help="Formats, with commas between.",
)  # fmt: skip
_version = click.option("--fcpxml", "version", default="1.10", show_default=True, help="FCPXML version, 1.8 to 1.13.")
_roots = click.option(
    "--media-root", "roots", multiple=True, metavar="A=B", help="Write folder A as B, for another machine."
)
_links = click.option("--ascii-links", is_flag=True, help="Link media with other letters than ASCII under plain names.")
_out = click.option("-o", "--out", type=FILE, help="Folder to write to.")
_no_conform = click.option(
    "--no-conform", is_flag=True, help="Refuse files that do not fit; do not make them anew at the timeline's rate."
)


@click.command()
@click.argument("plan", type=FILE)
@click.option("--song", type=FILE, help="The song; by default it is sought in the library.")
@click.option("--collect", type=FILE, metavar="DIR", help="Fill a folder with the timelines and all their media.")
@click.option("--copy", is_flag=True, help="With --collect: copy the media, where they would be linked.")
@click.option("--proxy", is_flag=True, help="With --collect: add movies of half the size for slow machines.")
@click.option("--click", "click_track", is_flag=True, help="Lay a click on every beat beside the song.")
@_no_conform
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
    collect: Path | None,
    out: Path | None,
    *,
    dry_run: bool,
    **given: Any,  # noqa: ANN401 - click hands its options over as they are
) -> None:
    """Write the timeline of PLAN beside it, in every format or the chosen ones.

    Every file is looked at first. One that is too short, or of another or a variable rate, is
    made anew at the timeline's rate beside the plan, once; with --no-conform it is refused.

    \b
    Examples:
      alice timeline export song/plan.json --to fcpxml --media-root /films=D:/films
      alice timeline export song/plan.json --collect for-the-editor --dry-run
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.errors import UsageError
    from alice_core.workflows.handing import Readiness, prepare

    if collect is None and (given["copy"] or given["proxy"]):
        raise UsageError("--copy and --proxy belong to --collect", hint="Add --collect DIR.")
    wish = Readiness(song, not given["no_conform"], given["click_track"], given["proxy"])
    with session.open(dry_run=dry_run) as alice:
        ready = prepare(alice.store, plan, wish, dry_run=dry_run, progress=session.progress())
    if collect is not None:
        _collect(ready, plan, collect, given, dry_run=dry_run)
        return
    said = {"conformed": [one.to_json() for one in ready.conformed], "notices": list(ready.notices)}
    _write(ready.timeline, out or plan.absolute().parent, "timeline", given, dry_run=dry_run, said=said)
    if not given["as_json"]:
        _tell(ready.conformed, ready.notices, dry_run=dry_run)


@click.command()
@click.argument("file", type=FILE)
@click.option("--beats", required=True, type=FILE, metavar="SONG", help="A song, or its analysis as JSON.")
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Use every n-th beat, counted from the first of a bar; with --downbeats every n-th bar.",
)
@click.option("--downbeats", is_flag=True, help="Use only the first beat of each bar.")
@click.option("--within", type=click.IntRange(min=0), help="Move no cut farther than this many frames.")
@click.option("--song", type=FILE, help="The song file to lay under the cut; by default its longest sound.")
@fps_option
@_no_conform
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
    **given: Any,  # noqa: ANN401 - click hands its options over as they are
) -> None:
    """Move the cuts in FILE to the nearest beats and write the cut anew; FILE stays as it is.

    \b
    Example:
      alice timeline snap cut.fcpxml --beats song.wav --every 2
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.timeline.snap import Outcome
    from alice_core.timeline.snap import snap as snapped
    from alice_core.workflows.cutting import beat_frames, cut_as_timeline, read_cut
    from alice_core.workflows.handing import prepare_cut

    edit = read_cut(file, rate_of(given["fps"]))
    analysis = _analysis(session, beats)
    heard = song or (beats if beats.suffix.lower() != ".json" and not edit.sounds else None)
    cut, notices = cut_as_timeline(file, edit, heard)
    frames = beat_frames(analysis, cut.rate, edit, every=given["every"], downbeats=given["downbeats"])
    moved, report = snapped(cut, frames, within=given["within"])
    folder = (out or file.parent).absolute()
    with session.open(dry_run=given["dry_run"]) as alice:
        moved, made = prepare_cut(alice.store, moved, folder, conform=not given["no_conform"], dry_run=given["dry_run"])
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
        _tell(made, (), dry_run=given["dry_run"])
    said = {"whole": report.whole, "counts": counts, "cuts": cuts, "notices": list(notices)}
    said["conformed"] = [one.to_json() for one in made]
    _write(moved, folder, f"{file.stem}.snapped", given, dry_run=given["dry_run"], said=said)


def _collect(ready: Prepared, plan: Path, folder: Path, given: dict[str, Any], *, dry_run: bool) -> None:
    """Fill the folder, or say what it would hold."""
    from alice_core.media.digest import digest_of_file
    from alice_core.timeline.handover import parse_root
    from alice_core.workflows.handing_folder import Packing, collect, foresee_collect

    roots = tuple(parse_root(pair) for pair in given["roots"])
    packing = Packing(tuple(_named(given["formats"])), given["version"], roots, given["copy"])
    made = [
        {"name": one.source.name, "why": one.words, "frames": one.frames, "held": one.held} for one in ready.conformed
    ]
    if dry_run:
        found = foresee_collect(ready.timeline, folder, packing)
    else:
        found = collect(ready.timeline, folder, packing, digest_of_file(plan), made)
    notices = list(ready.notices)
    if not str(folder.absolute()).isascii():
        notices.append("the folder's path has other letters than ASCII; some versions of Resolve leave files offline")
    if given["as_json"]:
        print_json({"folder": str(folder.absolute()), "files": list(found.files),
                    "written": 0 if dry_run else found.written,
                    "bytes": found.size, "frames": ready.timeline.frames, "clips": len(ready.timeline.clips),
                    "conformed": [one.to_json() for one in ready.conformed], "notices": notices,
                    "dry_run": dry_run})  # fmt: skip
        return
    holds = f"{len(found.files)} files, {human_size(found.size)}"
    if dry_run:
        click.echo(f"would fill {printable(str(folder))}: {holds}")
        for file in found.files:
            click.echo(f"  {printable(file)}")
    elif found.written:
        click.echo(f"{printable(str(folder))}: {holds}, {found.written} written")
    else:
        click.echo(f"{printable(str(folder))}: {holds}; nothing has changed")
    _tell(ready.conformed, notices, dry_run=dry_run)


def _tell(made: Sequence[Conformed], notices: Sequence[str], *, dry_run: bool) -> None:
    """What was made anew, and what the user should read."""
    if made:
        fresh = sum(not one.reused for one in made)
        words = f"{len(made)} files do not fit the timeline: " + (
            "they would be made anew at its rate"
            if dry_run
            else f"{fresh} made anew at its rate, {len(made) - fresh} found"
        )
        click.echo(words)
        for one in made:
            click.echo(f"  {printable(one.source.name)}: {one.words}")
    for notice in notices:
        click.echo(f"note: {printable(notice)}", err=True)


def _named(formats: str) -> list[str]:
    return ["xml" if name == "xmeml" else name for name in formats.replace(" ", "").split(",") if name]


def _write(
    cut: Timeline, folder: Path, stem: str, given: dict[str, Any], *, dry_run: bool, said: dict[str, Any]
) -> None:
    """Write the chosen formats and say which files came of it."""
    from alice_core.timeline.formats import names
    from alice_core.timeline.handover import ascii_linked, foreign_names, parse_root, rerooted
    from alice_core.workflows.cutting import write_documents

    formats = _named(given["formats"])
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
