"""Segments: the accounts of one are found again among those of another, or stay as they were."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.screen_customers import seed
from tests.support.stores import new_store
from workbench.domain.errors import InputError
from workbench.store import Store
from workbench.store.engine.migrations import migrations
from workbench.store.records.segments import Segment

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ASKED: dict[str, Any] = {"measure": "reached", "step": "opened", "window_days": 7}


@pytest.fixture
def store() -> Iterator[Store]:
    store = new_store()
    seed(store, 40)
    yield store
    store.close()


def saved(store: Store, code: str, *, is_frozen: bool = False, **asked: Any) -> Segment:
    segment = Segment(code, f"Segment {code}", "explore/people", {**ASKED, **asked}, is_frozen)
    assert store.save_segment(segment, "Ann", NOW) > 0
    return segment


def accounts(store: Store) -> dict[str, int]:
    return {row["segment_id"]: row["accounts"] for row in store.read_rows("explore/segments")}


def forget_accounts(store: Store, code: str) -> None:
    """As if they had been found when nobody belonged to the segment yet."""
    with store.database.writer() as cursor:
        cursor.execute("delete from segment_accounts where segment_id = $code", {"code": code})


def test_a_segment_among_one_that_was_removed_keeps_its_accounts_and_says_why(store: Store) -> None:
    saved(store, "outer")
    inner = saved(store, "inner", segment="outer", path="individual")
    before = accounts(store)["inner"]
    store.remove_segment("outer")
    with pytest.raises(InputError, match="among the accounts of a segment that was removed"):
        store.refresh_segment(inner, LATER)
    assert accounts(store) == {"inner": before}


@pytest.mark.slow
def test_the_segment_that_another_is_among_is_brought_up_to_date_first(store: Store) -> None:
    saved(store, "outer")
    middle = saved(store, "middle", segment="outer")
    inner = saved(store, "inner", segment="middle", path="individual")
    before = accounts(store)
    forget_accounts(store, "outer")
    forget_accounts(store, "middle")
    store.refresh_segment(inner, LATER)
    assert accounts(store) == before
    assert store.find_segment(middle.segment_id) == Segment(
        "middle", "Segment middle", "explore/people", middle.parameters, refreshed_at=LATER
    )


def test_a_frozen_segment_is_not_searched_again_for_one_among_it(store: Store) -> None:
    saved(store, "outer", is_frozen=True)
    inner = saved(store, "inner", segment="outer")
    forget_accounts(store, "outer")
    store.refresh_segment(inner, LATER)
    assert accounts(store) == {"outer": 0, "inner": 0}


def test_segments_among_each_other_end(store: Store) -> None:
    saved(store, "one")
    other = saved(store, "other", segment="one")
    with store.database.writer() as cursor:
        cursor.execute(
            "update segments set parameters = $parameters where segment_id = 'one'",
            {"parameters": json.dumps({**ASKED, "segment": "other"})},
        )
    before = accounts(store)
    store.refresh_segment(other, LATER)
    assert accounts(store) == before


@pytest.mark.parametrize("has_changed", [False, True])
def test_a_segment_that_was_removed_meanwhile_gets_no_accounts(store: Store, has_changed: bool) -> None:
    segment = saved(store, "one")
    if has_changed:
        forget_accounts(store, "one")
    store.remove_segment("one")
    store.refresh_segment(segment, LATER)
    with store.database.reader() as cursor:
        assert cursor.execute("select count(*) from segment_accounts").fetchone() == (0,)


@pytest.mark.parametrize("name", ["funnel/steps", "verification/counts"])
def test_a_query_of_a_segment_that_there_is_not_is_refused(store: Store, name: str) -> None:
    asked = {"path": "individual"} if name == "funnel/steps" else {}
    saved(store, "one")
    for read in (store.read, store.read_in_batches):
        read(name, **asked, segment="one")
        with pytest.raises(InputError, match="There is no such segment"):
            read(name, **asked, segment="another")


def test_a_segment_of_others_that_an_earlier_version_saved_asks_for_their_kind(store: Store) -> None:
    asked = {**ASKED, "by": "country", "then_by": "state", "first_group": "(other)", "second_group": "(not known)"}
    store.save_segment(Segment("old", "Old", "explore/people", {**ASKED, "by": "country"}), "Ann", NOW)
    with store.database.writer() as cursor:
        cursor.execute("update segments set parameters = $asked", {"asked": json.dumps(asked)})
        cursor.execute(next(one.sql for one in migrations() if one.number == 96))
    found = store.find_segment("old")
    assert found is not None
    assert found.parameters == {
        **{name: value for name, value in asked.items() if not name.endswith("_group")},
        "first_kind": "other",
        "second_kind": "unknown",
    }
