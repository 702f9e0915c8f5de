"""The domain's constants that views read: landed when a database is opened, and written in no view or query."""

from pathlib import Path

from tests.support.facts import NOW, ago, ahead, landed_event, must_verify
from tests.support.tables import change, select
from workbench.domain.links.links import LINK_LIFE
from workbench.domain.links.requests import LINKS_ALLOWED
from workbench.domain.standing.targets import DUE_SOON_HOURS
from workbench.store import Source, Store

CONSTANTS = "select links_allowed, link_life_hours, due_soon_hours from desk_settings"


def test_views_count_links_and_hours_by_the_landed_constants(desk: Store) -> None:
    ends = [ago(220), ago(130), ago(50)]
    desk.land_events([must_verify("A", end, end, url=f"u{end}") for end in ends] + [must_verify("A", ago(1), ahead(9))])
    desk.land_events([landed_event("B", ago(1), "UNDER_REVIEW")])
    assert desk.read_rows("today/summary")[0]["due_soon"] == 0
    change(desk, "update desk_settings set links_allowed = 4, link_life_hours = 10, due_soon_hours = 1000")
    (row,) = desk.read_rows("verification/backlog")
    assert (row["expirations_used"], row["expirations_left"]) == (3, 1)
    assert (row["is_last_link"], row["is_used_up"]) == (True, False)
    assert desk.read_rows("verification/used_up") == []
    assert desk.read_rows("today/summary")[0]["due_soon"] == 1
    assert len(desk.read_rows("verification/forecast")) == len(desk.read_rows("verification/expiry_hours")) == 11
    assert {row["ordinal"] for row in desk.read_rows("verification/completion")} == {1, 2, 3, 4}
    assert desk.read_rows("verification/completion")[0]["hours_until"] == 10


def test_opening_a_database_lands_the_constants_of_the_code_and_keeps_its_settings(
    database_path: Path, source: Source
) -> None:
    store = Store.open(database_path, source)
    store.land_targets({}, 12, NOW, speed=2)
    change(store, "update desk_settings set links_allowed = 9, due_soon_hours = null")
    store.close()
    store = Store.open(database_path, source)
    assert select(store, CONSTANTS) == [(LINKS_ALLOWED, LINK_LIFE.total_seconds() / 3600, DUE_SOON_HOURS)]
    assert select(store, "select link_warning_hours, speed from desk_settings") == [(12, 2)]
    store.close()
