"""Words of the first AliceMultiverse: each is answered with where its purpose lives now.

``--pipeline`` is still understood: it is the long form of ``alice run``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alice_core.errors import UsageError

FLAGS: Mapping[str, str] = {
    "--inbox": "alice ingest DIR takes files in, wherever they lie",
    "--organized": "files stay where they are; alice find QUERY finds them",
    "--cost-limit": "alice project budget sets a limit, and alice make SONG --budget AMOUNT one for a single song",
    "--watch": "alice watch DIR",
    "--move": "nothing is moved: alice ingest DIR knows files where they lie",
    "--providers": "alice providers lists them; alice make SONG --provider NAME uses one",
    "--understand": "alice look finds what can be seen in files; alice tag gives them tags",
    "--force-reindex": "alice verify reads files again; alice rebuild makes the store anew from files and sidecars",
    "--no-color": "set the variable NO_COLOR; alice config show shows the settings",
    "--config": "alice config show --origin says which files are read; alice.toml in the folder is one of them",
    "--check-deps": "alice doctor",
    "--stages": "it goes with a pipeline: alice run custom --stages A,B --dry-run",
    "--dry-run": "it goes after a command: alice make SONG --dry-run",
    "--json": "it goes after a command: alice find QUERY --json",
    "--debug": "alice -v prints more",
}
"""Options that stood before any command, and their new home in one line."""

COMMANDS: Mapping[str, str] = {
    "keys setup": "alice providers keys set NAME",
    "keys set": "alice providers keys set NAME",
    "keys list": "alice providers list says where each key is found",
    "keys delete": "take it out of the system's keyring (alicemultiverse); alice providers list says where it is",
    "keys": "alice providers keys set NAME",
    "mcp-server": "there is no server for assistants yet; every command speaks JSON: alice find QUERY --json",
    "interface": "there is no conversation in the terminal: alice find QUERY takes plain words",
    "dedup find": "alice duplicates",
    "dedup remove": "alice duplicates shows them, alice trash FILE takes one away, alice undo brings it back",
    "dedup": "alice duplicates",
    "index rebuild": "alice rebuild",
    "index verify": "alice verify",
    "index stats": "alice db check",
    "index": "alice rebuild, alice verify",
    "storage scan": "alice ingest DIR; alice watch DIR follows what moves",
    "storage": "alice ingest DIR; alice watch DIR follows what moves",
    "scenes detect": "alice look FILE",
    "scenes shotlist": "alice shots lists the shots of a plan",
    "scenes extract": "alice look FILE",
    "scenes": "alice look FILE, alice shots",
    "prompts add": "prompts are kept with what they made: alice find WORDS",
    "prompts search": "alice find WORDS",
    "prompts": "alice find WORDS",
    "comparison server": "alice rate FILE NUMBER, alice favourite FILE",
    "comparison": "alice rate FILE NUMBER, alice favourite FILE",
    "monitor events": "alice events tail",
    "monitor": "alice events tail",
}
"""Commands of it, and their new home in one line."""

_WITH_VALUE = frozenset({"--home"})


def understood(words: Sequence[str], known: Mapping[str, object]) -> list[str]:
    """The words as they are said today.

    Args:
        words: What was typed after ``alice``.
        known: The commands that there are.

    Raises:
        UsageError: They are words of the first AliceMultiverse; the message says their new home.
    """
    front, rest = _front(words)
    own = [word.partition("=")[0] for word in front]
    if "--pipeline" in own:
        return _pipeline([*front, *rest])
    for name in own:
        if name in FLAGS:
            raise _moved(name, FLAGS[name])
    if rest and rest[0] not in known:
        for name in (" ".join(rest[:2]), rest[0]):
            if name in COMMANDS:
                raise _moved(f"alice {name}", COMMANDS[name])
    return list(words)


def _front(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The options before the first command, with their values, and what follows."""
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] != "--":
        name, _, value = words[at].partition("=")
        takes = name in _WITH_VALUE or name in ("--pipeline", "--stages", "--inbox", "--organized", "--cost-limit")
        at += 2 if takes and not value else 1
    return list(words[:at]), list(words[at:])


def _pipeline(words: Sequence[str]) -> list[str]:
    """``--pipeline NAME`` among other options as ``run NAME`` with them; options of the front stay before it."""
    before: list[str] = []
    after: list[str] = []
    pipeline = ""
    at = 0
    while at < len(words):
        name, sign, value = words[at].partition("=")
        following = words[at + 1] if at + 1 < len(words) else ""
        if name == "--pipeline":
            pipeline = value if sign else following
            at += 1 if sign else 2
        elif name in _WITH_VALUE:
            before += [words[at]] if sign else [words[at], following]
            at += 1 if sign else 2
        else:
            if name in FLAGS and name not in ("--stages", "--dry-run", "--json"):
                raise _moved(name, FLAGS[name])
            (before if name in ("-q", "--quiet", "-v", "--verbose") else after).append(words[at])
            at += 1
    return [*before, "run", *([pipeline] if pipeline else []), *after]


def _moved(name: str, home: str) -> UsageError:
    return UsageError(f"{name} is of the first AliceMultiverse. Now: {home}")
