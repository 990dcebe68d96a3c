"""Settings of sinks: where a target leads, what may not stand in them, and that no secret does."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from alice_core.errors import AliceError, ConfigError, MissingExtra, UsageError
from alice_core.relay import redis_server, webhooks
from alice_core.relay.secrets import secret_of, variable_of
from alice_core.relay.sending import pause, said, wants
from alice_core.relay.settings import KINDS, kind_of, open_sink, read_settings, settings_for, written


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("events.jsonl", "jsonlines"),
        ("redis://localhost", "redis"),
        ("rediss://user@example.com:6380/2", "redis"),
        ("unix:///run/redis.sock", "redis"),
        ("https://example.com/hook", "webhook"),
        ("http://localhost:8000/hook", "webhook"),
        ("http://[::1]:8000/hook", "webhook"),
        ("http://127.4.0.1/hook", "webhook"),
    ],
)
def test_a_target_says_its_kind_and_comes_back_from_the_store(target, kind):
    settings = settings_for(target, {})
    assert kind_of(settings) == kind
    assert read_settings(kind, written(settings)) == settings
    assert settings.target.endswith(target)


@pytest.mark.parametrize(
    "target",
    [
        "ftp://example.com",
        "redis://:hunter2@localhost",
        "redis://u:hunter2@localhost",
        "redis://localhost?password=hunter2",
        "redis://",
        "redis://localhost:port",
        "redis://[localhost",
        "https://ada:hunter2@example.com",
        "https://ada@example.com",
        "http://example.com/hook",
        "http://10.0.0.1/hook",
        "https://",
        "https://example.com:port",
    ],
)
def test_a_target_that_cannot_be_or_holds_a_secret_is_refused_without_repeating_it(target):
    with pytest.raises(AliceError) as caught:
        settings_for(target, {})
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"


@pytest.mark.parametrize(
    ("target", "options"),
    [
        ("events.jsonl", {"stream": "x"}),
        ("events.jsonl", {"rotate": 0}),
        ("redis://localhost", {"stream": ""}),
        ("redis://localhost", {"timeout": 0}),
        ("redis://localhost", {"signed": False}),
        ("https://example.com", {"batch": 0}),
        ("https://example.com", {"keep": 1}),
    ],
)
def test_an_option_that_cannot_be_is_refused(target, options):
    with pytest.raises((ConfigError, UsageError)):
        settings_for(target, options)


def test_http_may_leave_the_machine_when_that_is_said():
    assert settings_for("http://example.com/hook", {"insecure": True}).insecure


@pytest.mark.parametrize(("kind", "text"), [("kafka", "{}"), ("redis", '{"new": 1}'), ("redis", "[]"), ("redis", "")])
def test_settings_of_a_newer_version_are_said_to_be_so(kind, text):
    with pytest.raises(ConfigError, match="not known here"):
        read_settings(kind, text)
    assert "redis" in KINDS


def test_a_path_in_the_store_is_absolute():
    with pytest.raises(ConfigError, match="absolute"):
        read_settings("jsonlines", '{"path": "events.jsonl"}')


def test_a_secret_comes_from_the_environment_else_the_keyring(monkeypatch):
    assert variable_of("my-team.1") == "ALICE_SINK_MY_TEAM_1_SECRET"
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert secret_of("team") is None

    class KeyringError(Exception):
        pass

    kept = {("alicemultiverse", "sink:team"): "from the keyring"}

    def get_password(service, user):
        if user == "sink:locked":
            raise KeyringError
        return kept.get((service, user))

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=get_password))
    monkeypatch.setitem(sys.modules, "keyring.errors", SimpleNamespace(KeyringError=KeyringError))
    assert secret_of("team") == "from the keyring"
    assert secret_of("other") is None
    assert secret_of("locked") is None
    monkeypatch.setenv("ALICE_SINK_TEAM_SECRET", "from the environment")
    assert secret_of("team") == "from the environment"


def test_a_webhook_without_a_secret_says_where_to_put_one():
    with pytest.raises(ConfigError) as caught:
        open_sink("shop", settings_for("https://example.com", {}), "")
    assert "ALICE_SINK_SHOP_SECRET" in caught.value.hint
    open_sink("shop", settings_for("https://example.com", {"signed": False}), "").close()


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(MissingExtra, match="redis"):
        redis_server.library()
    with pytest.raises(MissingExtra, match="httpx"):
        webhooks._library()


@pytest.mark.parametrize(
    ("pattern", "kind", "wanted"),
    [
        ("*", "org.example.thing", True),
        ("library.*", "alice.library.tagged", True),
        ("library.*", "alice.projects.created", False),
        ("library.*, projects.created", "alice.projects.created", True),
        ("alice.library.tagged", "alice.library.tagged", True),
        ("*.tagged", "alice.library.tagged", True),
    ],
)
def test_patterns_choose_types(pattern, kind, wanted):
    assert wants(pattern, kind) is wanted


def test_pauses_grow_and_have_an_end():
    for failures in range(1, 200):
        longest = min(60.0, 0.5 * 2 ** (failures - 1))
        assert longest / 2 <= pause(failures) <= longest
    assert said(ValueError("a\n" + "b" * 1000)).startswith("ValueError: a bbb")
    assert len(said("b" * 1000)) == 300
