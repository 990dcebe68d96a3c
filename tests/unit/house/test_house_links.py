"""The papers point at files and headings that exist, and the records are numbered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(path: Path) -> set[str]:
    """The names in a page that a link can point at, as code hosts make them."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.*)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
    return made | set(re.findall(r'<a id="([^"]+)"', text))


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("paper", PAPERS, ids=short)
def test_relative_links_lead_somewhere(paper):
    broken = []
    for target in LINK.findall(FENCE.sub("", paper.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (paper.parent / name).resolve() if name else paper
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


def test_links_were_found():
    assert sum(len(LINK.findall(paper.read_text(encoding="utf-8"))) for paper in PAPERS) > 10


def test_decision_records_have_a_number_each():
    records = [path.name for path in (ROOT / "docs" / "adr").glob("*.md")]
    numbers = [re.fullmatch(r"ADR-(\d{3})-[a-z0-9-]+\.md", name) for name in records]
    assert all(numbers), records
    assert len({one.group(1) for one in numbers}) == len(records)


@pytest.mark.parametrize("paper", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=short)
def test_a_decision_record_says_why(paper):
    text = paper.read_text(encoding="utf-8")
    for part in ("Status", "Context", "Decision", "Consequences"):
        assert re.search(rf"^## {part}$", text, re.MULTILINE), part
