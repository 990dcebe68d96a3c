"""``alice cost`` and ``alice project budget``, as they are typed."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from till_provider import CARDS, till_book

import alice_core
from alice_core import projects
from alice_core.cli import entry
from alice_core.projects import ledger
from alice_core.providers.price_file import user_price_file
from alice_core.providers.quote import Measure, quote_of
from alice_core.store.ledger import Scope


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def call(home, capsys):
    """Runs the command in this process; gives its status, output and errors."""

    def run(*words):
        status = entry.run(["--home", str(home), *map(str, words)])
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture
def doubt(home):
    """A project with one request that was made, and one in doubt."""
    with alice_core.open(home) as alice:
        scope = Scope(projects.create(alice.store, "Neon").id, "", "shot-0001")
        for name in ("0199-made", "0199-doubt"):
            quote = quote_of(CARDS[0], "image", (Measure.exactly("image", 10),), till_book())
            ledger.reserve(alice.store, ledger.Intent(name, f"sha256:{name}", "image", "rain", scope), quote)
            ledger.submitted(alice.store, name, "{}", f"req-{name}")
        ledger.made(alice.store, "0199-made", (), amount=Decimal("0.02"), settled_by="usage")
        ledger.doubt(alice.store, "0199-doubt", code="ALICE-P10", reason="the line broke")


def test_nothing_was_spent(call):
    assert call("cost")[::2] == (0, "nothing was spent\n")
    told = json.loads(call("cost", "--json")[1])
    assert {name: told[name] for name in ("currency", "spent", "reserved", "in_doubt", "items")} == {
        "currency": "USD", "spent": "0", "reserved": "0", "in_doubt": "0", "items": [],
    }  # fmt: skip


def test_what_was_spent_and_what_is_in_doubt(call, doubt):
    out = call("cost", "--project", "Neon")[1]
    assert "spent      0.02 USD" in out
    assert "in doubt: 0199-doubt (till queue" in out
    assert "alice cost resolve 0199-doubt" in out
    told = json.loads(call("cost", "--project", "Neon", "--json")[1])
    assert (told["spent"], told["in_doubt"], len(told["items"])) == ("0.02", "0.03", 2)
    assert "till queue" in call("cost", "--by", "model")[1]
    assert call("cost", "--by", "shot", "--csv")[1].splitlines()[0] == "shot,requests,currency,spent,reserved,in_doubt"
    assert call("cost", "--project", "Nobody")[0] == 3


def test_a_doubt_is_resolved_by_hand(call, doubt):
    assert call("cost", "resolve", "0199-doubt")[0] == 2
    assert call("cost", "resolve", "0199-doubt", "--not-charged", "--amount", "1")[0] == 2
    assert "would note" in call("cost", "resolve", "0199-d", "--charged", "--dry-run")[1]
    assert call("cost", "resolve", "0199-d", "--charged", "--amount", "0.01")[1] == "noted: 0199-doubt cost 0.01 USD\n"
    assert call("cost", "resolve", "0199-d", "--charged")[0] == 4
    assert call("cost", "resolve", "nothing", "--charged")[0] == 3
    assert json.loads(call("cost", "--json")[1])["spent"] == "0.03"
    assert "would give up" in call("cost", "again", "0199-doubt", "--dry-run")[1]
    assert json.loads(call("cost", "again", "0199-doubt", "--json")[1])["spent"] == "0.01"
    assert call("cost", "again", "0199-doubt")[0] == 4


def test_a_doubt_that_cost_nothing(call, doubt):
    told = json.loads(call("cost", "resolve", "req-0199-doubt", "--not-charged", "--json")[1])
    assert told == {"id": "0199-doubt", "charged": False, "spent": "0", "currency": "USD", "dry_run": False}


def test_a_statement_is_compared(call, doubt, tmp_path):
    bill = tmp_path / "bill.csv"
    bill.write_text("request,amount\nreq-0199-made,0.025\nreq-0199-doubt,0\nelse,1\n")
    before = call("cost", "--json")[1]
    foreseen = json.loads(call("cost", "import", bill, "--provider", "till", "--dry-run", "--json")[1])
    assert call("cost", "--json")[1] == before
    out = call("cost", "import", bill, "--provider", "till")[1]
    assert out.startswith("0 agree, 1 corrected, 1 doubts closed")
    assert "Alice did not send else" in out
    assert foreseen["corrected"] == [{"request": "req-0199-made", "before": "0.02", "after": "0.025"}]
    assert json.loads(call("cost", "--json")[1])["spent"] == "0.025"
    assert call("cost", "import", tmp_path / "none.csv", "--provider", "till")[0] == 3


def test_prices(call):
    status, out, err = call("cost", "prices", "--provider", "fal")
    assert status == 0
    assert "fal-ai/flux/dev" in out
    assert str(user_price_file()) in err
    told = json.loads(call("cost", "prices", "--json")[1])
    kling = next(one for one in told["items"] if one["id"] == "fal-kling-4-text-to-video")
    assert kling["tiers"][0] == {"when": {"resolution": "720p"}, "rate": "0.157"}
    assert call("cost", "prices", "--stale", "10000d")[1] == ""
    assert call("cost", "prices", "--stale", "soon")[0] == 2


def test_budgets(call, doubt):
    assert "no budget is set" in call("project", "budget", "Neon")[2]
    assert "limit      25 USD" in call("project", "budget", "Neon", "25", "--daily", "5", "--dry-run")[1]
    assert "no budget is set" in call("project", "budget", "Neon")[2]
    out = call("project", "budget", "Neon", "25", "--daily", "5", "--approve-above", "2")[1]
    assert out.splitlines()[0] == "project Neon"
    assert "left            4.95 USD" in out
    told = json.loads(call("project", "budget", "Neon", "--json")[1])["items"][0]
    assert (told["limit"], told["daily"], told["spent"], told["left"]) == ("25", "5", "0.02", "4.95")
    assert call("project", "budget", "Neon", "0.01")[0] == 2
    assert call("project", "budget", "Neon", "much")[0] == 2
    assert call("project", "budget")[0] == 2
    assert call("project", "budget", "--all", "0.055")[1].startswith("everything\n")
    assert "90 % of it are committed" in call("project", "budget", "--all")[1]
    assert len(json.loads(call("cost", "--json")[1])["budgets"]) == 1
    assert call("project", "budget", "Neon", "none", "--daily", "none", "--approve-above", "none")[0] == 0
    assert "everything" in call("project", "budget", "Neon")[1]


def test_a_make_beyond_its_budget_says_so_before_it_works(call):
    assert call("make", "none.wav", "--budget", "much")[0] == 2
