"""``alice comfy``: look at a ComfyUI workflow before anything is sent, and convert it to what a server takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alice_core.cli.output import as_json_option, dry_run_option, print_json, print_table, printable

if TYPE_CHECKING:
    from alice_core.providers.comfy.inspecting import Inspection
    from alice_core.providers.comfy.preflight import Lack

_FILE = click.Path(path_type=Path)
_LONGEST = 60
_server_option = click.option("--server", metavar="URL", default="", help="The ComfyUI server (or COMFYUI_URL).")
_info_option = click.option(
    "--object-info", type=_FILE, metavar="FILE", help="A saved /object_info instead of a running server."
)


@click.group()
def comfy() -> None:
    """Look at ComfyUI workflows, and convert them.

    \b
    Examples:
      alice comfy inspect wan.json
      alice comfy convert wan.json -o wan.api.json
    """  # noqa: D301 - \b is click's mark for text that keeps its lines


@comfy.command()
@click.argument("file", type=_FILE)
@_server_option
@_info_option
@as_json_option
def inspect(file: Path, server: str, object_info: Path | None, *, as_json: bool) -> None:
    """Show what the inputs of a workflow are for, and what the server lacks for it; nothing is sent.

    \b
    Examples:
      alice comfy inspect wan.json
      alice comfy inspect wan.json --server http://gpu.local:8188
      alice comfy inspect wan.json --object-info object_info.json --json
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.providers.comfy.inspecting import inspect_workflow, types_from

    seen = inspect_workflow(file, types_from(object_info, server))
    if as_json:
        print_json(_as_json(file, seen))
        return
    form = "the API format" if seen.form == "api" else "the editor's form"
    click.echo(f"{printable(file.name)}: {form}, {seen.nodes} nodes are sent")
    if seen.found:
        print_table(("ROLE", "INPUT", "NODE", "NOW"), [_row(one) for one in seen.found])
        click.echo(f"Wrong or missing? Pin roles in {printable(file.stem)}.alice.toml beside it, under [roles].")
    for lack in seen.lacks:
        click.echo(f"  ! {printable(lack.message)}")
        if lack.hint:
            click.echo(f"      {printable(lack.hint)}")
    click.echo("The server can run it." if not seen.lacks else "The server cannot run it as it is.")


@comfy.command()
@click.argument("file", type=_FILE)
@click.option("-o", "--out", type=_FILE, metavar="FILE", help="Where to write; standard output if left out.")
@_server_option
@_info_option
@click.option("--mended", is_flag=True, help="As Alice runs it: a file of a later editor as that one reads it.")
@dry_run_option
@as_json_option
def convert(
    file: Path, out: Path | None, server: str, object_info: Path | None, *, mended: bool, dry_run: bool, as_json: bool
) -> None:
    """Convert a workflow to the API format that a server takes, as the server's own editor does it.

    \b
    Examples:
      alice comfy convert wan.json -o wan.api.json
      alice comfy convert wan.json --object-info object_info.json
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.media.files import replacing
    from alice_core.providers.comfy.files import read_workflow
    from alice_core.providers.comfy.inspecting import types_from
    from alice_core.providers.comfy.preflight import graph_for, preflight

    types = types_from(object_info, server)
    graph = graph_for(read_workflow(file), types, name=str(file), mended=mended)
    written = out if out is not None and not dry_run else None
    if written is not None:
        with replacing(written) as part:
            part.write_text(graph.text(), encoding="utf-8")
    if as_json:
        lacks = [_lack(one) for one in preflight(graph, types)]
        print_json({"graph": graph.to_json(), "written": str(written) if written else None, "lacks": lacks})
    elif out is None:
        click.echo(graph.text(), nl=False)
    else:
        verb = "would be written" if dry_run else "written"
        click.echo(f"{printable(str(out))}: {len(graph.nodes)} nodes {verb}")


def _as_json(file: Path, seen: Inspection) -> dict[str, Any]:
    roles: dict[str, list[dict[str, Any]]] = {}
    for one in seen.found:
        entry = {"input": str(one.site), "node": one.title, "value": one.value, "pinned": one.pinned}
        roles.setdefault(one.role, []).append(entry | ({"step": one.step} if one.step else {}))
    return {
        "path": str(file),
        "form": seen.form,
        "nodes": seen.nodes,
        "roles": roles,
        "runnable": not seen.lacks,
        "lacks": [_lack(one) for one in seen.lacks],
    }


def _lack(one: Lack) -> dict[str, str]:
    return {"kind": one.kind, "node": one.node, "message": one.message, "hint": one.hint}


def _row(one: Any) -> tuple[str, str, str, str]:  # noqa: ANN401 - of a module that is imported when the command runs
    value = " ".join(str(one.value).split())
    shown = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
    step = f" (step {one.step})" if one.step else ""
    return one.role + (" (pinned)" if one.pinned else ""), str(one.site), one.title, shown + step
