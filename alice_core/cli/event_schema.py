"""``alice events schema``."""

from __future__ import annotations

import click

from alice_core.cli.output import as_json_option, print_json, print_table


@click.command()
@click.argument("kind", metavar="[TYPE]", required=False)
@as_json_option
def schema(kind: str | None, *, as_json: bool) -> None:
    """Print the event types, or the JSON Schema of one TYPE's payload in its newest version.

    \b
    Examples:
      alice events schema
      alice events schema alice.store.derived
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    from alice_core.events.registry import EVENT_TYPES, load_types
    from alice_core.events.schemas import schema_of

    if kind is not None:
        print_json(schema_of(kind))
        return
    load_types()
    rows = [
        (name, model.schema_version, (model.__doc__ or "").strip().partition("\n")[0])
        for name, model in sorted(EVENT_TYPES.items())
    ]
    if as_json:
        print_json({"items": [{"type": one, "version": two, "summary": three} for one, two, three in rows]})
        return
    print_table(("type", "version", "what it says"), [(name, str(version), text) for name, version, text in rows])
