"""``alice resolve``: the menu scripts of DaVinci Resolve, and what they ask."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_pairs, print_table, printable
from alice_core.cli.session import Session
from alice_core.errors import MediaError, UsageError

if TYPE_CHECKING:
    from alice_core.resolve.installing import Installation

_FILE = click.Path(path_type=Path)
_plan = click.option("--plan", type=_FILE, help="The plan; by default the latest that is known.")
_folder = click.option("--folder", type=_FILE, metavar="DIR", help="A folder of the menu, .../Fusion/Scripts/Utility.")
_everyone = click.option("--for-all-users", is_flag=True, help="The folder of all users instead of your own.")
_from = click.option("--from", "source", type=_FILE, metavar="FILE", help="Read FILE instead of standard input.")


@click.group()
def resolve() -> None:
    """Install the menu scripts of DaVinci Resolve; push cuts, pull edits as decisions.

    \b
    Examples:
      alice resolve install
      alice resolve cut --plan song/plan.json
      alice resolve pull edited.otio
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


@resolve.command()
@_everyone
@_folder
@dry_run_option
@as_json_option
@click.pass_obj
def install(session: Session, *, for_all_users: bool, folder: Path | None, dry_run: bool, as_json: bool) -> None:
    """Put the scripts into the menu Workspace > Scripts > Alice; again, to bring them up to date.

    \b
    Example:
      alice resolve install --dry-run
    """  # noqa: D301 - see above
    import os

    from alice_core.resolve.installing import install as put

    home = session.home or os.environ.get("ALICE_HOME")
    done = [put(menu, home, dry_run=dry_run) for menu in _menus(folder, everyone=for_all_users)]
    _tell(session, done, "would install" if dry_run else "installed", dry_run=dry_run, as_json=as_json)


@resolve.command()
@_everyone
@_folder
@dry_run_option
@as_json_option
@click.pass_obj
def uninstall(session: Session, *, for_all_users: bool, folder: Path | None, dry_run: bool, as_json: bool) -> None:
    """Take the scripts away; what you changed in them stays.

    \b
    Example:
      alice resolve uninstall
    """  # noqa: D301 - see above
    from alice_core.resolve.installing import uninstall as take_away

    done = [take_away(menu, dry_run=dry_run) for menu in _menus(folder, everyone=for_all_users)]
    there = [one for one in done if one is not None]
    _tell(session, there, "would remove" if dry_run else "removed", dry_run=dry_run, as_json=as_json)


@resolve.command()
@_folder
@as_json_option
@click.pass_obj
def status(session: Session, *, folder: Path | None, as_json: bool) -> None:
    """Say where the scripts are installed, which Resolve was seen, and which cut is the latest.

    \b
    Example:
      alice resolve status
    """  # noqa: D301 - see above
    from alice_core.resolve.status import standing

    with session.open() as alice:
        found = standing(alice.store, folder)
    if as_json:
        print_json(found.to_json())
        return
    for place, there in found.places:
        state = f"version {there.version}" if there is not None else "not installed"
        click.echo(printable(f"{place.owner:<9}  {state}  {place.folder}"))
    for one in found.applications:
        click.echo(printable(f"found      {one.path} {one.version}".rstrip()))
    if found.seen is not None:
        click.echo(printable(f"seen       {found.seen.product} {found.seen.version}"))
    print_pairs([("store", str(found.home)), ("cut", str(found.cut.path) if found.cut else "none")])
    for hint in found.hints:
        click.echo(printable(f"note: {hint}"))


@resolve.command()
@_plan
@click.option("--project", metavar="NAME", help="The latest of that project of Alice.")
@click.option("-o", "--out", type=_FILE, help="Folder to write to; by default resolve beside the plan.")
@dry_run_option
@as_json_option
@click.pass_obj
def cut(
    session: Session, plan: Path | None, project: str | None, out: Path | None, *, dry_run: bool, as_json: bool
) -> None:
    """Write the latest cut for Resolve: files to import, and markers, bins and metadata for the scripts.

    \b
    Examples:
      alice resolve cut
      alice resolve cut --plan song/plan.json --dry-run
    """  # noqa: D301 - see above
    from alice_core.resolve.cuts import chosen_plan
    from alice_core.resolve.pushing import push
    from alice_core.resolve.status import installed_menus

    with session.open(dry_run=dry_run) as alice:
        source = chosen_plan(alice.store, plan, project)
        menus = () if dry_run else installed_menus()
        made = push(alice.store, source, out=out, menus=menus, dry_run=dry_run, progress=session.progress())
    if as_json:
        print_json(made.to_json())
        return
    click.echo(printable(f"{made.name}: {len(made.timeline.clips)} shots from {source.path}"))
    for path in made.files.values():
        click.echo(printable(f"{'would write' if dry_run else 'wrote'} {path}"))
    for notice in made.notices:
        click.echo(printable(f"note: {notice}"), err=True)


@resolve.command()
@_plan
@as_json_option
@click.pass_obj
def marks(session: Session, plan: Path | None, *, as_json: bool) -> None:
    """List the markers of the latest cut: sections, downbeats and beats on their frames.

    \b
    Example:
      alice resolve marks --json
    """  # noqa: D301 - see above
    from alice_core.resolve.cuts import chosen_plan
    from alice_core.resolve.pushing import planned_markers

    with session.open() as alice:
        content = planned_markers(chosen_plan(alice.store, plan))
    if as_json:
        print_json(content)
    else:
        rows = [(str(one["frame"]), one["colour"], one["name"], one["note"]) for one in content["markers"]]
        print_table(("frame", "colour", "name", "note"), rows)


@resolve.command()
@_from
@as_json_option
@click.pass_obj
def record(session: Session, source: Path | None, *, as_json: bool) -> None:
    """Record what a script did in Resolve, as it reports it on standard input or in a file.

    \b
    Example:
      alice resolve record --from alice_result.json
    """  # noqa: D301 - see above
    from alice_core.resolve.reporting import parse_report, report

    told = parse_report(_given(source))
    with session.open() as alice:
        event = report(alice.store, told)
    if as_json:
        print_json({"event": event, "did": told.did, "project": told.project, "timeline": told.timeline})
    elif not session.quiet:
        click.echo(printable(f"recorded: {told.did}, timeline {told.timeline}"))


@resolve.command()
@_from
@as_json_option
@click.pass_obj
def relink(session: Session, source: Path | None, *, as_json: bool) -> None:
    """Say where files lie now: {"items": [{"id", "name", "path", "digest"}]} on standard input.

    \b
    Example:
      alice resolve relink --from clips.json --json
    """  # noqa: D301 - see above
    from alice_core.resolve.relinking import relink as find

    wanted = _wanted(_given(source))
    with session.open() as alice:
        found = find(alice.store, wanted)
    if as_json:
        print_json({"items": [one.to_json() for one in found]})
    else:
        print_table(("clip", "now", "why"), [(one.id, str(one.path or "-"), one.why) for one in found])


@resolve.command()
@click.option("--shot", metavar="ID", help="The shot.")
@click.option("--digest", metavar="DIGEST", help="An asset that the shot shows.")
@_plan
@as_json_option
@click.pass_obj
def takes(session: Session, shot: str | None, digest: str | None, plan: Path | None, *, as_json: bool) -> None:
    """List the takes of a shot that are there.

    \b
    Example:
      alice resolve takes --shot shot-0003
    """  # noqa: D301 - see above
    from alice_core.resolve.cuts import chosen_plan
    from alice_core.resolve.takes import shot_of, takes_of

    if shot is None and digest is None:
        raise click.UsageError("say which: --shot ID or --digest DIGEST")
    with session.open() as alice:
        source = chosen_plan(alice.store, plan)
        one = shot_of(source, shot=shot, digest=digest)
        found = takes_of(alice.store, source, one)
    if as_json:
        chosen = one.take.digest if one.take is not None else None
        print_json({"shot": one.id, "chosen": chosen, "takes": [take.to_json() for take in found]})
    else:
        rows = [("*" if take.chosen else "", str(take.rating or ""), str(take.path), take.digest) for take in found]
        print_table(("", "rating", "file", "digest"), rows)


@resolve.command()
@click.option("--shot", required=True, metavar="ID", help="The shot.")
@click.option("--digest", required=True, metavar="DIGEST", help="The take to choose.")
@_plan
@as_json_option
@click.pass_obj
def chose(session: Session, shot: str, digest: str, plan: Path | None, *, as_json: bool) -> None:
    """Choose another take for a shot: a decision, and a plan of its own that has it; undo takes it back.

    \b
    Example:
      alice resolve chose --shot shot-0003 --digest sha256:...
    """  # noqa: D301 - see above
    from alice_core.resolve.cuts import chosen_plan
    from alice_core.resolve.takes import choose, shot_of

    with session.open() as alice:
        source = chosen_plan(alice.store, plan)
        new, derived = choose(alice.store, source, shot_of(source, shot=shot), digest)
    if as_json:
        content = None if derived is None else derived.to_json()
        print_json(
            {"shot": shot, "digest": digest, "recorded": bool(new), "plan": source.to_json(), "derived": content}
        )
    elif not session.quiet:
        click.echo(
            printable(f"{shot}: {derived.plan.path}" if derived is not None else f"{shot} has that take already")
        )


@resolve.command()
@click.argument("file", type=_FILE)
@click.option("--plan", type=_FILE, help="The plan; by default the one that the timeline was pushed from.")
@click.option("--clips", metavar="FILE", help="What Resolve says of the clips, as JSON; - is standard input.")
@dry_run_option
@as_json_option
@click.pass_obj
def pull(session: Session, file: Path, plan: Path | None, clips: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Record what an editor did to a cut, from the OTIO in FILE that Resolve exported: each change a decision.

    \b
    Examples:
      alice resolve pull edited.otio
      alice resolve pull edited.otio --plan song/plan.json --dry-run
    """  # noqa: D301 - see above
    from alice_core.resolve.identity import parse_hints
    from alice_core.resolve.pulling import pull as compare

    hints = () if clips is None else parse_hints(_given(None if clips == "-" else Path(clips)))
    with session.open(dry_run=dry_run) as alice:
        found = compare(alice.store, file, plan, hints=hints, dry_run=dry_run)
    content = found.to_json()
    if as_json:
        print_json(content)
        return
    for change in found.changes:
        if change.kind.value != "kept":
            click.echo(printable(change.sentence))
    click.echo(", ".join(f"{count} {kind}" for kind, count in content["counts"].items() if count) or "no clips")
    if not session.quiet and not dry_run:
        click.echo(f"{len(found.new)} new decisions recorded", err=True)
    if found.derived is not None:
        click.echo(printable(f"wrote {found.derived.plan.path}"))
    for notice in found.notices:
        click.echo(printable(f"note: {notice}"), err=True)


@resolve.command()
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--timeline", default="", metavar="NAME", help="The timeline in Resolve that was rendered.")
@_plan
@as_json_option
@click.pass_obj
def registered(session: Session, files: tuple[Path, ...], timeline: str, plan: Path | None, *, as_json: bool) -> None:
    """Make each rendered FILE known as made of the latest cut.

    \b
    Example:
      alice resolve registered film.mov --timeline "Song v3"
    """  # noqa: D301 - see above
    from alice_core.resolve.cuts import rendered_plan
    from alice_core.resolve.reporting import register

    with session.open() as alice:
        source = rendered_plan(alice.store, timeline, plan)
        found = register(alice.store, files, source, timeline)
    if as_json:
        items = [{"path": str(path), "digest": digest} for path, digest in found]
        print_json({"items": items, "timeline": timeline, "plan": source.to_json()})
    elif not session.quiet:
        for path, digest in found:
            click.echo(printable(f"{path} {digest}"))


def _menus(folder: Path | None, *, everyone: bool) -> list[Path]:
    from alice_core.resolve.places import script_places

    if folder is not None:
        return [folder]
    return [place.folder for place in script_places() if (place.owner == "system") is everyone]


def _tell(session: Session, done: list[Installation], what: str, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json({"items": [one.to_json() for one in done], "dry_run": dry_run})
        return
    if not done:
        click.echo("nothing is installed there", err=True)
    for one in done:
        count = sum(step.action in ("write", "remove") for step in one.steps)
        if not session.quiet:
            click.echo(printable(f"{what} {count} files in {one.folder}"))
        for path in one.kept:
            click.echo(
                printable(f"note: {path.name} was changed and is left as it is; delete it to get ours"), err=True
            )


def _given(source: Path | None) -> object:
    """What a script wrote, from a file or standard input."""
    from alice_core.media.files import reading
    from alice_core.resolve.lua import read_result

    if source is not None:
        with reading(source) as file:
            return read_result(file.read())
    try:
        return json.loads(sys.stdin.buffer.read())
    except (ValueError, RecursionError) as error:
        raise MediaError(f"standard input is no JSON: {error}", hint="Write one JSON object to it.") from error


def _wanted(content: object) -> list[Any]:
    from alice_core.resolve.relinking import Wanted

    items = content.get("items") if isinstance(content, dict) else None
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise UsageError("there are no items to find", hint='Write {"items": [{"id", "name", "path", "digest"}]}.')
    return [
        Wanted(
            str(one.get("id", "")), str(one.get("name") or ""), str(one.get("path") or ""), one.get("digest") or None
        )
        for one in items
    ]
