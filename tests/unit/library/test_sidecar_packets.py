"""Packets of XMP: written, read back, and merged into what other programs wrote."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.media.xmp_packet import LONGEST, Packet
from alice_core.media.xmp_write import SidecarFacts, read_sidecar_packet, write_sidecar_packet

FACTS = SidecarFacts(
    digest="sha256:" + "0" * 64,
    content="blake3:" + "1" * 64,
    tags=("style/neon", "rain & <snow>"),
    rating=4,
    favourite=True,
    mark="hero",
    reason="the light",
    note="Grüße\r\n“quoted” 日本",
    collections=("Best of",),
    projects=("file|Neon",),
    recipes=('{"key": "a", "parameters": {"x": "<&>"}}',),
)
DARKTABLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:darktable="http://darktable.sf.net/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:odd="http://purl.org/odd/"
   xmp:Rating="3"
   darktable:xmp_version="4">
   <!-- the history of edits -->
   <darktable:history>
    <rdf:Seq>
     <rdf:li darktable:num="0" darktable:operation="exposure" darktable:params="0000c842"/>
    </rdf:Seq>
   </darktable:history>
   <dc:subject>
    <rdf:Bag>
     <rdf:li>holiday</rdf:li>
    </rdf:Bag>
   </dc:subject>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">At the lake</rdf:li></rdf:Alt></dc:description>
   <odd:thing>kept</odd:thing>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""

words = st.text(st.characters(blacklist_categories=("Cc", "Cs")), min_size=1, max_size=20).map(
    lambda text: "x" + text.strip() + "x"
)
tag = st.lists(words.filter(lambda text: not set(text) & set("/|")), min_size=1, max_size=3, unique=True).map("/".join)


def test_what_is_written_is_read_back():
    assert read_sidecar_packet(write_sidecar_packet(FACTS)) == FACTS
    assert read_sidecar_packet(write_sidecar_packet(SidecarFacts())) == SidecarFacts()


@settings(deadline=None, max_examples=25)
@given(
    st.lists(words.filter(lambda text: not set(text) & set("/|")), max_size=4, unique=True),
    st.none() | st.integers(0, 5),
    st.none() | words,
)
def test_any_names_and_notes_come_back(tags, rating, note):
    facts = SidecarFacts("sha256:" + "0" * 64, tags=tuple(tags), rating=rating, note=note)
    first = write_sidecar_packet(facts)
    assert read_sidecar_packet(first) == facts
    assert write_sidecar_packet(facts, first) == first


@settings(deadline=None, max_examples=25)
@given(tag)
def test_the_tree_of_a_tag_comes_back(name):
    assert read_sidecar_packet(write_sidecar_packet(SidecarFacts(tags=(name,)))).tags == (name,)


def test_writing_the_same_again_changes_no_byte():
    once = write_sidecar_packet(FACTS)
    assert write_sidecar_packet(FACTS, once) == once


def test_what_another_program_wrote_stays():
    merged = write_sidecar_packet(replace(FACTS, note=None, prompt="neon rain"), DARKTABLE)
    said = read_sidecar_packet(merged)
    assert (said.rating, said.mark) == (4, "hero")
    assert said.tags == ("style/neon", "rain & <snow>", "holiday")
    root = ET.fromstring(merged)
    text = merged.decode()
    assert "<!-- the history of edits -->" in text
    assert 'darktable:operation="exposure"' in text
    assert root.find(".//{http://purl.org/odd/}thing").text == "kept"
    assert "At the lake" in text  # their caption gives way to a note only, not to a prompt
    assert said.note == "At the lake"
    assert 'xmp:Rating="3"' not in text
    assert text.count("xmp:Rating>") == 2
    assert read_sidecar_packet(write_sidecar_packet(replace(FACTS, note="My note"), merged)).note == "My note"
    assert write_sidecar_packet(replace(FACTS, note=None, prompt="neon rain"), merged) == merged


def test_tags_that_we_wrote_and_are_gone_go_and_those_of_others_stay():
    once = write_sidecar_packet(FACTS, DARKTABLE)
    assert read_sidecar_packet(write_sidecar_packet(replace(FACTS, tags=("new",)), once)).tags == ("new", "holiday")
    nothing = write_sidecar_packet(SidecarFacts(digest=FACTS.digest), once)
    said = read_sidecar_packet(nothing)
    assert (said.tags, said.rating, said.mark, said.note) == (("holiday",), None, None, None)


def test_a_prompt_is_told_as_the_description_and_is_no_note():
    facts = SidecarFacts(digest=FACTS.digest, prompt="neon rain")
    packet = write_sidecar_packet(facts)
    assert b"neon rain" in packet
    assert read_sidecar_packet(packet).note is None
    edited = packet.replace(b'"x-default">neon rain', b'"x-default">My caption')
    assert read_sidecar_packet(edited).note == "My caption"
    assert b"neon rain" not in write_sidecar_packet(SidecarFacts(digest=FACTS.digest), packet)


def test_what_another_program_says_is_understood():
    said = read_sidecar_packet(DARKTABLE)
    assert (said.digest, said.rating, said.tags, said.note) == (None, 3, ("holiday",), "At the lake")
    rejected = DARKTABLE.replace(b'"3"', b'"-1"')
    assert (read_sidecar_packet(rejected).mark, read_sidecar_packet(rejected).rating) == ("reject", None)
    assert read_sidecar_packet(DARKTABLE.replace(b'"3"', b'"0"')).rating is None
    assert read_sidecar_packet(DARKTABLE.replace(b'"3"', b'"many"')).rating is None
    assert read_sidecar_packet(DARKTABLE.replace(b'"3"', b'"77"')).rating is None


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_packets_in_other_encodings_are_read_and_become_utf_8(codec):
    packet = DARKTABLE.decode().replace(' encoding="UTF-8"', "").encode(codec)
    assert read_sidecar_packet(packet).tags == ("holiday",)
    assert b"holiday" in write_sidecar_packet(FACTS, packet)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        b"<a/>",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"\xff\xff\xff",
        b"<a>" * 200 + b"</a>" * 200,
        b"<a>" + b" " * LONGEST + b"</a>",
        b"<rdf:RDF xmlns:rdf='x'/>",
    ],
)
def test_what_cannot_be_read_is_never_written_over(data):
    with pytest.raises(ValueError):
        read_sidecar_packet(data)
    with pytest.raises(ValueError):
        write_sidecar_packet(FACTS, data)


def test_odd_prefixes_do_not_clash_with_ours():
    odd = DARKTABLE.replace(b"xmlns:odd=", b"xmlns:alice=").replace(b"odd:thing", b"alice:thing")
    merged = write_sidecar_packet(FACTS, odd)
    assert ET.fromstring(merged).find(".//{http://purl.org/odd/}thing").text == "kept"
    assert read_sidecar_packet(merged).favourite
    bare = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF>'
    assert read_sidecar_packet(write_sidecar_packet(FACTS, bare)).rating == 4


def test_a_resource_and_processing_instructions_are_kept():
    packet = DARKTABLE.replace(
        b"<odd:thing>kept</odd:thing>", b'<odd:thing rdf:resource="urn:a"/><?page break?><dc:source>\x61</dc:source>'
    )
    merged = write_sidecar_packet(FACTS, packet).decode()
    assert "<?page break?>" in merged
    assert Packet.parse(packet).values("{http://purl.org/odd/}thing") == ("urn:a",)


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed here")
def test_exiftool_reads_it(tmp_path):
    import json

    for name, before in (("new", None), ("merged", DARKTABLE)):
        path = tmp_path / f"{name}.png.xmp"
        path.write_bytes(write_sidecar_packet(FACTS, before))
        done = subprocess.run(
            ["exiftool", "-j", "-struct", "-G1", str(path)], capture_output=True, check=True, timeout=60
        )
        (said,) = json.loads(done.stdout)
        assert "ExifTool:Warning" not in said
        assert said["XMP-xmp:Rating"] == 4
        assert said["XMP-xmp:Label"] == "hero"
        assert said["XMP-lr:HierarchicalSubject"] in ("style|neon", ["style|neon"])
        assert {"style", "neon", "rain & <snow>"} <= set(said["XMP-dc:Subject"])
        assert said["XMP-alice:Digest"] == FACTS.digest
