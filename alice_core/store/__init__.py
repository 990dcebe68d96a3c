"""The one room that writes: tables, blobs, recipes, and the unit of work that holds rows and events together."""

from alice_core.store.assets import Asset
from alice_core.store.catalogue import ingest
from alice_core.store.derive import Job, Outcome, Product, Target, derive, derive_all
from alice_core.store.found import Found
from alice_core.store.operations import OPERATIONS, Operation, operation
from alice_core.store.places import Location
from alice_core.store.projects import Project
from alice_core.store.recipes import Derivation, Ingredient, Recipe
from alice_core.store.store import Store, open_store
from alice_core.store.unit import Actor, Reader, UnitOfWork

__all__ = [
    "OPERATIONS",
    "Actor",
    "Asset",
    "Derivation",
    "Found",
    "Ingredient",
    "Job",
    "Location",
    "Operation",
    "Outcome",
    "Product",
    "Project",
    "Reader",
    "Recipe",
    "Store",
    "Target",
    "UnitOfWork",
    "derive",
    "derive_all",
    "ingest",
    "open_store",
    "operation",
]
