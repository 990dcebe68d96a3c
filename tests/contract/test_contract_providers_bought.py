"""The runner with the real adapters: the ledger says what the provider's own bill says, under any fault and any kill.

The keys are looked for in everything that was written meanwhile.
"""

from __future__ import annotations

import io
import json
import logging
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

import fal_server
import faults
import openai_server
import pytest
from PIL import Image
from provider_rehearsals import ADDRESSES, MAKERS, SECRETS, TODAY, VARIABLES, standing_in, task_for

from alice_core.cli.entry import run
from alice_core.errors import AliceError, Conflict, ProviderAmbiguous, ProviderBadMedia, ProviderNoCredit
from alice_core.providers.price_file import load_book
from alice_core.providers.registry import get_provider
from alice_core.providers.task import ImageTask
from alice_core.store import Actor, Job, Target, derive, open_store
from alice_core.store.ledger import Scope
from alice_core.workflows.generating import Runner
from alice_core.workflows.spending import Patience, Spending
from alice_core.workflows.tasks import recipe_of

BUILDERS = Path(__file__).resolve().parents[1] / "builders"
FAST = Patience(retry_after=0.05, tries=3, wait=20, first=0.01, most=0.05, downloads=3)
WORDS = [f"shot {number}" for number in range(10)]
SUFFIXES = {"image": "png", "vision": "txt"}


def bought(store, provider, task, inputs, folder, book):
    """Buy a task as a step of a run does; the paths of what came."""
    runner = Runner(store, provider, Spending(book, patience=FAST))
    recipe = recipe_of(task, provider)
    count = getattr(task, "count", 1)
    name = recipe.key.removeprefix("sha256:")[:12]
    targets = tuple(
        Target(f"take-{number}", folder / f"{name}-{number}.{SUFFIXES[task.kind]}") for number in range(count)
    )
    derive(store, Job(recipe, targets, lambda paths: runner.make(task, recipe, paths, inputs=inputs)))
    return [target.path for target in targets]


def sums_of(store):
    with store.reading() as reader:
        return reader.ledger.sums(Scope(), "USD")


@pytest.fixture
def home(tmp_path):
    (tmp_path / "takes").mkdir()
    return tmp_path / "home"


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_the_ledger_says_what_the_bill_says_and_no_key_is_written(name, home, tmp_path, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    said = io.StringIO()
    (tmp_path / "in").mkdir()
    task, inputs = task_for(name, tmp_path / "in")
    with redirect_stdout(said):
        assert run(["--home", str(home), "ingest", str(tmp_path / "in")]) == 0
    with standing_in(name, monkeypatch) as server, open_store(home, actor=Actor("user:test")) as store:
        paths = bought(
            store, MAKERS[name](), task, inputs, tmp_path / "takes", load_book(TODAY, tmp_path / "none.toml")
        )
        spent = sums_of(store).spent
        with redirect_stdout(said), redirect_stderr(said):
            for words in (["cost", "--json"], ["providers"], ["-v", "providers", "test", name], ["events", "tail"]):
                assert run(["--home", str(home), *words]) == 0
            server.fail(*(faults.refused(stage, 401, {"error": "no"}) for stage in ("models", "status")))
            assert run(["--home", str(home), "-v", "providers", "test", name]) == 7
    assert spent == server.billed > 0
    assert all(path.stat().st_size for path in paths)
    secret = SECRETS[name].encode()
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > len(paths)
    assert not [path for path in written if secret in path.read_bytes()]
    assert SECRETS[name] not in caplog.text + said.getvalue()
    assert any(SECRETS[name] in str(call.headers) for call in server.calls)


BROKEN = {
    "truncated": faults.truncated,
    "corrupt": faults.corrupt,
    "empty": faults.empty,
    "another kind": lambda: faults.media(lambda _: b"GIF89a" + bytes(50)),
    "html": lambda: faults.html("media"),
    "gone": faults.gone,
    "too short": lambda: faults.wrong_length("media"),
    "to a private place": lambda: faults.redirect("media", "http://169.254.169.254/"),
}


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("times", [1, 9])
def test_what_comes_broken_is_fetched_again_and_never_kept(home, tmp_path, monkeypatch, fault, times):
    with standing_in("fal", monkeypatch) as server, open_store(home, actor=Actor("user:test")) as store:
        task = ImageTask("a lighthouse", 256, 256, 1)
        server.fail(*(BROKEN[fault]() for _ in range(times)))
        book = load_book(TODAY, tmp_path / "none.toml")
        if times == 1:
            (path,) = bought(store, MAKERS["fal"](), task, {}, tmp_path / "takes", book)
            Image.open(path).load()
        else:
            with pytest.raises(AliceError):
                bought(store, MAKERS["fal"](), task, {}, tmp_path / "takes", book)
            assert not list((tmp_path / "takes").iterdir())
        sums = sums_of(store)
    assert len(server.seen("submit")) == 1
    assert sums.spent <= server.billed <= sums.committed


def test_a_broken_picture_of_openai_is_paid_for_and_not_kept(home, tmp_path, monkeypatch):
    def cut(told):
        half = told["data"][0]["b64_json"][: len(told["data"][0]["b64_json"]) // 8 * 4]
        return told | {"data": [{"b64_json": half}]}

    with standing_in("openai", monkeypatch) as server, open_store(home, actor=Actor("user:test")) as store:
        server.fail(faults.body("submit", cut))
        task = ImageTask("a lighthouse", 1024, 1024, 0, quality="low")
        with pytest.raises(ProviderBadMedia):
            bought(store, MAKERS["openai"](), task, {}, tmp_path / "takes", load_book(TODAY, tmp_path / "none.toml"))
        assert sums_of(store).spent == server.billed > 0
    assert not list((tmp_path / "takes").iterdir())


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_lost_answer_stays_in_doubt_and_is_never_sent_again(name, home, tmp_path, monkeypatch):
    with standing_in(name, monkeypatch) as server, open_store(home, actor=Actor("user:test")) as store:
        (tmp_path / "in").mkdir()
        task, inputs = task_for(name, tmp_path / "in")
        book = load_book(TODAY, tmp_path / "none.toml")
        server.fail(faults.lost("submit"))
        for _ in range(3):
            with pytest.raises(ProviderAmbiguous):
                bought(store, MAKERS[name](), task, inputs, tmp_path / "takes", book)
        sums = sums_of(store)
    assert len(server.seen("submit")) == 1
    assert sums.spent == 0
    assert sums.in_doubt >= server.billed > 0


def test_a_429_is_waited_for_and_an_empty_account_is_not(home, tmp_path, monkeypatch):
    with standing_in("openai", monkeypatch) as server, open_store(home, actor=Actor("user:test")) as store:
        book = load_book(TODAY, tmp_path / "none.toml")
        task = ImageTask("a lighthouse", 1024, 1024, 0, quality="low")
        server.fail(openai_server.rate_limited("0.01"), openai_server.rate_limited("0.01"))
        bought(store, MAKERS["openai"](), task, {}, tmp_path / "takes", book)
        assert len(server.seen("submit")) == 3
        server.fail(openai_server.no_credit())
        with pytest.raises(ProviderNoCredit):
            bought(store, MAKERS["openai"](), replace(task, prompt="sea"), {}, tmp_path / "takes", book)
        assert len(server.seen("submit")) == 4
        assert sums_of(store).spent == server.billed


SHUFFLED = (
    lambda: fal_server.rate_limited("0.01"), lambda: faults.gateway("submit"), lambda: faults.lost("submit"),
    lambda: faults.cut_json("submit"), lambda: faults.html("submit"), lambda: faults.slow("submit", 0.3),
    lambda: faults.lost("status"), lambda: faults.gateway("result"), lambda: faults.cut_json("result"),
    faults.truncated, faults.corrupt, lambda: faults.lost("media"), lambda: faults.slow("result", 0.3),
)  # fmt: skip


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes are killed by signal")
def test_ten_jobs_under_faults_and_six_kills_are_billed_once_each(database_url, home, tmp_path, monkeypatch):
    chance = random.Random(database_url.partition(":")[0])
    with standing_in("fal", monkeypatch) as server:
        server.polls = 3
        server.fail(*(make() for make in chance.sample(SHUFFLED, len(SHUFFLED))))
        with open_store(home, url=database_url, actor=Actor("user:test")):
            pass
        kills = 0
        for _ in range(40):
            pair = [start(home, database_url, tmp_path / "takes", server, number) for number in range(2)]
            time.sleep(chance.uniform(0.8, 2.0))
            killed = [one for one in pair if one.poll() is None]
            for one in killed:
                one.kill()
            for one in pair:
                one.communicate(timeout=60)
            kills += len(killed)
            if kills >= 6:
                break
        last = start(home, database_url, tmp_path / "takes", server, 9)
        out, error = last.communicate(timeout=240)
        assert last.returncode == 0, error[-3000:]
        told = json.loads(out.splitlines()[-1])
    with open_store(home, url=database_url, actor=Actor("user:test")) as store:
        sums = sums_of(store)
    prompts = [call.json["prompt"] for call in server.seen("submit") if call.stage == "submit"]
    worked = [job.arguments["prompt"] for job in server.jobs.values()]
    assert kills >= 6
    assert len(worked) == len(set(worked)), f"bought twice: {worked}"
    assert set(prompts) == set(WORDS)
    assert sums.spent <= server.billed <= sums.committed
    finished = list((tmp_path / "takes").glob("*.png"))
    assert len(finished) == told["made"] > 0
    for path in finished:
        Image.open(path).load()


def start(home, url, takes, server, seed):
    environment = os.environ | {
        "PYTHONPATH": str(BUILDERS),
        VARIABLES["fal"]: SECRETS["fal"],
        ADDRESSES["fal"]: server.url,
    }
    command = [sys.executable, __file__, str(home), url, str(takes), str(seed)]
    assert SECRETS["fal"] not in " ".join(command)
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def buy_all(home, url, takes, seed):
    """Buy ten pictures in any order; how many came, and why the others did not."""
    words = random.Random(seed).sample(WORDS, len(WORDS))
    told = {"made": 0, "not": {}}
    provider = get_provider("fal")
    with open_store(Path(home), url=url, actor=Actor("user:test")) as store:
        book = load_book(TODAY, Path(home) / "none.toml")
        for one in words:
            task = ImageTask(one, 256, 256, 1, model="fal-ai/flux/schnell")
            try:
                bought(store, provider, task, {}, Path(takes), book)
                told["made"] += 1
            except (AliceError, Conflict) as error:
                told["not"][one] = error.code
    return told


if __name__ == "__main__":
    sys.stdout.write(json.dumps(buy_all(*sys.argv[1:])) + "\n")
