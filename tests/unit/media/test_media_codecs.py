"""Which encoders there are."""

from alice_core.media.codecs import missing_encoders


def test_what_is_missing_is_named():
    assert missing_encoders("libx264", "aac") == ()
    assert missing_encoders("aac", "no-such-codec") == ("no-such-codec",)
