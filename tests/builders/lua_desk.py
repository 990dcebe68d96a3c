"""The fake Resolve as Lua sees it: tables whose methods are answered by the same Python objects.

One prelude serves Lua inside this process (lupa) and the real interpreters (``lua5.1`` and
``luajit``, over their standard input and output). It takes away what the free edition may lack
before the script starts.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from alice_core.resolve.fake import Resolve
from alice_core.resolve.fake.session import Handle

INSIDE = {"lupa lua51": "lupa.lua51", "lupa luajit": "lupa.luajit21"}
PROGRAMS = ("lua5.1", "luajit")
MISSING = ("package", "ffi", "io", "require", "os", "module", "loadfile")

PRELUDE = r"""
local channel, script, missing, keeps_debug = ...
local loads, read = loadstring or load, dofile
local handles = setmetatable({}, { __mode = "k" })

local function text(value)
  return '"' .. value:gsub('[%c"\\]', function(sign) return ("\\u%04x"):format(sign:byte()) end) .. '"'
end

local function encoded(value)
  local kind = type(value)
  if kind == "nil" then return "null" end
  if kind == "string" then return text(value) end
  if kind ~= "table" then return tostring(value) end
  if handles[value] then return '{"handle":' .. handles[value] .. "}" end
  local parts = {}
  if #value > 0 or next(value) == nil then
    for _, one in ipairs(value) do parts[#parts + 1] = encoded(one) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, one in pairs(value) do parts[#parts + 1] = text(tostring(key)) .. ":" .. encoded(one) end
  return "{" .. table.concat(parts, ",") .. "}"
end

local function ask(number, name, ...)
  local given = { ... }
  local parts = {}
  for index = 1, select("#", ...) do parts[index] = encoded(given[index]) end
  local request = '{"handle":' .. number .. ',"name":"' .. name .. '","arguments":[' .. table.concat(parts, ",") .. "]}"
  return assert(loads(channel(request)))(HANDLE)
end

local known = {}
function HANDLE(number)
  if not known[number] then
    known[number] = setmetatable({}, { __index = function(_, name)
      return function(self, ...)
        assert(handles[self] == number, name .. " was called with a dot")
        return ask(number, name, ...)
      end
    end })
    handles[known[number]] = number
  end
  return known[number]
end

resolve, fusion = HANDLE(1), HANDLE(2)
fu, app = fusion, fusion
bmd = { writefile = function(path, value) return ask(0, "writefile", path, value) end }
print = function(...)
  local parts = {}
  for index = 1, select("#", ...) do parts[index] = tostring((select(index, ...))) end
  ask(0, "print", table.concat(parts, "\t"))
end
for name in missing:gmatch("%S+") do _G[name] = nil end
if not keeps_debug then debug = nil end
read(script)
"""

_PIPED = r"""
local out, come = io.stdout, io.stdin
local function channel(request)
  out:write(request, "\n")
  out:flush()
  local size = tonumber(come:read("*l"))
  return come:read(size)
end
local prelude = assert(loadfile(arg[1]))
prelude(channel, arg[2], arg[3], arg[4] == "debug")
"""


@dataclass
class Server:
    """Answers what Lua asks, in Lua."""

    resolve: Resolve
    printed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = self.resolve.script_names()
        self.bmd = names["bmd"]
        self.objects: dict[int, Handle] = {1: self.resolve, 2: names["fusion"]}

    def answer(self, request: str) -> str:
        """The Lua text of what a call gives; the text is a function of HANDLE."""
        asked = json.loads(request)
        arguments = [self._given(one) for one in asked["arguments"]]
        if asked["name"] == "print":
            self.printed.append(arguments[0])
            return "return nil"
        owner: Any = self.bmd if asked["handle"] == 0 else self.objects[asked["handle"]]
        try:
            found = getattr(owner, asked["name"])(*arguments)
        except OSError as error:
            return f"error({self._lua(str(error))}, 0)"
        return "local HANDLE = ... return " + self._lua(found)

    def _given(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self.objects[value["handle"]] if set(value) == {"handle"} else {
                key: self._given(one) for key, one in value.items()
            }  # fmt: skip
        return [self._given(one) for one in value] if isinstance(value, list) else value

    def _lua(self, value: Any) -> str:
        if isinstance(value, Handle):
            number = next((key for key, one in self.objects.items() if one is value), len(self.objects) + 1)
            self.objects[number] = value
            return f"HANDLE({number})"
        if isinstance(value, dict):
            return "{" + ",".join(f"[{self._lua(key)}]={self._lua(one)}" for key, one in value.items()) + "}"
        if isinstance(value, list | tuple):
            return "{" + ",".join(map(self._lua, value)) + "}"
        if isinstance(value, str):
            return '"' + "".join(f"\\{byte:03}" for byte in value.encode()) + '"'
        if value is None or isinstance(value, bool):
            return {None: "nil", True: "true", False: "false"}[value]
        return repr(value)


def run_lua(which: str, resolve: Resolve, script: Path, *, debug: bool = True) -> list[str]:
    """Run a script in one of :data:`INSIDE` or :data:`PROGRAMS`; gives what it printed."""
    server = Server(resolve)
    if which in INSIDE:
        runtime = import_module(INSIDE[which]).LuaRuntime(unpack_returned_tuples=True)
        load: Callable[..., Any] = runtime.eval("loadstring or load")
        load(PRELUDE)(server.answer, str(script), " ".join(MISSING), debug)
        return server.printed
    folder = script.parent
    (folder / "prelude.txt").write_text(PRELUDE)
    (folder / "piped.txt").write_text(_PIPED)
    command = [str(shutil.which(which)), str(folder / "piped.txt"), str(folder / "prelude.txt"), str(script)]
    with subprocess.Popen(
        [*command, " ".join(MISSING), "debug" if debug else ""],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            reply = server.answer(line.decode()).encode()
            process.stdin.write(b"%d\n" % len(reply) + reply)
            process.stdin.flush()
        wrong = process.stderr.read().decode()
    assert process.returncode == 0, wrong
    return server.printed
