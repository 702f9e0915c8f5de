import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screen_customers import account_id, event, read_account
from tests.support.screens import open_page, page_text, place_of
from workbench.desk import Desk
from workbench.domain.actions import Plan
from workbench.domain.text import fold
from workbench.domain.vocabulary import ActionKind, Outcome, Standing
from workbench.domain.words import plural
from workbench.store import Completion, Store
from workbench.store.records.runs import Run
from workbench.ui.backlog.page import silence_words
from workbench.ui.backlog.tiles import TILES, change_words
from workbench.ui.backlog.views import AWAITING_SECOND, VIEWS
from workbench.ui.tables.pages import ROWS_A_PAGE


def now() -> datetime:
    """The current time at each test, because ages are shown to the hour and the suite runs long."""
    return datetime.now(UTC)


def test_a_fresh_database_says_the_one_thing_to_do(empty_desk: Desk) -> None:
    page = open_page("backlog", empty_desk)
    assert not page.exception
    assert page_text(page).count("No accounts yet") == 1
    assert "Import account ids to begin." in page_text(page)
    assert page.button(key="wb-first-step").label == "Go to Data"


def test_registered_and_unread_accounts_ask_for_a_sync(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["A", "B"], "file")
    text = page_text(open_page("backlog", empty_desk))
    assert text.count("2 accounts registered, none read from Bakkt yet") == 1
    assert "Start a sync on Data to read the registered accounts." in text
    assert "No accounts yet" not in text


def in_the_views(page: AppTest) -> dict[str, int]:
    """The number that stands at each view."""
    found = re.findall(r'data-pick="(\w+)"[^>]*><span>[^<]+</span> <b>([\d,]+)</b>', clickable(page))
    return {view: int(number.replace(",", "")) for view, number in found}


def clickable(page: AppTest) -> str:
    found = (json.loads(element.proto.json) for element in page.get("bidi_component"))
    return "".join(markup for markup in found if isinstance(markup, str))


def shown_ids(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["client_account_id"]) if page.dataframe else []


@pytest.mark.slow
def test_the_answer_says_what_cannot_wait(seeded_desk: Desk) -> None:
    ending = [row for row in seeded_desk.store.read_rows("verification/backlog") if row["link_state"] == "expiring"]
    lasts = [row for row in ending if row["expirations_left"] == 1]
    assert lasts
    answer = page_text(open_page("backlog", seeded_desk))
    customers = "this customer" if len(lasts) == 1 else "these customers"
    expire = plural(len(lasts), "last link expires", "last links expire")
    assert f"{expire} in the next 24 h: call {customers} first" in answer
    assert f"{plural(len(ending), 'link expires', 'links expire')} in the next 24 h" in answer
    assert f"in the next 24 h; for {plural(len(lasts), 'customer')} it is the last one" in answer


def test_the_view_of_what_cannot_wait_is_shown_first(seeded_desk: Desk) -> None:
    wanted = [
        row["client_account_id"] for row in seeded_desk.store.read_rows("verification/call_list") if row["is_last"]
    ]
    assert wanted
    assert sorted(shown_ids(open_page("backlog", seeded_desk))) == sorted(wanted)
    assert shown_ids(open_page("backlog", seeded_desk, view="last", sort="lost")) == wanted


@pytest.mark.slow
def test_every_view_lists_as_many_as_its_number(seeded_desk: Desk) -> None:
    page = open_page("backlog", seeded_desk)
    numbers = in_the_views(page)
    assert list(numbers) == [code for code in VIEWS if code != AWAITING_SECOND], "the two-person rule is off"
    for view, number in numbers.items():
        page.query_params["view"] = view
        page.run()
        assert not page.exception
        assert len(shown_ids(page)) == min(number, ROWS_A_PAGE), view
        assert not number or f"{plural(number, 'account')}" in unescape(page_text(page)), view
    assert sum(1 for number in numbers.values() if number) > 12


def test_the_late_ones_are_told_apart_by_whose_move_it_is(seeded_desk: Desk) -> None:
    queue = seeded_desk.store.read_rows("backlog/queue")
    numbers = in_the_views(open_page("backlog", seeded_desk))
    for turn in ("us", "customer", "bakkt"):
        assert numbers[f"late_{turn}"] == sum(row["turn"] == turn and row["hours_overdue"] > 0 for row in queue)
    assert numbers["late"] == numbers["late_us"] + numbers["late_customer"] + numbers["late_bakkt"]


def test_a_view_says_its_name_and_its_number(seeded_desk: Desk) -> None:
    page = open_page("backlog", seeded_desk)
    late = in_the_views(page)["late_bakkt"]
    assert f"<span>Late: Bakkt</span> <b>{late}</b>" in clickable(page)


def test_the_tiles_say_the_numbers_of_now_and_what_they_were_yesterday(seeded_desk: Desk) -> None:
    page = open_page("backlog", seeded_desk)
    numbers, yesterday = in_the_views(page), seeded_desk.store.read_rows("backlog/trends")[-2]
    for view in TILES:
        assert (
            f"<b>{numbers[view]}</b> {TILES[view]}<small>{change_words(numbers[view], yesterday[view])}"
            in clickable(page)
        )
    assert change_words(12, 12) == "same as yesterday"
    assert change_words(9, 12) == "3 fewer than yesterday"


def test_what_an_event_restricts_and_what_contradicts_are_counted_and_listed_apart(empty_desk: Desk) -> None:
    one_account(empty_desk.store)
    opened, told_at = now() - timedelta(days=9), now() - timedelta(hours=30)
    told = {1: "CLOSED", 2: "SUSPENDED", 3: "ACTIVE"}
    empty_desk.store.land_events(
        [(account_id(number), event(number, told_at, status, "OTHER"), "{}") for number, status in told.items()]
    )
    empty_desk.store.land_readings(
        [read_account(number, opened, now(), is_entity=False, trades=number < 3) for number in told]
    )
    page = open_page("backlog", empty_desk, view="restricted")
    assert {name: in_the_views(page)[name] for name in ("restricted", "contradictions")} == {
        "restricted": 2,
        "contradictions": 1,
    }
    assert sorted(shown_ids(page)) == [account_id(1), account_id(2)]
    assert "Restricted by event; the status call does not show it. The event counts." in page_text(page)
    assert shown_ids(open_page("backlog", empty_desk, view="contradictions")) == [account_id(3)]
    account = page_text(open_page("customers", empty_desk, account=account_id(1)))
    assert "Restricted by event; the status call does not show it." in account
    assert "Contradiction" not in account


def test_filters_in_the_address_narrow_the_list(seeded_desk: Desk) -> None:
    queue = seeded_desk.store.read_rows("backlog/queue")
    page = open_page("backlog", seeded_desk, view="open", state="verification", turn="us")
    wanted = {row["client_account_id"] for row in queue if (row["standing"], row["turn"]) == ("verification", "us")}
    assert wanted
    assert set(shown_ids(page)) == wanted
    assert f"{plural(len(wanted), 'account')}" in page_text(page)
    assert not {"standing", "turn"} & set(page.dataframe[0].value.columns)
    page.selectbox(key="wb-backlog-turn").set_value(None).run()
    assert page.query_params["state"] in ("verification", ["verification"])
    assert "turn" not in page.query_params
    assert len(shown_ids(page)) == sum(row["standing"] == "verification" for row in queue)


def test_filters_that_nothing_meets_say_so(seeded_desk: Desk) -> None:
    page = open_page("backlog", seeded_desk, view="open", country="ISL")
    assert "No account in this view matches these filters." in page_text(page)


def test_a_choice_of_sort_sorts_the_whole_list_and_goes_to_its_first_page(seeded_desk: Desk) -> None:
    page = open_page("backlog", seeded_desk, view="missing", page="2")
    names = {row["client_account_id"]: row["display_name"] for row in seeded_desk.store.read_rows("accounts/standing")}
    page.selectbox(key="wb-backlog-sort").set_value("name").run()
    assert page.query_params["sort"] in ("name", ["name"])
    assert "page" not in page.query_params
    first = [fold(names[one]) for one in shown_ids(page) if names[one][0].isalpha()]
    assert first == sorted(first)


def test_pages_hold_a_hundred_and_one_behind_the_last_is_the_last(seeded_desk: Desk) -> None:
    total = in_the_views(open_page("backlog", seeded_desk))["missing"]
    assert 200 < total < 300
    pages = [open_page("backlog", seeded_desk, view="missing", page=page) for page in "123"]
    assert [len(shown_ids(page)) for page in pages] == [100, 100, total - 200]
    assert len({one for page in pages for one in shown_ids(page)}) == total
    assert f"101–200 of {total} accounts · column headers sort these rows only" in page_text(pages[1])
    page = open_page("backlog", seeded_desk, view="missing", page="9")
    assert shown_ids(page) == shown_ids(pages[2])
    assert "The list no longer has a page 9; this is its last." in page_text(page)


def test_an_unknown_view_is_answered_and_the_usual_one_is_shown(seeded_desk: Desk) -> None:
    page = open_page("backlog", seeded_desk, view="<b>x</b>", sort="nowhere")
    assert not page.exception
    assert "No such view: &lt;b&gt;x&lt;/b&gt;. No such sort order: nowhere." in page_text(page)
    assert shown_ids(page) == shown_ids(open_page("backlog", seeded_desk))
    assert "No such" not in page_text(open_page("backlog", seeded_desk, view="late_us"))


def test_an_opened_account_knows_the_list_that_it_came_from(seeded_desk: Desk) -> None:
    page = open_page("backlog", seeded_desk, view="open", sort="name", state="verification")
    wanted = shown_ids(page)[2]
    tick(page, [2])
    page.button(key="wb-open-backlog").click().run()
    address = {name: str(page.query_params[name]).strip("[]'") for name in page.query_params}
    assert address == {"account": wanted, "view": "open", "sort": "name", "state": "verification"}


def tick(page: AppTest, rows: list[int]) -> AppTest:
    page.session_state[key_of_table(page)] = {"selection": {"rows": rows, "columns": [], "cells": []}}
    return page.run()


def key_of_table(page: AppTest) -> str:
    return str(page.dataframe[0].proto.id).split("-", 2)[2]


@pytest.mark.parametrize(
    ("page", "address", "view"),
    [
        ("today", {}, None),
        ("today", {"list": "With Bakkt"}, "late_bakkt"),
        ("today", {"list": "Due in 24 h"}, "due"),
        ("kyb", {}, "kyb_ready"),
        ("documents", {}, "documents"),
        ("backfill", {}, "missing"),
    ],
)
def test_old_addresses_of_lists_lead_to_their_views(
    seeded_desk: Desk, page: str, address: dict[str, str], view: str | None
) -> None:
    shown = open_page(page, seeded_desk, **address)
    assert not shown.exception
    assert f'data-pick="{view or "last"}" aria-current="true"' in clickable(shown)


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("stopped_because", "hours", "words"),
    [
        (None, 1, 'wb-asof" title'),
        (None, 1, "· last read 1 h ago"),
        (None, 80, 'wb-asof wb-amber" title'),
        ("Bakkt cannot be reached.", 1, "· last sync stopped early, last read 1 h ago"),
        ("Bakkt cannot be reached.", 1, 'wb-asof wb-amber" title'),
    ],
)
def test_old_and_broken_off_readings_are_marked(
    empty_desk: Desk, stopped_because: str | None, hours: float, words: str
) -> None:
    one_account(empty_desk.store, read_at=now() - timedelta(hours=hours))
    run = Run("r", now(), "due", finished_at=now(), stopped_because=stopped_because)
    empty_desk.store.begin_run(run)
    empty_desk.store.end_run(run)
    assert words in page_text(open_page("backlog", empty_desk))


def test_one_account_is_said_in_the_singular(empty_desk: Desk) -> None:
    one_account(empty_desk.store)
    link_ends = now() + timedelta(hours=5)
    told = event(0, now() - timedelta(hours=67), "UNDER_REVIEW", "DOCUMENT_VERIFICATION", link_ends)
    empty_desk.store.land_events([(account_id(0), told, "{}")])
    page = page_text(open_page("backlog", empty_desk))
    assert "1 link expires in the next 24 h" in page


def test_a_run_that_read_nothing_is_no_reading(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["A-1"], "file")
    run = Run("r", now(), "due", accounts_due=1, accounts_failed=1, finished_at=now())
    empty_desk.store.begin_run(run)
    empty_desk.store.end_run(run)
    assert "· nothing read yet" in page_text(open_page("verification", empty_desk))


def one_account(store: Store, read_at: datetime | None = None) -> None:
    store.land_targets({Standing.SUBMITTED: 24, Standing.VERIFICATION: 72}, 24, now() - timedelta(days=400))
    store.land_readings([read_account(0, now() - timedelta(days=9), read_at or now(), is_entity=False, trades=False)])


def test_the_last_event_and_how_long_ago_it_was_is_said(empty_desk: Desk) -> None:
    one_account(empty_desk.store)
    assert "No event has arrived yet." in page_text(open_page("backlog", empty_desk))
    told = event(0, datetime.now(UTC) - timedelta(seconds=40), "UNDER_REVIEW", "PENDING_REVIEW")
    empty_desk.store.land_events([(account_id(0), told, "{}")])
    assert re.search(r"Last event 4\d s ago\.", page_text(open_page("backlog", empty_desk)))


SILENCE = {"is_silent": True, "silent_hours": 30.0, "usual_gap_hours": 2.0, "changes_found": 3}


def test_silence_is_said_with_what_makes_it_likely_and_a_quiet_day_is_not() -> None:
    words = silence_words(SILENCE)
    assert "No events from Bakkt for 30 h; usually one comes within 2 h." in words
    assert "A sync found 3 accounts changed since then." in words
    assert silence_words(SILENCE | {"is_silent": False}) == ""


def test_silence_stands_under_the_answer(empty_desk: Desk) -> None:
    told = event(0, now() - timedelta(hours=50), "UNDER_REVIEW", "PENDING_REVIEW")
    empty_desk.store.land_events([(account_id(0), told, "{}")])
    for hours_ago, trades in ((40, False), (1, True)):
        read = read_account(
            0, now() - timedelta(days=9), now() - timedelta(hours=hours_ago), is_entity=False, trades=trades
        )
        empty_desk.store.land_readings([read])
    assert empty_desk.store.read_rows("events/silence")[0]["is_silent"]
    assert "No events from Bakkt for 2 d" in page_text(open_page("backlog", empty_desk))


def test_an_action_whose_outcome_nobody_knows_is_listed_and_opens_its_receipt(empty_desk: Desk) -> None:
    one_account(empty_desk.store)
    assert in_the_views(open_page("backlog", empty_desk))["unsettled"] == 0
    plan = Plan(ActionKind.REQUEST_LINK, account_id(0), "one review")
    empty_desk.store.begin_action("action-1", plan, "ann", now(), lambda _: None)
    empty_desk.store.complete_action("action-1", Completion(Outcome.UNKNOWN), now())
    page = open_page("backlog", empty_desk, view="unsettled")
    assert in_the_views(page)["unsettled"] == 1
    assert "Locked until settled. Open one to settle it." in page_text(page)
    row = page.dataframe[0].value.iloc[0]
    assert (row["client_account_id"], row["action"]) == (account_id(0), "Link request")
    tick(page, [0])
    page.button(key="wb-open-backlog").click().run()
    assert page.query_params["action"] in ("action-1", ["action-1"])


def test_a_list_that_has_become_shorter_moves_no_filter(seeded_desk: Desk) -> None:
    page = open_page("backlog", seeded_desk, view="open", page="99")
    assert "The list no longer has a page 99" in page_text(page)
    before = place_of(open_page("backlog", seeded_desk, view="open"), "wb-backlog-sort")
    assert place_of(page, "wb-backlog-sort") == before
