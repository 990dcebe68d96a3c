"""The price book and quotes: dated, sourced, exact, and never 0 for what nobody has priced."""

from __future__ import annotations

import ast
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alice_core
from alice_core.errors import ConfigError, PriceUnknown
from alice_core.providers.card import ModelCard
from alice_core.providers.price_file import load_book, user_price_file
from alice_core.providers.prices import PriceBook
from alice_core.providers.quote import Measure, Quote, quote_of, settled

TODAY = date(2026, 11, 24)
BOOK = load_book(TODAY, Path("/nonexistent"))


def card(provider, model, *meters):
    return ModelCard(provider=provider, model=model, tasks=("image", "video", "vision"), meters=meters)


def quoted(provider, model, kind, *measures, book=BOOK):
    return quote_of(card(provider, model), kind, measures, book)


def pixels(width, height, items=1):
    return Measure.exactly("megapixel", width * height, items)


@pytest.mark.parametrize(
    ("model", "measure", "amount"),
    [
        ("fal-ai/flux/dev", pixels(1024, 1024), "0.025"),
        ("fal-ai/flux/dev", pixels(1280, 1024), "0.05"),
        ("fal-ai/flux/dev", pixels(1280, 1024, 3), "0.15"),
        ("fal-ai/flux/schnell", pixels(1024, 1024), "0.003"),
        ("fal-ai/flux-pro/v1.1", pixels(1024, 768), "0.04"),
        ("fal-ai/flux-pro/kontext", Measure.exactly("image", 1), "0.04"),
        ("fal-ai/flux-pro/kontext/max", Measure.exactly("image", 1, 2), "0.16"),
    ],
)
def test_pictures_of_fal(model, measure, amount):
    quote = quoted("fal", model, "image", measure)
    assert quote.low == quote.expected == quote.high == Decimal(amount)


@pytest.mark.parametrize(
    ("model", "facts", "amount"),
    [
        ("fal-ai/kling-video/v2.1/standard/image-to-video", {}, "0.28"),
        ("fal-ai/kling-video/v2.1/pro/image-to-video", {}, "0.49"),
        ("fal-ai/kling-video/v2.1/master/text-to-video", {}, "1.40"),
        ("kling/v4/text-to-video", {"resolution": "720p"}, "0.785"),
        ("kling/v4/image-to-video", {"resolution": "1080p"}, "1.175"),
    ],
)
def test_five_seconds_of_kling(model, facts, amount):
    quote = quoted("fal", model, "video", Measure.exactly("second", 5, 1, facts))
    assert quote.high == Decimal(amount)
    assert "5 s" in quote.text


@pytest.mark.parametrize(
    ("model", "amount"),
    [
        ("gpt-image-1-mini", "0.0112"),
        ("gpt-image-1.5", "0.0340"),
        ("gpt-image-2", "0.0535"),
        ("gpt-image-2-2026-04-21", "0.0535"),
        ("gpt-image-2.5-flare", "0.0137"),
        ("gpt-image-2.5-sunburst", "0.0137"),
    ],
)
def test_pictures_of_openai_by_token(model, amount):
    """A medium picture of 1024x1024 with a hundred tokens of prompt."""
    tokens = BOOK.estimate("openai", model, "image-out", {"quality": "medium"})
    assert tokens.base == 1024 * 1024
    out = Measure("image-out", tokens.low, tokens.expected, tokens.high)
    quote = quoted("openai", model, "image", Measure.exactly("text-in", 100), out)
    assert abs(quote.expected - Decimal(amount)) < Decimal("0.0005")
    assert quote.low < quote.expected < quote.high


@pytest.mark.parametrize(
    ("model", "amount"),
    [
        ("claude-haiku-4-5", "0.00309"),
        ("claude-haiku-5-5-20261001", "0.000309"),
        ("claude-sonnet-5-5", "0.00618"),
        ("claude-opus-5", "0.01545"),
        ("claude-opus-5-5", "0.01236"),
    ],
)
def test_claude_by_token(model, amount):
    measures = (Measure.exactly("text-in", 1590), Measure.exactly("text-out", 300))
    assert quoted("anthropic", model, "vision", *measures).expected == Decimal(amount)


def test_every_built_in_entry_has_a_name_a_source_and_a_day():
    names = [one.id for one in BOOK.entries]
    assert len(names) == len(set(names)) > 50
    for one in BOOK.entries:
        assert one.source, one.id
        assert one.valid_from <= one.checked_on <= TODAY, one.id
        assert len(one.digest) == 71, one.id
        assert one.rate is not None or one.tiers, one.id
    assert BOOK.find("storyboard", "storyboard", "video", "request").rate == 0
    assert BOOK.find("comfy", "any", "image", "request").rate == 0


@pytest.mark.parametrize(
    ("provider", "model", "measure", "words"),
    [
        ("fal", "fal-ai/new-model", pixels(8, 8), "new-model by megapixel"),
        ("fal", "fal-ai/flux/dev", Measure.exactly("second", 1), "by second"),
        ("fal", "kling/v4/text-to-video", Measure.exactly("second", 1, 1, {"resolution": "4k"}), "resolution 4k"),
        ("nobody", "x", pixels(8, 8), "nobody x"),
    ],
)
def test_what_nobody_priced_is_refused_with_the_lines_to_write(provider, model, measure, words):
    with pytest.raises(PriceUnknown, match=words) as caught:
        quoted(provider, model, "video" if measure.meter == "second" else "image", measure)
    assert f'model = "{model}"' in caught.value.hint
    assert "[[price]]" in caught.value.hint


def test_a_price_holds_from_its_first_day_to_its_last(tmp_path):
    own = tmp_path / "prices.toml"
    own.write_text(
        '[[price]]\nid = "old"\nprovider = "till"\nmodel = "*"\nmeter = "image"\nrate = "1"\n'
        "valid_from = 2026-01-01\nvalid_to = 2026-06-01\n"
        '[[price]]\nid = "new"\nprovider = "till"\nmodel = "*"\nmeter = "image"\nrate = "2"\nvalid_from = 2026-06-01\n'
        '[[price]]\nid = "exact"\nprovider = "till"\nmodel = "best"\nmeter = "image"\nrate = "3"\nmin_units = "2"\n'
    )
    for day, name in ((date(2026, 5, 31), "old"), (date(2026, 6, 1), "new"), (date(2027, 1, 1), "new")):
        assert load_book(day, own).find("till", "x", "image", "image").id == name
    with pytest.raises(PriceUnknown):
        load_book(date(2025, 12, 31), own).find("till", "x", "image", "image")
    book = load_book(TODAY, own)
    assert book.find("till", "best", "image", "image").id == "exact"
    assert quoted("till", "best", "image", Measure.exactly("image", 1), book=book).high == 6
    assert quoted("till", "best", "image", Measure.exactly("image", 0), book=book).high == 0


def test_ones_own_price_comes_before_ours_and_is_named(tmp_path):
    own = tmp_path / "prices.toml"
    own.write_text(
        '[[price]]\nprovider = "fal"\nmodel = "fal-ai/flux/*"\nmeter = "megapixel"\nunit_size = "1000000"\n'
        'rounding = "up"\nrate = "0.01"\nchecked_on = 2026-01-02\n'
        '[[estimate]]\nprovider = "openai"\nmodel = "gpt-image-2"\nmeter = "image-out"\n'
        "low = 1\nexpected = 2\nhigh = 3\n"
    )
    quote = quoted("fal", "fal-ai/flux/dev", "image", pixels(1024, 1024), book=load_book(TODAY, own))
    (line,) = quote.lines
    assert (quote.high, line.origin) == (Decimal("0.02"), str(own))
    assert "checked 326 days ago" in quote.warnings[0]
    assert load_book(TODAY, own).estimate("openai", "gpt-image-2", "image-out", {}).high == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1", "no tables x"),
        ("[[price]\n", "cannot be read as TOML"),
        ('[[price]]\nmodel = "x"', "number 1: provider must be a text"),
        ('[[price]]\nprovider = "a"\nmodel = "x"\nmeter = "image"', "neither a rate nor tiers"),
        ('[[price]]\nprovider = "a"\nmodel = "x"\nmeter = "image"\nrate = "free"', "decimal number in quotes"),
        ('[[price]]\nprovider = "a"\nmodel = "x"\nmeter = "image"\nrate = "-1"', "not below 0"),
        ('[[price]]\nprovider = "a"\nmodel = "x"\nmeter = "image"\nrate = true', "decimal number in quotes"),
        ('[[price]]\nprovider = "a"\nmodel = "x"\nmeter = "image"\nrate = 1\nunit_size = 0', "above 0"),
        ('[[price]]\nprovider = "a"\nmodel = "x"\nmeter = "image"\nrate = 1\nrounding = "down"', "rounding"),
        ('[[price]]\nprovider = "a"\nmodel = "x"\nmeter = "image"\nrate = 1\nvalid_from = "now"', "a day such as"),
        ('[[price]]\nprovider = "a"\nmodel = "x"\nmeter = "image"\nprice = 1', "nothing called price"),
        ('[[price]]\nprovider = "a"\nmodel = "x"\nmeter = "image"\ntiers = [{when = {q = 1}, rate = 1}]', "when must"),
        ('[[tokens]]\nprovider = "a"\nmodel = "x"', "rates must name"),
        (
            '[[estimate]]\nprovider = "a"\nmodel = "x"\nmeter = "m"\nlow = 3\nexpected = 2\nhigh = 1',
            "must rise",
        ),
    ],
)
def test_an_entry_that_means_nothing_is_named(tmp_path, text, words):
    own = tmp_path / "prices.toml"
    own.write_text(text)
    with pytest.raises(ConfigError, match=words) as caught:
        load_book(TODAY, own)
    assert str(own) in caught.value.message


def test_currencies_are_never_mixed(tmp_path):
    own = tmp_path / "prices.toml"
    own.write_text(
        '[[price]]\nprovider = "a"\nmodel = "x"\nmeter = "image"\nrate = 1\ncurrency = "EUR"\n'
        '[[price]]\nprovider = "a"\nmodel = "x"\nmeter = "second"\nrate = 1\n'
    )
    with pytest.raises(PriceUnknown, match="EUR and USD"):
        quoted("a", "x", "video", Measure.exactly("image", 1), Measure.exactly("second", 1), book=load_book(TODAY, own))


def test_the_users_file_lies_beside_the_configuration():
    assert user_price_file().name == "prices.toml"


def test_settling_uses_the_prices_of_the_day_of_the_quote():
    measures = (Measure.exactly("text-in", 100), Measure("image-out", Decimal(150), Decimal(200), Decimal(300)))
    quote = quoted("openai", "gpt-image-2", "image", *measures)
    usage = {"text-in": Decimal(90), "image-out": Decimal(210), "image-in": Decimal(0)}
    wanted = Decimal(90 * 5 + 210 * 30) / 1_000_000
    again = Quote.from_json(quote.to_json())
    assert again == quote
    assert settled(again, usage, None) == (wanted, "usage")
    assert settled(quote, {**usage, "gpu-second": Decimal(1)}, None) == (quote.expected, "estimate")
    assert settled(quote, {}, None) == (quote.expected, "estimate")
    flux = quoted("fal", "fal-ai/flux/dev", "image", pixels(1024, 1024))
    assert settled(flux, {}, Decimal(2)) == (Decimal("0.050"), "billable-units")
    assert settled(Quote("a", "b", "USD", ()), {}, Decimal(2)) == (0, "estimate")


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 4000), st.integers(1, 4000), st.integers(1, 10))
def test_a_picture_is_never_cheaper_than_its_area(width, height, count):
    quote = quoted("fal", "fal-ai/flux/dev", "image", pixels(width, height, count))
    exact = Decimal(width * height * count) / 2**20 * Decimal("0.025")
    assert exact <= quote.high < exact + count * Decimal("0.025")
    assert quote.high % Decimal("0.025") == 0


def test_the_same_book_again_changes_no_entry():
    assert [one.digest for one in load_book(TODAY, Path("/nonexistent")).entries] == [
        one.digest for one in BOOK.entries
    ]
    assert isinstance(BOOK, PriceBook)


MONEY = (
    "providers/prices.py",
    "providers/price_file.py",
    "providers/quote.py",
    "store/money.py",
    "store/ledger.py",
    "store/ledger_tables.py",
    "projects/budgets.py",
    "projects/ledger.py",
    "projects/costs.py",
    "projects/statements.py",
    "events/ledger_facts.py",
)


@pytest.mark.parametrize("name", MONEY)
def test_there_is_no_float_where_money_is(name):
    tree = ast.parse((Path(alice_core.__file__).parent / name).read_text(encoding="utf-8"))
    found = [
        (node.lineno, ast.unparse(node))
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id in {"float", "round"})
    ]
    assert found == []
