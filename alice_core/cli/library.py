"""``alice ingest``, ``find``, ``show`` and ``lineage``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import (
    as_json_option,
    dry_run_option,
    human_size,
    print_json,
    print_pairs,
    print_table,
    printable,
)
from alice_core.cli.session import Session

if TYPE_CHECKING:
    from alice_core.library import Card, Lineage


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--project", metavar="NAME", help="Project the files belong to.")
@dry_run_option
@as_json_option
@click.pass_obj
def ingest(session: Session, paths: tuple[Path, ...], project: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Take files, and all files in folders, into the library.

    Nothing is moved or changed. A file that was moved or renamed is known again by its bytes.

    \b
    Example:
      alice ingest ~/ComfyUI/output ~/Music/song.wav
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    with session.open(dry_run=dry_run) as alice:
        report = alice.ingest(paths, project=project, dry_run=dry_run, progress=session.progress())
    if as_json:
        print_json(
            {
                "new": [str(path) for path in report.new],
                "found": [str(path) for path in report.found],
                "unchanged": report.unchanged,
                "lost": [str(path) for path in report.lost],
                "findings": [
                    {"path": ascii_path(one.path), "code": one.code, "reason": one.reason} for one in report.findings
                ],
                "dry_run": dry_run,
            }
        )
        return
    for one in report.findings:
        click.echo(f"not taken: {printable(ascii_path(one.path))}: {one.reason} [{one.code}]", err=True)
    if not session.quiet:
        counts = f"{len(report.new)} new, {len(report.found)} known at a new place, {report.unchanged} unchanged"
        lost = f", {len(report.lost)} places gone" if report.lost else ""
        click.echo(counts + lost + (" (dry run: nothing was written)" if dry_run else ""))


def ascii_path(path: Path) -> str:
    """The path as text that can be printed, with bytes that are no text as escapes."""
    return str(path).encode("utf-8", "backslashreplace").decode()


@click.command()
@click.argument("query", nargs=-1)
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@click.option("--all", "everything", is_flag=True, help="The whole catalogue.")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Print one JSON object a line.")
@as_json_option
@click.pass_obj
def find(
    session: Session, query: tuple[str, ...], limit: int | None, *, everything: bool, as_jsonl: bool, as_json: bool
) -> None:
    """Find assets, newest first, by kind, project, digest and words.

    Words are looked for in file names, paths, prompts and operations; all must be there.
    Kinds are audio, image, video, analysis, plan, timeline, document and other.

    \b
    Examples:
      alice find kind:image rain
      alice find 'project:Neon kind:timeline'
      alice find --all --jsonl
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.library import find as find_assets
    from alice_core.library import parse_query

    understood = parse_query("" if everything else " ".join(query))
    with session.open() as alice:
        cards = find_assets(alice.store, understood, limit=limit)
    if as_jsonl:
        for card in cards:
            click.echo(json.dumps(card.to_json()))
        return
    if as_json:
        items = [card.to_json() for card in cards]
        print_json({"query": understood.text, "ignored": list(understood.ignored), "items": items})
        return
    if understood.ignored:
        click.echo("not understood: " + " ".join(understood.ignored), err=True)
    if cards:
        print_table(("digest", "kind", "size", "made", "name"), [_row(card) for card in cards])
    elif not session.quiet:
        click.echo("nothing found", err=True)


def _row(card: Card) -> tuple[str, ...]:
    asset = card.asset
    short = asset.digest.removeprefix("sha256:")[:12]
    return short, asset.kind.value, human_size(asset.facts.size), asset.made[:16].replace("T", " "), asset.name


@click.command()
@click.argument("asset")
@as_json_option
@click.pass_obj
def show(session: Session, asset: str, *, as_json: bool) -> None:
    """Show everything known of ASSET: a file, a digest or the start of one.

    \b
    Examples:
      alice show song-alice/preview.mp4
      alice show 3fa9c1d2
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    with session.open() as alice:
        card = alice.show(asset)
    content = card.to_json()
    if as_json:
        print_json(content)
        return
    rows = [("name", card.asset.name), ("digest", card.asset.digest), ("kind", card.asset.kind.value)]
    rows += [("size", human_size(card.asset.facts.size)), ("made", card.asset.made)]
    rows += [("at", path) for path in content["locations"]] + [("was at", path) for path in content["missing"]]
    rows += [("project", name) for name in card.projects]
    rows += [("words", card.asset.words)] if card.asset.words else []
    rows += _facts(content["facts"])
    for one in card.made_by:
        rows.append(("made by", f"{one.recipe.operation} {one.recipe.version} ({one.made})"))
        rows += [(f"  from {item.role}", item.digest) for item in one.recipe.inputs]
    for one in card.used_by:
        rows += [("used by", f"{one.recipe.operation} -> {item.role} {item.digest}") for item in one.outputs]
    print_pairs(rows)


def _facts(facts: dict[str, object]) -> list[tuple[str, str]]:
    rows = []
    for part in ("picture", "sound"):
        values = facts.get(part)
        if isinstance(values, dict):
            text = ", ".join(f"{name} {value}" for name, value in values.items() if value is not None)
            rows.append((part, text))
    return rows


@click.command()
@click.argument("asset")
@as_json_option
@click.pass_obj
def lineage(session: Session, asset: str, *, as_json: bool) -> None:
    """Show where ASSET comes from, back to its sources, and what became of it.

    \b
    Example:
      alice lineage song-alice/preview.mp4
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    with session.open() as alice:
        found = alice.lineage(asset)
    if as_json:
        print_json(found.to_json())
        return
    click.echo(_name(found, found.digest))
    _branch(found, found.digest, back=True)
    _branch(found, found.digest, back=False)


_MANY = 4


def _branch(found: Lineage, start: str, *, back: bool) -> None:
    """Print one direction as a tree; what was printed before is only named again."""
    told: set[str] = set()

    def grow(digest: str, depth: int) -> None:
        told.add(digest)
        steps = found.back if back else found.forward
        for key in steps.get(digest, ()):
            derivation = found.derivations[key]
            click.echo("  " * depth + f"{'<-' if back else '->'} {derivation.recipe.operation}")
            by_role: dict[str, list[str]] = {}
            for item in derivation.recipe.inputs if back else derivation.outputs:
                by_role.setdefault(item.role, []).append(item.digest)
            for role, digests in by_role.items():
                if len(digests) > _MANY:
                    click.echo("  " * (depth + 1) + f"{role}: {len(digests)} assets")
                    continue
                for one in digests:
                    again = " (see above)" if one in told and steps.get(one) else ""
                    click.echo("  " * (depth + 1) + f"{role}: {_name(found, one)}{again}")
                    if one not in told:
                        grow(one, depth + 2)

    grow(start, 1)


def _name(found: Lineage, digest: str) -> str:
    asset = found.assets.get(digest)
    short = digest.removeprefix("sha256:")[:12]
    return f"{asset.kind.value} {printable(asset.name)} {short}" if asset else short
