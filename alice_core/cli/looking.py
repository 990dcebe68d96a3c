"""``alice look``, ``duplicates`` and ``recreate``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.output import as_json_option, dry_run_option, human_size, print_json, print_pairs, printable
from alice_core.cli.session import Session
from alice_core.media.files import path_said

if TYPE_CHECKING:
    from alice_core.library.descent.recreate import Recreation
    from alice_core.library.descent.remake import Makers, Remade
    from alice_core.library.looking.duplicates import Group, Item

_TITLES = {
    "exact": "the same bytes",
    "content": "the same media with other metadata",
    "alike": "pictures that look alike",
}


@click.command()
@click.option("--all", "everything", is_flag=True, help="Look again at what was looked at before, too.")
@dry_run_option
@as_json_option
@click.pass_obj
def look(session: Session, *, everything: bool, dry_run: bool, as_json: bool) -> None:
    """Look at pictures and films: thumbnails, likeness, metadata hidden in pixels, content credentials.

    Taking files in decodes no picture; this is done afterwards, by the daemon or by this command. It can be
    stopped at any time and goes on where it was. Metadata that better readers understand better is read again,
    from what was kept of it.

    \b
    Example:
      alice look
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.library.looking.looks import look_again, look_at_all
    from alice_core.library.looking.rederive import rederive_all
    from alice_core.library.looking.seen import LOOK

    with session.open(dry_run=dry_run) as alice:
        with alice.store.reading() as reader:
            waiting = reader.assets.count() if everything else reader.assets.unlooked_count(LOOK)
        if dry_run:
            read, seen = 0, 0
        else:
            read = rederive_all(alice.store, progress=session.progress())
            seen = (look_again if everything else look_at_all)(alice.store, progress=session.progress())
        with alice.store.reading() as reader:
            left = reader.assets.unlooked_count(LOOK)
    if as_json:
        print_json({"looked": seen, "read_again": read, "waiting": waiting if dry_run else left, "dry_run": dry_run})
        return
    if session.quiet:
        return
    if dry_run:
        click.echo(f"{waiting} files would be looked at (dry run: nothing was written)")
        return
    again = f", the metadata of {read} was read again" if read else ""
    away = f"; {left} could not be, because their files are not there" if left else ""
    click.echo(f"{seen} files were looked at{again}{away}")


@click.command()
@click.argument("query", nargs=-1)
@click.option(
    "--kind",
    type=click.Choice(["exact", "content", "alike", "all"]),
    default="all",
    show_default=True,
    help="Only groups of that kind.",
)
@click.option("--threshold", type=click.IntRange(0, 20), help="Bits of 64 in which look-alikes may differ (7).")
@click.option(
    "--picture", type=click.Path(path_type=Path), metavar="FILE.png", help="Draw the groups as a contact sheet."
)
@click.option("--no-look", is_flag=True, help="Compare what was looked at already; take no time for the rest.")
@as_json_option
@click.pass_obj
def duplicates(
    session: Session,
    query: tuple[str, ...],
    kind: str,
    threshold: int | None,
    picture: Path | None,
    *,
    no_look: bool,
    as_json: bool,
) -> None:
    """Show files of which one is enough, and which one is most worth keeping. Nothing is deleted.

    Exact: the same bytes at several places. Content: the same picture, sound or film with other metadata.
    Alike: pictures and films that look alike, such as a smaller copy. With QUERY only groups with an asset
    that fits it. The command that would put the others into the trash is printed with each group.

    \b
    Examples:
      alice duplicates
      alice duplicates --kind alike 'in:~/ComfyUI/output' --picture sheet.png
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.library.looking.duplicates import KINDS
    from alice_core.library.looking.duplicates import duplicates as found_in

    kinds = KINDS if kind == "all" else (kind,)
    with session.open() as alice:
        found = found_in(
            alice.store,
            " ".join(query),
            kinds=kinds,
            threshold=threshold,
            look=not no_look,
            progress=session.progress(),
        )
        if picture is not None:
            from alice_core.library.looking.contact_sheet import draw_duplicates

            write_whole(picture, draw_duplicates(alice.store, found))
    if as_json:
        drawn = None if picture is None else str(picture)
        items = [group.to_json() for group in found.groups]
        print_json({"items": items, "freed": found.freed, "unseen": found.unseen, "picture": drawn})
        return
    for group in found.groups:
        _print_group(group)
    if found.unseen:
        click.echo(f"{found.unseen} pictures were not compared, because nobody has looked at them yet", err=True)
    if not session.quiet:
        click.echo(f"{len(found.groups)} groups; {human_size(found.freed)} could be freed", err=True)


def _print_group(group: Group) -> None:
    count = sum(len(one.files) for one in group.items)
    click.echo(f"{_TITLES[group.kind]}: {count} files, {human_size(group.freed)} could be freed")
    for one in group.items:
        for path in one.files:
            keep = "keep" if path not in group.trash else ""
            click.echo(f"  {keep:<5} {_facts(one):<38} {printable(path_said(path))}".rstrip())
    words = " ".join(shlex.quote(path_said(path)) for path in group.trash)
    click.echo(f"  alice trash {printable(words)}" if words else "  nothing to trash: all of them are used")


def _facts(one: Item) -> str:
    asset, said = one.card.asset, one.card.curation
    picture = asset.facts.picture
    parts = [asset.digest.removeprefix("sha256:")[:8], human_size(asset.facts.size)]
    parts += [f"{picture.width}x{picture.height}"] if picture else []
    parts += [("*" * said.rating if said.rating else "") + ("+" if said.favourite else "") + (said.mark or "")]
    parts += [f"{one.distance} bits off"] if one.distance else []
    parts += ["used"] if one.used else []
    return " ".join(part for part in parts if part)


@click.command()
@click.argument("asset")
@click.option("--run", is_flag=True, help="Carry its recipe out again and compare the bytes.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="With --run: keep the new file there.")
@click.option(
    "--workflow",
    type=click.Path(path_type=Path),
    metavar="FILE.json",
    help="Write its ComfyUI workflow, byte for byte.",
)
@as_json_option
@click.pass_obj
def recreate(
    session: Session, asset: str, out: Path | None, workflow: Path | None, *, run: bool, as_json: bool
) -> None:
    """Print how ASSET can be made again, or make it again.

    What Alice derived is shown as its recipe, with the inputs and where they are now; --run carries it out by the
    same code and says whether the bytes are the same. What another program generated is shown with its
    parameters and where its graph is.

    \b
    Examples:
      alice recreate song-alice/shots/shot-0001-1a2b3c4d-take.png --run
      alice recreate ComfyUI_00042_.png --workflow graph.json
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.library.descent.recreate import recreation_of, workflow_block
    from alice_core.library.descent.remake import remake
    from alice_core.workflows.remaking import MAKERS

    if out is not None and not run:
        raise click.UsageError("--out belongs to --run")
    with session.open() as alice:
        found = recreation_of(alice.store, asset)
        if workflow is not None:
            _write(workflow, workflow_block(alice.store, asset).data)
        made = remake(alice.store, found, MAKERS, out=out, progress=session.progress()) if run else None
    if as_json:
        print_json(_content(found, made, MAKERS) | {"workflow": None if workflow is None else str(workflow)})
        return
    print_pairs(_rows(found))
    if workflow is not None and not session.quiet:
        click.echo(f"its workflow was written to {printable(str(workflow))}", err=True)
    click.echo(
        _advice(found, asset, MAKERS) if made is None else _outcome(made, film=found.asset.kind.value == "video")
    )


def _content(found: Recreation, made: Remade | None, makers: Makers) -> dict[str, object]:
    from alice_core.library.descent.remake import maker_of

    able = maker_of(found, makers) is not None and not found.away
    run = made and {
        "same": made.same,
        "same_content": made.content,
        "digest": made.digest,
        "same_recipe": made.recipe,
        "path": None if made.path is None else path_said(made.path),
    }
    return found.to_json() | {"can_run": able, "run": run}


def _rows(found: Recreation) -> list[tuple[str, str]]:
    rows = [("asset", f"{found.asset.name} {found.asset.digest}")]
    rows += [("at", path_said(path)) for path in found.there] or [("at", "nowhere just now")]
    if found.derivation is not None:
        recipe = found.derivation.recipe
        rows.append(("made by", f"{recipe.operation} {recipe.version}, {found.derivation.made}"))
        rows += [(f"  {key}", str(value)) for key, value in recipe.parameters.items()]
        rows += [("  take", str(recipe.take))] if recipe.take else []
        for one in found.inputs[:_MOST_INPUTS]:
            where = path_said(one.paths[0]) if one.paths else "nowhere to be found"
            rows.append((f"from {one.role}", f"{one.digest.removeprefix('sha256:')[:12]} {where}"))
        more = len(found.inputs) - _MOST_INPUTS
        rows += [("", f"and {more} more")] if more > 0 else []
    elif found.generation is not None:
        rows += _generated(found.to_json()["generation"])
    return rows


_MOST_INPUTS = 12
_GENERATED = ("generator", "prompt", "negative", "seed", "steps", "cfg", "sampler", "scheduler", "certainty")


def _generated(said: dict[str, Any]) -> list[tuple[str, str]]:
    rows = [(key, str(said[key])) for key in _GENERATED if said.get(key) is not None]
    rows += [("size", f"{said['width']}x{said['height']}")] if said.get("width") and said.get("height") else []
    for use in said["models"]:
        beside = "".join(f", {key} {use[key]}" for key in ("hash", "weight") if use[key])
        rows.append((use["role"], use["name"] + beside))
    return rows


def _advice(found: Recreation, name: str, makers: Makers) -> str:
    from alice_core.library.descent.remake import maker_of

    if found.derivation is not None:
        if maker_of(found, makers) is None:
            return "Alice does not know how to carry this out again."
        if found.away:
            return f"It cannot be carried out: the {found.away[0].role} is nowhere to be found."
        keep = "" if found.there else " --out FILE"
        return f"run it again: alice recreate {shlex.quote(name)} --run{keep}"
    if found.graph is not None:
        raw = found.graph.rpartition("/")[2]
        return (
            "to make it again, drag the file into ComfyUI's window, or write its graph with "
            f"alice show {shlex.quote(name)} --raw {shlex.quote(raw)} > graph.json and drag that"
        )
    if found.generation is not None:
        return f"to make it again, give these to {found.generation.generator}"
    return "nobody knows how it was made: neither Alice nor its file says"


def _outcome(made: Remade, *, film: bool) -> str:
    kept = f"; kept as {printable(path_said(made.path))}" if made.path else ""
    if made.same:
        return f"made again: the same bytes{kept}"
    if made.content:
        return f"made again: the same to see and hear, packed otherwise ({made.digest}){kept}"
    reason = "" if made.recipe else ", by another version of the operation"
    reason = reason or (", as encoders of films may give" if film else "")
    return f"made again: other bytes ({made.digest}){reason}{kept}"


def _write(path: Path, data: bytes) -> None:
    from alice_core.errors import Conflict

    if path.exists() and path.read_bytes() != data:
        raise Conflict(f"{path} is there already", hint="Choose another name.")
    write_whole(path, data)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that somebody asked for, whole or not at all; its folder is made."""
    from alice_core.media.files import make_folder, replacing

    make_folder(path.absolute().parent)
    with replacing(path.absolute()) as part:
        part.write_bytes(data)
