"""A cut that comes back from Resolve: each thing that was done to it is one decision, recorded once."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from planned_film import write_movie

from alice_core.directing.cut import with_takes
from alice_core.directing.document import to_document
from alice_core.directing.model import Take
from alice_core.errors import MediaError, NotFound, ResolveError, UsageError
from alice_core.library.curating.undo import undo
from alice_core.media.digest import digest_of_file
from alice_core.projects.decisions import decisions_about
from alice_core.resolve.cuts import chosen_plan, plan_at
from alice_core.resolve.pulling import pull
from alice_core.store import ingest
from alice_core.store.files import read_file
from alice_core.timeline.formats import documents
from alice_core.workflows.handing import prepare


def told(found):
    return {change.name: change.kind.value for change in found.changes if change.kind.value != "kept"}


def recorded(film):
    with film.store.reading() as reader:
        return decisions_about(reader, film.source.digest)


def test_a_cut_that_nobody_touched_decides_nothing(known_film, tmp_path, events):
    film = known_film()
    file = film.cut().save(tmp_path / "back.otio")
    before = len(events())
    found = pull(film.store, file)
    assert told(found) == {}
    assert len(found.changes) == len(film.source.plan.shots)
    assert (found.new, found.derived, found.notices) == ((), None, ())
    assert len(events()) == before


def test_every_kind_of_edit_is_told_and_recorded_once(known_film, tmp_path, events):
    film = known_film()
    cut = film.cut()
    end = film.source.plan.frames
    names = [piece.name for piece in cut.pieces]
    cut.piece(names[1]).length -= 3
    cut.piece(names[3]).show(film.picture("other.png"))
    cut.pieces.remove(cut.piece(names[5]))
    cut.piece(names[7]).start = end + 10
    cut.add("extra", film.picture("extra.png", (9, 90, 9)), end + 200, 20)
    file = cut.save(tmp_path / "back.otio")
    found = pull(film.store, file)
    wanted = {names[1]: "trimmed", names[3]: "replaced", names[5]: "deleted", names[7]: "moved", "extra": "added"}
    assert told(found) == wanted
    assert Counter(one.kind for one in recorded(film)) == Counter(wanted.values())
    assert {one.source for one in recorded(film)} == {"resolve"}
    assert {one.part for one in recorded(film)} == {names[1], names[3], names[5], names[7], None}
    content = found.to_json()
    assert content["schema"] == "alice.resolve-pull/1"
    assert content["counts"]["kept"] == len(names) - 4
    assert content["new"] == 5
    replaced = next(one for one in content["decisions"] if one["kind"] == "replaced")
    assert replaced["sentence"] == f"{names[3]} is replaced by other.png"
    before = len(events())
    again = pull(film.store, file)
    assert told(again) == wanted
    assert again.new == ()
    assert len(events()) == before


def test_renamed_and_moved_files_are_known_by_their_bytes(known_film, tmp_path):
    film = known_film()
    cut = film.cut()
    for number, piece in enumerate(cut.pieces):
        old = film.folder / "shots" / f"{piece.name}-take.png"
        new = tmp_path / "elsewhere" / f"IMG {number} é.png"
        new.parent.mkdir(exist_ok=True)
        old.rename(new)
        piece.show(new)
        piece.clip["name"] = new.name
    cut.pieces[2].length -= 2
    found = pull(film.store, cut.save(tmp_path / "back.otio"))
    assert told(found) == {"shot-0003": "trimmed"}


def test_files_that_are_gone_are_known_by_their_old_names(known_film, tmp_path):
    film = known_film()
    cut = film.cut()
    file = cut.save(tmp_path / "back.otio")
    for path in (film.folder / "shots").iterdir():
        path.unlink()
    found = pull(film.store, file)
    assert told(found) == {}
    cut.piece("shot-0002").show(tmp_path / "never seen.png")
    found = pull(film.store, cut.save(file))
    assert told(found) == {"shot-0002": "replaced"}
    assert "1 files are not there and not known" in found.notices[0]
    assert found.derived is None
    assert recorded(film)[0].after.text == "shot-0002"


def test_replaced_takes_and_moved_cuts_become_a_plan_of_their_own(known_film, tmp_path):
    film = known_film()
    written = film.source.path.read_bytes()
    cut = film.cut()
    other = film.picture("other.png")
    first, second = cut.piece("shot-0001"), cut.piece("shot-0002")
    first.length, second.start, second.length = first.length - 5, second.start - 5, second.length + 5
    cut.piece("shot-0003").show(other)
    found = pull(film.store, cut.save(tmp_path / "back.otio"))
    assert told(found) == {"shot-0001": "trimmed", "shot-0002": "trimmed", "shot-0003": "replaced"}
    assert film.source.path.read_bytes() == written
    derived = found.derived
    assert (derived.takes, derived.cuts) == (1, 1)
    assert derived.plan.path.name == "plan.resolve.json"
    shots = derived.plan.plan.shots
    assert shots[2].take.path == "other/other.png"
    assert shots[0].end == shots[1].start == film.source.plan.shots[0].end - 5
    assert chosen_plan(film.store).digest == derived.plan.digest
    undo(film.store)
    assert recorded(film) == ()
    assert chosen_plan(film.store).digest == film.source.digest
    again = pull(film.store, tmp_path / "back.otio")
    assert len(again.new) == 3
    assert chosen_plan(film.store).digest == derived.plan.digest


def test_a_dry_run_records_nothing(known_film, tmp_path, events):
    film = known_film()
    cut = film.cut()
    cut.pieces.pop()
    file = cut.save(tmp_path / "back.otio")
    before = len(events())
    found = pull(film.store, file, dry_run=True)
    assert list(told(found).values()) == ["deleted"]
    assert found.to_json()["recorded"] is False
    assert len(events()) == before


def test_the_cut_of_another_film_is_refused(known_film, tmp_path):
    one = known_film()
    other = known_film(project="Other", folder="film-2", seconds=10, gap=20_000, energies=(0.1, 0.2, 0.4))
    cut = other.cut()
    for piece in cut.pieces:
        piece.show(other.picture(f"{piece.name}.png", (3, int(piece.name[-2:]), 7)))
    cut.document["tracks"]["children"].pop()
    file = cut.save(tmp_path / "back.otio")
    with pytest.raises(ResolveError, match="shows no file of the plan and has another song") as caught:
        pull(one.store, file, one.source.path)
    assert caught.value.code == "ALICE-W11"
    cut.pieces.clear()
    with pytest.raises(ResolveError, match="is empty"):
        pull(one.store, cut.save(file), one.source.path)


def test_another_rate_is_refused_and_a_hosts_decimals_are_not(known_film, tmp_path):
    film = known_film(rate="23.976")
    file = film.cut().save(tmp_path / "back.otio")
    text = file.read_text()
    file.write_text(text.replace("23.976023976023978", "23.976"))
    assert told(pull(film.store, file)) == {}
    file.write_text(text.replace("23.976023976023978", "25.0"))
    with pytest.raises(ResolveError, match=r"runs at 25 frames a second, the plan at 23\.976") as caught:
        pull(film.store, file)
    assert caught.value.code == "ALICE-W11"


def test_what_is_no_cut_and_what_is_gone_is_told(known_film, tmp_path):
    film = known_film()
    garbage = tmp_path / "garbage.otio"
    garbage.write_bytes(b"\x00\x01 not a timeline")
    with pytest.raises(MediaError):
        pull(film.store, garbage)
    with pytest.raises(NotFound):
        pull(film.store, tmp_path / "none.otio")
    file = film.cut().save(tmp_path / "back.otio")
    with pytest.raises(NotFound):
        pull(film.store, file, tmp_path / "gone.json")
    film.source.path.unlink()
    with pytest.raises(NotFound, match="no plan is known"):
        pull(film.store, file)


def test_a_plan_in_a_file_that_the_store_does_not_know_will_do(known_film, tmp_path):
    film = known_film()
    copy = film.folder / "mine.json"
    copy.write_bytes(film.source.path.read_bytes().replace(b'"seed": 0', b'"seed": 3', 1))
    cut = film.cut()
    cut.piece("shot-0001").show(film.picture("other.png"))
    found = pull(film.store, cut.save(tmp_path / "back.otio"), copy)
    assert found.source.digest == plan_at(copy).digest != film.source.digest
    assert found.derived.plan.path.name == "mine.resolve.json"


def test_a_cut_of_which_no_file_is_there_or_known_is_refused(known_film, tmp_path):
    film = known_film()
    cut = film.cut()
    for piece in cut.pieces:
        piece.clip["name"] = f"IMG_{piece.name}"
        piece.show(tmp_path / f"IMG_{piece.name}.png")
    with pytest.raises(ResolveError, match="shows no file that is there or known"):
        pull(film.store, cut.save(tmp_path / "back.otio"))


def test_a_digest_in_metadata_counts_where_no_file_lies_and_never_against_one(known_film, tmp_path):
    film = known_film()
    cut = film.cut()
    takes = {shot.id: shot.take.digest for shot in film.source.plan.shots}
    for number, piece in enumerate(cut.pieces):
        piece.clip["metadata"] = {"Resolve_OTIO": {"Clip": [{"Third Party": {"alice_digest": takes[piece.name]}}]}}
        piece.clip["name"] = f"IMG_{number}"
        piece.show(tmp_path / f"IMG_{number}.png")
    file = tmp_path / "back.otio"
    assert told(pull(film.store, cut.save(file))) == {}
    cut.pieces[3].show(film.picture("other.png"))
    assert told(pull(film.store, cut.save(file))) == {"shot-0004": "replaced"}
    cut.pieces[4].reference["OTIO_SCHEMA"] = "MissingReference.1"
    assert told(pull(film.store, cut.save(file))) == {"shot-0004": "replaced"}


def test_an_edit_decision_list_needs_its_plan(known_film, tmp_path):
    film = known_film()
    (part,) = documents(prepare(film.store, film.source.path).timeline, "edl", "cut")
    file = tmp_path / "cut.edl"
    file.write_bytes(part.data)
    with pytest.raises(UsageError):
        pull(film.store, file)
    assert told(pull(film.store, file, film.source.path)) == {}


@pytest.fixture
def moving(known_film, tmp_path):
    """A film of movies at 25 frames a second in a cut of 24, so that they are made anew; longer than their shots."""
    film = known_film(seconds=6, bars=(1, 1))
    takes = {}
    for shot in film.source.plan.shots:
        path = film.folder / f"{shot.id}.mp4"
        takes[shot.id] = write_movie(path, list(range(shot.frames * 2)), Fraction(25))
    plan = with_takes(
        film.source.plan, {shot: Take(str(digest_of_file(path)), path.name) for shot, path in takes.items()}
    )
    file = film.folder / "moving.json"
    file.write_bytes(to_document(plan))
    for path in takes.values():
        ingest(film.store, read_file(path), role="take")
    return replace(film, source=plan_at(file))


def test_files_that_were_made_anew_count_as_their_takes_and_slips_are_seen(moving, tmp_path):
    cut = moving.cut()
    assert {piece.reference["target_url"].rpartition("/")[0].rpartition("/")[2] for piece in cut.pieces} == {
        "conformed"
    }
    file = tmp_path / "back.otio"
    assert told(pull(moving.store, cut.save(file), moving.source.path)) == {}
    first, second, *_ = cut.pieces
    first.source += 4
    second.start, second.length, second.source = second.start + 3, second.length - 3, second.source + 3
    found = pull(moving.store, cut.save(file), moving.source.path)
    assert told(found) == {first.name: "slipped", second.name: "trimmed"}
    sentences = {change.name: change.sentence for change in found.changes}
    assert sentences[first.name] == f"{first.name} is slipped: it begins 4 frames later in its file"
    assert "starts 3 frames later" in sentences[second.name]
    slip = next(one for one in found.new if one.kind == "slipped")
    assert (slip.before.source, slip.after.source) == (0, 4)


@pytest.mark.parametrize("seed", range(6))
def test_any_k_edits_are_those_k_decisions_also_after_all_files_were_renamed(seed, known_film, tmp_path):
    random = Random(seed)
    film = known_film()
    cut = film.cut()
    wanted = {}
    for piece in random.sample(cut.pieces[::2], random.randint(1, len(cut.pieces) // 2)):
        what = random.choice(("trimmed", "replaced", "deleted", "moved", "added"))
        name = piece.name
        if what == "trimmed":
            piece.length -= random.randint(1, piece.length - 1)
        elif what == "replaced":
            piece.show(film.picture(f"{piece.name}.png", (250, seed, len(wanted))))
        elif what == "deleted":
            cut.pieces.remove(piece)
            if random.random() < 0.5:  # and the rest closes up
                for other in cut.pieces:
                    other.start -= piece.length if other.start > piece.start else 0
        else:
            end = max(one.start + one.length for one in cut.pieces) + film.source.plan.frames
            if what == "moved":
                piece.start = end
            else:
                name = f"new-{piece.name}"
                cut.add(name, film.picture(f"{name}.png", (1, seed, len(wanted))), end, 12)
        wanted[name] = what
    for number, piece in enumerate(cut.pieces):
        new = tmp_path / f"IMG_{number}.png"
        Path(piece.reference["target_url"]).rename(new)
        piece.show(new)
    found = pull(film.store, cut.save(tmp_path / "back.otio"))
    assert told(found) == wanted
    assert len(found.new) == len(wanted)
