"""Reading price files: the one that comes with Alice, and the user's own before it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from alice_core.config import user_file
from alice_core.errors import ConfigError
from alice_core.providers.prices import BUILT_IN, Estimate, PriceBook, PriceEntry, Tier

_BUILT_IN_FILE = Path(__file__).with_name("prices.toml")
_MILLION = Decimal(1_000_000)
_TEXTS = ("provider", "model", "meter")
_KNOWN = frozenset({"price", "tokens", "estimate"})


def user_price_file() -> Path:
    """The user's own price file, whether it exists or not: beside the user's configuration."""
    return user_file().with_name("prices.toml")


def load_book(today: date, own: Path | None = None) -> PriceBook:
    """The price book of a day.

    Args:
        today: The day.
        own: The user's own file; by default :func:`user_price_file`. One that is not there holds nothing.

    Raises:
        ConfigError: A file cannot be read, or an entry in it means nothing; the message names both.
    """
    own = user_price_file() if own is None else own
    entries, estimates = _built_in()
    if own.is_file():
        said, guessed = _read(own, str(own))
        entries, estimates = (*said, *entries), (*guessed, *estimates)
    return PriceBook(entries, estimates, today)


@cache
def _built_in() -> tuple[tuple[PriceEntry, ...], tuple[Estimate, ...]]:
    return _read(_BUILT_IN_FILE, BUILT_IN)


def _read(file: Path, origin: str) -> tuple[tuple[PriceEntry, ...], tuple[Estimate, ...]]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file} cannot be read as TOML: {error}", hint="Mend or remove that file.") from error
    strange = sorted(data.keys() - _KNOWN)
    if strange:
        message = f"{file}: there are no tables {', '.join(strange)} in a price file"
        raise ConfigError(message, hint="It holds [[price]], [[tokens]] and [[estimate]].")
    where = _Place(file)
    entries = [_price(one, where.at("price", number), origin) for number, one in enumerate(data.get("price", ()), 1)]
    for number, one in enumerate(data.get("tokens", ()), 1):
        entries += _tokens(one, where.at("tokens", number), origin)
    estimates = [_estimate(one, where.at("estimate", number)) for number, one in enumerate(data.get("estimate", ()), 1)]
    return tuple(entries), tuple(estimates)


class _Place:
    """Where in a file an entry is, to say what is wrong with it."""

    def __init__(self, file: Path, table: str = "", number: int = 0) -> None:
        self.file, self.table, self.number = file, table, number

    def at(self, table: str, number: int) -> _Place:
        return _Place(self.file, table, number)

    def wrong(self, what: str) -> ConfigError:
        return ConfigError(
            f"{self.file}: [[{self.table}]] number {self.number}: {what}",
            hint="See docs/how-to/money.md, or remove that entry.",
        )

    def text(self, one: Mapping[str, Any], name: str, default: str | None = None) -> str:
        value = one.get(name, default)
        if not isinstance(value, str) or (not value and default is None):
            raise self.wrong(f"{name} must be a text")
        return value

    def amount(self, one: Mapping[str, Any], name: str, default: str | None = None) -> Decimal:
        value = one.get(name, default)
        try:
            found = Decimal(value) if isinstance(value, str | Decimal) or type(value) is int else Decimal("nan")
        except InvalidOperation:
            found = Decimal("nan")
        if not found.is_finite() or found < 0:
            raise self.wrong(f'{name} must be a decimal number in quotes that is not below 0, such as "0.025"')
        return found

    def day(self, one: Mapping[str, Any], name: str, default: date | None) -> date | None:
        value = one.get(name, default)
        if value is not None and type(value) is not date:
            raise self.wrong(f"{name} must be a day such as 2026-11-24, without quotes")
        return value


_FIRST_DAY = date(2000, 1, 1)


def _common(one: Mapping[str, Any], where: _Place, origin: str) -> dict[str, Any]:
    strange = one.keys() - PriceEntry.__dataclass_fields__.keys() - {"rates"} | one.keys() & {"origin"}
    if strange:
        raise where.wrong(f"there is nothing called {', '.join(sorted(strange))} in a price")
    provider, model = where.text(one, "provider"), where.text(one, "model")
    return {
        "provider": provider,
        "model": model,
        "task": where.text(one, "task", "*"),
        "currency": where.text(one, "currency", "USD"),
        "valid_from": where.day(one, "valid_from", _FIRST_DAY),
        "valid_to": where.day(one, "valid_to", None),
        "checked_on": where.day(one, "checked_on", None) or where.day(one, "valid_from", _FIRST_DAY),
        "source": where.text(one, "source", origin),
        "confidence": where.text(one, "confidence", "own"),
        "origin": origin,
    }


def _price(one: Mapping[str, Any], where: _Place, origin: str) -> PriceEntry:
    common = _common(one, where, origin)
    meter = where.text(one, "meter")
    rounding = where.text(one, "rounding", "none")
    if rounding not in {"none", "up"}:
        raise where.wrong('rounding must be "none" or "up"')
    tiers = tuple(_tier(tier, where) for tier in one.get("tiers", ()))
    if "rate" not in one and not tiers:
        raise where.wrong("it has neither a rate nor tiers")
    return PriceEntry(
        id=where.text(one, "id", f"{common['provider']} {common['model']} {meter} {common['valid_from']}"),
        meter=meter,
        unit=where.text(one, "unit", meter),
        unit_size=_above_0(one, where),
        rounding="up" if rounding == "up" else "none",
        min_units=where.amount(one, "min_units", "0"),
        rate=where.amount(one, "rate") if "rate" in one else None,
        tiers=tiers,
        **common,
    )


def _above_0(one: Mapping[str, Any], where: _Place) -> Decimal:
    size = where.amount(one, "unit_size", "1")
    if not size:
        raise where.wrong("unit_size must be above 0")
    return size


def _tier(one: Mapping[str, Any], where: _Place) -> Tier:
    when = one.get("when", {})
    if not isinstance(when, dict) or not all(isinstance(value, str) for value in when.values()):
        raise where.wrong('when must name texts, such as { quality = "high" }')
    return Tier(when, where.amount(one, "rate"))


def _tokens(one: Mapping[str, Any], where: _Place, origin: str) -> Iterator[PriceEntry]:
    common = _common(one, where, origin)
    name = where.text(one, "id", f"{common['provider']} {common['model']} {common['valid_from']}")
    rates = one.get("rates")
    if not isinstance(rates, dict) or not rates:
        raise where.wrong('rates must name meters, such as { "text-in" = "5" }')
    for meter in rates:
        rate = where.amount(rates, meter)
        yield PriceEntry(id=f"{name}/{meter}", meter=meter, unit="1M tokens", unit_size=_MILLION, rate=rate, **common)


def _estimate(one: Mapping[str, Any], where: _Place) -> Estimate:
    provider, model, meter = (where.text(one, name) for name in _TEXTS)
    low, expected, high = (where.amount(one, name) for name in ("low", "expected", "high"))
    if not low <= expected <= high:
        raise where.wrong("low, expected and high must rise")
    return Estimate(
        provider=provider,
        model=model,
        meter=meter,
        low=low,
        expected=expected,
        high=high,
        checked_on=where.day(one, "checked_on", _FIRST_DAY) or _FIRST_DAY,
        source=where.text(one, "source", str(where.file)),
        when=one.get("when", {}),
        base=where.amount(one, "base", "0"),
    )
