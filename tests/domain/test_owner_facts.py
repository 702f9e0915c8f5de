"""DESK.md, "Owners' facts": who needs an identity document, who is certified, and what follows for the checklist."""

import pytest

from tests.support.facts import NOW
from workbench.domain.errors import InputError
from workbench.domain.facts import Ruling
from workbench.domain.kyb.owner_facts import OwnerFacts, check_shares, rulings_that_follow

SMALL, MANAGER = OwnerFacts(10, manages=False), OwnerFacts(10, manages=True)


@pytest.mark.parametrize(
    ("share", "manages", "needs_identity", "is_certified"),
    [
        (None, None, True, True),
        (10, None, True, True),
        (10, False, False, False),
        (10, True, True, True),
        (24.99, False, False, False),
        (25, False, False, True),
        (25.01, False, True, True),
        (100, False, True, True),
        (None, False, True, True),
        (0, True, True, True),
    ],
)
def test_above_25_percent_or_managing_needs_identity_and_from_25_percent_one_is_certified(
    share: float | None, manages: bool | None, needs_identity: bool, is_certified: bool
) -> None:
    facts = OwnerFacts(share, manages)
    assert (facts.needs_identity, facts.is_certified) == (needs_identity, is_certified)


def test_a_small_owner_who_does_not_manage_needs_no_documents_until_that_changes() -> None:
    waiver = Ruling(NOW, "owner_identity", "o2")
    assert rulings_that_follow({}, {"o2": SMALL}, NOW) == ((waiver, "holds 10% and does not manage the entity"),)
    (back, _), (manages, _) = rulings_that_follow({"o2": SMALL}, {"o2": MANAGER}, NOW)
    assert back == Ruling(NOW, "owner_identity", "o2", is_taken_back=True)
    assert manages == Ruling(NOW, "managing_person")


def test_nothing_follows_from_a_fact_that_changes_neither() -> None:
    assert rulings_that_follow({}, {"o1": OwnerFacts(60)}, NOW) == ()
    assert rulings_that_follow({"o1": MANAGER}, {"o1": MANAGER, "o2": OwnerFacts(30, manages=True)}, NOW) == ()


def test_with_the_last_manager_gone_the_line_is_open_again() -> None:
    ((ruling, _),) = rulings_that_follow({"o1": OwnerFacts(60, manages=True)}, {"o1": OwnerFacts(60)}, NOW)
    assert ruling == Ruling(NOW, "managing_person", is_taken_back=True)


@pytest.mark.parametrize("shares", [[-1], [100.1], [60, 50], [50, 50, 0.1]])
def test_shares_that_cannot_be_are_refused(shares: list[float]) -> None:
    with pytest.raises(InputError):
        check_shares({str(place): OwnerFacts(share) for place, share in enumerate(shares)})


def test_thirds_add_up_to_the_whole() -> None:
    check_shares({name: OwnerFacts(33.33) for name in "abc"} | {"d": OwnerFacts()})
