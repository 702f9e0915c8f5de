"""A desk with customers whose links have expired."""

from collections.abc import Iterator

import pytest

from tests.support.link_desk import LinkPractice, practising


@pytest.fixture
def practice() -> Iterator[LinkPractice]:
    with practising() as made:
        yield made


@pytest.fixture
def names(practice: LinkPractice) -> list[str]:
    """Accounts in verification with one expired link."""
    return practice.ask_all_to_verify()


@pytest.fixture
def name(names: list[str]) -> str:
    return names[0]
