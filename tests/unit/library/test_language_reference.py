"""Every example on the page of queries is what the program does."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from alice_core.library.language import parse, understand
from alice_core.library.language.fields import field_named
from alice_core.store.wanted import NUMBER_FIELDS, SORTS, STATES, TEXT_FIELDS, TIME_FIELDS, Vocabulary

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "queries.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 18, 15, 30, tzinfo=ZoneInfo("Europe/Berlin"))
NAMES = Vocabulary(
    models=("flux1-dev", "sd_xl_base_1.0", "ponyDiffusionV6XL"),
    tags=("style/neon", "style/noir", "test", "animal/cat"),
    synonyms=(("kitty", "animal/cat"),),
    projects=("Neon", "Rain"),
    generators=("ComfyUI",),
    samplers=("euler",),
)


def part(heading: str) -> str:
    """What stands under a heading, up to the next of the same depth."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of every row of the tables."""
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| ---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


EXACT = [
    query
    for row in rows(part("The exact language"))
    for cell in (row if row[0].startswith("`") else [])[:2]
    for query in code(cell)
    if field_named(query) is None or " " in query
]
PLAIN = [row for row in rows(part("Plain language")) if row[0].startswith("`")]
UNSAID = rows(part("Plain language").partition("What cannot be said")[2])


@pytest.mark.parametrize("query", EXACT)
def test_exact_examples_can_be_parsed(query):
    found = parse(query, now=NOW)
    assert found.ignored == ()
    assert found.wanted.term is not None or "sort:" in query
    assert parse(found.text, now=NOW).wanted == found.wanted


@pytest.mark.parametrize("row", PLAIN, ids=lambda row: row[0])
def test_questions_mean_the_exact_query_beside_them(row):
    found = understand(code(row[0])[0], NAMES, now=NOW)
    assert found.text == "".join(code(row[1]))
    told = tuple(code(row[2])) if row in UNSAID else ()
    assert found.ignored == told


def test_every_field_state_and_order_is_on_the_page():
    for name in (*TEXT_FIELDS, *NUMBER_FIELDS, *TIME_FIELDS, *SORTS):
        assert f"`{name}`" in PAGE, name
    for name in STATES:
        assert f"`is:{name}`" in PAGE


def test_the_first_and_the_last_example():
    question, answer = re.findall(r'alice find "([^"]+)"\n(.+)\n', PAGE)[0]
    assert understand(question, NAMES, now=NOW).text == answer
    exec(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0], {})
