"""The catalogue: taking files in, finding assets, and telling where they come from."""

from alice_core.library.descent.lineage import Lineage, lineage_of
from alice_core.library.files import IngestReport, ingest_paths
from alice_core.library.find import Answer, everything, find
from alice_core.library.show import Card, card, raw_block, raw_blocks, resolve

__all__ = [
    "Answer",
    "Card",
    "IngestReport",
    "Lineage",
    "card",
    "everything",
    "find",
    "ingest_paths",
    "lineage_of",
    "raw_block",
    "raw_blocks",
    "resolve",
]
