"""The queries on the audit trail: filters, counts, people and acts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.people import person
from tests.support.stores import new_store
from workbench.access.audit_trail import KeptAuditTrail
from workbench.access.policy import Role
from workbench.store import Store

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
ANN, BO = person("Ann", Role.AGENT), person("Bo", Role.LEAD)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """Six rows, an hour apart."""
    store, moments = new_store(), iter(NOON + timedelta(hours=hour) for hour in range(6))
    trail = KeptAuditTrail(store.audit, lambda: next(moments))
    for who, act, about, outcome in (
        (ANN, "request a link", "A-1", "allowed"),
        (ANN, "request a link", "A-1", "accepted"),
        (ANN, "publish a copy", "", "refused"),
        (BO, "request a link", "A-2", "allowed"),
        (BO, "request a link", "A-2", "refused"),
        (BO, "publish a copy", "", "allowed"),
    ):
        trail.record(who, act, about, outcome)
    yield store
    store.close()


def numbers(store: Store, **filters: object) -> list[int]:
    return [row["audit_number"] for row in store.read_rows("audit/log", **filters)]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [6, 5, 4, 3, 2, 1]),
        ({"subject": ANN.subject}, [3, 2, 1]),
        ({"act": "publish a copy"}, [6, 3]),
        ({"outcome": "refused"}, [5, 3]),
        ({"about": "A-2"}, [5, 4]),
        ({"since": "2026-11-28T14:00", "before": "2026-11-28T16:00"}, [4, 3]),
        ({"subject": BO.subject, "outcome": "allowed"}, [6, 4]),
        ({"limit": 2, "offset": 1}, [5, 4]),
        ({"subject": "nobody"}, []),
    ],
)
def test_the_log_has_the_rows_of_its_filters_newest_first(
    store: Store, filters: dict[str, object], expected: list[int]
) -> None:
    assert numbers(store, **filters) == expected


def test_the_log_has_the_seals_of_the_chain(store: Store) -> None:
    sealed = {row.number: (row.row_seal, row.seal) for row in store.audit.read(1, None)}
    rows = store.read_rows("audit/log")
    assert {row["audit_number"]: (row["row_seal"], row["seal"]) for row in rows} == sealed
    assert len(set(sealed.values())) == 6


def test_outcomes_are_counted_with_the_same_filters(store: Store) -> None:
    assert store.read_rows("audit/outcomes") == [
        {"outcome": "allowed", "audit_rows": 3},
        {"outcome": "refused", "audit_rows": 2},
        {"outcome": "accepted", "audit_rows": 1},
    ]
    assert store.read_rows("audit/outcomes", subject=ANN.subject, since="2026-11-28T13:00") == [
        {"outcome": "accepted", "audit_rows": 1},
        {"outcome": "refused", "audit_rows": 1},
    ]


def test_people_and_acts_are_those_of_the_trail(store: Store) -> None:
    people = [(row["person"], row["person_role"], row["audit_rows"]) for row in store.read_rows("audit/people")]
    assert people == [("Ann", "agent", 3), ("Bo", "lead", 3)]
    acts = [(row["act"], row["outcome"], row["audit_rows"]) for row in store.read_rows("audit/acts")]
    assert acts == [
        ("publish a copy", "allowed", 1),
        ("publish a copy", "refused", 1),
        ("request a link", "accepted", 1),
        ("request a link", "allowed", 2),
        ("request a link", "refused", 1),
    ]
