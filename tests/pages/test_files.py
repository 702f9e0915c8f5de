"""Numbers and figures of the pages as files, with what they are."""

import pytest

from tests.support.screens import open_page, page_text, unfold_sources
from workbench.desk import Desk
from workbench.exports import About
from workbench.ui.live.cached_queries import QueryResult, read
from workbench.ui.live.current_desk import set_desk
from workbench.ui.tables import tables
from workbench.ui.tables.downloads import about_of

OFFERED = {
    "funnel": ("funnel-steps", "funnel-times", "funnel-branch", "funnel-stopped", "weeks-individual", "-people"),
    "backlog": ("backlog-counts", "backlog-trends"),
    "verification": ("forecast", "yield", "completion"),
}


@pytest.mark.parametrize("name", OFFERED)
def test_every_number_can_be_had_in_three_formats_with_what_it_is(seeded_desk: Desk, name: str) -> None:
    page = open_page(name, seeded_desk)
    assert "wb-source" not in page_text(page), "what nobody opened is not sent"
    unfold_sources(page)
    assert not page.exception
    buttons = [(element.proto.id, element.proto.label) for element in page.get("download_button")]
    for key in OFFERED[name]:
        labels = [label for identity, label in buttons if key in identity]
        assert labels == ["CSV", "Excel", "Parquet", "About"], key


@pytest.mark.parametrize(
    ("name", "query"), [("backlog", "backlog/list"), ("explore", "explore/people"), ("funnel", "funnel/people")]
)
def test_a_list_says_where_it_is_from_beside_its_files(seeded_desk: Desk, name: str, query: str) -> None:
    codes = {"opened": "ever", "standing": "submitted"} if name == "explore" else {}
    page = open_page(name, seeded_desk, **codes)
    labels = [block.proto.popover.label for block in page.get("popover")]
    assert labels.count("Source and files") == 1
    unfold_sources(page)
    assert f"<code>{query}</code>" in page_text(page)


@pytest.mark.parametrize(
    ("tab", "query"),
    [
        ("measure", "explore/measure"),
        ("times", "explore/times"),
        ("flow", "explore/flow"),
        ("balance", "explore/balance"),
    ],
)
def test_where_a_number_of_explore_is_from_comes_once_somebody_asks(seeded_desk: Desk, tab: str, query: str) -> None:
    page = open_page("explore", seeded_desk, opened="ever", tab=tab)
    assert "wb-source" not in page_text(page)
    unfold_sources(page)
    assert not page.exception
    assert f"<code>{query}</code>" in page_text(page)
    assert "CSV" in [element.proto.label for element in page.get("download_button")]


def test_it_says_query_definition_filters_and_time(seeded_desk: Desk) -> None:
    open_page("funnel", seeded_desk)
    steps = read("funnel/steps", path="entity", window_days=7)
    about = about_of(steps)
    assert about is not None
    assert (about.query, about.as_of) == ("funnel/steps", steps.read_at)
    assert about.definition.startswith("How far accounts that entered")
    assert about.filters == {"path": "entity", "window_days": 7}
    listed = about_of(read("events/recent", limit=5))
    assert listed is not None
    assert listed.filters == {}


def test_weeks_say_that_they_are_arranged_and_of_when_the_query_was_read(
    seeded_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[About] = []

    def keep(result: QueryResult) -> About | None:
        about = about_of(result)
        if about is not None and about.query == "funnel/cohorts":
            told.append(about)
        return about

    monkeypatch.setattr(tables, "about_of", keep)
    set_desk(seeded_desk)
    open_page("funnel", seeded_desk).run()
    assert len(told) == 2
    assert told[0].as_of == told[1].as_of, "it was read once, and shown twice"
    assert told[0].definition.startswith("The funnel by week of entry: one row per cohort (its Monday) and step;")
    assert "Arranged by week: one row per cohort" in told[0].definition
