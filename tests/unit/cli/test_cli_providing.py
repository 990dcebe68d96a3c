"""``alice providers``, ``alice run`` and the words of the first AliceMultiverse; no byte leaves the machine."""

from __future__ import annotations

import io
import json
import shlex
import sys

import pytest

from alice_core.cli import older
from alice_core.cli.entry import COMMANDS, run
from alice_core.errors import UsageError

VARIABLES = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET")


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.chdir(tmp_path)


def call(capsys, *words):
    status = run(list(words))
    return status, capsys.readouterr()


def test_the_list_says_what_is_missing(capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-0123456789")
    status, seen = call(capsys, "providers", "list", "--json")
    assert status == 0
    items = {item["name"]: item for item in json.loads(seen.out)["items"]}
    assert items["openai"]["key"] == "OPENAI_API_KEY"
    assert items["openai"]["state"] == "ready"
    assert items["fal"]["state"] == "no key"
    assert items["storyboard"]["state"] == "ready"
    assert "sk-secret" not in seen.out
    status, seen = call(capsys, "providers")
    assert status == 0
    assert "no key" in seen.out
    assert "sk-secret" not in seen.out


def test_a_package_that_is_missing_is_named(capsys, monkeypatch):
    monkeypatch.setattr("alice_core.providers.overview.find_spec", lambda _: None)
    _, seen = call(capsys, "providers")
    assert "alicemultiverse[anthropic]" in seen.out


@pytest.mark.parametrize("name", ["openai", "anthropic", "fal", "storyboard"])
def test_models_are_shown_with_their_limits(capsys, name):
    status, seen = call(capsys, "providers", "show", name, "--json")
    assert status == 0
    content = json.loads(seen.out)
    assert content["name"] == name
    model = content["items"][0]["model"]
    status, seen = call(capsys, "providers", "show", name, "--model", model)
    assert status == 0
    assert model in seen.out
    assert "delivery" in seen.out


def test_retired_models_are_shown_as_such(capsys):
    assert "retired 2026-05-12; use gpt-image-2" in call(capsys, "providers", "show", "openai")[1].out
    assert call(capsys, "providers", "show", "nobody")[0] == 2


def test_a_test_without_a_key_is_told_where_it_belongs(capsys):
    for words in (("test", "openai"), ("keys", "test", "openai")):
        status, seen = call(capsys, "providers", *words)
        assert status == 7
        assert "OPENAI_API_KEY" in seen.err
    assert call(capsys, "providers", "test", "storyboard")[0] == 2


def test_a_key_is_read_from_standard_input_and_never_printed(capsys, monkeypatch):
    kept = {}
    monkeypatch.setattr("alice_core.keychain.keep_secret", kept.__setitem__)
    monkeypatch.setattr(sys, "stdin", io.StringIO("fal-secret-0123\n"))
    status, seen = call(capsys, "providers", "keys", "set", "fal")
    assert status == 0
    assert kept == {"provider:fal": "fal-secret-0123"}
    assert "fal-secret" not in seen.out + seen.err
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert call(capsys, "providers", "keys", "set", "fal")[0] == 2
    assert call(capsys, "providers", "keys", "set", "storyboard")[0] == 2


def test_a_key_is_asked_for_without_being_shown(capsys, monkeypatch):
    kept, asked = {}, {}

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def prompt(text, **options):
        asked.update(options, text=text)
        return "typed"

    monkeypatch.setattr("alice_core.keychain.keep_secret", kept.__setitem__)
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("click.prompt", prompt)
    assert call(capsys, "providers", "keys", "set", "openai")[0] == 0
    assert asked["hide_input"]
    assert kept == {"provider:openai": "typed"}


def test_without_a_keyring_it_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("secret\n"))
    status, seen = call(capsys, "providers", "keys", "set", "fal")
    assert status == 5
    assert "alicemultiverse[keys]" in seen.err


LONG = ["--pipeline", "custom", "--stages", "openai,anthropic", "--dry-run"]


@pytest.mark.parametrize(
    "words",
    [
        LONG,
        ["run", "custom", "--stages", "openai,anthropic", "--dry-run"],
        ["--pipeline=custom", "--stages=openai,anthropic", "--dry-run"],
        ["--dry-run", "--stages", "openai, anthropic", "--pipeline", "custom"],
        ["-q", *LONG],
        ["--home", "somewhere", *LONG],
    ],
)
def test_a_pipeline_is_planned_and_priced(capsys, words):
    status, seen = call(capsys, *words)
    assert status == 0, seen.err
    rows = seen.out.splitlines()
    assert [row.split()[1] for row in rows[1:3]] == ["openai", "anthropic"]
    assert "gpt-image-2" in rows[1]
    assert "total USD" in rows[3]
    assert ("nothing was sent" in seen.err) != ("-q" in words)


def test_a_pipeline_as_json_has_its_prices_as_text(capsys):
    status, seen = call(capsys, *LONG, "--json")
    assert status == 0
    told = json.loads(seen.out)
    assert [one["task"] for one in told["items"]] == ["image", "vision"]
    assert all(isinstance(one["price"]["high"], str) for one in told["items"])
    assert float(told["total"]["USD"]["low"]) <= float(told["total"]["USD"]["high"])
    assert told["dry_run"] is True


def test_stages_that_make_clips_or_cost_nothing_are_planned_too(capsys, monkeypatch):
    status, seen = call(capsys, "run", "custom", "--stages", "storyboard,fal,anthropic", "--dry-run", "--json")
    assert status == 0
    assert [one["task"] for one in json.loads(seen.out)["items"]] == ["image", "image", "vision"]


def test_a_price_that_nobody_knows_is_shown_as_such(capsys, monkeypatch):
    from alice_core.providers.prices import PriceBook

    monkeypatch.setattr("alice_core.workflows.staging.load_book", lambda today: PriceBook((), (), today))
    status, seen = call(capsys, "run", "custom", "--stages", "fal", "--dry-run")
    assert status == 0
    assert " ?" in seen.out
    assert "[[price]]" in seen.err
    assert json.loads(call(capsys, "run", "custom", "--stages", "fal", "--dry-run", "--json")[1].out)["total"] == {}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "custom", "--dry-run"], "stages"),
        (["run", "custom", "--stages", "nobody", "--dry-run"], "nobody"),
        (["run", "other", "--stages", "fal", "--dry-run"], "other"),
        (["run", "custom", "--stages", "fal"], "--dry-run"),
        (["run", "custom", "--stages", "fal", "--size", "wide", "--dry-run"], "wide"),
        (["--pipeline"], "PIPELINE"),
        ([*LONG, "--cost-limit", "5"], "budget"),
    ],
)
def test_a_pipeline_that_cannot_be_planned_is_told_why(capsys, words, told):
    status, seen = call(capsys, *words)
    assert status == 2
    assert told in seen.err
    assert "Traceback" not in seen.err


OLD = [*older.FLAGS, *older.COMMANDS]


@pytest.mark.parametrize("old", OLD)
def test_every_older_word_has_its_new_home_in_one_line(capsys, old):
    status, seen = call(capsys, *old.split(), "x")
    assert status == 2
    assert "Traceback" not in seen.err
    assert "fault of the program" not in seen.err
    line = seen.err.splitlines()[0]
    assert old in line
    assert "Now: " in line


@pytest.mark.parametrize("old", OLD)
def test_every_new_home_is_a_command_that_there_is(old):
    home = {**older.FLAGS, **older.COMMANDS}[old]
    for part in home.split("alice ")[1:]:
        word = shlex.split(part.replace("'", ""))[0].strip(",;.")
        assert word in COMMANDS or word == "-v", f"{old}: alice {word}"


def test_the_table_of_the_first_alice_is_whole():
    said = (
        "--inbox --organized --cost-limit --watch --move --providers --understand --force-reindex --no-color --config "
        "--check-deps --stages --dry-run --json"
    )
    assert set(said.split()) <= set(older.FLAGS)
    commands = (
        "keys setup,keys set,keys list,keys delete,mcp-server,interface,dedup find,dedup remove,index rebuild,"
        "index verify,index stats,storage scan,scenes detect,scenes shotlist,scenes extract,prompts add,prompts search,"
        "comparison server,monitor events"
    )
    assert set(commands.split(",")) <= set(older.COMMANDS)


def test_words_of_today_are_left_alone():
    for words in (
        ["find", "--inbox"],
        ["make", "--dry-run"],
        [],
        ["-q", "cost"],
        ["--home", "keys", "find"],
        ["--", "keys"],
    ):
        assert older.understood(words, COMMANDS) == words
    assert older.understood(["keys"], {"keys": 1}) == ["keys"]
    with pytest.raises(UsageError):
        older.understood(["--home=x", "keys"], COMMANDS)
