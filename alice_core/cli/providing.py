"""``alice providers``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from alice_core.cli.output import as_json_option, print_json, print_pairs, print_table
from alice_core.cli.session import Session
from alice_core.errors import UsageError

if TYPE_CHECKING:
    from alice_core.providers.card import ModelCard


@click.group(invoke_without_command=True)
@click.pass_context
def providers(context: click.Context) -> None:
    """Show who can make or judge media, with which models, and whether the keys are there.

    \b
    Examples:
      alice providers
      alice providers show fal
      alice providers keys set openai
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    if context.invoked_subcommand is None:
        context.invoke(list_)


@providers.command("list")
@as_json_option
def list_(*, as_json: bool) -> None:
    """List the providers, and what is missing where one cannot be used yet. Nothing is sent.

    \b
    Example:
      alice providers list --json
    """  # noqa: D301 - see above
    from alice_core.providers.overview import all_overviews

    found = all_overviews()
    if as_json:
        items = [
            {"name": one.name, "tasks": one.tasks, "models": one.models, "key": one.key, "state": one.state}
            for one in found
        ]
        print_json({"items": items})
        return
    rows = [(one.name, ", ".join(one.tasks), str(len(one.models)), one.key or "-", one.state) for one in found]
    print_table(("provider", "makes", "models", "key from", "state"), rows)


@providers.command()
@click.argument("name")
@click.option("--model", default="", metavar="MODEL", help="Everything about this model.")
@as_json_option
def show(name: str, model: str, *, as_json: bool) -> None:
    """Show the models of a provider, retired ones too. Nothing is sent.

    \b
    Examples:
      alice providers show openai
      alice providers show fal --model kling/v4/text-to-video
    """  # noqa: D301 - see above
    from alice_core.providers.overview import card_content
    from alice_core.providers.registry import get_provider

    provider = get_provider(name)
    cards = (provider.card(model),) if model else provider.cards()
    if as_json:
        content = {"name": provider.name, "version": provider.version, "items": [card_content(card) for card in cards]}
        print_json(content)
    elif model:
        _tell(cards[0])
    else:
        rows = [(card.model, ", ".join(card.tasks), ", ".join(card.meters), _status(card)) for card in cards]
        print_table(("model", "makes", "priced by", "status"), rows)


@providers.command()
@click.argument("name")
@as_json_option
def test(name: str, *, as_json: bool) -> None:
    """Ask a provider something that costs nothing, to see that it is reached and takes the key.

    \b
    Example:
      alice providers test openai
    """  # noqa: D301 - see above
    from alice_core.providers.overview import try_key

    said = try_key(name)
    if as_json:
        print_json({"name": name, "ok": True, "said": said})
    else:
        click.echo(f"{name}: {said}")


@providers.command()
@click.argument("model")
@click.option("--provider", default="fal", metavar="NAME", help="Whose model it is; fal by default.")
@as_json_option
def learn(model: str, provider: str, *, as_json: bool) -> None:
    """Fetch the description of a model that Alice does not know by name, so that its options are checked here.

    \b
    Example:
      alice providers learn fal-ai/recraft/v3/text-to-image
    """  # noqa: D301 - see above
    from alice_core.providers.overview import card_content, learn_model

    card = learn_model(provider, model)
    if as_json:
        print_json(card_content(card))
    else:
        _tell(card)


@providers.group()
def keys() -> None:
    """Keep keys of providers in the keyring of the system.

    \b
    Examples:
      alice providers keys set fal
      alice providers keys test fal
    """  # noqa: D301 - see above


@keys.command("set")
@click.argument("name")
@click.pass_obj
def set_(session: Session, name: str) -> None:
    """Put the key of a provider into the keyring; it is asked for, or read from standard input.

    A key is never taken from the command's own words: those can be seen by every program.

    \b
    Example:
      alice providers keys set openai
    """  # noqa: D301 - see above
    from alice_core.keychain import keep_secret
    from alice_core.providers.access import KEY_PLACES

    place = KEY_PLACES.get(name)
    if place is None:
        raise UsageError(f"{name} needs no key of ours", hint=f"These do: {', '.join(sorted(KEY_PLACES))}.")
    if sys.stdin.isatty():
        secret = click.prompt(f"Key for {name} (from {place.page})", hide_input=True, err=True)
    else:
        secret = sys.stdin.readline()
    if not secret.strip():
        raise UsageError("that is no key", hint=f"Get one at {place.page}.")
    keep_secret(place.user, secret.strip())
    if not session.quiet:
        click.echo(f"The keyring has the key for {name}. Try it: alice providers keys test {name}", err=True)


@keys.command("test")
@click.argument("name")
@as_json_option
@click.pass_context
def test_key(context: click.Context, name: str, *, as_json: bool) -> None:
    """Ask a provider something that costs nothing, to see that it takes the key.

    \b
    Example:
      alice providers keys test anthropic
    """  # noqa: D301 - see above
    context.invoke(test, name=name, as_json=as_json)


def _status(card: ModelCard) -> str:
    if card.status == "retired":
        return f"retired {card.retired_on}; use {card.use_instead}"
    return card.status


def _tell(card: ModelCard) -> None:
    from alice_core.providers.overview import card_content

    content = card_content(card)
    options = content.pop("options")
    limits = content.pop("limits")
    pairs = [(name.replace("_", " "), _words(value)) for name, value in content.items() if value != ""]
    pairs += [(f"limit: {name.replace('_', ' ')}", _words(value)) for name, value in limits.items()]
    pairs += [(f"option: {name}", f"{rule['about']} {_words(rule['choices'])}") for name, rule in options.items()]
    print_pairs(pairs)


def _words(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join("x".join(map(str, one)) if isinstance(one, list | tuple) else str(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
