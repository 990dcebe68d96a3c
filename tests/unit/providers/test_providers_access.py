"""Keys and addresses: the variables of the SDKs first, then the keyring and the configuration."""

from __future__ import annotations

import sys
import types

import pytest

from alice_core import keychain
from alice_core.errors import ConfigError, MissingExtra, ProviderAuth
from alice_core.keychain import find_secret, keep_secret
from alice_core.providers.access import KEY_PLACES, address_for, is_loopback, is_near, key_for, key_origin


class Locked(Exception):
    """As the keyring's own errors."""


@pytest.fixture
def ring(monkeypatch):
    """A keyring of the test's own, in place of the system's."""
    kept: dict[tuple[str, str], str] = {}
    module, errors = types.ModuleType("keyring"), types.ModuleType("keyring.errors")
    errors.KeyringError = Locked
    module.get_password = lambda service, user: kept.get((service, user))
    module.set_password = lambda service, user, secret: kept.__setitem__((service, user), secret)
    monkeypatch.setitem(sys.modules, "keyring", module)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    module.kept, module.errors = kept, errors
    return module


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    for place in KEY_PLACES.values():
        for name in place.variables:
            monkeypatch.delenv(name, raising=False)
    for name in ("FAL_KEY_ID", "FAL_KEY_SECRET", "OPENAI_BASE_URL", "FAL_RUN_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", sorted(KEY_PLACES))
def test_a_missing_key_says_where_to_put_it(ring, name):
    with pytest.raises(ProviderAuth) as seen:
        key_for(name)
    assert KEY_PLACES[name].variables[0] in seen.value.hint
    assert f"alice providers keys set {name}" in seen.value.hint
    assert key_origin(name) is None


def test_the_variable_comes_before_the_keyring(ring, monkeypatch):
    keep_secret("provider:openai", "from the ring")
    assert ring.kept == {("alicemultiverse", "provider:openai"): "from the ring"}
    assert (key_for("openai"), key_origin("openai")) == ("from the ring", "keyring")
    monkeypatch.setenv("OPENAI_API_KEY", "  from the variable\n")
    assert (key_for("openai"), key_origin("openai")) == ("from the variable", "OPENAI_API_KEY")


def test_two_variables_make_one_key_of_fal(ring, monkeypatch):
    monkeypatch.setenv("FAL_KEY_ID", "id")
    assert key_origin("fal") is None
    monkeypatch.setenv("FAL_KEY_SECRET", "secret")
    assert (key_for("fal"), key_origin("fal")) == ("id:secret", "FAL_KEY_ID")
    monkeypatch.setenv("FAL_KEY", "whole")
    assert key_for("fal") == "whole"


def test_a_locked_keyring_is_as_good_as_none_and_takes_nothing(ring):
    def locked(*_):
        raise Locked("s3cret")

    ring.get_password = ring.set_password = locked
    assert find_secret(("NO_SUCH",), "provider:openai") is None
    with pytest.raises(ConfigError) as seen:
        keep_secret("provider:openai", "s3cret")
    assert "s3cret" not in f"{seen.value!r}{seen.value.hint}{seen.value.__cause__}"
    assert seen.value.__suppress_context__


def test_without_the_package_only_variables_are_looked_at(monkeypatch):
    monkeypatch.setattr(keychain, "_keyring", lambda: None)
    assert find_secret(("NO_SUCH",), "provider:openai") is None
    with pytest.raises(MissingExtra, match="keyring"):
        keep_secret("provider:openai", "x")


def test_a_module_that_is_not_there_is_no_keyring(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert keychain._keyring() is None


def test_an_address_comes_from_the_variable_then_the_configuration(monkeypatch, tmp_path):
    own = "https://api.openai.com/v1"
    assert address_for("OPENAI_BASE_URL", own) == own
    (tmp_path / "alice.toml").write_text('[providers]\nopenai_base_url = "http://localhost:9/v1/"\n')
    assert address_for("OPENAI_BASE_URL", own) == "http://localhost:9/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", "https://proxy.example/v1")
    assert address_for("OPENAI_BASE_URL", own) == "https://proxy.example/v1"


def test_a_host_alone_is_reached_encrypted():
    assert address_for("FAL_RUN_HOST", "fal.run") == "https://fal.run"


STRANGE = ["http://example.com", "http://8.8.8.8", "ftp://localhost", "https://", "http://[::1", "https://a:b"]


@pytest.mark.parametrize("address", STRANGE)
def test_what_is_no_address_or_an_open_line_is_refused(monkeypatch, address):
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    with pytest.raises(ConfigError) as seen:
        address_for("OPENAI_BASE_URL", "x")
    assert "OPENAI_BASE_URL" in seen.value.message


@pytest.mark.parametrize("address", ["http://localhost:1", "http://127.0.0.1", "http://[::1]:2", "http://10.1.2.3:8080",
                                     "http://litellm:4000", "http://gateway.internal", "http://box.local"])  # fmt: skip
def test_near_addresses_may_be_plain(monkeypatch, address):
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    assert address_for("OPENAI_BASE_URL", "x") == address


def test_this_machine_and_what_is_near():
    assert all(map(is_loopback, ["localhost", "a.localhost", "127.0.0.9", "::1"]))
    assert not any(map(is_loopback, ["localhost.example", "10.0.0.1", "example.com", ""]))
    assert not any(map(is_near, ["example.com", "8.8.8.8", "local.example"]))
