"""A sink that is a Redis stream, each event once even when an answer was lost.

An entry has the fields ``id`` and ``event`` (CloudEvents 1.0 in JSON). Beside the stream lies a marker that says, for
each store, up to which position its events are there; a script at the server moves it together with the entries,
so that what is sent again is not added again, and that a server which came back with an older state is noticed.
A store is known by the identifier of its first event.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from alice_core.errors import AliceError
from alice_core.events import Event
from alice_core.relay.redis_server import RedisSettings, connect, library
from alice_core.relay.sending import Delivery, Mark, Trouble, said

_CHUNK_BYTES = 4 << 20

_SEND = """
local stream, marks, store, before, keep = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local marked = redis.call('HGET', marks, store)
local at, last = 0, ''
if marked then
  local number, id = string.match(marked, '^(%d+) (.*)$')
  at, last = tonumber(number), id
  if at < before then return {'BEHIND', number} end
end
local position, id, problem
for i = 4, #ARGV, 3 do
  local this = tonumber(ARGV[i])
  if this == at and marked and ARGV[i + 1] ~= last then return {'OTHER', ARGV[i]} end
  if this > at then
    local added = redis.pcall('XADD', stream, '*', 'id', ARGV[i + 1], 'event', ARGV[i + 2])
    if type(added) == 'table' and added.err then problem = added.err break end
    position, id = ARGV[i], ARGV[i + 1]
  end
end
if position then redis.call('HSET', marks, store, position .. ' ' .. id) end
if problem then return {'FAILED', position or '0', problem} end

local function parts(entry)
  local high, low = string.match(entry, '^(%d+)-(%d+)$')
  return tonumber(high), tonumber(low)
end
local function after(entry)
  local high, low = parts(entry)
  return string.format('%.0f-%.0f', high, low + 1)
end
local function less(one, other)
  local high, low = parts(one)
  local high2, low2 = parts(other)
  return high < high2 or (high == high2 and low < low2)
end
local over = redis.call('XLEN', stream) - keep
if over > 0 then
  local slowest
  for _, flat in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
    local group = {}
    for i = 1, #flat, 2 do group[flat[i]] = flat[i + 1] end
    local needs = after(group['last-delivered-id'])
    if group['pending'] > 0 then needs = redis.call('XPENDING', stream, group['name'])[2] end
    if not slowest or less(needs, slowest) then slowest = needs end
  end
  if slowest then
    local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', math.min(over, 1000))
    local cut = after(oldest[#oldest][1])
    if less(slowest, cut) then cut = slowest end
    redis.call('XTRIM', stream, 'MINID', '=', cut)
  end
end
return {'OK'}
"""

_SEND_AGAIN = """
for i = 1, #ARGV, 2 do redis.call('XADD', KEYS[1], '*', 'id', ARGV[i], 'event', ARGV[i + 1]) end
"""


class RedisStream:
    """Adds events to the stream, and drops old ones that every group is done with."""

    batch = 500

    def __init__(self, settings: RedisSettings, secret: str | None, store: str, *, again: bool = False) -> None:
        """Begin; nothing is sent yet.

        Args:
            settings: Which stream.
            secret: The server's password.
            store: Whose events they are: the identifier of the log's first event.
            again: Whether to add events even where they were added before, for those who want them once more.

        Raises:
            MissingExtra: The package redis is not installed.
        """
        self._settings = settings
        self._store = store
        self._again = again
        self._redis = library()
        self._client = connect(settings, secret)
        self._script = self._client.register_script(_SEND)
        self._again_script = self._client.register_script(_SEND_AGAIN)
        self._marks = f"{{{settings.stream}}}:sent"
        self._before = 0

    def deliver(self, events: Sequence[Event]) -> Delivery:
        """Add the events in chunks of some megabytes."""
        taken = 0
        for chunk in self._chunks(events):
            bodies = [body for _, body in chunk]
            if len(bodies[0]) > self._settings.largest:
                reason = f"it has {len(bodies[0]):,} bytes; {self._settings.largest:,} are the most for this sink"
                return Delivery(taken, Trouble(reason, refused=True, hopeless=True))
            trouble = self._safely(chunk)
            if trouble is not None:
                return Delivery(taken, trouble)
            taken += len(chunk)
        return Delivery(taken)

    def mark(self) -> Mark | Trouble | None:
        """Up to where the marker says that events of this store are there."""
        try:
            found = self._client.hget(self._marks, self._store)
        except (self._redis.RedisError, OSError) as error:
            return Trouble(said(error))
        if found is None:
            return None
        position, _, identifier = found.decode("ascii", "replace").partition(" ")
        return Mark(int(position), identifier) if position.isdigit() else Trouble(f"{self._marks} is not ours")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _chunks(self, events: Sequence[Event]) -> Iterator[list[tuple[Event, bytes]]]:
        chunk: list[tuple[Event, bytes]] = []
        size = 0
        for event in events:
            body = event.to_cloudevent_json().encode("utf-8", "surrogatepass")
            if chunk and (size + len(body) > _CHUNK_BYTES or len(body) > self._settings.largest):
                yield chunk
                chunk, size = [], 0
            chunk.append((event, body))
            size += len(body)
            if len(body) > self._settings.largest:
                yield chunk
                chunk, size = [], 0
        if chunk:
            yield chunk

    def _safely(self, chunk: list[tuple[Event, bytes]]) -> Trouble | None:
        try:
            if not self._again:
                return self._add(chunk)
            self._add_again(chunk)
        except self._redis.ResponseError as error:
            big = "invalid bulk length" in str(error) or "exceeds maximum" in str(error)
            return Trouble(said(error), refused=big and len(chunk) == 1, hopeless=big)
        except (self._redis.RedisError, OSError, AliceError) as error:
            return Trouble(said(error))
        return None

    def _add(self, chunk: list[tuple[Event, bytes]]) -> Trouble | None:
        values: list[Any] = [self._store, self._before, self._settings.keep]
        for event, body in chunk:
            values += [event.position, event.id, body]
        answer = [one.decode("utf-8", "replace") for one in self._script((self._settings.stream, self._marks), values)]
        word = answer[0]
        if word == "BEHIND":
            self._before = 0
            resume = int(answer[1])
            return Trouble(f"the server lost what came after position {resume}", wait=0.0, resume=resume)
        if word == "OTHER":
            return Trouble(f"the stream has another event at position {answer[1]}: was this store an older copy?")
        if word == "FAILED":
            return Trouble(said(answer[2]))
        self._before = chunk[-1][0].position or 0
        return None

    def _add_again(self, chunk: list[tuple[Event, bytes]]) -> None:
        values = [value for event, body in chunk for value in (event.id, body)]
        self._again_script([self._settings.stream], values)
