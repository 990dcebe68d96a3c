"""fal over its real HTTP: what is posted, what it costs, and what is said at the door."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from decimal import Decimal

import fal_server
import pytest
from provider_rehearsals import PATIENCE, TODAY, reference, standing_in

from alice_core.errors import (
    ConfigError,
    PriceUnknown,
    ProviderAmbiguous,
    ProviderAuth,
    ProviderForbidden,
    ProviderInvalidTask,
    ProviderModelRetired,
    ProviderNoCredit,
    ProviderRefused,
    ProviderUnavailable,
)
from alice_core.providers.checking import demand
from alice_core.providers.conformance.subject import finished
from alice_core.providers.fal.provider import Fal
from alice_core.providers.operation import Done
from alice_core.providers.price_file import load_book
from alice_core.providers.quote import settled
from alice_core.providers.task import AudioTask, ImageTask, VideoTask
from alice_core.timing import FrameRate

TASK = ImageTask("a lighthouse in the rain", 1280, 1024, 7)
CLIP = VideoTask("rain on a window", 1280, 720, 0, 100, FrameRate.parse("24"), model="kling/v4/text-to-video")


@pytest.fixture
def server(monkeypatch):
    with standing_in("fal", monkeypatch) as stand_in:
        yield stand_in


@pytest.fixture
def provider(server):
    return Fal(seconds=PATIENCE)


@pytest.fixture
def book(tmp_path):
    return load_book(TODAY, tmp_path / "none.toml")


def posted(server):
    (call,) = server.seen("submit")
    return call


def made(provider, task, inputs=None):
    submission = provider.submit(task, "key", inputs or {})
    return submission.operation, finished(provider, submission)


def refused(provider, task, kind=ProviderInvalidTask):
    with pytest.raises(kind) as seen:
        demand(task, provider.card(task.model, task.kind), provider.check(task))
    return seen.value


def test_flux_is_asked_for_as_the_task_says(server, provider):
    task = replace(TASK, count=2, options={"fal": {"num_inference_steps": 20, "expires_in": 3600}})
    operation, answer = made(provider, task)
    call = posted(server)
    assert call.path == "/fal-ai/flux/dev"
    assert call.headers["authorization"] == f"Key {fal_server.KEY}"
    assert call.json == {
        "prompt": TASK.prompt, "num_images": 2, "output_format": "png", "seed": 7, "num_inference_steps": 20,
        "image_size": {"width": 1280, "height": 1024},
    }  # fmt: skip
    assert json.loads(call.headers["x-fal-object-lifecycle-preference"]) == {"expiration_duration_seconds": 3600}
    assert [one.media_type for one in answer.outputs] == ["image/png"] * 2
    assert {(one.width, one.height, one.seed) for one in answer.outputs} == {(1280, 1024, 7)}
    assert answer.headers["x-fal-request-id"] == operation.request_id
    assert answer.headers["x-fal-billable-units"] == "4"


@pytest.mark.parametrize(
    ("model", "width", "height", "count", "cost"),
    [
        ("fal-ai/flux/dev", 1024, 1024, 1, "0.025"),
        ("fal-ai/flux/dev", 1280, 1024, 1, "0.05"),
        ("fal-ai/flux/dev", 1280, 1024, 3, "0.15"),
        ("fal-ai/flux/schnell", 512, 512, 4, "0.012"),
        ("fal-ai/flux-pro/v1.1", 1920, 1080, 1, "0.08"),
        ("fal-ai/flux-pro/kontext", 1024, 1024, 2, "0.08"),
    ],
)
def test_a_picture_costs_what_was_quoted(server, provider, book, tmp_path, model, width, height, count, cost):
    one, path = reference(tmp_path, 64, 64, "reference")
    needs = (one,) if model.endswith("kontext") else ()
    task = replace(TASK, model=model, width=width, height=height, count=count, references=needs)
    quote = provider.quote(task, book)
    _, answer = made(provider, task, {one.digest: path})
    assert (quote.low, quote.expected, quote.high) == (Decimal(cost),) * 3
    assert settled(quote, answer.usage, answer.billable) == (Decimal(cost), "billable-units")
    assert server.billed == Decimal(cost)


@pytest.mark.parametrize(
    ("model", "frames", "size", "seconds", "cost"),
    [
        ("kling/v4/text-to-video", 100, (1280, 720), "5", "0.785"),
        ("kling/v4/text-to-video", 24, (1280, 720), "3", "0.471"),
        ("kling/v4/text-to-video", 72, (1920, 1080), "3", "0.705"),
        ("fal-ai/kling-video/v2.1/master/text-to-video", 100, (1280, 720), "5", "1.40"),
        ("fal-ai/kling-video/v2.1/master/text-to-video", 121, (720, 1280), "10", "2.80"),
    ],
)
def test_a_clip_is_as_long_as_needed(server, provider, book, model, frames, size, seconds, cost):
    task = replace(CLIP, model=model, frames=frames, width=size[0], height=size[1])
    quote = provider.quote(task, book)
    _, answer = made(provider, task)
    told = posted(server).json
    assert told["duration"] == seconds
    assert told["aspect_ratio"] == ("16:9" if size[0] > size[1] else "9:16")
    assert quote.high == Decimal(cost)
    assert settled(quote, answer.usage, answer.billable) == (server.billed, "billable-units")
    assert server.billed == Decimal(cost)
    assert answer.outputs[0].media_type == "video/mp4"


def test_version_four_is_told_resolution_sound_and_what_to_leave_out(server, provider):
    made(provider, replace(CLIP, negative="fog", audio=True, width=1920, height=1080))
    assert posted(server).json == {
        "prompt": CLIP.prompt, "duration": "5", "aspect_ratio": "16:9", "resolution": "1080p",
        "generate_audio": True, "negative_prompt": "fog",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("model", "first", "last"),
    [
        ("kling/v4/image-to-video", "start_image_url", "end_image_url"),
        ("fal-ai/kling-video/v2.1/pro/image-to-video", "image_url", "tail_image_url"),
    ],
)
def test_frames_go_by_the_names_of_each_version(server, provider, tmp_path, model, first, last, monkeypatch):
    monkeypatch.setitem(fal_server.MODELS, "fal-ai/kling-video/v2.1/pro/image-to-video", ("second", "0.098"))
    one, path = reference(tmp_path, 64, 36, "first-frame")
    two, end = reference(tmp_path, 32, 18, "last-frame")
    task = replace(CLIP, model=model, references=(one, two))
    made(provider, task, {one.digest: path, two.digest: end})
    told = posted(server).json
    assert base64.b64decode(told[first].split(",")[1]) == path.read_bytes()
    assert base64.b64decode(told[last].split(",")[1]) == end.read_bytes()
    assert "aspect_ratio" not in told


def test_kontext_is_shown_the_picture_and_told_the_shape(server, provider, tmp_path):
    one, path = reference(tmp_path, 64, 36, "reference")
    task = replace(TASK, model="fal-ai/flux-pro/kontext", width=1280, height=720, references=(one,))
    made(provider, task, {one.digest: path})
    told = posted(server).json
    assert told["aspect_ratio"] == "16:9"
    assert told["image_url"].startswith("data:image/png;base64,")
    assert str(path) not in posted(server).body.decode()


def test_a_shape_that_is_not_made_is_a_warning(provider):
    task = replace(CLIP, width=1000, height=800)
    warnings = demand(task, provider.card(CLIP.model), provider.check(task))
    assert "1:1" in warnings[0]


def test_several_pictures_go_as_a_list(server, provider, tmp_path, monkeypatch):
    monkeypatch.setitem(fal_server.MODELS, "fal-ai/flux-pro/kontext/multi", ("image", "0.04"))
    pairs = [reference(tmp_path, 64 + number, 36, "reference") for number in range(2)]
    monkeypatch.setattr(fal_server, "NEEDS_PICTURE", {})
    task = replace(TASK, model="fal-ai/flux-pro/kontext/multi", references=tuple(one for one, _ in pairs))
    made(provider, task, {one.digest: path for one, path in pairs})
    assert len(posted(server).json["image_urls"]) == 2


@pytest.mark.parametrize(
    ("task", "told"),
    [
        (replace(TASK, count=5), "count"),
        (replace(TASK, width=4096), "size"),
        (replace(TASK, format="tiff"), "format"),
        (replace(TASK, options={"fal": {"steps": 3}}), "steps"),
        (replace(TASK, options={"fal": {"guidance_scale": 99}}), "guidance_scale"),
        (replace(TASK, options={"fal": {"expires_in": 1}}), "expires_in"),
        (replace(TASK, model="fal-ai/flux-pro/kontext"), "needs a picture"),
        (replace(TASK, model="fal-ai/flux-pro/kontext/multi"), "needs pictures"),
        (replace(CLIP, model="kling/v4/image-to-video"), "needs a picture"),
        (replace(CLIP, frames=24 * 31), "longer than 30"),
        (replace(CLIP, model="fal-ai/kling-video/v2.1/master/text-to-video", frames=24 * 11), "longer than 10"),
        (replace(CLIP, resolution="8k"), "resolution"),
        (replace(CLIP, prompt="x" * 2501), "prompt"),
        (replace(CLIP, model="fal-ai/flux/dev"), "makes no video"),
    ],
)
def test_what_the_model_does_not_do_is_refused_here(server, provider, task, told):
    assert told in refused(provider, task).message
    assert not server.calls


def test_a_film_is_no_first_frame(provider, tmp_path):
    one, _ = reference(tmp_path, 64, 36, "first-frame")
    task = replace(CLIP, model="kling/v4/image-to-video", references=(replace(one, media_type="video/mp4"),))
    assert "video/mp4" in refused(provider, task).message


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (fal_server.locked, ProviderNoCredit),
        (lambda: fal_server.locked("TOP_UP."), ProviderNoCredit),
        (lambda: fal_server.locked("Admin lock. Please contact support@fal.ai."), ProviderForbidden),
        (fal_server.no_right, ProviderForbidden),
        (fal_server.refused_at_once, ProviderRefused),
        (lambda: fal_server.refused_at_once("missing"), ProviderInvalidTask),
        (fal_server.down, ProviderAmbiguous),
    ],
)
def test_a_refusal_at_the_door_is_of_its_kind(server, provider, fault, kind):
    server.fail(fault())
    with pytest.raises(kind) as seen:
        provider.submit(TASK, "key", {})
    assert type(seen.value) is kind
    assert "[{" not in seen.value.message  # fal's own client prints the list of a 422
    assert len(server.seen("submit")) == 1


def test_an_endpoint_that_is_gone_is_told_so(server, provider):
    with pytest.raises(ProviderModelRetired, match="no-such"):
        provider.submit(replace(TASK, model="fal-ai/no-such"), "key", {})


def test_any_endpoint_is_used_by_its_own_arguments(server, provider, tmp_path):
    own = tmp_path / "prices.toml"
    own.write_text(
        '[[price]]\nid = "painter"\nprovider = "fal"\nmodel = "acme/painter"\ntask = "image"\nmeter = "image"\n'
        'unit = "image"\nrate = "0.01"\ncurrency = "USD"\nvalid_from = 2026-01-01\nchecked_on = 2026-11-24\n'
        'source = "acme"\n'
    )
    task = replace(TASK, model="acme/painter", options={"fal": {"image_size": "square_hd", "brush": {"width": 3}}})
    assert not [one for one in provider.check(task) if not one.warning]
    quote = provider.quote(task, load_book(TODAY, own))
    _, answer = made(provider, task)
    told = posted(server).json
    assert told == {"prompt": TASK.prompt, "seed": 7, "image_size": "square_hd", "brush": {"width": 3}}
    assert settled(quote, answer.usage, answer.billable) == (server.billed, "billable-units")
    assert server.billed == Decimal("0.01")


@pytest.mark.parametrize(
    "task",
    [
        replace(TASK, model="acme/painter"),
        replace(CLIP, model="acme/mover"),
        AudioTask("music", "rain", model="acme/band"),
    ],
)
def test_an_endpoint_without_a_price_is_refused(server, provider, book, task):
    with pytest.raises(PriceUnknown):
        provider.quote(task, book)
    assert not server.calls


def test_a_name_that_is_no_endpoint_is_refused(provider):
    with pytest.raises(ProviderInvalidTask, match="no model 'flux'"):
        provider.card("flux")
    with pytest.raises(ProviderInvalidTask, match="no model for vision"):
        provider.card("", "vision")


def test_fals_second_way_to_give_a_key(server, monkeypatch):
    monkeypatch.delenv("FAL_KEY")
    name, secret = fal_server.KEY.split(":")
    monkeypatch.setenv("FAL_KEY_ID", name)
    monkeypatch.setenv("FAL_KEY_SECRET", secret)
    assert "accepted" in Fal().test()


def test_the_key_can_be_tried_for_nothing(server, provider, monkeypatch):
    assert provider.test() == "the key is accepted"
    assert server.billed == 0
    assert not server.seen("submit")
    monkeypatch.setenv("FAL_KEY", "wrong")
    with pytest.raises(ProviderAuth):
        Fal().test()


def test_it_speaks_encrypted_by_the_variables_of_fals_client(tmp_path, monkeypatch):
    with standing_in("fal", monkeypatch, tls=tmp_path / "tls") as server:
        assert isinstance(made(Fal(), TASK)[1], Done)
        assert server.host.startswith("localhost:")


def test_the_queue_is_beside_the_host_that_runs(monkeypatch):
    monkeypatch.delenv("FAL_QUEUE_RUN_HOST", raising=False)
    monkeypatch.setenv("FAL_RUN_HOST", "no-such-host.invalid")
    monkeypatch.setenv("FAL_KEY", fal_server.KEY)
    with pytest.raises(ProviderUnavailable, match="cannot be reached"):
        Fal().submit(TASK, "key", {})
    monkeypatch.setenv("FAL_QUEUE_RUN_HOST", "http://example.com")
    with pytest.raises(ConfigError, match="unencrypted"):
        Fal().submit(TASK, "key", {})


def test_fals_own_client_understands_our_stand_in(tmp_path, monkeypatch):
    """The stand-in is as good as fal's client takes it for: it submits, waits, and gets the same picture."""
    import fal_client
    import fal_client.client

    with standing_in("fal", monkeypatch, tls=tmp_path / "tls") as server:
        monkeypatch.setattr(fal_client.client, "QUEUE_URL_FORMAT", f"{server.url}/")
        client = fal_client.SyncClient(key=fal_server.KEY)
        try:
            handle = client.submit("fal-ai/flux/dev", {"prompt": "rain"})
            assert isinstance(handle.status(), fal_client.Queued)
            assert isinstance(handle.status(), fal_client.InProgress)
            assert handle.get()["images"][0]["content_type"] == "image/jpeg"
            assert isinstance(handle.status(), fal_client.Completed)
        finally:
            client._client.close()
            client._client._transport.close()


def test_nothing_is_found_again_by_our_key(server, provider):
    assert provider.lookup("key", "2026-11-24T00:00:00Z") is None
    assert not server.calls
