"""Recipes: what was derived from what, how, and so what need not be derived again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy import Connection, RowMapping, insert, select

from alice_core.store.tables import RecipeInputRow, RecipeOutputRow, RecipeRow

Parameter: TypeAlias = str | int | bool | tuple["Parameter", ...] | Mapping[str, "Parameter"] | None
"""What a recipe's parameters may hold: no floats, whose text differs between programs."""


@dataclass(frozen=True, slots=True)
class Ingredient:
    """An asset in a recipe, with the part it plays."""

    role: str
    digest: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """One derivation: the operation, its version and parameters, and what it reads.

    Attributes:
        operation: Such as ``music.analyse``.
        version: Raised whenever the same inputs give another output.
        parameters: Everything else that decides the output.
        inputs: The assets it reads, in order.
        take: To ask for another result of the same recipe.
    """

    operation: str
    version: int
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    inputs: tuple[Ingredient, ...] = ()
    take: int = 0

    @property
    def canonical_parameters(self) -> str:
        """The parameters as the one JSON text that counts: sorted keys, no spaces, UTF-8."""
        return json.dumps(self.parameters, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    @property
    def key(self) -> str:
        """``sha256:...`` over operation, version, parameters, inputs and take."""
        inputs = [[ingredient.role, ingredient.digest] for ingredient in self.inputs]
        whole = [self.operation, self.version, self.canonical_parameters, inputs, self.take]
        text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Derivation:
    """A recipe that was carried out, with what it gave."""

    key: str
    recipe: Recipe
    outputs: tuple[Ingredient, ...]
    made: str
    actor: str
    event: str


class Recipes:
    """The derivations of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> Derivation | None:
        """The derivation of that key."""
        return next(iter(self.many((key,)).values()), None)

    def many(self, keys: Iterable[str]) -> dict[str, Derivation]:
        """The known derivations among many keys."""
        wanted = sorted(set(keys))
        found: dict[str, Derivation] = {}
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            inputs = self._ingredients(RecipeInputRow, some)
            outputs = self._ingredients(RecipeOutputRow, some)
            query = select(*RecipeRow.__table__.columns).where(RecipeRow.key.in_(some))
            for row in self._connection.execute(query).mappings():
                key = row["key"]
                found[key] = _derivation(row, inputs.get(key, ()), outputs.get(key, ()))
        return found

    def giving(self, digest: str) -> tuple[Derivation, ...]:
        """The derivations that gave an asset, oldest first."""
        return self._around(RecipeOutputRow, digest)

    def giving_role(self, role: str, *, limit: int) -> tuple[Derivation, ...]:
        """The derivations that gave something in a role, such as a plan, newest first."""
        outputs = select(RecipeOutputRow.recipe).where(RecipeOutputRow.role == role)
        query = select(RecipeRow.key).where(RecipeRow.key.in_(outputs))
        query = query.order_by(RecipeRow.made.desc(), RecipeRow.event.desc()).limit(limit)
        keys = tuple(self._connection.scalars(query))
        known = self.many(keys)
        return tuple(known[key] for key in keys)

    def using(self, digest: str) -> tuple[Derivation, ...]:
        """The derivations that read an asset, oldest first."""
        return self._around(RecipeInputRow, digest)

    def giving_many(self, digests: Sequence[str]) -> dict[str, tuple[Derivation, ...]]:
        """The derivations that gave each of many assets, oldest first."""
        return self._around_many(RecipeOutputRow, digests)

    def using_many(self, digests: Sequence[str]) -> dict[str, tuple[Derivation, ...]]:
        """The derivations that read each of many assets, oldest first."""
        return self._around_many(RecipeInputRow, digests)

    def add(self, derivation: Derivation) -> None:
        """Record a derivation."""
        recipe = derivation.recipe
        values = {"key": derivation.key, "operation": recipe.operation, "version": recipe.version}
        values |= {"parameters": recipe.canonical_parameters, "take": recipe.take, "made": derivation.made}
        values |= {"actor": derivation.actor, "event": derivation.event}
        self._connection.execute(insert(RecipeRow).values(values))
        for table, ingredients in ((RecipeInputRow, recipe.inputs), (RecipeOutputRow, derivation.outputs)):
            rows = [
                {"recipe": derivation.key, "position": place, "role": item.role, "digest": item.digest}
                for place, item in enumerate(ingredients)
            ]
            if rows:
                self._connection.execute(insert(table), rows)

    def extend(self, known: Derivation, outputs: tuple[Ingredient, ...]) -> None:
        """Add outputs to a derivation that gave something else when it was carried out again."""
        start = len(known.outputs)
        rows = [
            {"recipe": known.key, "position": start + place, "role": item.role, "digest": item.digest}
            for place, item in enumerate(outputs)
        ]
        self._connection.execute(insert(RecipeOutputRow), rows)

    def _ingredients(
        self, table: type[RecipeInputRow | RecipeOutputRow], keys: list[str]
    ) -> dict[str, tuple[Ingredient, ...]]:
        query = select(table.recipe, table.role, table.digest).where(table.recipe.in_(keys))
        found: dict[str, tuple[Ingredient, ...]] = {}
        for recipe, role, digest in self._connection.execute(query.order_by(table.recipe, table.position)):
            found[recipe] = (*found.get(recipe, ()), Ingredient(role, digest))
        return found

    def _around_many(
        self, table: type[RecipeInputRow | RecipeOutputRow], digests: Sequence[str]
    ) -> dict[str, tuple[Derivation, ...]]:
        keys: dict[str, set[str]] = {}
        for start in range(0, len(digests), 500):
            query = select(table.digest, table.recipe).where(table.digest.in_(digests[start : start + 500])).distinct()
            for digest, key in self._connection.execute(query):
                keys.setdefault(digest, set()).add(key)
        known = self.many(key for some in keys.values() for key in some)
        return {
            digest: tuple(sorted((known[key] for key in some), key=lambda one: (one.made, one.key)))
            for digest, some in keys.items()
        }

    def _around(self, table: type[RecipeInputRow | RecipeOutputRow], digest: str) -> tuple[Derivation, ...]:
        keys = self._connection.scalars(select(table.recipe).where(table.digest == digest).distinct())
        return tuple(sorted(self.many(keys).values(), key=lambda derivation: (derivation.made, derivation.key)))


def _derivation(row: RowMapping, inputs: tuple[Ingredient, ...], outputs: tuple[Ingredient, ...]) -> Derivation:
    recipe = Recipe(row["operation"], row["version"], json.loads(row["parameters"]), inputs, row["take"])
    return Derivation(row["key"], recipe, outputs, row["made"], row["actor"], row["event"])
