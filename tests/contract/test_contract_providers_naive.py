"""The shipped suite finds what is wrong with providers that do as most clients do; and a missing package is named."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from provider_rehearsals import MAKERS, standing_in, subject_for, task_for

from alice_core.errors import MissingExtra, ProviderAuth, ProviderError
from alice_core.providers.conformance import cases
from alice_core.providers.download import fetch
from alice_core.providers.operation import Done, Output, Submission
from alice_core.providers.quote import Quote
from alice_core.providers.sdk_calls import Sdk

CASES = {case.name: case for case in cases()}


def fails(name, case, changes, tmp_path, monkeypatch):
    """Whether a case finds something wrong with a provider that has some of its ways changed."""
    with standing_in(name, monkeypatch) as server:
        subject = subject_for(name, server, tmp_path, monkeypatch)
        maker = type("Naive", (MAKERS[name],), changes)
        naive = replace(subject, provider=lambda: maker(seconds=subject.rehearsal.patience))
        with pytest.raises(AssertionError):
            CASES[case].run(naive)


def again_and_again(self, task, key, inputs):
    """As most clients do: send it until there is an answer."""
    parent = type(self).__mro__[1]
    for _ in range(3):
        try:
            return parent.submit(self, task, key, inputs)
        except ProviderError:
            continue
    return parent.submit(self, task, key, inputs)


def nothing_is_fine(self, task, key, inputs):
    submission = type(self).__mro__[1].submit(self, task, key, inputs)
    return Submission(submission.operation, Done(()))


def free(self, task, book):
    return Quote(self.name, "any", "USD", ())


def loud(self, task, key, inputs):
    from alice_core.providers.access import key_for

    raise ProviderAuth(f"the key {key_for(self.name)} is wrong", hint="Look at it.", provider=self.name)


@pytest.mark.parametrize(
    ("case", "changes"),
    [
        ("answer-lost-leaves-the-money-in-doubt", {"submit": again_and_again}),
        ("slow-leaves-the-money-in-doubt", {"submit": again_and_again}),
        ("gateway-502-may-be-sent-again", {"submit": again_and_again}),
        ("delivers-and-is-settled", {"submit": nothing_is_fine}),
        ("nothing-is-no-success", {"submit": nothing_is_fine}),
        ("never-costs-nothing-by-mistake", {"quote": free}),
        ("quotes-low-expected-high", {"quote": free}),
        ("keeps-the-key-to-itself", {"submit": loud}),
        ("400-is-final", {"submit": loud}),
        ("has-a-name-and-a-version", {"version": ""}),
        ("has-cards", {"cards": lambda _: ()}),
        ("refuses-strange-options", {"check": lambda _self, _task: ()}),
        ("refuses-retired-models", {"check": lambda _self, _task: ()}),
        ("refuses-strange-models", {"card": lambda _self, _model="", _kind="": None}),
        ("needs-a-key", {"submit": lambda *_: Submission(None)}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_suite_finds_a_naive_provider(case, changes, tmp_path, monkeypatch):
    fails("openai", case, changes, tmp_path, monkeypatch)


def test_an_sdk_that_retries_is_found(tmp_path, monkeypatch):
    options = Sdk.options
    monkeypatch.setattr(Sdk, "options", lambda self, *words: options(self, *words) | {"max_retries": 2})
    fails("openai", "answer-lost-leaves-the-money-in-doubt", {}, tmp_path, monkeypatch)


@pytest.mark.parametrize(("name", "module"), [("openai", "openai"), ("anthropic", "anthropic"), ("fal", "httpx")])
def test_a_missing_package_is_named_with_its_extra(name, module, tmp_path, monkeypatch):
    with standing_in(name, monkeypatch) as server:
        monkeypatch.setitem(sys.modules, module, None)
        task, inputs = task_for(name, tmp_path)
        with pytest.raises(MissingExtra) as seen:
            MAKERS[name]().submit(task, "key", inputs)
        assert f"alicemultiverse[{name}]" in seen.value.hint
        if name == "fal":
            with pytest.raises(MissingExtra):
                fetch(Output("image/png", url=server.url), tmp_path / "a.png")
        assert not server.calls
