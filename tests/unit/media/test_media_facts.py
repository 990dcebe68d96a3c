"""Facts go through JSON without loss."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.media.facts import Kind, MediaFacts, PictureFacts, SoundFacts

some = st.integers(1, 10**6)
exact = st.none() | st.fractions(min_value=0, max_value=10**6)
sounds = st.builds(SoundFacts, st.text(max_size=9), some, some, exact)
pictures = st.builds(PictureFacts, st.text(max_size=9), some, some, exact, st.none() | some, exact)
everything = st.builds(
    MediaFacts, st.sampled_from(Kind), st.text(max_size=20), some, st.none() | sounds, st.none() | pictures
)


@settings(max_examples=33, deadline=None)
@given(everything)
def test_round_trip(facts):
    assert MediaFacts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


def test_numbers_are_text():
    facts = MediaFacts(Kind.AUDIO, "audio/wav", 4, SoundFacts("pcm_s16le", 48000, 2, None))
    assert facts.to_json()["sound"] == {"codec": "pcm_s16le", "sample_rate": 48000, "channels": 2, "seconds": None}


def test_what_is_no_facts():
    with pytest.raises(KeyError):
        MediaFacts.from_json({"kind": "audio"})
    with pytest.raises(ValueError, match="music"):
        MediaFacts.from_json({"kind": "music", "mime": "", "size": 0, "sound": None, "picture": None})
