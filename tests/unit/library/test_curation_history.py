"""Events in words for people, and everything that happened to an asset."""

from __future__ import annotations

from alice_core.events import Event
from alice_core.events import facts as projects
from alice_core.events import ledger_facts as money
from alice_core.events import library_facts as library
from alice_core.events import relay_facts as relay
from alice_core.events.audit_facts import Erased
from alice_core.events.exchange_facts import EventsImported
from alice_core.ids import uuid7
from alice_core.library.curating.history import history_of
from alice_core.library.curating.sentences import sentence
from alice_core.store import Ingredient, Recipe, catalogue
from alice_core.store.files import read_file

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64

SAID = (
    (library.Located(digest=A, path="/new.png"), "found at /new.png"),
    (library.Located(digest=A, path="/new.png", previous="/old.png"), "moved from /old.png to /new.png"),
    (library.LocationLost(digest=A, path="/old.png"), "no longer at /old.png"),
    (
        library.Described(digest=A, readers="3", generator="ComfyUI", origin="sibling"),
        "its metadata was read (ComfyUI, from the sibling)",
    ),
    (library.Looked(digest=A, likeness=None), "its pixels were looked at"),
    (library.Grouped(digest=A, leader=B, before=None), "became a companion of bbbbbbbb"),
    (library.Grouped(digest=A, leader=None, before=B), "stands by itself again"),
    (library.Untagged(digest=A, tag="style/neon"), "tag style/neon taken away"),
    (library.SynonymSet(synonym="glow", tag="neon", before=None), "glow means the tag neon"),
    (library.SynonymSet(synonym="glow", tag=None, before="neon"), "glow no longer means a tag"),
    (library.Rated(digest=A, rating=5, before=3), "rated 5 (was 3)"),
    (library.Rated(digest=A, rating=0, before=None), "rated 0"),
    (library.Rated(digest=A, rating=None, before=0), "rating 0 taken away"),
    (library.Favoured(digest=A, favourite=True, before=False), "made a favourite"),
    (library.Favoured(digest=A, favourite=False, before=True), "no longer a favourite"),
    (
        library.Marked(digest=A, mark="hero", reason="the light", before="maybe", before_reason=None),
        "marked hero: the light (was maybe)",
    ),
    (library.Noted(digest=A, note="two\nlines", before=None), "note written: two lines"),
    (library.Noted(digest=A, note=None, before="x"), "note taken away"),
    (library.Collected(digest=A, collection="best"), "put into the collection best"),
    (library.Uncollected(digest=A, collection="best"), "taken out of the collection best"),
    (library.Restored(digest=A, path="/a.png", kept="k", item="i"), "back from the trash at /a.png"),
    (library.Purged(digest=A, path="/a.png", size=7, item=None), "deleted for good: /a.png (7 bytes)"),
    (library.Undone(events=("1", "2")), "2 changes taken back"),
    (library.Redone(events=("1",)), "1 changes made again"),
    (library.RootAdded(root=1, path="/in"), "files in /in are known by their place in it"),
    (library.RootMoved(root=1, before="/in", after="/new"), "the folder /in is at /new now"),
    (library.RootWatched(root=1, path="/in", watched=True), "/in is watched"),
    (library.RootWatched(root=1, path="/in", watched=False), "/in is no longer watched"),
    (
        library.Refused(path="/a.png", state="broken", code="ALICE-M05", reason="it is cut"),
        "not taken in (broken): /a.png: it is cut",
    ),
    (library.RefusalCleared(path="/a.png"), "nothing more against /a.png"),
    (library.SidecarWritten(digest=A, path="/a.xmp"), "/a.xmp written"),
    (money.BudgetSet(project="", run="r", shot="", before=None, after=None), "budget of run r taken away"),
    (
        money.BudgetSet(
            project="",
            run="",
            shot="",
            before=None,
            after=money.LimitsFact(currency="USD", most="5", daily="1", ask_above=None, warn=80),
        ),
        "budget set: 5 USD, a day 1 USD",
    ),
    (
        money.BudgetWarned(project="", run="", shot="", currency="USD", committed="4", most="5", percent=80),
        "80 % of the budget are committed",
    ),
    (
        money.MoneyReserved(
            **dict.fromkeys(("job", "recipe", "project", "run", "shot", "task", "low", "expected"), ""),
            attempt=1,
            provider="fal",
            model="flux",
            currency="USD",
            amount="0.03",
            prices=(),
            approved=False,
        ),
        "0.03 USD set aside for fal flux",
    ),
    (
        money.MoneySettled(job="1", currency="USD", amount="0.02", released="0.01", settled_by="usage"),
        "cost 0.02 USD (by usage)",
    ),
    (
        money.MoneyReleased(job="1", currency="USD", released="0.03", reason="no"),
        "cost nothing; 0.03 USD are free again",
    ),
    (
        money.MoneyDoubted(job="1", currency="USD", amount="0.03", since="now", reason="the line broke"),
        "0.03 USD in doubt: the line broke",
    ),
    (
        money.DoubtResolved(job="1", currency="USD", charged=True, amount="0.03", released="0", how="hand"),
        "was billed after all: 0.03 USD",
    ),
    (
        money.DoubtResolved(job="1", currency="USD", charged=False, amount="0", released="0.03", how="hand"),
        "was not billed",
    ),
    (
        money.ChargeCorrected(job="1", currency="USD", before="0.02", after="0.03", source="bill.csv"),
        "cost 0.03 USD, not 0.02: bill.csv",
    ),
    (
        money.StatementImported(
            provider="fal", source="bill.csv", digest="", lines=3, agreed=2, corrected=1, resolved=0, strange=()
        ),
        "statement bill.csv: 2 of 3 agree, 1 corrected",
    ),
    (money.JobSubmitted(job="1", provider="fal", request="req-1"), "taken by fal as req-1"),
    (money.JobMade(job="1", provider="fal", outputs=(), warnings=()), "made by fal: 0 files"),
    (
        money.JobEnded(job="1", provider="fal", state="refused", code="ALICE-P03", reason="rude", billed="no"),
        "refused by fal: rude",
    ),
    (money.JobAbandoned(job="1", provider="fal", spent="0.03", currency="USD"), "given up; 0.03 USD stay spent"),
    (projects.Migrated(before=None, after="0004", backup=None), "tables brought from nothing to 0004"),
    (
        Erased(event="e", type="alice.library.noted", position=None, payload="0", reason="Ada asked"),
        "the payload of event e was erased: Ada asked",
    ),
    (
        EventsImported(path="/e.jsonl", lines=(1, 3), taken=2, repeated=0, refused=1, first=()),
        "2 events taken from /e.jsonl, 1 lines refused",
    ),
    (relay.SinkPaused(sink="log"), "the sink log gets nothing for now"),
    (relay.SinkResumed(sink="log"), "the sink log gets events again"),
    (relay.Redelivered(sink="log", positions=(3, 4)), "log took 2 events that it had refused"),
    (projects.ProjectCreated(project="p", name="Neon", brief=""), "project Neon begun"),
    (projects.ProjectStyled(project="p", before="", after="{}"), "style sheet written"),
    (projects.ProjectStyled(project="p", before="{}", after=""), "style sheet taken away"),
    (projects.ProjectArchived(project="p"), "project put away"),
    (projects.ProjectReopened(project="p"), "project taken up again"),
    (projects.ProjectBriefed(project="p", before="", after="rain"), "brief written: rain"),
    (projects.ProjectAssetAdded(project="p", digest=A, role="song"), "made part of a project as song"),
)


def an_event(kind, data, schema=1):
    return Event(uuid7(), kind, schema, A, "2026-11-24T09:00:00.000Z", "user:test", data)


def test_every_event_is_told_in_words():
    for fact, text in SAID:
        assert sentence(an_event(fact.type_name, fact.model_dump(mode="json"), fact.schema_version)) == text


def test_an_event_that_is_not_known_is_told_as_it_is():
    assert sentence(an_event("alice.mind.read-aloud", {"b": 1, "a": "é"})) == 'mind: read aloud {"a": "é", "b": 1}'
    assert len(sentence(an_event("alice.x.y", {"text": "long " * 200}))) == 200


def test_derivations_belong_to_the_history_of_what_they_read_and_gave(store, tmp_path):
    for name, text in (("a.txt", "rain"), ("b.txt", "sun")):
        (tmp_path / name).write_text(text)
    read, made = (read_file(tmp_path / name) for name in ("a.txt", "b.txt"))
    catalogue.ingest(store, read)
    recipe = Recipe("test.copy", 1, {}, (Ingredient("file", read.digest),))
    catalogue.record(store, recipe, (("copy", made),), None)
    assert [one.text for one in history_of(store, read.digest)[1]][-1] == "read by test.copy"
    assert "made by test.copy" in [one.text for one in history_of(store, made.digest)[1]]


def test_a_long_history_is_told_whole(store, tmp_path, monkeypatch):
    from alice_core.library.curating import curation, history

    monkeypatch.setattr(history, "_PAGE", 2)
    (tmp_path / "a.txt").write_text("rain")
    found = read_file(tmp_path / "a.txt")
    catalogue.ingest(store, found)
    for rating in range(5):
        curation.rate(store, (found.digest,), rating)
    assert [one.text for one in history_of(store, found.digest)[1]][-1] == "rated 4 (was 3)"
    assert len(history_of(store, found.digest)[1]) == 6


def test_a_payload_that_is_not_what_its_type_says_is_told_as_it_is():
    assert sentence(an_event("alice.library.rated", {"rating": "many"})) == 'library: rated {"rating": "many"}'


def test_the_log_of_another_library_changes_neither_history_nor_undo(store, tmp_path):
    """Not even where both know the same file and the same person worked with both."""
    from alice_core.library.curating import curation
    from alice_core.library.curating.history import asset_at
    from alice_core.library.curating.undo import undo
    from alice_core.store import Actor, open_store
    from alice_core.store.foreign import import_events

    (tmp_path / "a.txt").write_text("rain")
    found = read_file(tmp_path / "a.txt")
    with open_store(tmp_path / "other", actor=Actor("user:test")) as other:
        catalogue.ingest(other, found)
        curation.rate(other, (found.digest,), 1)
        with other.reading() as reader:
            lines = [event.to_cloudevent_json() for event in reader.events.following(0)]
    catalogue.ingest(store, found)
    before = history_of(store, found.digest)
    (tmp_path / "events.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert import_events(store, tmp_path / "events.jsonl").taken == len(lines)
    assert history_of(store, found.digest) == before
    assert asset_at(store, found.digest, "9999").asset.rating is None
    store.actor = Actor("user:test")
    assert undo(store) == ()
    with store.reading() as reader:
        assert reader.traces.origins([found.digest]) == {found.digest: before[1][0].event.id}
