"""The table of a push as real Lua reads it, of both kinds that Resolve may have inside."""

from __future__ import annotations

import pytest

from alice_core.resolve.lua import lua_table

lupa = pytest.importorskip("lupa", reason="lupa is not installed")

VALUE = {
    "name": 'Zürich "100%" \\ \n 夜 🎬',
    "drop": False,
    "frames": 2**31,
    "clips": [{"shot": f"shot-{number:04}", "note": f"picture {number}"} for number in range(40_000)],
    "bins": [],
}


def plain(value):
    """What came out of Lua as Python values; lists are tables with numbers from 1."""
    if not hasattr(value, "items"):
        return value.decode() if isinstance(value, bytes) else value
    content = {plain(key): plain(one) for key, one in value.items()}
    return (
        [content[number] for number in range(1, len(content) + 1)]
        if set(content) == set(range(1, len(content) + 1))
        else content
    )


@pytest.mark.parametrize("kind", ["lua51", "luajit21"])
def test_the_table_says_what_was_meant(kind):
    module = pytest.importorskip(f"lupa.{kind}", reason=f"lupa has no {kind}")
    lua = module.LuaRuntime(encoding=None)
    lua.execute(b"package, ffi, io, require = nil, nil, nil, nil")
    assert plain(lua.execute(lua_table(VALUE))) == VALUE
