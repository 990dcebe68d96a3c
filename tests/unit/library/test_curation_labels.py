"""What people say of assets: kept once, told once, and the same whatever it is called."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import Conflict, NotFound, UsageError
from alice_core.library import find, ingest_paths
from alice_core.library.curating import curation, membership, tags
from alice_core.library.curating.choice import choose
from alice_core.store.labels import Curation


@pytest.fixture
def files(store, tmp_path):
    """Three known files, and the digest of each."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"rain {name}")
    ingest_paths(store, [folder])
    with store.reading() as reader:
        return {one.path.stem: one.digest for one in reader.places.below(folder)}


def labels_of(store, digest):
    with store.reading() as reader:
        number = reader.assets.known((digest,))[digest]
        found = reader.labels
        said = found.curations((number,)).get(number, Curation())
        return set(found.tags((number,)).get(number, ())), set(found.collections((number,)).get(number, ())), said


def test_each_asset_that_changes_gets_one_event_and_the_others_none(store, files, events):
    membership.tag(store, (files["a"],), ("rain",))
    before = len(events())
    said = membership.tag(store, tuple(files.values()), ("rain",))
    assert set(said.changed) == {files["b"], files["c"]}
    assert said.unchanged == (files["a"],)
    fresh = events(before)
    assert [one.type for one in fresh] == ["alice.library.tagged"] * 2
    assert {one.subject for one in fresh} == set(said.changed)
    assert membership.tag(store, tuple(files.values()), ("rain",)).changed == ()
    assert len(events(before)) == 2


def test_an_event_says_what_was_there_before(store, files, events):
    one = (files["a"],)
    for call, arguments, payload in (
        (curation.rate, (4,), {"rating": 4, "before": None}),
        (curation.rate, (0,), {"rating": 0, "before": 4}),
        (curation.favour, (), {"favourite": True, "before": False}),
        (curation.mark, ("hero", "the light"), {"mark": "hero", "reason": "the light", "before": None}),
        (curation.mark, ("maybe",), {"mark": "maybe", "reason": None, "before": "hero", "before_reason": "the light"}),
        (curation.note, ("  ask Ada \n",), {"note": "ask Ada", "before": None}),
        (membership.collect, ("best  of",), {"collection": "best of"}),
        (membership.tag, (("a/b",),), {"tag": "a/b"}),
    ):
        assert call(store, one, *arguments).changed == one
        assert payload.items() <= events()[-1].data.items()
        last = len(events())
        assert call(store, one, *arguments).changed == ()
        assert len(events()) == last


def test_what_was_said_is_taken_away_again(store, files):
    one = (files["a"],)
    curation.rate(store, one, 5)
    curation.favour(store, one)
    curation.mark(store, one, "maybe", "dark")
    curation.note(store, one, "x")
    membership.tag(store, one, ("a",))
    membership.collect(store, one, "c")
    assert labels_of(store, one[0]) == ({"a"}, {"c"}, Curation(5, True, "maybe", "dark", "x"))
    curation.rate(store, one, None)
    curation.favour(store, one, favourite=False)
    curation.mark(store, one, None)
    curation.note(store, one, "   ")
    membership.untag(store, one, ("A",))
    membership.uncollect(store, one, "C")
    assert labels_of(store, one[0]) == (set(), set(), Curation())
    with store.reading() as reader:
        assert (reader.labels.all_tags(), reader.labels.all_collections()) == ({}, {})


def test_a_dry_run_says_what_would_change_and_changes_nothing(store, files, events):
    last = len(events())
    everything = tuple(files.values())
    assert set(membership.tag(store, everything, ("a", "b"), dry_run=True).changed) == set(everything)
    assert set(curation.rate(store, everything, 3, dry_run=True).changed) == set(everything)
    assert len(events()) == last
    assert labels_of(store, everything[0]) == (set(), set(), Curation())


def test_what_cannot_be_said_changes_nothing(store, files, events):
    one, last = (files["a"],), len(events())
    for call, *arguments in (
        (curation.rate, 6),
        (curation.rate, -1),
        (curation.mark, "star"),
        (curation.mark, None, "why"),
        (curation.note, "x" * 100_001),
        (membership.tag, ("",)),
        (membership.tag, ("a//b",)),
        (membership.tag, ("/a",)),
        (membership.tag, ("x" * 256,)),
        (membership.tag, ("bell\x07",)),
        (membership.collect, "  "),
    ):
        with pytest.raises(UsageError):
            call(store, one, *arguments)
    assert len(events()) == last


def test_nothing_is_said_of_what_is_not_known(store, files):
    with pytest.raises(NotFound):
        curation.rate(store, (files["a"], "sha256:" + "0" * 64), 3)
    assert labels_of(store, files["a"])[2] == Curation()


def test_labels_are_words_to_find_by(store, files):
    membership.tag(store, (files["a"],), ("style/neon",))
    curation.note(store, (files["b"],), "purple umbrella")
    curation.mark(store, (files["c"],), "reject", "blurred")
    for words, name in (("neon", "a"), ("umbrella", "b"), ("blurred", "c"), ("tag:style", "a"), ("mark:reject", "c")):
        assert [card.asset.digest for card in find(store, words).cards] == [files[name]], words


_parts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)


@given(st.lists(_parts.filter(lambda part: part.strip() and "/" not in part), min_size=1, max_size=4))
@settings(deadline=None, max_examples=33)
def test_a_tag_is_kept_in_one_form(parts):
    try:
        name = tags.clean_tag(" / ".join(f"  {part} " for part in parts))
    except UsageError:
        return
    assert tags.clean_tag(name) == name == unicodedata.normalize("NFC", name)
    assert "  " not in name
    assert all(part == part.strip() != "" for part in name.split("/"))


def test_composed_and_decomposed_letters_are_one_tag(store, files):
    membership.tag(store, (files["a"],), ("caf\N{LATIN SMALL LETTER E WITH ACUTE}",))
    assert membership.tag(store, (files["a"],), ("cafe\N{COMBINING ACUTE ACCENT}",)).changed == ()


def test_case_makes_no_second_tag(store, files):
    membership.tag(store, (files["a"],), ("Style/Neon", "style/neon"))
    membership.tag(store, (files["b"],), ("STYLE/neon", "style/Oil"))
    assert labels_of(store, files["b"])[0] == {"Style/Neon", "Style/Oil"}
    with store.reading() as reader:
        assert reader.labels.all_tags() == {"Style/Neon": 2, "Style/Oil": 1}


def test_a_synonym_means_its_tag_wherever_one_is_named(store, files):
    membership.tag(store, (files["a"],), ("style/neon",))
    assert tags.set_synonym(store, "NEONLIGHT", "style/neon") == "style/neon"
    membership.tag(store, (files["b"],), ("neonlight",))
    assert labels_of(store, files["b"])[0] == {"style/neon"}
    assert {card.asset.digest for card in find(store, "tag:neonlight").cards} == {files["a"], files["b"]}
    membership.untag(store, (files["a"], files["b"]), ("NeonLight",))
    with store.reading() as reader:
        (style, neon) = tags.tag_tree(reader)
    assert (style.name, style.depth, neon.name, neon.depth) == ("style", 0, "style/neon", 1)
    assert (neon.assets, neon.synonyms) == (0, ("NEONLIGHT",))
    assert tags.set_synonym(store, "neonlight", None) is None
    with store.reading() as reader:
        assert tags.tag_tree(reader) == ()


def test_a_synonym_is_no_tag_and_no_riddle(store, files, events):
    membership.tag(store, (files["a"],), ("neon", "rain"))
    with pytest.raises(Conflict):
        tags.set_synonym(store, "Rain", "neon")
    with pytest.raises(UsageError):
        tags.set_synonym(store, "Neon", "neon")
    with pytest.raises(NotFound):
        tags.set_synonym(store, "glow", None)
    tags.set_synonym(store, "glow", "neon")
    last = len(events())
    tags.set_synonym(store, "GLOW", "NEON")
    tags.set_synonym(store, "shine", "neon", dry_run=True)
    tags.set_synonym(store, "glow", None, dry_run=True)
    assert len(events()) == last
    tags.set_synonym(store, "glow", "rain")
    assert events()[-1].data == {"synonym": "glow", "tag": "rain", "before": "neon"}


def test_a_renamed_tag_takes_its_tree_and_synonyms_along(store, files):
    membership.tag(store, (files["a"],), ("style/neon", "style"))
    membership.tag(store, (files["b"],), ("style/neon/pink", "stylish"))
    tags.set_synonym(store, "glow", "style/neon")
    foreseen = tags.rename_tag(store, "Style", "look/great", dry_run=True)
    assert labels_of(store, files["a"])[0] == {"style", "style/neon"}
    assert tags.rename_tag(store, "Style", "look/great") == foreseen
    assert foreseen.assets == 2
    assert dict(foreseen.tags)["style/neon/pink"] == "look/great/neon/pink"
    assert labels_of(store, files["a"])[0] == {"look/great", "look/great/neon"}
    assert labels_of(store, files["b"])[0] == {"look/great/neon/pink", "stylish"}
    with store.reading() as reader:
        assert reader.labels.synonyms() == {"glow": "look/great/neon"}
        assert "style" not in {one.name for one in tags.tag_tree(reader)}


def test_renaming_into_a_tag_that_is_there_makes_them_one(store, files):
    membership.tag(store, (files["a"], files["b"]), ("rain",))
    membership.tag(store, (files["b"], files["c"]), ("Regen",))
    tags.rename_tag(store, "Regen", "RAIN")
    with store.reading() as reader:
        assert reader.labels.all_tags() == {"rain": 3}


def test_a_tag_can_rise_into_the_place_of_its_parent_and_change_its_case(store, files):
    membership.tag(store, (files["a"],), ("a/b", "a/b/b"))
    tags.rename_tag(store, "a/b", "a")
    assert labels_of(store, files["a"])[0] == {"a", "a/b"}
    tags.rename_tag(store, "a", "A")
    assert labels_of(store, files["a"])[0] == {"A", "A/b"}
    assert tags.rename_tag(store, "a", "A").tags == ()


def test_renaming_that_makes_no_sense_changes_nothing(store, files, events):
    membership.tag(store, (files["a"],), ("a",))
    tags.set_synonym(store, "b", "a")
    last = len(events())
    for error, before, after in ((NotFound, "x", "y"), (UsageError, "a", "a/c"), (Conflict, "a", "B")):
        with pytest.raises(error):
            tags.rename_tag(store, before, after)
    with pytest.raises(UsageError):
        tags.rename_tag(store, "a", "x" * 256)
    assert len(events()) == last


def test_assets_are_chosen_by_path_digest_and_query(store, files, tmp_path):
    path = str(tmp_path / "in" / "a.txt")
    choice = choose(store, (path, files["b"][7:20], files["a"]), query="kind:document sort:oldest")
    assert choice.digests[:2] == (files["a"], files["b"])
    assert set(choice.digests) == set(files.values())
    assert choice.query == "kind:document sort:oldest"
    assert choose(store, (path,)).query is None


def test_nothing_is_chosen_by_what_is_not_understood(store, files, tmp_path):
    with pytest.raises(UsageError, match="which assets"):
        choose(store, ())
    with pytest.raises(UsageError, match="empty"):
        choose(store, (), query="  ")
    curation.note(store, (files["a"],), "purple umbrella")
    with pytest.raises(UsageError, match="found nowhere: umbrela") as caught:
        choose(store, (), query="umbrela")
    assert "umbrella" in caught.value.hint
    with pytest.raises(UsageError, match="not understood: nokey:x"):
        choose(store, (), query="kind:document nokey:x")
    stranger = tmp_path / "stranger.txt"
    stranger.write_text("never seen")
    for name in (str(stranger), "nothing", "sha256:" + "1" * 64):
        with pytest.raises(NotFound):
            choose(store, (name,))
