"""Finding providers, ours and other packages'."""

from __future__ import annotations

import sys
from decimal import Decimal
from importlib.metadata import EntryPoint

import pytest

from alice_core.errors import ConfigError, ProviderRefused, UsageError
from alice_core.providers import registry
from alice_core.providers.task import ImageTask, Price

PACKAGE = """
class Good:
    name = "good"
    version = "3"
    def quote(self, task): ...
    def make(self, task, target, progress): ...
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


def test_the_built_in_storyboard():
    provider = registry.get_provider("storyboard")
    assert (provider.name, provider.version) == ("storyboard", "1")
    assert "storyboard" in registry.provider_names()
    task = ImageTask("rain", 320, 180, 1)
    assert provider.quote(task) == Price(Decimal(0), "USD", "built in")
    with pytest.raises(ProviderRefused, match="guidance"):
        provider.quote(ImageTask("rain", 320, 180, 1, {"guidance": 7}))


def test_an_unknown_name_lists_what_there_is():
    with pytest.raises(UsageError) as caught:
        registry.get_provider("nobody")
    assert caught.value.code == "ALICE-U04"
    assert "storyboard" in (caught.value.hint or "")


def test_providers_of_other_packages(third_party):
    assert registry.provider_names() == ("gone", "good", "poor", "storyboard")
    assert registry.get_provider("good").version == "3"
    assert registry.get_provider("storyboard").version == "1"
    with pytest.raises(ConfigError, match="version, quote, make"):
        registry.get_provider("poor")
    with pytest.raises(ConfigError, match="cannot be loaded"):
        registry.get_provider("gone")
