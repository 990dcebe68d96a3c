"""A model of fal that Alice learns from its own description: checked here, and used by its own arguments."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import fal_server
import faults
import pytest
from provider_rehearsals import TODAY, standing_in

from alice_core.cli.entry import run
from alice_core.config import user_file
from alice_core.errors import ConfigError, ProviderAmbiguous, ProviderModelRetired
from alice_core.providers.conformance.subject import finished
from alice_core.providers.fal.learned import learn, learned_shape, schema_file
from alice_core.providers.fal.provider import Fal
from alice_core.providers.operation import Done
from alice_core.providers.price_file import load_book
from alice_core.providers.task import ImageTask, Reference, VideoTask
from alice_core.timing import FrameRate

PAINTER = "acme/painter"
TASK = ImageTask("a lighthouse", 640, 360, 7, model=PAINTER, format="webp")
PRICE = (
    '[[price]]\nid = "painter"\nprovider = "fal"\nmodel = "acme/painter"\ntask = "image"\nmeter = "image"\n'
    'unit = "image"\nrate = "0.01"\ncurrency = "USD"\nvalid_from = 2026-01-01\nchecked_on = 2026-11-24\n'
    'source = "acme"\n'
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *_, **__: str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)
    assert user_file().is_relative_to(tmp_path)


@pytest.fixture
def server(monkeypatch):
    with standing_in("fal", monkeypatch) as stand_in:
        monkeypatch.setenv("FAL_SITE_URL", stand_in.url)
        yield stand_in


def told(**fields):
    return json.dumps(fal_server.painter_schema(**fields)).encode()


def wrong(task):
    return [one for one in Fal().check(task) if not one.warning]


def test_a_model_is_learned_without_the_key_and_used_as_it_says(server, tmp_path):
    card = Fal().learn(PAINTER)
    (call,) = server.seen("schema")
    assert "authorization" not in call.headers
    assert card.tasks == ("image",)
    assert card.limits.formats == ("png", "webp")
    assert card.options["brush"].about == "How wide the brush is."
    (tmp_path / "prices.toml").write_text(PRICE)
    task = replace(TASK, count=2, options={"fal": {"brush": 0.5, "style": "ink"}})
    assert not wrong(task)
    quote = Fal().quote(task, load_book(TODAY, tmp_path / "prices.toml"))
    provider = Fal()
    answer = finished(provider, provider.submit(task, "key", {}))
    assert isinstance(answer, Done)
    (posted,) = server.seen("submit")
    assert posted.json == {
        "prompt": "a lighthouse", "image_size": {"width": 640, "height": 360}, "num_images": 2, "output_format": "webp",
        "seed": 7, "brush": 0.5, "style": "ink",
    }  # fmt: skip
    assert quote.high == server.billed == Decimal("0.02")


@pytest.mark.parametrize(
    "change",
    [
        {"options": {"fal": {"pencil": 1}}},
        {"options": {"fal": {"brush": 3}}},
        {"options": {"fal": {"style": "crayon"}}},
        {"options": {"fal": {"tiled": "yes"}}},
        {"count": 4},
        {"format": "jpeg"},
        {"prompt": "x" * 501},
        {"references": (Reference("sha256:a", "reference", "image/png"),)},
    ],
)
def test_what_it_does_not_take_is_refused_here(change):
    learn(PAINTER, told())
    found = wrong(replace(TASK, **change))
    if "references" in change:
        assert not found  # it takes no notice of them, which is a warning
        assert any(one.field == "references" for one in Fal().check(replace(TASK, **change)))
    else:
        assert found


def test_pictures_shapes_and_lengths_are_learned_too():
    learn(
        PAINTER,
        told(
            start_image_url={"type": "string"},
            end_image_url={"type": "string"},
            aspect_ratio={"type": "string", "enum": ["16:9", "auto"]},
            duration={"type": "integer", "minimum": 2, "maximum": 8},
            resolution={"type": "string", "enum": ["720p"]},
            generate_audio={"type": "boolean"},
            negative_prompt={"type": "string"},
        ),
    )
    shape = learned_shape(PAINTER)
    assert (shape.first, shape.last, shape.needs_picture) == ("start_image_url", "end_image_url", False)
    assert shape.aspects == ("16:9",)
    assert (shape.whole, shape.negative, shape.audio) == (True, True, "generate_audio")
    assert (shape.card.limits.least_seconds, shape.card.limits.most_seconds) == (2, 8)
    assert shape.card.limits.references == 2


def test_a_clip_of_a_learned_model_has_a_length_of_its_kind(server):
    document = fal_server.painter_schema(duration={"type": "integer", "enum": [4, 8]})
    document["components"]["schemas"]["PainterOutput"]["properties"] = {"video": {}, "audio": {}}
    del document["components"]["schemas"]["PainterInput"]["properties"]["output_format"]
    learn(PAINTER, json.dumps(document).encode())
    task = VideoTask("rain", 640, 360, 0, 100, FrameRate.parse("24"), model=PAINTER)
    assert not wrong(task)
    Fal().submit(task, "key", {})
    (posted,) = server.seen("submit")
    assert posted.json == {"prompt": "rain", "duration": 8}
    assert Fal().card(PAINTER).tasks == ("video", "audio")


def test_what_is_required_is_required():
    document = fal_server.painter_schema(image_urls={"type": "array"})
    document["components"]["schemas"]["PainterInput"]["required"].append("image_urls")
    learn(PAINTER, json.dumps(document).encode())
    assert "needs pictures" in wrong(TASK)[0].message


NO_DOCUMENTS = [b"", b"[]", b"{}", b"<html>", told().replace(b"/acme/painter", b"/acme/other")]


@pytest.mark.parametrize("data", [*NO_DOCUMENTS, told().replace(b"properties", b"x")])
def test_what_is_no_description_is_not_kept(data):
    with pytest.raises(ConfigError) as seen:
        learn(PAINTER, data)
    assert "alice providers learn" in seen.value.hint
    assert not schema_file(PAINTER).exists()


def test_a_damaged_description_is_named(tmp_path):
    learn(PAINTER, told())
    schema_file(PAINTER).write_bytes(b"half")
    with pytest.raises(ConfigError, match="fal-models"):
        Fal().card(PAINTER)


def test_an_output_of_no_known_kind_may_be_anything():
    document = fal_server.painter_schema()
    document["components"]["schemas"]["PainterOutput"]["properties"] = {"thing": {}}
    assert learn(PAINTER, json.dumps(document).encode()).card.tasks == ("image", "video", "audio")


def test_a_model_that_is_not_there_is_not_learned(server):
    with pytest.raises(ProviderModelRetired):
        Fal().learn("acme/nobody")
    server.fail(faults.html("schema"))
    with pytest.raises(ProviderModelRetired):
        Fal().learn(PAINTER)
    server.fail(faults.lost("schema"))
    with pytest.raises(ProviderAmbiguous):
        Fal().learn(PAINTER)


def test_the_command_learns_and_shows(server, capsys):
    assert run(["providers", "learn", PAINTER, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["model"] == PAINTER
    assert run(["providers", "learn", PAINTER]) == 0
    assert "How wide the brush is." in capsys.readouterr().out
    assert run(["providers", "show", "fal", "--model", PAINTER]) == 0
    assert run(["providers", "learn", PAINTER, "--provider", "openai"]) == 2
