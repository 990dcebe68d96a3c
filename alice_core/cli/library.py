"""``alice ingest``, ``find``, ``show`` and ``lineage``."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from alice_core.cli.card import card_rows
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
from alice_core.errors import UsageError
from alice_core.media.files import path_said

if TYPE_CHECKING:
    from alice_core.library import Answer, Card, Lineage


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--project", metavar="NAME", help="Project the files belong to.")
@click.option("--again", is_flag=True, help="Read files that could not be taken in once more.")
@click.option("--write-sidecars", is_flag=True, help="Write what is known of each file beside it, as FILE.xmp.")
@dry_run_option
@as_json_option
@click.pass_obj
def ingest(
    session: Session,
    paths: tuple[Path, ...],
    project: str | None,
    *,
    again: bool,
    write_sidecars: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take files, and all files in folders, into the library.

    Nothing is moved or changed. A file that was moved or renamed is known again by its bytes,
    with everything that was ever said of it. What cannot be taken in is listed with the reason.

    \b
    Example:
      alice ingest ~/ComfyUI/output ~/Music/song.wav
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    with session.open(dry_run=dry_run) as alice:
        progress = session.progress()
        report = alice.ingest(paths, project=project, dry_run=dry_run, again=again, progress=progress)
        beside = alice.write_sidecars(paths, dry_run=dry_run, progress=progress) if write_sidecars else None
    sidecars = [str(path) for path in beside.written] if beside else []
    if as_json:
        print_json(report.to_json() | {"sidecars": sidecars, "dry_run": dry_run})
        return
    for one in report.findings:
        click.echo(f"not taken: {printable(path_said(one.path))}: {one.reason} [{one.code}]", err=True)
    if not session.quiet:
        counts = f"{len(report.new)} new, {len(report.found)} known at a new place, {report.unchanged} unchanged"
        counts += f", {len(report.moved)} renamed" if report.moved else ""
        counts += f", {len(report.lost)} places gone" if report.lost else ""
        counts += f", {len(sidecars)} sidecars written" if sidecars else ""
        click.echo(counts + (" (dry run: nothing was written)" if dry_run else ""))


@click.command()
@click.argument("query", nargs=-1)
@click.option("--limit", type=click.IntRange(1), help="At most so many; a terminal is shown 50 if nothing is said.")
@click.option("--all", "everything", is_flag=True, help="The whole catalogue, trash and companions too.")
@click.option("--now", metavar="TIME", help="The moment that `yesterday` is counted from (ISO 8601).")
@click.option("--jsonl", "as_jsonl", is_flag=True, help="Print one JSON object a line.")
@as_json_option
@click.pass_obj
def find(
    session: Session,
    query: tuple[str, ...],
    limit: int | None,
    now: str | None,
    *,
    everything: bool,
    as_jsonl: bool,
    as_json: bool,
) -> None:
    """Find assets by an exact query or a question in plain words; newest first.

    What was understood is always said as the exact query, and what was not is said too.

    \b
    Examples:
      alice find "red portraits from last week made with flux that I liked"
      alice find kind:video model:flux* 'made:2026-11' 'rating>=4' -tag:test '"neon tiger"'
      alice find --all --jsonl
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    words = " ".join(_quoted_again(word) for word in query) if len(query) > 1 else "".join(query)
    with session.open() as alice:
        if everything and as_jsonl:
            for card in alice.everything():
                click.echo(json.dumps(card.to_json()))
            return
        if everything:
            cards = tuple(alice.everything())
            answer = None
        else:
            answer = alice.find(words, now=_moment(now), limit=limit or _shown(as_json or as_jsonl))
            cards = answer.cards
    _print_found(session, cards, answer, as_json=as_json, as_jsonl=as_jsonl)


_PAGE = 50


def _shown(for_program: bool) -> int | None:
    return None if for_program or not sys.stdout.isatty() else _PAGE


def _quoted_again(word: str) -> str:
    """A word of the command line that the shell has freed of its quotes: a phrase stays one."""
    return f'"{word}"' if re.search(r"\s", word) and not re.search(r'[":()<>=|]', word) else word


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no time", hint="Write it like 2026-11-24T12:00:00+01:00.") from error
    return moment if moment.tzinfo else moment.astimezone()


def _print_found(
    session: Session, cards: tuple[Card, ...], answer: Answer | None, *, as_json: bool, as_jsonl: bool
) -> None:
    if as_jsonl:
        for card in cards:
            click.echo(json.dumps(card.to_json()))
        return
    query = answer.query if answer else ""
    ignored = list(answer.ignored) if answer else []
    corrected = {word: list(meant) for word, meant in answer.corrected} if answer else {}
    if as_json:
        items = [card.to_json() for card in cards]
        print_json({"query": query, "ignored": ignored, "corrected": corrected, "items": items})
        return
    if query and not session.quiet:
        click.echo(f"understood: {printable(query)}", err=True)
    for word, meant in corrected.items():
        click.echo(f"nothing has the word {printable(word)}; taken for: {', '.join(meant)}", err=True)
    if ignored:
        click.echo("not understood: " + printable(" ".join(ignored)), err=True)
    if cards:
        print_table(("digest", "kind", "size", "made", "rating", "name"), [_row(card) for card in cards])
    elif not session.quiet:
        click.echo("nothing found", err=True)


def _row(card: Card) -> tuple[str, ...]:
    asset = card.asset
    short = asset.digest.removeprefix("sha256:")[:12]
    said = card.curation
    rating = ("*" * said.rating if said.rating else "") + ("+" if said.favourite else "")
    made = asset.made[:16].replace("T", " ")
    return short, asset.kind.value, human_size(asset.facts.size), made, rating, asset.name


@click.command()
@click.argument("asset")
@click.option("--raw", metavar="BLOCK", help="Write that block of its metadata, byte for byte, such as `workflow`.")
@as_json_option
@click.pass_obj
def show(session: Session, asset: str, raw: str | None, *, as_json: bool) -> None:
    """Show everything known of ASSET: a file, a digest or the start of one.

    \b
    Examples:
      alice show song-alice/preview.mp4
      alice show 3fa9c1d2 --raw workflow > graph.json
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    with session.open() as alice:
        if raw is not None:
            block = alice.raw_block(asset, raw)
            sys.stdout.buffer.write(block.data)
            return
        card = alice.show(asset)
        blocks = alice.blocks(asset)
    content = card.to_json()
    content["blocks"] = [{"place": one.place, "key": one.key, "size": len(one.data)} for one in blocks]
    if as_json:
        print_json(content)
        return
    print_pairs(card_rows(card, content))


@click.command()
@click.argument("asset")
@click.option("--depth", type=click.IntRange(0), metavar="N", help="So many steps back and forward at most.")
@click.option("--dot", "as_dot", is_flag=True, help="Print it in the DOT language of Graphviz.")
@click.option("--png", type=click.Path(path_type=Path), metavar="FILE", help="Draw it, with thumbnails.")
@as_json_option
@click.pass_obj
def lineage(session: Session, asset: str, depth: int | None, png: Path | None, *, as_dot: bool, as_json: bool) -> None:
    """Show where ASSET comes from, back to its sources, and what became of it.

    In the picture and in DOT, many siblings of one sort become one box, such as "24 takes".

    \b
    Examples:
      alice lineage song-alice/preview.mp4
      alice lineage song.wav --depth 2 --png lineage.png
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.library.descent.lineage import lineage_of
    from alice_core.library.show import resolve

    if as_dot and as_json:
        raise click.UsageError("--dot and --json exclude each other")
    with session.open() as alice:
        found = lineage_of(alice.store, resolve(alice.store, asset), depth=depth)
        if png is not None:
            from alice_core.cli.looking import write_whole
            from alice_core.library.descent.lineage_picture import draw_lineage

            write_whole(png, draw_lineage(alice.store, found))
    if as_json:
        print_json(found.to_json() | {"picture": None if png is None else str(png)})
    elif as_dot:
        from alice_core.library.descent.lineage_dot import dot_of

        click.echo(dot_of(found), nl=False)
    elif png is None:
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
