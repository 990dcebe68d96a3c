"""A push as a Lua table, and the result that comes back from Lua."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import MediaError
from alice_core.resolve.lua import lua_table, read_result


def read_string(text: str) -> str:
    """What Lua makes of a quoted string: decimal escapes are bytes."""
    raw = re.sub(rb"\\(\d{3})", lambda found: bytes([int(found[1])]), text.encode("ascii"))
    return raw.decode()


def test_every_kind_of_value_has_its_form():
    table = lua_table({"a": 1, "b": True, "c": None, "d": "x", "e": [1, {"f": False}], "g": {}})
    assert table == b'return {["a"]=1,["b"]=true,["d"]="x",["e"]={1,{["f"]=false}},["g"]={}}\n'
    with pytest.raises(TypeError, match="float has no form"):
        lua_table({"a": 1.5})


@settings(deadline=None, max_examples=100)
@given(st.text())
def test_any_text_is_ascii_there_and_itself_again(text):
    table = lua_table({"t": text}).decode("ascii")
    inner = re.fullmatch(r'return \{\["t"\]="(.*)"\}\n', table, re.DOTALL)
    assert inner is not None
    assert "\n" not in inner[1]
    assert '"' not in inner[1]
    assert read_string(inner[1]) == text


def test_names_that_are_no_unicode_keep_their_bytes():
    assert lua_table({"p": b"a\xff".decode("utf-8", "surrogateescape")}) == b'return {["p"]="a\\255"}\n'
    assert lua_table({"p": "a\ud800"}) == b'return {["p"]="a?"}\n'


def test_a_long_list_comes_in_functions_of_a_few_hundred_each():
    table = lua_table({"markers": [{"frame": number} for number in range(450)]}).decode()
    assert table.count("function() return {") == 3
    assert max(part.count('["frame"]') for part in table.split("function() return {")) == 200
    assert [int(number) for number in re.findall(r'\["frame"\]=(\d+)', table)] == list(range(450))


def test_a_result_is_found_inside_whatever_wrote_it():
    told = {"did": "push", "project": "Zürich"}
    hidden = json.dumps(told).encode().hex()
    for text in (f"alice-result/1:{hidden}", f'return "alice-result/1:{hidden}"\n', json.dumps(told)):
        assert read_result(text.encode()) == told


@pytest.mark.parametrize("data", [b"", b"nothing", b"alice-result/1:7b", b"alice-result/1:7", b"\xff"])
def test_a_result_that_is_none_is_refused(data):
    with pytest.raises(MediaError, match="cannot be read"):
        read_result(data)
