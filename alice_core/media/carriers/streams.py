"""Sound and moving pictures: the packets of the streams in a container that FFmpeg's libraries know.

The content is, for each stream that is seen or heard, the name of its codec and its packets one after
the other: tags, cover art, subtitles, edit lists and the container itself leave it as it is, and so
does a copy of the streams into another container that keeps packets as they are (MP4 and Matroska).
Headers of a codec (parameter sets) are not in it, because containers store them differently. Raw
streams (AAC in ADTS, H.264 in MPEG-TS) are packed otherwise and have a content of their own.
"""

from __future__ import annotations

import time

import av
from av.container import InputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from alice_core.errors import MediaError
from alice_core.media.carriers.boxes import FIRST, keep_boxes
from alice_core.media.carriers.content import Content
from alice_core.media.carriers.gathered import PATIENCE, Gathered
from alice_core.media.carriers.riff import keep_chunks
from alice_core.media.facts import Kind, MediaFacts
from alice_core.media.libav import open_served
from alice_core.media.probe import container_facts, is_cover
from alice_core.media.served import Strided
from alice_core.media.sniff import Seen
from alice_core.media.source import Source
from alice_core.media.whole import is_whole

_APPETITE = 64  # times its size may a file be read by a library that jumps about
_SLACK = 64 << 20
_STAGE = 1 << 16
_SAID_TWICE = 4  # times its size may the packets of a file be together; a broken index can name bytes again and again


def read_streams(source: Source, found: Gathered, head: bytes, seen: Seen) -> MediaFacts:
    """Read a file of sound or moving pictures, if it is one; says what it is.

    Args:
        source: The file.
        found: Takes tags and content.
        head: Its first bytes.
        seen: What it seems to be.
    """
    if head[4:8] in FIRST:
        keep_boxes(source, found)
    elif head[:4] == b"RIFF":
        keep_chunks(source, found)
    served = Strided(source, _APPETITE * source.size + _SLACK)
    served.until = time.thread_time() + PATIENCE
    facts = MediaFacts(Kind.OTHER, seen.mime, source.size)
    try:
        with open_served(served, source.path, head, seen) as container:
            served.until = None
            facts = container_facts(source.path, container, seen, source.size)
            if facts.kind is not Kind.OTHER:
                _keep_tags(found, "av:tag", container.metadata)
                for stream in container.streams:
                    _keep_tags(found, f"av:stream{stream.index}:tag", stream.metadata)
                found.content = _content(container, found, source.size)
    except MediaError as error:
        served.settle()
        if seen.kind is None:
            found.note(f"It cannot be opened: {error.message.rpartition(': ')[2]}.")
    except (av.FFmpegError, OSError, ValueError, ArithmeticError, MemoryError) as error:
        found.note(f"It is damaged: {getattr(error, 'strerror', None) or error}.")
    served.settle()
    if found.content is not None and is_whole(source.path) is False:
        found.note("It was not written to its end.")
        found.content = None
    if served.spent:
        found.note("FFmpeg's reader took too long over it or asked for too much; it was not read to its end.")
        found.content = None
    return facts


def _keep_tags(found: Gathered, place: str, tags: dict[str, str]) -> None:
    for key, value in tags.items():
        found.keep(place, key, value.encode("utf-8", "surrogateescape"))


def _content(container: InputContainer, found: Gathered, size: int) -> str | None:
    streams = [one for one in container.streams if one.type in {"audio", "video"} and not _is_art(one)]
    states = {one.index: Content(f"{one.type} {_codec(one)}", _STAGE) for one in streams}
    feeds = {index: state.feed for index, state in states.items()}
    room = _SAID_TWICE * size
    for packet in container.demux(streams):
        length = packet.size
        if not length:
            continue
        room -= length + 1
        if packet.is_corrupt or room < 0:
            found.note("It is damaged: some of its packets are not whole.")
            return None
        feeds[packet.stream_index](packet)
    whole = Content("streams", 0)
    for digest in sorted(state.hexdigest() for state in states.values()):
        whole.feed(digest.encode())
    return whole.hexdigest()


def _is_art(stream: Stream) -> bool:
    return isinstance(stream, VideoStream) and is_cover(stream)


def _codec(stream: Stream) -> str:
    """The name of the format, whatever decoder is chosen for it (``mp3`` for ``mp3float``)."""
    codec = stream.codec_context
    return "unknown" if codec is None else codec.codec.canonical_name
