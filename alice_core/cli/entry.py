"""The front of the command: its groups, found without importing what they need, and its errors."""

from __future__ import annotations

import logging
import sys
import traceback
from importlib import import_module
from keyword import iskeyword

import click

from alice_core.cli.older import understood
from alice_core.cli.session import Session
from alice_core.errors import AliceError, UsageError

COMMANDS: dict[str, tuple[str, str, str]] = {
    # name: (heading, module of alice_core.cli, one line that `alice --help` shows)
    "make": ("Main job", "making", "Make the music video of a song."),
    "ingest": ("Library", "library", "Take files and folders into the library; nothing is moved."),
    "watch": ("Library", "watching", "Watch folders: take in what comes, follow what moves."),
    "unwatch": ("Library", "watching", "Watch a folder no longer."),
    "find": ("Library", "library", "Find assets by kind, project and words."),
    "show": ("Library", "library", "Show everything known of a file or digest."),
    "verify": ("Library", "keeping", "Read files again, tell what is damaged, repair it."),
    "export": ("Library", "carrying", "Write a library or a project into a folder, to carry it away."),
    "import": ("Library", "carrying", "Take in what alice export wrote."),
    "rebuild": ("Library", "keeping", "Build a store anew from files and sidecars."),
    "sidecars": ("Library", "keeping", "Write tags and ratings beside files, as XMP."),
    "lineage": ("Library", "library", "Show where a file comes from and what became of it."),
    "recreate": ("Library", "looking", "Print how an asset can be made again, or make it again."),
    "duplicates": ("Library", "looking", "Show files of which one is enough; nothing is deleted."),
    "look": ("Library", "looking", "Make thumbnails, and find what is hidden in pixels."),
    "embed": ("Library", "meaning", "Work out what prompts mean, for finding in other words."),
    "tag": ("Library", "tagging", "Give assets a tag."),
    "untag": ("Library", "tagging", "Take a tag from assets."),
    "tags": ("Library", "tagging", "Show the tree of tags; rename them, give them synonyms."),
    "rate": ("Library", "curating", "Rate assets from 0 to 5."),
    "favourite": ("Library", "curating", "Make assets favourites."),
    "mark": ("Library", "curating", "Mark assets as hero, maybe or reject."),
    "note": ("Library", "curating", "Write a note on an asset."),
    "collection": ("Library", "curating", "Put assets into named collections."),
    "history": ("Library", "undoing", "Show everything that happened to an asset."),
    "undo": ("Library", "undoing", "Take back the last commands."),
    "redo": ("Library", "undoing", "Make again what was taken back."),
    "trash": ("Library", "trashing", "Put files into the trash; list and empty it."),
    "restore": ("Library", "trashing", "Put files back from the trash."),
    "gc": ("Library", "trashing", "Delete what nothing needs from the store's own folder."),
    "analyze": ("Music", "analyzing", "Listen to a song: beats, bars, sections, key, loudness, mood."),
    "beats": ("Music", "beats", "Correct the beats of a song, carry them elsewhere, hear them."),
    "shots": ("Music", "shots", "List the shots of a plan; see what a generator is told."),
    "generate": ("Music", "generating", "Make takes of a plan's shots: price first, then all."),
    "regenerate": ("Music", "generating", "Make another take of a shot, with a note."),
    "take": ("Music", "takes", "List, like, reject and choose takes."),
    "timeline": ("Music", "timeline", "Write cuts for editors; check, compare, import, snap."),
    "preview": ("Music", "previewing", "Render a plan as a movie to watch."),
    "project": ("Projects", "project", "Begin, brief, style and put away projects."),
    "cost": ("Projects", "cost", "Show what was spent and what is in doubt; prices, statements."),
    "resolve": ("Bridges", "resolving", "DaVinci Resolve: menu scripts, push, relink, pull."),
    "image": ("Work", "singles", "Make one picture."),
    "video": ("Work", "singles", "Make one clip."),
    "describe": ("Work", "describing", "Let a provider that sees describe or tag pictures."),
    "judge": ("Work", "describing", "Let a provider that sees judge takes, or put them in order."),
    "batch": ("Work", "singles", "Carry out many tasks from a file; run again, it goes on."),
    "run": ("Work", "running", "Plan and price a pipeline of providers."),
    "providers": ("Work", "providing", "Show who can make media; test and keep their keys."),
    "comfy": ("Bridges", "comfying", "Look at ComfyUI workflows, and convert them."),
    "db": ("System", "database", "Upgrade, back up and check the database."),
    "events": ("System", "events", "Follow what happens."),
    "audit": ("System", "audit", "Check that the log of events is what was written."),
    "config": ("System", "configuration", "Show the settings and where they come from."),
    "doctor": ("System", "doctor", "Check this installation and say what to mend."),
    "version": ("System", "doctor", "Print the version."),
}
INTERRUPTED = 130


class Front(click.Group):
    """The top of the command; a subcommand's module is imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Every command, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"alice_core.cli.{COMMANDS[cmd_name][1]}")
        # A command named like a word of Python has an underscore there: import_.
        command: click.Command = getattr(module, cmd_name + "_" * iskeyword(cmd_name))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands under their headings, without importing one of them."""
        for heading in dict.fromkeys(entry[0] for entry in COMMANDS.values()):
            with formatter.section(heading):
                formatter.write_dl([(name, entry[2]) for name, entry in COMMANDS.items() if entry[0] == heading])


@click.command(cls=Front, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", metavar="DIR", envvar="ALICE_HOME", help="Folder of the store (or ALICE_HOME).")
@click.option("-q", "--quiet", is_flag=True, help="Print results and errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Print what is done, and the whole trace of a fault.")
@click.version_option(package_name="alicemultiverse", prog_name="alice")
@click.pass_context
def alice(context: click.Context, home: str | None, *, quiet: bool, verbose: bool) -> None:
    """A song in, a cut music video out, and every file known by its bytes.

    \b
    Example:
      alice make song.wav --brief "rain over a neon city"
    """  # noqa: D301 - \b is click's mark for text that keeps its lines
    if verbose:
        logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s: %(message)s")
    context.obj = Session(home=home, quiet=quiet, verbose=verbose)


def main(arguments: list[str] | None = None) -> None:
    """Run the command and leave the process with its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    sys.exit(run(words))


def run(words: list[str]) -> int:
    """Run the command and say its exit status; errors are printed as people or programs want them."""
    options = words[: words.index("--")] if "--" in words else words
    as_json = "--json" in options or "--jsonl" in options
    verbose = any(word in ("-v", "--verbose") for word in options)
    try:
        status = alice.main(understood(words, COMMANDS), prog_name="alice", standalone_mode=False)
    except click.ClickException as error:
        return _failure(_usage(error), as_json=as_json, verbose=False)
    except AliceError as error:
        return _failure(error, as_json=as_json, verbose=verbose)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nStopped. What was finished is kept; the same command goes on from here.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left, as `| head` does; Python would complain at exit.
        sys.stdout = None
        return 0
    except Exception as fault:  # noqa: BLE001 - the face of the program: a fault becomes a sentence
        return _fault(fault, as_json=as_json, verbose=verbose)
    return status if isinstance(status, int) else 0


def _usage(error: click.ClickException) -> UsageError:
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx is not None else "alice"
    return UsageError(error.format_message(), hint=f"See: {path} --help")


def _failure(error: AliceError, *, as_json: bool, verbose: bool) -> int:
    from alice_core.cli.output import print_json

    if as_json:
        print_json(error.to_json())
    click.echo(f"alice: {error.message}", err=True)
    if error.hint:
        click.echo(f"  {error.hint}", err=True)
    click.echo(f"  [{error.code}]", err=True)
    if verbose:
        traceback.print_exception(error)
    return error.exit_status


def _fault(fault: Exception, *, as_json: bool, verbose: bool) -> int:
    hint = "This is a fault of the program. Please report it with the output of the same command with -v."
    error = AliceError(f"{type(fault).__name__}: {fault}", hint=hint)
    if verbose:
        traceback.print_exception(fault)
    return _failure(error, as_json=as_json, verbose=False)
