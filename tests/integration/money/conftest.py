"""A till, a runner that shops there, and files at an address."""

from __future__ import annotations

import pytest
from till_provider import Till
from till_shop import Served, impatient


@pytest.fixture
def till(tmp_path):
    return Till(tmp_path / "till")


@pytest.fixture
def runner(store, till):
    return impatient(store, till)


@pytest.fixture
def served():
    one = Served()
    yield one
    one.close()
