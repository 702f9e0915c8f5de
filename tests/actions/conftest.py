"""A desk with customers whose links have expired."""

from collections.abc import Iterator

import pytest

from tests.support.link_harness import LinkHarness, link_harness


@pytest.fixture
def harness() -> Iterator[LinkHarness]:
    with link_harness() as made:
        yield made


@pytest.fixture
def names(harness: LinkHarness) -> list[str]:
    """Accounts in verification with one expired link."""
    return harness.ask_all_to_verify()


@pytest.fixture
def name(names: list[str]) -> str:
    return names[0]
