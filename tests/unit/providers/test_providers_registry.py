"""Finding providers, ours and other packages'."""

from __future__ import annotations

import sys
from datetime import date
from importlib.metadata import EntryPoint

import pytest

from alice_core.errors import ConfigError, ProviderInvalidTask, UsageError
from alice_core.providers import registry
from alice_core.providers.operation import Operation
from alice_core.providers.price_file import load_book
from alice_core.providers.task import ImageTask, VisionTask

PACKAGE = """
class Good:
    name = "good"
    version = "3"
    def cards(self): ...
    card = check = quote = submit = poll = cancel = lookup = cards
class Poor:
    name = "poor"
"""


@pytest.fixture
def third_party(tmp_path, monkeypatch):
    (tmp_path / "brought_along.py").write_text(PACKAGE)
    monkeypatch.syspath_prepend(str(tmp_path))
    found = tuple(
        EntryPoint(name, f"brought_along:{target}", registry.GROUP)
        for name, target in (("good", "Good"), ("poor", "Poor"), ("gone", "Gone"), ("storyboard", "Poor"))
    )
    monkeypatch.setattr(registry, "entry_points", lambda group: found)
    yield
    sys.modules.pop("brought_along", None)


def test_the_built_in_storyboard_costs_nothing_by_an_entry_of_the_price_book():
    provider = registry.get_provider("storyboard")
    assert (provider.name, provider.version) == ("storyboard", "1")
    assert "storyboard" in registry.provider_names()
    task = ImageTask("rain", 320, 180, 1)
    assert provider.check(task) == ()
    quote = provider.quote(task, load_book(date(2026, 11, 24)))
    assert (quote.high, quote.currency, quote.entries) == (0, "USD", ("storyboard",))
    (card,) = provider.cards()
    assert (card.delivery, card.deterministic_seed) == ("local", True)
    assert provider.card("storyboard", "video") is card


@pytest.mark.parametrize(
    ("options", "word"), [({"guidance": 7}, "guidance"), ({"move": "spin"}, "move"), ({"energy": 2}, "energy")]
)
def test_the_storyboard_refuses_what_it_does_not_know(options, word):
    provider = registry.get_provider("storyboard")
    task = ImageTask("rain", 320, 180, 1, {"storyboard": options})
    assert any(word in one.field + one.message for one in provider.check(task))
    with pytest.raises(ProviderInvalidTask, match=word):
        provider.submit(task, "key", {})


def test_the_storyboard_makes_pictures_and_clips_at_once_and_nothing_else():
    provider = registry.get_provider("storyboard")
    operation = Operation("storyboard", "storyboard", "image", "key")
    assert provider.cancel(operation) is False
    assert provider.lookup("key", "2026-11-24") is None
    for call in (lambda: provider.poll(operation), lambda: provider.card("flux"), lambda: provider.card(kind="audio")):
        with pytest.raises(ProviderInvalidTask):
            call()
    assert [one.field for one in provider.check(ImageTask("rain", 320, 180, 1, format="mp4"))] == ["format"]
    with pytest.raises(ProviderInvalidTask, match="makes no vision"):
        provider.submit(VisionTask("what is it?"), "key", {})


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(UsageError) as caught:
        registry.get_provider("nobody")
    assert caught.value.code == "ALICE-U04"
    assert "storyboard" in (caught.value.hint or "")


def test_providers_of_other_packages(third_party):
    assert {"gone", "good", "poor", "storyboard"} <= set(registry.provider_names())
    assert registry.get_provider("good").version == "3"
    assert registry.get_provider("storyboard").version == "1"
    with pytest.raises(ConfigError, match="version, cards, card, check, quote"):
        registry.get_provider("poor")
    with pytest.raises(ConfigError, match="cannot be loaded"):
        registry.get_provider("gone")
