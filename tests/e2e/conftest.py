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


# Tests that do not hold yet, mostly for what they themselves expect (an address, a page that answers with a download).
# They run with `./run test -m unsettled`; each is taken off this list when it passes.
UNSETTLED = {
    "test_every_page_of",
    "test_the_policy_blocks_nothing_of_ours",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is unsettled."""
    for item in items:
        if "e2e" in item.path.parts and item.name.split("[")[0] in UNSETTLED:
            item.add_marker(pytest.mark.unsettled)
