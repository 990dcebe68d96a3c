"""What plain language cannot say is told of; names and dates that depend on the library and on the day."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from alice_core.library.language import ask, understand
from alice_core.store.wanted import Vocabulary

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 18, 15, 30, tzinfo=BERLIN)
NOTHING = Vocabulary()


def asked(question, names=NOTHING, now=NOW):
    return understand(question, names, now=now).text


@pytest.mark.parametrize(
    ("question", "meant", "told"),
    [
        ("cheapest", "", ("cheapest",)),
        ("the worst images", "kind:image", ("worst",)),
        ("similar to this one", "", ("similar to",)),
        ("random pictures", "kind:image", ("random",)),
        ("how many videos do I have", "kind:video", ("how many",)),
        ("portrait orientation videos from yesterday", "kind:video made:2026-11-17", ("portrait orientation",)),
        ("vertical videos", "kind:video", ("vertical",)),
        ("most expensive clips", "kind:video", ("most expensive",)),
        ("same seed as the tiger", "tiger", ("same seed as",)),
        ("some nice pictures of tigers", "tigers kind:image", ("nice",)),
        ("5 euros", "", ("5 euros",)),
        ("rated 9", "", ("rated 9",)),
        ("bigger than a car", "car", ("bigger than",)),
        ("from 9 am", "", ("9 am",)),
        ("images between 1 and 5 megapixels", "kind:image", ("between 1 and 5 megapixels",)),
        ("videos without sound", "kind:video", ("without sound",)),
        ("videos colour:red", "kind:video", ("colour:red",)),
        ("anything before lunch at 9:30am", "lunch", ("before", "9:30am")),
        ("2000 px", "", ("2000 px",)),
        ("10%", "", ("10 %",)),
        ("from €5 to €10", "", ("from € 5 to € 10",)),
    ],
)
def test_a_wish_that_cannot_be_fulfilled_is_told_of(question, meant, told):
    found = understand(question, NOTHING, now=NOW)
    assert (found.text, found.ignored) == (meant, told)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("from october 31 to november 2", "made:2026-10-31..2026-11-02"),
        ("between Christmas and New Year", "made:2025-12-25..2026-01-01"),
        ("on halloween", "made:2026-10-31"),
        ("since last friday night", "made>=2026-11-13T18:00"),
        ("tuesday last week", "made:2026-11-10"),
        ("made tuesday", "made:2026-11-17"),
        ("a sunny sunday", "sunny sunday"),
        ("early this month", "made:2026-11-01..2026-11-10"),
        ("the end of february 2026", "made:2026-02-21..2026-02-28"),
        ("last march", "made:2026-03"),
        ("last november", "made:2025-11"),
        ("this march", "made:2026-03"),
        ("march last year", "made:2025-03"),
        ("may flowers from may", "flowers made:2026-05"),
        ("q3 2025", "made:2025-07..2025-09"),
        ("in Q2", "made:2026-04..2026-06"),
        ("05.03.2026", "made:2026-03-05"),
        ("half a year ago", "made:2026-05"),
        ("less than half an hour old", "made>=2026-11-18T15:00"),
        ("in the last few days", "made>=2026-11-15"),
        ("in the last 99999999999 days", "last 99999999999 days"),
        ("on the 31st", "made:2026-10-31"),
        ("on the 35th", "35th"),
        ("29 february", "made:2024-02-29"),
        ("march 40", "march 40"),
        ("made tonight", "made:2026-11-18T18:00..<2026-11-19T06:00"),
        ("yesterday evening", "made:2026-11-17T18:00..<2026-11-18"),
        ("over the weekend", "made:2026-11-14..2026-11-15"),
        ("the day before yesterday", "made:2026-11-16"),
        ("last winter", "made:2025-12..2026-02"),
        ("from last christmas", "made:2025-12-25"),
        ("past 3 hours", "made>=2026-11-18T12:30"),
        ("an hour ago", "made:2026-11-18T14:00..<2026-11-18T15:00"),
        ("3 weeks old", "made:2026-10-26..2026-11-01"),
        ("less than a week old", "made>=2026-11-11"),
        ("no later than 5 November", "made<2026-11-06"),
        ("not before 5 November", "made>=2026-11-05"),
        ("from 2025 or earlier", "made<2026-01-01"),
        ("within a week", "made>=2026-11-11"),
        ("between 3 and 99 march", "3 99 march"),
        ("between 40 and 50", "40 50"),
        ("videos without people or songs", "(kind:video -people) OR kind:audio"),
        ("no videos or songs", "-kind:video,audio"),
        ("after March and before June", "made:2026-04..2026-05"),
    ],
)
def test_dates(question, meant):
    assert asked(question) == meant


def test_dates_are_counted_from_the_given_moment():
    monday = datetime(2026, 3, 2, 9, 0, tzinfo=BERLIN)
    assert asked("on monday", now=monday) == "made:2026-03-02"
    assert asked("last monday", now=monday) == "made:2026-02-23"
    assert asked("from March", now=monday) == "made:2026-03"
    assert asked("last march", now=monday) == "made:2025-03"
    assert asked("from November", now=monday) == "made:2025-11"
    assert asked("on the 5th", now=monday) == "made:2026-02-05"
    assert asked("on the 31st", now=monday) == "made:2026-01-31"
    assert asked("last summer", now=datetime(2026, 7, 1, tzinfo=BERLIN)) == "made:2025-06..2025-08"
    assert asked("last weekend", now=datetime(2026, 11, 15, tzinfo=BERLIN)) == "made:2026-11-07..2026-11-08"
    assert asked("this morning", now=datetime(2026, 3, 29, 20, tzinfo=BERLIN)) == "made:2026-03-29..<2026-03-29T12:00"
    assert asked("a month ago", now=datetime(2026, 3, 31, tzinfo=BERLIN)) == "made:2026-02"


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("twenty five songs", "kind:audio limit:25"),
        ("twenty-five songs", "kind:audio limit:25"),
        ("ninety images", "kind:image limit:90"),
        ("1,200 images", "kind:image limit:1200"),
        ("a thousand images", "kind:image limit:1000"),
        ("zero images", "zero kind:image"),
        ("half a gigabyte", "size:450MB..<550MB"),
        ("2 and a half minutes", "seconds:147..<153"),
        ("1 hour and 20 minutes", "seconds:4770..<4830"),
        ("over 4:30 long", "seconds>270"),
        ("4/5 stars", "rating:4"),
        ("a flag with 50 stars", "flag 50 stars"),
        ("frame rate of exactly 24", "fps:24"),
        ("1000 px wide", "width:1000"),
        ("512 by 512 px or larger", "width>=512 height>=512"),
        ("3 by 4", "3 4"),
        ("a 2 minute or longer video", "kind:video seconds>=120"),
        ("5 gb to 1 gb", "size:4500MB..<5500MB size:500MB..<1500MB"),
        ("width between 500 and 1000", "width:500..1000"),
        ("lasting 5", "seconds:4.5..<5.5"),
        ("for 5", "5"),
        ("images sorted by size then", "kind:image sort:biggest"),
        ("last takes", ""),
        ("not untagged clips", "kind:video is:tagged"),
        ("the colour of a favourite song", "colour kind:audio is:favourite"),
        ("a missing tooth", "missing tooth"),
        ("missing a rating", "-is:rated"),
        ("portraits, but no tags", "portraits -is:tagged"),
        ('favourites "golden hour"', '"golden hour" is:favourite'),
        ("set in a hotel by march", "hotel made<2026-04-01"),
        ("from monday to the moon", "moon made:2026-11-16"),
        ("first light", "first light"),
        ("top hat", "top hat"),
        ("the first 3 songs I made", "kind:audio sort:oldest limit:3"),
        ("how do I get 5 cats", "cats limit:5"),
    ],
)
def test_amounts_and_counts(question, meant):
    assert asked(question) == meant


def test_a_name_counts_only_where_the_library_has_it():
    assert asked("made with flux") == "flux"
    assert asked("made with flux", Vocabulary(models=("Flux.1",))) == "model:*flux*"
    assert asked("by Midjourney") == "generator:Midjourney"
    assert asked("euler") == "euler"
    assert asked("in Neon") == "Neon"
    assert asked("the Neon project") == "Neon project"


def test_a_family_of_models_is_meant_however_its_files_are_spelt():
    names = Vocabulary(models=("sd_xl_base_1.0.safetensors", "folder/SDXL-turbo.ckpt", "juggernautXL_v9", "flux1-dev"))
    assert asked("sdxl", names) == "model:*sd_xl*,*sdxl*"
    assert asked("sdxl turbo", names) == "model:*sdxl-turbo*"
    assert asked("juggernaut xl", names) == "model:*juggernautxl*"
    assert asked("juggernaut", names) == "model:*juggernaut*"
    assert asked("jugger", names) == "jugger"
    assert asked("flux 1 dev", names) == "model:*flux1-dev*"
    assert asked("flux dev", names) == "model:*flux*dev*"
    assert asked("flux pro", names) == "pro model:*flux*"
    assert asked("made with turbo", names) == "model:*turbo*"
    assert asked("turbo engine", names) == "turbo engine"


def test_a_model_named_like_a_word_is_a_word_unless_the_question_says_so():
    names = Vocabulary(models=("ponyDiffusionV6XL",), loras=("rain-drops",), samplers=("euler", "Euler a"))
    assert asked("a pony in a field", names) == "pony field"
    assert asked("made with pony", names) == "model:*pony*"
    assert asked("the pony model", names) == "model:*pony*"
    assert asked("rain drops lora", names) == "lora:*rain-drops*"
    assert asked("euler a", names) == 'sampler:"Euler a"'
    assert asked("not the pony model or the rain drops lora", names) == "-model:*pony* -lora:*rain-drops*"


def test_a_question_is_never_an_error():
    found = ask('tagged "neon (a) -b "golden hour', NOTHING, now=NOW)
    assert found.ignored == ()
    assert found.text == 'golden hour tag:"neon (a) -b "'
    assert ask("up", NOTHING, now=NOW).text == '"up"'
    assert ask("", NOTHING, now=NOW).text == ""
