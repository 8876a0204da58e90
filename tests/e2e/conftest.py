"""Fixtures: one served copy and one browser for the whole folder; everybody signs in once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.house import House
from tests.e2e.people import City, launch
from tests.services import Server, create_database


@pytest.fixture(scope="session")
def browser(player: Any) -> Iterator[Any]:
    found = launch(player)
    yield found
    found.close()


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """The embedded default: SQLite."""
    found = House()
    yield found
    found.close()


@pytest.fixture(scope="session")
def city(browser: Any, house: House) -> Iterator[City]:
    found = City(browser, house)
    yield found
    found.close()


@pytest.fixture(scope="session")
def postgres_city(browser: Any, postgres_server: Server) -> Iterator[City]:
    """The same on PostgreSQL."""
    postgres_server.folder.chmod(0o711)  # the served copy is nobody, and comes in by the socket
    house = House(create_database(postgres_server))
    found = City(browser, house)
    yield found
    found.close()
    house.close()
