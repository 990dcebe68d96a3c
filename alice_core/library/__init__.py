"""The catalogue: taking files in, finding assets, and telling where they come from."""

from alice_core.library.files import IngestReport, ingest_paths
from alice_core.library.lineage import Lineage, lineage_of
from alice_core.library.query import Query, parse_query
from alice_core.library.show import Card, card, find, resolve

__all__ = [
    "Card",
    "IngestReport",
    "Lineage",
    "Query",
    "card",
    "find",
    "ingest_paths",
    "lineage_of",
    "parse_query",
    "resolve",
]
