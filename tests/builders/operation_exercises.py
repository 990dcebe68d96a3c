"""Every operation of the store, carried out once: what must be there before, and the call."""

from __future__ import annotations

import pytest
from money_exercises import MONEY

from alice_core import library, projects, workflows  # noqa: F401 - all operations are declared by importing the rooms
from alice_core.directing.style import StyleSheet, to_document
from alice_core.library.curating import curation, membership, tags, undo
from alice_core.library.discarding import gc, trash
from alice_core.library.keeping import adopt, importing, repair
from alice_core.library.keeping.export import export
from alice_core.library.keeping.records import AssetRecord
from alice_core.library.keeping.sidecar import write_sidecars
from alice_core.library.keeping.verify import verify
from alice_core.library.looking.companions import Change, group
from alice_core.library.looking.rederive import read_again
from alice_core.library.looking.seen import Seen, record_looks
from alice_core.library.meaning import embedding
from alice_core.media.packed import PackedBlock
from alice_core.projects import decisions, takes
from alice_core.relay import sinks
from alice_core.relay.settings import settings_for
from alice_core.resolve import reporting
from alice_core.store import (
    Asset,
    Derivation,
    Ingredient,
    Project,
    Recipe,
    catalogue,
    foreign,
)
from alice_core.store.erasing import erase_payloads
from alice_core.store.labels import Curation
from alice_core.store.migrate import Migration, record_migration
from alice_core.store.places import Finding, Location
from alice_core.workflows import correcting


def found(tmp_path, name="a.txt", data=b"alpha"):
    from alice_core.store.files import read_file

    path = tmp_path / name
    path.write_bytes(data)
    return read_file(path)


def _ingest(store, tmp_path):
    catalogue.ingest(store, found(tmp_path))


def _lose(store, tmp_path):
    one = found(tmp_path)
    with store.reading() as reader:
        known = reader.places.at(one.path)
    if known is None:
        pytest.fail("the exercise needs a known place")
    catalogue.lose_locations(store, (one.path,))


def _move(store, tmp_path):
    one = found(tmp_path)
    place = one.location("2026-11-24T00:00:00.000Z")
    at = Location(tmp_path / "moved.txt", place.digest, place.size, place.mtime_ns, place.seen)
    catalogue.move_locations(store, (catalogue.Move(one.path, at),))


def _root(store, tmp_path):
    catalogue.set_root(store, tmp_path / "elsewhere", watched=True)


def _refuse(store, tmp_path):
    catalogue.refuse(store, (Finding(tmp_path / "bad.png", "broken", "ALICE-M05", "its end is missing"),))


def _derive(store, tmp_path):
    catalogue.record(store, Recipe("test.copy", 1), (("copy", found(tmp_path, "b.txt", b"beta")),), None)


def _create(store, _tmp_path):
    projects.create(store, "Neon", "rain")


def _brief(store, _tmp_path):
    projects.brief(store, "Neon", "sun")


def _style(store, _tmp_path):
    projects.style(store, "Neon", to_document(StyleSheet(look="film")).decode())


def _archive(store, _tmp_path):
    projects.archive(store, "Neon")


def _reopen(store, _tmp_path):
    projects.reopen(store, "Neon")


def _join(store, tmp_path):
    catalogue.join_project(store, projects.get(store, "Neon"), found(tmp_path).digest, "file")


def _decide(store, _tmp_path):
    decisions.decide(store, (decisions.Decision("plan", "replaced", None, decisions.Stand(digest="a"), "shot-0001"),))


def _report(store, _tmp_path):
    reporting.report(store, reporting.Report("push", "Neon", "Film v1", None, (("markers", "12"),)))


def _propose(store, _tmp_path):
    takes.propose(store, "plan", "shot-0001", "sha256:1")


def _judge(store, _tmp_path):
    takes.judge(store, "plan", "shot-0001", "sha256:1", "liked")


def _known(store, tmp_path):
    """A known file's digest, with a tag, a synonym, a collection and everything else that can be said."""
    one = found(tmp_path)
    catalogue.ingest(store, one)
    membership.tag(store, (one.digest,), ("style/neon",))
    membership.collect(store, (one.digest,), "best")
    return one.digest


def _thrown(store, tmp_path):
    _ingest(store, tmp_path)
    trash.throw(store, [str(tmp_path / "a.txt")])


def _undo(store, _tmp_path):
    assert undo.undo(store)


def _collect(store, tmp_path):
    gc.record_collected(store, (gc.Waste("blob", tmp_path / "a.txt", 5, found(tmp_path).digest),))


def _note_prompts(store, tmp_path):
    with store.reading() as reader:
        known = reader.assets.known([found(tmp_path).digest])
    embedding.note_prompts(store, "m", list(known.values()))


def _on(call, *arguments, **options):
    """Says something of the known file."""
    return lambda store, tmp_path: call(store, (found(tmp_path).digest,), *arguments, **options)


def _damage(store, tmp_path):
    catalogue.ingest(store, found(tmp_path, "copy.txt"))
    (tmp_path / "a.txt").write_bytes(b"alph")


def _repair(store, _tmp_path):
    assert all(one.done for one in repair.repair(store, verify(store, dry_run=True).damages))


def _mend_block(store, tmp_path):
    block = PackedBlock("png:tEXt", "alice", "sha256:" + "0" * 64, 1, b"x")
    repair._mend(store, found(tmp_path).digest, block, tmp_path / "a.txt")


def _import(store, tmp_path):
    one = found(tmp_path)
    asset = Asset(one.digest, one.facts, "a.txt", "", "2026-11-24T09:00:00.000Z")
    record = AssetRecord(asset, True, None, (), (), None, adopt.Remarks())
    importing._carry_in(store, (record,), {}, (), "elsewhere")


def _adopt(store, tmp_path):
    remarks = adopt.Remarks(Curation(5, True, "hero", "the light", "ask Ada"), ("style/neon",), ("best",))
    adopt.adopt(store, {found(tmp_path).digest: remarks})


def _adopt_recipe(store, tmp_path):
    digest = found(tmp_path).digest
    recipe = Recipe("test.other", 1, {}, (Ingredient("file", digest),))
    derivation = Derivation(recipe.key, recipe, (Ingredient("copy", digest),), "", "user:ada", "")
    assert adopt.adopt_recipes(store, (derivation,)) == 1


def _look(store, tmp_path):
    record_looks(store, (Seen(found(tmp_path).digest, likeness=5, reason="it is dark"),))


def _group(store, tmp_path):
    group(store, (Change(found(tmp_path).digest, "sha256:" + "1" * 64),))


def _import_events(store, tmp_path):
    (tmp_path / "there.jsonl").write_text("no event")
    assert foreign.import_events(store, tmp_path / "there.jsonl").refused == 1


def _erase(store, _tmp_path):
    with store.reading() as reader:
        erase_payloads(store, [reader.events.following(0)[-1].id], "somebody asked for it")


def _sink(store, tmp_path):
    sinks.add_sink(store, "team", settings_for(str(tmp_path / "sent.jsonl"), {}))


def _refused(store, _tmp_path):
    with store.reading() as reader:
        event = reader.events.following(0, limit=1)[0]
    sinks.set_aside(store, "team", event, "too large", 5)


EXERCISES = {
    # operation: (what must be there before, the call, whether rows of the domain change)
    "asset.ingest": ((), _ingest, True),
    "asset.lose-location": ((_ingest,), _lose, True),
    "asset.move-location": ((_ingest,), _move, True),
    "asset.refuse": ((), _refuse, True),
    "library.root": ((), _root, True),
    "asset.derive": ((), _derive, True),
    "project.create": ((), _create, True),
    "project.brief": ((_create,), _brief, True),
    "project.style": ((_create,), _style, True),
    "project.archive": ((_create,), _archive, True),
    "project.reopen": ((_create, _archive), _reopen, True),
    "project.add-asset": ((_create, _ingest), _join, True),
    "project.decide": ((), _decide, False),
    "take.propose": ((), _propose, False),
    "take.judge": ((_propose,), _judge, False),
    "resolve.report": ((), _report, False),
    "asset.tag": ((_ingest,), _on(membership.tag, ("style/neon", "rain")), True),
    "asset.untag": ((_known,), _on(membership.untag, ("style/neon",)), True),
    "asset.collect": ((_ingest,), _on(membership.collect, "best"), True),
    "asset.uncollect": ((_known,), _on(membership.uncollect, "best"), True),
    "asset.rate": ((_ingest,), _on(curation.rate, 5), True),
    "asset.favour": ((_ingest,), _on(curation.favour), True),
    "asset.mark": ((_ingest,), _on(curation.mark, "hero", "the light"), True),
    "asset.note": ((_ingest,), _on(curation.note, "ask Ada"), True),
    "asset.look": ((_ingest,), _look, True),
    "asset.group": ((_ingest,), _group, True),
    "asset.describe": ((_ingest,), _on(read_again), True),
    "tag.synonym": ((_known,), lambda store, _: tags.set_synonym(store, "NEONLIGHT", "style/neon"), True),
    "tag.rename": ((_known,), lambda store, _: tags.rename_tag(store, "style", "look"), True),
    "asset.trash": ((_ingest,), lambda store, tmp_path: trash.throw(store, [str(tmp_path / "a.txt")]), True),
    "asset.restore": ((_thrown,), lambda store, tmp_path: trash.restore(store, [str(tmp_path / "a.txt")]), True),
    "asset.purge": ((_thrown,), lambda store, _: trash.empty(store, everything=True), True),
    "library.collect": ((_ingest,), _collect, True),
    "library.undo": ((_known,), _undo, True),
    "library.redo": ((_known, _undo), lambda store, _: undo.redo(store), True),
    "library.verify": ((_ingest,), lambda store, _: verify(store), False),
    "library.export": ((_ingest,), lambda store, tmp_path: export(store, tmp_path / "export"), False),
    "sidecar.write": ((_known,), lambda store, _: write_sidecars(store), False),
    "asset.repair": ((_ingest, _damage), _repair, True),
    "block.repair": ((_ingest,), _mend_block, True),
    "asset.import": ((), _import, True),
    "asset.adopt": ((_ingest,), _adopt, True),
    "recipe.adopt": ((_ingest,), _adopt_recipe, True),
    "project.adopt": ((), lambda store, _: adopt.adopt_project(store, Project("1", "Neon", "", "now")), True),
    "tag.adopt-synonyms": ((_known,), lambda store, _: adopt.adopt_synonyms(store, {"glow": "style/neon"}), True),
    "prompt.note": ((_ingest,), _note_prompts, False),
    "prompt.embed": ((), lambda store, _: embedding.keep_vectors(store, "m", {1: b"x"}), False),
    "db.upgrade": ((), lambda store, _: record_migration(store, Migration("0002", "0003", None)), False),
    "music.correct": ((), lambda store, _: correcting.record(store, "a", "b", expected=None, what="half"), False),
    "audit.erase": ((), _erase, False),
    "event.import": ((), _import_events, False),
    "sink.add": ((), _sink, True),
    "sink.remove": ((_sink,), lambda store, _: sinks.remove_sink(store, "team"), True),
    "sink.pause": ((_sink,), lambda store, _: sinks.pause_sink(store, "team"), True),
    "sink.resume": (
        (_sink, lambda store, _: sinks.pause_sink(store, "team")),
        lambda store, _: sinks.resume_sink(store, "team"),
        True,
    ),
    "sink.set-aside": ((_sink,), _refused, True),
    "sink.redeliver": ((_sink, _refused), lambda store, _: sinks.record_redelivered(store, "team", (1,)), True),
} | MONEY
