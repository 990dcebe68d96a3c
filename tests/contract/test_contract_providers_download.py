"""Fetching what was made, from a real server: whole, of its kind, from nowhere else, or not at all."""

from __future__ import annotations

import socket
from dataclasses import replace

import faults
import pytest
from drawn_media import clip, picture
from fal_server import FalServer
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import ExportError, ProviderBadMedia, ProviderUnavailable
from alice_core.providers import download
from alice_core.providers.download import check_address, check_kind, fetch
from alice_core.providers.operation import Output

PICTURE = picture(64, 36, "rain")


@pytest.fixture
def server():
    with FalServer() as stand_in:
        stand_in.files["/files/a.png"] = ("image/png", PICTURE)
        stand_in.files["/files/a.mp4"] = ("video/mp4", clip(32, 32, 4))
        yield stand_in


@pytest.fixture
def target(tmp_path):
    return tmp_path / "out" / "a.png"


@pytest.fixture
def get(server, target):
    target.parent.mkdir()

    def fetched(path="/files/a.png", kind="image/png", **more):
        fetch(Output(kind, url=server.url + path), target, **more)
        return target.read_bytes()

    return fetched


def nothing_left(target):
    return not list(target.parent.iterdir())


def test_a_file_comes_whole(get):
    assert get() == PICTURE
    assert get("/files/a.mp4", "video/mp4") == clip(32, 32, 4)


def test_an_older_file_stays_until_the_new_one_is_whole(get, server, target):
    target.write_bytes(b"older")
    server.fail(faults.wrong_length("media"))
    with pytest.raises(ProviderUnavailable):
        get()
    assert target.read_bytes() == b"older"
    assert get() == PICTURE


@pytest.mark.parametrize(
    ("fault", "kind", "told"),
    [
        (faults.gone(), ProviderBadMedia, "gone"),
        (faults.refused("media", 403, {}), ProviderBadMedia, "gone"),
        (faults.refused("media", 410, {}), ProviderBadMedia, "gone"),
        (faults.html("media"), ProviderBadMedia, "text/html"),
        (faults.media(lambda data: data, "video/mp4"), ProviderBadMedia, "video/mp4"),
        (faults.media(lambda _: b"<html>sign in</html>"), ProviderBadMedia, "HTML"),
        (faults.media(lambda _: picture(8, 8, "x", "jpeg")), ProviderBadMedia, "JPEG"),
        (faults.media(lambda _: b"\x07" * 999), ProviderBadMedia, "unknown format"),
        (faults.empty(), ProviderBadMedia, "empty"),
        (faults.wrong_length("media"), ProviderUnavailable, "fetched"),
        (faults.lost("media"), ProviderUnavailable, "fetched"),
        (faults.lost_before("media"), ProviderUnavailable, "fetched"),
        (faults.slow("media", 1.5), ProviderUnavailable, "Timeout"),
        (faults.gateway("media"), ProviderUnavailable, "502"),
        (faults.refused("media", 500, {}), ProviderUnavailable, "500"),
        (faults.refused("media", 503, {}), ProviderUnavailable, "503"),
        (faults.refused("media", 206, {}), ProviderUnavailable, "206"),
        (faults.redirect("media", "http://169.254.169.254/latest/meta-data"), ProviderBadMedia, "not https"),
        (faults.redirect("media", "https://10.0.0.1/x"), ProviderBadMedia, "private network"),
        (faults.redirect("media", "https://[::ffff:10.0.0.1]/x"), ProviderBadMedia, "private network"),
        (faults.redirect("media", "https://[fd00::1]/x"), ProviderBadMedia, "private network"),
        (faults.redirect("media", "ftp://example.com/x"), ProviderBadMedia, "not https"),
        (faults.redirect("media", "file:///etc/passwd"), ProviderBadMedia, "not https"),
    ],
    ids=lambda value: value.name if isinstance(value, faults.Fault) else None,
)
def test_anything_else_is_no_file(get, server, target, fault, kind, told):
    server.fail(fault)
    with pytest.raises(kind, match=told) as seen:
        get(seconds=0.5 if "slow" in fault.name else 30)
    assert type(seen.value) is kind
    assert seen.value.hint
    assert seen.value.billed == ("yes" if kind is ProviderBadMedia else "no")
    assert nothing_left(target)


@pytest.mark.parametrize("fault", [faults.truncated(), faults.corrupt()], ids=lambda fault: fault.name)
def test_what_only_a_decoder_can_see_is_left_to_it(get, server, fault):
    server.fail(fault)
    assert get() != PICTURE


@pytest.mark.parametrize("hide", [True, False])
def test_no_more_is_taken_than_allowed(get, server, target, hide):
    if hide:  # the promise is small, or there is none: then it is counted
        server.fail(faults.Fault("no type", "media", changed=lambda told: replace(told, headers=())))
    with pytest.raises(ProviderBadMedia, match="bytes"):
        get(limit=len(PICTURE) - 1)
    assert nothing_left(target)
    assert get(limit=len(PICTURE)) == PICTURE


def test_a_file_without_a_type_is_told_by_its_bytes(get, server):
    server.fail(faults.Fault("no type", "media", changed=lambda told: replace(told, headers=())))
    assert get() == PICTURE


def test_a_redirect_within_the_same_server_is_followed(get, server):
    server.fail(*(faults.redirect("media", "/files/a.png", status) for status in (301, 302, 307, 308)))
    assert get("/files/elsewhere.png") == PICTURE


def test_a_redirect_without_an_end_is_left(get, server, target):
    server.fail(*(faults.redirect("media", "/files/a.png") for _ in range(6)))
    with pytest.raises(ProviderBadMedia, match="more than 5"):
        get()
    assert nothing_left(target)


def test_headers_for_one_server_go_to_no_other(server, target):
    target.parent.mkdir()
    with FalServer() as other:
        other.files["/files/a.png"] = ("image/png", PICTURE)
        server.fail(faults.redirect("media", f"{other.url}/files/a.png"))
        fetch(Output("image/png", url=f"{server.url}/files/a.png", headers={"x-secret": "7"}), target)
        assert server.calls[0].headers["x-secret"] == "7"
        assert "x-secret" not in other.calls[0].headers


def test_nobody_at_home_is_tried_again_later(server, target):
    target.parent.mkdir()
    server.stop()
    with pytest.raises(ProviderUnavailable) as seen:
        fetch(Output("image/png", url=f"{server.url}/files/a.png?signature=s3cret"), target)
    assert seen.value.retryable
    assert "s3cret" not in f"{seen.value!r}{seen.value.hint}"


def test_a_folder_that_is_not_there_is_said(server, tmp_path):
    with pytest.raises(ExportError):
        fetch(Output("image/png", url=f"{server.url}/files/a.png"), tmp_path / "none" / "a.png")


@pytest.mark.parametrize(
    "url",
    ["http://example.com/a.png", "http://8.8.8.8/a", "file:///etc/passwd", "data:image/png;base64,AA", "", "//x/y",
     "https:///a", "https://127.0.0.1/a", "https://localhost/a", "https://[::1]/a", "https://192.168.1.1/a",
     "https://100.64.0.1/a", "https://0.0.0.0/a", "https://[fe80::1]/a", "https://a.localhost/a"],
)  # fmt: skip
def test_a_strangers_address_leads_nowhere_near(url):
    with pytest.raises(ProviderBadMedia):
        check_address(url, near=False)


def test_a_public_address_is_allowed_and_a_name_is_looked_up(monkeypatch):
    assert check_address("https://8.8.8.8/a", near=False) is False
    found = {"cdn.example": "93.184.216.34", "rebound.example": "10.0.0.7"}
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, port, **_: [(socket.AF_INET, 1, 6, "", (found[host], port))]
    )
    assert check_address("https://cdn.example/a", near=False) is False
    with pytest.raises(ProviderBadMedia, match="private network"):
        check_address("https://rebound.example/a", near=False)


def test_a_name_that_is_unknown_is_tried_again_later(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ProviderUnavailable):
        check_address("https://no-such.example/a", near=False)


def test_a_proxy_looks_names_up_itself(monkeypatch):
    monkeypatch.setattr(download, "getproxies", lambda: {"https": "http://proxy.example:3128"})
    monkeypatch.setattr(download, "proxy_bypass", lambda _: False)
    assert check_address("https://cdn.example/a", near=False) is True


@pytest.mark.parametrize(("peer", "allowed"), [("93.184.216.34", True), ("10.0.0.7", False), ("fe80::1%eth0", False)])
def test_who_answers_is_looked_at_again(peer, allowed):
    class Stream:
        def get_extra_info(self, _):
            return (peer, 443)

    class Answer:
        extensions = {"network_stream": Stream()}  # noqa: RUF012 - httpx's response has it so

    if allowed:
        download._check_peer(Answer())
    else:
        with pytest.raises(ProviderBadMedia, match="private network"):
            download._check_peer(Answer())


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_pictures_are_told_apart_by_their_first_bytes(kind):
    data = picture(8, 8, "x", kind)
    check_kind(data, f"image/{kind}")
    check_kind(data, "application/octet-stream")
    for other in {"image/png", "image/jpeg", "image/webp", "video/mp4", "audio/wav"} - {f"image/{kind}"}:
        with pytest.raises(ProviderBadMedia):
            check_kind(data, other)


def test_sound_and_film_share_containers():
    check_kind(clip(32, 32, 2), "audio/mp4")
    check_kind(clip(32, 32, 2), "video/quicktime")
    check_kind(b"\xff\xfb\x90\x64" + bytes(400), "audio/mpeg")  # an MP3 without a signature
    with pytest.raises(ProviderBadMedia):
        check_kind(clip(32, 32, 2), "image/png")


@settings(deadline=None, max_examples=60)
@given(st.binary(min_size=1, max_size=200))
def test_noise_is_no_picture(data):
    if not data.startswith((b"\x89PNG\r\n\x1a\n",)):
        with pytest.raises(ProviderBadMedia):
            check_kind(data, "image/png")
