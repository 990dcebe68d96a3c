"""The cards, quotes and arguments of the paid providers: data and arithmetic, no network."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import ProviderInvalidTask
from alice_core.providers.checking import demand
from alice_core.providers.fal.arguments import nearest_aspect, whole_seconds
from alice_core.providers.fal.models import SHAPES
from alice_core.providers.models import choose
from alice_core.providers.price_file import load_book
from alice_core.providers.registry import get_provider
from alice_core.providers.task import ImageTask, Reference, VideoTask, VisionTask
from alice_core.timing import FrameRate

PAID = ("anthropic", "fal", "openai")
TODAY = date(2026, 11, 24)
SEEN = Reference("sha256:" + "a" * 64, "picture", "image/png", 1024, 1024, size=1000)
FILM = Reference("sha256:" + "b" * 64, "first-frame", "image/png", 1280, 720, size=1000)
CARDS = [card for name in PAID for card in get_provider(name).cards()]


def plain(card):
    """The plainest task of a model."""
    if "vision" in card.tasks:
        return VisionTask("What is this?", (SEEN,), model=card.model)
    if "video" in card.tasks:
        needs = (FILM,) if card.model.endswith("image-to-video") else ()
        return VideoTask("rain", 1280, 720, 0, 100, FrameRate.parse("24"), model=card.model, references=needs)
    needs = (Reference(SEEN.digest, "reference", "image/png", 64, 64),) if "reference" in card.limits.roles else ()
    needs = () if card.provider == "openai" else needs
    return ImageTask("rain", 1024, 1024, 0, model=card.model, references=needs)


@pytest.mark.parametrize("card", [one for one in CARDS if one.status == "active"], ids=lambda card: card.model)
def test_every_active_model_takes_a_plain_task_and_has_a_price(card, tmp_path):
    provider, task = get_provider(card.provider), plain(card)
    demand(task, card, provider.check(task))
    quote = provider.quote(task, load_book(TODAY, tmp_path / "none.toml"))
    assert Decimal(0) < quote.high
    assert quote.low <= quote.expected <= quote.high


@pytest.mark.parametrize("card", [one for one in CARDS if one.status == "retired"], ids=lambda card: card.model)
def test_every_replacement_of_a_retired_model_is_there(card):
    known = {one.model for one in CARDS if one.status == "active"}
    assert date.fromisoformat(card.retired_on) < TODAY
    assert set(card.use_instead.split(" or ")) <= known


@pytest.mark.parametrize("quality", ["low", "high"])
@pytest.mark.parametrize("size", [(1024, 1024), (2048, 2048), (512, 512)])
def test_a_picture_by_tokens_is_quoted_by_its_size_and_quality(quality, size, tmp_path):
    book = load_book(TODAY, tmp_path / "none.toml")
    task = ImageTask("a lighthouse", *size, 0, model="gpt-image-2", quality=quality)
    line = get_provider("openai").quote(task, book).lines[-1]
    guess = book.estimate("openai", "gpt-image-2", "image-out", {"quality": quality})
    share = Decimal(size[0] * size[1]) / guess.base
    rate = line.rate / line.unit_size
    assert line.high == pytest.approx(guess.high * max(share, 1) * rate, rel=Decimal("0.01"))
    assert line.expected == pytest.approx(guess.expected * max(share, 1) * rate, rel=Decimal("0.01"))
    assert line.low == pytest.approx(guess.low * min(share, 1) * rate, rel=Decimal("0.02"))


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(SHAPES), st.integers(1, 2000), st.sampled_from(["24", "30000/1001", "60"]))
def test_a_clip_is_never_shorter_than_needed(shape, frames, rate):
    if "video" not in shape.card.tasks:
        return
    task = VideoTask("rain", 64, 64, 0, frames, FrameRate.parse(rate))
    asked, limits = whole_seconds(task, shape.card.limits), shape.card.limits
    assert asked >= task.seconds
    longest = max(limits.seconds, default=limits.most_seconds)
    if task.seconds <= longest:
        assert asked <= longest
        assert not limits.seconds or asked in limits.seconds


@settings(deadline=None, max_examples=100)
@given(st.integers(16, 4096), st.integers(16, 4096))
def test_the_nearest_shape_is_nearest(width, height):
    aspects = ("16:9", "9:16", "1:1")
    found = nearest_aspect(width, height, aspects)

    def off(aspect):
        ratio = Fraction(*map(int, aspect.split(":"))) / Fraction(width, height)
        return max(ratio, 1 / ratio)

    assert all(off(found) <= off(one) for one in aspects)


def test_a_strange_model_lists_what_there_is():
    cards = get_provider("openai").cards()
    with pytest.raises(ProviderInvalidTask) as seen:
        choose(cards, "gpt-image-9", "image")
    assert "gpt-image-2" in seen.value.hint
    assert "dall-e" not in seen.value.hint


ASK = """
import sys
from datetime import date
from pathlib import Path
from alice_core.cli.entry import run
from alice_core.providers.registry import get_provider
from alice_core.providers.price_file import load_book
from alice_core.providers.task import ImageTask, VisionTask, Reference
assert run(["providers", "list", "-h"]) == 0
book = load_book(date(2026, 11, 24), Path("none.toml"))
for name, task in (("openai", ImageTask("x", 1024, 1024, 0)), ("fal", ImageTask("x", 1024, 1024, 0)),
                   ("anthropic", VisionTask("x", (Reference("a", "picture", "image/png", 9, 9),)))):
    provider = get_provider(name)
    provider.cards(), provider.check(task), provider.quote(task, book)
print(*sorted({"openai", "anthropic", "httpx", "httpx2", "fal_client", "keyring", "PIL", "av"} & set(sys.modules)))
"""


def test_cards_checks_and_quotes_load_no_sdk():
    answer = subprocess.run([sys.executable, "-c", ASK], check=True, capture_output=True, text=True, timeout=60)
    assert answer.stdout.splitlines()[-1] == ""
